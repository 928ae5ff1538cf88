"""Reading people and the audit log for the administrator's screens."""

from __future__ import annotations

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, selectinload

from i18n.vietnamese import clean, fold
from lms.accounts.models import Person, RoleGrant
from lms.core.audit import AuditEntry

PAGE = 25


def people(
    db: Session, unit_id: int, search: str = "", staff_only: bool = False, page: int = 1
) -> tuple[list[Person], int]:
    """One page of a unit's people by name, and how many pages there are."""
    query = select(Person).where(
        Person.is_guest.is_(False), or_(Person.unit_id == unit_id, Person.unit_id.is_(None))
    )
    if staff_only:
        query = query.where(Person.id.in_(select(RoleGrant.person_id).where(RoleGrant.revoked_at.is_(None))))
    wanted = clean(search)
    if wanted:
        login = fold(wanted).replace(" ", "")
        query = query.where(
            or_(
                Person.name.icontains(wanted, autoescape=True),
                Person.login.contains(login, autoescape=True) if login else False,
            )
        )
    total = db.scalar(select(func.count()).select_from(query.subquery())) or 0
    rows = db.scalars(
        query.options(selectinload(Person.grants))
        .order_by(Person.retired_at.is_not(None), Person.name, Person.id)
        .offset((page - 1) * PAGE)
        .limit(PAGE)
    )
    return list(rows), max(1, -(-total // PAGE))


def person_of_unit(db: Session, unit_id: int, person_id: str) -> Person | None:
    """A person with an account who belongs to this unit, or to none yet."""
    person = db.get(Person, person_id)
    if person is None or person.is_guest or person.unit_id not in (None, unit_id):
        return None
    return person


def audit_entries(
    db: Session, unit_id: int, page: int = 1
) -> tuple[list[tuple[AuditEntry, str | None]], int]:
    """One page of what staff did, newest first, with the names of who did it, and the number of pages."""
    mine = or_(AuditEntry.unit_id == unit_id, AuditEntry.unit_id.is_(None))
    total = db.scalar(select(func.count()).select_from(AuditEntry).where(mine)) or 0
    rows = db.execute(
        select(AuditEntry, Person.name)
        .outerjoin(Person, Person.id == AuditEntry.actor_id)
        .where(mine)
        .order_by(AuditEntry.id.desc())
        .offset((page - 1) * PAGE)
        .limit(PAGE)
    )
    return [(entry, name) for entry, name in rows], max(1, -(-total // PAGE))
