"""Procedures, documents and local facts: one table of entries, and a record of every import.

Revision: 0002
After: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

KINDS = ("procedure", "document", "fact")


def upgrade() -> None:
    op.create_table(
        "assistant_import",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("report", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_assistant_import"),
    )
    op.create_table(
        "assistant_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("key", sa.String(120), nullable=False),
        sa.Column("unit", sa.String(80), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("source_url", sa.Text(), nullable=False),
        sa.Column("read_on", sa.Date(), nullable=True),
        sa.Column("in_force_on", sa.Date(), nullable=True),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("review_due", sa.Date(), nullable=True),
        sa.Column("flags", sa.JSON(), nullable=False),
        sa.Column("owner", sa.String(200), nullable=False),
        sa.Column("import_id", sa.Integer(), nullable=True),
        sa.Column("fingerprint", sa.String(32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("replaces_id", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_assistant_entry"),
        sa.ForeignKeyConstraint(["import_id"], ["assistant_import.id"], name="fk_assistant_entry_import_id"),
        sa.ForeignKeyConstraint(
            ["replaces_id"], ["assistant_entry.id"], name="fk_assistant_entry_replaces_id"
        ),
    )
    op.create_index("ix_assistant_entry_kind_retired_at", "assistant_entry", ["kind", "retired_at"])
    op.create_index("ix_assistant_entry_kind_key", "assistant_entry", ["kind", "key"])
    # The counters are there from the start: two first changes at once never both try to make one.
    counters = sa.table("assistant_revision", sa.column("kind", sa.String), sa.column("number", sa.Integer))
    op.bulk_insert(counters, [{"kind": kind, "number": 0} for kind in KINDS])


def downgrade() -> None:
    op.drop_table("assistant_entry")
    op.drop_table("assistant_import")
    counters = sa.table("assistant_revision", sa.column("kind", sa.String))
    op.execute(counters.delete().where(counters.c.kind.in_(KINDS)))
