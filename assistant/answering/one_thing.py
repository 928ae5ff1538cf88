"""Several things wanted of one procedure: its record is found with all that was said, and asked for each.

A part alone has lost what the sentence before it told; what is found for it is often somebody else's.
"""

from __future__ import annotations

from dataclasses import replace

from assistant.answer import ABSTAINED, ANSWERED, Answer
from assistant.answering.asked import Asked
from assistant.answering.compound import together
from assistant.answering.found import least_sure, likeliest, weighed_offers
from assistant.answering.from_record import from_record
from assistant.answering.routing import ASK_BACK, says_all
from assistant.understanding.frames import fits, frame_of
from assistant.understanding.intents import AMOUNT, DEADLINE, FIELD_INTENTS, SHEET, WHO
from assistant.understanding.query import has_topic_of_its_own, own_topic
from i18n.vietnamese import fold, syllables

ENOUGH = 0.6
"""The share of a part's own words that an answer from the record's words must have."""

FIELDS = frozenset((*FIELD_INTENTS, SHEET, DEADLINE)) - {WHO}
"""What a record tells one after the other under its name."""


def of_one_thing(asked: Asked) -> Answer | None:
    """What one record says to each part of a question; None if the parts are of several things, or unsure."""
    if not is_one_thing(asked):
        return None
    is_tied = asked.route == ASK_BACK and bool(asked.tied)
    best, sure = likeliest(asked, weighed_offers(asked), is_tied)
    if best is None or best.record is None or sure < least_sure(asked, best, is_tied):
        return None
    number = best.record.number
    fields = {part.query.intent for part in asked.parts}
    if fields <= FIELDS and fields <= set(asked.query.wants) and best.answer.outcome == ANSWERED:
        return replace(best.answer, confidence=sure)
    answers = [_said(part, number, sure) for part in asked.parts]
    if not any(one.outcome == ANSWERED for one in answers):
        return None
    return together(asked, answers)


def _said(part: Asked, number: int, sure: float) -> Answer:
    """What the record says to one part, or that it is left open."""
    said = from_record(part, number, sure)
    if said is None or not says_all(part.query, said) or not speaks_of(part, said):
        return Answer(part.text, ABSTAINED, "", register=part.register)
    return replace(said, confidence=sure)


def speaks_of(part: Asked, said: Answer) -> bool:
    """Whether an answer holds what a part speaks of beside a record's fields; else it answers another."""
    if part.query.intent in FIELDS or said.outcome != ANSWERED:
        return True
    topic = own_topic(part.text)
    words = set(map(fold, syllables("\n".join((said.text, *said.steps)))))
    return not topic or sum(word in words for word in topic) >= ENOUGH * len(topic)


def is_one_thing(asked: Asked) -> bool:
    """Whether no part names another thing, another case or another place than what was said before it."""
    told = frame_of(asked.parts[0].text)
    for part in asked.parts[1:]:
        own = frame_of(part.text)
        if part.query.intent in (*FIELDS, AMOUNT) and has_topic_of_its_own(part.text):
            return False
        if own.objects and not (told.objects and fits(own.objects, told.objects, "objects")):
            return False
        if own.actions - told.actions or own.provinces - told.provinces:
            return False
    return True
