"""Devices that are signed in, and the guests behind some of them."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy import delete, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from i18n.dates import utc_now
from lms.accounts.credentials import temporary_is_over
from lms.accounts.models import Person, SignInSession, new_id
from lms.core import signals
from lms.core.database import rows_changed

CARD = "card"
"""How a session came about that a card opened."""
GUEST = "guest"
"""And of one that somebody got who signed in to nothing."""
SESSION_LENGTH = timedelta(days=180)
CARD_SESSION_LENGTH = timedelta(days=30)
GUEST_LENGTH = timedelta(days=90)
ONE_PAGE = timedelta(minutes=30)
"""So long two requests of one page get one guest: a button tapped twice, an answer lost on a slow network."""
UNDER_WAY = timedelta(minutes=2)
"""So long a form that was sent may take to arrive."""
MOST_DEVICES = 100
"""On which one person is signed in at a time, by PIN or by card."""
ENDED_KEPT_FOR = timedelta(days=30)
"""So long a session that ended is still listed among one's data."""


def token_hash(token: str) -> str:
    """What is kept of a token: nobody gets back from it to the token."""
    return hashlib.sha256(token.encode("utf-8")).hexdigest()


def start_session(db: Session, person: Person, how: str, device: str = "", card_id: int | None = None) -> str:
    """Sign a device in; returns the token for its cookie. Only a hash of it is kept."""
    token = secrets.token_urlsafe(32)
    length = {"card": CARD_SESSION_LENGTH, GUEST: GUEST_LENGTH}.get(how, SESSION_LENGTH)
    db.add(
        SignInSession(
            token_hash=token_hash(token),
            person_id=person.id,
            how=how,
            device=device[:40],
            expires_at=utc_now() + length,
            card_id=card_id,
        )
    )
    db.flush()
    end_oldest_sessions(db, person.id, how, but=token)
    return token


def end_oldest_sessions(db: Session, person_id: str, how: str, but: str) -> None:
    """Sign out what was signed in longest ago, where somebody has more devices than anybody looks through.

    Of one kind: whoever found a card does not sign the owner's own devices out.
    """
    live = (
        SignInSession.person_id == person_id,
        SignInSession.how == how,
        # Just made: under a clock that is behind it is not the newest.
        SignInSession.token_hash != token_hash(but),
        SignInSession.ended_at.is_(None),
        SignInSession.expires_at > utc_now(),
    )
    newest = select(SignInSession.token_hash).where(*live).order_by(SignInSession.created_at.desc())
    old = list(db.scalars(newest.offset(MOST_DEVICES - 1).limit(500)))
    if old:
        ended = update(SignInSession).where(SignInSession.token_hash.in_(old)).values(ended_at=utc_now())
        db.execute(ended.execution_options(synchronize_session=False))


def load_session(db: Session, token: str, now: datetime | None = None) -> Person | None:
    """The person whose device holds this token, or None if it ended, ran out, or they were retired."""
    row = db.get(SignInSession, token_hash(token))
    if row is None or row.ended_at is not None or row.expires_at < (now or utc_now()):
        return None
    if row.how == GUEST and not row.person.is_guest:
        # The guest became an account since: who made it has a session of their own.
        return None
    if not row.person.is_active or (row.how != CARD and temporary_is_over(row.person, now)):
        return None
    row.person.session_token, row.person.session_how = token, row.how
    return row.person


def ended_just_now(db: Session, token: str, now: datetime | None = None) -> bool:
    """Whether a session was ended a moment ago: a form may still be under way that was opened in it."""
    row = db.get(SignInSession, token_hash(token))
    ended = row.ended_at if row is not None else None
    return ended is not None and abs((now or utc_now()) - ended) < UNDER_WAY


def end_session(db: Session, token: str) -> None:
    """Sign one device out."""
    row = db.get(SignInSession, token_hash(token))
    if row is not None:
        row.ended_at = utc_now()


def end_all_sessions(db: Session, person_id: str, but: str = "") -> int:
    """Sign every device of a person out, but the one that holds the token `but`; returns how many."""
    return rows_changed(
        db,
        update(SignInSession)
        .where(
            SignInSession.person_id == person_id,
            SignInSession.ended_at.is_(None),
            SignInSession.token_hash != token_hash(but),
        )
        .values(ended_at=utc_now()),
    )


def end_device(db: Session, person_id: str, token_hash: str) -> None:
    """Sign one of a person's own devices out, by the id shown in their list."""
    row = db.get(SignInSession, token_hash)
    if row is not None and row.person_id == person_id:
        row.ended_at = utc_now()


def new_guest(db: Session, person_id: str | None = None) -> Person:
    """A person without a name, for what a guest does before they have an account.

    `person_id`: an id that two requests of one page have in common, so that both find the same guest.
    """
    person_id = person_id or new_id()
    found = db.get(Person, person_id, populate_existing=True)
    if found is None:
        try:
            with db.begin_nested():
                db.add(Person(id=person_id, is_guest=True))
        except IntegrityError:
            pass  # the other request of the same page was quicker
        found = db.get_one(Person, person_id, populate_existing=True)
    # Meanwhile the guest may have become an account, or is somebody's who used this machine before: nobody
    # gets at what they did by an old page.
    is_of_this_page = abs(utc_now() - found.created_at) < ONE_PAGE
    return found if found.is_guest and is_of_this_page else new_guest(db)


def held_guest(db: Session, guest: Person | None) -> Person | None:
    """The guest as they are now, kept as they are until this transaction ends; None if they are one no more.

    What was read before may be old: meanwhile somebody made an account of the guest, or joined them to one.
    """
    if guest is None or not guest.is_guest:
        return None
    found = db.get(Person, guest.id, with_for_update=True, populate_existing=True)
    return found if found is not None and found.is_guest else None


def join_guest(db: Session, guest: Person | None, person: Person) -> None:
    """Give what a guest did on this device to the account that just signed in."""
    if guest is None or guest.id == person.id or held_guest(db, guest) is None:
        return
    signals.guest_joined.send(db, guest_id=guest.id, person_id=person.id)
    db.flush()
    db.execute(delete(Person).where(Person.id == guest.id, Person.is_guest))


def guests_to_forget(
    db: Session, now: datetime, most: int, older_than: timedelta = GUEST_LENGTH
) -> list[str]:
    """Ids of guests whose sessions all ran out, at most so many."""
    live = select(SignInSession.person_id).where(
        SignInSession.person_id == Person.id, SignInSession.expires_at > now
    )
    query = select(Person.id).where(Person.is_guest, Person.created_at < now - GUEST_LENGTH, ~live.exists())
    return list(db.scalars(query.order_by(Person.created_at).limit(most)))


def forget_guests(db: Session, now: datetime | None = None, most: int = 200) -> int:
    """Erase guests whose sessions all ran out, a few at a time; returns how many."""
    ids = guests_to_forget(db, now or utc_now(), most)
    erased = delete(Person).where(Person.id.in_(ids), Person.is_guest)
    return rows_changed(db, erased) if ids else 0


def forget_sessions(db: Session, now: datetime, most: int = 200) -> int:
    """Delete sessions that ended a month ago, a few at a time; returns how many."""
    long_ago = now - ENDED_KEPT_FOR
    over = or_(SignInSession.expires_at < long_ago, SignInSession.ended_at < long_ago)
    ids = list(db.scalars(select(SignInSession.token_hash).where(over).limit(most)))
    ended = delete(SignInSession).where(SignInSession.token_hash.in_(ids))
    return rows_changed(db, ended) if ids else 0
