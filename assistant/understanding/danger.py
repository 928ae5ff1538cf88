"""A second ear for danger: what no card's signs name, judged by all the words of a question together.

The weights were fitted on sentences of people in danger and on ordinary questions
(`assistant.evaluation.danger_fit`); here they are only added up.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from assistant.understanding.safety import ways_of
from courses.urgent import Card, Cards
from i18n.vietnamese.typed_words import TypedWords

FITTED = Path(__file__).resolve().parent.parent / "data" / "danger.json"
NO_DANGER = "-"
LEAST_LIKELY = 0.85
"""How likely danger must be at least, whatever was fitted: on the questions to tune on, nothing more that is
danger is heard below it, and a child's fever is taken for somebody who is tired of life."""
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


def load_ear(path: Path = FITTED) -> Ear:
    """Read the weights that come with the program."""
    data = json.loads(path.read_text(encoding="utf-8"))
    weights = {name: tuple(row) for name, row in data["weights"].items()}
    return Ear(tuple(data["kinds"]), tuple(data["bias"]), weights, max(data["threshold"], LEAST_LIKELY))


def danger_card(heard: TypedWords, cards: Cards, ear: Ear) -> Card | None:
    """The card of the danger that a question most likely speaks of, or None if it hardly speaks of any."""
    ways = ways_of(cards.words)
    if len(heard.words) < FEWEST_WORDS or any(ways.said(heard, name, alone=True) for name in SPEAKS_AGAINST):
        return None
    likely = likelihoods(features(heard, cards), ear)
    if 1 - likely[NO_DANGER] < ear.threshold:
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
