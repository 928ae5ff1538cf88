"""The file of a backup: a ZIP with a manifest, and a checksum over every byte at its end.

Any ZIP program opens it. `manifest.json` says when it was made, of which schemas, how many rows each
table had, and the SHA-256 of each member. The ZIP's comment, its last bytes, holds the SHA-256 of all
bytes before: a copy that lost or changed a single one is told from a sound one.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import stat
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import IO

from lms.backup import kept
from lms.core.database import StorageError

FORMAT = 1
MANIFEST = "manifest.json"
SEAL = re.compile(rb"hocso-backup:([0-9a-f]{64})")
SEAL_BYTES = len(b"hocso-backup:") + 64
PIECE = 1 << 20
MANIFEST_LIMIT = 16 << 20
DATABASES = {"sqlite": "database/hocso.db", "postgresql": "database/hocso.dump"}
FILES = "instance/"


class BackupError(StorageError):
    """A backup cannot be made, read or brought back; the sentence says why and what to do."""


class Damaged(BackupError):
    """The file is no backup, or not as it was when it was made."""


BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, UnicodeError)
ENCRYPTED = 0x1


@dataclass(frozen=True)
class Member:
    """One file in a backup."""

    sha256: str
    bytes: int


@dataclass(frozen=True)
class Manifest:
    """What a backup says of itself."""

    made_at: datetime
    backend: str
    """`sqlite` or `postgresql`."""
    schemas: dict[str, str]
    """Version table → revision."""
    rows: dict[str, int]
    """Table → how many rows it had."""
    members: dict[str, Member]
    versions: dict[str, str] = field(default_factory=dict)
    left_out: tuple[str, ...] = ()
    """What stands in the instance and is not here: it is built again, or can be fetched again."""

    @property
    def database(self) -> str:
        """The member that holds the database."""
        return DATABASES[self.backend]

    def to_json(self) -> bytes:
        """The bytes of `manifest.json`."""
        words = {**asdict(self), "format": FORMAT, "made_at": self.made_at.isoformat()}
        return json.dumps(words, ensure_ascii=False, indent=1, sort_keys=True).encode()

    @classmethod
    def from_json(cls, data: bytes) -> Manifest:
        """Read `manifest.json`. Raises Damaged."""
        try:
            words = json.loads(data)
            if words["format"] != FORMAT:
                raise Damaged(f"Bản sao lưu theo dạng {words['format']}: cần Học Số bản mới hơn để đọc.")
            made_at = datetime.fromisoformat(words["made_at"])
            members = {
                str(name): Member(str(one["sha256"]), int(one["bytes"]))
                for name, one in words["members"].items()
            }
            manifest = cls(
                made_at=made_at,
                backend=str(words["backend"]),
                schemas={str(name): str(value) for name, value in words["schemas"].items()},
                rows={str(name): int(value) for name, value in words["rows"].items()},
                members=members,
                versions={str(name): str(value) for name, value in words["versions"].items()},
                left_out=tuple(map(str, words["left_out"])),
            )
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError, OverflowError) as error:
            raise Damaged("Tệp kê trong bản sao lưu không đọc được.") from error
        if made_at.tzinfo is None or manifest.backend not in DATABASES or manifest.database not in members:
            raise Damaged("Tệp kê trong bản sao lưu thiếu cơ sở dữ liệu hoặc thiếu giờ.")
        return manifest


class Writer:
    """Puts members into a new backup; `close` seals it."""

    def __init__(self, path: Path) -> None:
        number = os.open(path, os.O_CREAT | os.O_TRUNC | os.O_RDWR, 0o600)
        self._file = os.fdopen(number, "w+b")
        self._zip = zipfile.ZipFile(self._file, "w", zipfile.ZIP_DEFLATED, compresslevel=1)
        self._zip.comment = b"hocso-backup:" + b"0" * 64
        self.members: dict[str, Member] = {}

    def add(self, name: str, source: IO[bytes]) -> None:
        """Copy an open file into the member `name`."""
        digest, size = hashlib.sha256(), 0
        with self._zip.open(_entry(name), "w", force_zip64=True) as target:
            while piece := source.read(PIECE):
                digest.update(piece)
                size += len(piece)
                target.write(piece)
        self.members[name] = Member(digest.hexdigest(), size)

    def close(self, manifest: Manifest) -> None:
        """Write the manifest and the seal, and wait until all is on the disk."""
        self._zip.writestr(_entry(MANIFEST), manifest.to_json())
        self._zip.close()
        end = self._file.seek(0, os.SEEK_END)
        seal = b"hocso-backup:" + _digest(self._file, end - SEAL_BYTES).encode()
        self._file.seek(end - SEAL_BYTES)
        self._file.write(seal)
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()

    def abandon(self) -> None:
        """Let go of the file after an error, without the ZIP's own end."""
        self._zip.fp = None
        self._file.close()


def _entry(name: str) -> zipfile.ZipInfo:
    # No time: ZIP knows none before 1980, and the clock of a box without battery begins in 1970.
    entry = zipfile.ZipInfo(name)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = (stat.S_IFREG | 0o600) << 16
    return entry


def _digest(file: IO[bytes], length: int) -> str:
    digest = hashlib.sha256()
    file.seek(0)
    while length > 0 and (piece := file.read(min(PIECE, length))):
        digest.update(piece)
        length -= len(piece)
    return digest.hexdigest()


def bytes_at_once(manifest: Manifest) -> int:
    """How many bytes stand on the disk while a backup is read member by member, the database kept."""
    others = (one.bytes for name, one in manifest.members.items() if name != manifest.database)
    return manifest.members[manifest.database].bytes + max(others, default=0)


def is_backup(path: Path) -> bool:
    """Whether a file ends as our backups do (it may still be damaged)."""
    try:
        if not path.is_file():
            return False
        with path.open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - SEAL_BYTES))
            return SEAL.fullmatch(file.read()) is not None
    except OSError:
        return False


class Reader:
    """A sound backup, opened: every byte was compared with the seal. Made by `opened`."""

    def __init__(self, archive: zipfile.ZipFile, manifest: Manifest) -> None:
        self._zip = archive
        self.manifest = manifest

    def extract(self, name: str, target: Path) -> None:
        """Write the member into the new file `target` (0600, on the disk). Raises Damaged."""
        expected = self.manifest.members[name]
        digest, size = hashlib.sha256(), 0
        number = os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(number, "wb") as out, _broken_is_damaged(), self._zip.open(name) as source:
            while piece := source.read(PIECE):
                size += len(piece)
                if size > expected.bytes:
                    break
                digest.update(piece)
                out.write(piece)
            out.flush()
            os.fsync(out.fileno())
        if size != expected.bytes or digest.hexdigest() != expected.sha256:
            raise Damaged(f"“{name}” trong bản sao lưu không còn nguyên.")

    def instance_files(self) -> list[tuple[str, PurePosixPath]]:
        """The members that belong into the instance folder, each with its path there."""
        return [
            (name, PurePosixPath(name.removeprefix(FILES)))
            for name in sorted(self.manifest.members)
            if name.startswith(FILES)
        ]


@contextmanager
def opened(path: Path) -> Iterator[Reader]:
    """Open a backup after all of it was checked. Raises Damaged, or BackupError if there is no such file."""
    try:
        if path.exists() and not path.is_file():
            # A pipe would be waited for without end.
            raise BackupError(f"“{path}” không phải là một tệp.")
        file = path.open("rb")
    except OSError as error:
        raise BackupError(f"Không mở được tệp “{path}”: {error.strerror}.") from error
    with file:
        _check_seal(file)
        with _broken_is_damaged():
            archive = zipfile.ZipFile(file)
        with archive:
            with _broken_is_damaged():
                manifest = _checked_manifest(archive)
            yield Reader(archive, manifest)


@contextmanager
def _broken_is_damaged() -> Iterator[None]:
    """A seal can be made by anybody: what the ZIP reader raises at a file made by hand is Damaged too."""
    try:
        yield
    except BROKEN as error:
        raise Damaged("Tệp sao lưu bị hỏng: không đọc được phần bên trong.") from error


def _check_seal(file: IO[bytes]) -> None:
    try:
        end = file.seek(0, os.SEEK_END) - SEAL_BYTES
        if end <= 0:
            raise Damaged("Tệp này không phải bản sao lưu của Học Số, hoặc đã bị cắt ngắn.")
        file.seek(end)
        seal = SEAL.fullmatch(file.read(SEAL_BYTES))
        if seal is None:
            raise Damaged("Tệp này không phải bản sao lưu của Học Số, hoặc đã bị cắt ngắn.")
        if _digest(file, end) != seal.group(1).decode():
            raise Damaged("Tệp sao lưu bị hỏng: nội dung khác với lúc tạo.")
    except OSError as error:
        raise Damaged(f"Không đọc được tệp sao lưu: {error.strerror}.") from error


def _checked_manifest(archive: zipfile.ZipFile) -> Manifest:
    names = archive.namelist()
    if names.count(MANIFEST) != 1 or archive.getinfo(MANIFEST).file_size > MANIFEST_LIMIT:
        raise Damaged("Bản sao lưu thiếu tệp kê.")
    for entry in archive.infolist():
        if not _is_ours(entry):
            raise Damaged(
                f"Bản sao lưu có tệp mà Học Số không bao giờ đưa vào: {entry.filename[:120]!r}. "
                "Hãy dùng bản sao lưu do máy của bạn tạo."
            )
    manifest = Manifest.from_json(archive.read(MANIFEST))
    if sorted(names) != sorted([MANIFEST, *manifest.members]):
        raise Damaged("Bản sao lưu có tệp thừa, thiếu hoặc trùng so với tệp kê.")
    return manifest


def _is_ours(entry: zipfile.ZipInfo) -> bool:
    """Whether an entry is a regular file that `Writer` could have been given."""
    kind, name = stat.S_IFMT(entry.external_attr >> 16), entry.filename
    known = name in {MANIFEST, *DATABASES.values()} or (
        name.startswith(FILES) and kept.may_come_back(name.removeprefix(FILES))
    )
    return known and kind in {0, stat.S_IFREG} and not entry.flag_bits & ENCRYPTED
