"""Exact search among vectors (faiss), by cosine; the larger ones in files that all workers map together."""

from __future__ import annotations

import hashlib
import importlib
import logging
import os
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np

log = logging.getLogger(__name__)

WORTH_SHARING = 200
"""Vectors from which on a file is worth it: a third of a megabyte."""

ENDING, KEPT = ".faiss", 12
"""Files of indexes that are kept: each worker uses four, and vectors that came since make new ones."""


class VectorsMissing(RuntimeError):
    """faiss cannot be used; the sentence says why."""


class Vectors:
    """Vectors of length 1 under numbers of our own: `IndexFlatIP`. Never changed: threads share it."""

    def __init__(self, numbers: np.ndarray, vectors: np.ndarray, kept_in: Path | None = None) -> None:
        """`numbers`: int64, shape (n,); `vectors`: float32, shape (n, size).

        `kept_in`: a folder of this machine, where workers find what another one has written. Raises
        VectorsMissing.
        """
        try:
            self._faiss: Any = importlib.import_module("faiss")
        except ImportError as error:
            raise VectorsMissing(f"faiss-cpu cannot be loaded: {error}") from error
        self._faiss.omp_set_num_threads(1)
        self._numbers = np.ascontiguousarray(numbers, np.int64)
        vectors = np.ascontiguousarray(vectors, np.float32)
        index = self._shared(vectors, kept_in) if kept_in and len(vectors) >= WORTH_SHARING else None
        self._index = index or self._built(vectors)

    def _built(self, vectors: np.ndarray) -> Any:
        index = self._faiss.IndexFlatIP(vectors.shape[1])
        index.add(vectors)
        return index

    def _shared(self, vectors: np.ndarray, folder: Path) -> Any:
        """The index in its file, mapped; None if there can be none."""
        said = hashlib.blake2b(repr((self._faiss.__version__, vectors.shape)).encode(), digest_size=12)
        said.update(vectors.data)
        path = folder / f"{said.hexdigest()}{ENDING}"
        try:
            if not path.is_file():
                self._write(self._built(vectors), path)
            os.utime(path)
            index = self._faiss.read_index(str(path), self._faiss.IO_FLAG_MMAP_IFC)
            return index if index.ntotal == len(vectors) else None
        except (OSError, RuntimeError) as error:  # faiss raises the latter, whatever it is
            log.warning("an index of vectors cannot be shared between workers: %s", error)
            with suppress(OSError):
                path.unlink()  # a broken one would be in the way at each start
            return None

    def _write(self, index: Any, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, part = tempfile.mkstemp(dir=path.parent, suffix=".part")
        os.close(handle)
        try:
            self._faiss.write_index(index, part)
            # Another worker may have written the same in this moment: then that one is mapped by both.
            with suppress(FileExistsError):
                os.link(part, path)
        finally:
            Path(part).unlink()
        others = [(one.stat().st_mtime, one) for one in path.parent.glob(f"*{ENDING}") if one != path]
        for _changed, old in sorted(others, reverse=True)[KEPT - 1 :]:
            old.unlink(missing_ok=True)

    def __len__(self) -> int:
        return len(self._numbers)

    def nearest(self, vector: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
        """(numbers, cosines) of the nearest `count`, best first; fewer if there are fewer."""
        count = min(count, len(self))
        if count == 0:
            return np.zeros(0, np.int64), np.zeros(0, np.float32)
        cosines, places = self._index.search(np.ascontiguousarray(vector[None, :], np.float32), count)
        return self._numbers[places[0]], cosines[0]
