"""What speaks for every record at once, before any is looked at closely."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from assistant.retrieval.search import Index, min_max

FARTHEST = 100.0
"""The last place that is told apart in an order of records."""

NEAR = 0.6
"""How near a saying must come, among all, to count as one of many."""


@dataclass(frozen=True)
class Sayings:
    """What people say who want a record. `index`: of all sayings.

    `saying`, `record`: int, shape (pairs,): the number of a saying, and of a record that it leads to.
    """

    index: Index
    saying: np.ndarray
    record: np.ndarray

    def like(
        self, question: str, vector: np.ndarray | None, size: int, but: int = -1
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """(said, meant, nearest, often) of each record, each float, shape (size,): see `record_features`.

        Without vectors only the first is not 0. `but`: the number of a saying that does not count, for
        learning from it.
        """
        said, meant, nearest, often = np.zeros(size), np.zeros(size), np.zeros(size), np.zeros(size)
        if not len(self.record):
            return said, meant, nearest, often
        words, cosines = self.index.parts(question, vector)
        if but >= 0:
            words[but] = 0.0
        np.maximum.at(said, self.record, np.clip(words, 0.0, 1.0)[self.saying])
        if cosines is not None:
            if but >= 0:
                cosines[but] = cosines.min()
            stretched = min_max(cosines)
            np.maximum.at(meant, self.record, cosines[self.saying])
            np.maximum.at(nearest, self.record, stretched[self.saying])
            np.add.at(often, self.record, np.clip(stretched - NEAR, 0.0, 1.0)[self.saying])
        return said, meant, nearest, often


@dataclass(frozen=True)
class Signals:
    """What speaks for every record, each float, shape (size,); `cosines`: None without vectors.

    See `record_features`; `nearest` and `often` are its `meant_nearest` and `meant_often`.
    """

    by_name: np.ndarray
    by_word: np.ndarray
    cosines: np.ndarray | None
    said: np.ndarray
    meant: np.ndarray
    nearest: np.ndarray
    often: np.ndarray
    first: np.ndarray

    def place(self, signal: np.ndarray | None, number: int) -> float:
        """How many records are better by a signal, as far as it matters."""
        if signal is None or self.cosines is None:
            return FARTHEST
        return float(min(FARTHEST, (signal > signal[number]).sum()))

    def behind(self, signal: np.ndarray | None, number: int) -> float:
        """How far a record is behind the best one by a signal."""
        return 0.0 if signal is None else float(signal.max() - signal[number])


def best_of(signal: np.ndarray, count: int) -> np.ndarray:
    """The numbers of the best `count`, in no order."""
    if len(signal) <= count:
        return np.arange(len(signal))
    return np.argpartition(-signal, count)[:count]
