"""Erasing a person looks for them in every table: each way to them is indexed, also in the real database."""

from sqlalchemy import inspect

from lms.core.database import Base
from lms.tables import upgrade_schema


def leading_columns(inspector, table: str) -> set[str]:
    """Columns that an index, a unique rule or the primary key begins with."""
    lists = [one["column_names"] for one in inspector.get_indexes(table)]
    lists += [one["column_names"] for one in inspector.get_unique_constraints(table)]
    lists.append(inspector.get_pk_constraint(table)["constrained_columns"])
    return {columns[0] for columns in lists if columns}


def test_every_foreign_key_is_indexed(engine):
    upgrade_schema(engine, None)
    inspector = inspect(engine)
    missing = [
        f"{table.name}.{column.name}"
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if column.foreign_keys and column.name not in leading_columns(inspector, table.name)
    ]
    assert missing == []


def test_the_models_name_the_indexes_that_the_migrations_made(engine):
    upgrade_schema(engine, None)
    inspector = inspect(engine)
    for table in Base.metadata.sorted_tables:
        made = {one["name"] for one in inspector.get_indexes(table.name)}
        assert {index.name for index in table.indexes} <= made, table.name
