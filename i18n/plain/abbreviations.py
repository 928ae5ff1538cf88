"""Short forms of office texts and the words they stand for: UBND, CCCD, BHYT."""

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

from i18n import tables
from i18n.vietnamese.letters import nfc

_DATA = Path(__file__).parents[1] / "data" / "plain_abbreviations.yaml"


@lru_cache(maxsize=1)
def opened() -> Mapping[str, str]:
    """Each short form and its words as they stand inside a sentence; read once."""
    rows = tables.read(nfc(_DATA.read_text(encoding="utf-8")))
    return MappingProxyType({row["short"]: row["full"] for row in rows})


def open_short_forms(sentence: str, *, but: frozenset[str], guarded: Callable[[int], bool]) -> str:
    """`sentence` with its short forms written out, except those in `but` and those at guarded places.

    What is part of a document number, a code or an address ("53/2025/TT-BCA", "TK01") is no short form.
    """

    def full(match: re.Match[str]) -> str:
        short = match[0]
        if short in but or guarded(match.start()):
            return short
        words = opened()[short]
        begins = not any(map(str.isalnum, sentence[: match.start()]))
        return words[0].upper() + words[1:] if begins else words

    return _pattern().sub(full, sentence)


@lru_cache(maxsize=1)
def _pattern() -> re.Pattern[str]:
    longest_first = "|".join(sorted(opened(), key=len, reverse=True))
    return re.compile(rf"(?<![\w/.@:-])(?:{longest_first})(?![\w@-]|[./]\w)")
