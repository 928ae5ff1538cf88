"""The database as both halves use it: migrations, backups, moments, and writers that lose nothing."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import (
    Column,
    Integer,
    MetaData,
    String,
    Table,
    delete,
    insert,
    inspect,
    select,
    text,
    update,
)
from sqlalchemy.exc import IntegrityError, StatementError

from assistant import copying, storage
from assistant.knowledge import store, tables
from assistant.storage import (
    READ_ONLY,
    StorageError,
    UnknownSchema,
    UtcDateTime,
    backup,
    make_engine,
    upgrade,
)
from lms.accounts.models import Person
from lms.core.database import Base
from lms.tables import upgrade_schema
from lms.units.models import Unit
from tests.conftest import fresh_database

TABLES = MetaData()
NOTES = Table("notes", TABLES, Column("id", Integer, primary_key=True), Column("word", String(40)))

FIRST = '''
"""First."""
import sqlalchemy as sa
from alembic import op
revision, down_revision, branch_labels, depends_on = "a1", None, None, None
def upgrade():
    op.create_table("notes", sa.Column("id", sa.Integer, primary_key=True))
'''
SECOND = '''
"""Second."""
import sqlalchemy as sa
from alembic import op
revision, down_revision, branch_labels, depends_on = "a2", "a1", None, None
def upgrade():
    op.add_column("notes", sa.Column("word", sa.String(40)))
'''
BROKEN = (
    SECOND
    + """    op.add_column("notes", sa.Column("half", sa.Integer))
    raise RuntimeError("stopped half way")
"""
)


@pytest.fixture
def scripts(tmp_path):
    """A folder of two migrations; `grow(text)` adds the second."""
    folder = tmp_path / "scripts"
    (folder / "versions").mkdir(parents=True)
    (folder / "env.py").write_text(
        "from alembic import context\nfrom assistant.storage import run_migrations\n"
        "run_migrations(context, lambda name: name == 'notes')\n"
    )
    (folder / "versions" / "first.py").write_text(FIRST)

    def grow(second: str = SECOND) -> None:
        (folder / "versions" / "second.py").write_text(second)

    return folder, grow


@pytest.fixture
def fresh(engine, tmp_path):
    """An empty database of the module's kind, for one test."""
    with fresh_database(engine.dialect.name, tmp_path) as url:
        one = make_engine(url, pool_size=20)
        yield one
        one.dispose()


def migrate(engine, scripts, backups=None) -> str:
    return upgrade(engine, scripts[0], "notes_version", TABLES, backups)


def columns(engine) -> list[str]:
    return [one["name"] for one in inspect(engine).get_columns("notes")]


def test_an_empty_database_gets_every_table_and_no_backup(fresh, scripts, tmp_path):
    scripts[1]()
    assert migrate(fresh, scripts, tmp_path / "backups") == "a2"
    assert columns(fresh) == ["id", "word"]
    assert not (tmp_path / "backups").exists(), "there was nothing to save"


def test_again_is_nothing(fresh, scripts, tmp_path):
    migrate(fresh, scripts)
    assert migrate(fresh, scripts, tmp_path / "backups") == "a1"
    assert not (tmp_path / "backups").exists()


def test_a_backup_is_written_before_a_change(fresh, scripts, tmp_path):
    if fresh.dialect.name == "postgresql" and not copying.postgres_program("pg_dump"):
        pytest.skip("no pg_dump")
    migrate(fresh, scripts)
    with fresh.begin() as connection:
        connection.execute(text("INSERT INTO notes (id) VALUES (7)"))
    scripts[1]()
    assert migrate(fresh, scripts, tmp_path / "backups") == "a2"
    [written] = (tmp_path / "backups").iterdir()
    assert "a1" in written.name and written.stat().st_mode & 0o077 == 0
    if fresh.dialect.name == "sqlite":
        with sqlite3.connect(written) as old:
            assert old.execute("SELECT * FROM notes").fetchall() == [(7,)], (
                "as it was, without the new column"
            )
    else:
        listed = subprocess.run(
            [copying.postgres_program("pg_restore"), "--list", str(written)],
            capture_output=True,
            text=True,
            check=True,
        )
        assert "notes" in listed.stdout


def test_the_newest_ten_backups_are_kept(tmp_path):
    engine = make_engine(f"sqlite:///{tmp_path / 'one.db'}")
    made = [backup(engine, tmp_path / "backups", "x") for _ in range(12)]
    assert sorted((tmp_path / "backups").iterdir()) == sorted(made[-10:])


@pytest.mark.parametrize("suffix", ["db", "dump"])
def test_a_backup_stays_when_the_clock_is_behind(tmp_path, monkeypatch, suffix):
    """Ten copies of later days are there, names of version 0.1 among them: the new one is not the oldest."""
    engine = make_engine(f"sqlite:///{tmp_path / 'one.db'}")
    folder = tmp_path / "backups"
    folder.mkdir()
    for day in range(10, 15):
        (folder / f"hocso-202610{day}T010203000000-0002.{suffix}").write_text("older")
        (folder / f"hocso-{day:04d}-202611{day}T010203-0002.{suffix}").write_text("old")
    monkeypatch.setattr(storage, "utc_now", lambda: datetime(2026, 1, 1, tzinfo=UTC))
    for _ in range(3):
        assert backup(engine, folder, "x").exists()
    assert len(list(folder.iterdir())) == 10
    assert not list(folder.glob("hocso-2026101[0-2]*"))


def test_a_copy_that_was_cut_off_has_no_good_name(tmp_path, monkeypatch):
    """Killed while it copied, it left an empty file of a good name, one of the ten that are kept."""
    engine, folder = make_engine(f"sqlite:///{tmp_path / 'one.db'}"), tmp_path / "backups"

    def killed(_engine, target):
        target.write_text("half")
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(copying, "copy_sqlite", killed)
        with pytest.raises(KeyboardInterrupt):
            backup(engine, folder, "x")
    assert not list(folder.glob("*.db"))
    assert [backup(engine, folder, "x")] == list(folder.iterdir())


def test_every_saving_waits_for_the_disk_unless_set_otherwise(tmp_path):
    for word, level in (("full", 2), ("normal", 1)):
        engine = make_engine(f"sqlite:///{tmp_path / 'one.db'}", synchronous=word)
        with engine.connect() as connection:
            assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == level
    with pytest.raises(StorageError, match="synchronous"):
        make_engine("sqlite://", synchronous="off")


def test_a_backup_that_cannot_be_written_says_so(tmp_path):
    engine = make_engine(f"sqlite:///{tmp_path / 'one.db'}")
    with pytest.raises(StorageError, match="backup"):
        backup(engine, tmp_path / "backups", "no/such/folder")


def test_without_a_way_to_save_nothing_is_changed(fresh, scripts, tmp_path, monkeypatch):
    if fresh.dialect.name != "postgresql":
        pytest.skip("SQLite saves by itself")
    migrate(fresh, scripts)
    scripts[1]()
    monkeypatch.setattr(copying, "postgres_program", lambda name, version=0: None)
    with pytest.raises(StorageError, match="pg_dump"):
        migrate(fresh, scripts, tmp_path / "backups")
    assert columns(fresh) == ["id"]


def test_a_migration_that_fails_leaves_the_database_as_it_was(fresh, scripts):
    migrate(fresh, scripts)
    scripts[1](BROKEN)
    with pytest.raises(RuntimeError, match="half way"):
        migrate(fresh, scripts)
    assert columns(fresh) == ["id"]
    scripts[1]()
    assert migrate(fresh, scripts) == "a2", "and nothing stays locked"


def test_a_newer_database_is_refused(fresh, scripts):
    migrate(fresh, scripts)
    with fresh.begin() as connection:
        connection.execute(text("UPDATE notes_version SET version_num = 'z9'"))
    with pytest.raises(UnknownSchema, match="z9"):
        migrate(fresh, scripts)


def test_a_foreign_database_is_refused(fresh, scripts):
    with fresh.begin() as connection:
        connection.execute(text("CREATE TABLE notes (of_somebody_else TEXT)"))
    with pytest.raises(UnknownSchema, match="notes"):
        migrate(fresh, scripts)
    assert columns(fresh) == ["of_somebody_else"]


@pytest.mark.parametrize("url", ["mysql://db/x", "what is this", "", "sqlite//x"])
def test_another_kind_of_database_is_refused(url):
    with pytest.raises(StorageError, match="database_url"):
        make_engine(url)


def test_two_processes_that_migrate_at_once_both_succeed(fresh):
    code = (
        "import sys; sys.path[:0] = ['.', 'platform']\n"
        "from assistant.storage import make_engine\nfrom lms.tables import upgrade_schema\n"
        "print(upgrade_schema(make_engine(sys.argv[1]), None))"
    )
    url = fresh.url.render_as_string(hide_password=False)
    both = [
        subprocess.Popen(
            [sys.executable, "-c", code, url],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "OMP_NUM_THREADS": "1"},
        )
        for _ in range(2)
    ]
    said = [process.communicate(timeout=120) for process in both]
    assert [process.returncode for process in both] == [0, 0], said
    assert said[0][0] == said[1][0]
    assert inspect(fresh).has_table("people")


@pytest.fixture(scope="module")
def whole(engine, tmp_path_factory):
    """The module's database with every table of the program."""
    upgrade_schema(engine, None)
    store.prepare(engine, None)
    return engine


def test_models_and_migrations_agree(whole):
    ours = {"version_table": "lms_version", "compare_type": True, "compare_server_default": True}
    with whole.connect() as connection:
        context = MigrationContext.configure(connection, opts=ours)
        found = [
            one
            for one in compare_metadata(context, Base.metadata)
            if not (one[0] == "remove_table" and one[1].name.startswith(("assistant_", "lms_version")))
            and not (one[0] == "remove_index" and one[1].table.name.startswith("assistant_"))
        ]
    assert found == []


def test_the_assistants_models_and_migrations_agree(whole):
    with whole.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        ours = [
            one
            for one in compare_metadata(context, tables.Base.metadata)
            if one[0] not in {"remove_table", "remove_index"}
            or (one[0] == "remove_table" and one[1].name in tables.Base.metadata.tables)
        ]
    assert ours == []


MOMENTS = MetaData()
SEEN = Table("seen", MOMENTS, Column("id", Integer, primary_key=True), Column("at", UtcDateTime))
COUNTS = Table("counts", MOMENTS, Column("id", Integer, primary_key=True), Column("n", Integer))


@pytest.fixture(scope="module")
def moments(engine):
    MOMENTS.create_all(engine)
    return engine


def test_a_moment_comes_back_in_utc(moments):
    hanoi = datetime(2026, 11, 22, 6, 30, 15, 250, timezone(timedelta(hours=7)))
    with moments.begin() as connection:
        connection.execute(insert(SEEN).values(id=1, at=hanoi))
        connection.execute(insert(SEEN).values(id=2, at=None))
    with moments.connect() as connection:
        back = dict(connection.execute(select(SEEN.c.id, SEEN.c.at)).all())
    assert back[1] == hanoi and back[1].tzinfo is UTC
    assert back[1].isoformat() == "2026-11-21T23:30:15.000250+00:00"
    assert back[2] is None


def test_moments_compare_in_the_database_whatever_their_zone(moments):
    with moments.begin() as connection:
        connection.execute(insert(SEEN).values(id=3, at=datetime(2026, 5, 1, tzinfo=UTC)))
        before = datetime(2026, 5, 1, 6, 59, tzinfo=timezone(timedelta(hours=7)))
        found = connection.scalars(select(SEEN.c.id).where(SEEN.c.id == 3, SEEN.c.at > before)).all()
    assert found == [3]


def test_a_moment_without_a_zone_is_refused(moments):
    with moments.begin() as connection, pytest.raises(StatementError, match="time zone"):
        connection.execute(insert(SEEN).values(id=9, at=datetime(2026, 11, 22)))


def test_twenty_writers_lose_nothing(moments):
    with moments.begin() as connection:
        connection.execute(insert(COUNTS).values(id=1, n=0))

    def count(_: int) -> None:
        for _ in range(20):
            with moments.begin() as connection:
                # Read, think, write: what a deferred transaction loses.
                row = select(COUNTS.c.n).where(COUNTS.c.id == 1).with_for_update()
                n = connection.scalar(row)
                connection.execute(update(COUNTS).where(COUNTS.c.id == 1).values(n=n + 1))

    with ThreadPoolExecutor(20) as pool:
        list(pool.map(count, range(20)))
    with moments.connect() as connection:
        assert connection.scalar(select(COUNTS.c.n).where(COUNTS.c.id == 1)) == 400


def test_a_reader_does_not_wait_for_a_writer(moments):
    reader = moments.execution_options(**{READ_ONLY: True})
    with moments.begin() as writing:
        writing.execute(insert(COUNTS).values(id=2, n=5))
        with reader.connect() as reading:
            assert reading.scalar(select(COUNTS.c.n).where(COUNTS.c.id == 2)) is None
    with reader.connect() as reading:
        assert reading.scalar(select(COUNTS.c.n).where(COUNTS.c.id == 2)) == 5


def test_an_error_of_the_database_holds_no_value(moments):
    notes = Table("people_of_a_test", MetaData(), Column("name", String(40), primary_key=True))
    notes.create(moments)
    with pytest.raises(IntegrityError) as caught, moments.begin() as connection:
        for _ in range(2):
            connection.execute(insert(notes).values(name="Nguyễn Thị Lành"))
    if moments.dialect.name == "sqlite":  # PostgreSQL's own DETAIL names the key: the log formatter's matter
        assert "Lành" not in str(caught.value)
    assert "[SQL parameters hidden" in str(caught.value)


def test_deleting_what_others_need_is_refused_on_sqlite_too(whole):
    with whole.begin() as connection:
        connection.execute(insert(Unit).values(id=1, name="Xã Mẫu"))
        connection.execute(insert(Person).values(id="p", unit_id=1))
    with pytest.raises(IntegrityError), whole.begin() as connection:
        connection.execute(delete(Unit))


def test_sqlite_keeps_its_journal_beside(tmp_path):
    engine = make_engine(f"sqlite:///{tmp_path / 'new' / 'folder' / 'one.db'}")
    with engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
        assert connection.exec_driver_sql("PRAGMA busy_timeout").scalar() >= 5000


def test_the_postgresql_address_may_be_spelt_either_way():
    for url in ("postgresql://u@h/d", "postgresql+psycopg2://u@h/d", "postgresql+psycopg://u@h/d"):
        assert make_engine(url).url.drivername == "postgresql+psycopg"
