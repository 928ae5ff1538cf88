"""Reading people and the audit log for the administrator's screens.

Both lists are read on from where the page before ended: its price does not grow with what lies before.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import ColumnElement, SQLColumnExpression, and_, func, or_, select
from sqlalchemy.orm import Session, selectinload

from i18n.dates import VIETNAM
from i18n.person_names import search_form
from i18n.vietnamese import clean, fold
from lms.accounts import service as accounts
from lms.accounts.models import Person, RoleGrant
from lms.core import signals
from lms.core.audit import AuditEntry

PAGE = 25


@dataclass(frozen=True)
class PeoplePage:
    """Some people in the order of their names. `more`: the id to go on after, or None at the end."""

    people: list[Person]
    places: dict[str, list[str]]
    """Person id → where they learn, in words: tells two of one name apart."""
    more: str | None


def _of_unit(column: SQLColumnExpression[int | None], unit_id: int) -> ColumnElement[bool]:
    # Not `= ? OR IS NULL`: for that SQLite gathers all rows from two indexes and sorts them.
    return func.coalesce(column, unit_id) == unit_id


def people(
    db: Session,
    unit_id: int,
    search: str = "",
    staff_only: bool = False,
    closed: bool = False,
    after: str = "",
) -> PeoplePage:
    """A page of a unit's people, those after the person with the id `after`."""
    query = select(Person).where(
        Person.is_guest.is_(False),
        _of_unit(Person.unit_id, unit_id),
        Person.retired_at.is_not(None) if closed else Person.retired_at.is_(None),
    )
    if staff_only:
        query = query.where(Person.id.in_(select(RoleGrant.person_id).where(RoleGrant.revoked_at.is_(None))))
    if clean(search):
        query = query.where(_named(search))
    last = db.get(Person, after) if after else None
    if last is not None:
        key = Person.name_key
        query = query.where(or_(key > last.name_key, and_(key == last.name_key, Person.id > last.id)))
    rows = list(
        db.scalars(
            query.options(selectinload(Person.grants)).order_by(Person.name_key, Person.id).limit(PAGE + 1)
        )
    )
    shown = rows[:PAGE]
    return PeoplePage(
        shown, places_of(db, [one.id for one in shown]), shown[-1].id if len(rows) > PAGE else None
    )


def _named(search: str) -> ColumnElement[bool]:
    """By the beginnings of words, without marks; or by a part of the login."""
    words = search_form(search).split()
    login = re.sub(r"[\s.()\-]", "", fold(clean(search)))
    found = [Person.login.contains(login, autoescape=True)] if login else []
    if words:
        found.append(and_(*(Person.name_search.contains(f" {word}", autoescape=True) for word in words)))
    return or_(*found) if found else Person.id.is_(None)


def places_of(db: Session, person_ids: Iterable[str]) -> dict[str, list[str]]:
    """Person id → the classes they learn in, as the rooms above tell it."""
    found: dict[str, list[str]] = {}
    ids = list(person_ids)
    for _receiver, told in signals.where_people_learn.send(db, person_ids=ids) if ids else ():
        for person_id, words in told.items():
            found.setdefault(person_id, []).extend(words)
    return found


def person_of_unit(db: Session, unit_id: int, person_id: str) -> Person | None:
    """A person with an account who belongs to this unit, or to none yet."""
    person = db.get(Person, person_id)
    if person is None or person.is_guest or person.unit_id not in (None, unit_id):
        return None
    return person


def person_called(db: Session, unit_id: int, typed_login: str) -> Person | None:
    """The person with this login, if the unit's administrator may see them."""
    try:
        login = accounts.login_form(typed_login)
    except accounts.AccountError:
        return None
    found = db.scalar(select(Person.id).where(Person.login == login))
    return None if found is None else person_of_unit(db, unit_id, found)


def audit_entries(
    db: Session, unit_id: int, before: int = 0, until: date | None = None, deed: str = ""
) -> tuple[list[tuple[AuditEntry, str | None]], int | None]:
    """A page of what staff did, newest first, with the names of who did it; and the id to go on before.

    `until`: nothing later than this day in Vietnam; `deed`: only actions that begin like this.
    """
    query = (
        select(AuditEntry, Person.name)
        .outerjoin(Person, Person.id == AuditEntry.actor_id)
        .where(_of_unit(AuditEntry.unit_id, unit_id))
    )
    if before:
        query = query.where(AuditEntry.id < before)
    if until is not None:
        end = datetime.combine(until + timedelta(days=1), time.min, VIETNAM)
        query = query.where(AuditEntry.at < end)
    if deed:
        query = query.where(AuditEntry.action.startswith(deed, autoescape=True))
    rows = db.execute(query.order_by(AuditEntry.id.desc()).limit(PAGE + 1)).all()
    more = rows[PAGE - 1][0].id if len(rows) > PAGE else None
    return [(entry, name) for entry, name in rows[:PAGE]], more


def people_still_here(db: Session, entries: list[tuple[AuditEntry, str | None]]) -> set[str]:
    """The ids of people whom these deeds were about and whose account was not erased since."""
    subjects = {entry.subject.removeprefix("person:").split(" ")[0] for entry, _name in entries}
    return set(db.scalars(select(Person.id).where(Person.id.in_(subjects))))
