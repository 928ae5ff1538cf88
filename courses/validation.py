"""What a value of a course must be: each rule names the field and says what to do."""

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass

_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
SKILL_ID = re.compile(r"\d+\.\d+")
_DATED = re.compile(r"\d{4}(?:-\d{2})?")


class Invalid(ValueError):
    """A value that the format does not allow: `field` names it, `message` says what to do."""

    def __init__(self, name: str, message: str):
        super().__init__(f"{name}: {message}")
        self.field = name
        self.message = message


@dataclass(frozen=True, order=True, slots=True)
class Problem:
    """Something to mend: file (relative to the library's folder), 1-based line, what to do."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"


def need_id(name: str, value: object) -> None:
    """A key for addresses: small letters without marks, digits and hyphens. Raises Invalid."""
    if not isinstance(value, str) or not _ID.fullmatch(value):
        raise Invalid(name, f"“{value}” không dùng được. Chỉ dùng chữ thường không dấu, số và gạch ngang.")


def need_text(name: str, value: object) -> None:
    """Words, and not only blanks. Raises Invalid."""
    if value is None or value == "":
        raise Invalid(name, f"Thiếu “{name}”. Hãy viết thêm.")
    if not isinstance(value, str):
        raise Invalid(name, f"“{name}” phải là chữ. Hãy đặt trong ngoặc kép.")
    if not value.strip():
        raise Invalid(name, f"“{name}” còn trống. Hãy viết thêm.")


def need_one_of(name: str, value: object, allowed: Iterable[str]) -> None:
    """One of these. Raises Invalid."""
    allowed = tuple(allowed)
    if value not in allowed:
        raise Invalid(name, f"“{name}” là “{value}”. Hãy chọn một trong: {', '.join(allowed)}.")


def need_date(name: str, value: object) -> None:
    """A day without a time. Raises Invalid."""
    if not isinstance(value, dt.date) or isinstance(value, dt.datetime):
        raise Invalid(name, f"“{name}” phải là ngày, viết như 2026-11-22.")


def is_dated(value: str) -> bool:
    """Whether a text is a year, a month or a day: 2026, 2026-11, 2026-11-22."""
    if _DATED.fullmatch(value):
        return True
    try:
        return bool(dt.date.fromisoformat(value))
    except ValueError:
        return False


def need_web_address(url: object) -> None:
    """A whole address, with http:// or https://. Raises Invalid."""
    if not isinstance(url, str) or not re.fullmatch(r"https?://[^\s<>\"']+\.[^\s<>\"']+", url):
        raise Invalid("url", f"Địa chỉ “{url}” không đúng. Hãy viết đủ, như https://dichvucong.gov.vn.")
