"""The vectors of one file by the hash of their text, mapped: all workers of a machine share the memory.

The files that are kept and shipped are packed. Beside them `mapped/` has each as it is looked up in, made by
whoever reads it first; a copy that cannot be made costs memory and nothing else.
"""

from __future__ import annotations

import logging
import os
import tempfile
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

log = logging.getLogger(__name__)

KEY_BYTES = 16
ENDING, KEPT = ".vectors", 2


@dataclass(frozen=True)
class Vectors:
    """What one file holds, in the order of the keys.

    `heads`: uint64, shape (n,), the first half of each key; `keys`: uint8, shape (n, 16); `rows`: float16,
    shape (n, size).
    """

    heads: np.ndarray
    keys: np.ndarray
    rows: np.ndarray

    def __len__(self) -> int:
        return len(self.keys)

    @classmethod
    def none(cls) -> Vectors:
        """No vectors."""
        return cls.of(np.zeros((0, KEY_BYTES), np.uint8), np.zeros((0, 1), np.float16))

    @classmethod
    def of(cls, keys: np.ndarray, rows: np.ndarray) -> Vectors:
        """Keys in their order, and the row of each."""
        return cls(heads_of(keys), keys, rows)

    @classmethod
    def read(cls, path: Path | None, identity: str, mapped: Path | None = None) -> Vectors:
        """The vectors in a packed file; none if it is absent, broken or of another model.

        `mapped`: the folder of the copies that are mapped; None: they are read into memory.
        """
        try:
            state = path.stat() if path is not None else None
        except OSError:
            state = None
        if path is None or state is None:
            return cls.none()
        if mapped is None:
            return cls._unpacked(path, identity)
        name = f"{path.stem}-{identity}-"
        copy = mapped / f"{name}{state.st_size:x}-{state.st_mtime_ns:x}{ENDING}"
        found = cls._mapped(copy)
        if found is None:
            found = cls._unpacked(path, identity)
            if len(found):
                found = found._kept(copy, name)
        return found

    @classmethod
    def _unpacked(cls, path: Path, identity: str) -> Vectors:
        try:
            with np.load(path, allow_pickle=False) as stored:
                if str(stored["identity"]) != identity:
                    return cls.none()
                keys, rows = stored["keys"], stored["vectors"]
            if rows.ndim != 2 or keys.shape != (len(rows), KEY_BYTES):
                raise ValueError("its parts do not fit together")
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, zlib.error) as error:
            log.warning("vector cache %s cannot be read and is made anew: %s", path.name, error)
            return cls.none()
        order = np.argsort(heads_of(keys), kind="stable")
        return cls.of(keys[order], rows[order].astype(np.float16))

    @classmethod
    def _mapped(cls, copy: Path) -> Vectors | None:
        try:
            with copy.open("rb") as file:
                keys = np.load(file, allow_pickle=False)
                np.lib.format.read_magic(file)
                shape, _fortran, kind = np.lib.format.read_array_header_1_0(file)
                begins = file.tell()
            if kind != np.float16 or shape[0] != len(keys):
                return None
            return cls.of(keys, np.memmap(copy, kind, "r", begins, shape))
        except (OSError, ValueError, EOFError, IndexError):
            return None

    def _kept(self, copy: Path, name: str) -> Vectors:
        """The same, mapped from its copy; older copies of what is called `name` are removed."""
        try:
            copy.parent.mkdir(parents=True, exist_ok=True)
            handle, part = tempfile.mkstemp(dir=copy.parent, suffix=".part")
            with os.fdopen(handle, "wb") as file:
                np.save(file, self.keys, allow_pickle=False)
                np.save(file, self.rows, allow_pickle=False)
            Path(part).replace(copy)
            prune([path for path in copy.parent.glob(f"{name}*{ENDING}") if path != copy], KEPT - 1)
        except OSError as error:
            log.warning("vectors cannot be shared between workers: %s", error)
            return self
        return self._mapped(copy) or self

    def places(self, keys: np.ndarray) -> np.ndarray:
        """int64, shape (len(keys),): the row of each key; -1: it is not here."""
        if not len(self.keys) or not len(keys):
            return np.full(len(keys), -1, np.int64)
        at = np.minimum(np.searchsorted(self.heads, heads_of(keys)), len(self.keys) - 1)
        return np.where((self.keys[at] == keys).all(axis=1), at, -1)


def prune(others: Sequence[Path], kept: int) -> None:
    """Remove all but the newest few: a worker may still be about to open the one before."""

    def changed(path: Path) -> float:
        try:
            return path.stat().st_mtime
        except OSError:
            return 0.0

    for path in sorted(others, key=changed, reverse=True)[kept:]:
        path.unlink(missing_ok=True)


def heads_of(keys: np.ndarray) -> np.ndarray:
    """uint64, shape (n,): the first half of each key, in whose order vectors are kept."""
    return np.ascontiguousarray(keys[:, :8]).view(">u8").ravel().astype(np.uint64)


def as_rows(keys: Sequence[bytes]) -> np.ndarray:
    """Keys as an array: uint8, shape (n, 16)."""
    return np.frombuffer(b"".join(keys), np.uint8).reshape(-1, KEY_BYTES)
