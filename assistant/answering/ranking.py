"""What speaks for a passage and for a record besides its words and its meaning, and how sure that makes."""

from __future__ import annotations

import numpy as np

from assistant.answering.extractive import Candidate
from assistant.answering.routing import Sureness
from assistant.indexing.passages import Shelf
from assistant.indexing.procedures import Procedures
from assistant.indexing.snapshot import Snapshot
from assistant.knowledge.entry import DOCUMENT, FACT
from assistant.procedures import everyday_names
from assistant.retrieval import calibration, evidence
from assistant.retrieval.evidence import Evidence
from assistant.retrieval.record_hits import NO_RECORDS, RecordRanking
from assistant.retrieval.search import Hit, Ranking
from assistant.understanding.frames import SET_APART, local_objects
from assistant.understanding.intents import DEFINITION
from assistant.understanding.query import Query
from assistant.weights import weight
from i18n.vietnamese import fold

ONE_WORD = 2
"""Telling words of a question that is nothing but a word: most Vietnamese words are two syllables."""

FOUND = 10
"""Passages of a ranking."""

PASSAGES_READ = 3


def passages(
    query: Query,
    vector: np.ndarray | None,
    shelf: Shelf,
    hints: np.ndarray,
    register: str,
    audience: str | None = None,
    unit: str | None = None,
    lesson: str | None = None,
) -> Ranking:
    """The best passages for a question; see `Asked` for the words that say how it is put.

    `hints`: float, shape (passages,): what people ask of each adds.
    """
    bonus = shelf.title_bonus(query.heard_as) + hints
    if query.leans_back:
        # The topic comes from the turn before; what is new is the kind of thing that is asked.
        bonus = bonus + shelf.with_intent(query.intent) * weight("passages.follow_up")
    if query.frame.actions:
        silent = ~shelf.speaking_of(query.frame.actions, "actions")
        bonus = bonus + silent * weight("cases.silent_lesson")
    if lesson:
        bonus = bonus + shelf.in_group(lesson) * weight("passages.lesson")
    return shelf.index.search(
        query.heard_as,
        vector,
        allowed=shelf.allowed(register, audience, unit) & _kinds(shelf, query),
        wanted=_of_the_thing(shelf, query),
        twin=shelf.twin,
        bonus=bonus,
        count=FOUND,
    )


def _kinds(shelf: Shelf, query: Query) -> np.ndarray:
    """Explanations of words are for who asks what a word means, or says nothing but the word."""
    most = 2 * ONE_WORD if query.intent == DEFINITION else ONE_WORD
    if len(query.words) <= most:
        return np.ones(len(shelf.passages), bool)
    return ~shelf.of_kind("term")


def _of_the_thing(shelf: Shelf, query: Query) -> np.ndarray:
    """Only what speaks of the thing that was asked of; what each place has of its own, from there alone."""
    objects = query.frame.objects
    if not objects:
        return np.ones(len(shelf.passages), bool)
    speaking = shelf.speaking_of(objects, "objects")
    if apart := query.frame.people & SET_APART:
        speaking = speaking & shelf.speaking_of(apart, "people")
    if objects <= local_objects():
        return speaking & (shelf.of_kind(FACT) | shelf.of_kind(DOCUMENT))
    return speaking


def records(
    query: Query, vector: np.ndarray | None, procedures: Procedures, level: str | None
) -> RecordRanking:
    """The best records for a question, of one level or of all."""
    objects = query.frame.objects
    if not procedures.rows or (objects and objects <= local_objects()):
        return NO_RECORDS
    as_typed = [fold(query.typed)] if query.folded else []
    return procedures.index.search(
        everyday_names.load().expand(query.called),
        query.topic,
        vector,
        allowed=procedures.allowed(level),
        called=procedures.called(query.heard_as, *as_typed),
        heard=query.heard_as,
        frame=query.frame,
    )


def sureness(query: Query, ranking: Ranking, records: RecordRanking, snapshot: Snapshot) -> Sureness:
    """How likely the best passage and the best record answer, and from when on they may."""
    shelf, curves = snapshot.shelf, snapshot.encoder.curves
    curve = curves.passages(ranking.dense, query.folded)
    record_curve = curves.records(records.dense, query.folded)
    return Sureness(
        curve.confidence(passage_evidence(query, ranking, shelf)),
        curve.threshold,
        record_curve.confidence(calibration.records_evidence(records)),
        record_curve.threshold,
        _spoken_of(query, ranking, shelf),
        _is_of_the_case(query, ranking, shelf),
    )


def passage_evidence(query: Query, ranking: Ranking, shelf: Shelf) -> Evidence:
    """What speaks for the best passage."""
    texts = [shelf.words_of(hit.number) for hit in ranking.hits[: evidence.READ]]
    return evidence.gather(ranking, query.heard_as, query.words, texts, shelf.index.lexical)


def _spoken_of(query: Query, ranking: Ranking, shelf: Shelf) -> float:
    """How much of what a question is about, beside fees and papers, the best section speaks of."""
    if not ranking.hits:
        return 0.0
    best = shelf.words_of(ranking.hits[0].number)
    return evidence.covered(" ".join(query.topic), query.topic, best, shelf.index.lexical)


def _is_of_the_case(query: Query, ranking: Ranking, shelf: Shelf) -> bool:
    """Whether the best passage speaks of the case that was asked of, if one was."""
    actions = query.frame.actions
    if not actions or not ranking.hits:
        return True
    return bool(shelf.speaking_of(actions, "actions")[ranking.hits[0].number])


def candidates(ranking: Ranking, shelf: Shelf, vector: np.ndarray | None) -> list[Candidate]:
    """The passages to read, with each item's cosine to the question."""
    best = ranking.hits[0].score if ranking.hits else 0.0
    near = [
        hit for hit in ranking.hits[:PASSAGES_READ] if hit.score >= best - weight("passages.nearly_as_good")
    ]
    return [candidate(hit, shelf, vector) for hit in near]


def candidate(hit: Hit, shelf: Shelf, vector: np.ndarray | None) -> Candidate:
    """A passage to read, with each item's cosine to the question."""
    rows = shelf.item_vectors(hit.number)
    cosines = rows @ vector if rows is not None and vector is not None else None
    return Candidate(shelf.passages[hit.number], hit.score, cosines)
