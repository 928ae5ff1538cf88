"""The ranker of records, fitted again: on what people say of each record, and on questions to tune on.

A saying is a question whose record is known; while it is asked, it does not count among what leads there.
"""

from __future__ import annotations

import importlib
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from assistant.evaluation.question_sets import Question, wanted_procedures
from assistant.evaluation.retrieval_bench import typed_as
from assistant.indexing.procedures import Procedures, phrases_of
from assistant.procedures import everyday_names
from assistant.retrieval.ranker import DENSE, WORDS, Ranker
from assistant.service import Assistant
from i18n.vietnamese import fold

SAYINGS = 4000
"""Sayings that are asked; more of the catalogue's sixteen thousand bring little."""

FOLDED_SHARE = 0.25
TREES, LEAVES, RATE, LEAST, DAMPING = 160, 10, 0.08, 60, 1.0
OTHERS_WEIGH, QUESTION_WEIGHS = 4.0, 6.0
"""What all wrong records of a question weigh beside its right ones, and a question beside a saying."""


class FitError(RuntimeError):
    """Nothing can be fitted; the sentence says why."""


@dataclass(frozen=True)
class Lesson:
    """One question as the ranker learns from it: features, which rows are right, and what it weighs."""

    features: np.ndarray
    right: np.ndarray
    weight: float


def fit(
    assistant: Assistant, questions: Sequence[Question], progress: Callable[[int, int], None]
) -> dict[str, Ranker]:
    """The trees with vectors and without. Raises FitError."""
    if assistant.now.encoder.identity == "none" or not assistant.now.procedures.index.is_dense:
        raise FitError(
            "fitting needs the imported procedures and all their vectors: run python -m assistant index"
        )
    return {
        kind: learn(list(lessons(assistant, questions, kind == DENSE, progress))) for kind in (DENSE, WORDS)
    }


def lessons(
    assistant: Assistant, questions: Sequence[Question], dense: bool, progress: Callable[[int, int], None]
) -> Iterator[Lesson]:
    """Sayings and questions as lessons; those whose right record is not looked at teach nothing."""
    procedures = assistant.now.procedures
    chosen = random.Random(1)
    phrases = list(enumerate(phrases_of(procedures.numbers)))
    chosen.shuffle(phrases)
    asked: list[tuple[str, Sequence[str], Sequence[str], int, float]] = [
        (fold(one.text) if chosen.random() < FOLDED_SHARE else one.text, (), one.codes, place, 1.0)
        for place, one in phrases[:SAYINGS]
    ]
    asked += [
        (typed_as(one["question"], typed), [typed_as(said, typed) for said in one.get("history") or ()],
         wanted_procedures(one), -1, QUESTION_WEIGHS)
        for one in questions if wanted_procedures(one) for typed in ("plain", "folded")
    ]  # fmt: skip
    for done, (text, history, codes, but, weight) in enumerate(asked, 1):
        lesson = _lesson(assistant, procedures, text, history, codes, but, weight, dense)
        progress(done, len(asked))
        if lesson is not None:
            yield lesson


def _lesson(
    assistant: Assistant,
    procedures: Procedures,
    text: str,
    history: Sequence[str],
    codes: Sequence[str],
    but: int,
    weight: float,
    dense: bool,
) -> Lesson | None:
    asked = assistant.asked(text, history)
    query = asked.query
    as_typed = [fold(query.typed)] if query.folded else []
    hits, features, _dense = procedures.index.look_at(
        everyday_names.load().expand(query.called),
        query.topic,
        asked.vector if dense else None,
        called=procedures.called(query.heard_as, *as_typed),
        heard=query.heard_as,
        frame=query.frame,
        but=but,
    )
    names = {
        name_of(procedures.rows[procedures.numbers[code]].title)
        for code in codes
        if code in procedures.numbers
    }
    right = np.array([name_of(procedures.rows[hit.number].title) in names for hit in hits], bool)
    return Lesson(features, right, weight) if right.any() else None


def name_of(title: str) -> str:
    """The name of a record without its level: the same thing at the commune and the province is one."""
    return title.split(" (", maxsplit=1)[0].lower().replace("thủ tục ", "").strip()


def learn(lessons_: Sequence[Lesson]) -> Ranker:
    """Boosted trees over lessons. Raises FitError without scikit-learn, which only fitting needs."""
    features = np.concatenate([one.features for one in lessons_])
    right = np.concatenate([one.right for one in lessons_])
    weights = np.concatenate([_weights(one) for one in lessons_])
    return grown(features, right, weights, TREES, LEAVES, RATE, LEAST, DAMPING)


def grown(
    features: np.ndarray,
    right: np.ndarray,
    weights: np.ndarray,
    trees: int,
    leaves: int,
    rate: float,
    least: int,
    damping: float,
) -> Ranker:
    """Boosted trees that tell right rows from wrong ones. Raises FitError without scikit-learn.

    `features`: float32, shape (rows, features); `right`, `weights`: shape (rows,).
    """
    try:
        ensemble = importlib.import_module("sklearn.ensemble")
    except ImportError:
        raise FitError("fitting needs scikit-learn: pip install -r requirements/models.txt") from None
    model = ensemble.HistGradientBoostingClassifier(
        max_iter=trees, max_leaf_nodes=leaves, learning_rate=rate, min_samples_leaf=least,
        l2_regularization=damping, early_stopping=False, random_state=0,
    )  # fmt: skip
    model.fit(features, right, sample_weight=weights)
    return trees_of(model)


def _weights(one: Lesson) -> np.ndarray:
    wrong = OTHERS_WEIGH / len(one.right)
    return one.weight * np.where(one.right, 1.0 / max(1, one.right.sum()), wrong)


def trees_of(model: Any) -> Ranker:
    """The fitted trees in flat arrays."""
    trees = [predictors[0].nodes for predictors in model._predictors]
    starts = np.cumsum([0, *(len(nodes) for nodes in trees[:-1])])
    nodes = np.concatenate(trees)
    shift = np.repeat(starts, [len(one) for one in trees])
    leaf = nodes["is_leaf"].astype(bool)
    return Ranker(
        feature=np.where(leaf, 0, nodes["feature_idx"]).astype(np.int32),
        threshold=np.where(leaf, 0.0, nodes["num_threshold"]).astype(np.float32),
        left=np.where(leaf, -1, nodes["left"] + shift).astype(np.int32),
        right=np.where(leaf, -1, nodes["right"] + shift).astype(np.int32),
        value=np.where(leaf, nodes["value"], 0.0).astype(np.float32),
        starts=starts.astype(np.int32),
        base=float(np.ravel(model._baseline_prediction)[0]),
    )
