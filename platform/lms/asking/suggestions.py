"""Questions that are offered to somebody who does not know what to ask."""

from __future__ import annotations

from dataclasses import dataclass

from courses.model import Course, Lesson, Library

MOST = 4
GENERAL = (
    ("nhan-ra-lua-dao", "Công an gọi điện đòi chuyển tiền, có thật không?"),  # i18n: ignore
    ("vneid-tu-dau", "Làm VNeID mức độ 2 ở đâu, hết bao lâu?"),  # i18n: ignore
    ("dien-thoai-thong-minh", "Chữ trên điện thoại nhỏ quá, làm to lên thế nào?"),  # i18n: ignore
    ("cong-dich-vu-cong", "Đăng ký tạm trú hết bao nhiêu tiền?"),  # i18n: ignore
)
"""Course and question. They are asked of a Vietnamese library, so they are content, not screen words."""


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
    """At most four questions: about the sections of the lesson one comes from, else general ones."""
    if here is not None:
        headings = dict.fromkeys(
            block.heading for block in here.lesson.text(register).blocks if block.heading
        )
        return tuple(headings)[:MOST]
    return tuple(question for course_id, question in GENERAL if library.course(course_id))[:MOST]
