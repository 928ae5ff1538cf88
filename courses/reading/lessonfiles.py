"""The Markdown files of a course's lessons: `NN-id.md`, `NN-id.plain.md`, `NN-id.<language>.md`."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from courses import markup
from courses.model import PLAIN, STANDARD, LessonText
from courses.problems import Problems
from courses.validation import Invalid
from courses.yamlfile import Record, YamlBroken, parse

_NAME = re.compile(r"(\d\d)-([a-z0-9]+(?:-[a-z0-9]+)*)(?:\.(plain|[a-z]{2,3}))?\.md")
_FENCE = "---"


@dataclass(frozen=True, slots=True)
class LessonFile:
    """A lesson's file by its name: `variant` is standard, plain or the language of a translation."""

    path: Path
    number: int
    lesson_id: str
    variant: str

    @property
    def stem(self) -> str:
        """Number and id, `02-sac-pin`."""
        return f"{self.number:02d}-{self.lesson_id}"


def lesson_files(folder: Path, problems: Problems) -> dict[str, list[LessonFile]]:
    """The lesson files of a course folder, in order, grouped by lesson id."""
    lessons: dict[str, list[LessonFile]] = {}
    for path in sorted(folder.glob("*.md")):
        found = _NAME.fullmatch(path.name)
        if found is None:
            problems.add(path, 1, "Tên tệp bài học phải như 01-ten-bai.md hoặc 01-ten-bai.plain.md.")
            continue
        file = LessonFile(path, int(found[1]), found[2], found[3] or STANDARD)
        lessons.setdefault(file.lesson_id, []).append(file)
    return {one: files for one, files in lessons.items() if _one_number(files, problems)}


def _one_number(files: list[LessonFile], problems: Problems) -> bool:
    numbers = {file.number for file in files}
    if len(numbers) > 1:
        message = f"Bài “{files[0].lesson_id}” có hai số thứ tự. Hãy đặt cùng một số cho mọi tệp của bài."
        problems.add(files[-1].path, 1, message)
    return len(numbers) == 1


def read_lesson_text(
    file: LessonFile, fallback: Record | None, problems: Problems
) -> tuple[Record, LessonText] | None:
    """Front matter and text of one file, or None and a problem.

    `fallback` is the front matter of the standard file: its title and goal stand in where this one has none.
    """
    text = problems.text(file.path)
    if text is None:
        return None
    split = _front_matter(file.path, text, problems)
    if split is None:
        return None
    record, body, first_line = split
    if _broken_containers(file.path, body, first_line, problems):
        return None
    lesson_text = problems.attempt(
        lambda: _lesson_text(file, record, fallback or Record(), body, first_line), file.path, record
    )
    return (record, lesson_text) if lesson_text else None


def _lesson_text(file: LessonFile, record: Record, fallback: Record, body: str, line: int) -> LessonText:
    translated = file.variant not in (STANDARD, PLAIN)
    if file.variant == STANDARD and not isinstance(record.get("goal"), str):
        raise Invalid("goal", "Thiếu “goal”. Hãy viết một câu bắt đầu bằng “Bạn sẽ …”.")
    return LessonText(
        register=PLAIN if translated else file.variant,
        title=record.get("title", fallback.get("title")),
        goal=record.get("goal", fallback.get("goal", "")),
        markdown=body,
        file=file.path,
        first_line=line,
        locale=file.variant if translated else "vi",
        reviewed_by=record.get("reviewed_by"),
        reviewed_on=record.get("reviewed_on"),
    )


def _front_matter(path: Path, text: str, problems: Problems) -> tuple[Record, str, int] | None:
    lines = text.split("\n")
    if lines[0].rstrip() != _FENCE:
        problems.add(path, 1, "Dòng đầu phải là ---. Hãy thêm phần đầu bài (title, minutes, goal, skills).")
        return None
    end = next((place for place, line in enumerate(lines[1:], 1) if line.rstrip() == _FENCE), None)
    if end is None:
        problems.add(path, 1, "Phần đầu bài chưa đóng. Hãy thêm dòng --- sau dòng cuối của phần đầu.")
        return None
    try:
        record = parse("\n".join(["", *lines[1:end]]))
    except YamlBroken as error:
        problems.add(path, error.line, error.message)
        return None
    if not isinstance(record, Record):
        problems.add(path, 2, "Phần đầu bài phải gồm các dòng “tên: giá trị”, như “title: Sạc pin”.")
        return None
    return record, "\n".join(lines[end + 1 :]), end + 2


def _broken_containers(path: Path, body: str, first_line: int, problems: Problems) -> bool:
    before = len(problems.found)
    open_lines: list[int] = []
    for line, text in _outside_code(body, first_line):
        opening = markup.OPENING.match(text.strip())
        if opening:
            open_lines.append(line)
            if not markup.is_container(opening[2], opening[3]):
                problems.add(path, line, f"Không có khung “{text.strip()}”. Hãy dùng: {_containers()}.")
        elif markup.CLOSING.match(text.strip()):
            if open_lines:
                open_lines.pop()
            else:
                problems.add(path, line, "Dấu ::: này không đóng khung nào. Hãy bỏ đi.")
        elif text.startswith(":::"):
            problems.add(path, line, f"Không hiểu “{text.strip()[:40]}”. Hãy dùng: {_containers()}.")
    for line in open_lines:
        problems.add(path, line, "Khung này chưa đóng. Hãy thêm dòng ::: ở cuối khung.")
    return len(problems.found) > before


def _containers() -> str:
    return ", ".join([*(f"::: {name}" for name in markup.NOTES), "::: for NHÓM"])


def _outside_code(body: str, first_line: int) -> Iterator[tuple[int, str]]:
    in_code = False
    for line, text in enumerate(body.split("\n"), first_line):
        if text.lstrip().startswith("```"):
            in_code = not in_code
        elif not in_code:
            yield line, text
