"""A large index as a folder of arrays that every worker of a machine maps into its memory together."""

from __future__ import annotations

import json
import logging
import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import numpy as np

from assistant.retrieval.lexical import Lexical

log = logging.getLogger(__name__)

ROWS, PREFIX, KEPT = "rows.json", "records-", 2


def write(folder: Path, stamp: str, rows: Any, indexes: Mapping[str, Lexical]) -> Path:
    """Write an index in one step: a reader sees all of it or nothing. Removes older ones but the last."""
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"{PREFIX}{stamp}"
    making = Path(tempfile.mkdtemp(dir=folder, prefix=".making-"))
    for name, index in indexes.items():
        for part, values in index.to_arrays().items():
            np.save(making / f"{name}.{part}.npy", values, allow_pickle=False)
    (making / ROWS).write_text(json.dumps(rows, ensure_ascii=False), encoding="utf-8")
    if target.exists():
        shutil.rmtree(making)
        os.utime(target)
    else:
        making.rename(target)
    prune(folder, target)
    return target


def newest(folder: Path) -> Path | None:
    """The index that was written last, or None."""
    found = [path for path in folder.glob(f"{PREFIX}*") if (path / ROWS).is_file()]
    return max(found, key=lambda path: path.stat().st_mtime_ns, default=None)


def read(path: Path, names: tuple[str, ...]) -> tuple[Any, dict[str, Lexical]] | None:
    """(rows, indexes by name), arrays mapped rather than read; None if it cannot be read."""
    try:
        rows = json.loads((path / ROWS).read_text(encoding="utf-8"))
        return rows, {name: Lexical.from_arrays(_Mapped(path, name)) for name in names}
    except (OSError, ValueError, KeyError) as error:
        log.warning("index %s cannot be read and is built anew: %s", path.name, error)
        return None


class _Mapped:
    """The arrays of one index by their names, each mapped when it is asked for."""

    def __init__(self, folder: Path, name: str) -> None:
        self._folder, self._name = folder, name

    def __getitem__(self, part: str) -> np.ndarray:
        path = self._folder / f"{self._name}.{part}.npy"
        # A number of its own is no array that could be mapped.
        mapped: Literal["r"] | None = None if path.stat().st_size < 1024 else "r"
        return np.load(path, mmap_mode=mapped, allow_pickle=False)


def prune(folder: Path, newest_path: Path) -> None:
    """Remove all but the last few: a worker may still have the one before open."""
    others = [path for path in folder.glob(f"{PREFIX}*") if path != newest_path]
    for path in sorted(others, key=lambda path: path.stat().st_mtime, reverse=True)[KEPT - 1 :]:
        shutil.rmtree(path, ignore_errors=True)
