"""Keep how a name is ordered and searched, which forms were taken, and who saw a person's reply.

Revision 0003, after 0002.
"""

import sqlalchemy as sa
from alembic import op

import assistant.storage
from i18n.person_names import order_key, search_form

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

BATCH = 1000


def upgrade() -> None:
    """Bring the tables up, and fill in the names that are there. Nothing is built anew (see 0002)."""
    op.add_column("people", sa.Column("name_key", sa.String(240), nullable=False, server_default=""))
    op.add_column("people", sa.Column("name_search", sa.String(200), nullable=False, server_default=""))
    _fill()
    op.create_index("ix_people_in_order", "people", ["is_guest", "name_key", "id"], unique=False)
    op.create_table(
        "taken_forms",
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("went_to", sa.String(300), nullable=False),
        sa.Column("taken_at", assistant.storage.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_taken_forms")),
    )
    op.create_index("ix_taken_forms_taken_at", "taken_forms", ["taken_at"], unique=False)
    op.add_column(
        "tickets", sa.Column("seen_at", assistant.storage.UtcDateTime(timezone=True), nullable=True)
    )
    # What was answered before this is no news.
    op.execute("UPDATE tickets SET seen_at = answered_at WHERE answered_at IS NOT NULL")


def _fill() -> None:
    people = sa.table(
        "people", *(sa.column(name, sa.String) for name in ("id", "name", "name_key", "name_search"))
    )
    database = op.get_bind()
    change = (
        people.update()
        .where(people.c.id == sa.bindparam("which"))
        .values(name_key=sa.bindparam("key"), name_search=sa.bindparam("search"))
    )
    last = ""
    while True:
        rows = database.execute(
            sa.select(people.c.id, people.c.name)
            .where(people.c.name.is_not(None), people.c.id > last)
            .order_by(people.c.id)
            .limit(BATCH)
        ).all()
        if not rows:
            return
        last = rows[-1].id
        database.execute(
            change,
            [{"which": id, "key": order_key(name), "search": search_form(name)[:200]} for id, name in rows],
        )


def downgrade() -> None:
    """Take the columns and the table back."""
    op.drop_column("tickets", "seen_at")
    op.drop_index("ix_taken_forms_taken_at", "taken_forms")
    op.drop_table("taken_forms")
    op.drop_index("ix_people_in_order", "people")
    op.drop_column("people", "name_search")
    op.drop_column("people", "name_key")
