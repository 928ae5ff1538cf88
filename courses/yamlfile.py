"""YAML in which every mapping remembers its line, so that an error can be shown where it stands."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import yaml

try:
    from yaml import CSafeLoader as _SafeLoader
except ImportError:  # PyYAML built without libyaml: slower, the same result
    from yaml import SafeLoader as _SafeLoader  # type: ignore[assignment]  # its twin in Python


class YamlBroken(ValueError):
    """Text that is not YAML, with the 1-based line."""

    def __init__(self, line: int, message: str):
        super().__init__(message)
        self.line = line
        self.message = message


class Record(dict[Any, Any]):
    """A YAML mapping; `line` is its own 1-based line, `lines[key]` that of each key."""

    line: int
    lines: dict[object, int]

    def get(self, key: object, default: object = None) -> Any:
        """What stands there, of whatever kind: the model's own checks say whether it will do."""
        return super().get(key, default)

    def line_of(self, key: object) -> int:
        """Line of a key, or of the mapping when the key is missing."""
        return self.lines.get(key, self.line)


class _Loader(_SafeLoader):
    pass


def _record(loader: _Loader, node: yaml.MappingNode) -> Iterator[Record]:
    record = Record()
    record.line = node.start_mark.line + 1
    record.lines = {}
    yield record
    for key_node, value_node in node.value:
        key = loader.construct_object(key_node, deep=True)
        line = key_node.start_mark.line + 1
        if not isinstance(key, str | int | float):
            raise YamlBroken(line, "Tên mục phải là chữ. Hãy đặt tên mục trước dấu hai chấm.")
        if key in record:
            raise YamlBroken(line, f"Mục “{key}” viết hai lần. Hãy bỏ một.")
        record[key] = loader.construct_object(value_node, deep=True)
        record.lines[key] = line


_Loader.add_constructor("tag:yaml.org,2002:map", _record)


@lru_cache(maxsize=1024)
def parse(text: str) -> Any:
    """Value of one YAML text. The result is shared between callers: read it, never change it.

    Raises YamlBroken with the line and what to look at.
    """
    try:
        return yaml.load(text, Loader=_Loader)  # noqa: S506 - a SafeLoader with lines
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        raise YamlBroken(line, _what_to_do(error)) from error
    except yaml.YAMLError as error:
        raise YamlBroken(1, "Tệp có ký tự lạ. Hãy gõ lại dòng đó.") from error
    except ValueError as error:
        if isinstance(error, YamlBroken):
            raise
        raise YamlBroken(1, f"Có ngày hoặc số không đúng ({error}). Hãy xem lại.") from error


def _what_to_do(error: yaml.MarkedYAMLError) -> str:
    problem = error.problem or "lỗi cách viết"
    if "mapping values are not allowed" in problem:
        return "Có dấu hai chấm trong câu. Hãy đặt cả câu trong ngoặc kép."
    if "\\t" in problem:
        return "Có dấu tab ở đầu dòng. Hãy dùng dấu cách."
    return f"Không đọc được YAML ({problem}). Hãy xem thụt dòng và ngoặc kép."
