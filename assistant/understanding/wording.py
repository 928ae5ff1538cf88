"""When two questions are worded alike: their bare words, and what turns a question round."""

from __future__ import annotations

import re

from i18n.vietnamese import clean, fold, syllables

_NEGATIONS = frozenset({"không", "chưa", "đừng", "chẳng", "khong", "chua", "dung", "chang"})
_ENDS_ASKING = re.compile(r"(?:\s+(?:không|khong|chưa|chua|ạ|a|vậy|vay|nhỉ|nhi|hả|ha))+\W*$", re.IGNORECASE)


def plain_words(text: str) -> str:
    """A question's words in a row: the same however it is capitalised, pointed or marked."""
    return " ".join(map(fold, syllables(text)))


def marks_of(text: str) -> frozenset[str]:
    """What turns a question round though its words are the same: numbers, and a negation.

    The "không" at the end of a question only asks.
    """
    words = syllables(_ENDS_ASKING.sub("", clean(text)))
    numbers = {word for word in words if word[0].isdigit()}
    asks_whether = re.search(r"\bc[óo]\b.*\bkh[ôo]ng\b", text.lower()) is not None
    negated = not asks_whether and any(word in _NEGATIONS for word in words)
    return frozenset(numbers | ({"not"} if negated else set()))
