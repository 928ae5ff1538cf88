"""asked.yaml: what people ask of each lesson in their own words, and the section that answers it."""

from functools import partial
from pathlib import Path

from courses.model import Asked
from courses.problems import Problems
from courses.validation import Invalid
from courses.yamlfile import Record


def read_asked(path: Path, problems: Problems) -> dict[str, list[Asked]]:
    """Questions by lesson id; none where there is no file. A bad one is named and left out."""
    record = problems.record(path) if path.exists() else None
    if record is None:
        return {}
    found: dict[str, list[Asked]] = {}
    for lesson_id, rows in record.items():
        for row in problems.records(path, rows, record.line_of(lesson_id)):
            asked = problems.attempt(partial(_asked, row), path, row)
            if asked:
                found.setdefault(str(lesson_id), []).append(asked)
    return found


def _asked(record: Record) -> Asked:
    question, section = record.get("ask"), record.get("section")
    if not isinstance(question, str) or not question.strip():
        raise Invalid("ask", "Thiếu “ask”. Hãy viết một câu người ta hay hỏi, đặt trong ngoặc kép.")
    if not isinstance(section, str):
        raise Invalid("section", "Thiếu “section”. Hãy ghi neo của mục trả lời câu này.")
    return Asked(question, section, record.line)
