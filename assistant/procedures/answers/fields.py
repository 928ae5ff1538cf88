"""Answers straight from the fields of a procedure record: no number here was written by a machine."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from assistant.answer import ABSTAINED, ANSWERED, CLARIFY
from assistant.procedures import record
from assistant.procedures.answers.deadlines import deadline_lines
from assistant.procedures.answers.durations import time_lines
from assistant.procedures.answers.fees import fee_lines, fee_warnings, ways_apart
from assistant.procedures.answers.papers import paper_lines
from assistant.procedures.answers.places import place_lines, result_lines, who_lines
from assistant.procedures.answers.record_query import RecordQuery
from assistant.procedures.answers.wording import (
    CHOOSE_WAY,
    DISPUTED_WARNING,
    DISTRICTS_WARNING,
    FROM_STEPS,
    NO_DEADLINE,
    OLD_WARNING,
    SAYS_NOTHING,
    SILENT_ON_CONDITION,
    SOURCED,
    UNDATED_WARNING,
    WAYS_TOLD,
    choice_in,
    day_words,
    ended,
    paragraphs,
    rewritten,
    sourced,
)
from assistant.procedures.reading.flags import disputes_of, expired_rules_of, is_old, speaks_of_districts
from assistant.procedures.record import Procedure
from assistant.understanding.intents import DEADLINE, DOCUMENTS, FEE, HOW, OVERVIEW, PLACE, RESULT, TIME, WHO
from i18n.vietnamese import fold
from i18n.vietnamese.phrase_patterns import listed
from i18n.vietnamese.splitting import sentences

MOST_LINES, MOST_CHOICES = 8, 3
MOST_OVERVIEW, MOST_CONDITIONS, LONGEST_CONDITION = 3, 3, 80
_CONDITIONS = (
    (listed("records", "asks_of_somebody_else"), listed("records", "tells_of_somebody_else")),
    (re.compile(r"tuoi"), re.compile(r"(?<!\d)\d++ tuổi")),
    (listed("records", "asks_how_long"), re.compile(r"(?<!\d)\d++ (?:tháng|năm)\b")),
)
"""What is asked of a condition (without marks), and the lines of a record that speak of it."""

_NUMBER = re.compile(r"(?<!\d)(?<!\d[.,])\d[\d.,]*+\s(?:đồng|VNĐ|ngày làm việc|ngày|giờ|tháng)")
_DISPUTED_FIELDS = {FEE: "fees", TIME: "duration", DOCUMENTS: "papers", PLACE: "place"}


@dataclass(frozen=True)
class FieldsAnswer:
    """An answer from a record's fields.

    `text` before `steps`; `quote` is a line of the record's section `anchor`. `warnings` say what to be
    careful about. `choices`, at most three, are questions to tap when the cases differ too much. `more`:
    (section, line) of other sections that were used.
    """

    text: str
    anchor: str
    quote: str
    steps: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    outcome: str = ANSWERED
    more: tuple[tuple[str, str], ...] = ()


def fields_answer(query: RecordQuery) -> FieldsAnswer | None:
    """The answer that a record's fields give to a question; None if they give none."""
    answer = _ANSWERS[query.intent](query) if query.intent in _ANSWERS else None
    if answer is None:
        return None
    if _is_silent(answer.text):
        return replace(answer, outcome=ABSTAINED)
    warnings = (*_warnings(query),)
    if query.intent == FEE:
        warnings += tuple(fee_warnings(query))
    return replace(answer, warnings=tuple(dict.fromkeys(warnings)))


def _is_silent(text: str) -> bool:
    """Whether an answer only says that the record does not say it."""
    told = [line for line in text.split("\n") if line not in SAYS_NOTHING and not line.startswith(SOURCED)]
    return not told


def _fees(query: RecordQuery) -> FieldsAnswer | None:
    """The fees; where there are too many for one look and the ways differ, which way is asked first."""
    procedure, lines = query.procedure, fee_lines(query)
    ways = ways_apart(procedure) if query.way is None and len(lines) > MOST_LINES else []
    if len(ways) < 2:
        return _as_answer(procedure, lines, record.HOW_TO_HAND_IN)
    asked = tuple(
        choice_in(procedure.title, WAYS_TOLD[one], "hết bao nhiêu tiền?") for one in ways[:MOST_CHOICES]
    )
    text = paragraphs((CHOOSE_WAY, sourced(procedure)))
    quote = procedure.sections()[record.HOW_TO_HAND_IN][0]
    return FieldsAnswer(text, record.HOW_TO_HAND_IN, quote, choices=asked, outcome=CLARIFY)


def _times(query: RecordQuery) -> FieldsAnswer | None:
    return _as_answer(query.procedure, time_lines(query), record.HOW_TO_HAND_IN)


def _deadlines(query: RecordQuery) -> FieldsAnswer | None:
    return _as_answer(query.procedure, deadline_lines(query) or [NO_DEADLINE], record.REQUIREMENTS)


def _places(query: RecordQuery) -> FieldsAnswer | None:
    return _as_answer(query.procedure, place_lines(query), record.PLACE)


def _results(query: RecordQuery) -> FieldsAnswer | None:
    return _as_answer(query.procedure, result_lines(query), record.RESULT)


def _as_answer(procedure: Procedure, lines: list[str], anchor: str) -> FieldsAnswer | None:
    text = paragraphs(lines)
    if not text:
        return None
    anchor, quote = _quoted(procedure, anchor, text)
    return FieldsAnswer(f"{text}\n{sourced(procedure)}", anchor, quote)


def _papers(query: RecordQuery) -> FieldsAnswer | None:
    found = paper_lines(query)
    if found is None:
        return None
    text = paragraphs((found.before, found.after, sourced(query.procedure)))
    if found.choices:
        return FieldsAnswer(text, record.PAPERS, found.lines[0], found.lines, (), found.choices, CLARIFY)
    _anchor, quote = _quoted(query.procedure, record.PAPERS, " ".join(found.lines))
    return FieldsAnswer(text, record.PAPERS, quote, found.lines)


def _who(query: RecordQuery) -> FieldsAnswer | None:
    """Who may apply; a condition that was asked for and that the record is silent on is said to be so."""
    focused = _focused(query)
    if focused is not None:
        return focused
    procedure = query.procedure
    before, conditions = who_lines(query)
    if not before:
        return None
    if any(question.search(fold(query.case)) for question, _lines in _CONDITIONS):
        before = [SILENT_ON_CONDITION, *before]
    asks_conditions = "dieu kien" in fold(query.case)
    if (SILENT_ON_CONDITION in before or asks_conditions) and not conditions:
        return FieldsAnswer(
            paragraphs((SILENT_ON_CONDITION, sourced(procedure))), record.WHO, procedure.title
        )
    anchor = record.WHO if procedure.who else record.REQUIREMENTS
    sections = procedure.sections()
    more = tuple((name, sections[name][0]) for name in (record.REQUIREMENTS,) if name in sections)
    text = paragraphs((*before, sourced(procedure)))
    return FieldsAnswer(text, anchor, sections[anchor][0], conditions, more=more)


def _focused(query: RecordQuery) -> FieldsAnswer | None:
    """The lines on the one condition that was asked for: going in somebody's place, an age, months paid."""
    wanted = next((lines for question, lines in _CONDITIONS if question.search(fold(query.case))), None)
    if wanted is None:
        return None
    found = {
        anchor: [one for one in lines if wanted.search(one.lower()) and len(one.split()) <= LONGEST_CONDITION]
        for anchor, lines in query.procedure.sections().items()
        if anchor in (record.REQUIREMENTS, record.STEPS, record.PAPERS, record.HOW_TO_HAND_IN)
    }
    anchor = max(found, key=lambda name: len(found[name]), default="")
    if not anchor or not found[anchor]:
        return None
    lines = tuple(found[anchor][:MOST_CONDITIONS])
    conditions = tuple(rewritten(lines, query.register))
    return FieldsAnswer(paragraphs(("Hồ sơ ghi:", sourced(query.procedure))), anchor, lines[0], conditions)


def _overview(query: RecordQuery) -> FieldsAnswer | None:
    """What it costs, how long it takes, where it is handed in, and the papers: for who only names it."""
    procedure, query = query.procedure, replace(query, way=None, case="")
    wanted = [
        ended(procedure.title),
        *fee_lines(query)[:MOST_OVERVIEW],
        *time_lines(query)[:MOST_OVERVIEW],
        next(filter(None, place_lines(query)), ""),
    ]
    papers = paper_lines(query)
    shown = papers.lines if papers and not papers.choices and len(papers.lines) <= MOST_LINES else ()
    answer = _as_answer(procedure, [*wanted, "Bạn cần:"] if shown else wanted, record.HOW_TO_HAND_IN)
    if answer is None:
        return None
    sections = procedure.sections()
    more = {record.PLACE: sections[record.PLACE][0]} if record.PLACE in sections else {}
    if shown:
        more |= dict([_quoted(procedure, record.PAPERS, " ".join(shown))])
    return replace(answer, steps=shown, more=tuple(more.items()))


def _how(query: RecordQuery) -> FieldsAnswer | None:
    """What to bring, where to, what it costs and how long it takes; the steps where no papers can be listed.

    The steps of a record tell mostly what offices do among themselves.
    """
    overview = _overview(query)
    return overview if overview is not None and overview.steps else _steps(query)


def _steps(query: RecordQuery) -> FieldsAnswer | None:
    """Every step in its order, a step with all its lines."""
    procedure = query.procedure
    if not procedure.steps:
        return None
    names = [f"Bước {number}" for number in range(1, len(procedure.steps) + 1)]
    is_numbered = [step.title for step in procedure.steps] == names
    # The list that shows them is numbered by itself.
    wanted = (step.text.split("\n") if is_numbered else step.lines for step in procedure.steps)
    steps = tuple("\n".join(rewritten(lines, query.register)) for lines in wanted)
    quote = procedure.sections()[record.STEPS][0]
    return FieldsAnswer(f"Các bước:\n{sourced(procedure)}", record.STEPS, quote, steps)


def _quoted(procedure: Procedure, anchor: str, text: str) -> tuple[str, str]:
    """The section that was used, and its line with the first number of the answer, else with its words."""
    sections = procedure.sections()
    if FROM_STEPS in text:
        wanted = (line for line in sections[record.STEPS] if any(one in text for one in sentences(line)))
        return record.STEPS, next(wanted, sections[record.STEPS][0])
    if anchor not in sections:
        anchor = next((name for name in (record.HOW_TO_HAND_IN, record.STEPS) if name in sections), anchor)
    whole = sections.get(anchor, (procedure.title,))
    lines = tuple(line for line in whole if not speaks_of_districts(line)) or whole
    for number in _NUMBER.findall(text):
        found = [line for line in lines if number in line]
        if found:
            return anchor, min(found, key=len)
    words = text.lower()
    cases = {paper.case for paper in procedure.papers}
    shown = (line for line in lines if line not in cases and line.lower().rstrip(" .;") in words)
    return anchor, next(shown, lines[0])


def _warnings(query: RecordQuery) -> Iterator[str]:
    procedure = query.procedure
    if record.DISTRICTS in procedure.flags:
        yield DISTRICTS_WARNING
    for rule in expired_rules_of(procedure):
        yield (
            f"Bản ghi này còn dẫn {rule.name} {rule.number}. "
            f"Văn bản này đã được thay từ {day_words(rule.since)}."
        )
    if any(one.field == _DISPUTED_FIELDS.get(query.intent) for one in disputes_of(procedure.code)):
        yield DISPUTED_WARNING
    if procedure.read_on is None:
        yield UNDATED_WARNING
    elif is_old(procedure.read_on, query.today, query.old_after_days):
        yield OLD_WARNING


_ANSWERS: dict[str, Callable[[RecordQuery], FieldsAnswer | None]] = {
    FEE: _fees,
    TIME: _times,
    DEADLINE: _deadlines,
    DOCUMENTS: _papers,
    PLACE: _places,
    WHO: _who,
    OVERVIEW: _overview,
    RESULT: _results,
    HOW: _how,
}
