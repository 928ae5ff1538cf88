"""Is this the question that somebody answered before? Alike is not enough: it must ask the same."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from assistant.understanding.wording import marks_of, plain_words
from assistant.weights import weight


@dataclass(frozen=True)
class Wording:
    """One wording of a question that has an answer: whose it is, its words, and what turns it round."""

    owner: int
    question: str
    plain: str
    words: frozenset[str]
    marks: frozenset[str]

    @classmethod
    def read(
        cls, owner: int, question: str, telling: Callable[[str], Sequence[str]], asks: Callable[[str], str]
    ) -> Wording:
        """The wording of a question; `telling`, `asks`: see `Wordings`."""
        marks = marks_of(question) | {f"asks:{asks(question)}"}
        return cls(owner, question, plain_words(question), frozenset(telling(question)), marks)


@dataclass(frozen=True)
class Likeness:
    """The stored question nearest to the one asked. `same`: close enough to give its answer."""

    owner: int
    score: float
    same: bool


class Wordings:
    """All wordings of all answered questions, compared with one that is asked all at once.

    Never changed after it was made, but for the question that was read last: threads share it.
    """

    def __init__(
        self,
        wordings: Sequence[Wording],
        *,
        weigh: Callable[[Sequence[str]], np.ndarray],
        telling: Callable[[str], Sequence[str]],
        asks: Callable[[str], str] = lambda _text: "",
        numbers: np.ndarray | None = None,
        vectors: np.ndarray | None = None,
    ) -> None:
        """Index the wordings.

        `weigh` gives each word's weight, `telling` the words of a text that tell its topic, `asks` what it
        wants to know of it: where, how long and how much are three questions.
        `vectors`: float32 of length 1 (as of questions, not of passages), of the wordings in `numbers`:
        int64. Those that have none are compared by their words.
        """
        self._weigh, self._telling, self._asks = weigh, telling, asks
        self.read = tuple(wordings)
        self._plain: dict[str, list[int]] = {}
        self._marks: dict[frozenset[str], int] = {}
        self.owners = np.array([one.owner for one in wordings], np.int64)
        places: dict[str, list[int]] = {}
        for place, one in enumerate(wordings):
            self._plain.setdefault(one.plain, []).append(place)
            for word in one.words:
                places.setdefault(word, []).append(place)
        self._holders = {word: np.array(found, np.int64) for word, found in places.items()}
        self._marked = np.array(
            [self._marks.setdefault(one.marks, len(self._marks)) for one in wordings], np.int64
        )
        weights = self._weights(self._holders)
        self._total = np.zeros(len(wordings))
        for word, found in self._holders.items():
            self._total[found] += weights[word]
        self._last: Wording | None = None
        self._vectors = np.zeros((0, 0), np.float32) if vectors is None else vectors
        self._rows = np.full(len(wordings), -1, np.int64)
        if numbers is not None:
            self._rows[numbers] = np.arange(len(numbers))

    def with_vectors(self, numbers: np.ndarray, vectors: np.ndarray) -> Wordings:
        """The same wordings with the vectors of those in `numbers`; no word is read again."""
        other = copy.copy(self)
        other._vectors = vectors if len(numbers) else np.zeros((0, 0), np.float32)
        other._rows = np.full(len(self), -1, np.int64)
        other._rows[numbers] = np.arange(len(numbers))
        return other

    @classmethod
    def of(
        cls,
        asked: Sequence[tuple[int, str]],
        *,
        weigh: Callable[[Sequence[str]], np.ndarray],
        telling: Callable[[str], Sequence[str]],
        asks: Callable[[str], str] = lambda _text: "",
        numbers: np.ndarray | None = None,
        vectors: np.ndarray | None = None,
        before: AnyWordings | None = None,
    ) -> Wordings:
        """The wordings of (owner, question) pairs; those that `before` has already are not read again."""
        known = {(one.owner, one.question): one for one in before.read} if before else {}
        read = [known.get(pair) or Wording.read(*pair, telling, asks) for pair in asked]
        return cls(read, weigh=weigh, telling=telling, asks=asks, numbers=numbers, vectors=vectors)

    def __len__(self) -> int:
        return len(self.read)

    def nearest(
        self, question: str, vector: np.ndarray | None = None, allowed: np.ndarray | None = None
    ) -> Likeness | None:
        """The wording nearest to a question, or None. `allowed`: bool, shape (wordings,): these alone."""
        if not len(self) or (allowed is not None and not allowed.any()):
            return None
        asked = self._read_asked(question)
        score, same = self._compare(asked, vector)
        exact = self._plain.get(asked.plain, [])
        score[exact], same[exact] = 1.0, True
        order = np.where(same, 2.0, 0.0) + score
        if allowed is not None:
            order = np.where(allowed, order, -1.0)
        best = int(order.argmax())
        return Likeness(int(self.owners[best]), float(score[best]), bool(same[best]))

    def _read_asked(self, question: str) -> Wording:
        # By words and then by meaning: the last question is compared several times.
        last = self._last
        if last is None or last.question != question:
            self._last = last = Wording.read(0, question, self._telling, self._asks)
        return last

    def _compare(self, asked: Wording, vector: np.ndarray | None) -> tuple[np.ndarray, np.ndarray]:
        """(score, whether it is the same question) of every wording, each of shape (wordings,)."""
        weights = self._weights(asked.words)
        own = sum(weights[word] for word in sorted(asked.words))
        both = np.zeros(len(self))
        for word in sorted(asked.words & self._holders.keys()):
            both[self._holders[word]] += weights[word]
        either, least = own + self._total - both, np.minimum(own, self._total)
        comparable = (either > 0) & (least > 0)
        overlap = np.divide(both, either, out=np.zeros(len(self)), where=comparable)
        covered = np.divide(both, least, out=np.zeros(len(self)), where=comparable)
        same = (overlap >= weight("verified.overlap_by_words")) & (
            covered >= weight("verified.covered_by_words")
        )
        if vector is not None and len(self._vectors):
            known = self._rows >= 0
            near = (overlap >= weight("verified.overlap")) & (covered >= weight("verified.covered"))
            # Of a thousand answers one or two are near by their words: only these are compared by meaning.
            places = np.flatnonzero(near & known)
            meant = np.zeros(len(self), bool)
            meant[places] = self._vectors[self._rows[places]] @ vector >= weight("verified.cosine")
            same = np.where(known, (overlap >= weight("verified.overlap_sure")) | meant, same)
        same_marks = self._marked == self._marks.get(asked.marks, -1)
        return np.where(same_marks, np.minimum(0.99, (overlap + covered) / 2), overlap / 2), same & same_marks

    def _weights(self, words: Iterable[str]) -> dict[str, float]:
        ordered = sorted(words)
        return dict(zip(ordered, map(float, self._weigh(ordered)), strict=True)) if ordered else {}


class MoreWordings:
    """Many wordings that were indexed at once and a few that came later, compared as if they were one."""

    def __init__(self, many: AnyWordings, more: Wordings) -> None:
        self._many, self._more = many, more
        self.read: tuple[Wording, ...] = (*many.read, *more.read)
        self.owners: np.ndarray = np.concatenate([many.owners, more.owners])

    def __len__(self) -> int:
        return len(self.read)

    def nearest(
        self, question: str, vector: np.ndarray | None = None, allowed: np.ndarray | None = None
    ) -> Likeness | None:
        """As `Wordings`."""
        cut = len(self._many)
        few = (None, None) if allowed is None else (allowed[:cut], allowed[cut:])
        sides = zip((self._many, self._more), few, strict=True)
        found = [side.nearest(question, vector, mask) for side, mask in sides]
        return max(filter(None, found), key=lambda one: (one.same, one.score), default=None)


AnyWordings = Wordings | MoreWordings
