"""The audit log: what staff did, to what, when. No personal data, only ids."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from i18n.dates import utc_now
from lms.core.database import Base, UtcDateTime


class AuditEntry(Base):
    """One thing a member of staff did."""

    __tablename__ = "audit_entries"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now, index=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"), index=True)
    actor_id: Mapped[str | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"), index=True)
    action: Mapped[str] = mapped_column(String(60))
    """`room.what`, e.g. `classes.card_withdrawn`."""
    subject: Mapped[str] = mapped_column(String(120), default="", index=True)
    """Kind and id of what was changed, e.g. `person:3f…`; never a name or a number of a person."""


def record(
    db: Session, actor_id: str | None, action: str, subject: str = "", unit_id: int | None = None
) -> None:
    """Add one entry to the audit log, in the same transaction as the deed itself."""
    db.add(AuditEntry(actor_id=actor_id, action=action, subject=subject, unit_id=unit_id))


def about_person(db: Session, person_id: str) -> list[AuditEntry]:
    """What staff did to a person, oldest first."""
    about = select(AuditEntry).where(AuditEntry.subject == f"person:{person_id}")
    return list(db.scalars(about.order_by(AuditEntry.id)))


def by_person(db: Session, person_id: str) -> list[AuditEntry]:
    """What a member of staff did, oldest first."""
    return list(
        db.scalars(select(AuditEntry).where(AuditEntry.actor_id == person_id).order_by(AuditEntry.id))
    )
