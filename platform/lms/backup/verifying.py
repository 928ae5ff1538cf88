"""Whether a backup could be brought back: it is brought back into scratch, read through and counted."""

from __future__ import annotations

import os
import secrets
import shutil
import tempfile
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, make_url, text
from sqlalchemy.exc import SQLAlchemyError

from assistant import copying
from lms.backup import archive
from lms.backup.archive import BackupError, Damaged, Manifest, Reader
from lms.backup.service import reason, rows_in, schemas_in, sqlite_file
from lms.core.database import StorageError, make_engine

SHOWN_PROBLEMS = 20
SCRATCH = ".hocso-verify-"
"""Before the number of the process that unpacks, in the name of the folder it unpacks into."""


@dataclass
class Report:
    """What a check found."""

    problems: list[str] = field(default_factory=list)
    rows: dict[str, int] = field(default_factory=dict)
    """Table → rows that were counted in the copy that was brought back."""
    made_at: datetime | None = None
    not_tried: list[str] = field(default_factory=list)
    """What could not be tried here, and why."""

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problems

    def to_dict(self) -> dict[str, object]:
        """The contract: `{"ok", "rows", "made_at"}`, with `problems` and `not_tried` beside them."""
        return {
            "ok": self.ok,
            "rows": self.rows,
            "made_at": self.made_at.isoformat() if self.made_at else None,
            "problems": self.problems[:SHOWN_PROBLEMS],
            "not_tried": self.not_tried,
        }


def verify(path: Path, database_url: str = "") -> Report:
    """Bring a backup back into scratch and compare it with its manifest; raises nothing for a bad file.

    database_url: the configured database. A backup of PostgreSQL is brought back into a database of its
    own on that server, if its role may make one; else its dump is read through from end to end.
    """
    report = Report()
    try:
        with archive.opened(path) as reader:
            report.made_at = reader.manifest.made_at
            needed = archive.bytes_at_once(reader.manifest)
            place = _scratch(path, needed)
            _sweep(place)
            with tempfile.TemporaryDirectory(prefix=f"{SCRATCH}{os.getpid()}-", dir=place) as folder:
                copy, other = Path(folder) / "database", Path(folder) / "file"
                for name in reader.manifest.members.keys() - {reader.manifest.database}:
                    reader.extract(name, other)
                    other.unlink()
                reader.extract(reader.manifest.database, copy)
                _database(report, reader, copy, database_url)
    except BackupError as error:
        report.problems.append(str(error))
    except (OSError, StorageError, copying.CopyFailed, SQLAlchemyError) as error:
        report.problems.append(f"Chưa kiểm tra được: {reason(error)}")
    return report


def _sweep(place: Path) -> None:
    """Remove what a check left that was killed: everybody's names and numbers, unpacked."""
    for left in place.glob(f"{SCRATCH}*"):
        process = left.name.removeprefix(SCRATCH).partition("-")[0]
        with suppress(OSError):
            if left.stat().st_uid == os.getuid() and not _is_running(process):
                shutil.rmtree(left, ignore_errors=True)


def _is_running(process: str) -> bool:
    try:
        os.kill(int(process), 0)
    except (ValueError, OverflowError, ProcessLookupError):
        return False
    except PermissionError:
        return True
    return True


def _scratch(path: Path, needed: int) -> Path:
    """A folder with room for what is unpacked: the usual one, else the one that the backup is in."""
    usual, beside = Path(tempfile.gettempdir()), path.absolute().parent
    folder = usual if shutil.disk_usage(usual).free > needed else beside
    must_have_room(folder, needed)
    return folder


def must_have_room(folder: Path, needed: int) -> None:
    """Raise BackupError if what a backup says it holds (bytes) does not fit into a folder.

    A small file made by hand may unpack into more than any disk has, on which the site has to go on.
    """
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise BackupError(
            f"Đĩa của “{folder}” còn {free >> 20} MB, cần {needed >> 20} MB để mở bản sao lưu. Hãy dọn bớt."
        )


def _database(report: Report, reader: Reader, copy: Path, database_url: str) -> None:
    if reader.manifest.backend == "sqlite":
        try:
            with sqlite_file(copy) as connection:
                _inside_sqlite(report, connection)
                _compare(report, reader.manifest, connection)
        except SQLAlchemyError as error:
            report.problems.append(f"Cơ sở dữ liệu trong bản sao không đọc được: {reason(error)}")
    elif database_url.startswith("postgresql"):
        _scratch_postgres(report, reader.manifest, copy, make_engine(database_url))
    else:
        _read_dump(report, copy, "cài đặt không nêu máy chủ PostgreSQL nào")


def _inside_sqlite(report: Report, connection: Connection) -> None:
    for (word,) in connection.execute(text("PRAGMA integrity_check")).fetchmany(SHOWN_PROBLEMS):
        if word != "ok":
            report.problems.append(f"integrity_check: {word}")
    for row in connection.execute(text("PRAGMA foreign_key_check")).fetchmany(SHOWN_PROBLEMS):
        report.problems.append(f"foreign_key_check: {row[0]} {row[1]} → {row[2]}")


def must_hold_what_it_says(manifest: Manifest, copy: Path) -> None:
    """Raise Damaged if `copy` is no SQLite database with the tables, rows and schemas of the manifest.

    Nothing more is asked for here: of a database that was ailing when it was saved, all that is left
    shall come back.
    """
    report = Report()
    try:
        with sqlite_file(copy) as connection:
            _compare(report, manifest, connection)
    except SQLAlchemyError as error:
        report.problems.append(reason(error))
    if report.problems:
        raise Damaged(f"Cơ sở dữ liệu trong bản sao lưu không như tệp kê ghi. {report.problems[0]}")


def _compare(report: Report, manifest: Manifest, connection: Connection) -> None:
    report.rows = rows_in(connection)
    for table in sorted(manifest.rows.keys() | report.rows.keys()):
        expected, found = manifest.rows.get(table), report.rows.get(table)
        if expected != found:
            report.problems.append(f"Bảng {table}: có {found} dòng, lúc sao lưu là {expected}.")
    if schemas_in(connection) != manifest.schemas:
        report.problems.append("Phiên bản của các bảng khác với lúc sao lưu.")


def _scratch_postgres(report: Report, manifest: Manifest, copy: Path, engine: Engine) -> None:
    name = f"hocso_verify_{secrets.token_hex(6)}"
    keeper = create_engine(engine.url, isolation_level="AUTOCOMMIT")
    try:
        try:
            with keeper.connect() as connection:
                connection.execute(text(f'CREATE DATABASE "{name}"'))
        except SQLAlchemyError as error:
            _read_dump(report, copy, f"không tạo được cơ sở dữ liệu tạm: {reason(error)}")
            return
        scratch = make_engine(make_url(engine.url).set(database=name).render_as_string(hide_password=False))
        try:
            restore_dump(scratch, copy)
            with scratch.connect() as connection:
                connection.execute(text("SET LOCAL statement_timeout = 0"))
                _compare(report, manifest, connection)
        except copying.CopyFailed as error:
            report.problems.append(f"Bản chép PostgreSQL không phục hồi được: {reason(error)}")
        finally:
            scratch.dispose()
            with suppress(SQLAlchemyError), keeper.connect() as connection:
                connection.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
    finally:
        keeper.dispose()
        engine.dispose()


def restore_dump(engine: Engine, dump: Path) -> None:
    """Bring a dump back into the empty database of `engine`, whole or not at all. Raises CopyFailed."""
    words = ["--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges", str(dump)]
    copying.run_postgres(engine, "pg_restore", words)


def _read_dump(report: Report, copy: Path, why: str) -> None:
    """Read a dump from end to end, as pg_restore would, without a server."""
    report.not_tried.append(f"Chưa phục hồi thử và chưa đếm dòng: {why}.")
    try:
        copying.run_postgres_alone("pg_restore", ["--file=/dev/null", str(copy)])
    except copying.CopyFailed as error:
        report.problems.append(f"Bản chép PostgreSQL không đọc được: {reason(error)}")
