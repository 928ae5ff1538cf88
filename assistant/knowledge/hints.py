"""What a lesson asks and promises, and what people ask of a document: words by which they are found."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from assistant.knowledge.passage import Passage
from courses.model import REGISTERS, Lesson, Library
from i18n.plain.markdown_text import words_of
from i18n.vietnamese import expand_short_forms


@dataclass(frozen=True)
class Hint:
    """One question or promise of a lesson, "course/lesson", or question of a document.

    `place`: the address of its section, or empty. `unit`: the only unit that it is for, or None.
    """

    group: str
    text: str
    place: str = ""
    unit: str | None = None


def lesson_hints(library: Library) -> tuple[Hint, ...]:
    """The title and goal of every lesson, how it begins, its questions, and what people ask; each once."""
    return tuple(
        dict.fromkeys(hint for course in library.courses for one in course.lessons for hint in _hints(one))
    )


def asked_hints(passages: Iterable[Passage]) -> tuple[Hint, ...]:
    """What people ask of the sections of documents, as it stands with them; each once."""
    return tuple(
        dict.fromkeys(
            Hint(one.group, expand_short_forms(text), one.locator, one.unit)
            for one in passages
            for text in one.asked
        )
    )


def _hints(lesson: Lesson) -> Iterator[Hint]:
    group = f"{lesson.course_id}/{lesson.id}"
    yield from (Hint(group, text) for text in _texts(lesson))
    for one in lesson.asked:
        # Questions have their dialect written out before they are searched for; so must these.
        yield Hint(group, expand_short_forms(one.question), f"/hoc/{group}#{one.section}")


def _texts(lesson: Lesson) -> Iterator[str]:
    yield f"{lesson.title}. {lesson.goal}"
    for register in REGISTERS:
        if lesson.has(register):
            text = lesson.text(register)
            opening = " ".join(
                block.text for block in text.blocks if not block.anchor and block.kind == "text"
            )
            if opening:
                yield f"{text.title}. {words_of(opening)}"
    for question in lesson.questions:
        right = "; ".join(choice.text for choice in question.choices if choice.right)
        yield f"{question.prompt} {right}"
