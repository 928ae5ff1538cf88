"""Tables of the desk."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from i18n.dates import utc_now
from lms.asking.models import Asked
from lms.core.database import Base, UtcDateTime

WAITING, ANSWERED, REVIEWED, CLOSED = "waiting", "answered", "reviewed", "closed"


class Ticket(Base):
    """A question that waits for a person, or was answered by one."""

    __tablename__ = "tickets"

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"), index=True)
    asked_id: Mapped[int | None] = mapped_column(ForeignKey("asked.id", ondelete="SET NULL"), index=True)
    origin: Mapped[str] = mapped_column(String(12))
    """`unknown` (the assistant did not know), `person` (the asker wanted a person), `wrong`
    (the asker said the answer was not right), `desk` (an officer put it there)."""
    status: Mapped[str] = mapped_column(String(12), default="waiting", index=True)
    """`waiting`, `answered`, `reviewed` or `closed`."""
    question: Mapped[str] = mapped_column(Text)
    answer: Mapped[str] = mapped_column(Text, default="")
    source_title: Mapped[str] = mapped_column(String(300), default="")
    source_url: Mapped[str] = mapped_column(String(500), default="")
    source_checked_on: Mapped[date | None]
    verified_id: Mapped[str | None] = mapped_column(String(64))
    """The entry in the assistant's store that this answer became."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answered_by: Mapped[str | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"), index=True)
    reviewed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reviewed_by: Mapped[str | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"), index=True)
    seen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the asker first opened the page with a person's reply."""
    asked: Mapped[Asked | None] = relationship()
