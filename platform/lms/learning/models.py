"""Tables of learning: what happened, and where each person stands."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from i18n.dates import utc_now
from lms.core.database import Base, UtcDateTime


class Event(Base):
    """Something a learner did. The id is made by the client, so the same event twice is saved once."""

    __tablename__ = "events"
    __table_args__ = (Index("ix_events_person_course", "person_id", "course_id"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(12))
    """`opened`, `read`, `answered` or `finished`."""
    course_id: Mapped[str] = mapped_column(String(60))
    lesson_id: Mapped[str] = mapped_column(String(60))
    question_id: Mapped[str | None] = mapped_column(String(60))
    data: Mapped[dict] = mapped_column(JSON, default=dict)
    """For `answered`: chosen (list of choice numbers), right (bool), version (of the lesson)."""
    happened_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    saved_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)


class LessonProgress(Base):
    """Where a person stands in a lesson: counted from the events, kept for quick reading."""

    __tablename__ = "lesson_progress"

    person_id: Mapped[str] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), primary_key=True)
    course_id: Mapped[str] = mapped_column(String(60), primary_key=True)
    lesson_id: Mapped[str] = mapped_column(String(60), primary_key=True)
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_at: Mapped[datetime] = mapped_column(UtcDateTime)
    answered: Mapped[int] = mapped_column(default=0)
    """Questions answered at least once."""
    right: Mapped[int] = mapped_column(default=0)
    """Questions whose newest answer is right."""
