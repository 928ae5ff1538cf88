"""Models in the instance folder: their checksums, and which one is used."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

FOLDER = "models"
RECORDS, USED = "checksums.json", "used.json"
BLOCK = 1 << 20

Progress = Callable[[int, int], None]
"""Told (bytes done, bytes in all; 0: not known)."""


class ModelDamaged(ValueError):
    """A file is not what was downloaded; the sentence says what to do."""


@dataclass(frozen=True)
class Record:
    """What is known of a file: its checksum, and size and time of change when that was counted."""

    sha256: str
    size: int
    changed: int
    address: str = ""


def folder(instance: Path) -> Path:
    """Where models are kept."""
    return instance / FOLDER


def records(instance: Path) -> dict[str, Record]:
    """What is known of each file, by its name. A file that cannot be read counts as knowing nothing."""
    try:
        data = json.loads((folder(instance) / RECORDS).read_text(encoding="utf-8"))
        return {name: Record(**one) for name, one in data.items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}


def remember(instance: Path, path: Path, sha256: str, address: str = "") -> Record:
    """Keep the checksum of a file that was just downloaded and counted."""
    found = path.stat()
    record = Record(sha256, found.st_size, int(found.st_mtime), address)
    known = {**records(instance), path.name: record}
    write_whole(folder(instance) / RECORDS, {name: asdict(one) for name, one in sorted(known.items())})
    return record


def quick_check(instance: Path, path: Path) -> None:
    """Compare size and time of change with the record, if there is one. Raises ModelDamaged."""
    record = records(instance).get(path.name) if path.parent == folder(instance) else None
    if record is None:
        return
    found = path.stat()
    if found.st_size != record.size:
        raise ModelDamaged(f"{path.name} has {found.st_size} bytes, it had {record.size}: download it again")
    if int(found.st_mtime) != record.changed:
        full_check(instance, path)
        remember(instance, path, record.sha256, record.address)


def full_check(instance: Path, path: Path, progress: Progress | None = None) -> bool:
    """Count the checksum of a file and compare it. False if there is none to compare with.

    Raises ModelDamaged.
    """
    record = records(instance).get(path.name)
    if record is None:
        return False
    if checksum(path, progress) != record.sha256:
        raise ModelDamaged(f"{path.name} is not what was downloaded: download it again")
    return True


def checksum(path: Path, progress: Progress | None = None) -> str:
    """The SHA-256 of a file in hexadecimal digits."""
    total, done, digest = path.stat().st_size, 0, hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            digest.update(block)
            done += len(block)
            if progress:
                progress(done, total)
    return digest.hexdigest()


def used(instance: Path) -> str:
    """What `model use` chose: a path or an address; "" if nothing was chosen."""
    try:
        data = json.loads((folder(instance) / USED).read_text(encoding="utf-8"))
        return str(data["model"])
    except (OSError, ValueError, KeyError, TypeError):
        return ""


def use(instance: Path, model: str) -> None:
    """Choose a model, by its path or address; "" chooses none."""
    folder(instance).mkdir(parents=True, exist_ok=True)
    write_whole(folder(instance) / USED, {"model": model})


def write_whole(path: Path, value: object) -> None:
    """Write JSON in one step: a reader sees all of it or what was before."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, suffix=".part")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(value, file, ensure_ascii=False, indent=1)
    Path(name).replace(path)
