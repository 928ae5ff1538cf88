"""When two questions are worded alike: their bare words, and what turns a question round."""

from __future__ import annotations

import re

from i18n.tables import words
from i18n.vietnamese import clean, fold, syllables
from i18n.vietnamese.phrase_patterns import listed

_DENYING = words("negations", "turns_round")
_NEGATIONS = frozenset((*_DENYING, *map(fold, _DENYING)))
_ENDING = words("question_endings", "only_asking")
_ENDS_ASKING = re.compile(rf"(?:\s+(?:{'|'.join((*_ENDING, *map(fold, _ENDING)))}))+\W*$", re.IGNORECASE)
_ASKS_WHETHER = listed("question_endings", "yes_or_no")


def plain_words(text: str) -> str:
    """A question's words in a row: the same however it is capitalised, pointed or marked."""
    return " ".join(map(fold, syllables(text)))


def marks_of(text: str) -> frozenset[str]:
    """What turns a question round though its words are the same: numbers, and a negation.

    The "không" at the end of a question only asks.
    """
    asked = syllables(_ENDS_ASKING.sub("", clean(text)))
    numbers = {word for word in asked if word[0].isdigit()}
    negated = not _NEGATIONS.isdisjoint(asked) and _ASKS_WHETHER.search(text.lower()) is None
    return frozenset(numbers | ({"not"} if negated else set()))
