"""One index over passages: words and vectors together, and how sure the best of it is."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from assistant.retrieval.lexical import Extended, Lexical
from assistant.retrieval.vectors import Vectors
from assistant.weights import weight

CANDIDATES = 1000
"""Vectors looked at; every text in an index smaller than this, so that nothing is cut off there."""


ENOUGH_VECTORS = 0.8
"""Share of the texts that are needed that must have a vector before vectors take part."""


@dataclass(frozen=True)
class Hit:
    """A passage that was found: its number, fused score (0 to 1, against the others), and its parts."""

    number: int
    score: float
    cosine: float
    lexical: float


@dataclass(frozen=True)
class Ranking:
    """Hits, best first, and what they say of the whole question: the evidence for an answer.

    `cosine` is the best cosine (0 without vectors), `share` the best BM25 over the question's idf. `dense`:
    whether the best was found by its vector too.
    """

    hits: tuple[Hit, ...]
    cosine: float
    share: float
    dense: bool


class Index:
    """Search over numbered texts. Immutable once made, so threads may share it."""

    def __init__(
        self,
        lexical: Lexical,
        vectors: np.ndarray | None = None,
        numbers: np.ndarray | None = None,
        needed: np.ndarray | None = None,
        kept_in: Path | None = None,
    ) -> None:
        """`vectors`: float32 of length 1, shape (n, size), of the texts in `numbers` (None: of all of them).

        `needed`: bool, shape (texts,): those that count (None, or none of them: all): however many others
        still lack a vector, they take nothing from these. None, or vectors for too few of those that
        count: words only. `kept_in`: as of `Vectors`. Raises VectorsMissing.
        """
        self.lexical = lexical
        self._vectors: Vectors | None = None
        self._has_vector = np.zeros(lexical.size, bool)
        if vectors is None or not lexical.size:
            return
        numbers = np.arange(lexical.size) if numbers is None else numbers
        self._has_vector[numbers] = True
        counted = needed if needed is not None and needed.any() else np.ones(lexical.size, bool)
        if self._has_vector[counted].mean() >= ENOUGH_VECTORS:
            self._vectors = Vectors(numbers, vectors, kept_in)

    def extended(self, more: Lexical) -> Index:
        """The same with a few texts after its last one, built `like` its own, that have no vectors yet."""
        wider = copy.copy(self)
        wider.lexical = Extended(self.lexical, more)
        wider._has_vector = np.concatenate([self._has_vector, np.zeros(more.size, bool)])
        return wider

    @property
    def is_dense(self) -> bool:
        """Whether vectors take part."""
        return self._vectors is not None

    def search(
        self,
        question: str,
        vector: np.ndarray | None = None,
        *,
        allowed: np.ndarray | None = None,
        twin: np.ndarray | None = None,
        bonus: np.ndarray | None = None,
        wanted: np.ndarray | None = None,
        count: int = 10,
    ) -> Ranking:
        """The best `count` texts for a question with its diacritics (and its `vector`, if there is one).

        `allowed`: bool, shape (size,): the only ones to return. `twin`: int, shape (size,): the number
        of a text that says the same in other words (or its own); a text is as good as its twin.
        `bonus`: float, shape (size,), added to the fused score. `wanted`: bool, shape (size,): those of the
        allowed that may be returned; the others still tell how far apart scores lie.
        """
        words, total = self.lexical.scores(question)
        cosines = self._cosines(vector)
        has_vector = self._has_vector
        if twin is not None:
            has_vector = has_vector | has_vector[twin]
            words = np.maximum(words, words[twin])
            cosines = None if cosines is None else np.maximum(cosines, cosines[twin])
        here = np.arange(self.lexical.size) if allowed is None else np.flatnonzero(allowed)
        may = np.arange(len(here)) if wanted is None else np.flatnonzero(wanted[here])
        if not len(may):
            return Ranking((), 0.0, 0.0, cosines is not None)
        more = np.zeros(len(here)) if bonus is None else bonus[here]
        fused = fuse(words[here], None if cosines is None else cosines[here]) + more
        if cosines is not None:
            fused = by_words_alone(fused, fuse(words[here], None) + more, has_vector[here])
        best = may[np.argsort(-fused[may], kind="stable")[:count]]
        hits = tuple(
            Hit(
                int(here[place]),
                float(fused[place]),
                0.0 if cosines is None else float(cosines[here[place]]),
                float(words[here[place]]),
            )
            for place in best
        )
        # How near the others come says nothing of a best one that was found by its words.
        dense = cosines is not None and bool(has_vector[here[best[0]]])
        return Ranking(
            hits,
            cosine=float(cosines[here[may]].max()) if cosines is not None and dense else 0.0,
            share=float(words[here[may]].max() / total) if total else 0.0,
            dense=dense,
        )

    def fused(self, question: str, vector: np.ndarray | None = None) -> np.ndarray:
        """The fused score (0 to 1) of every text: float, shape (size,)."""
        return fuse(self.lexical.scores(question)[0], self._cosines(vector))

    def parts(self, question: str, vector: np.ndarray | None = None) -> tuple[np.ndarray, np.ndarray | None]:
        """(BM25 over the question's idf, cosine or None) of every text, each of shape (size,)."""
        words, total = self.lexical.scores(question)
        return words / total if total else words, self._cosines(vector)

    def _cosines(self, vector: np.ndarray | None) -> np.ndarray | None:
        """The cosine of every text.

        Those beyond the nearest candidates get the least of these, those without a vector the middle one.
        """
        if vector is None or self._vectors is None:
            return None
        numbers, found = self._vectors.nearest(vector, CANDIDATES)
        if not len(found):
            return np.zeros(self.lexical.size, np.float32)
        cosines = np.where(self._has_vector, found.min(), np.median(found)).astype(np.float32)
        cosines[numbers] = found
        return cosines


def fuse(words: np.ndarray, cosines: np.ndarray | None) -> np.ndarray:
    """Both scores brought to 0..1 for this question and weighed; words alone where there are no vectors.

    Ranks are not summed: without diacritics the dense order collapses and would drag the other down.
    """
    spread = min_max(words)
    dense = weight("passages.dense")
    return spread if cosines is None else dense * min_max(cosines) + (1 - dense) * spread


def by_words_alone(fused: np.ndarray, by_words: np.ndarray, has_vector: np.ndarray) -> np.ndarray:
    """Fused scores in which a text without a vector takes part by its words alone.

    It comes before the best of the others just where it would come before it in a search by words: what
    was published a minute ago is found, and takes nothing from a lesson that was found by its meaning.
    """
    if has_vector.all() or not has_vector.any():
        return fused
    ahead = by_words - by_words[has_vector].max()
    return np.where(has_vector, fused, fused[has_vector].max() + ahead)


def min_max(scores: np.ndarray) -> np.ndarray:
    """Scores stretched so that the least is 0 and the greatest 1; zeros if they are all the same."""
    low, high = float(scores.min(initial=np.inf)), float(scores.max(initial=-np.inf))
    return (scores - low) / (high - low) if high > low else np.zeros_like(scores)


def build(texts: Sequence[str], vectors: np.ndarray | None = None) -> Index:
    """An index over texts, in memory."""
    return Index(Lexical.build(texts), vectors)
