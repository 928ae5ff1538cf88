"""What good asked questions are: few words, a section that is there, and never the same twice."""

from collections.abc import Iterator

from courses.model import STANDARD, Course, Lesson, Library
from courses.validation import Problem
from i18n.vietnamese import syllables

MOST_WORDS = 18


def check_asked(library: Library, course: Course) -> Iterator[Problem]:
    """Everything to mend in a course's asked.yaml; a course need not have one."""
    file = library.relative(course.folder / "asked.yaml")
    for lesson in course.lessons:
        yield from (Problem(file, line, message) for line, message in _check_lesson(lesson))


def check_asked_twice(library: Library) -> Iterator[Problem]:
    """The same question asked of two places: search could not tell which one answers it."""
    seen: dict[tuple[str, ...], str] = {}
    for course in library.courses:
        file = library.relative(course.folder / "asked.yaml")
        for lesson in course.lessons:
            for asked in lesson.asked:
                key = tuple(syllables(asked.question))
                if key in seen:
                    message = f"Câu này đã có ở {seen[key]}. Hãy bỏ một, hoặc hỏi cho rõ hơn."
                    yield Problem(file, asked.line, message)
                seen.setdefault(key, f"{course.id}/{lesson.id}")


def _check_lesson(lesson: Lesson) -> Iterator[tuple[int, str]]:
    anchors = {block.anchor for block in lesson.text(STANDARD).blocks if block.anchor}
    for asked in lesson.asked:
        if asked.section not in anchors:
            yield asked.line, f"Bài “{lesson.id}” không có mục “{asked.section}”. Hãy sửa section."
        words = len(syllables(asked.question))
        if words > MOST_WORDS:
            yield asked.line, f"Câu hỏi dài {words} chữ. Hãy viết nhiều nhất {MOST_WORDS} chữ."
