"""Which models there are to get: one file that an operator may edit, and what suits this machine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml

from assistant.models import memory
from i18n import tables

SHIPPED = Path(__file__).resolve().parent.parent / "data" / "models.yaml"
OWN = "models.yaml"
"""An operator's own list in the instance folder; its entries replace shipped ones of the same name."""

_KEYS = {"name", "file", "size", "licence", "address", "sha256", "memory", "languages", "measured", "note"}


class CatalogueError(ValueError):
    """The list of models cannot be read; the sentence names the file, the entry and what is wrong."""


@dataclass(frozen=True)
class Entry:
    """A model that can be got.

    `size` and `memory` are bytes, 0 where nobody told them for certain; `sha256` may be empty until the
    first download. `measured` names who measured its Vietnamese, and where; empty: nobody we know of.
    """

    name: str
    file: str
    address: str
    licence: str
    size: int = 0
    sha256: str = ""
    memory: int = 0
    languages: tuple[str, ...] = ()
    measured: str = ""
    note: str = ""

    def wants(self, context: int) -> int:
        """Bytes of memory it wants; 0 where that is not known."""
        return self.memory or (memory.needed(self.size, context) if self.size else 0)

    def suits(self, context: int, total: int) -> bool | None:
        """Whether it leaves a quarter of the machine's memory to everything else; None: not known."""
        wanted = self.wants(context)
        return wanted <= total * 3 // 4 if wanted and total else None


def load(instance: Path | None = None, shipped: Path = SHIPPED) -> tuple[Entry, ...]:
    """All entries, the operator's own first. Raises CatalogueError."""
    own = instance / OWN if instance else None
    first = read(own) if own is not None and own.is_file() else ()
    names = {entry.name for entry in first}
    return (*first, *(entry for entry in read(shipped) if entry.name not in names))


def find(name: str, entries: tuple[Entry, ...]) -> Entry:
    """The entry of this name. Raises CatalogueError."""
    found = next((entry for entry in entries if entry.name == name), None)
    if found is None:
        known = ", ".join(entry.name for entry in entries) or "none"
        raise CatalogueError(f"there is no model “{name}” in the list; there are: {known}")
    return found


def read(path: Path) -> tuple[Entry, ...]:
    """The entries of one file. Raises CatalogueError."""
    try:
        data = tables.read(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise CatalogueError(f"{path} cannot be read: {error}") from error
    models = data.get("models") if isinstance(data, Mapping) else None
    if not isinstance(models, list):
        raise CatalogueError(f"{path} has no list “models”")
    return tuple(entry_from(one, f"{path}, model {number}") for number, one in enumerate(models, 1))


def entry_from(data: Any, where: str) -> Entry:
    """One entry, checked. Raises CatalogueError."""
    if not isinstance(data, Mapping):
        raise CatalogueError(f"{where}: not a table of keys")
    unknown = sorted(set(data) - _KEYS)
    if unknown:
        raise CatalogueError(f"{where}: unknown key “{unknown[0]}”")
    for key in ("name", "file", "address", "licence"):
        if not isinstance(data.get(key), str) or not data[key].strip():
            raise CatalogueError(f"{where}: “{key}” is missing")
    if Path(data["file"]).name != data["file"] or not data["file"].endswith(".gguf"):
        raise CatalogueError(f"{where}: “file” must be a plain name that ends in .gguf")
    if urlsplit(data["address"]).scheme not in ("http", "https"):
        raise CatalogueError(f"{where}: “address” must begin with https:// or http://")
    sha256 = str(data.get("sha256") or "").lower()
    if sha256 and (len(sha256) != 64 or set(sha256) - set("0123456789abcdef")):
        raise CatalogueError(f"{where}: “sha256” must have 64 hexadecimal digits")
    return Entry(
        name=data["name"].strip(),
        file=data["file"],
        address=data["address"].strip(),
        licence=data["licence"].strip(),
        size=whole(data.get("size"), "size", where),
        sha256=sha256,
        memory=whole(data.get("memory"), "memory", where),
        languages=tuple(map(str, data.get("languages") or ())),
        measured=str(data.get("measured") or ""),
        note=str(data.get("note") or ""),
    )


def whole(value: Any, key: str, where: str) -> int:
    """A number of bytes, 0 if there is none. Raises CatalogueError."""
    if value is None:
        return 0
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise CatalogueError(f"{where}: “{key}” must be a whole number of bytes")
    return value
