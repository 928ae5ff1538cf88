"""Warnings: whether a card of first safe steps answers alone or stands above an answer."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from assistant.answer import ANSWERED, CLARIFY, Alert, Answer
from assistant.answering import compose
from assistant.answering.asked import Asked
from assistant.indexing.snapshot import Guards
from assistant.understanding.danger import danger_card
from assistant.understanding.heard import heard
from assistant.understanding.intents import FIELD_INTENTS
from assistant.understanding.safety import urgent_card, warning_card
from assistant.understanding.small_talk import reply_to
from courses.urgent import ABOVE, Card
from i18n.vietnamese import fold
from i18n.vietnamese.typed_words import TypedWords

CHECKED = ("fields", "verified")
"""Who told what is asked besides a card of danger now: a record, or a person. Words of lessons may speak of
the danger itself."""


SHORT_TURN = 6
"""Telling words of a turn that may still speak of the danger that was told before it."""


def danger(asked: Asked) -> Card | None:
    """The card for the danger that a question speaks of, or the turn before it: it is not over by asking on.

    It stands above what is asked now.
    """
    own = danger_in(asked)
    if own is not None or not asked.earlier or asked.joined:
        return own
    goes_on = asked.query.leans_back or (
        len(asked.query.words) <= SHORT_TURN and not asked.query.frame.objects and not reply_to(asked.text)
    )
    before = _card_for(heard(asked.earlier[-1]), asked.snapshot.guards) if goes_on else None
    return replace(before, stands=ABOVE) if before is not None else None


def danger_in(asked: Asked) -> Card | None:
    """The card for the danger that a question itself speaks of, one's own or somebody else's, or None.

    What somebody wants to know of a trick in one part takes nothing back of the trick that is played on them
    in another: each part is heard by itself too. A wound or a fire beside a question about papers is over.
    What only the second ear hears is less sure, and hides no answer.
    """
    guards = asked.snapshot.guards
    found = _card_for(asked.typed, guards)
    if found is not None:
        return found
    likely = danger_card(asked.typed, guards.cards, guards.ear, lambda: _odds_by_meaning(asked))
    if likely is not None:
        return replace(likely, stands=ABOVE)
    parts = _parts(asked.text, guards.cards.turns)
    heard_alone = (_card_for(heard(part), guards) for part in parts if len(parts) > 1)
    return next((card for card in heard_alone if card is not None and card.lesson), None)


def _odds_by_meaning(asked: Asked) -> float:
    """The log odds of danger by the meaning of a question; 0 where there are no vectors of the kind."""
    meaning, encoder = asked.snapshot.guards.meaning, asked.snapshot.encoder
    if meaning is None or meaning.identity != encoder.identity or asked.vector is None:
        return 0.0
    return meaning.odds(asked.vector)


def _card_for(words: TypedWords, guards: Guards) -> Card | None:
    return urgent_card(words, guards.cards) or warning_card(words, guards.cards)


def beneath(asked: Asked, card: Card, find: Callable[[Asked], Answer]) -> Answer:
    """The card as the answer; above another answer, where the question asks for something besides.

    That is asked alone, without the words of the danger, which would lead astray. Neither "I don't know"
    nor a refusal ever hides the card.
    """
    part = _asked_besides(asked)
    if part is None and card.stands != ABOVE:
        return compose.from_card(asked, card)
    answer = find(part or asked)
    if _answers_besides(answer, card, part is not None):
        return replace(answer, question=asked.text, alert=alert_of(asked, card))
    return compose.from_card(asked, card)


def _asked_besides(asked: Asked) -> Asked | None:
    """The part of a question that asks for a field and speaks of no danger, as a question of its own."""
    parts = _parts(asked.text, asked.snapshot.guards.cards.turns)
    if len(parts) == 1:
        return None
    besides = (replace(asked, text=part) for part in sorted(parts, key=len, reverse=True))
    return next(
        (one for one in besides if one.query.intent in FIELD_INTENTS and danger_in(one) is None), None
    )


def _parts(text: str, turns: Sequence[str]) -> list[str]:
    """A text cut at its stops, and where it turns to another matter, typed with diacritics or without."""
    words = "|".join(re.escape(form) for turn in turns for form in dict.fromkeys((turn, fold(turn))))
    cut = re.split(rf"[,.;?!:\n]+(?:\s+|$)|\s(?:{words})\s", text, flags=re.IGNORECASE)
    return [part.strip() for part in cut if len(part.split()) > 2] or [text]


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
    if asks_besides and (answer.engine in CHECKED or card.stands == ABOVE):
        return True
    course = card.lesson.split("/")[0]
    return card.stands == ABOVE and all(one.url.startswith(f"/hoc/{course}/") for one in answer.citations)
