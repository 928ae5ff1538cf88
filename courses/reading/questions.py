"""questions.yaml: the questions of a course, each with its lesson, choices and reasons."""

from functools import partial
from pathlib import Path

from courses.model import Choice, Question
from courses.problems import Problems
from courses.validation import Invalid
from courses.yamlfile import Record


def read_questions(path: Path, problems: Problems) -> dict[str, list[Question]]:
    """Questions by lesson id, a bad one is named and left out."""
    by_lesson: dict[str, list[Question]] = {}
    seen: set[str] = set()
    for record in problems.records(path, problems.yaml(path) if path.exists() else None):
        question = problems.attempt(partial(_question, record), path, record)
        if question is None:
            continue
        if question.id in seen:
            problems.add(path, record.line_of("id"), f"Mã “{question.id}” đã dùng cho câu khác. Hãy đổi mã.")
            continue
        seen.add(question.id)
        by_lesson.setdefault(question.lesson_id, []).append(question)
    return by_lesson


def _question(record: Record) -> Question:
    rows = record.get("choices")
    if not isinstance(rows, list) or not all(isinstance(row, Record) for row in rows):
        raise Invalid("choices", "“choices” phải là danh sách, mỗi mục có text, right và why.")
    return Question(
        id=record.get("id"),
        lesson_id=record.get("lesson"),
        kind=record.get("kind", "one"),
        prompt=record.get("prompt"),
        prompt_plain=record.get("prompt_plain"),
        choices=tuple(_choice(row, place) for place, row in enumerate(rows, 1)),
        line=record.line,
    )


def _choice(record: Record, place: int) -> Choice:
    try:
        return Choice(text=record.get("text"), right=record.get("right", False), why=record.get("why"))
    except Invalid as error:
        raise Invalid("choices", f"Lựa chọn {place}: {error.message}") from error
