"""Exact search among vectors (faiss), by cosine."""

from __future__ import annotations

import importlib

import numpy as np


class VectorsMissing(RuntimeError):
    """faiss cannot be used; the sentence says why."""


class Vectors:
    """Vectors of length 1 under numbers of our own: `IndexFlatIP` inside `IndexIDMap2`."""

    def __init__(self, numbers: np.ndarray, vectors: np.ndarray) -> None:
        """`numbers`: int64, shape (n,); `vectors`: float32, shape (n, size). Raises VectorsMissing."""
        try:
            faiss = importlib.import_module("faiss")
        except ImportError as error:
            raise VectorsMissing(f"faiss-cpu cannot be loaded: {error}") from error
        faiss.omp_set_num_threads(1)
        self._index = faiss.IndexIDMap2(faiss.IndexFlatIP(vectors.shape[1]))
        self._index.add_with_ids(
            np.ascontiguousarray(vectors, np.float32), np.ascontiguousarray(numbers, np.int64)
        )

    def __len__(self) -> int:
        return int(self._index.ntotal)

    def nearest(self, vector: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
        """(numbers, cosines) of the nearest `count`, best first; fewer if there are fewer."""
        count = min(count, len(self))
        if count == 0:
            return np.zeros(0, np.int64), np.zeros(0, np.float32)
        cosines, numbers = self._index.search(np.ascontiguousarray(vector[None, :], np.float32), count)
        return numbers[0], cosines[0]
