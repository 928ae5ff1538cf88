"""Everything one question needs, loaded together and never changed: threads share it without locks."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType

import numpy as np

from assistant.indexing import lexical_files
from assistant.indexing.vector_cache import NOTHING_LACKS, Lacking, VectorCache, keys_of, question_key
from assistant.knowledge.hints import Hint, asked_hints, lesson_hints
from assistant.knowledge.lessons import lesson_passages
from assistant.knowledge.passage import Passage
from assistant.knowledge.store import VERIFIED, KnowledgeStore
from assistant.knowledge.terms import term_passages
from assistant.knowledge.verified import Verified
from assistant.retrieval.lexical import Lexical
from assistant.retrieval.paraphrases import AnyWordings, Wordings
from assistant.retrieval.search import Index, min_max
from assistant.retrieval.vectors import VectorsMissing
from assistant.understanding.frames import speaks_of
from assistant.understanding.intents import intent_bonus
from assistant.understanding.query import asks_for, content_words, names_nothing
from assistant.weights import weight
from courses.model import Library

log = logging.getLogger(__name__)

Progress = Callable[[int, int], None]

NOTHING_KEPT: Mapping[int, tuple[Passage, ...]] = MappingProxyType({})


@dataclass(frozen=True)
class Shelf:
    """Passages with their index. `twin` is each passage's number in the other register, or its own.

    `words`: what each passage is found by: its own words, and how people ask for its section. `keys`,
    `all_keys`: those of the passages' vectors, and of every vector that is wanted. `staff`: where
    the passages of each entry of the store stand. `whole`, `gone`: the shelf that this one was made of, see
    `beside`, and bool, shape (passages,): those of its passages that are used no more.
    """

    passages: tuple[Passage, ...]
    index: Index
    titles: Lexical
    twin: np.ndarray
    cache: VectorCache | None
    vectors: Lacking
    hints: Hints
    words: tuple[str, ...]
    keys: np.ndarray
    all_keys: np.ndarray
    masks: dict[tuple[str | None, ...], np.ndarray] = field(default_factory=dict)
    staff: Mapping[int, slice] = field(default_factory=dict)
    whole: Shelf | None = None
    gone: np.ndarray | None = None

    def item_vectors(self, number: int) -> np.ndarray | None:
        """Vectors of a passage's sentences, steps and points, shape (items, size); None if one is missing."""
        return self.cache.rows(self.passages[number].items) if self.cache is not None else None

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
        mask = np.array(
            [
                (one.register == register or one.group not in has_register)
                and one.audience in (None, audience)
                and (unit is None or one.unit in (None, unit))
                for one in self.passages
            ],
            bool,
        )
        return mask if self.gone is None else mask & ~self.gone

    def title_bonus(self, question: str) -> np.ndarray:
        """float, shape (passages,), 0 to the weight: how well lesson and section titles fit a question."""
        scores, _total = self.titles.scores(question)
        return weight("passages.title") * min_max(np.maximum(scores, scores[self.twin]))

    def hint_bonus(self, question: str, vector: np.ndarray | None, sections: bool = True) -> np.ndarray:
        """float, shape (passages,), 0 to the weight: how well a lesson's own questions fit this one.

        `sections`: whether those of a section speak for it above all; not in a follow-up, whose topic was
        asked for another section.
        """
        return weight("passages.hint") * self.hints.fit(question, vector, sections)

    def of_kind(self, kind: str) -> np.ndarray:
        """bool, shape (passages,): those of one kind, such as "term"."""
        if ("kind", kind) not in self.masks:
            self.masks["kind", kind] = np.array([one.kind == kind for one in self.passages], bool)
        return self.masks["kind", kind]

    def words_of(self, number: int) -> str:
        """All words by which a passage is found, in both registers."""
        both = dict.fromkeys((number, int(self.twin[number])))
        return "\n".join(self.words[one] for one in both)

    def with_intent(self, intent: str) -> np.ndarray:
        """bool, shape (passages,): those with a sentence of the kind that a question asks for."""
        if ("intent", intent) not in self.masks:
            known = self.whole.with_intent(intent) if self.whole is not None else np.zeros(0, bool)
            more = self.passages[len(known) :]
            has_one = [any(intent_bonus(intent, item) for item in one.items) for one in more]
            self.masks["intent", intent] = np.concatenate([known, np.array(has_one, bool)])
        return self.masks["intent", intent]

    def speaking_of(self, ids: Iterable[str], name: str) -> np.ndarray:
        """bool, shape (passages,): those that speak of one of these rows of a list of frames ("objects")."""
        found = np.zeros(len(self.passages), bool)
        for id in ids:
            key = (name, id)
            if key not in self.masks:
                here = (speaks_of(id, name, self.words_of(one).lower()) for one in range(len(found)))
                self.masks[key] = np.fromiter(here, bool, len(found))
            found |= self.masks[key]
        return found

    def in_group(self, group: str) -> np.ndarray:
        """bool, shape (passages,): those of one lesson, "course/lesson"."""
        return np.array([one.group == group for one in self.passages], bool)


@dataclass(frozen=True)
class Hints:
    """What lessons ask and promise, and what people ask of them and of documents: these are found by it.

    `lesson_of` is each passage's lesson or document (-1: none), `owner` each hint's; `section_of`, `section`
    the same for sections: a hint that names one speaks for it above all. `keys`: of the hints' vectors.
    """

    index: Index
    owner: np.ndarray
    lesson_of: np.ndarray
    section: np.ndarray
    section_of: np.ndarray
    keys: np.ndarray

    def fit(self, question: str, vector: np.ndarray | None, sections: bool = True) -> np.ndarray:
        """float, shape (passages,), 0 to 1: how well the best hint of each one's lesson and section fits."""
        if not len(self.owner):
            return np.zeros(len(self.lesson_of))
        fitting = self.index.fused(question, vector)
        share = weight("passages.section_hint") if sections else 0.0
        return (1 - share) * best_of(fitting, self.owner, self.lesson_of) + share * best_of(
            fitting, self.section, self.section_of
        )


def best_of(fitting: np.ndarray, owner: np.ndarray, of: np.ndarray) -> np.ndarray:
    """The best of `fitting` among those with each passage's owner `of`; 0 where it has none (-1)."""
    best = np.zeros(max(int(owner.max(initial=-1)), int(of.max(initial=-1))) + 2)
    np.maximum.at(best, owner, fitting)
    best[-1] = 0.0
    return best[of]


@dataclass(frozen=True)
class VerifiedAnswers:
    """The verified answers of one revision, and all wordings they are found by.

    `keys`: of the wordings' vectors. `whole`: those that these were made of, see `beside`; some of its
    wordings may have no answer any more.
    """

    revision: int
    answers: Mapping[int, Verified]
    wordings: AnyWordings
    vectors: Lacking
    keys: np.ndarray
    masks: dict[str | None, np.ndarray] = field(default_factory=dict)
    whole: VerifiedAnswers | None = None

    def allowed(self, unit: str | None) -> np.ndarray | None:
        """bool, shape (wordings,): those of this unit's answers and of everybody's; None: all."""
        if unit is None and self.whole is None:
            return None
        if unit not in self.masks:
            answers = {id for id, one in self.answers.items() if unit is None or one.unit in (None, unit)}
            self.masks[unit] = np.array([one in answers for one in self.wordings.owners.tolist()], bool)
        return self.masks[unit]


def vector_texts(passages: tuple[Passage, ...], hints: Sequence[Hint]) -> list[str]:
    """Every text that search wants a vector of: the passages, each sentence, step and point, and hints.

    `hints`: those of lessons; what people ask of documents stands with their passages.
    """
    items = [item for one in passages for item in one.items]
    said = [one.text for one in (*hints, *asked_hints(passages))]
    return list(dict.fromkeys([*(one.search_text for one in passages), *said, *items]))


@dataclass(frozen=True)
class Lessons:
    """What comes from the library alone: made once, however often staff change what they keep."""

    passages: tuple[Passage, ...]
    hints: tuple[Hint, ...]
    hint_words: Lexical
    hint_keys: np.ndarray

    @classmethod
    def of(cls, library: Library) -> Lessons:
        """The passages and hints of a library."""
        hints = lesson_hints(library)
        passages = (*lesson_passages(library), *term_passages(library))
        asked = [one.text for one in hints]
        return cls(passages, hints, Lexical.build(asked), keys_of(asked))


def build_shelf(
    lessons: Lessons,
    cache: VectorCache | None,
    index_folder: Path,
    staff: Mapping[int, tuple[Passage, ...]] = NOTHING_KEPT,
) -> Shelf:
    """Lessons, and what staff keep, by the ids of its entries, as passages with their index.

    Without enough vectors of the lessons it searches words alone.
    """
    passages = (*lessons.passages, *(passage for kept in staff.values() for passage in kept))
    asked = asked_hints(passages)
    words = words_of_passages(passages, (*lessons.hints, *asked))
    lexical, built = lexical_files.load_or_build(index_folder, words)
    log.info("index of %d passages %s", len(passages), "built" if built else "read")
    bare = Shelf(
        words=words,
        hints=build_hints(lessons, passages, asked),
        passages=passages,
        index=Index(lexical),
        titles=Lexical.build([" ".join(one.titles[1:]) for one in passages]),
        twin=twins(passages),
        cache=cache,
        vectors=NOTHING_LACKS,
        keys=keys_of(one.search_text for one in passages),
        all_keys=keys_of(vector_texts(passages, lessons.hints)),
        staff=_places(staff, len(lessons.passages)),
    )
    return with_vectors(bare, lessons, cache)


def _places(staff: Mapping[int, tuple[Passage, ...]], first: int) -> dict[int, slice]:
    places = {}
    for id, kept in staff.items():
        places[id] = slice(first, first + len(kept))
        first += len(kept)
    return places


def with_vectors(shelf: Shelf, lessons: Lessons, cache: VectorCache | None) -> Shelf:
    """The same shelf with the vectors that are there now; its words are not indexed again."""
    ours = np.arange(len(shelf.passages)) < len(lessons.passages)
    lexical = shelf.index.lexical
    numbers, vectors, kept_in = known(cache, shelf.keys)
    try:
        index = Index(lexical, vectors, numbers, ours, kept_in)
    except VectorsMissing as error:
        log.warning("%s; search goes by words alone", error)
        index = Index(lexical)
    return replace(
        shelf,
        cache=cache,
        index=index,
        hints=replace(shelf.hints, index=_hint_index(shelf.hints, cache)),
        vectors=cache.lacking(shelf.all_keys) if cache is not None else NOTHING_LACKS,
        masks={},
    )


def known(
    cache: VectorCache | None, keys: np.ndarray
) -> tuple[np.ndarray | None, np.ndarray | None, Path | None]:
    """(places of the keys that have a vector, these, where they are shared); None without a cache."""
    return (None, None, None) if cache is None else (*cache.known_rows(keys), cache.mapped)


def words_of_passages(passages: tuple[Passage, ...], hints: tuple[Hint, ...]) -> tuple[str, ...]:
    """What each passage is found by: its own words, and what people ask of its section."""
    asked: dict[tuple[str, str | None], list[str]] = {}
    for one in hints:
        if one.place:
            asked.setdefault((one.place, one.unit), []).append(one.text)
    return tuple("\n".join((one.lexical_text, *asked.get((one.locator, one.unit), ()))) for one in passages)


def build_hints(lessons: Lessons, passages: tuple[Passage, ...], asked: tuple[Hint, ...]) -> Hints:
    """The hints of all lessons, and what is asked of documents, found by words alone."""
    hints = (*lessons.hints, *asked)
    # Two units may have a document under one address: each finds its own.
    groups = {own: number for number, own in enumerate(dict.fromkeys((one.group, one.unit) for one in hints))}
    sections = {own: n for n, own in enumerate(dict.fromkeys((one.locator, one.unit) for one in passages))}
    words = Lexical.build([one.text for one in hints]) if asked else lessons.hint_words
    return Hints(
        index=Index(words),
        owner=np.array([groups[one.group, one.unit] for one in hints], np.int64),
        lesson_of=np.array([groups.get((one.group, one.unit), -1) for one in passages], np.int64),
        section=np.array([sections.get((one.place, one.unit), -1) for one in hints], np.int64),
        section_of=np.array([sections[one.locator, one.unit] for one in passages], np.int64),
        keys=np.concatenate([lessons.hint_keys, keys_of(one.text for one in asked)]),
    )


def _hint_index(hints: Hints, cache: VectorCache | None) -> Index:
    """Hints as an index; by words alone until most of their vectors are there."""
    numbers, vectors, kept_in = known(cache, hints.keys)
    return Index(hints.index.lexical, vectors, numbers, kept_in=kept_in)


def twins(passages: tuple[Passage, ...]) -> np.ndarray:
    """int, shape (passages,): the number of the passage that says the same in the other register."""
    numbers = {(one.twin, one.register): number for number, one in enumerate(passages)}
    other = {"standard": "plain", "plain": "standard"}
    return np.array(
        [numbers.get((one.twin, other[one.register]), number) for number, one in enumerate(passages)],
        np.int64,
    )


def read_verified(
    store: KnowledgeStore, shelf: Shelf, cache: VectorCache | None, before: VerifiedAnswers | None = None
) -> VerifiedAnswers:
    """The verified answers in use. The revision is read first: a change meanwhile is found next time.

    No vector is made here: a wording that has none yet is compared by its words. `before`: what was
    read the last time; an answer is never changed, only replaced, so its wordings stay.
    """
    revision = store.revision(VERIFIED)
    answers = {one.id: one for one in store.in_use()}
    wordings, keys = wordings_of(answers, shelf, before.wordings if before else None)
    bare = VerifiedAnswers(revision, answers, wordings, NOTHING_LACKS, keys)
    return verified_with_vectors(bare, cache)


def verified_with_vectors(verified: VerifiedAnswers, cache: VectorCache | None) -> VerifiedAnswers:
    """The same answers with the vectors of their wordings that are there now."""
    wordings = verified.wordings
    if cache is None or not isinstance(wordings, Wordings):
        return verified
    wordings = wordings.with_vectors(*cache.known_rows(verified.keys))
    return replace(verified, wordings=wordings, vectors=cache.lacking(verified.keys))


def wordings_of(
    answers: Mapping[int, Verified], shelf: Shelf, before: AnyWordings | None = None
) -> tuple[Wordings, np.ndarray]:
    """The wordings of answers, compared by their words, and the keys of their vectors."""
    asked = [
        (one.id, question)
        for one in answers.values()
        for question in one.questions
        if not names_nothing(question)
    ]
    wordings = Wordings.of(
        asked,
        weigh=shelf.index.lexical.idf_of,
        telling=content_words,
        asks=asks_for,
        before=before,
    )
    return wordings, keys_of((question for _id, question in asked), question_key)
