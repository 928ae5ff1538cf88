"""Everything one question needs, loaded together and never changed: threads share it without locks."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from assistant.knowledge.lessons import lesson_passages
from assistant.knowledge.passage import Passage
from assistant.knowledge.store import KnowledgeStore
from assistant.knowledge.verified import Verified
from assistant.retrieval import files
from assistant.retrieval.alike import Wordings
from assistant.retrieval.cache import VectorCache
from assistant.retrieval.embedding import Embedder
from assistant.retrieval.search import Index
from assistant.retrieval.vectors import VectorsMissing
from assistant.answering.question import content_words
from courses.model import Library
from i18n.vietnamese import Restorer

log = logging.getLogger(__name__)

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Shelf:
    """Passages with their index. `twin` is each passage's number in the other register, or its own."""

    passages: tuple[Passage, ...]
    index: Index
    twin: np.ndarray
    item_vectors: tuple[np.ndarray | None, ...]
    restorer: Restorer
    missing_vectors: int

    def allowed(self, register: str, audience: str | None) -> np.ndarray:
        """bool, shape (passages,): those in this register (or in lessons that lack it) for this audience."""
        has_register = {one.group for one in self.passages if one.register == register}
        return np.array(
            [
                (one.register == register or one.group not in has_register) and one.audience in (None, audience)
                for one in self.passages
            ],
            bool,
        )

    def in_group(self, group: str) -> np.ndarray:
        """bool, shape (passages,): those of one lesson, "course/lesson"."""
        return np.array([one.group == group for one in self.passages], bool)


@dataclass(frozen=True)
class Checked:
    """The verified answers of one revision, and all wordings they are found by."""

    revision: int
    answers: dict[int, Verified]
    wordings: Wordings


def vector_texts(passages: tuple[Passage, ...]) -> list[str]:
    """Every text that search wants a vector of: the passages, and each sentence, step and point."""
    items = [item for one in passages for item in one.items]
    return list(dict.fromkeys([*(one.search_text for one in passages), *items]))


def build_shelf(library: Library, cache: VectorCache | None, index_folder: Path) -> Shelf:
    """Lessons as passages with their index. Without all vectors of the passages it searches words alone."""
    passages = lesson_passages(library)
    texts = [one.search_text for one in passages]
    lexical, built = files.load_or_build(
        index_folder,
        [one.fingerprint for one in passages],
        [one.lexical_text for one in passages],
    )
    log.info("index of %d passages %s", len(passages), "built" if built else "read")
    vectors = cache.rows(texts) if cache is not None else None
    try:
        index = Index(lexical, vectors)
    except VectorsMissing as error:
        log.warning("%s; search goes by words alone", error)
        index = Index(lexical)
    return Shelf(
        passages=passages,
        index=index,
        twin=twins(passages),
        item_vectors=tuple(cache.rows(one.items) if cache is not None else None for one in passages),
        restorer=Restorer.train(texts),
        missing_vectors=len(cache.missing(vector_texts(passages))) if cache is not None else 0,
    )


def twins(passages: tuple[Passage, ...]) -> np.ndarray:
    """int, shape (passages,): the number of the passage that says the same in the other register."""
    numbers = {(one.twin, one.register): number for number, one in enumerate(passages)}
    other = {"standard": "plain", "plain": "standard"}
    return np.array(
        [numbers.get((one.twin, other[one.register]), number) for number, one in enumerate(passages)], np.int64
    )


def read_checked(store: KnowledgeStore, shelf: Shelf, embedder: Embedder | None) -> Checked:
    """The verified answers in use. The revision is read first: a change meanwhile is found next time."""
    revision = store.revision()
    answers = {one.id: one for one in store.in_use()}
    wordings = Wordings(shelf.index.lexical.idf_of, content_words)
    for one in answers.values():
        for question in one.questions:
            wordings.add(one.id, question, embedder.query(question) if embedder else None)
    return Checked(revision, answers, wordings)
