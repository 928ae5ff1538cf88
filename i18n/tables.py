"""Word lists and other tables in YAML, read by libyaml where it is there: much faster at each start."""

from __future__ import annotations

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
    return yaml.load(text, Loader=_Loader)  # noqa: S506 - a SafeLoader


@lru_cache(maxsize=32)
def table(name: str) -> Any:
    """The values of i18n/data/NAME.yaml, read once. Shared between callers: read them, never change them."""
    return read((_FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))
