"""Word lists and other tables in YAML, read by libyaml where it is there: much faster at each start."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

try:
    from yaml import CSafeLoader as _Loader
except ImportError:  # PyYAML built without libyaml: slower, the same result
    from yaml import SafeLoader as _Loader  # type: ignore[assignment]

_FOLDER = Path(__file__).resolve().parent / "data"


def read(text: str) -> Any:
    """What a YAML text says, in plain values. Raises yaml.YAMLError."""
    return yaml.load(text, Loader=_Loader)


@lru_cache(maxsize=64)
def table(name: str) -> Any:
    """The values of i18n/data/NAME.yaml (NFC), read once. Shared between callers: read, never change them."""
    text = (_FOLDER / f"{name}.yaml").read_text(encoding="utf-8")
    return read(unicodedata.normalize("NFC", text))


def words(name: str, *groups: str) -> tuple[str, ...]:
    """The single words of lists in i18n/data/NAME.yaml, as they are written; `groups`: the lists' names.

    A list is a row with `words`, parted by spaces, and an `example` sentence. Raises KeyError.
    """
    rows = table(name)
    return tuple(word for group in groups for word in rows[group]["words"].split())


def names(name: str) -> tuple[str, ...]:
    """The names of the lists in i18n/data/NAME.yaml, in their order."""
    return tuple(key for key, row in table(name).items() if isinstance(row, dict))


def phrases(name: str, group: str) -> tuple[str, ...]:
    """The phrases of one list in i18n/data/NAME.yaml as they are written. Raises KeyError."""
    return tuple(table(name)[group]["phrases"])
