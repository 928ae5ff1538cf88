"""Questions that are offered to somebody who does not know what to ask."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from courses.model import Course, Lesson, Library
from i18n.vietnamese.phrase_patterns import listed

MOST = 4
MOST_ASKED = 3
"""Authors put those first that a reader asks next; what follows is there for search."""

LONGEST = 80
"""Letters of a question that is still read at a glance."""

GENERAL = (
    ("nhan-ra-lua-dao", "Công an gọi điện đòi chuyển tiền, có thật không?"),  # i18n: ignore
    ("vneid-tu-dau", "Làm VNeID mức độ 2 ở đâu, hết bao lâu?"),  # i18n: ignore
    ("dien-thoai-thong-minh", "Chữ trên điện thoại nhỏ quá, làm to lên thế nào?"),  # i18n: ignore
    ("cong-dich-vu-cong", "Đăng ký tạm trú hết bao nhiêu tiền?"),  # i18n: ignore
)
"""Course and question. They are asked of a Vietnamese library, so they are content, not screen words."""

_ASKS = listed("headings", "asks")
_BEGINS_WITH_A_DEED = listed("headings", "begins_with_a_deed")


@dataclass(frozen=True)
class Place:
    """The lesson from which somebody asks."""

    course: Course
    lesson: Lesson

    @property
    def id(self) -> str:
        """`course/lesson`, as it stands in addresses."""
        return f"{self.course.id}/{self.lesson.id}"


def place(library: Library, named: str | None) -> Place | None:
    """The lesson named `course/lesson`, or None for anything the library does not have."""
    course_id, _, lesson_id = (named or "").partition("/")
    course = library.course(course_id)
    lesson = course.lesson(lesson_id) if course is not None else None
    return Place(course, lesson) if course is not None and lesson is not None else None


def suggest(library: Library, register: str, here: Place | None = None) -> tuple[str, ...]:
    """At most four questions, each of at most 80 letters.

    In a lesson: what people ask of it; if its author wrote none, its headings as questions, in the
    reader's register. Elsewhere general ones.
    """
    if here is not None:
        return _of_lesson(here, register)
    return tuple(question for course_id, question in GENERAL if library.course(course_id))[:MOST]


def _of_lesson(here: Place, register: str) -> tuple[str, ...]:
    asked = [one.question for one in here.lesson.asked if len(one.question) <= LONGEST]
    if asked:
        return tuple(asked[:MOST_ASKED])
    blocks = here.lesson.text(register).blocks
    headings = list(dict.fromkeys(block.heading for block in blocks if block.heading))
    found = [one for one in _as_questions(headings) if len(one) <= LONGEST]
    return tuple(found or headings)[:MOST]


def _as_questions(headings: Iterable[str]) -> Iterator[str]:
    """The headings that ask something, then those that name a deed: how is it done?"""
    deeds = []
    for heading in headings:
        topic, _, more = (part.strip() for part in heading.rstrip("?").partition(":"))
        if _asks(more):
            yield f"{topic}: {more}?"
        elif _asks(topic):
            yield f"{topic}?"
        elif _BEGINS_WITH_A_DEED.match(topic):
            deeds.append(f"{topic} thế nào?")  # i18n: ignore
    yield from deeds


def _asks(words: str) -> bool:
    """Whether a heading is a question already. “AI” is no “ai” (who)."""
    return _ASKS.search(words.replace("AI", "")) is not None
