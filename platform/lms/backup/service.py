"""Making a backup of an instance while it is served: the database first, then the files beside it.

The database comes first: a file that it names is written before the row that names it, so a file that
was added later is one too many and never one too few. (Today no row names a file: emblems and
documents are rows themselves.)
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import platform
import re
import shutil
import sqlite3
import tempfile
import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

from alembic.migration import MigrationContext
from sqlalchemy import Connection, Engine, create_engine, inspect, text
from sqlalchemy.exc import SQLAlchemyError

from assistant import copying
from assistant.knowledge.store import VERSION_TABLE as ASSISTANT_VERSION
from i18n.dates import utc_now
from lms.backup import archive, kept, state
from lms.backup.archive import BackupError, Manifest
from lms.core.config import ROOT, secret_key
from lms.core.database import VERSION_TABLE as LMS_VERSION

LOCK = "backup.lock"
TAG = ".backup-tag"
"""In an instance that was brought back; in no backup."""
SPARE_BYTES = 16 << 20
"""So much stays free beside a backup: the site itself must go on writing."""

VERSION_TABLES = (LMS_VERSION, ASSISTANT_VERSION)


@dataclass(frozen=True)
class Made:
    """A backup that was written."""

    path: Path
    bytes: int
    manifest: Manifest


def make(engine: Engine, instance: Path, target: Path) -> Made:
    """Write everything of an instance into the new file `target` (0600) while it may be in use.

    One consistent snapshot of the database, and the files of the instance but what is built again.
    Raises BackupError: a file is there already, the disk is too small, another backup is at work.
    """
    target = target.expanduser().absolute()
    if target.exists():
        raise BackupError(f"Đã có tệp “{target}”. Hãy chọn tên khác: bản sao lưu không ghi đè lên tệp nào.")
    if not target.parent.is_dir():
        raise BackupError(f"Không có thư mục “{target.parent}”. USB hoặc đĩa đã cắm chưa?")
    with alone(instance):
        return _make(engine, instance, target)


def make_nightly(
    engine: Engine, instance: Path, folder: Path, keep: int, problem_of: Callable[[Path], str]
) -> Made:
    """Write the next of the nightly backups into `folder`, and keep the newest `keep` of this instance.

    `problem_of` reads a backup back: what is wrong with it, empty if nothing is. One that is not right is put
    aside, in the place of the one put aside before, and no older one goes for it. Raises BackupError.
    """
    tag = instance_tag(instance)
    with alone(instance):
        _sweep(folder, tag)
        made = _make(engine, instance, folder / nightly_name(folder, tag, utc_now()))
        problem = problem_of(made.path)
        if problem:
            aside = made.path.replace(folder / f"hocso-{tag}-{ASIDE}.zip")
            raise BackupError(f"Bản sao lưu vừa tạo không đọc lại được: {problem} Nó nằm ở “{aside}”.")
        ours = [path for path in folder.glob(f"hocso-{tag}-*.zip") if NIGHTLY.fullmatch(path.name)]
        copying.keep_newest(ours, NIGHTLY, keep, made.path)
    return made


def _make(engine: Engine, instance: Path, target: Path) -> Made:
    if engine.dialect.name == "sqlite" and not Path(engine.url.database or "").is_file():
        raise BackupError(f"Chưa có gì để sao lưu: không có cơ sở dữ liệu “{engine.url.database}”.")
    part = target.with_name(target.name + ".part")
    if part.exists():
        raise BackupError(f"Đã có tệp “{part}”. Hãy xóa tệp đó nếu không cần, hoặc chọn tên khác.")
    try:
        _need_space(engine, instance, target.parent)
        with tempfile.TemporaryDirectory(prefix=f".copy-{target.name}-", dir=target.parent) as folder:
            manifest = _write(engine, instance, part, Path(folder))
        if target.exists():
            raise BackupError(f"Đã có tệp “{target}”. Hãy chọn tên khác.")
        part.rename(target)
        copying.sync(target)
        return Made(target, target.stat().st_size, manifest)
    except (OSError, SQLAlchemyError, copying.CopyFailed) as error:
        part.unlink(missing_ok=True)
        raise BackupError(f"Chưa sao lưu được: {reason(error)}") from error
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def reason(error: BaseException) -> str:
    """Why something failed, in one line."""
    words = getattr(error, "strerror", None) or str(error)
    name = getattr(error, "filename", None)
    return f"{words} ({name})" if name else " ".join(str(words).split())[:300]


@contextmanager
def alone(instance: Path) -> Iterator[None]:
    """Be the only backup of this instance; raises BackupError while another is at work."""
    with (instance / LOCK).open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise BackupError("Một bản sao lưu khác đang được tạo. Hãy chờ nó xong.") from error
        yield


def _need_space(engine: Engine, instance: Path, folder: Path) -> None:
    """Refuse before anything is written if the copy, and the backup made of it, might not fit."""
    files = sum(path.stat().st_size for path, _ in kept_files(engine, instance))
    needed = 2 * database_bytes(engine) + files + SPARE_BYTES
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise BackupError(
            f"Đĩa của “{folder}” còn {free >> 20} MB, cần {needed >> 20} MB để sao lưu. Hãy dọn bớt."
        )


def database_bytes(engine: Engine) -> int:
    """How large the database is, with its journal."""
    if engine.dialect.name == "sqlite":
        name = str(engine.url.database)
        return sum(path.stat().st_size for end in ("", "-wal") if (path := Path(name + end)).exists())
    with engine.connect() as connection:
        return int(connection.scalar(text("SELECT pg_database_size(current_database())")))


def _write(engine: Engine, instance: Path, part: Path, folder: Path) -> Manifest:
    copy = folder / "database"
    made_at = utc_now()
    schemas, rows = (_copy_sqlite if engine.dialect.name == "sqlite" else _copy_postgres)(engine, copy)
    writer = archive.Writer(part)
    try:
        with copy.open("rb") as source:
            writer.add(archive.DATABASES[engine.dialect.name], source)
        for path, name in kept_files(engine, instance):
            # A file that is gone by now was not needed: nothing names it.
            with suppress(FileNotFoundError), path.open("rb") as source:
                writer.add(archive.FILES + name, source)
        manifest = Manifest(
            made_at=made_at,
            backend=engine.dialect.name,
            schemas=schemas,
            rows=rows,
            members=writer.members,
            versions=versions(engine),
            left_out=tuple(
                f"{name}: {why}" for name, why in kept.DERIVED.items() if (instance / name).exists()
            ),
        )
        writer.close(manifest)
    except BaseException:
        writer.abandon()
        raise
    return manifest


def _copy_sqlite(engine: Engine, copy: Path) -> tuple[dict[str, str], dict[str, int]]:
    copying.copy_sqlite(engine, copy)
    with sqlite_file(copy) as connection:
        return schemas_in(connection), rows_in(connection)


@contextmanager
def sqlite_file(path: Path) -> Iterator[Connection]:
    """A connection to a SQLite file that stands alone, for reading."""
    lone = create_engine(
        "sqlite://", creator=lambda: sqlite3.connect(f"file:{quote(str(path))}?mode=ro&immutable=1", uri=True)
    )
    try:
        with lone.connect() as connection:
            yield connection
    finally:
        lone.dispose()


def _copy_postgres(engine: Engine, copy: Path) -> tuple[dict[str, str], dict[str, int]]:
    """pg_dump and the counting see one and the same snapshot."""
    with engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection:
        connection.execute(text("SET TRANSACTION READ ONLY"))
        # A large table takes longer than a page may.
        connection.execute(text("SET LOCAL statement_timeout = 0"))
        connection.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))
        snapshot = connection.scalar(text("SELECT pg_export_snapshot()"))
        schemas, rows = schemas_in(connection), rows_in(connection)
        copying.dump_postgres(engine, copy, snapshot)
    return schemas, rows


def rows_in(connection: Connection) -> dict[str, int]:
    """Table → rows."""
    quote = connection.dialect.identifier_preparer.quote
    return {
        # The names are those of the database itself, and quoted.
        name: int(connection.scalar(text(f"SELECT count(*) FROM {quote(name)}")))  # noqa: S608
        for name in sorted(inspect(connection).get_table_names())
    }


def schemas_in(connection: Connection) -> dict[str, str]:
    """Version table → revision."""
    found = {}
    for table in VERSION_TABLES:
        context = MigrationContext.configure(connection, opts={"version_table": table})
        revision = context.get_current_revision()
        if revision is not None:
            found[table] = revision
    return found


def versions(engine: Engine) -> dict[str, str]:
    """The versions of what wrote the backup."""
    found = {"hocso": program_version(), "python": platform.python_version()}
    if engine.dialect.name == "sqlite":
        found["sqlite"] = sqlite3.sqlite_version
    else:
        found["postgresql"] = str(copying.server_version(engine))
    return found


def program_version() -> str:
    """The version in `pyproject.toml`, or "unknown"."""
    try:
        return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    except (OSError, KeyError, tomllib.TOMLDecodeError):
        return "unknown"


def kept_files(engine: Engine, instance: Path) -> Iterator[tuple[Path, str]]:
    """The files of an instance that a backup holds, each with its name there."""
    lite = engine.url.database if engine.dialect.name == "sqlite" else None
    database = {Path(f"{lite}{end}").resolve() for end in ("", *kept.JOURNALS)} if lite else set()
    for folder, below, names in os.walk(instance):
        here = Path(folder)
        top = here == instance
        below[:] = sorted(
            name
            for name in below
            if not (top and name in kept.DERIVED)
            and not kept.NOT_KEPT.fullmatch(name)
            and not (here / name).is_symlink()
        )
        for name in sorted(names):
            path = here / name
            if path.is_symlink() or not path.is_file() or path.resolve() in database:
                continue
            place = path.relative_to(instance).as_posix()
            if kept.may_come_back(place) and not archive.is_backup(path):
                yield path, place


def last_backup(instance: Path) -> state.LastBackup:
    """The last backup that went well, and the last that did not."""
    return state.read(instance)


ASIDE = "khong-dat"
"""In the name of the last nightly backup that could not be read back."""
NIGHTLY = re.compile(r"hocso-[0-9a-f]{6}-(\d+)-\d{8}T\d{4}\.zip")


def nightly_folder(instance: Path, named: str) -> Path:
    """Where nightly backups go. A named folder must be there: a stick that is out is no empty folder.

    Raises BackupError.
    """
    if named:
        folder = Path(named).expanduser()
        if not folder.is_dir():
            raise BackupError(f"Không có thư mục sao lưu “{folder}”. USB hoặc đĩa đã cắm chưa?")
        return folder
    folder = instance / "backups"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def nightly_name(folder: Path, tag: str, now: datetime) -> str:
    """The name of the next backup in a folder: its number counts, whatever the clock says."""
    return f"hocso-{tag}-{copying.next_number(folder, NIGHTLY):06d}-{now:%Y%m%dT%H%M}.zip"


def instance_tag(instance: Path) -> str:
    """Six hex digits that tell this instance's backups from another's in the same folder.

    An instance that was brought back has a tag of its own: it has the key of the one it came from, whose
    backups it must not delete.
    """
    with suppress(OSError):
        own = (instance / TAG).read_text(encoding="utf-8").strip()
        if re.fullmatch("[0-9a-f]{6}", own):
            return own
    return hashlib.sha256(secret_key(instance).encode()).hexdigest()[:6]


def _sweep(folder: Path, tag: str) -> None:
    """Remove what nightly backups that were cut off left in the folder."""
    for part in folder.glob(f"hocso-{tag}-*.zip.part"):
        part.unlink(missing_ok=True)
    for left in folder.glob(f".copy-hocso-{tag}-*"):
        shutil.rmtree(left, ignore_errors=True)
