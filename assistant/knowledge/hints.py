"""What a lesson asks and promises: words by which it is found, beside those it teaches."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from courses.model import REGISTERS, Lesson, Library
from i18n.plain.markdown_text import words_of
from i18n.vietnamese import expand_short_forms


@dataclass(frozen=True)
class Hint:
    """One question or promise of a lesson, "course/lesson". `place`: the address of its section, or empty."""

    group: str
    text: str
    place: str = ""


def lesson_hints(library: Library) -> tuple[Hint, ...]:
    """The title and goal of every lesson, how it begins, its questions, and what people ask; each once."""
    return tuple(
        dict.fromkeys(hint for course in library.courses for one in course.lessons for hint in _hints(one))
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
