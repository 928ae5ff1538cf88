"""How sure: one number between 0 and 1 from the evidence, calibrated on our own questions."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from assistant.retrieval.evidence import Evidence
from assistant.retrieval.record_hits import RecordRanking
from assistant.weights import weight

FILE = Path(__file__).resolve().parent.parent / "data" / "calibration.json"
MARKED, FOLDED = "marked", "folded"


@dataclass(frozen=True)
class Curve:
    """A logistic: each part of the evidence times its weight, plus `bias`.

    An answer is given from `threshold` on.
    """

    cosine: float
    share: float
    covered: float
    bias: float

    @property
    def threshold(self) -> float:
        """The confidence from which a passage may answer."""
        return weight("choice.passage_sure")

    def confidence(self, evidence: Evidence) -> float:
        """How likely it is that the best passage answers the question, between 0 and 1."""
        weighed = (
            self.cosine * evidence.cosine + self.share * evidence.share + self.covered * evidence.covered
        )
        return 1 / (1 + math.exp(-max(-60.0, min(60.0, weighed + self.bias))))


@dataclass(frozen=True)
class RecordCurve:
    """The same for records: `weights` times what speaks for the best one, plus `bias`.

    The parts are those of `records_evidence`.
    """

    weights: tuple[float, ...]
    bias: float

    @property
    def threshold(self) -> float:
        """The confidence from which a record may answer."""
        return weight("choice.record_sure")

    def confidence(self, parts: Sequence[float]) -> float:
        """How likely it is that the best record is the one that is meant, between 0 and 1."""
        weighed = sum(weight * part for weight, part in zip(self.weights, parts, strict=True))
        return 1 / (1 + math.exp(-max(-60.0, min(60.0, weighed + self.bias))))


def records_evidence(ranking: RecordRanking) -> tuple[float, ...]:
    """What speaks for the best record, `EVIDENCE`; zeros where there is none."""
    if not ranking.hits:
        return (0.0,) * len(EVIDENCE)
    best = ranking.hits[0]
    thing, action = best.case[:2]
    return (
        best.score, ranking.share, ranking.ahead_of_others, best.asked, best.titled, best.called, best.cosine,
        best.body, best.said, best.meant, thing, action,
    )  # fmt: skip


EVIDENCE = (
    "score", "share", "ahead", "asked", "titled", "called", "cosine", "body", "said", "meant", "object",
    "action",
)  # fmt: skip
"""Names of the parts of `records_evidence`: the ranker's log odds, its share among all, how far it is ahead,
and what went into them."""


START_RECORDS = {
    True: RecordCurve((0.6, 2.0, 0.2, 1.0, 0.5, 0.5, 0.0, 0.0, 0.0, 0.0, 0.3, 0.3), -1.5),
    False: RecordCurve((0.6, 2.0, 0.2, 1.0, 0.5, 0.5, 0.0, 0.0, 0.0, 0.0, 0.3, 0.3), -1.5),
}

# Measured on XQuAD-vi before there were lessons; they serve where nothing was calibrated yet.
START_DENSE = Curve(87.56, 12.95, 0.0, -78.94)
START_LEXICAL = Curve(0.0, 7.0, 6.0, -6.5)


def load(identity: str, folded: bool, path: Path = FILE) -> Curve:
    """The curve for an embedder (`none` without one) and a way of typing."""
    start = START_LEXICAL if identity == "none" else START_DENSE
    if not path.is_file():
        return start
    curves = json.loads(path.read_text(encoding="utf-8"))
    found = curves.get(identity, {}).get(FOLDED if folded else MARKED)
    return Curve(**found) if found else start


def load_records(identity: str, folded: bool, path: Path = FILE) -> RecordCurve:
    """The curve for records, for an embedder (`none` without one) and a way of typing."""
    curves = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    found = curves.get(identity, {}).get(f"records_{FOLDED if folded else MARKED}")
    if not found:
        return START_RECORDS[identity != "none"]
    return RecordCurve(tuple(found["weights"]), found["bias"])


class Curves:
    """The curves of one embedder (`none` without one), each read once."""

    def __init__(self, identity: str) -> None:
        self._identity = identity
        self._passages: dict[tuple[str, bool], Curve] = {}
        self._records: dict[tuple[str, bool], RecordCurve] = {}

    def passages(self, dense: bool, folded: bool) -> Curve:
        """The curve for what was found by meaning too or by words alone, and for a way of typing."""
        key = (self._identity if dense else "none", folded)
        if key not in self._passages:
            self._passages[key] = load(*key)
        return self._passages[key]

    def records(self, dense: bool, folded: bool) -> RecordCurve:
        """The same for records."""
        key = (self._identity if dense else "none", folded)
        if key not in self._records:
            self._records[key] = load_records(*key)
        return self._records[key]


def save(identity: str, curves: Mapping[str, Curve | RecordCurve], path: Path = FILE) -> None:
    """Keep curves of one embedder beside the others'."""
    known = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    made = {name: _rounded(asdict(curve)) for name, curve in curves.items()}
    known[identity] = {**known.get(identity, {}), **made}
    path.write_text(json.dumps(known, indent=2, sort_keys=True) + "\n", encoding="utf-8")


def _rounded(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _rounded(one) for name, one in value.items()}
    return [_rounded(one) for one in value] if isinstance(value, (list, tuple)) else round(value, 4)


def fit(evidence: Sequence[Evidence], answerable: Sequence[bool]) -> Curve:
    """The curve that separates answerable questions from others. Raises ValueError if not both are there."""
    raw = np.array([[one.cosine, one.share, one.covered] for one in evidence], float)
    weights, bias = separate(raw, answerable)
    cosine, share, covered = weights
    return Curve(cosine, share, covered, bias)


def fit_records(parts: Sequence[Sequence[float]], right: Sequence[bool]) -> RecordCurve:
    """The same for records; `parts` as `records_evidence` gives them. Raises ValueError."""
    weights, bias = separate(np.array(parts, float), right)
    return RecordCurve(tuple(weights), bias)


def separate(raw: np.ndarray, answerable: Sequence[bool]) -> tuple[list[float], float]:
    """(weight of each column of `raw`, bias) of a logistic: Newton's method, slightly damped.

    `raw`: float, shape (questions, parts). Raises ValueError if there are not both kinds.
    """
    right = np.array(answerable, float)
    if not 0 < right.sum() < len(right):
        raise ValueError("calibration needs questions that have an answer and questions that have none")
    count = raw.shape[1]
    middle, spread = raw.mean(0), raw.std(0)
    spread[spread < 1e-9] = 1.0
    design = np.column_stack([(raw - middle) / spread, np.ones(len(raw))])
    # Both kinds weigh the same, however many questions of each there are.
    weights = np.where(right == 1, 0.5 / right.mean(), 0.5 / (1 - right.mean()))
    damping = np.diag([*[0.3] * count, 1e-6])
    slope = np.zeros(count + 1)
    for _ in range(50):
        guess = 1 / (1 + np.exp(-np.clip(design @ slope, -30, 30)))
        gradient = design.T @ (weights * (guess - right)) + damping @ slope
        curvature = (design * (weights * guess * (1 - guess))[:, None]).T @ design + damping
        step = np.linalg.solve(curvature, gradient)
        slope -= step
        if np.abs(step).max() < 1e-9:
            break
    found = slope[:count] / spread
    return list(map(float, found)), float(slope[count] - found @ middle)
