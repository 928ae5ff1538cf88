"""Before any search: is somebody in need now, and is it something that a machine must not answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from courses.urgent import ABOVE, ALONE, Card, Cards
from courses.yamlfile import parse
from i18n.vietnamese.phrases import Ways
from i18n.vietnamese.typed_words import TypedWords

Called = TypeVar("Called", Card, "Refusal")

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


def urgent_card(heard: TypedWords, cards: Cards) -> Card | None:
    """The card for what is happening to somebody now, or None."""
    return _first_standing(heard, cards, ALONE)


def warning_card(heard: TypedWords, cards: Cards) -> Card | None:
    """The card for what somebody may be about to do, or is asked to do; None if there is no danger."""
    return _first_standing(heard, cards, ABOVE)


def _first_standing(heard: TypedWords, cards: Cards, stands: str) -> Card | None:
    standing = (card for card in cards.cards if card.stands == stands)
    return _first_called_for(heard, standing, ways_of(cards.words))


def refusal(heard: TypedWords, refusals: Refusals) -> Refusal | None:
    """What the question is turned down as, or None."""
    return _first_called_for(heard, refusals.refusals, ways_of(refusals.words))


_WAYS: dict[int, tuple[Mapping[str, tuple[str, ...]], Ways]] = {}
_MOST_WAYS = 16


def ways_of(words: Mapping[str, tuple[str, ...]]) -> Ways:
    """The groups of a file, taken apart once: cards and refusals stay the same for a whole process."""
    known = _WAYS.get(id(words))
    if known is None or known[0] is not words:
        if len(_WAYS) >= _MOST_WAYS:
            _WAYS.clear()
        known = _WAYS[id(words)] = (words, Ways(words))
    return known[1]


def _first_called_for(heard: TypedWords, wanted: Iterable[Called], ways: Ways) -> Called | None:
    return next((one for one in wanted if _calls_for(heard, one, ways)), None)


def _calls_for(heard: TypedWords, wanted: Card | Refusal, ways: Ways) -> bool:
    """Whether every group of one sign was heard and nothing speaks against it.

    Several groups bear each other out, so each may be misspelt; one that stands
    alone may not, nor may what speaks against.
    """
    if any(ways.said(heard, name, alone=True) for name in wanted.unless):
        return False
    return any(all(ways.said(heard, name, alone=len(sign) == 1) for name in sign) for sign in wanted.signs)
