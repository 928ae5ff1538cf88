"""From a question to its answer: responders in their order, and the first that has one.

Who is in danger is warned before anything else; what a person checked comes before what a machine finds, one
record that is named before a comparison of all, and "I don't know" comes last.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from assistant.answer import ABSTAINED, ANSWERED, Answer
from assistant.answering import compose
from assistant.answering.alerts import beneath, danger
from assistant.answering.asked import Asked
from assistant.answering.compound import together
from assistant.answering.deadlines import without_past
from assistant.answering.extractive import Candidate, extract
from assistant.answering.found import found
from assistant.answering.from_record import from_record
from assistant.answering.grounding import grounded
from assistant.answering.local_facts import local_fact
from assistant.answering.one_thing import of_one_thing
from assistant.answering.plain_register import plainly
from assistant.answering.premises import set_right
from assistant.answering.routing import is_named, says_all
from assistant.retrieval.calibration import records_evidence
from assistant.understanding.frames import frame_of
from assistant.understanding.intents import DEADLINE, FIELD_INTENTS, SHEET
from assistant.understanding.query import has_topic_of_its_own, is_bare
from assistant.understanding.safety import refusal
from assistant.understanding.small_talk import reply_to
from assistant.weights import weight

Responder = Callable[[Asked], Answer | None]


def respond(asked: Asked) -> Answer:
    """The answer to a question: the first that a responder has, without what is past, in its register."""
    card = danger(asked)
    answer = set_right(asked, beneath(asked, card, _first) if card else _first(asked))
    answer = without_past(answer, asked.today)
    if asked.register == "plain":
        answer = plainly(answer)
    return replace(answer, note=" ".join(filter(None, (answer.note, asked.note))))


def _first(asked: Asked) -> Answer:
    """The answer without what is urgent: in its parts, or as one."""
    answer = in_parts(asked) or first_of(RESPONDERS, asked)
    assert answer is not None, "the last responder always answers"
    return answer


def first_of(responders: Sequence[Responder], asked: Asked) -> Answer | None:
    """The first answer that one of these has."""
    return next((answer for responder in responders if (answer := responder(asked)) is not None), None)


def in_parts(asked: Asked) -> Answer | None:
    """The answers to several questions in one; None if it is one, or is answered as a whole."""
    if len(asked.parts) < 2:
        return None
    as_a_whole = first_of(AS_A_WHOLE, asked)
    if as_a_whole is not None:
        return as_a_whole
    turned_down = refused(asked)
    if turned_down is not None and (all(map(refused, asked.parts)) or not any(map(refused, asked.parts))):
        return turned_down
    of_one = of_one_thing(asked)
    if of_one is not None:
        return of_one
    answers: list[Answer] = []
    code = ""
    for part in asked.parts:
        answer = of_the_same(part, code) or first_of(RESPONDERS, part)
        assert answer is not None, "the last responder always answers"
        answers.append(answer)
        code = code_of(answer) or code
    return together(asked, answers)


def of_the_same(part: Asked, code: str) -> Answer | None:
    """What the record that answered the part before says, where this one names no other thing."""
    number = part.snapshot.procedures.numbers.get(code)
    if has_topic_of_its_own(part.text):
        return None
    if frame_of(part.text).actions - frame_of(part.earlier[-1] if part.earlier else "").actions:
        return None  # another case: "khóa thì mấy ngày, muốn mở lại thì ra đâu"
    wants_field = part.query.intent in (*FIELD_INTENTS, SHEET, DEADLINE)
    if number is None or not part.query.leans_back or not wants_field or frame_of(part.text).provinces:
        return None
    return from_record(part, number, 1.0)


def code_of(answer: Answer) -> str:
    """The code of the one record that an answer is from; empty if it is from none."""
    if answer.engine != "fields" or answer.outcome not in (ANSWERED, ABSTAINED):
        return ""
    places = [one.url for one in (*answer.citations, *answer.nearest)]
    found = {place.removeprefix("/thu-tuc/").split("#")[0] for place in places if "/thu-tuc/" in place}
    return found.pop() if len(found) == 1 else ""


def nothing_asked(asked: Asked) -> Answer | None:
    """A question back for who typed no word."""
    return None if asked.typed.words else compose.nothing_asked(asked)


def greeted(asked: Asked) -> Answer | None:
    """A friendly word for a greeting or thanks."""
    reply = reply_to(asked.text)
    return compose.small_talk(asked, reply) if reply else None


def of_what(asked: Asked) -> Answer | None:
    """Of what thing a fee, a time or papers are asked, where no word and no question before it tells."""
    query = asked.query
    bare = not query.leans_back and not query.frame.objects and is_bare(query.heard_as)
    return compose.of_what(asked) if bare and query.intent in FIELD_INTENTS else None


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


def by_section(asked: Asked) -> Answer | None:
    """What the section says whose title was tapped, as choices show it."""
    shelf = asked.snapshot.shelf
    allowed = shelf.allowed(asked.register, asked.audience, asked.unit)
    named = [
        one for here, one in zip(allowed, shelf.passages, strict=True) if here and one.title == asked.text
    ]
    if not named:
        return None
    taken = extract(asked.query, [Candidate(named[0], 1.0, None)], shelf.index.lexical.idf_of)
    shown = grounded(taken) if taken else None
    return compose.answered(asked, shown, 1.0) if shown else None


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
    answer = from_record(asked, records.hits[0].number, curve.confidence(records_evidence(records)))
    told = answer is not None and answer.outcome != ABSTAINED and says_all(asked.query, answer)
    return answer if told else None


def verified(asked: Asked) -> Answer | None:
    """What a person wrote or checked for this very question."""
    likeness = asked.likeness
    if likeness is None or not likeness.same:
        return None
    return compose.from_verified(asked, asked.snapshot.verified.answers[likeness.owner], likeness.score)


AS_A_WHOLE: tuple[Responder, ...] = (nothing_asked, greeted, by_title, local_fact, verified)
"""What answers a question of several parts as one."""

RESPONDERS: tuple[Responder, ...] = (
    nothing_asked, greeted, refused, by_title, by_section, local_fact, of_what, by_name, verified, found,
)  # fmt: skip
