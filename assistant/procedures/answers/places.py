"""Where to hand in, who may, and what one gets, straight from a record."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.procedures.answers.record_query import RecordQuery
from assistant.procedures.answers.wording import (
    FROM_STEPS,
    NO_PLACE,
    ended,
    handing_in,
    record_says,
    rewritten,
)
from assistant.procedures.reading.flags import speaks_of_districts
from assistant.procedures.reading.steps import bare
from assistant.procedures.record import Channel, Procedure
from assistant.procedures.terms import ONLINE
from i18n.vietnamese import fold
from i18n.vietnamese.phrase_patterns import listed
from i18n.vietnamese.splitting import sentences

MOST_FROM_STEPS, LONGEST_SENTENCE = 1, 80
DISTRICT_PLACE = "Hồ sơ ghi nơi nộp ở cấp huyện. Nay không còn cấp huyện."
_PORTAL = re.compile(rf"https?://|{listed('records', 'portal').pattern}", re.I)
_WHERE = listed("records", "where")
_HANDING_IN = re.compile(
    r"\b(?:nộp|gửi)\b.{0,60}\b(?:hồ sơ|đơn|tờ khai|giấy tờ)\b.{0,160}?"
    r"\b(?:tại|đến|về|tới|cho|qua|truy cập)\b",
    re.I,
)
_OFFICE = listed("records", "office")
_HOW_LONG = re.compile(rf"{listed('records', 'time_limit').pattern}|không quá \d+ (?:ngày|giờ)", re.I)


def place_lines(query: RecordQuery) -> list[str]:
    """Where to hand in: the address, the office, the ways; the notes or steps where the record has none."""
    procedure, channels = query.procedure, query.channels
    lines = [query.missing]
    offices = _offices(procedure)
    address = [one for one in sentences(procedure.address) if not speaks_of_districts(one)]
    if query.way != ONLINE or query.missing:
        lines.extend(f"Nơi nộp: {ended(one)}" for one in address[:1])
        lines.extend(ended(one) for one in address[1:])
        if offices and fold(procedure.address).strip(" .") not in map(fold, offices):
            lines.append(f"Nơi làm việc này: {ended('; '.join(offices))}")
    noted = list(_noted(channels))
    if noted:
        lines.append(record_says(" ".join(noted), query.register))
    # Where no address is given, the steps often say to whom the papers go.
    if not address and query.way != ONLINE:
        lines.extend(_from_steps(query))
    if not any(lines[1:]):
        lines.extend(_silent(procedure))
    if channels and not query.missing:
        ways = handing_in(channel.way for channel in channels)
        lines.append(f"Có thể {ways[:1].lower()}{ways[1:]}.")
    return lines


def _offices(procedure: Procedure) -> list[str]:
    """The offices that carry it out, without those of a level that is no more."""
    named = [*re.split(r",\s+(?=[^\W\d_a-zà-ỹđ])", procedure.agency or procedure.competent)]
    return [one.strip(" .") for one in named if one.strip() and not speaks_of_districts(one)]


def _noted(channels: tuple[Channel, ...]) -> Iterator[str]:
    """What the notes say of places and portals."""
    seen: set[str] = set()
    for channel in channels:
        wanted = _PORTAL if channel.way == ONLINE else _WHERE
        for one in sentences(channel.note):
            is_new = fold(one) not in seen and not speaks_of_districts(one)
            if is_new and wanted.search(one) and not _HOW_LONG.search(one):
                seen.add(fold(one))
                yield bare(one)


def _from_steps(query: RecordQuery) -> Iterator[str]:
    lines = (one for step in query.procedure.steps for line in step.lines for one in sentences(line))
    chosen = [one for one in lines if _tells_where(one)]
    if chosen:
        words = " ".join(chosen[:MOST_FROM_STEPS])
        yield f"{FROM_STEPS} {record_says(words, query.register)}"


def _tells_where(sentence: str) -> bool:
    is_short = len(sentence.split()) <= LONGEST_SENTENCE
    tells = _HANDING_IN.search(sentence) and _OFFICE.search(sentence.lower())
    return is_short and bool(tells) and not speaks_of_districts(sentence)


def _silent(procedure: Procedure) -> Iterator[str]:
    if speaks_of_districts(f"{procedure.agency}\n{procedure.address}\n{procedure.competent}"):
        yield DISTRICT_PLACE
        return
    level = procedure.level.replace("/", ", ").lower()
    yield f"{NO_PLACE} Hồ sơ ghi nơi làm là {level}." if level else NO_PLACE


def who_lines(query: RecordQuery) -> tuple[list[str], tuple[str, ...]]:
    """Who may apply, and the conditions as lines."""
    conditions = rewritten(sentences(query.procedure.requirements), query.register)
    who = query.procedure.who
    before = ["Người được làm:", *(ended(one) for one in who)] if who else []
    if conditions:
        before.append("Điều kiện:")
    return before, tuple(conditions)


def result_lines(query: RecordQuery) -> list[str]:
    """What one gets in the end."""
    chosen = rewritten(sentences(query.procedure.result), query.register)
    return [f"Bạn nhận được: {ended(chosen[0])}", *(ended(one) for one in chosen[1:])] if chosen else []
