"""How people speak of procedures: the situation and the wish, by which the record is found."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from assistant.procedures import everyday_names
from courses.yamlfile import parse
from i18n.vietnamese import expand_short_forms

FILE = Path(__file__).resolve().parent.parent / "data" / "asked_procedures.yaml"


@dataclass(frozen=True)
class Phrase:
    """One way of speaking of a thing, its dialect written out, and the codes of its records."""

    text: str
    codes: tuple[str, ...]


@lru_cache(maxsize=4)
def load(path: Path = FILE) -> tuple[Phrase, ...]:
    """All phrases. Raises ValueError for one under a code with which no entry of colloquial.yaml begins."""
    codes = {entry.codes[0]: entry.codes for entry in everyday_names.load().names}
    lists = parse(path.read_text(encoding="utf-8"))
    strange = [code for code in lists if code not in codes]
    if strange:
        raise ValueError(f"{path.name}: no entry of colloquial.yaml begins with {', '.join(strange)}")
    # Questions have their dialect written out before they are searched for; so must these.
    return tuple(
        Phrase(expand_short_forms(text), codes[code]) for code, texts in lists.items() for text in texts
    )
