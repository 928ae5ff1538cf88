"""Give a question its conversation.

Revision 0002, after 0001.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables up: what was asked so far is the first turn of its own conversation.

    Nothing that makes SQLite build the table anew: dropping the old one would cut every ticket from its
    question.
    """
    op.add_column("asked", sa.Column("conversation_id", sa.String(length=32), nullable=True))
    op.add_column("asked", sa.Column("turn", sa.Integer(), nullable=False, server_default="1"))
    op.execute("UPDATE asked SET conversation_id = token")
    op.create_index("ix_asked_conversation_id", "asked", ["conversation_id"], unique=False)


def downgrade() -> None:
    """Take the columns back."""
    op.drop_index("ix_asked_conversation_id", "asked")
    op.drop_column("asked", "turn")
    op.drop_column("asked", "conversation_id")
