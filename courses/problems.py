"""Collecting what is wrong while files are read: one bad part is named, the rest is read on."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from courses.textfile import TEXT_LIMIT, FileRefused, decode, read_bytes
from courses.validation import Invalid, Problem
from courses.yamlfile import Record, YamlBroken, parse
from i18n.vietnamese import nfc

Value = TypeVar("Value")


class Problems:
    """The problems of one reading. `root` is the folder that file names are relative to."""

    def __init__(self, root: Path):
        self.root = root
        self.found: list[Problem] = []

    def add(self, path: Path, line: int, message: str) -> None:
        """Note one problem."""
        name = path.relative_to(self.root).as_posix() if path.is_relative_to(self.root) else path.name
        self.found.append(Problem(name, line, message))

    def attempt(self, make: Callable[[], Value], path: Path, record: Record) -> Value | None:
        """What `make` returns; None, and a problem at the field's line, when the value is not valid."""
        try:
            return make()
        except Invalid as error:
            self.add(path, record.line_of(error.field), error.message)
            return None

    def text(self, path: Path, limit: int = TEXT_LIMIT) -> str | None:
        """NFC text of a file, or None and a problem."""
        try:
            return nfc(decode(read_bytes(path, self.root, limit)))
        except FileRefused as error:
            self.add(path, 1, str(error))
            return None

    def yaml(self, path: Path) -> Any:
        """Value of a YAML file, or None and a problem."""
        text = self.text(path)
        if text is None:
            return None
        try:
            return parse(text)
        except YamlBroken as error:
            self.add(path, error.line, error.message)
            return None

    def record(self, path: Path) -> Record | None:
        """A YAML file that holds one mapping, or None and a problem."""
        value = self.yaml(path)
        if isinstance(value, Record):
            return value
        if value is not None:
            self.add(path, 1, "Tệp phải gồm các dòng “tên: giá trị”. Hãy xem tệp mẫu trong docs/courses.md.")
        return None

    def records(self, path: Path, rows: object, line: int = 1) -> list[Record]:
        """The mappings of a YAML list; anything else in it is a problem."""
        if rows is None:
            return []
        if not isinstance(rows, list):
            self.add(path, line, "Chỗ này phải là danh sách, mỗi mục bắt đầu bằng dấu gạch ngang.")
            return []
        for row in rows:
            if not isinstance(row, Record):
                self.add(path, line, f"Mục “{str(row)[:40]}” phải gồm các dòng “tên: giá trị”.")
        return [row for row in rows if isinstance(row, Record)]


def words(record: Record, key: str) -> tuple:
    """A YAML list as a tuple; a single value counts as a list of one. Raises Invalid for a mapping."""
    value = record.get(key)
    if value is None:
        return ()
    if isinstance(value, Record):
        raise Invalid(key, f"“{key}” phải là danh sách, viết như [a, b].")
    return tuple(value) if isinstance(value, list) else (value,)
