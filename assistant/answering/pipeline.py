"""From a question to its answer: responders in their order, and the first that has one.

Who is in danger is warned before anything else; what a person checked comes before what a machine finds, one
record that is named before a comparison of all, and "I don't know" comes last.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from assistant.answer import Answer
from assistant.answering import compose
from assistant.answering.alerts import beneath, danger
from assistant.answering.asked import Asked
from assistant.answering.deadlines import without_past
from assistant.answering.from_record import from_record
from assistant.answering.local_facts import local_fact
from assistant.answering.plain_register import plainly
from assistant.answering.routing import ASK_BACK, RECORD, is_named, says_all
from assistant.retrieval.calibration import records_evidence
from assistant.understanding.intents import FIELD_INTENTS, SHEET
from assistant.understanding.safety import refusal
from assistant.weights import weight

Responder = Callable[[Asked], Answer | None]


def respond(asked: Asked) -> Answer:
    """The answer to a question: the first that a responder has, without what is past, in its register."""
    card = danger(asked)
    answer = beneath(asked, card, _first) if card else _first(asked)
    answer = without_past(answer, asked.today)
    if asked.register == "plain":
        answer = plainly(answer)
    return replace(answer, note=" ".join(filter(None, (answer.note, asked.note))))


def _first(asked: Asked) -> Answer:
    return next(answer for responder in RESPONDERS if (answer := responder(asked)) is not None)


def nothing_asked(asked: Asked) -> Answer | None:
    """A question back for who typed no word."""
    return None if asked.typed.words else compose.nothing_asked(asked)


def refused(asked: Asked) -> Answer | None:
    """A polite no to what a machine must not answer."""
    turned_down = refusal(asked.typed, asked.snapshot.guards.refusals)
    return compose.refused(asked, turned_down) if turned_down else None


def by_title(asked: Asked) -> Answer | None:
    """What is asked of the record whose title stands before a colon, as in a choice that was tapped."""
    procedures = asked.snapshot.procedures
    number = procedures.titled_in(asked.text)
    if number is None or asked.level not in (None, procedures.rows[number].level):
        return None
    return from_record(asked, number, 1.0)


def by_name(asked: Asked) -> Answer | None:
    """A field of the one record that a question names, found by words alone; None if it is not so plain.

    If somebody asked something like it before and a person answered, that must be compared first.
    """
    if asked.query.intent not in (*FIELD_INTENTS, SHEET):
        return None
    likeness = asked.likeness_by_words
    if likeness is not None and likeness.score >= weight("verified.like_checked"):
        return None
    records = asked.records_by_name
    if not records.hits or not is_named(records):
        return None
    curve = asked.snapshot.encoder.curves.records(False, asked.query.folded)
    return _whole(
        asked, from_record(asked, records.hits[0].number, curve.confidence(records_evidence(records)))
    )


def verified(asked: Asked) -> Answer | None:
    """What a person wrote or checked for this very question."""
    likeness = asked.likeness
    if likeness is None or not likeness.same:
        return None
    return compose.from_verified(asked, asked.snapshot.verified.answers[likeness.owner], likeness.score)


def ask_back(asked: Asked) -> Answer | None:
    """Which of several records is meant."""
    return compose.which_record(asked, asked.titles(asked.tied)) if asked.route == ASK_BACK else None


def record(asked: Asked) -> Answer | None:
    """What the best record says."""
    if asked.route != RECORD:
        return None
    return _whole(asked, from_record(asked, asked.records.hits[0].number, asked.sureness.record))


def vague(asked: Asked) -> Answer | None:
    """Which of the things is meant that a word or two may mean."""
    choices = compose.vague_choices(asked)
    return compose.which_thing(asked, choices) if choices else None


def passage(asked: Asked) -> Answer | None:
    """What the best passages say."""
    if asked.extracted is None:
        return None
    return _whole(asked, compose.answered(asked, asked.extracted, asked.sureness.lesson))


def abstain(asked: Asked) -> Answer:
    """An honest "I don't know", with the nearest things there are."""
    if asked.extracted is not None:
        return compose.abstained(asked, compose.citations(asked.extracted))
    return compose.abstained(asked, compose.nearest_records(asked) or compose.nearest_passages(asked))


def _whole(asked: Asked, answer: Answer | None) -> Answer | None:
    """An answer that speaks of the one thing without which it answers something else; else None."""
    return answer if answer is not None and says_all(asked.query, answer) else None


RESPONDERS: tuple[Responder, ...] = (
    nothing_asked, refused, by_title, local_fact, by_name, verified, ask_back, record, vague, passage,
    abstain,
)  # fmt: skip
