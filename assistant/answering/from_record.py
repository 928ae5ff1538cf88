"""What one procedure's record answers: its fields where one is asked for, else its own words."""

from __future__ import annotations

import re

from assistant.answer import ANSWERED, Answer, Citation
from assistant.answering import compose
from assistant.answering.asked import Asked
from assistant.answering.extractive import Candidate, extract
from assistant.answering.grounding import grounded
from assistant.procedures.answers.fields import FieldsAnswer, fields_answer
from assistant.procedures.answers.record_query import RecordQuery
from assistant.procedures.passages import record_passages
from assistant.procedures.record import PAPERS, Procedure
from assistant.understanding.intents import DOCUMENTS, OTHER, OVERVIEW, SHEET
from assistant.understanding.query import Query
from i18n.vietnamese import fold
from i18n.vietnamese.phrase_patterns import listed

_SHEET = listed("answers", "sheet")
_BY_CODE = re.compile(r"\bmau (?:so )?[a-z]{0,3}\d")
_ENDS_ASKING = listed("question_endings", "closes")
MOST_SHEETS = 6
_NUMBER = re.compile(r"\d+(?:\.\d{3})*(?:,\d+)?")

NAME_WORDS = 6
"""A question with no more telling words, and nothing that is asked, only names a procedure."""


def from_record(asked: Asked, number: int, confidence: float) -> Answer | None:
    """The answer from the record of this number; None if it is silent, or was retired meanwhile."""
    record = asked.snapshot.record(number)
    if record is None:
        return None
    if asked.query.intent == SHEET and (sheets := sheet_answer(asked, record, confidence)):
        return sheets
    wanted = fields_answer(
        RecordQuery(
            record,
            intent_for_record(asked.query),
            asked.register,
            asked.today,
            asked.query.way,
            asked.query.heard_as,
            asked.snapshot.old_after_days,
        )
    )
    if wanted is None:
        return in_its_words(asked, record, confidence)
    quotes = {wanted.anchor: wanted.quote, **other_quotes(record, wanted), **dict(wanted.more)}
    return Answer(
        asked.text,
        wanted.outcome,
        heading_last(wanted.text) if wanted.steps else wanted.text,
        wanted.steps,
        tuple(
            Citation(record.title, f"{record.locator}#{anchor}", quote, record.source, record.read_on)
            for anchor, quote in quotes.items()
        ),
        confidence,
        asked.register,
        "fields",
        heard_as=asked.query.heard_as,
        choices=wanted.choices,
        warnings=wanted.warnings,
    )


def in_its_words(asked: Asked, record: Procedure, confidence: float) -> Answer | None:
    """The sentences of a record that answer, in its own words; None if it has none."""
    # Each section is as likely as the next: only its words tell which one was meant.
    read = [Candidate(passage, 1.0, None) for passage in record_passages(record)]
    names = asked.snapshot.procedures.names
    found = extract(asked.query, read, names.idf_of) if names is not None else None
    extracted = grounded(found) if found else None
    return None if extracted is None else compose.answered(asked, extracted, confidence)


def sheet_answer(asked: Asked, record: Procedure, confidence: float) -> Answer | None:
    """The printed forms among the papers of a record, each once; None if it names none."""
    lines = record.sections().get(PAPERS, ())
    named = [line for line in lines if _SHEET.match(fold(line))]
    sheets = tuple(dict.fromkeys(named or [line for line in lines if _BY_CODE.search(fold(line))]))
    if not sheets:
        return None
    sheets = sheets[:MOST_SHEETS]
    return Answer(
        asked.text,
        ANSWERED,
        heading_last(f"Tờ khai, mẫu đơn của việc này:\nTheo {record.source[:1].lower()}{record.source[1:]}."),
        sheets,
        (Citation(record.title, f"{record.locator}#{PAPERS}", sheets[0], record.source, record.read_on),),
        confidence,
        asked.register,
        "fields",
        heard_as=asked.query.heard_as,
    )


def intent_for_record(query: Query) -> str:
    """The field of a record that answers; all of them in short for who says nothing but its name."""
    if query.intent == SHEET:
        return DOCUMENTS
    asks = "?" in query.typed or _ENDS_ASKING.search(fold(query.heard_as))
    is_name = query.intent == OTHER and not asks and len(query.topic) <= NAME_WORDS
    return OVERVIEW if is_name else query.intent


def heading_last(text: str) -> str:
    """The text with the line that heads its list at its end, behind notes and the record's name."""
    lines = text.split("\n")
    place = next((place for place in reversed(range(len(lines))) if lines[place].endswith(":")), None)
    return text if place is None else "\n".join((*lines[:place], *lines[place + 1 :], lines[place]))


def other_quotes(record: Procedure, wanted: FieldsAnswer) -> dict[str, str]:
    """Lines of other sections, by anchor, that hold a number of the answer which its own section lacks."""
    sections = record.sections()
    known = numbers_in("\n".join(sections.get(wanted.anchor, ())))
    shown_text = "\n".join((*wanted.text.split("\n")[:-1], *wanted.steps))
    missing = numbers_in(shown_text) - known
    found: dict[str, str] = {}
    for anchor, lines in sections.items():
        line = next((line for line in lines if missing & numbers_in(line)), None)
        if line is not None and anchor != wanted.anchor:
            found[anchor] = line
            missing -= numbers_in("\n".join(lines))
    return found


def numbers_in(text: str) -> set[str]:
    """The numbers of a text, without the points that group their digits."""
    return {number.replace(".", "") for number in _NUMBER.findall(text)}
