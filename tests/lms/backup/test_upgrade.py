"""A database of version 0.1, with rows in every table, becomes one of today: no row and no value is lost."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, MetaData, Table, select

from assistant.knowledge import store
from assistant.knowledge.store import prepare as prepare_knowledge
from assistant.knowledge.tables import Base as AssistantBase
from lms.accounts.models import Person
from lms.backup.service import schemas_in
from lms.core.database import MIGRATIONS, VERSION_TABLE, Base
from lms.tables import upgrade_schema

OLD = {VERSION_TABLE: "0002", store.VERSION_TABLE: "0002"}
"""The newest migrations of version 0.1."""
ROWS_EACH = 3
NOON = datetime(2026, 10, 1, 12, 0, tzinfo=UTC)


def migrate_to(engine: Engine, scripts: Path, table: str, metadata: MetaData, revision: str) -> None:
    """Run migrations up to `revision`, as `assistant.storage.upgrade` runs them to the newest."""
    config = Config()
    config.set_main_option("script_location", str(scripts).replace("%", "%%"))
    with engine.begin() as connection:
        config.attributes.update(connection=connection, version_table=table, metadata=metadata)
        command.upgrade(config, revision)


def value_of(column: sa.Column, number: int) -> object:
    """A value of the column's kind, another one for each number."""
    kind = column.type
    if isinstance(kind, sa.Boolean):
        return number % 2 == 0
    if isinstance(kind, sa.Integer):
        return number
    if isinstance(kind, sa.DateTime):
        return NOON + timedelta(minutes=number)
    if isinstance(kind, sa.Date):
        return date(2026, 10, number)
    if isinstance(kind, sa.LargeBinary):
        return b"\x89PNG" + bytes([number])
    if isinstance(kind, sa.JSON):
        return {"số": number, "chữ": ["Ê Đê", number]}
    if isinstance(kind, sa.Float | sa.Numeric):
        return number / 2
    words = f"{number} {column.name} hòa"
    return words[: kind.length] if getattr(kind, "length", None) else words


def fill(engine: Engine) -> dict[str, list[dict[str, object]]]:
    """Put rows into every table, foreign keys leading to the row of the same number; table → the rows."""
    found = MetaData()
    found.reflect(engine)
    made: dict[str, list[dict[str, object]]] = {}
    with engine.begin() as connection:
        for table in found.sorted_tables:
            if table.name in OLD or made.get(table.name):
                continue
            rows = [
                {
                    column.name: made[next(iter(column.foreign_keys)).column.table.name][number - 1][
                        next(iter(column.foreign_keys)).column.name
                    ]
                    if column.foreign_keys and next(iter(column.foreign_keys)).column.table.name in made
                    else None
                    if column.foreign_keys
                    else value_of(column, number)
                    for column in table.columns
                }
                for number in range(1, ROWS_EACH + 1)
            ]
            kept = connection.execute(select(table)).fetchall()
            if kept:  # what a migration put in itself
                connection.execute(table.delete())
            connection.execute(table.insert(), rows)
            made[table.name] = rows
        if engine.dialect.name == "postgresql":
            _sequences(connection, found)
    return made


def _sequences(connection: sa.Connection, found: MetaData) -> None:
    """As PostgreSQL would have counted by itself."""
    for table in found.sorted_tables:
        for column in table.primary_key:
            name = connection.scalar(
                sa.text("SELECT pg_get_serial_sequence(:t, :c)"), {"t": table.name, "c": column.name}
            )
            if name:
                connection.execute(sa.text("SELECT setval(:s, 100)"), {"s": name})


def rows_of(engine: Engine) -> dict[str, tuple[list[str], list[str]]]:
    """Table → its columns, and its rows as comparable texts."""
    found = MetaData()
    found.reflect(engine)
    with engine.connect() as connection:
        return {table.name: _of(connection, table) for table in found.sorted_tables}


def _of(connection: sa.Connection, table: Table, only: list[str] | None = None):
    names = only or [column.name for column in table.columns]
    rows = connection.execute(select(*[table.c[name] for name in names]))
    return names, sorted(json.dumps([str(value) for value in row], ensure_ascii=False) for row in rows)


@pytest.fixture(scope="module")
def upgraded(engine: Engine):
    """What was in an old database, and the same database afterwards."""
    migrate_to(engine, MIGRATIONS, VERSION_TABLE, Base.metadata, OLD[VERSION_TABLE])
    migrate_to(
        engine, store.MIGRATIONS, store.VERSION_TABLE, AssistantBase.metadata, OLD[store.VERSION_TABLE]
    )
    with engine.connect() as connection:
        assert schemas_in(connection) == OLD
    fill(engine)
    before = rows_of(engine)
    upgrade_schema(engine, None)
    prepare_knowledge(engine)
    return before, engine


def test_the_old_database_had_rows_in_every_table(upgraded):
    before, _ = upgraded
    assert len(before) > 20
    assert all(rows for _, rows in before.values()), [name for name, (_, rows) in before.items() if not rows]


def test_every_row_and_value_is_there_after_the_upgrade(upgraded):
    """A migration may add columns and tables, and take none away that held something."""
    before, engine = upgraded
    found = MetaData()
    found.reflect(engine)
    with engine.connect() as connection:
        for name, (columns, rows) in before.items():
            if name in OLD:
                continue
            assert name in found.tables, f"{name} is gone"
            table = found.tables[name]
            gone = set(columns) - {column.name for column in table.columns}
            assert not gone, f"{name} lost {gone}"
            assert _of(connection, table, columns)[1] == rows, name


def test_it_is_at_the_newest_schema_and_foreign_keys_hold(upgraded):
    _, engine = upgraded
    with engine.connect() as connection:
        assert schemas_in(connection) == _heads()
        if engine.dialect.name == "sqlite":
            assert not list(connection.execute(sa.text("PRAGMA foreign_key_check")))
            assert connection.scalar(sa.text("PRAGMA integrity_check")) == "ok"


def _heads() -> dict[str, str]:
    from alembic.script import ScriptDirectory

    found = {}
    for table, scripts in ((VERSION_TABLE, MIGRATIONS), (store.VERSION_TABLE, store.MIGRATIONS)):
        config = Config()
        config.set_main_option("script_location", str(scripts).replace("%", "%%"))
        found[table] = ScriptDirectory.from_config(config).get_current_head()
    return found


def test_todays_program_reads_the_rows(upgraded):
    _, engine = upgraded
    with sa.orm.Session(engine) as db:
        assert db.scalar(select(sa.func.count()).select_from(Person)) == ROWS_EACH
        assert all(person.created_at.tzinfo is not None for person in db.scalars(select(Person)))
