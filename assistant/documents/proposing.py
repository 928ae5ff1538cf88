"""Questions that a section of a document answers, put as people would: proposed to whoever looks it through.

What is asked, what must stand in a section for that, and the ways of asking are data: section_questions.yaml
of i18n. A question is proposed only if it is heard as it was meant, and speaks of nothing that the section
contradicts.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from itertools import islice, zip_longest

from assistant.documents import sandbox
from assistant.documents.sections import Line, Section
from assistant.documents.topics import (
    LONGEST_TOPIC,
    SHORT,
    Row,
    Topic,
    everyday,
    joined,
    row_of,
    spoken,
    topic_of,
)
from assistant.understanding.frames import contradiction, frame_of
from assistant.understanding.intents import intent_of
from i18n.tables import names, table
from i18n.vietnamese import expand_short_forms, fold, sentences, syllables
from i18n.vietnamese.phrase_patterns import listed
from i18n.vietnamese.quantities import CODE, DATE, read

OF_A_SECTION, OF_ITS_ROWS, OF_A_FORM = 5, 15, 3
"""Questions proposed for a section as a whole; and for its rows together, one each; ways to ask one thing."""
MOST_SECTIONS = 400
"""Sections of a document for which questions are proposed; of a longer one nobody looks through more."""
SECONDS, MEMORY = 8, 1024 * 1024 * 1024
"""Of computing, for all of a document: some hundred sections."""
LONGEST = 200
"""Letters of a question."""
LONGEST_FORBIDDEN = 12
"""Syllables of a line that forbids one thing; a longer one has conditions."""

SUM, SPAN, DAY, CLOCK = "sum", "span", "date", "clock"
_SPANS = frozenset(("working_day", "day", "working_hour", "hour", "minute", "week", "month", "year"))
_CLOCK_FORM = re.compile(r"\d{1,2}:\d{2}")
_TABLE = "section_questions"
_NEAR = "near"
_FORBIDDEN, _HOW = "forbidden", "how"


@dataclass(frozen=True)
class Proposal:
    """A question; `is_sure`: what it asks of is told by the section itself, so it may be taken unseen."""

    text: str
    is_sure: bool
    of_a_row: bool = False


@dataclass(frozen=True)
class Form:
    """One kind of question: see the head of the file for its parts."""

    name: str
    said: re.Pattern[str]
    with_marks: bool
    needs: str
    group: str
    is_near: bool
    is_of_before: bool
    ways: tuple[str, ...]
    reads: frozenset[str]

    def is_said(self, text: str) -> bool:
        """Whether a text has the words without which it does not answer this."""
        return self.said.search(text if self.with_marks else fold(text)) is not None

    def questions(self, words: str) -> Iterator[str]:
        """The ways of asking this of something, each of which is heard as this."""
        for way in self.ways:
            asked = way.format(words)
            if intent_of(asked) in self.reads:
                yield f"{asked[:1].upper()}{asked[1:]}"


@lru_cache(maxsize=1)
def forms() -> tuple[Form, ...]:
    """The kinds of questions, in the order in which they are proposed."""
    rows = table(_TABLE)
    return tuple(_form(name, rows[name]) for name in names(_TABLE) if "ask" in rows[name])


def _form(name: str, row: dict) -> Form:
    return Form(
        name,
        listed(_TABLE, name),
        bool(row.get("with_marks")),
        row.get("needs", ""),
        row.get("group", name),
        row.get("where") == _NEAR,
        "of" in row,
        tuple(row["ask"]),
        frozenset(row["reads"]),
    )


def proposals(title: str, sections: Sequence[Section]) -> tuple[tuple[Proposal, ...], ...]:
    """For each section of a document the questions that it answers, the likeliest first; none is twice."""
    known: set[str] = set()
    return tuple(tuple(_fresh(_proposed(title, one), known)) for one in sections)


def propose_apart(title: str, sections: Sequence[Section]) -> tuple[tuple[Proposal, ...], ...]:
    """As `proposals`, in a process of its own, which takes seconds for a thick document and stops then.

    Sections that there was no time or no place for have none.
    """
    asked = {"title": title, "sections": [asdict(one) for one in sections[:MOST_SECTIONS]]}
    try:
        came = sandbox.call(f"{__name__}:as_json", json.dumps(asked).encode(), 2 * SECONDS, MEMORY)
    except sandbox.ApartError:
        return ((),) * len(sections)
    found = [tuple(Proposal(**one) for one in some) for some in came["proposals"]]
    return (*found, *((),) * (len(sections) - len(found)))


def as_json(data: bytes) -> dict:
    """{"proposals": for each section a list} of a document as `propose_apart` sends it."""
    sent, until = json.loads(data), time.process_time() + SECONDS
    known: set[str] = set()
    found = []
    for one in sent["sections"]:
        if time.process_time() > until:
            break
        section = Section(one["heading"], tuple(Line(**line) for line in one["lines"]))
        found.append([asdict(proposal) for proposal in _fresh(_proposed(sent["title"], section), known)])
    return {"proposals": found}


def told_apart(question: str) -> str:
    """What two questions have in common that search cannot tell apart: dialect written out, no marks."""
    return " ".join(syllables(fold(expand_short_forms(question))))


def _fresh(found: Iterable[Proposal], known: set[str]) -> Iterator[Proposal]:
    for one in found:
        key = told_apart(one.text)
        if key not in known and len(one.text) <= LONGEST:
            known.add(key)
            yield one


def _proposed(title: str, section: Section) -> Iterator[Proposal]:
    topic = topic_of(title, section.heading)
    lines = [line.text for line in section.lines]
    around = (section.heading, title)
    whole = "\n".join((*around, *lines))
    of_rows = [proposal for line in lines for proposal in _of_line(line, around, topic)]
    of_all = list(_of_section(topic, lines, around)) if topic else []
    yield from [one for one in of_all if _agrees(one.text, whole)][:OF_A_SECTION]
    yield from [one for one in of_rows if _agrees(one.text, whole)][:OF_ITS_ROWS]


def _of_section(topic: Topic, lines: Sequence[str], around: tuple[str, str]) -> Iterator[Proposal]:
    """First one way of asking each thing, then another way, of the same thing and of its name at home."""
    answered = [one for one in _answered(lines, around) if topic.is_own or one.name != _HOW]
    at_home = everyday(topic.words)
    asked = [list(form.questions(topic.words)) for form in answered]
    called = [list(form.questions(at_home)) for form in answered] if at_home else []
    # The first way with the official name, the second with the one at home.
    ways = [
        [*one[:1], *(called[place][1:2] if called else ()), *one[1:]][:OF_A_FORM]
        for place, one in enumerate(asked)
    ]
    for round_of in zip_longest(*ways):
        yield from (Proposal(text, topic.is_clear) for text in round_of if text)


def _answered(lines: Sequence[str], around: tuple[str, str]) -> Iterator[Form]:
    """The forms that a section answers; of one group the first alone, and "how" where there is no other."""
    taken: set[str] = set()
    for form in forms():
        if form.name == _FORBIDDEN or form.group in taken or (form.name == _HOW and taken):
            continue
        if any(_answers(form, line, around) for line in lines):
            taken.add(form.group)
            yield form


def _answers(form: Form, line: str, around: tuple[str, str]) -> bool:
    """Whether a line answers a form: what it needs stands in the line, its words there or, if near, above.

    Where nothing else is needed, they must stand in the line or right above it: a title speaks for all.
    """
    above = around if form.needs else around[:1]
    said = form.is_said(line) or (form.is_near and any(map(form.is_said, above)))
    return said and (not form.needs or form.needs in _holds(line))


@lru_cache(maxsize=4096)
def _holds(line: str) -> frozenset[str]:
    """Which of SUM, SPAN, DAY and CLOCK stand in a line."""
    told = read(line)
    units = {one.unit for one in told.quantities}
    found = {SUM} if "dong" in units else set()
    found |= {SPAN} if units & _SPANS else set()
    found |= {DAY} if "before:ngày" in units or told.forms(DATE) else set()
    clocks = any(_CLOCK_FORM.fullmatch(form) for form in told.forms(CODE))
    return frozenset(found | ({CLOCK} if clocks or "hour" in units else set()))


def _of_line(line: str, around: tuple[str, str], topic: Topic | None) -> Iterator[Proposal]:
    """One question of a row, or of each sentence that has a label; of what forbids, whether one may do it."""
    for piece in dict.fromkeys((line, *sentences(line))):
        if row := row_of(piece):
            yield from _of_row(row, around, topic)
        elif (found := _form_named(_FORBIDDEN).said.match(piece)) and len(
            syllables(piece)
        ) <= LONGEST_FORBIDDEN:
            yield from _one(_form_named(_FORBIDDEN), piece[found.end() :].strip(" .;:,").lower())
        else:
            yield from _of_somebody(piece)


def _of_row(row: Row, around: tuple[str, str], topic: Topic | None) -> Iterator[Proposal]:
    form = next((one for one in _answered([row.said], (row.label, around[0]))), None)
    label = spoken(row.label)
    if form is None or form.name == _HOW or _holds(row.label):
        return
    words = _in_context(label, topic) if len(syllables(label)) <= SHORT and topic else label
    yield from _one(form, words, is_sure=topic is not None or len(syllables(label)) > 1)


def _in_context(label: str, topic: Topic) -> str:
    if topic.words.lower().endswith(label.lower().split()[0]):
        return joined(topic.words, label)
    return f"{label}, {topic.words}"


def _of_somebody(sentence: str) -> Iterator[Proposal]:
    """Of a sentence that says of somebody what they are paid or fined: how much that is."""
    for form in forms():
        found = form.said.search(sentence) if form.is_of_before else None
        if found and form.needs in _holds(sentence[found.start() :]):
            who = spoken(sentence[: found.start()])
            if 1 < len(syllables(who)) <= LONGEST_TOPIC and not _holds(who):
                yield from _one(form, who)
            return


def _one(form: Form, words: str, *, is_sure: bool = True) -> list[Proposal]:
    return [Proposal(text, is_sure, of_a_row=True) for text in islice(form.questions(words), 1)]


@lru_cache(maxsize=4)
def _form_named(name: str) -> Form:
    return next(one for one in forms() if one.name == name)


def _agrees(question: str, whole: str) -> bool:
    return not contradiction(frame_of(question), frame_of(whole))
