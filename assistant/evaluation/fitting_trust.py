"""How far an answer may be trusted, fitted again on what would be answered to questions with a label."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from assistant.answering import trust
from assistant.answering.asked import Asked
from assistant.answering.offers import Offer, offers
from assistant.evaluation.fitting_ranker import grown, name_of
from assistant.evaluation.probe import Probe
from assistant.evaluation.question_sets import (
    Question,
    expected,
    wanted_lessons,
    wanted_procedures,
)
from assistant.evaluation.retrieval_bench import typed_as
from assistant.evaluation.scored import score
from assistant.indexing.procedures import EMPTY
from assistant.indexing.snapshot import Encoder
from assistant.retrieval.ranker import DENSE, WORDS, Ranker
from assistant.service import Assistant

PLAIN, FOLDED = "plain", "folded"
TREES, LEAVES, RATE, LEAST, DAMPING = 200, 8, 0.06, 25, 2.0
NOT_ASKED = {"urgent", "refuse"}
"""What is answered before anything is looked for teaches nothing here."""

View = Callable[[Asked, Question], Asked]

ALL_BUT = "all but what answers"
"""The mask of records among which nothing answers, named as if it were a level."""


def as_it_is(asked: Asked, _question: Question) -> Asked:
    """A question where everything is there."""
    return asked


def without_catalogue(asked: Asked, _question: Question) -> Asked:
    """The same on a site that has imported no procedures yet."""
    return replace(asked, snapshot=replace(asked.snapshot, procedures=EMPTY))


def by_words(asked: Asked, _question: Question) -> Asked:
    """The same where there are no vectors."""
    return replace(asked, snapshot=replace(asked.snapshot, encoder=Encoder(None)))


def without_its_source(asked: Asked, question: Question) -> Asked:
    """The same where the records and lessons that answer it are not there: nothing that is left is right.

    So every question is one that no source answers as well, beside what lies nearest to it.
    """
    snapshot = asked.snapshot
    procedures, shelf = snapshot.procedures, snapshot.shelf
    rows, numbers = procedures.rows, procedures.numbers
    names = {name_of(rows[numbers[code]].title) for code in wanted_procedures(question) if code in numbers}
    records = np.array([name_of(row.title) not in names for row in rows], bool)
    lessons = set(wanted_lessons(question))
    sections = np.array([one.group not in lessons for one in shelf.passages], bool)
    here = (asked.register, asked.audience, asked.unit)
    masks = {**shelf.masks, here: shelf.allowed(*here) & sections}
    left = replace(
        snapshot,
        procedures=replace(procedures, masks={ALL_BUT: records}),
        shelf=replace(shelf, masks=masks),
    )
    return replace(asked, snapshot=left, level=ALL_BUT)


def by_words_without_its_source(asked: Asked, question: Question) -> Asked:
    """Both at once."""
    return by_words(without_its_source(asked, question), question)


SOURCELESS = frozenset((without_its_source, by_words_without_its_source))
"""Views that tell nothing of a question whose source is not known."""

VIEWS: Mapping[str, tuple[tuple[View, str], ...]] = {
    DENSE: ((as_it_is, PLAIN), (as_it_is, FOLDED), (without_catalogue, PLAIN), (without_its_source, PLAIN)),
    WORDS: ((by_words, PLAIN), (by_words_without_its_source, PLAIN)),
}
"""How the questions are put, by the trees that learn from it."""


def fit(
    assistant: Assistant, questions: Sequence[Question], progress: Callable[[int, int], None]
) -> dict[str, Ranker]:
    """The trees with vectors and by words alone. Raises FitError."""
    chosen = [one for one in questions if teaches(one)]
    sourced = [one for one in chosen if has_source(one)]
    asked_in = {
        kind: [(view, typed, sourced if view in SOURCELESS else chosen) for view, typed in views]
        for kind, views in VIEWS.items()
    }
    most = sum(len(of_view) for views in asked_in.values() for _view, _typed, of_view in views)
    done, made = 0, {}
    for kind, views in asked_in.items():
        found = []
        for view, typed, of_view in views:
            for question in of_view:
                found.append(row(assistant, question, view, typed))
                done += 1
                progress(done, most)
        made[kind] = learn(found)
    return made


def teaches(question: Question) -> bool:
    """Whether what would be answered to a question tells right from wrong."""
    if question.get("kind") in ("injection", "personal_data") or question.get("parts"):
        return False
    return not set(expected(question)) <= NOT_ASKED


def has_source(question: Question) -> bool:
    """Whether a record or a lesson is known to answer it."""
    return bool(wanted_procedures(question) or wanted_lessons(question))


def row(
    assistant: Assistant, question: Question, view: View = as_it_is, typed: str = PLAIN
) -> tuple[np.ndarray, np.ndarray]:
    """(features of what would be answered to a question, whether each is right)."""
    read = Probe(assistant).section
    history = [typed_as(said, typed) for said in question.get("history") or ()]
    asked = view(assistant.asked(typed_as(question["question"], typed), history), question)
    offered = [one for one in offers(asked) if counts(question, one)]
    right = [score(question, one.answer, read).right for one in offered]
    return trust.features(asked, offered), np.array(right, bool)


def counts(question: Question, offer: Offer) -> bool:
    """Whether a label speaks of an offer: who wrote one without a kind did not look into the records."""
    return offer.record is None or bool(question.get("kind"))


def learn(found: Sequence[tuple[np.ndarray, np.ndarray]]) -> Ranker:
    """Boosted trees over the offers of each question. Raises FitError."""
    told = [(features, right) for features, right in found if len(right)]
    features = np.concatenate([one for one, _right in told])
    right = np.concatenate([one for _features, one in told])
    # A question with many offers tells little more than one with few.
    weights = np.concatenate([np.full(len(one), len(one) ** -0.5) for _features, one in told])
    return grown(features, right, weights, TREES, LEAVES, RATE, LEAST, DAMPING)
