"""What was found is answered where it may be trusted; else it is asked back, or handed to a person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from assistant.answer import ABSTAINED, Answer
from assistant.answering import compose, trust
from assistant.answering.asked import Asked
from assistant.answering.from_record import from_record
from assistant.answering.offers import Offer, offers
from assistant.answering.routing import ASK_BACK, choice_texts
from assistant.understanding.frames import SET_APART
from assistant.understanding.intents import AMOUNT, DEADLINE, FEE, SHEET, TIME
from assistant.weights import weight

Weighed = tuple[Offer, float]
"""An answer that might be given, and how likely it is right (0 to 1)."""


def found(asked: Asked) -> Answer:
    """The likeliest answer if it may be trusted, a question back if it may be meant, else "I don't know"."""
    weighed = weighed_offers(asked)
    tied = asked.tied if asked.route == ASK_BACK else ()
    best, sure = likeliest(asked, weighed, bool(tied))
    things = compose.vague_choices(asked)
    # A word or two may mean several sections, and the first of them would be a guess.
    is_guess = bool(things) and best is not None and best.record is None
    if best is not None and not is_guess and sure >= least_sure(asked, best, bool(tied)):
        return replace(best.answer, confidence=sure)
    if tied:
        return compose.which_record(asked, asked.titles(tied))
    if things:
        return compose.which_thing(asked, things)
    if weighed and weighed[0][1] >= least_likely(asked, weighed[0][0]):
        meant = [one for one, confidence in weighed if confidence >= weight("choice.may_be_meant")]
        return compose.did_you_mean(asked, [one for offer in meant for one in choices(asked, offer)], sure)
    return abstained(asked, weighed)


def likeliest(asked: Asked, weighed: Sequence[Weighed], is_tied: bool) -> tuple[Offer | None, float]:
    """The likeliest answer that may be given, if it is nearly as likely as the first; else the first."""
    if not weighed:
        return None, 0.0
    first, most = weighed[0]
    may = (one for one in weighed if one[1] >= least_sure(asked, one[0], is_tied))
    chosen, sure = next(may, (first, most))
    return (chosen, sure) if sure >= most * weight("choice.nearly_as_likely") else (first, most)


def least_sure(asked: Asked, offer: Offer, is_tied: bool) -> float:
    """How likely an answer must be right to be given: a wrong number costs more than a question back."""
    if is_tied:
        return weight("choice.surely")
    if offer.record is None:
        return weight("choice.trusted_section") + harder(asked)
    if is_of_another_place(asked, offer) or is_for_others(asked, offer):
        return weight("choice.surely")
    if asked.records.share < weight("choice.alone"):
        return weight("choice.trusted_beside")
    is_number = asked.query.intent in (FEE, TIME, DEADLINE, AMOUNT, SHEET)
    return weight("choice.trusted_number" if is_number else "choice.trusted_record")


def harder(asked: Asked) -> float:
    """How much surer one must be where there are no vectors: words alone know less of what is meant."""
    return 0.0 if asked.ranking.dense else weight("choice.by_words")


def least_likely(asked: Asked, offer: Offer) -> float:
    """From when on what may be meant is offered to be tapped; below it a person is asked.

    The name of a procedure tells at once whether it is meant, the title of a section often does not.
    """
    kind = "choice.likely" if offer.record is None else "choice.likely_record"
    return weight(kind) + harder(asked)


def is_of_another_place(asked: Asked, offer: Offer) -> bool:
    """Whether a record is a province's own and the question names none: elsewhere it does not hold."""
    if offer.record is None or asked.query.frame.provinces:
        return False
    return bool(asked.snapshot.procedures.rows[offer.record.number].provinces)


def is_for_others(asked: Asked, offer: Offer) -> bool:
    """Whether a foreigner or somebody abroad is spoken of, and a record's name is silent of them."""
    apart = asked.query.frame.people & SET_APART
    return bool(apart) and offer.record is not None and not offer.record.people & apart


def choices(asked: Asked, offer: Offer) -> tuple[str, ...]:
    """The question to tap that leads to an answer: a record's name with what was asked, or a section's."""
    if offer.record is not None:
        return choice_texts(asked.titles([offer.record]), asked.query)
    return (offer.passage.title,) if offer.passage is not None else ()


def weighed_offers(asked: Asked) -> list[Weighed]:
    """The answers that might be given, likeliest first."""
    offered = offers(asked)
    return sorted(zip(offered, trust.confidences(asked, offered), strict=True), key=lambda one: -one[1])


def abstained(asked: Asked, weighed: Sequence[Weighed]) -> Answer:
    """An honest "I don't know": of the record that is meant and silent, else with the nearest there is."""
    hits = asked.records.hits
    if hits and asked.sureness.record_is_sure and not any(one.record == hits[0] for one, _sure in weighed):
        silent = from_record(asked, hits[0].number, asked.sureness.record)
        if silent is not None and silent.outcome == ABSTAINED:
            return silent
    return compose.abstained(asked, compose.nearest_records(asked) or compose.nearest_passages(asked))
