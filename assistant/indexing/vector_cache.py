"""Vectors that were made once are kept: a file for each model, keyed by the hash of the text."""

from __future__ import annotations

import hashlib
import json
import logging
import os
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from assistant.indexing.mapped_vectors import Vectors, as_rows
from assistant.retrieval.embedding import Died, MadeVectors, MakesQuestionVectors, MakesVectors, unit_length
from i18n.vietnamese import clean

log = logging.getLogger(__name__)

BATCH = 8
FIRST_SAVE_SECONDS, LONGEST_SAVE_SECONDS = 5.0, 45.0
"""Work between two savings: little at first, what was just published is small, then twice as much each
time, for every worker reads the whole file again. The longest is what a stop in the middle may lose."""

SHIPPED = Path(__file__).resolve().parent.parent / "data" / "course-vectors.npz"
NAMED_LETTERS = 80
MOST_SKIPPED = 1000


def text_key(text: str) -> bytes:
    """Sixteen bytes that stand for a text, however its diacritics are composed."""
    return hashlib.sha256(clean(text).encode()).digest()[:16]


def question_key(text: str) -> bytes:
    """As `text_key`, for the vector that the text has as a question: models read these in another way."""
    return hashlib.sha256(f"question\n{clean(text)}".encode()).digest()[:16]


def keys_of(texts: Iterable[str], key: Callable[[str], bytes] = text_key) -> np.ndarray:
    """The keys of texts: uint8, shape (n, 16)."""
    return as_rows([key(text) for text in texts])


class VectorCache:
    """Vectors of one model in `folder`/<model>.npz, over the ones that are shipped with the courses.

    Beside them `folder`/<model>.skipped.json names the texts that no vector can be made of.
    """

    def __init__(self, folder: Path | None, identity: str, shipped: Path | None = SHIPPED) -> None:
        self.identity = identity
        self.path = folder / f"{identity}.npz" if folder else None
        self._skipped_path = folder / f"{identity}.skipped.json" if folder else None
        self.mapped = folder / "mapped" if folder else None
        """Where what workers share is kept; None: each has its own."""
        self._shipped, self._own = Vectors.read(shipped, identity, self.mapped), Vectors.none()
        self._fresh: dict[bytes, np.ndarray] = {}
        self._skipped: dict[bytes, dict[str, str]] = {}
        self._seen: tuple[int, int] = (-1, -1)
        self.read_again()

    def __len__(self) -> int:
        made = as_rows([*self._fresh])
        return len(np.unique(np.concatenate([self._shipped.keys, self._own.keys, made]), axis=0))

    def _stamp(self) -> tuple[int, int]:
        """When our two files last changed, in nanoseconds; 0 without one."""
        return _changed(self.path), _changed(self._skipped_path)

    def read_again(self) -> bool:
        """Take in what another process has saved since; whether there was anything."""
        stamp = self._stamp()
        if stamp == self._seen:
            return False
        vectors, skipped = stamp[0] != self._seen[0], stamp[1] != self._seen[1]
        self._seen = stamp
        if vectors:
            self._own = Vectors.read(self.path, self.identity, self.mapped)
        if skipped:
            self._skipped.update(read_skipped(self._skipped_path))
        return True

    def _stored(self, keys: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """(which keys have a vector: bool, shape (n,); their vectors as they are stored: float16)."""
        own, shipped = self._own.places(keys), self._shipped.places(keys)
        known = (own >= 0) | (shipped >= 0)
        fresh: dict[int, np.ndarray] = {}
        if self._fresh:
            for place, key in enumerate(map(bytes, keys)):
                if key in self._fresh:
                    fresh[place] = self._fresh[key]
                    known[place] = True
        sizes = {one.rows.shape[1] for one in (self._own, self._shipped) if len(one)}
        sizes |= {len(row) for row in fresh.values()}
        rows = np.zeros((len(keys), max(sizes, default=1)), np.float16)
        for found, vectors in ((shipped, self._shipped), (own, self._own)):
            here = np.flatnonzero(found >= 0)
            if len(here):
                rows[here] = vectors.rows[found[here]]
        for place, row in fresh.items():
            rows[place] = row
        return known, rows[known]

    def missing(self, texts: Iterable[str], key: Callable[[str], bytes] = text_key) -> list[str]:
        """The texts whose vectors are still to be made, each once, in their order; skipped ones are not."""
        wanted = list(dict.fromkeys(texts))
        lacking = self._is_missing(keys_of(wanted, key))
        return [text for text, lacks in zip(wanted, lacking, strict=True) if lacks]

    def _is_missing(self, keys: np.ndarray) -> np.ndarray:
        """bool, shape (n,): the vectors that are still to be made."""
        missing = (self._own.places(keys) < 0) & (self._shipped.places(keys) < 0)
        for place in np.flatnonzero(missing):
            key = bytes(keys[place])
            missing[place] = key not in self._fresh and key not in self._skipped
        return missing

    def lacking(self, keys: np.ndarray) -> Lacking:
        """How many of the texts with these keys have no vector."""
        skipped = sum(bytes(key) in self._skipped for key in keys) if self._skipped else 0
        missing = np.unique(keys[self._is_missing(keys)], axis=0)
        return Lacking(len(missing), skipped)

    def skipped(self, texts: Iterable[str], key: Callable[[str], bytes] = text_key) -> dict[str, str]:
        """Those of the texts that no vector can be made of, each with the reason."""
        found = ((text, self._skipped.get(key(text))) for text in dict.fromkeys(texts))
        return {text: note.get("why", "") for text, note in found if note is not None}

    def rows(self, texts: Sequence[str]) -> np.ndarray | None:
        """Vectors of all texts, float32 of length 1, shape (len(texts), size); None if one is missing."""
        known, stored = self._stored(keys_of(texts))
        return unit_length(stored) if len(texts) and known.all() else None

    def known_rows(self, keys: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """(places of the keys that have a vector: int64; their vectors as `rows` gives them)."""
        known, stored = self._stored(keys)
        if not len(stored):
            return np.zeros(0, np.int64), np.zeros((0, 1), np.float32)
        return np.flatnonzero(known), unit_length(stored)

    def fill(
        self,
        texts: Sequence[str],
        maker: MakesVectors,
        progress: Callable[[int, int], None] | None = None,
        *,
        key: Callable[[str], bytes] = text_key,
    ) -> int:
        """Make and save the vectors of `texts` that are missing; returns how many were made.

        `key`: `question_key` for texts that are asked; then `maker` makes vectors of questions. It saves
        after five seconds of work, then more seldom. A text that its process did not survive is left
        out, and remembered.
        """
        wanted = self.missing(texts, key)
        made, saved_at, rest = 0, time.monotonic(), FIRST_SAVE_SECONDS
        for start in range(0, len(wanted), BATCH):
            batch = wanted[start : start + BATCH]
            vectors = maker.passages(batch) if key is text_key else _questions(maker, batch)
            for text, vector in zip(batch, vectors, strict=True):
                if isinstance(vector, Died):
                    self._skip(text, key(text), vector)
                else:
                    self._fresh[key(text)] = np.asarray(vector, np.float16)
                    made += 1
            if progress:
                progress(min(start + BATCH, len(wanted)), len(wanted))
            if time.monotonic() - saved_at >= rest:
                self.save()
                saved_at, rest = time.monotonic(), min(LONGEST_SAVE_SECONDS, 2 * rest)
        if wanted:
            self.save()
        return made

    def _skip(self, text: str, key: bytes, died: Died) -> None:
        log.warning("no vector can be made of “%s…” (%s)", clean(text)[:NAMED_LETTERS], died.why)
        if not died.is_its_fault:
            return
        self._skipped[key] = {"text": clean(text)[:NAMED_LETTERS], "why": died.why}
        if self._skipped_path is not None:
            # At once: the next text may take this very process with it.
            write_skipped(self._skipped_path, self._skipped)

    def save(self) -> None:
        """Write the vectors of this model that are not shipped into the folder, in one step."""
        if self.path is not None and self._fresh:
            # Another process may have saved since: what it made is kept.
            write_vectors(self.path, self.identity, {**read_vectors(self.path, self.identity), **self._fresh})

    def ship(self, path: Path, texts: Sequence[str]) -> int:
        """Write the vectors of just these texts to `path`; returns how many."""
        keys = as_rows(sorted({text_key(text) for text in texts}))
        known, stored = self._stored(keys)
        write_vectors(path, self.identity, dict(zip(map(bytes, keys[known]), stored, strict=True)))
        return len(stored)


def _questions(maker: MakesVectors, batch: Sequence[str]) -> MadeVectors:
    assert isinstance(maker, MakesQuestionVectors), "vectors of questions are wanted"
    return maker.questions(batch)


class Lacking(NamedTuple):
    """Texts without a vector. `waiting`: it is still to be made; `skipped`: none can be made."""

    waiting: int = 0
    skipped: int = 0

    def __add__(self, other: Lacking) -> Lacking:  # type: ignore[override]  # no row of two, two counts
        return Lacking(self.waiting + other.waiting, self.skipped + other.skipped)


NOTHING_LACKS = Lacking()


def _changed(path: Path | None) -> int:
    try:
        return path.stat().st_mtime_ns if path else 0
    except OSError:
        return 0


def read_skipped(path: Path | None) -> dict[bytes, dict[str, str]]:
    """The texts that no vector can be made of, by key: how each begins, and why; nothing if unreadable."""
    try:
        note = json.loads(path.read_text(encoding="utf-8")) if path else {}
        return {
            bytes.fromhex(key): {"text": str(one["text"]), "why": str(one["why"])}
            for key, one in note.items()
        }
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def write_skipped(path: Path, skipped: dict[bytes, dict[str, str]]) -> None:
    """Write them in one step, the newest if they are very many."""
    path.parent.mkdir(parents=True, exist_ok=True)
    newest = list(skipped.items())[-MOST_SKIPPED:]
    handle, name = tempfile.mkstemp(dir=path.parent, suffix=".part")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump({key.hex(): one for key, one in newest}, file, ensure_ascii=False, indent=1)
    Path(name).replace(path)


def read_vectors(path: Path, identity: str) -> dict[bytes, np.ndarray]:
    """The vectors in a file, by key; nothing if it is absent, broken or of another model."""
    found = Vectors.read(path, identity)
    return dict(zip(map(bytes, found.keys), found.rows, strict=True))


def write_vectors(path: Path, identity: str, vectors: dict[bytes, np.ndarray]) -> None:
    """Write a cache file so that a reader sees the old one or the new one, never half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    keys = as_rows([*vectors])
    values = np.stack(list(vectors.values())).astype(np.float16) if vectors else np.zeros((0, 1), np.float16)
    handle, name = tempfile.mkstemp(dir=path.parent, suffix=".part")
    with os.fdopen(handle, "wb") as file:
        np.savez_compressed(file, identity=np.array(identity), keys=keys, vectors=values)
    Path(name).replace(path)
