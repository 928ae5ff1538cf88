"""Tables of units."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from i18n.dates import utc_now
from lms.core.database import Base, UtcDateTime


class Unit(Base):
    """A commune, ward, special zone or province. `name` is what people call it."""

    __tablename__ = "units"

    id: Mapped[int] = mapped_column(primary_key=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"), index=True)
    name: Mapped[str] = mapped_column(String(120))
    code: Mapped[str | None] = mapped_column(String(20), unique=True)
    """Official code, where the unit gave one."""
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    desk_name: Mapped[str] = mapped_column(String(160), default="")
    """What the public service desk is called, for “hỏi người thật”."""
    emblem: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    emblem_kind: Mapped[str | None] = mapped_column(String(40))
    emblem_version: Mapped[str | None] = mapped_column(String(16))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    contacts: Mapped[list[Contact]] = relationship(
        back_populates="unit", order_by="Contact.position", cascade="all, delete-orphan"
    )


class Contact(Base):
    """A telephone number people may call, with the date somebody checked it."""

    __tablename__ = "unit_contacts"

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id", ondelete="CASCADE"), index=True)
    label: Mapped[str] = mapped_column(String(120))
    number: Mapped[str] = mapped_column(String(20))
    hours: Mapped[str] = mapped_column(String(120), default="")
    checked_on: Mapped[date]
    source: Mapped[str] = mapped_column(String(200), default="")
    position: Mapped[int] = mapped_column(default=0)
    unit: Mapped[Unit] = relationship(back_populates="contacts")
