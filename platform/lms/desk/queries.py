"""Reading the desk for screens."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session, joinedload

from lms.accounts.models import Person
from lms.accounts.service import AccountError, login_form
from lms.asking import queries as asking
from lms.asking import service as asking_service
from lms.asking.models import Asked
from lms.core.audit import AuditEntry
from lms.core.database import in_pieces
from lms.core.permissions import allowed
from lms.desk.models import Ticket
from lms.desk.service import ANSWERED, CLOSE_REASONS, CLOSED, REVIEWED, WAITING

PERMISSION = "desk.answer"
PAGE = 25
STATUSES = (WAITING, ANSWERED, REVIEWED, CLOSED)
HISTORY = 30


@dataclass(frozen=True)
class Deed:
    """One line of a ticket's history."""

    at: datetime
    action: str
    name: str | None


def citizen(db: Session, unit_ids: frozenset[int], typed_login: str) -> Person | None:
    """The account of a citizen with this login: of these units or of none, and without any role."""
    try:
        login = login_form(typed_login)
    except AccountError:
        return None
    person_id = db.scalar(select(Person.id).where(Person.login == login))
    return citizen_of(db, unit_ids, person_id) if person_id else None


def citizen_of(db: Session, unit_ids: frozenset[int], person_id: str) -> Person | None:
    """As `citizen`, by id."""
    # As they are now: the form may hold what it found of them before.
    person = db.get(Person, person_id, populate_existing=True)
    if person is None or person.is_guest or not person.is_active or person.roles:
        return None
    return person if person.unit_id is None or person.unit_id in unit_ids else None


def units_of(person: Person) -> frozenset[int]:
    """The units whose desk a person works at."""
    return frozenset(grant.unit_id for grant in person.grants if allowed([grant.role], PERMISSION))


def _seen_from(units: frozenset[int]) -> ColumnElement[bool]:
    return or_(Ticket.unit_id.in_(units), Ticket.unit_id.is_(None))


def ticket(db: Session, ticket_id: int, units: frozenset[int], lock: bool = False) -> Ticket | None:
    """A ticket of these units or of none; None for any other. `lock`: nobody else may change it now."""
    query = select(Ticket).where(Ticket.id == ticket_id, _seen_from(units))
    return db.scalar(query.with_for_update() if lock else query.options(joinedload(Ticket.asked)))


def asked_at_desk(db: Session, token: str, units: frozenset[int]) -> Asked | None:
    """A question that an officer of these units asked for a citizen, or None."""
    asked = asking.by_token(db, token)
    if asked is None or not asked.at_desk or (asked.unit_id is not None and asked.unit_id not in units):
        return None
    return asked


def citizens_last(db: Session, token: str, units: frozenset[int]) -> Asked | None:
    """The question that the next one of the same citizen follows.

    None where it was asked at no desk of ours, or so long ago that its conversation is forgotten.
    """
    asked = asked_at_desk(db, token, units) if token else None
    return asked if asked is not None and asked.conversation_id else None


def counts(db: Session, units: frozenset[int]) -> dict[str, int]:
    """How many tickets there are of each status."""
    found = db.execute(select(Ticket.status, func.count()).where(_seen_from(units)).group_by(Ticket.status))
    return dict.fromkeys(STATUSES, 0) | {row[0]: row[1] for row in found}


def tickets(db: Session, units: frozenset[int], status: str, page: int) -> list[Ticket]:
    """One page of tickets: who waits longest comes first, what was done last comes first."""
    order = Ticket.id if status == WAITING else Ticket.id.desc()
    query = select(Ticket).where(Ticket.status == status, _seen_from(units)).order_by(order)
    return list(db.scalars(query.options(joinedload(Ticket.asked)).limit(PAGE).offset((page - 1) * PAGE)))


def unanswered(db: Session, units: frozenset[int], limit: int) -> list[Ticket]:
    """Questions that the assistant did not know and nobody has answered yet, newest first."""
    waiting = Ticket.status == WAITING, Ticket.origin == asking_service.UNKNOWN
    query = select(Ticket).where(*waiting, _seen_from(units)).order_by(Ticket.id.desc())
    return list(db.scalars(query.options(joinedload(Ticket.asked)).limit(limit)))


def waiting_of(db: Session, ids: Iterable[int], units: frozenset[int]) -> list[Ticket]:
    """Those of these tickets that still wait, oldest first; nobody else may change them now."""
    query = select(Ticket).where(Ticket.id.in_(list(ids)), Ticket.status == WAITING, _seen_from(units))
    return list(db.scalars(query.order_by(Ticket.id).with_for_update()))


def ticket_of(db: Session, asked: Asked) -> Ticket | None:
    """The ticket of a question, or None."""
    return db.scalar(select(Ticket).where(Ticket.asked_id == asked.id).limit(1))


def history(db: Session, ticket_id: int) -> list[Deed]:
    """What was done with a ticket, newest first."""
    rows = db.execute(
        select(AuditEntry.at, AuditEntry.action, Person.name)
        .outerjoin(Person, Person.id == AuditEntry.actor_id)
        .where(AuditEntry.subject == f"ticket:{ticket_id}")
        .order_by(AuditEntry.id.desc())
        .limit(HISTORY)
    )
    return [Deed(*row) for row in rows]


def replies(db: Session, asked_ids: list[int]) -> dict[int, asking.Reply]:
    """What became of these questions, for their askers."""
    found: dict[int, asking.Reply] = {}
    for some in in_pieces(asked_ids):
        rows = db.scalars(select(Ticket).where(Ticket.asked_id.in_(some)).order_by(Ticket.id))
        found |= {one.asked_id: reply_of(one) for one in rows if one.asked_id is not None}
    return found


def unseen_replies(db: Session, person_id: str) -> int:
    """How many questions of a person were answered, or closed with a reason, since they last looked."""
    mine = select(func.count()).select_from(Ticket).join(Asked, Asked.id == Ticket.asked_id)
    return db.scalar(mine.where(Asked.person_id == person_id, Asked.at_desk.is_(False), _news())) or 0


def _news() -> ColumnElement[bool]:
    return (
        (Ticket.status != WAITING)
        & Ticket.answered_at.is_not(None)
        & or_(Ticket.seen_at.is_(None), Ticket.seen_at < Ticket.answered_at)
    )


def reply_of(ticket: Ticket) -> asking.Reply:
    """A ticket as its asker sees it: never who answered."""
    if ticket.status == WAITING:
        return asking.Reply(asking.WAITING, ticket.created_at)
    answered = ticket.answered_at
    is_new = answered is not None and (ticket.seen_at is None or ticket.seen_at < answered)
    if ticket.status == CLOSED:
        reason = CLOSE_REASONS.get(ticket.answer, "")
        return asking.Reply(asking.CLOSED, ticket.created_at, reason=reason, is_new=is_new)
    return asking.Reply(
        asking.ANSWERED if ticket.verified_id is not None else asking.RETIRED,
        ticket.created_at,
        text=ticket.answer,
        source_title=ticket.source_title,
        source_url=ticket.source_url,
        source_checked_on=ticket.source_checked_on,
        answered_at=ticket.answered_at,
        reviewed_at=ticket.reviewed_at,
        is_new=is_new,
    )


def own_data(db: Session, person_id: str) -> list[dict]:
    """The questions a member of staff answered or reviewed, by number and day, for their own data."""
    rows = db.scalars(
        select(Ticket)
        .where(or_(Ticket.answered_by == person_id, Ticket.reviewed_by == person_id))
        .order_by(Ticket.id)
    )
    return [
        {
            "ticket": row.id,
            "answered_at": row.answered_at.isoformat()
            if row.answered_by == person_id and row.answered_at
            else None,
            "reviewed_at": row.reviewed_at.isoformat()
            if row.reviewed_by == person_id and row.reviewed_at
            else None,
        }
        for row in rows
    ]
