"""Boosted trees over what speaks for a record: fitted on what people say, shipped as data, read by numpy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

FILE = Path(__file__).resolve().parent.parent / "data" / "ranker.npz"
DENSE, WORDS = "dense", "words"
"""The two sets of trees: where vectors are there, and by words alone."""

PARTS = ("feature", "threshold", "left", "right", "value", "starts")


@dataclass(frozen=True)
class Ranker:
    """Trees in flat arrays: a node goes `left` if its `feature` is at most `threshold`; a leaf has left -1.

    `starts`: int, shape (trees,): the first node of each. `base` is added to the sum of the leaves.
    """

    feature: np.ndarray
    threshold: np.ndarray
    left: np.ndarray
    right: np.ndarray
    value: np.ndarray
    starts: np.ndarray
    base: float

    def scores(self, features: np.ndarray) -> np.ndarray:
        """The log odds of each row being meant: float, shape (rows,). `features`: shape (rows, features)."""
        rows = np.arange(len(features))[:, None]
        at = np.broadcast_to(self.starts, (len(features), len(self.starts)))
        while True:
            inner = self.left[at] >= 0
            if not inner.any():
                return self.base + self.value[at].sum(axis=1)
            goes_left = features[rows, self.feature[at]] <= self.threshold[at]
            at = np.where(inner, np.where(goes_left, self.left[at], self.right[at]), at)


class NoRanker(RuntimeError):
    """The trees are not there; the sentence says what to do."""


@lru_cache(maxsize=4)
def load(kind: str, path: Path = FILE) -> Ranker:
    """The trees of one kind as they are shipped. Raises NoRanker."""
    if not path.is_file():
        raise NoRanker(f"{path.name} is missing: run python -m assistant fit")
    with np.load(path) as arrays:
        parts = {name: arrays[f"{kind}_{name}"] for name in PARTS}
        return Ranker(**parts, base=float(arrays[f"{kind}_base"]))


def save(rankers: Mapping[str, Ranker], path: Path = FILE) -> None:
    """Keep the trees of each kind, and forget those that were read before."""
    arrays = {
        f"{kind}_{name}": getattr(one, name) for kind, one in rankers.items() for name in (*PARTS, "base")
    }
    np.savez_compressed(path, **arrays)
    load.cache_clear()
