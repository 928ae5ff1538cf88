"""A second ear for danger: what no card's signs name, judged by all the words of a question together.

The weights were fitted on sentences of people in danger and on ordinary questions
(`assistant.evaluation.danger_fit`); here they are only added up.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np

from assistant.understanding.safety import ways_of
from courses.urgent import Card, Cards
from i18n.vietnamese.typed_words import TypedWords

FITTED = Path(__file__).resolve().parent.parent / "data" / "danger.json"
BY_MEANING = FITTED.parent / "danger_meaning.npz"
NO_DANGER = "-"
LEAST_LIKELY = 0.5
"""How likely danger must be at least, whatever was fitted."""
LEFT_TO_MEANING = 0.03
"""What the words must tell of danger at least, for the meaning to be asked."""
MEANING_WEIGHS, BOTH_FROM = 0.6, 0.3
"""What the log odds by meaning weigh beside those by words, and from when on both together are danger; tried
on sentences that neither was fitted on."""
FEWEST_WORDS = 4
"""Words from which a question may be judged: a word or two may be anything."""

SPEAKS_AGAINST = ("de_phong", "de_phong_ma", "gia_su", "vo_hai_ma", "toi_doi_no", "khong_phai_chet")
"""Groups of the cards that tell of somebody who wants to know, or speaks of a secret of their own."""


@dataclass(frozen=True)
class Ear:
    """Fitted weights: for each feature one number for each of `kinds` (ids of cards, and NO_DANGER)."""

    kinds: tuple[str, ...]
    bias: tuple[float, ...]
    weights: Mapping[str, tuple[float, ...]]
    threshold: float


@dataclass(frozen=True)
class Meaning:
    """Danger by the vector of a question: `weights`, float32 of its size, of one embedder's (`identity`)."""

    identity: str
    weights: np.ndarray
    bias: float

    def odds(self, vector: np.ndarray) -> float:
        """The log odds of danger."""
        return float(vector @ self.weights) + self.bias


def load_meaning(path: Path = BY_MEANING) -> Meaning | None:
    """The weights that come with the program; None if there are none."""
    if not path.is_file():
        return None
    with np.load(path) as arrays:
        return Meaning(str(arrays["identity"]), arrays["weights"], float(arrays["bias"]))


def save_meaning(meaning: Meaning, path: Path = BY_MEANING) -> None:
    """Keep fitted weights."""
    np.savez_compressed(path, identity=meaning.identity, weights=meaning.weights, bias=meaning.bias)


def load_ear(path: Path = FITTED) -> Ear:
    """Read the weights that come with the program."""
    data = json.loads(path.read_text(encoding="utf-8"))
    weights = {name: tuple(row) for name, row in data["weights"].items()}
    return Ear(tuple(data["kinds"]), tuple(data["bias"]), weights, max(data["threshold"], LEAST_LIKELY))


def danger_card(
    heard: TypedWords, cards: Cards, ear: Ear, meant: Callable[[], float] = lambda: 0.0
) -> Card | None:
    """The card of the danger that a question most likely speaks of, or None if it hardly speaks of any.

    `meant()`: the log odds of danger by the question's meaning, 0 where it is not known; it is only looked at
    where the words leave room for it.
    """
    ways = ways_of(cards.words)
    if len(heard.words) < FEWEST_WORDS or any(ways.said(heard, name, alone=True) for name in SPEAKS_AGAINST):
        return None
    likely = likelihoods(features(heard, cards), ear)
    of_danger = 1 - likely[NO_DANGER]
    if of_danger < ear.threshold and (
        of_danger < LEFT_TO_MEANING
        or math.log(of_danger / likely[NO_DANGER]) + MEANING_WEIGHS * meant() < BOTH_FROM
    ):
        return None
    kind = max((one for one in ear.kinds if one != NO_DANGER), key=likely.__getitem__)
    return next((card for card in cards.cards if card.id == kind), None)


def features(heard: TypedWords, cards: Cards) -> Iterator[str]:
    """What is looked at: words without marks, pairs of them, and groups of the cards that were heard."""
    words = ["0" if one.bare[:1].isdigit() else one.bare for one in heard.words]
    yield from set(words)
    yield from {f"{left} {right}" for left, right in pairwise(words)}
    ways = ways_of(cards.words)
    yield from (f"<{name}>" for name in cards.words if ways.said(heard, name))


def likelihoods(found: Iterator[str], ear: Ear) -> dict[str, float]:
    """How likely each kind is; together they are 1."""
    sums = list(ear.bias)
    for feature in found:
        row = ear.weights.get(feature)
        if row is not None:
            sums = [total + weight for total, weight in zip(sums, row, strict=True)]
    most = max(sums)
    grown = [math.exp(total - most) for total in sums]
    return {kind: one / sum(grown) for kind, one in zip(ear.kinds, grown, strict=True)}
