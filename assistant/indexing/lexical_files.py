"""The lexical index as a file in the instance folder, stamped with what it was built from."""

from __future__ import annotations

import hashlib
import logging
import os
import tempfile
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from assistant.retrieval.lexical import Lexical

log = logging.getLogger(__name__)

FORMAT = "2"
KEPT = 3


def stamp_of(texts: Sequence[str]) -> str:
    """A name for exactly these texts in this order."""
    each = (hashlib.sha256(one.encode()).hexdigest() for one in texts)
    return hashlib.sha256("\n".join((FORMAT, *each)).encode()).hexdigest()[:20]


def load_or_build(folder: Path, texts: Sequence[str]) -> tuple[Lexical, bool]:
    """(the index of these texts, whether it had to be built). What cannot be written is only logged."""
    path = folder / f"{stamp_of(texts)}.npz"
    found = read(path)
    if found is not None:
        return found, False
    built = Lexical.build(texts)
    try:
        write(path, built)
        prune(folder, path)
    except OSError as error:
        log.warning("the index cannot be kept in %s: %s", folder.name, error)
    return built, True


def read(path: Path) -> Lexical | None:
    """The index in a file, or None if there is none that can be read."""
    if not path.is_file():
        return None
    try:
        with np.load(path, allow_pickle=False) as arrays:
            return Lexical.from_arrays(arrays)
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        log.warning("index %s cannot be read and is built anew: %s", path.name, error)
        return None


def write(path: Path, index: Lexical) -> None:
    """Write an index in one step: a reader sees all of it or nothing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, suffix=".part")
    with os.fdopen(handle, "wb") as file:
        arrays: dict[str, Any] = index.to_arrays()
        np.savez(file, **arrays)
    Path(name).replace(path)


def prune(folder: Path, newest: Path) -> None:
    """Remove all but the last few indexes: another worker may still be about to open the one before."""
    others = [path for path in folder.glob("*.npz") if path != newest]
    for path in sorted(others, key=lambda path: path.stat().st_mtime, reverse=True)[KEPT - 1 :]:
        path.unlink(missing_ok=True)
