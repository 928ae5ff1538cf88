"""What stands in data/: word lists and patterns for the check, style sheets for printing."""

from functools import lru_cache
from pathlib import Path
from typing import Any

from courses.yamlfile import parse
from i18n.vietnamese import nfc

_FOLDER = Path(__file__).resolve().parent / "data"


@lru_cache(maxsize=16)
def data(name: str) -> Any:
    """The value of data/NAME.yaml. Shared between callers: read it, never change it."""
    return parse(nfc((_FOLDER / f"{name}.yaml").read_text(encoding="utf-8")))


def style(name: str) -> str:
    """The style sheet data/NAME.css."""
    return (_FOLDER / f"{name}.css").read_text(encoding="utf-8")
