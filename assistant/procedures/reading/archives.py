"""The record files of an archive, a folder or a single file, checked before they are read."""

from __future__ import annotations

import gzip
import hashlib
import os
import tarfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from io import BufferedIOBase
from pathlib import Path, PurePosixPath
from typing import NamedTuple

RECORD_BYTES = 2 * 2**20
ARCHIVE_BYTES = 500 * 2**20
UNPACKED_BYTES = 2**30
MEMBERS = 50_000
ONE_READ = 8 * 2**20
SUFFIX = ".txt"
_DAMAGE = (tarfile.TarError, gzip.BadGzipFile, zlib.error, EOFError, OSError, ValueError)


class SourceRefused(ValueError):
    """A path that is not imported at all; the sentence says why."""


class RecordFile(NamedTuple):
    """One file: its name and its bytes, or why it was not read."""

    name: str
    content: bytes = b""
    problem: str = ""

    @property
    def stem(self) -> str:
        """The file's name without folder and suffix; with these records it is the code."""
        return PurePosixPath(self.name).stem


@dataclass(frozen=True)
class Source:
    """Where records come from. `digest` changes with the content; `is_whole`: more than a single file.

    `written_on` is the newest day that an archive notes for its files, None where that tells nothing.
    """

    path: Path
    digest: str
    count: int
    is_whole: bool
    written_on: date | None = None

    def files(self) -> Iterator[RecordFile]:
        """Each file in turn. Raises SourceRefused if the archive changed or is damaged."""
        if self.path.is_dir():
            yield from _in_folder(self.path)
        elif self.is_whole:
            yield from (member for member, _day in _in_archive(self.path))
        else:
            yield _read_file(self.path, self.path.name)


def open_source(path: Path) -> Source:
    """Look through a path without keeping anything. Raises SourceRefused."""
    if path.is_dir():
        names = _names(path)
        if not names:
            raise SourceRefused(f"{path}: there is no {SUFFIX} file in this folder")
        if len(names) > MEMBERS:
            raise SourceRefused(f"{path}: more than {MEMBERS} files")
        return Source(path, _digest_of_folder(path, names), len(names), True)
    if not path.is_file():
        raise SourceRefused(f"{path}: there is no such file or folder")
    if path.stat().st_size > ARCHIVE_BYTES:
        raise SourceRefused(f"{path}: larger than {ARCHIVE_BYTES // 2**20} MB")
    if path.name.endswith((".tar.gz", ".tgz", ".tar")):
        days = [day for _member, day in _in_archive(path)]
        if not days:
            raise SourceRefused(f"{path}: there is no file in this archive")
        return Source(path, _digest(path), len(days), True, max(days))
    if path.suffix.lower() != SUFFIX:
        raise SourceRefused(f"{path}: not a .tar.gz, a folder or a {SUFFIX} file")
    return Source(path, _digest(path), 1, False)


def _in_archive(path: Path) -> Iterator[tuple[RecordFile, date]]:
    """Each file of a tar archive with the day it was written; nothing is unpacked to the disk."""
    count = 0
    try:
        with _opened(path) as stream, _unpacked(stream) as archive:
            for member in archive:
                count += 1
                if count > MEMBERS:
                    raise SourceRefused(f"{path}: more than {MEMBERS} files")
                if not member.isdir():
                    yield _read_member(archive, member), _day(member.mtime)
                # tarfile would keep every header it has read.
                archive.members = []  # type: ignore[attr-defined]  # its own list
    except _DAMAGE as error:
        if isinstance(error, SourceRefused):
            raise
        raise SourceRefused(f"{path}: the archive is damaged or no tar archive ({error})") from error


def _opened(path: Path) -> BufferedIOBase:
    with path.open("rb") as start:
        is_gzip = start.read(2) == b"\x1f\x8b"
    return gzip.open(path) if is_gzip else path.open("rb")


def _unpacked(stream: BufferedIOBase) -> tarfile.TarFile:
    # Of a file that it only reads, tarfile wants no more than Limited has.
    return tarfile.open(fileobj=Limited(stream), mode="r:")  # type: ignore[call-overload]


class Limited:
    """A stream that gives no more than `UNPACKED_BYTES`: a small archive may hold endless zeros."""

    def __init__(self, stream: BufferedIOBase) -> None:
        self._stream = stream

    def read(self, size: int = -1) -> bytes:
        """At most `ONE_READ` bytes at once. Raises SourceRefused."""
        if size < 0 or size > ONE_READ:
            raise SourceRefused("a part of the archive is too large")
        self._check(self._stream.tell() + size)
        return self._stream.read(size)

    def seek(self, place: int, whence: int = os.SEEK_SET) -> int:
        """As of a file. Raises SourceRefused for a place beyond the limit."""
        self._check(place)
        return self._stream.seek(place, whence)

    def tell(self) -> int:
        """As of a file."""
        return self._stream.tell()

    def _check(self, place: int) -> None:
        if place > UNPACKED_BYTES:
            raise SourceRefused(f"unpacked, the archive is larger than {UNPACKED_BYTES // 2**20} MB")


def _read_member(archive: tarfile.TarFile, member: tarfile.TarInfo) -> RecordFile:
    problem = _problem(member.name, member.size)
    stream = archive.extractfile(member) if member.isfile() else None
    if stream is None:
        problem = "a link or a device, not a file"
    if problem or stream is None:
        return RecordFile(member.name, problem=problem)
    with stream:
        return RecordFile(member.name, stream.read())


def _problem(name: str, size: int) -> str:
    """Why a file is not read; empty if it may be."""
    parts = PurePosixPath(name.replace("\\", "/")).parts
    if name.startswith(("/", "\\")) or ".." in parts or (parts and ":" in parts[0]):
        return "its path leads out of the archive"
    if not name.lower().endswith(SUFFIX):
        return f"not a {SUFFIX} file"
    return f"larger than {RECORD_BYTES // 2**20} MB" if size > RECORD_BYTES else ""


def _in_folder(folder: Path) -> Iterator[RecordFile]:
    root = folder.resolve()
    for name in _names(folder):
        path = folder / name
        if path.is_symlink() or not path.resolve().is_relative_to(root):
            yield RecordFile(name, problem="a link, not a file")
        else:
            yield _read_file(path, name)


def _names(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob(f"*{SUFFIX}"))


def _read_file(path: Path, name: str) -> RecordFile:
    try:
        if not path.is_file():
            return RecordFile(name, problem="not a file")
        problem = _problem(name, path.stat().st_size)
        return RecordFile(name, problem=problem) if problem else RecordFile(name, path.read_bytes())
    except OSError as error:
        return RecordFile(name, problem=f"could not be read: {error.strerror}")


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _digest_of_folder(folder: Path, names: list[str]) -> str:
    """Of names, sizes and times: reading every file only for this would be slow."""
    fingerprint = hashlib.sha256()
    for name in names:
        status = (folder / name).lstat()
        fingerprint.update(f"{name}\0{status.st_size}\0{status.st_mtime_ns}\n".encode())
    return fingerprint.hexdigest()


def _day(seconds: float) -> date:
    try:
        return datetime.fromtimestamp(seconds, UTC).date()
    except (OverflowError, OSError, ValueError):
        return date.min
