"""How sure: one number between 0 and 1 from the evidence, calibrated on our own questions."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from assistant.retrieval.evidence import Evidence

FILE = Path(__file__).resolve().parent.parent / "data" / "calibration.json"
MARKED, FOLDED = "marked", "folded"
THRESHOLD = 0.45
"""Both kinds weigh the same in the fit, so half would treat them alike; a little less, because an
answer shows its quote and its place, and a needless "I don't know" sends a person away."""


@dataclass(frozen=True)
class Curve:
    """A logistic: each part of the evidence times its weight, plus `bias`.

    An answer is given from `threshold` on.
    """

    cosine: float
    share: float
    covered: float
    bias: float
    threshold: float = THRESHOLD

    def confidence(self, evidence: Evidence) -> float:
        """How likely it is that the best passage answers the question, between 0 and 1."""
        weighed = (
            self.cosine * evidence.cosine + self.share * evidence.share + self.covered * evidence.covered
        )
        return 1 / (1 + math.exp(-max(-60.0, min(60.0, weighed + self.bias))))


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


def save(identity: str, curves: dict[str, Curve], path: Path = FILE) -> None:
    """Keep the curves of one embedder beside the others'."""
    known = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    known[identity] = {
        name: {key: round(value, 4) for key, value in asdict(curve).items()} for name, curve in curves.items()
    }
    path.write_text(json.dumps(known, indent=2, sort_keys=True) + "\n", encoding="utf-8")


def fit(evidence: Sequence[Evidence], answerable: Sequence[bool]) -> Curve:
    """The logistic that separates answerable questions from others (Newton's method, slightly damped).

    Raises ValueError if there are not both kinds.
    """
    right = np.array(answerable, float)
    if not 0 < right.sum() < len(right):
        raise ValueError("calibration needs questions that have an answer and questions that have none")
    raw = np.array([[one.cosine, one.share, one.covered] for one in evidence], float)
    middle, spread = raw.mean(0), raw.std(0)
    spread[spread < 1e-9] = 1.0
    design = np.column_stack([(raw - middle) / spread, np.ones(len(raw))])
    # Both kinds weigh the same, however many questions of each there are.
    weights = np.where(right == 1, 0.5 / right.mean(), 0.5 / (1 - right.mean()))
    damping = np.diag([0.3, 0.3, 0.3, 1e-6])
    slope = np.zeros(4)
    for _ in range(50):
        guess = 1 / (1 + np.exp(-np.clip(design @ slope, -30, 30)))
        gradient = design.T @ (weights * (guess - right)) + damping @ slope
        curvature = (design * (weights * guess * (1 - guess))[:, None]).T @ design + damping
        step = np.linalg.solve(curvature, gradient)
        slope -= step
        if np.abs(step).max() < 1e-9:
            break
    weights_of = slope[:3] / spread
    return Curve(*map(float, weights_of), bias=float(slope[3] - weights_of @ middle))
