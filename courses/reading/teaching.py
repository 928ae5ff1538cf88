"""teaching.yaml: session plans, handout, frequent questions and broadcast texts of a course."""

import re
from functools import partial
from pathlib import Path

from courses.problems import Problems, words
from courses.teaching import Broadcast, Faq, PlanStep, Session, Teaching
from courses.validation import Invalid
from courses.yamlfile import Record

_MINUTES = re.compile(r"(\d{1,2})\s*[–-]\s*(\d{1,2})")


def read_teaching(path: Path, problems: Problems) -> Teaching | None:
    """The teaching sheet of a course; None where there is none. Bad parts are named and left out."""
    record = problems.record(path) if path.exists() else None
    if record is None:
        return None
    sessions = [
        problems.attempt(partial(_session, row), path, row)
        for row in problems.records(path, record.get("sessions"), record.line_of("sessions"))
    ]
    faq = [
        problems.attempt(partial(_faq, row), path, row)
        for row in problems.records(path, record.get("faq"), record.line_of("faq"))
    ]
    broadcast = record.get("broadcast")
    if isinstance(broadcast, Record):
        broadcast = problems.attempt(lambda: _broadcast(record["broadcast"]), path, record["broadcast"])
    else:
        broadcast = None
    return Teaching(
        sessions=tuple(session for session in sessions if session),
        handout=_text(record, "handout"),
        faq=tuple(pair for pair in faq if pair),
        broadcast=broadcast,
        lines=_lines(record),
    )


def _text(record: Record, key: str) -> str:
    value = record.get(key)
    return value if isinstance(value, str) else ""


def _needed(record: Record, key: str) -> str:
    if not _text(record, key).strip():
        raise Invalid(key, f"Thiếu “{key}”. Hãy viết thêm, đặt trong ngoặc kép.")
    return _text(record, key)


def _session(record: Record) -> Session:
    rows = record.get("plan")
    if not isinstance(rows, list) or not rows or not all(isinstance(row, Record) for row in rows):
        raise Invalid("plan", "“plan” phải là danh sách, mỗi mục có minutes và do.")
    return Session(_needed(record, "title"), words(record, "lessons"), tuple(_plan_step(row) for row in rows))


def _plan_step(record: Record) -> PlanStep:
    found = _MINUTES.fullmatch(str(record.get("minutes", "")).strip())
    if found is None:
        raise Invalid("plan", '“minutes” viết như "0–5", trong ngoặc kép.')
    return PlanStep(int(found[1]), int(found[2]), _needed(record, "do"))


def _faq(record: Record) -> Faq:
    return Faq(_needed(record, "q"), _needed(record, "a"))


def _broadcast(record: Record) -> Broadcast:
    return Broadcast(_needed(record, "loudspeaker"), _needed(record, "led"), _needed(record, "zalo"))


def _lines(record: Record) -> dict[str, int]:
    lines = {str(key): line for key, line in record.lines.items()}
    broadcast = record.get("broadcast")
    if isinstance(broadcast, Record):
        lines |= {str(key): line for key, line in broadcast.lines.items()}
    for name in ("sessions", "faq"):
        for place, row in enumerate(record.get(name) or ()):
            if isinstance(row, Record):
                lines[f"{name}.{place}"] = row.line
    return lines
