"""Verified answers and the counter that tells workers of a change.

Revision: 0001
After: nothing
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    revision_table = op.create_table(
        "assistant_revision",
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("kind", name="pk_assistant_revision"),
    )
    # The counter is there from the start: two first changes at once never both try to make it.
    op.bulk_insert(revision_table, [{"kind": "verified", "number": 0}])
    op.create_table(
        "assistant_verified",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("other_questions", sa.JSON(), nullable=False),
        sa.Column("answer_text", sa.Text(), nullable=False),
        sa.Column("source_title", sa.Text(), nullable=False),
        sa.Column("source_url", sa.Text(), nullable=False),
        sa.Column("unit", sa.String(80), nullable=True),
        sa.Column("owner", sa.String(200), nullable=False),
        sa.Column("reviewed_by", sa.String(200), nullable=True),
        sa.Column("reviewed_on", sa.Date(), nullable=True),
        sa.Column("review_due", sa.Date(), nullable=True),
        sa.Column("replaces_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_assistant_verified"),
        sa.ForeignKeyConstraint(
            ["replaces_id"], ["assistant_verified.id"], name="fk_assistant_verified_replaces_id"
        ),
    )
    op.create_index("ix_assistant_verified_retired_at", "assistant_verified", ["retired_at"])
    op.create_index("ix_assistant_verified_unit", "assistant_verified", ["unit"])


def downgrade() -> None:
    op.drop_table("assistant_verified")
    op.drop_table("assistant_revision")
