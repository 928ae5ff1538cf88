"""A new course or lesson to fill in, so that nobody begins with an empty page."""

import datetime as dt
import re
from pathlib import Path

_TEMPLATES = Path(__file__).resolve().parents[1] / "data" / "skeleton"
_COURSE_FILES = ("course.yaml", "questions.yaml", "asked.yaml", "teaching.yaml")
_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


class SkeletonRefused(ValueError):
    """Nothing was made. Its text says why and what to do."""


def new_course(folder: Path, course_id: str, today: dt.date | None = None) -> list[Path]:
    """Make library/COURSE with its files and a first lesson. Returns what was made."""
    _check_id(course_id)
    course = folder / "library" / course_id
    if course.exists():
        raise SkeletonRefused(f"Khóa “{course_id}” đã có. Hãy chọn tên khác, hoặc thêm tên bài để thêm bài.")
    (course / "media").mkdir(parents=True)
    values = {"course": course_id, "today": (today or dt.date.today()).isoformat()}
    made = [_write(course / name, name, values) for name in _COURSE_FILES]
    return made + new_lesson(folder, course_id, "bai-dau-tien")


def new_lesson(folder: Path, course_id: str, lesson_id: str) -> list[Path]:
    """Add a lesson behind the last one of a course, in both registers. Returns what was made."""
    _check_id(course_id)
    _check_id(lesson_id)
    course = folder / "library" / course_id
    if not (course / "course.yaml").is_file():
        raise SkeletonRefused(f"Chưa có khóa “{course_id}”. Hãy chạy: python -m courses new {course_id}")
    if any(course.glob(f"[0-9][0-9]-{lesson_id}.md")):
        raise SkeletonRefused(f"Bài “{lesson_id}” đã có. Hãy chọn tên khác.")
    number = max((int(path.name[:2]) for path in course.glob("[0-9][0-9]-*.md")), default=0) + 1
    if number > 99:
        raise SkeletonRefused("Khóa này đã có 99 bài. Hãy mở khóa mới.")
    stem = f"{number:02d}-{lesson_id}"
    values = {"lesson": lesson_id}
    return [
        _write(course / f"{stem}.md", "lesson.md", values),
        _write(course / f"{stem}.plain.md", "lesson.plain.md", values),
        _write(course / "media" / f"{lesson_id}.svg", "drawing.svg", values),
    ]


def _check_id(value: str) -> None:
    if not _ID.fullmatch(value):
        raise SkeletonRefused(
            f"Không dùng được tên “{value}”. Hãy dùng chữ thường không dấu, số, gạch ngang."
        )


def _write(path: Path, template: str, values: dict[str, str]) -> Path:
    text = (_TEMPLATES / template).read_text(encoding="utf-8")
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("x", encoding="utf-8", newline="\n") as file:
        file.write(text.format(**values))
    return path
