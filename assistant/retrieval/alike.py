"""Is this the question that somebody answered before? Alike is not enough: it must ask the same."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from i18n.vietnamese import clean, fold, syllables

SURE_OVERLAP, OVERLAP, COVERED = 0.85, 0.45, 0.85
LEXICAL_OVERLAP, LEXICAL_COVERED = 0.6, 0.9
COSINE = 0.90
_NEGATIONS = frozenset({"không", "chưa", "đừng", "chẳng", "khong", "chua", "dung", "chang"})
_ENDS_ASKING = re.compile(r"(?:\s+(?:không|khong|chưa|chua|ạ|a|vậy|vay|nhỉ|nhi|hả|ha))+\W*$", re.IGNORECASE)


@dataclass(frozen=True)
class Wording:
    """One wording of a question that has an answer: whose it is, its words and perhaps its vector."""

    owner: int
    plain: str
    words: frozenset[str]
    marks: frozenset[str]
    vector: np.ndarray | None


@dataclass(frozen=True)
class Likeness:
    """The stored question nearest to the one asked. `same`: close enough to give its answer."""

    owner: int
    score: float
    same: bool


class Wordings:
    """All wordings of all answered questions."""

    def __init__(
        self, weigh: Callable[[Sequence[str]], np.ndarray], telling: Callable[[str], Sequence[str]]
    ) -> None:
        """`weigh` gives each word's weight, `telling` the words of a text that tell its topic."""
        self._weigh = weigh
        self._telling = telling
        self._wordings: list[Wording] = []

    def __len__(self) -> int:
        return len(self._wordings)

    def add(self, owner: int, question: str, vector: np.ndarray | None) -> None:
        """Remember a wording; `vector` (as of a question, not of a passage) may be missing."""
        words, marks = frozenset(self._telling(question)), marks_of(question)
        self._wordings.append(Wording(owner, plain_words(question), words, marks, vector))

    def nearest(
        self, question: str, vector: np.ndarray | None, wanted: Callable[[int], bool]
    ) -> Likeness | None:
        """The wording nearest to a question among owners that are `wanted`, or None."""
        asked = Wording(
            0, plain_words(question), frozenset(self._telling(question)), marks_of(question), vector
        )
        found = [self._compare(asked, one) for one in self._wordings if wanted(one.owner)]
        return max(found, key=lambda one: (one.same, one.score), default=None)

    def _compare(self, asked: Wording, stored: Wording) -> Likeness:
        if asked.plain == stored.plain:
            return Likeness(stored.owner, 1.0, True)
        both = self._weight(asked.words & stored.words)
        either = self._weight(asked.words | stored.words)
        least = min(self._weight(asked.words), self._weight(stored.words))
        overlap, covered = (both / either, both / least) if either and least else (0.0, 0.0)
        has_vectors = asked.vector is not None and stored.vector is not None
        cosine = float(asked.vector @ stored.vector) if has_vectors else 0.0
        if asked.marks != stored.marks:
            return Likeness(stored.owner, overlap / 2, False)
        if has_vectors:
            same = overlap >= SURE_OVERLAP or (cosine >= COSINE and overlap >= OVERLAP and covered >= COVERED)
        else:
            same = overlap >= LEXICAL_OVERLAP and covered >= LEXICAL_COVERED
        return Likeness(stored.owner, min(0.99, (overlap + covered) / 2), same)

    def _weight(self, words: frozenset[str]) -> float:
        return float(self._weigh(sorted(words)).sum()) if words else 0.0


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
