"""How likely an answer that might be given is right: learnt from questions whose right answer is known.

What it is learnt from is written in docs/assistant.md; `python -m assistant fit` learns it again.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np

from assistant.answer import ANSWERED, Answer
from assistant.answering.asked import Asked
from assistant.answering.offers import Offer
from assistant.answering.routing import LESSON, NUMBER_OF, RECORD, has_number_for
from assistant.indexing.procedures import level_of
from assistant.knowledge.entry import DOCUMENT, FACT
from assistant.procedures import record
from assistant.procedures.record import Procedure
from assistant.retrieval import ranker
from assistant.retrieval.ranker import Ranker
from assistant.retrieval.record_features import case_features
from assistant.retrieval.records import COMMUNE, MINISTRY
from assistant.understanding.frames import Frame, fits, frame_of, frame_of_title
from assistant.understanding.intents import (
    AMOUNT,
    DEADLINE,
    DEFINITION,
    DOCUMENTS,
    FEE,
    HOW,
    LISTING,
    OTHER,
    PLACE,
    SCAM,
    SHEET,
    TIME,
    WHO,
)
from assistant.understanding.query import Query, asks_for
from i18n.vietnamese import fold, syllables

START_TRUSTED, START_OTHERS = 0.9, 0.4
"""Where nothing was fitted: the confidence of what search chose, and what that of all others is worth."""

FILE = Path(__file__).resolve().parent.parent / "data" / "trust.npz"

INTENTS = (FEE, TIME, DEADLINE, DOCUMENTS, SHEET, PLACE, WHO, AMOUNT, DEFINITION, SCAM, HOW, LISTING, OTHER)
CASE = ("object", "action", "people", "other_people", "age", "province")
OF_QUESTION = (
    "words", "topic", "folded", "leans", "whether", "asks_object", "asks_action", "asks_people", "asks_age",
    "asks_province", *(f"wants_{name}" for name in INTENTS), "wants", "parts",
)  # fmt: skip
OF_SEARCH = ("record_sure", "lesson_sure", "share", "ahead", "spoken_of", "left_out", "records_here")
OF_OFFER = (
    "is_record", "fields", "asks_back", "place", "silent", "behind", "lines", "long", "numbers", "warnings",
    "in_title", "in_shown", "in_all", "pairs_in_title", "pairs_in_all", "missing_most", "title_unasked",
    *(f"title_{name}" for name in CASE), "unasked_change", "shown_object", "shown_action", "shown_people",
    "told",
)  # fmt: skip
OF_RECORD = (
    "score",
    "asked",
    "titled",
    "called",
    "cosine",
    "body",
    "said",
    "meant",
    "often",
    "commune",
    "ministry",
)
OF_SECTION = ("fused", "nearness", "lexical", "best_share", "is_lesson", "is_term", "hinted")
OF_EACH = (*OF_QUESTION, *OF_SEARCH, *OF_OFFER, *OF_RECORD, *OF_SECTION)
COMPARED = (
    "in_title", "pairs_in_title", "in_shown", "in_all", "pairs_in_all", "missing_most", "told", "score",
    "titled", "cosine", "body", "said", "meant", "title_object", "title_action",
)  # fmt: skip
NAMES = (*OF_EACH, *(f"over_{name}" for name in COMPARED))
"""What speaks for an answer: of the question (what it wants, of what), of the search (how sure it is, how far
apart the first are), of the answer itself (which of the question's words stand in its title, in what it
shows, in the whole record or section; whether its case is the one that was asked of), of its source, and how
far it is over the best other one in each of COMPARED: one that says less of the question is seldom meant."""

WHERE = {
    DOCUMENTS: {record.PAPERS},
    SHEET: {record.PAPERS},
    PLACE: {record.PLACE, record.STEPS, record.HOW_TO_HAND_IN},
    WHO: {record.REQUIREMENTS, record.WHO},
}
"""The sections of a record in which a field stands that has no number of its own."""

_DIGITS, _GAPS = re.compile(r"\d+"), re.compile(r"\W+")

Weigh = Callable[[Sequence[str]], np.ndarray]


class Words:
    """A text's words without marks, in which words and pairs of words are looked up."""

    def __init__(self, *texts: str) -> None:
        self._said = f" {_GAPS.sub(' ', fold(' | '.join(texts)))} "

    def share(self, weights: Mapping[str, float]) -> float:
        """How much of these words, by their weights (of all: 1), it has."""
        total = sum(weights.values())
        return sum(weight for word, weight in weights.items() if word in self) / total if total else 0.0

    def share_of_pairs(self, pairs: Sequence[tuple[str, str]]) -> float:
        """How many of these pairs it has side by side: 0 to 1."""
        return sum(f"{left} {right}" in self for left, right in pairs) / len(pairs) if pairs else 0.0

    def __contains__(self, words: str) -> bool:
        return f" {words} " in self._said


def features(asked: Asked, offers: Sequence[Offer]) -> np.ndarray:
    """What speaks for each answer, `NAMES`: float32, shape (offers, names)."""
    if not offers:
        return np.zeros((0, len(NAMES)), np.float32)
    common = [*_of_question(asked), *_of_search(asked)]
    rows = [[*common, *_of_offer(asked, one), *_of_source(asked, one)] for one in offers]
    return with_the_others(np.array(rows, np.float32))


def with_the_others(rows: np.ndarray) -> np.ndarray:
    """What speaks for each offer with how far it is over the best other: shape (offers, NAMES)."""
    own = rows[:, [OF_EACH.index(name) for name in COMPARED]]
    if len(rows) == 1:
        return np.concatenate([rows, np.zeros_like(own)], axis=1)
    ordered = np.sort(own, axis=0)
    best, second = ordered[-1], ordered[-2]
    return np.concatenate([rows, own - np.where(own == best, second, best)], axis=1)


def confidences(asked: Asked, offers: Sequence[Offer]) -> list[float]:
    """How likely each answer is right, 0 to 1."""
    if not offers:
        return []
    trees = load(asked.ranking.dense or asked.records.dense)
    if trees is None:
        return [by_curves(asked, offer) for offer in offers]
    learnt = (1 / (1 + math.exp(-float(odds))) for odds in trees.scores(features(asked, offers)))
    return [
        by_curves(asked, offer) if is_of_the_unit(offer) else confidence
        for offer, confidence in zip(offers, learnt, strict=True)
    ]


def is_of_the_unit(offer: Offer) -> bool:
    """Whether an answer is from what a unit wrote itself, of which no labelled question could tell."""
    return offer.passage is not None and offer.passage.kind in (FACT, DOCUMENT)


def load(dense: bool) -> Ranker | None:
    """The fitted trees, with vectors or by words alone; None where nothing was fitted yet."""
    return ranker.load(ranker.DENSE if dense else ranker.WORDS, FILE) if FILE.is_file() else None


def by_curves(asked: Asked, offer: Offer) -> float:
    """How likely an answer is right by what search alone says of the first record and the first section."""
    is_record = offer.record is not None
    sure = asked.sureness.record if is_record else asked.sureness.lesson
    chosen = asked.route == (RECORD if is_record else LESSON)
    return max(sure, START_TRUSTED) if chosen and offer.place == offer.silent == 0 else sure * START_OTHERS


def _of_question(asked: Asked) -> list[float]:
    query = asked.query
    frame = query.frame
    return [
        len(query.words), len(query.topic), query.folded, query.leans_back,
        asks_for(query.heard_as) == "whether", bool(frame.objects), len(frame.actions), len(frame.people),
        frame.age is not None, bool(frame.provinces), *(query.intent == name for name in INTENTS),
        len(query.wants), len(asked.parts),
    ]  # fmt: skip


def _of_search(asked: Asked) -> list[float]:
    sure, records = asked.sureness, asked.records
    return [
        sure.record, sure.lesson, records.share, records.ahead_of_others, sure.spoken_of,
        len(records.left_out), bool(asked.snapshot.procedures.rows),
    ]  # fmt: skip


def _of_offer(asked: Asked, offer: Offer) -> list[float]:
    answer, query = offer.answer, asked.query
    titles = _titles(asked, offer)
    shown = "\n".join((answer.text, *answer.steps))
    title, says, whole = Words(*titles), Words(*titles, shown), Words(*titles, shown, _whole(asked, offer))
    weigh = _weigh(asked, offer)
    topic = query.topic
    weights = dict(zip(topic, map(float, weigh(topic)), strict=True)) if topic else {}
    spoken = tuple(map(fold, syllables(query.heard_as)))
    pairs = [pair for pair in dict.fromkeys(pairwise(spoken)) if pair[0] in weights and pair[1] in weights]
    total = sum(weights.values()) or 1.0
    missing = [weight for word, weight in weights.items() if word not in says]
    named = _frame_of_titles(offer, titles)
    frame = query.frame
    own = set(map(fold, syllables(titles[-1])))
    unasked = own - set(spoken)
    said = frame_of(shown[:2000])
    return [
        offer.record is not None, answer.engine == "fields", answer.outcome != ANSWERED, offer.place,
        offer.silent, _behind(asked, offer), shown.count("\n") + 1, math.log1p(len(shown)),
        len(set(_DIGITS.findall(shown))), len(answer.warnings),
        title.share(weights), says.share(weights), whole.share(weights),
        title.share_of_pairs(pairs), whole.share_of_pairs(pairs), max(missing, default=0.0) / total,
        len(unasked) / (len(own) or 1), *case_features(frame, named), len(named.actions - frame.actions),
        _stands(frame.objects, said.objects | named.objects, "objects"),
        _stands(frame.actions, said.actions | named.actions, "actions"),
        len(frame.people & (said.people | named.people)), told(query, answer),
    ]  # fmt: skip


def told(query: Query, answer: Answer) -> float:
    """How many of the fields that are asked for an answer speaks of: 0 to 1."""
    shown = fold("\n".join((answer.text, *answer.steps)))
    places = (one.url.partition("#") for one in answer.citations if "/thu-tuc/" in one.url)
    anchors = {anchor for _url, _mark, anchor in places}
    found = [
        has_number_for(name, shown)
        if name in NUMBER_OF
        else not anchors or bool(anchors & WHERE.get(name, anchors))
        for name in query.wants
    ]
    return sum(found) / len(found)


def _of_source(asked: Asked, offer: Offer) -> list[float]:
    of_record, of_section = [0.0] * len(OF_RECORD), [0.0] * len(OF_SECTION)
    if (hit := offer.record) is not None:
        row = asked.snapshot.procedures.rows[hit.number]
        level = level_of(row.level)
        of_record = [
            hit.score, hit.asked, hit.titled, hit.called, hit.cosine, hit.body, hit.said, hit.meant,
            row.often, level == COMMUNE, level == MINISTRY,
        ]  # fmt: skip
    if offer.hit is not None and offer.passage is not None:
        one = offer.hit
        of_section = [
            one.score, one.cosine, one.lexical, asked.ranking.share, offer.passage.kind == "lesson",
            offer.passage.kind == "term", asked.hints[one.number],
        ]  # fmt: skip
    return [*of_record, *of_section]


def _behind(asked: Asked, offer: Offer) -> float:
    """How far it is behind the best of its kind."""
    if offer.record is not None:
        return asked.records.hits[0].score - offer.record.score
    return asked.ranking.hits[0].score - offer.hit.score if offer.hit is not None else 0.0


def _titles(asked: Asked, offer: Offer) -> tuple[str, ...]:
    if offer.passage is not None:
        return offer.passage.titles
    assert offer.record is not None, "an offer is of a record or of a section"
    return tuple(asked.snapshot.procedures.rows[offer.record.number].names.split("\n"))


def _whole(asked: Asked, offer: Offer) -> str:
    """The words among which an answer stands: its section, or the head of its record."""
    if offer.passage is not None:
        return asked.snapshot.shelf.words_of(offer.hit.number) if offer.hit else offer.passage.search_text
    assert offer.record is not None, "an offer is of a record or of a section"
    read: Procedure | None = asked.snapshot.record(offer.record.number)
    return "\n".join(line for lines in read.sections().values() for line in lines) if read else ""


def _weigh(asked: Asked, offer: Offer) -> Weigh:
    names = asked.snapshot.procedures.names
    if offer.record is not None and names is not None:
        return names.idf_of
    return asked.snapshot.shelf.index.lexical.idf_of


def _frame_of_titles(offer: Offer, titles: Sequence[str]) -> Frame:
    return frame_of_title(titles[0]) if offer.record is not None else frame_of("\n".join(titles[1:]))


def _stands(asked: frozenset[str], said: frozenset[str], name: str) -> float:
    """1 if what was asked of is spoken of, -1 if not, 0 if nothing was asked of."""
    if not asked:
        return 0.0
    return 1.0 if fits(asked, said, name) else -1.0
