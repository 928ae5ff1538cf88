"""Lessons as passages: one a section and register, and one for each group that a piece is meant for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import groupby

from assistant.knowledge.passage import NOTE, POINTS, PROSE, STEPS, Part, Passage
from courses.blocks import Block
from courses.model import REGISTERS, Course, Lesson, LessonText, Library
from i18n.vietnamese import sentences, syllables

LONGEST = 300
"""Syllables in a passage: with its titles this stays below the 400 tokens that an embedder reads well."""

LEFT_OUT = {"drawing", "today", "practice", "code", "heading"}
"""Not knowledge: what a picture shows, homework, headings that stand in the titles already."""

_NUMBERED = re.compile(r"^\d+\. ")
_LIST_KINDS = {"steps": STEPS, "list": POINTS, "table": POINTS}


def lesson_passages(library: Library) -> tuple[Passage, ...]:
    """Every section of every lesson that could be read, in order."""
    return tuple(
        passage
        for course in library.courses
        for lesson in course.lessons
        for register in REGISTERS
        if lesson.has(register)
        for passage in sections(course, lesson, lesson.text(register))
    )


def sections(course: Course, lesson: Lesson, text: LessonText) -> Iterator[Passage]:
    """The passages of one lesson in one register."""
    # What stands before the first section says why to read on; it answers nothing.
    blocks = [block for block in text.blocks if block.anchor and block.kind not in LEFT_OUT]
    for (anchor, heading), of_section in groupby(blocks, lambda block: (block.anchor, block.heading)):
        by_audience: dict[str | None, list[Block]] = {}
        for block in of_section:
            by_audience.setdefault(block.audience, []).append(block)
        for audience, own in by_audience.items():
            for number, piece in enumerate(pieces(own)):
                yield passage(course, lesson, text, anchor, heading, audience, number, piece)


def passage(
    course: Course,
    lesson: Lesson,
    text: LessonText,
    anchor: str,
    heading: str,
    audience: str | None,
    number: int,
    blocks: Sequence[Block],
) -> Passage:
    """One passage from blocks of one section."""
    page = f"/hoc/{course.id}/{lesson.id}"
    place = f"{page}#{anchor}"
    twin = f"{place}|{audience or ''}|{number}"
    cited = [source for block in blocks for name in block.sources if (source := course.source(name))]
    return Passage(
        key=f"lesson:{twin}|{text.register}",
        kind="lesson",
        titles=(course.title, text.title, heading),
        parts=tuple(part_of(block) for block in blocks),
        locator=place,
        source=source_line(course, cited),
        register=text.register,
        audience=audience,
        twin=twin,
        group=f"{course.id}/{lesson.id}",
        checked_on=oldest([source.checked_on for source in cited], course.updated),
    )


def pieces(blocks: Iterable[Block]) -> Iterator[list[Block]]:
    """Blocks of a section, cut between two blocks where they would grow too long together."""
    piece: list[Block] = []
    length = 0
    for block in blocks:
        size = len(syllables(block.text))
        if piece and length + size > LONGEST:
            yield piece
            piece, length = [], 0
        piece.append(block)
        length += size
    if piece:
        yield piece


def part_of(block: Block) -> Part:
    """A block's sentences, steps or points, without the numbers before steps."""
    lines = block.text.split("\n")
    numbered = [line for line in lines if _NUMBERED.match(line)]
    if block.kind in _LIST_KINDS or len(numbered) > 1:
        kind = _LIST_KINDS.get(block.kind, STEPS)
        return Part(kind, tuple(_NUMBERED.sub("", line) for line in lines if line.strip()))
    kind = PROSE if block.kind in ("text", "quote") else NOTE
    return Part(kind, tuple(sentences(block.text)))


def source_line(course: Course, cited: Sequence) -> str:
    """Whose text it is: the course, and who said what it cites."""
    publishers = dict.fromkeys(source.publisher for source in cited)
    behind = f" (theo {'; '.join(list(publishers)[:2])})" if publishers else ""
    return f"Khóa học {course.title}{behind}"


def oldest(days: Sequence[date], otherwise: date) -> date:
    """The day on which the least recently checked source was checked."""
    return min(days, default=otherwise)
