"""The database: one way to open it, one kind of time in it, one locked way to bring it up to date.

Both the assistant and the LMS keep their tables in the database that the settings name.
"""

from __future__ import annotations

import logging
import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import (
    URL,
    Connection,
    DateTime,
    Dialect,
    Engine,
    MetaData,
    create_engine,
    event,
    inspect,
    text,
)
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.types import TypeDecorator

from assistant import copying, machine_lock
from i18n.dates import utc_now

log = logging.getLogger(__name__)

BUSY_TIMEOUT_MS = 15_000
KEPT_BACKUPS = 10
COPY_NAME = re.compile(r"hocso-(\d+)-.+\.(?:db|dump)")
"""A copy made before a migration: its running number. Copies of version 0.1 have none and come first."""
SYNCHRONOUS = ("full", "normal")
"""How often SQLite waits for the disk: at each saving, or now and then (a power cut takes the last ones)."""
ADVISORY_LOCK = 0x4853
READ_ONLY = "hocso_read_only"


class StorageError(RuntimeError):
    """The database cannot be used; the sentence says why and what to do."""


class UnknownSchema(StorageError):
    """The database was made by another program or by a newer version of this one."""


class UtcDateTime(TypeDecorator[datetime]):
    """A moment, stored in UTC and given back with its time zone (SQLite forgets it otherwise)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: object) -> datetime | None:
        """As it is stored. Raises ValueError for a moment without a time zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone cannot be stored")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: object) -> datetime | None:
        """As it was stored, in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


POOL_SECONDS = 10
"""How long a request waits for a connection of a pool that is wholly in use."""


def make_engine(url: str, pool_size: int = 8, synchronous: str = "full", *, serving: bool = False) -> Engine:
    """An engine for SQLite (WAL, write transactions begin IMMEDIATE) or PostgreSQL.

    A connection with the execution option `READ_ONLY` begins a deferred transaction instead, so
    that readers never wait for a writer. Values of a statement never stand in an error or a log: they
    are people's names and numbers. synchronous: one of SYNCHRONOUS, for SQLite. serving: people wait, so
    statements end (see `postgres`), and there are never more than `pool_size` connections. Raises
    StorageError for a URL that cannot be used.
    """
    try:
        address = make_url(url)
    except (ArgumentError, ValueError) as error:
        raise StorageError(
            "database_url không phải địa chỉ cơ sở dữ liệu. Ví dụ: postgresql://ten@may/hocso. "
            "Bỏ trống thì dùng SQLite."
        ) from error
    backend = address.get_backend_name()
    if backend == "sqlite":
        return _sqlite_engine(url, address.database, synchronous, pool_size if serving else None)
    if backend == "postgresql":
        return _postgres_engine(address, pool_size, serving)
    raise StorageError(f"database_url ghi “{backend}”. Học Số chỉ dùng sqlite hoặc postgresql.")


def _bounded(pool_size: int) -> dict[str, Any]:
    # The last one used first: connections that a quiet site does not need stay closed.
    return {
        "pool_size": pool_size,
        "max_overflow": 0,
        "pool_timeout": POOL_SECONDS,
        "pool_use_lifo": True,
    }


def _postgres_engine(address: URL, pool_size: int, serving: bool) -> Engine:
    from assistant import postgres

    # An address may bring options of its own, such as a search path: they win.
    mine = {name: value for name, value in postgres.arguments(serving).items() if name not in address.query}
    engine = create_engine(
        # psycopg 3 is the driver that is installed, however the address is spelt.
        address.set(drivername="postgresql+psycopg"),
        pool_pre_ping=True,
        hide_parameters=True,
        connect_args=mine,
        **(_bounded(pool_size) if serving else {"pool_size": pool_size}),
    )
    if serving:

        @event.listens_for(engine, "do_connect")
        def connect(
            dialect: Dialect, record: object, positional: list[Any], named: dict[str, Any]
        ) -> postgres.TimedConnection:
            return postgres.connect(dialect, positional, named)

    return engine


def _sqlite_engine(url: str, database: str | None, synchronous: str, pool_size: int | None = None) -> Engine:
    if synchronous not in SYNCHRONOUS:
        raise StorageError(f"synchronous phải là {' hoặc '.join(SYNCHRONOUS)}, không phải “{synchronous}”.")
    pool = {}
    if database and database != ":memory:":
        Path(database.removeprefix("file:")).parent.mkdir(parents=True, exist_ok=True)
        pool = _bounded(pool_size) if pool_size else {}
    engine = create_engine(
        url, connect_args={"timeout": BUSY_TIMEOUT_MS / 1000}, hide_parameters=True, **pool
    )

    @event.listens_for(engine, "connect")
    def on_connect(connection: sqlite3.Connection, record: object) -> None:
        # The driver must not open transactions by itself: its deferred ones lose writes under load.
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
        cursor.execute("PRAGMA journal_mode = WAL")
        cursor.execute(f"PRAGMA synchronous = {synchronous}")
        cursor.execute("PRAGMA foreign_keys = ON")
        # What is erased is overwritten: a name must not stay readable in the file by chance.
        cursor.execute("PRAGMA secure_delete = ON")
        cursor.close()

    @event.listens_for(engine, "begin")
    def on_begin(connection: Connection) -> None:
        reading = connection.get_execution_options().get(READ_ONLY, False)
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")

    return engine


def flush_erased(engine: Engine, patience_ms: int = 500) -> bool:
    """Bring what was erased out of SQLite's write-ahead log, where the old pages still stand.

    Waits at most `patience_ms` for readers. False: somebody still reads an older state, so the log stays
    until the next time. Nothing to do on PostgreSQL, which keeps its log in its own way.
    """
    if engine.dialect.name != "sqlite":
        return True
    connection = engine.raw_connection()
    try:
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout = {patience_ms}")
        try:
            busy, *_ = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        finally:
            cursor.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
        return not busy
    except sqlite3.Error as error:
        log.warning("the write-ahead log was not emptied: %s", error)
        return False
    finally:
        connection.close()


def upgrade(
    engine: Engine, scripts: Path, version_table: str, metadata: MetaData, backups: Path | None = None
) -> str:
    """Bring the tables of `metadata` up to the newest migration in `scripts`; returns its revision.

    One process at a time does this (a lock); the others wait and find nothing left to do. Before an
    existing database is changed a backup is written to `backups` (None: no backup). Raises
    UnknownSchema for a database that these scripts did not make, StorageError for one that cannot be
    opened or if the backup fails.
    """
    _must_open(engine)
    config = Config()
    config.set_main_option("script_location", str(scripts).replace("%", "%%"))
    script = ScriptDirectory.from_config(config)
    newest = script.get_current_head()
    if newest is None:
        raise StorageError(f"there are no migrations in {scripts}")
    with _locked(engine):
        with engine.connect() as connection:
            current = _current_revision(connection, script, version_table, metadata)
        if current == newest:
            return newest
        if current is not None and backups is not None:
            backup(engine, backups, label=current)
        with engine.begin() as connection:
            config.attributes["connection"] = connection
            config.attributes["version_table"] = version_table
            config.attributes["metadata"] = metadata
            command.upgrade(config, "head")
    log.info("database schema %s: %s -> %s", version_table, current or "empty", newest)
    return newest


def _must_open(engine: Engine) -> None:
    """Raise StorageError, in one sentence, for a database that is not there or is none."""
    try:
        with engine.connect():
            pass
    except DBAPIError as error:
        reason = str(error.orig).strip().splitlines()[0]
        raise StorageError(
            f"database_url: không mở được cơ sở dữ liệu ({reason}). "
            "Bạn xem nó có đang chạy không, địa chỉ có đúng không."
        ) from error


def _current_revision(
    connection: Connection, script: ScriptDirectory, version_table: str, metadata: MetaData
) -> str | None:
    context = MigrationContext.configure(connection, opts={"version_table": version_table})
    current = context.get_current_revision()
    if current is None:
        stray = sorted(set(inspect(connection).get_table_names()) & set(metadata.tables))
        if stray:
            raise UnknownSchema(
                f"Cơ sở dữ liệu đã có bảng của chương trình khác ({', '.join(stray[:3])}…). "
                "Bạn ghi một cơ sở dữ liệu còn trống vào database_url."
            )
        return None
    if current not in {revision.revision for revision in script.walk_revisions()}:
        raise UnknownSchema(
            f"Cơ sở dữ liệu ở bản “{current}”, mới hơn chương trình này. "
            "Bạn chạy bản Học Số mới đã dùng nó, hoặc phục hồi một bản sao lưu."
        )
    return current


@contextmanager
def _locked(engine: Engine) -> Iterator[None]:
    """Hold the one lock for changing this database's schema."""
    if engine.dialect.name == "postgresql":
        with engine.connect() as connection:
            connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": ADVISORY_LOCK})
            try:
                yield
            finally:
                connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": ADVISORY_LOCK})
        return
    if engine.url.database in (None, "", ":memory:"):
        yield
        return
    with Path(f"{engine.url.database}.lock").open("w") as handle:
        machine_lock.wait_for(handle)
        yield


def backup(engine: Engine, folder: Path, label: str) -> Path:
    """Write a whole copy of the database into `folder`; keeps the newest ten. Raises StorageError.

    Newest by a running number in the name: a clock that is behind must not cost the copy just written.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    lite = engine.dialect.name == "sqlite"
    number = copying.next_number(folder, COPY_NAME)
    name = f"hocso-{number:04d}-{utc_now():%Y%m%dT%H%M%S}-{label}.{'db' if lite else 'dump'}"
    target = folder / name
    # Under its name when it is whole: one that was cut off must not count among the newest.
    part = folder / f"{name}.part"
    try:
        for left in (*folder.glob("hocso-*.db.part"), *folder.glob("hocso-*.dump.part")):
            left.unlink(missing_ok=True)
        (copying.copy_sqlite if lite else copying.dump_postgres)(engine, part)
        part.replace(target)
    except (copying.CopyFailed, OSError) as error:
        advice = "" if lite else " Hoặc bạn tự sao lưu rồi đặt backup_before_migration = false."
        raise StorageError(f"Chưa sao lưu được trước khi nâng cấp: {error}{advice}") from error
    ours = [path for path in folder.glob("hocso-*") if path.suffix in {".db", ".dump"}]
    copying.keep_newest(ours, COPY_NAME, KEPT_BACKUPS, target)
    return target


def run_migrations(context: Any, is_ours: Callable[[str | None], bool]) -> None:
    """The body of every Alembic `env.py`: `context` is alembic.context, `is_ours(table_name)` our tables."""
    config = context.config

    def include(name: str | None, kind: str, parents: object) -> bool:
        return kind != "table" or is_ours(name)

    context.configure(
        connection=config.attributes["connection"],
        target_metadata=config.attributes["metadata"],
        version_table=config.attributes["version_table"],
        include_name=include,
        render_as_batch=True,
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()
