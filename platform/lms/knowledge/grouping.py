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

from assistant.answering.question import content_words
from assistant.retrieval.alike import marks_of, plain_words

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
    read = [(one, frozenset(content_words(one.text)) or frozenset(plain_words(one.text).split()))
            for one in wordings]  # fmt: skip
    weights = _weights([words for _one, words in read])
    leaders = _Leaders(weights)
    for one, words in read:
        leaders.add(one, words)
    return sorted(leaders.groups, key=len, reverse=True)


def _weights(bags: Sequence[frozenset[str]]) -> dict[str, float]:
    counts = Counter(word for bag in bags for word in bag)
    return {word: math.log(1 + len(bags) / count) for word, count in counts.items()}


class _Leaders:
    """The first question of each group, found again by the words it has."""

    def __init__(self, weights: dict[str, float]) -> None:
        self.groups: list[list[Wording]] = []
        self._weights = weights
        self._words: list[frozenset[str]] = []
        self._asks: list[tuple[object, frozenset[str]]] = []
        self._with_word: dict[str, list[int]] = defaultdict(list)

    def add(self, one: Wording, words: frozenset[str]) -> None:
        """Put a question into the group it is most like, or into a new one."""
        asks = (one.owner, marks_of(one.text) | {word for word in words if _DIGIT.search(word)})
        shared: Counter[int] = Counter()
        for word in words:
            for group in self._with_word[word]:
                shared[group] += self._weights[word]
        likeness = {
            group: weight / self._weight(words | self._words[group])
            for group, weight in shared.items()
            if self._asks[group] == asks
        }
        best = max(likeness, key=lambda group: (likeness[group], -group), default=None)
        if best is not None and likeness[best] >= ALIKE:
            self.groups[best].append(one)
            return
        self._begin(one, words, asks)

    def _begin(self, one: Wording, words: frozenset[str], asks: tuple[object, frozenset[str]]) -> None:
        number = len(self.groups)
        self.groups.append([one])
        self._words.append(words)
        self._asks.append(asks)
        for word in words:
            self._with_word[word].append(number)

    def _weight(self, words: frozenset[str]) -> float:
        return sum(self._weights[word] for word in words) or 1.0
