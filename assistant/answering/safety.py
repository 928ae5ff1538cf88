"""Before any search: is somebody in need now, and is it something that a machine must not answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from assistant.answering.signs import Heard, matches
from courses.urgent import Card, Cards
from courses.yamlfile import parse

REFUSALS = Path(__file__).resolve().parent.parent / "data" / "refusals.yaml"


@dataclass(frozen=True)
class Refusal:
    """A kind of question that is turned down, and the polite words that say whom to ask instead."""

    id: str
    signs: tuple[tuple[str, ...], ...]
    unless: tuple[str, ...]
    text: str


@dataclass(frozen=True)
class Refusals:
    """All refusals in their order, and the ways of saying things that they listen for."""

    words: Mapping[str, tuple[str, ...]]
    refusals: tuple[Refusal, ...]


def load_refusals(path: Path = REFUSALS) -> Refusals:
    """Read the refusals that come with the program."""
    data = parse(path.read_text(encoding="utf-8"))
    words = {name: tuple(map(str, phrases)) for name, phrases in data["words"].items()}
    refusals = tuple(
        Refusal(one["id"], tuple(map(tuple, one["signs"])), tuple(one["unless"]), one["text"])
        for one in data["refusals"]
    )
    return Refusals(words, refusals)


def urgent_card(heard: Heard, cards: Cards) -> Card | None:
    """The card for what is happening to somebody now, or None."""
    return next((card for card in cards.cards if _calls_for(heard, card, cards.words)), None)


def refusal(heard: Heard, refusals: Refusals) -> Refusal | None:
    """What the question is turned down as, or None."""
    return next((one for one in refusals.refusals if _calls_for(heard, one, refusals.words)), None)


def _calls_for(heard: Heard, wanted: Card | Refusal, words: Mapping[str, tuple[str, ...]]) -> bool:
    if any(heard.has_any(words[name]) for name in wanted.unless):
        return False
    return any(matches(heard, sign, words) for sign in wanted.signs)
