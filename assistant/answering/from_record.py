"""What one procedure's record answers: its fields where one is asked for, else its own words."""

from __future__ import annotations

import re
from dataclasses import replace

from assistant.answer import ABSTAINED, ANSWERED, Answer, Citation
from assistant.answering import compose
from assistant.answering.asked import Asked
from assistant.answering.extractive import Candidate, extract
from assistant.answering.grounding import grounded
from assistant.knowledge.passage import Passage
from assistant.procedures.answers.fields import FieldsAnswer, fields_answer
from assistant.procedures.answers.record_query import RecordQuery
from assistant.procedures.answers.wording import SOURCED, ended, rewritten, sourced
from assistant.procedures.passages import record_passages
from assistant.procedures.reading.provinces import own_provinces
from assistant.procedures.record import HOW_TO_HAND_IN, PAPERS, REQUIREMENTS, Procedure
from assistant.understanding.frames import Frame, frame_of
from assistant.understanding.intents import (
    AMOUNT,
    DEADLINE,
    DOCUMENTS,
    FIELD_INTENTS,
    OTHER,
    OVERVIEW,
    SHEET,
    WHO,
)
from assistant.understanding.query import Query
from i18n.vietnamese import fold
from i18n.vietnamese.phrase_patterns import listed
from i18n.vietnamese.splitting import sentences

_SHEET = listed("answers", "sheet")
_BY_CODE = re.compile(r"\bmau (?:so )?[a-z]{0,3}\d")
_ENDS_ASKING = listed("question_endings", "closes")
MOST_SHEETS = 6
_NUMBER = re.compile(r"\d+(?:\.\d{3})*(?:,\d+)?")

TITLE_WORDS = 30
OF_A_PROVINCE = "Hồ sơ này của {}. Tỉnh khác có thể làm khác."
MOST_MORE = 2
"""Fields that are told beside the one that is asked for first."""
NAME_WORDS = 6
"""A question with no more telling words, and nothing that is asked, only names a procedure."""


def from_record(asked: Asked, number: int, confidence: float) -> Answer | None:
    """The answer from the record of this number; None if it is silent, or was retired meanwhile."""
    record = asked.snapshot.record(number)
    if record is None:
        return None
    if asked.query.intent == SHEET and (sheets := sheet_answer(asked, record, confidence)):
        return with_more(asked, record, sheets)
    wanted = fields_answer(record_query(asked, record, intent_for_record(asked.query)))
    if wanted is None:
        return in_its_words(asked, record, confidence)
    if wanted.outcome == ABSTAINED:
        return silent(asked, record, wanted)
    quotes = {wanted.anchor: wanted.quote, **other_quotes(record, wanted), **dict(wanted.more)}
    found = Answer(
        asked.text,
        wanted.outcome,
        named(record, heading_last(wanted.text) if wanted.steps else wanted.text),
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
    return with_more(asked, record, found)


def record_query(asked: Asked, record: Procedure, intent: str) -> RecordQuery:
    """What is asked of one field of a record."""
    return RecordQuery(
        record,
        intent,
        asked.register,
        asked.today,
        asked.query.way,
        asked.query.heard_as,
        asked.snapshot.old_after_days,
    )


def with_more(asked: Asked, record: Procedure, first: Answer) -> Answer:
    """An answer with the other fields that were asked for in the same breath: "mẫu nào, mấy ngày có"."""
    wanted = [name for name in asked.query.wants if name not in (asked.query.intent, WHO, OTHER)]
    if asked.query.intent not in (*FIELD_INTENTS, SHEET, DEADLINE) or first.outcome != ANSWERED:
        return first
    text, steps, citations = first.text, first.steps, first.citations
    for name in wanted[:MOST_MORE]:
        if name in (SHEET, DOCUMENTS) and steps:
            continue
        if name == SHEET and (sheets := sheet_answer(asked, record, 1.0)):
            text, steps, citations = f"{text}\n{sheets.text}", sheets.steps, (*citations, *sheets.citations)
            continue
        more = fields_answer(record_query(asked, record, DOCUMENTS if name == SHEET else name))
        if more is None or (more.steps and steps):
            continue
        text, steps = f"{text}\n{more.text}", (*steps, *more.steps)
        citations += (Citation(record.title, f"{record.locator}#{more.anchor}", more.quote, record.source,
                               record.read_on),)  # fmt: skip
    lines = list(dict.fromkeys(text.split("\n")))
    sources = [line for line in lines if line.startswith(SOURCED)]
    kept = "\n".join((*(line for line in lines if line not in sources), *sources[:1]))
    return replace(first, text=heading_last(kept) if steps else kept, steps=steps, citations=citations)


def named(record: Procedure, text: str) -> str:
    """The text under the name of the procedure that it is for: whoever meant another one sees it at once."""
    words = record.title.split()
    title = " ".join(words[:TITLE_WORDS]) + (" …" if len(words) > TITLE_WORDS else "")
    line = ended(f"{title[:1].upper()}{title[1:]}")
    own = OF_A_PROVINCE.format(", ".join(sorted(own_provinces(record))))
    lines = [line] if own == OF_A_PROVINCE.format("") else [line, own]
    return "\n".join((*(one for one in lines if one not in text), text))


def silent(asked: Asked, record: Procedure, wanted: FieldsAnswer) -> Answer:
    """An honest "I don't know": the right record, which does not say what was asked."""
    return Answer(
        asked.text,
        ABSTAINED,
        named(record, wanted.text),
        confidence=asked.sureness.record,
        register=asked.register,
        engine="fields",
        heard_as=asked.query.heard_as,
        looked_for=asked.query.heard_as,
        nearest=(Citation(record.title, record.locator, "", record.source, record.read_on),),
    )


def in_its_words(asked: Asked, record: Procedure, confidence: float) -> Answer | None:
    """The sentences of a record that answer, in its own words; None if it has none."""
    if asked.query.intent == DEADLINE:
        return None  # a sentence with another span would be taken for the day until which one must act
    # Each section is as likely as the next: only its words tell which one was meant.
    passages = [one for one in record_passages(record) if asked.query.intent != AMOUNT or not is_of_fees(one)]
    names = asked.snapshot.procedures.names
    read = [Candidate(passage, 1.0, None) for passage in passages]
    found = extract(asked.query, read, names.idf_of, of_the_whole=record.title) if names is not None else None
    extracted = grounded(found) if found else None
    if extracted is None:
        return None
    if extracted.used[0][0].locator.endswith(f"#{REQUIREMENTS}"):
        return conditions(asked, record, confidence)
    answer = compose.answered(asked, extracted, confidence)
    return replace(answer, text=named(record, answer.text))


def is_of_fees(passage: Passage) -> bool:
    """Whether a section tells what it costs: no answer to what one is paid or fined."""
    return passage.locator.endswith(f"#{HOW_TO_HAND_IN}")


def conditions(asked: Asked, record: Procedure, confidence: float) -> Answer:
    """All conditions of a record, cut at no line; first the one that holds the age that was told."""
    lines = tuple(line.strip() for line in record.requirements.split("\n") if line.strip())
    age = asked.query.frame.age
    own = [line for line in lines if age is not None and holds_age(line, age)]
    lead = [f"Người {age} tuổi thì xem dòng này: “{own[0]}”"] if own else []
    text = "\n".join((*lead, f"Theo {record.source[:1].lower()}{record.source[1:]}.", "Điều kiện:"))
    shown = rewritten(lines, asked.register)
    quote = own[0] if own else sentences(lines[0])[0]
    return Answer(
        asked.text,
        ANSWERED,
        named(record, text),
        shown,
        (Citation(record.title, f"{record.locator}#{REQUIREMENTS}", quote, record.source, record.read_on),),
        confidence,
        asked.register,
        "fields",
        heard_as=asked.query.heard_as,
    )


def holds_age(line: str, age: int) -> bool:
    """Whether a line is for an age that it names."""
    low, below = frame_of(line).ages
    return (low, below) != Frame().ages and low <= age < below


def sheet_answer(asked: Asked, record: Procedure, confidence: float) -> Answer | None:
    """The printed forms among the papers of a record, each once; None if it names none."""
    lines = record.sections().get(PAPERS, ())
    forms = [line for line in lines if _SHEET.match(fold(line))]
    sheets = tuple(dict.fromkeys(forms or [line for line in lines if _BY_CODE.search(fold(line))]))
    if not sheets:
        return None
    sheets = sheets[:MOST_SHEETS]
    return Answer(
        asked.text,
        ANSWERED,
        named(record, heading_last(f"Tờ khai, mẫu đơn của việc này:\n{sourced(record)}")),
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
