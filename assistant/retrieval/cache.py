"""Vectors that were made once are kept: a file for each model, keyed by the hash of the text."""

from __future__ import annotations

import hashlib
import logging
import os
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import numpy as np

from assistant.retrieval.embedding import Embedder, unit_length
from i18n.vietnamese import clean

log = logging.getLogger(__name__)

BATCH = 8
SHIPPED = Path(__file__).resolve().parent.parent / "data" / "course-vectors.npz"


def text_key(text: str) -> bytes:
    """Sixteen bytes that stand for a text, however its diacritics are composed."""
    return hashlib.sha256(clean(text).encode()).digest()[:16]


class VectorCache:
    """Vectors of one model in `folder`/<model>.npz, over the ones that are shipped with the courses."""

    def __init__(self, folder: Path | None, identity: str, shipped: Path | None = SHIPPED) -> None:
        self.identity = identity
        self.path = folder / f"{identity}.npz" if folder else None
        self._vectors: dict[bytes, np.ndarray] = {}
        self._seen = self._stamp()
        for path in (shipped, self.path):
            if path is not None:
                self._vectors.update(read_vectors(path, identity))

    def __len__(self) -> int:
        return len(self._vectors)

    def _stamp(self) -> int:
        """When our file last changed, in nanoseconds; 0 without one."""
        try:
            return self.path.stat().st_mtime_ns if self.path else 0
        except OSError:
            return 0

    def read_again(self) -> bool:
        """Take in what another process has saved since; whether there was anything."""
        stamp = self._stamp()
        if stamp == self._seen:
            return False
        self._seen = stamp
        self._vectors.update(read_vectors(self.path, self.identity))
        return True

    def missing(self, texts: Iterable[str]) -> list[str]:
        """The texts whose vectors are not here yet, each once, in their order."""
        return [text for text in dict.fromkeys(texts) if text_key(text) not in self._vectors]

    def rows(self, texts: Sequence[str]) -> np.ndarray | None:
        """Vectors of all texts, float32 of length 1, shape (len(texts), size); None if one is missing."""
        found = [self._vectors.get(text_key(text)) for text in texts]
        if not found or any(vector is None for vector in found):
            return None
        return unit_length(np.stack(found))

    def known_rows(self, texts: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
        """(places of the texts that have a vector: int64; their vectors as `rows` gives them)."""
        found = [(place, self._vectors.get(text_key(text))) for place, text in enumerate(texts)]
        here = [(place, vector) for place, vector in found if vector is not None]
        if not here:
            return np.zeros(0, np.int64), np.zeros((0, 1), np.float32)
        places, vectors = zip(*here, strict=True)
        return np.array(places, np.int64), unit_length(np.stack(vectors))

    def fill(
        self, texts: Sequence[str], embedder: Embedder, progress: Callable[[int, int], None] | None = None
    ) -> int:
        """Make and save the vectors of `texts` that are missing; returns how many were made.

        It saves about once a minute of work, so that a stop in the middle loses little.
        """
        wanted = self.missing(texts)
        for start in range(0, len(wanted), BATCH):
            batch = wanted[start : start + BATCH]
            for text, vector in zip(batch, embedder.passages(batch), strict=True):
                self._vectors[text_key(text)] = vector.astype(np.float16)
            if progress:
                progress(min(start + BATCH, len(wanted)), len(wanted))
            if (start // BATCH) % 16 == 15:
                self.save()
        if wanted:
            self.save()
        return len(wanted)

    def save(self) -> None:
        """Write all vectors of this model into the folder, in one step."""
        if self.path is not None:
            # Another process may have saved since: what it made is kept.
            merged = {**read_vectors(self.path, self.identity), **self._vectors}
            write_vectors(self.path, self.identity, merged)

    def ship(self, path: Path, texts: Sequence[str]) -> int:
        """Write the vectors of just these texts to `path`; returns how many."""
        keys = {text_key(text) for text in texts} & self._vectors.keys()
        write_vectors(path, self.identity, {key: self._vectors[key] for key in sorted(keys)})
        return len(keys)


def read_vectors(path: Path, identity: str) -> dict[bytes, np.ndarray]:
    """The vectors in a file, by key; nothing if it is absent, broken or of another model."""
    if not path.is_file():
        return {}
    try:
        with np.load(path, allow_pickle=False) as stored:
            if str(stored["identity"]) != identity:
                return {}
            keys, vectors = stored["keys"], stored["vectors"]
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        log.warning("vector cache %s cannot be read and is made anew: %s", path.name, error)
        return {}
    return {key.tobytes(): vector for key, vector in zip(keys, vectors, strict=True)}


def write_vectors(path: Path, identity: str, vectors: dict[bytes, np.ndarray]) -> None:
    """Write a cache file so that a reader sees the old one or the new one, never half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    keys = np.frombuffer(b"".join(vectors), np.uint8).reshape(-1, 16)
    values = np.stack(list(vectors.values())).astype(np.float16) if vectors else np.zeros((0, 1), np.float16)
    handle, name = tempfile.mkstemp(dir=path.parent, suffix=".part")
    with os.fdopen(handle, "wb") as file:
        np.savez_compressed(file, identity=np.array(identity), keys=keys, vectors=values)
    Path(name).replace(path)
