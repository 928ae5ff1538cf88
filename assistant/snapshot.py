"""Everything one question needs, loaded together and never changed: threads share it without locks."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import numpy as np

from assistant.answering.extractive import form_bonus
from assistant.answering.question import content_words
from assistant.knowledge.documents import document_passages
from assistant.knowledge.entry import DOCUMENT, FACT
from assistant.knowledge.facts import fact_passages
from assistant.knowledge.hints import Hint, lesson_hints
from assistant.knowledge.lessons import lesson_passages
from assistant.knowledge.passage import Passage
from assistant.knowledge.store import VERIFIED, KnowledgeStore
from assistant.knowledge.terms import term_passages
from assistant.knowledge.verified import Verified
from assistant.retrieval import files
from assistant.retrieval.alike import Wordings
from assistant.retrieval.cache import VectorCache
from assistant.retrieval.embedding import Embedder
from assistant.retrieval.lexical import Lexical
from assistant.retrieval.search import Index, min_max
from assistant.retrieval.vectors import VectorsMissing
from courses.model import Library

log = logging.getLogger(__name__)

TITLE_SHARE = 0.2
"""What a perfectly fitting title adds to the fused score; tried from 0 to 0.3 on our own questions."""

HINT_SHARE = 0.3
"""What a lesson's title, goal and questions add to its passages, if they fit perfectly."""

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Shelf:
    """Passages with their index. `twin` is each passage's number in the other register, or its own.

    `words`: what each passage is found by: its own words, and how people ask for its section.
    """

    passages: tuple[Passage, ...]
    index: Index
    titles: Lexical
    twin: np.ndarray
    item_vectors: tuple[np.ndarray | None, ...]
    missing_vectors: int
    hints: Hints
    words: tuple[str, ...]
    masks: dict[tuple[str | None, ...], np.ndarray] = field(default_factory=dict)

    def allowed(self, register: str, audience: str | None, unit: str | None = None) -> np.ndarray:
        """bool, shape (passages,): those in this register (or in lessons that lack it) for this audience.

        `unit`: only its own and everybody's; None: all.
        """
        key = (register, audience, unit)
        if key not in self.masks:
            self.masks[key] = self._mask(register, audience, unit)
        return self.masks[key]

    def _mask(self, register: str, audience: str | None, unit: str | None) -> np.ndarray:
        has_register = {one.group for one in self.passages if one.register == register}
        return np.array(
            [
                (one.register == register or one.group not in has_register)
                and one.audience in (None, audience)
                and (unit is None or one.unit in (None, unit))
                for one in self.passages
            ],
            bool,
        )

    def title_bonus(self, question: str) -> np.ndarray:
        """float, shape (passages,), 0 to TITLE_SHARE: how well lesson and section titles fit a question."""
        scores, _total = self.titles.scores(question)
        return TITLE_SHARE * min_max(np.maximum(scores, scores[self.twin]))

    def hint_bonus(self, question: str, vector: np.ndarray | None) -> np.ndarray:
        """float, shape (passages,), 0 to HINT_SHARE: how well a lesson's own questions fit this one."""
        return HINT_SHARE * self.hints.fit(question, vector)

    def of_kind(self, kind: str) -> np.ndarray:
        """bool, shape (passages,): those of one kind, such as "term"."""
        if ("kind", kind) not in self.masks:
            self.masks["kind", kind] = np.array([one.kind == kind for one in self.passages], bool)
        return self.masks["kind", kind]

    def words_of(self, number: int) -> str:
        """All words by which a passage is found, in both registers."""
        both = dict.fromkeys((number, int(self.twin[number])))
        return "\n".join(self.words[one] for one in both)

    def of_form(self, form: str) -> np.ndarray:
        """bool, shape (passages,): those with a sentence of the kind that a question asks for."""
        return np.array([any(form_bonus(form, item) for item in one.items) for one in self.passages], bool)

    def in_group(self, group: str) -> np.ndarray:
        """bool, shape (passages,): those of one lesson, "course/lesson"."""
        return np.array([one.group == group for one in self.passages], bool)


@dataclass(frozen=True)
class Hints:
    """What lessons ask and promise, and what people ask of them: lessons are found by it.

    `lesson_of` is each passage's lesson (-1: none), `owner` each hint's.
    """

    index: Index
    owner: np.ndarray
    lesson_of: np.ndarray

    def fit(self, question: str, vector: np.ndarray | None) -> np.ndarray:
        """float, shape (passages,), 0 to 1: how well the best hint of each passage's lesson fits.

        All sections of a lesson get the same: among them their own words tell better which one answers.
        """
        if not len(self.owner):
            return np.zeros(len(self.lesson_of))
        best = np.zeros(self.owner.max() + 1)
        np.maximum.at(best, self.owner, self.index.fused(question, vector))
        return np.where(self.lesson_of >= 0, best[self.lesson_of], 0.0)


@dataclass(frozen=True)
class Checked:
    """The verified answers of one revision, and all wordings they are found by."""

    revision: int
    answers: dict[int, Verified]
    wordings: Wordings


def vector_texts(passages: tuple[Passage, ...], library: Library) -> list[str]:
    """Every text that search wants a vector of: the passages, each sentence, step and point, and hints."""
    items = [item for one in passages for item in one.items]
    hints = [one.text for one in lesson_hints(library)]
    return list(dict.fromkeys([*(one.search_text for one in passages), *hints, *items]))


def staff_passages(store: KnowledgeStore, today: date) -> tuple[Passage, ...]:
    """What staff keep in the store: documents in force on that day, and local facts."""
    return (
        *document_passages(store.each_entry(DOCUMENT), today),
        *fact_passages(store.each_entry(FACT), today),
    )


def build_shelf(
    library: Library, cache: VectorCache | None, index_folder: Path, extra: tuple[Passage, ...] = ()
) -> Shelf:
    """Lessons, and what staff keep, as passages with their index.

    Without all vectors of the passages it searches words alone.
    """
    passages = (*lesson_passages(library), *term_passages(library), *extra)
    hints = lesson_hints(library)
    words = words_of_passages(passages, hints)
    texts = [one.search_text for one in passages]
    lexical, built = files.load_or_build(index_folder, words)
    log.info("index of %d passages %s", len(passages), "built" if built else "read")
    try:
        numbers, vectors = cache.known_rows(texts) if cache is not None else (None, None)
        index = Index(lexical, vectors, numbers)
    except VectorsMissing as error:
        log.warning("%s; search goes by words alone", error)
        index = Index(lexical)
    return Shelf(
        words=words,
        hints=build_hints(hints, passages, cache),
        passages=passages,
        index=index,
        titles=Lexical.build([" ".join(one.titles[1:]) for one in passages]),
        twin=twins(passages),
        item_vectors=tuple(cache.rows(one.items) if cache is not None else None for one in passages),
        missing_vectors=len(cache.missing(vector_texts(passages, library))) if cache is not None else 0,
    )


def words_of_passages(passages: tuple[Passage, ...], hints: tuple[Hint, ...]) -> tuple[str, ...]:
    """What each passage is found by: its own words, and what people ask of its section."""
    asked: dict[str, list[str]] = {}
    for one in hints:
        if one.place:
            asked.setdefault(one.place, []).append(one.text)
    return tuple("\n".join((one.lexical_text, *asked.get(one.locator, ()))) for one in passages)


def build_hints(hints: tuple[Hint, ...], passages: tuple[Passage, ...], cache: VectorCache | None) -> Hints:
    """The hints of all lessons with their index; by words alone until all their vectors are there."""
    groups = {group: number for number, group in enumerate(dict.fromkeys(one.group for one in hints))}
    texts = [one.text for one in hints]
    vectors = cache.rows(texts) if cache is not None else None
    return Hints(
        index=Index(Lexical.build(texts), vectors),
        owner=np.array([groups[one.group] for one in hints], np.int64),
        lesson_of=np.array([groups.get(one.group, -1) for one in passages], np.int64),
    )


def twins(passages: tuple[Passage, ...]) -> np.ndarray:
    """int, shape (passages,): the number of the passage that says the same in the other register."""
    numbers = {(one.twin, one.register): number for number, one in enumerate(passages)}
    other = {"standard": "plain", "plain": "standard"}
    return np.array(
        [numbers.get((one.twin, other[one.register]), number) for number, one in enumerate(passages)],
        np.int64,
    )


def read_checked(store: KnowledgeStore, shelf: Shelf, embedder: Embedder | None) -> Checked:
    """The verified answers in use. The revision is read first: a change meanwhile is found next time."""
    revision = store.revision(VERIFIED)
    answers = {one.id: one for one in store.in_use()}
    wordings = Wordings(shelf.index.lexical.idf_of, content_words)
    for one in answers.values():
        for question in one.questions:
            wordings.add(one.id, question, embedder.query(question) if embedder else None)
    return Checked(revision, answers, wordings)
