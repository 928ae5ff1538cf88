"""What a lesson asks and promises: words by which it is found, beside those it teaches."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from courses.model import REGISTERS, Lesson, Library
from i18n.markdown_words import words_of


@dataclass(frozen=True)
class Hint:
    """One question or promise of a lesson, "course/lesson"."""

    group: str
    text: str


def lesson_hints(library: Library) -> tuple[Hint, ...]:
    """The title and goal of every lesson, how it begins, and each of its questions; each once."""
    found = (
        Hint(f"{course.id}/{lesson.id}", text)
        for course in library.courses
        for lesson in course.lessons
        for text in _texts(lesson)
    )
    return tuple(dict.fromkeys(found))


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
