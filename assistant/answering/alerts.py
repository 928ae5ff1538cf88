"""Warnings: whether a card of first safe steps answers alone or stands above an answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from assistant.answer import ANSWERED, CLARIFY, Alert, Answer
from assistant.answering import compose
from assistant.answering.asked import Asked
from assistant.understanding.danger import danger_card
from assistant.understanding.intents import FIELD_INTENTS
from assistant.understanding.safety import urgent_card, warning_card
from courses.urgent import ABOVE, Card

CHECKED = ("fields", "verified")
"""Who told what is asked besides: a record, or a person. Words of lessons may speak of the danger itself."""


def danger(asked: Asked) -> Card | None:
    """The card for the danger that a question speaks of, one's own or somebody else's, or None."""
    heard, guards = asked.typed, asked.snapshot.guards
    return (
        urgent_card(heard, guards.cards)
        or warning_card(heard, guards.cards)
        or danger_card(heard, guards.cards, guards.ear)
    )


def beneath(asked: Asked, card: Card, find: Callable[[Asked], Answer]) -> Answer:
    """The card as the answer; above another answer, where the question asks for something besides.

    Neither "I don't know" nor a refusal ever hides it.
    """
    asks_besides = asked.query.intent in FIELD_INTENTS
    if not asks_besides and card.stands != ABOVE:
        return compose.from_card(asked, card)
    answer = find(asked)
    if _answers_besides(answer, card, asks_besides):
        return replace(answer, alert=alert_of(asked, card))
    return compose.from_card(asked, card)


def alert_of(asked: Asked, card: Card) -> Alert:
    """The card as what is read before an answer."""
    shown = card.text(asked.register, asked.numbers)
    return Alert(card.title, shown.text, shown.steps, card.url, card.checked_on)


def _answers_besides(answer: Answer, card: Card, asks_besides: bool) -> bool:
    """Whether an answer may stand under a card: it must be what was asked for, or tell of the same danger."""
    if answer.outcome == CLARIFY:
        return asks_besides and bool(answer.choices)
    if answer.outcome != ANSWERED:
        return False
    if asks_besides and answer.engine in CHECKED:
        return True
    course = card.lesson.split("/")[0]
    return card.stands == ABOVE and all(one.url.startswith(f"/hoc/{course}/") for one in answer.citations)
