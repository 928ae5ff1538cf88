"""Alembic's entry: the LMS's own tables, never the assistant's."""

from alembic import context

from lms.core.database import run_migrations

run_migrations(context, lambda name: name is not None and not name.startswith("assistant_"))
