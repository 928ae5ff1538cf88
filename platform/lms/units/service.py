"""The rules of units: their names, emblems and contact numbers."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import date

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from lms.core.database import reading
from lms.units.models import Unit

FRESH_SECONDS = 5


@dataclass(frozen=True)
class ContactView:
    """A telephone number as pages show it."""

    label: str
    number: str
    hours: str
    checked_on: date
    source: str


@dataclass(frozen=True)
class UnitView:
    """The unit as pages show it: read once every few seconds, not for every page."""

    id: int
    name: str
    desk_name: str
    emblem_version: str | None
    contacts: tuple[ContactView, ...]


def view_of(unit: Unit) -> UnitView:
    """A unit's name, desk and numbers as fixed values."""
    contacts = tuple(
        ContactView(one.label, one.number, one.hours, one.checked_on, one.source) for one in unit.contacts
    )
    return UnitView(unit.id, unit.name, unit.desk_name, unit.emblem_version, contacts)


def main_unit(db: Session) -> Unit | None:
    """The unit that hosts this site: the first one made."""
    return db.scalar(select(Unit).options(selectinload(Unit.contacts)).order_by(Unit.id).limit(1))


def current_unit() -> UnitView | None:
    """The hosting unit for this process's pages, at most five seconds old."""
    kept = current_app.extensions.get("current_unit")
    if kept is not None and kept[0] > time.monotonic():
        return kept[1]
    unit = main_unit(reading())
    view = view_of(unit) if unit is not None else None
    current_app.extensions["current_unit"] = (time.monotonic() + FRESH_SECONDS, view)
    return view


def current_unit_id() -> int | None:
    """The id of the hosting unit, or None before it was named."""
    unit = current_unit()
    return unit.id if unit else None
