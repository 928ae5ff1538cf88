"""How long it takes, straight from the durations of a record."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from assistant.procedures.answers.record_query import RecordQuery
from assistant.procedures.answers.wording import (
    ASK_TIME,
    FROM_STEPS,
    NO_TIME,
    handing_in,
    record_says,
    said,
)
from assistant.procedures.reading.steps import bare
from assistant.procedures.record import Channel, Duration
from i18n.vietnamese.splitting import sentences

MOST_FROM_STEPS = 2
_SPAN = re.compile(
    r"(?<!\d)\d++(?:[.,]\d++)?+\s*+(?:\([^()]*+\)\s*+)?+"
    r"(?:ngày(?!\s*(?:\d|/|làm việc từ))|giờ|tháng(?!\s*\d)|phút)|"
    r"ngay trong ngày|trong ngày|ngay sau khi|hết ngày",
    re.I,
)
_NUMBER = re.compile(r"\d+(?:[.,]\d+)?")


def time_lines(query: RecordQuery) -> list[str]:
    """How long it takes by each way; where the record says nothing, what its notes or steps say."""
    channels, register = query.channels, query.register
    if not any(channel.duration for channel in channels):
        return [query.missing, *_from_words(query)]
    lines = [query.missing]
    for ways, duration, note in _grouped(channels):
        prefix = handing_in(ways)
        if duration is None:
            lines.append(f"{prefix}: hồ sơ không ghi thời hạn.")
        elif duration.number is None:
            lines.append(f"{prefix}: hồ sơ ghi {said(duration.words, register)}")
        else:
            lines.append(f"{prefix}: {duration.words}.")
        with_spans = [bare(one) for one in sentences(note) if _SPAN.search(one)]
        if with_spans:
            lines[-1] += f" {record_says(' '.join(with_spans), register)}"
    return lines


def _grouped(channels: Sequence[Channel]) -> Iterator[tuple[list[str], Duration | None, str]]:
    """Ways that take as long, together. A note comes along where it tells more than the number."""
    groups: dict[tuple[str, str], tuple[list[str], Duration | None]] = {}
    several = {channel.way for channel in channels if _times(channels, channel.way) > 1}
    for channel in channels:
        words = channel.duration.words if channel.duration else ""
        note = channel.note if channel.way in several or _tells_more(channel) else ""
        ways, _duration = groups.setdefault((words, note), ([], channel.duration))
        ways.append(channel.way)
    for (_words, note), (ways, duration) in groups.items():
        yield ways, duration, note


def _times(channels: Sequence[Channel], way: str) -> int:
    return len({channel.duration for channel in channels if channel.way == way})


def _tells_more(channel: Channel) -> bool:
    """Whether the note names a span of another length, or the record has no number."""
    spans = " ".join(match[0] for match in _SPAN.finditer(channel.note))
    if channel.duration is None or channel.duration.number is None:
        return bool(spans)
    named = {float(number.replace(",", ".")) for number in _NUMBER.findall(spans)}
    return bool(named - {channel.duration.number})


def _from_words(query: RecordQuery) -> Iterator[str]:
    yield NO_TIME
    noted = [bare(one) for channel in query.channels for one in sentences(channel.note) if _SPAN.search(one)]
    if noted:
        yield record_says(" ".join(dict.fromkeys(noted)), query.register)
        return
    stepped = (one for step in query.procedure.steps for line in step.lines for one in sentences(line))
    with_spans = [one for one in stepped if _SPAN.search(one)][:MOST_FROM_STEPS]
    if with_spans:
        yield f"{FROM_STEPS} {record_says(' '.join(with_spans), query.register)}"
    else:
        yield ASK_TIME
