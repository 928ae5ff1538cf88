"""The rules of units: their names, emblems and contact numbers."""

from __future__ import annotations

import hashlib
import re
import time
from dataclasses import dataclass
from datetime import date
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session, selectinload

from i18n.dates import today
from i18n.vietnamese import clean
from lms.core import audit, signals
from lms.core.language import lazy
from lms.core.pages.errors import Refusal
from lms.units.models import Contact, Unit

FRESH_SECONDS = 5
_kept: WeakKeyDictionary[Engine, tuple[float, UnitView | None]] = WeakKeyDictionary()


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


def unit_of(db: Session, unit_id: int | None) -> Unit | None:
    """The unit with this id, else the one that hosts this site."""
    return (db.get(Unit, unit_id) if unit_id else None) or main_unit(db)


def hold(db: Session, unit: Unit) -> Unit:
    """The unit as it is now; nobody else changes it or its numbers before this transaction ends.

    Who only names it in a row of their own, as every question and every deed does, does not wait.
    """
    db.refresh(unit, with_for_update={"key_share": True})
    db.refresh(unit, ["contacts"])
    return unit


def current_unit(db: Session) -> UnitView | None:
    """The hosting unit for this process's pages, at most five seconds old."""
    engine = db.get_bind().engine
    kept = _kept.get(engine)
    if kept is not None and kept[0] > time.monotonic():
        return kept[1]
    unit = main_unit(db)
    view = view_of(unit) if unit is not None else None
    _kept[engine] = (time.monotonic() + FRESH_SECONDS, view)
    return view


def contacts_of(db: Session, unit_id: int | None) -> tuple[ContactView, ...]:
    """The telephone numbers of a unit, else those of the one that hosts this site."""
    hosting = current_unit(db)
    if hosting is not None and unit_id in (None, hosting.id):
        return hosting.contacts
    unit = unit_of(db, unit_id)
    return view_of(unit).contacts if unit is not None else ()


def current_unit_id(db: Session) -> int | None:
    """The id of the hosting unit, or None before it was named."""
    unit = current_unit(db)
    return unit.id if unit else None


NAME_LIMIT, DESK_NAME_LIMIT = 120, 160
LABEL_LIMIT, HOURS_LIMIT, SOURCE_LIMIT = 120, 120, 200
EMBLEM_LIMIT = 200 * 1024
EMBLEM_SIGNS = {
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
}
LONGEST_TYPED = 200
"""Letters of a typed number that are looked at."""
LONGEST_NUMBER = 20
PHONE_SIGNS = re.compile(r"\+?[\d\s.()-]+")


class UnitError(Refusal):
    """A rule of units was broken; `field` names the field of the form."""


def checked_name(typed: str) -> str:
    """The name of a unit, clean. Raises UnitError for one that is empty or too long."""
    name = clean(typed)
    if not name:
        raise UnitError(lazy("Bạn gõ tên xã, phường hoặc đơn vị vào đây."), "name")
    if len(name) > NAME_LIMIT:
        raise UnitError(
            lazy("Tên dài quá. Bạn viết ngắn lại, tối đa %(limit)s chữ."), "name", limit=NAME_LIMIT
        )
    return name


def rename(db: Session, unit: Unit, name: str, desk_name: str, by: str) -> None:
    """Name the unit and its desk. Raises UnitError for an empty name."""
    unit.name, unit.desk_name = checked_name(name), clean(desk_name)[:DESK_NAME_LIMIT]
    audit.record(db, by, "units.renamed", f"unit:{unit.id}", unit.id)
    _tell(db, unit)


def emblem_kind(data: bytes) -> str:
    """The kind of a picture, by its first bytes and not by its name. Raises UnitError."""
    if len(data) > EMBLEM_LIMIT:
        raise UnitError(lazy("Ảnh quá lớn. Bạn chọn ảnh dưới 200 KB."), "emblem")
    for sign, kind in EMBLEM_SIGNS.items():
        if data.startswith(sign):
            return kind
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    if data[4:8] == b"ftyp":
        raise UnitError(lazy("Trang chưa đọc được ảnh HEIC của iPhone. Bạn lưu thành JPG rồi gửi."), "emblem")
    raise UnitError(lazy("Tệp này không phải ảnh. Bạn chọn ảnh PNG, JPG hoặc WebP."), "emblem")


def set_emblem(db: Session, unit: Unit, data: bytes, by: str) -> None:
    """Give the unit an emblem (PNG, JPEG or WebP, at most 200 KB), or take it away with empty data."""
    if data:
        unit.emblem_kind = emblem_kind(data)
        unit.emblem = data
        unit.emblem_version = hashlib.sha256(data).hexdigest()[:16]
    else:
        unit.emblem = unit.emblem_kind = unit.emblem_version = None
    audit.record(db, by, "units.emblem_changed", f"unit:{unit.id}", unit.id)


def phone_number(typed: str) -> str:
    """A telephone number as it is shown: digits with the spaces or dots it was typed with.

    Raises UnitError for what cannot be called.
    """
    number = clean(typed[:LONGEST_TYPED])
    if number[:1].isdigit() and re.search(r"[^\W\d_]", number):
        raise UnitError(lazy("Ô này chỉ ghi số. Số nhánh hay lời dặn thì ghi vào ô tên."), "number")
    digits = re.sub(r"\D", "", number)
    if not PHONE_SIGNS.fullmatch(number) or not 3 <= len(digits) <= 13:
        raise UnitError(lazy("Số điện thoại chỉ có chữ số, dấu chấm và dấu cách."), "number")
    # With its signs it may be longer than its column: never cut, it would be somebody else's.
    plus = "+" if number.startswith("+") else ""
    return number if len(number) <= LONGEST_NUMBER else plus + digits


def add_contact(
    db: Session,
    unit: Unit,
    *,
    label: str,
    number: str,
    hours: str,
    source: str,
    checked_on: date | None,
    by: str,
) -> Contact:
    """Add a telephone number with the day it was checked. Raises UnitError (with the field)."""
    label = clean(label)[:LABEL_LIMIT]
    if not label:
        raise UnitError(lazy("Bạn ghi số này là của ai."), "label")
    number = phone_number(number)
    if checked_on is None or checked_on > today():
        raise UnitError(lazy("Bạn chọn ngày đã gọi thử hoặc kiểm tra số này."), "checked_on")
    contact = Contact(
        unit_id=unit.id,
        label=label,
        number=number,
        hours=clean(hours)[:HOURS_LIMIT],
        source=clean(source)[:SOURCE_LIMIT],
        checked_on=checked_on,
        position=len(unit.contacts),
    )
    db.add(contact)
    db.flush()
    audit.record(db, by, "units.contact_added", f"contact:{contact.id}", unit.id)
    _tell(db, unit)
    return contact


def recheck_contact(db: Session, unit: Unit, contact: Contact, by: str) -> None:
    """Somebody made sure today that a telephone number is still right."""
    contact.checked_on = today()
    audit.record(db, by, "units.contact_checked", f"contact:{contact.id}", unit.id)
    _tell(db, unit)


def remove_contact(db: Session, unit: Unit, contact_id: int, by: str) -> None:
    """Remove a telephone number of this unit."""
    contact = db.get(Contact, contact_id)
    if contact is not None and contact.unit_id == unit.id:
        db.delete(contact)
        audit.record(db, by, "units.contact_removed", f"contact:{contact_id}", unit.id)
        _tell(db, unit)


def _tell(db: Session, unit: Unit) -> None:
    """Upper floors keep what they made of the unit's name and numbers in step."""
    db.flush()
    db.refresh(unit, ["contacts"])
    signals.contacts_changed.send(db, unit=unit)
