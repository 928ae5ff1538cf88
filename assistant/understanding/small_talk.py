"""A greeting, thanks, an "ok": no question, and no reason to look for one."""

from __future__ import annotations

import re
from functools import lru_cache

from i18n import tables
from i18n.vietnamese import fold, nfc, syllables
from i18n.vietnamese.phrase_patterns import listed

LONGEST = 9
"""Words of a greeting at most; who writes more says something."""

_ADDRESS = frozenset(map(fold, tables.words("small_talk", "address")))


@lru_cache(maxsize=1)
def _kinds() -> tuple[tuple[re.Pattern[str], str], ...]:
    rows = tables.table("small_talk")
    return tuple((listed("small_talk", name), row["reply"]) for name, row in rows.items() if "reply" in row)


def reply_to(text: str) -> str:
    """The friendly reply to a text that is nothing but a greeting, thanks or assent; else empty."""
    low = nfc(text).lower()
    if len(syllables(low)) > LONGEST:
        return ""
    for pattern, reply in _kinds():
        rest = pattern.sub(" ", low)
        if rest != low and _ADDRESS.issuperset(map(fold, syllables(_without_all(rest)))):
            return str(reply)
    return ""


def _without_all(text: str) -> str:
    """A text without further greetings: “chào bạn, cảm ơn nhé”."""
    for pattern, _reply in _kinds():
        text = pattern.sub(" ", text)
    return text
