"""What Alembic runs: the assistant's tables and no others."""

from alembic import context

from assistant.storage import run_migrations

run_migrations(context, lambda name: name is not None and name.startswith("assistant_"))
