"""Questions grouped by likeness: those that ask the same in other words stand together.

Two questions are alike when they share most of their telling words, each weighed by how rare it is
among all that wait, and have the same numbers (also in a name such as ST25) and the same negation. It is
words alone: what is asked in quite other words stays apart. A person sees a group before it is answered.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from assistant.understanding.query import content_words
from assistant.understanding.wording import marks_of, plain_words

_DIGIT = re.compile(r"\d")
ALIKE = 0.5
"""Share of the weight of both questions' words that they have in common."""


@dataclass(frozen=True)
class Wording:
    """A question: its id, whose it is (only questions of one owner go together), and its words."""

    id: int
    owner: object
    text: str


def grouped(wordings: Sequence[Wording]) -> list[list[Wording]]:
    """Groups of like questions, the largest first; a group and the groups keep the order of `wordings`.

    Each question joins the group whose first question is most like it, or begins one.
    """
    read = [_read(one.text) for one in wordings]
    weights = _weights([words for words, _marks in read])
    leaders = _Leaders(weights)
    for one, (words, marks) in zip(wordings, read, strict=True):
        leaders.add(one, words, (one.owner, marks))
    return sorted(leaders.groups, key=len, reverse=True)


@lru_cache(maxsize=4096)
def _read(text: str) -> tuple[frozenset[str], frozenset[str]]:
    """The telling words of a question, and what must be the same in those that ask the same."""
    words = frozenset(content_words(text)) or frozenset(plain_words(text).split())
    return words, marks_of(text) | {word for word in words if _DIGIT.search(word)}


def _weights(bags: Sequence[frozenset[str]]) -> dict[str, float]:
    counts = Counter(word for bag in bags for word in bag)
    return {word: math.log(1 + len(bags) / count) for word, count in counts.items()}


Asks = tuple[object, frozenset[str]]


class _Leaders:
    """The first question of each group, found again by the words it has, among those that may be alike."""

    def __init__(self, weights: dict[str, float]) -> None:
        self.groups: list[list[Wording]] = []
        self._weights = weights
        self._weight_of: list[float] = []
        self._with_word: dict[tuple[Asks, str], list[int]] = defaultdict(list)

    def add(self, one: Wording, words: frozenset[str], asks: Asks) -> None:
        """Put a question into the group it is most like, or into a new one."""
        weight = sum(self._weights[word] for word in words) or 1.0
        shared: defaultdict[int, float] = defaultdict(float)
        left = weight
        for word in sorted(words, key=lambda word: (-self._weights[word], word)):
            value = self._weights[word]
            if left >= ALIKE * weight:
                for group in self._with_word[asks, word]:
                    shared[group] += value
            else:
                # Who has none of the rarer words cannot have enough in common any more.
                for group in self._with_word[asks, word]:
                    if group in shared:
                        shared[group] += value
            left -= value
        likeness = {
            group: common / (weight + self._weight_of[group] - common) for group, common in shared.items()
        }
        best = max(likeness, key=lambda group: (likeness[group], -group), default=None)
        if best is not None and likeness[best] >= ALIKE:
            self.groups[best].append(one)
            return
        number = len(self.groups)
        self.groups.append([one])
        self._weight_of.append(weight)
        for word in words:
            self._with_word[asks, word].append(number)
