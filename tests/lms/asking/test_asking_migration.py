"""A database from before conversations keeps what was asked, and every ticket its question."""

from __future__ import annotations

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, text

from lms.core.database import MIGRATIONS, VERSION_TABLE, Base
from lms.tables import upgrade_schema

OLD_QUESTION = """
    INSERT INTO asked (id, token, at_desk, question, register, outcome, answer, asked_at)
    VALUES (1, 'mot-cau-hoi-cu', false, 'Mã OTP là gì?', 'standard', 'answered', '{}', '2026-11-01 08:00:00')
"""
OLD_TICKET = """
    INSERT INTO tickets (id, asked_id, origin, status, question, answer, source_title, source_url, created_at)
    VALUES (1, 1, 'person', 'waiting', 'Mã OTP là gì?', '', '', '', '2026-11-01 08:00:00')
"""


def go_back(engine: Engine, revision: str) -> None:
    """Take the schema back to an older revision."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with engine.begin() as connection:
        config.attributes.update(connection=connection, version_table=VERSION_TABLE, metadata=Base.metadata)
        command.downgrade(config, revision)


def test_old_questions_become_conversations_of_one_turn(engine):
    upgrade_schema(engine, None)
    go_back(engine, "0001")
    with engine.begin() as connection:
        connection.execute(text(OLD_QUESTION))
        connection.execute(text(OLD_TICKET))
    upgrade_schema(engine, None)
    with engine.connect() as connection:
        asked = connection.execute(text("SELECT conversation_id, turn FROM asked")).one()
        assert tuple(asked) == ("mot-cau-hoi-cu", 1)
        assert connection.scalar(text("SELECT asked_id FROM tickets")) == 1
