"""Tables of asking."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from i18n.dates import utc_now
from lms.core.database import Base, UtcDateTime


class Asked(Base):
    """One question and the answer it got, with its sources as they were shown."""

    __tablename__ = "asked"
    __table_args__ = (
        Index("ix_asked_person_newest", "person_id", "id"),
        Index("uq_asked_once_key", "once_key", unique=True),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(String(32), unique=True)
    """Long and random: the address of the answer, for the asker's own page and the QR code."""
    person_id: Mapped[str | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))
    conversation_id: Mapped[str | None] = mapped_column(String(32), index=True)
    """Shared by the questions of one conversation: the token of its first one. None once it is forgotten."""
    turn: Mapped[int] = mapped_column(default=1, server_default="1")
    """Which question of its conversation this is, from 1; asked again in plainer words it keeps its turn."""
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"), index=True)
    course_id: Mapped[str | None] = mapped_column(String(60))
    lesson_id: Mapped[str | None] = mapped_column(String(60))
    at_desk: Mapped[bool] = mapped_column(default=False)
    question: Mapped[str] = mapped_column(Text)
    """Masked: no numbers that identify a person."""
    register: Mapped[str] = mapped_column(String(10))
    outcome: Mapped[str] = mapped_column(String(12), index=True)
    answer: Mapped[dict] = mapped_column(JSON)
    """`Answer.to_json()`, whole: what was shown is what is stored."""
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now, index=True)
    helpful: Mapped[bool | None]
    once_key: Mapped[str | None] = mapped_column(String(64))
    """Made from the form that was sent: sent a second time, it is the same question."""
