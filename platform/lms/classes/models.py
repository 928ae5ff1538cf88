"""Tables of classes."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from i18n.dates import utc_now
from lms.accounts.models import Person
from lms.core.database import Base, UtcDateTime


class Class(Base):
    """A group of learners of one teacher. The join code enrols; it never signs anyone in."""

    __tablename__ = "classes"

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), index=True)
    teacher_id: Mapped[str] = mapped_column(ForeignKey("people.id"), index=True)
    name: Mapped[str] = mapped_column(String(120))
    place: Mapped[str] = mapped_column(String(160), default="")
    join_code: Mapped[str] = mapped_column(String(12), unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    teacher: Mapped[Person] = relationship()
    assignments: Mapped[list[Assignment]] = relationship(
        back_populates="class_", order_by="Assignment.due_on", cascade="all, delete-orphan"
    )


class Enrolment(Base):
    """A learner in a class."""

    __tablename__ = "enrolments"

    class_id: Mapped[int] = mapped_column(ForeignKey("classes.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[str] = mapped_column(
        ForeignKey("people.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    enrolled_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    added_by_teacher: Mapped[bool] = mapped_column(default=False)
    left_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    person: Mapped[Person] = relationship()


class Assignment(Base):
    """A path or a course that a class is to learn, by a day."""

    __tablename__ = "assignments"

    id: Mapped[int] = mapped_column(primary_key=True)
    class_id: Mapped[int] = mapped_column(ForeignKey("classes.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(String(10))
    """`path` (an audience's path) or `course`."""
    target_id: Mapped[str] = mapped_column(String(60))
    due_on: Mapped[date | None]
    assigned_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    class_: Mapped[Class] = relationship(back_populates="assignments")
