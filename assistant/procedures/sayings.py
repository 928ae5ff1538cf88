"""How people speak of procedures: the situation and the wish, by which the record is found."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from assistant.procedures import everyday_names
from courses.yamlfile import parse
from i18n.vietnamese import expand_short_forms

FILE = Path(__file__).resolve().parent.parent / "data" / "asked_procedures.yaml"
OTHERS = FILE.with_name("asked_records.yaml"), FILE.with_name("asked_by_businesses.yaml")


@dataclass(frozen=True)
class Phrase:
    """One way of speaking of a thing, its dialect written out, and the codes of its records."""

    text: str
    codes: tuple[str, ...]


@lru_cache(maxsize=1)
def all_phrases() -> tuple[Phrase, ...]:
    """Those of procedures with everyday names, and those of all others."""
    return (*load(), *(phrase for path in OTHERS for phrase in load_others(path)))


@lru_cache(maxsize=4)
def load_others(path: Path) -> tuple[Phrase, ...]:
    """The phrases of procedures that have no everyday name, under the codes of their records."""
    lists = parse(path.read_text(encoding="utf-8"))
    return tuple(
        Phrase(expand_short_forms(text), tuple(codes.split()))
        for codes, texts in lists.items()
        for text in texts
    )


@lru_cache(maxsize=4)
def load(path: Path = FILE) -> tuple[Phrase, ...]:
    """Phrases of named procedures. Raises ValueError for a code that begins no entry of colloquial.yaml."""
    codes = {entry.codes[0]: entry.codes for entry in everyday_names.load().names}
    lists = parse(path.read_text(encoding="utf-8"))
    strange = [code for code in lists if code not in codes]
    if strange:
        raise ValueError(f"{path.name}: no entry of colloquial.yaml begins with {', '.join(strange)}")
    # Questions have their dialect written out before they are searched for; so must these.
    return tuple(
        Phrase(expand_short_forms(text), codes[code]) for code, texts in lists.items() for text in texts
    )
