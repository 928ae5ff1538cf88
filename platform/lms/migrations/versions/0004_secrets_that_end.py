"""Let temporary secrets end, remember places, save a question once, and index every way to a person.

Revision 0004, after 0003.
"""

from datetime import timedelta

import sqlalchemy as sa
from alembic import op

from assistant.storage import UtcDateTime, utc_now

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

MOMENT = UtcDateTime(timezone=True)
INDEXES = {
    "ix_people_guest_created": ("people", ["is_guest", "created_at"]),
    "ix_audit_entries_subject": ("audit_entries", ["subject"]),
    "ix_audit_entries_actor_id": ("audit_entries", ["actor_id"]),
    "ix_tickets_answered_by": ("tickets", ["answered_by"]),
    "ix_tickets_reviewed_by": ("tickets", ["reviewed_by"]),
    "ix_sign_in_sessions_card_id": ("sign_in_sessions", ["card_id"]),
    "ix_asked_person_newest": ("asked", ["person_id", "id"]),
    "ix_asked_unit_id": ("asked", ["unit_id"]),
    "ix_units_parent_id": ("units", ["parent_id"]),
    "ix_throttles_updated_at": ("throttles", ["updated_at"]),
}


def upgrade() -> None:
    """Bring the tables up. Secrets that are temporary now end in three days, as new ones do."""
    op.add_column("people", sa.Column("secret_set_at", MOMENT, nullable=True))
    op.add_column("people", sa.Column("secret_expires_at", MOMENT, nullable=True))
    op.add_column(
        "people", sa.Column("secret_set_by_card", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    people = sa.table("people", sa.column("must_change_secret", sa.Boolean), sa.column("secret_expires_at", MOMENT))
    ends = utc_now() + timedelta(hours=72)
    op.execute(people.update().where(people.c.must_change_secret).values(secret_expires_at=ends))
    op.add_column("asked", sa.Column("once_key", sa.String(length=64), nullable=True))
    op.create_index("uq_asked_once_key", "asked", ["once_key"], unique=True)
    op.create_table(
        "familiar_places",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("seen_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_familiar_places"),
    )
    op.create_index("ix_familiar_places_seen_at", "familiar_places", ["seen_at"])
    for name, (table, columns) in INDEXES.items():
        op.create_index(name, table, columns)
    op.drop_index("ix_asked_person_id", "asked")


def downgrade() -> None:
    """Take all of it back."""
    op.create_index("ix_asked_person_id", "asked", ["person_id"])
    for name, (table, _) in INDEXES.items():
        op.drop_index(name, table)
    op.drop_table("familiar_places")
    op.drop_index("uq_asked_once_key", "asked")
    op.drop_column("asked", "once_key")
    for column in ("secret_set_by_card", "secret_expires_at", "secret_set_at"):
        op.drop_column("people", column)
