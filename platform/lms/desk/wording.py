"""What stays of a question whose asker took it back: the words that its checked answer has too.

The answer was checked by people and serves others, so it stays. The asker's own words (“tôi là …, ở …”)
go: nothing is left that does not stand in the officer's text, but the small words of any question.
"""

from __future__ import annotations

import re

from i18n import tables
from i18n.vietnamese import fold, nfc, place_tones

SMALL_WORDS = frozenset(tables.words("stop_words", "of_any_question"))
"""As they are written; the few that are names without their tone (bao, làm, sau, như) are left out."""
_TYPED_BARE = frozenset(map(fold, SMALL_WORDS)) - {"tien"}
ENOUGH = 2
"""Words of the answer that make a question; with fewer the title of the source stands in for it."""


def without_asker(question: str, answer: str, source_title: str) -> str:
    """The question in words that stand in the answer or its source's title."""
    text = place_tones(nfc(f"{answer} {source_title}").lower())
    known = frozenset(re.findall(r"\w+", text))
    bare = frozenset(map(fold, known))
    kept, telling = [], 0
    for word in re.findall(r"\w+", nfc(question)):
        small = _is_among(word, SMALL_WORDS, _TYPED_BARE)
        if small or _is_among(word, known, bare):
            kept.append(word)
            telling += not small
    return " ".join(kept) + "?" if telling >= ENOUGH else source_title or answer[:80]


def _is_among(word: str, written: frozenset[str], bare: frozenset[str]) -> bool:
    """A word with marks is compared with its marks: Tiến is not tiền; without them it may be either."""
    word = place_tones(word.lower())
    return word in (bare if word.isascii() else written)
