"""Vectors that were made once are kept: a file for each model, keyed by the hash of the text."""

from __future__ import annotations

import hashlib
import json
import logging
import os
import tempfile
import time
import zipfile
import zlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np

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


class VectorCache:
    """Vectors of one model in `folder`/<model>.npz, over the ones that are shipped with the courses.

    Beside them `folder`/<model>.skipped.json names the texts that no vector can be made of.
    """

    def __init__(self, folder: Path | None, identity: str, shipped: Path | None = SHIPPED) -> None:
        self.identity = identity
        self.path = folder / f"{identity}.npz" if folder else None
        self._skipped_path = folder / f"{identity}.skipped.json" if folder else None
        self._shipped, self._own = Vectors.read(shipped, identity), Vectors.none()
        self._fresh: dict[bytes, np.ndarray] = {}
        self._skipped: dict[bytes, dict[str, str]] = {}
        self._seen: tuple[int, int] = (-1, -1)
        self.read_again()

    def __len__(self) -> int:
        return len(self._shipped.places.keys() | self._own.places.keys() | self._fresh.keys())

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
            self._own = Vectors.read(self.path, self.identity)
        if skipped:
            self._skipped.update(read_skipped(self._skipped_path))
        return True

    def _find(self, key: bytes) -> np.ndarray | None:
        found = self._fresh.get(key)
        if found is None:
            found = self._own.get(key)
        return self._shipped.get(key) if found is None else found

    def missing(self, texts: Iterable[str], key: Callable[[str], bytes] = text_key) -> list[str]:
        """The texts whose vectors are still to be made, each once, in their order; skipped ones are not."""
        wanted = ((text, key(text)) for text in dict.fromkeys(texts))
        return [text for text, own in wanted if self._find(own) is None and own not in self._skipped]

    def skipped(self, texts: Iterable[str], key: Callable[[str], bytes] = text_key) -> dict[str, str]:
        """Those of the texts that no vector can be made of, each with the reason."""
        found = ((text, self._skipped.get(key(text))) for text in dict.fromkeys(texts))
        return {text: note.get("why", "") for text, note in found if note is not None}

    def row(self, text: str, key: Callable[[str], bytes] = text_key) -> np.ndarray | None:
        """The vector of one text, float32 of length 1; None if it is not here."""
        found = self._find(key(text))
        return None if found is None else unit_length(found)

    def rows(self, texts: Sequence[str]) -> np.ndarray | None:
        """Vectors of all texts, float32 of length 1, shape (len(texts), size); None if one is missing."""
        found = [self._find(text_key(text)) for text in texts]
        whole = [vector for vector in found if vector is not None]
        if not found or len(whole) < len(found):
            return None
        return unit_length(np.stack(whole))

    def known_rows(
        self, texts: Sequence[str], key: Callable[[str], bytes] = text_key
    ) -> tuple[np.ndarray, np.ndarray]:
        """(places of the texts that have a vector: int64; their vectors as `rows` gives them)."""
        found = [(place, self._find(key(text))) for place, text in enumerate(texts)]
        here = [(place, vector) for place, vector in found if vector is not None]
        if not here:
            return np.zeros(0, np.int64), np.zeros((0, 1), np.float32)
        places, vectors = zip(*here, strict=True)
        return np.array(places, np.int64), unit_length(np.stack(vectors))

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
        found = {key: self._find(key) for key in sorted({text_key(text) for text in texts})}
        here = {key: vector for key, vector in found.items() if vector is not None}
        write_vectors(path, self.identity, here)
        return len(here)


def _questions(maker: MakesVectors, batch: Sequence[str]) -> MadeVectors:
    assert isinstance(maker, MakesQuestionVectors), "vectors of questions are wanted"
    return maker.questions(batch)


class Lacking(NamedTuple):
    """Texts without a vector. `waiting`: it is still to be made; `skipped`: none can be made."""

    waiting: int = 0
    skipped: int = 0

    def __add__(self, other: Lacking) -> Lacking:  # type: ignore[override]  # no row of two, two counts
        return Lacking(self.waiting + other.waiting, self.skipped + other.skipped)

    @classmethod
    def among(
        cls, cache: VectorCache | None, texts: Sequence[str], key: Callable[[str], bytes] = text_key
    ) -> Lacking:
        """How many of these texts a cache lacks; none without one."""
        if cache is None:
            return cls()
        return cls(len(cache.missing(texts, key)), len(cache.skipped(texts, key)))


NOTHING_LACKS = Lacking()


@dataclass(frozen=True)
class Vectors:
    """What one file holds. `rows`: float16, shape (n, size); `places`: the row of each key."""

    places: dict[bytes, int]
    rows: np.ndarray

    @classmethod
    def none(cls) -> Vectors:
        """No vectors."""
        return cls({}, np.zeros((0, 1), np.float16))

    @classmethod
    def read(cls, path: Path | None, identity: str) -> Vectors:
        """The vectors in a file; none if it is absent, broken or of another model."""
        if path is None or not path.is_file():
            return cls.none()
        try:
            with np.load(path, allow_pickle=False) as stored:
                if str(stored["identity"]) != identity:
                    return cls.none()
                keys, rows = stored["keys"], stored["vectors"]
            if rows.ndim != 2 or len(keys) != len(rows):
                raise ValueError("its parts do not fit together")
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, zlib.error) as error:
            log.warning("vector cache %s cannot be read and is made anew: %s", path.name, error)
            return cls.none()
        return cls({key.tobytes(): place for place, key in enumerate(keys)}, rows.astype(np.float16))

    def get(self, key: bytes) -> np.ndarray | None:
        """The vector of a key, float16; None if it is not here."""
        place = self.places.get(key)
        return None if place is None else self.rows[place]


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
    return {key: found.rows[place] for key, place in found.places.items()}


def write_vectors(path: Path, identity: str, vectors: dict[bytes, np.ndarray]) -> None:
    """Write a cache file so that a reader sees the old one or the new one, never half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    keys = np.frombuffer(b"".join(vectors), np.uint8).reshape(-1, 16)
    values = np.stack(list(vectors.values())).astype(np.float16) if vectors else np.zeros((0, 1), np.float16)
    handle, name = tempfile.mkstemp(dir=path.parent, suffix=".part")
    with os.fdopen(handle, "wb") as file:
        np.savez_compressed(file, identity=np.array(identity), keys=keys, vectors=values)
    Path(name).replace(path)
