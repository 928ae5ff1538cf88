"""Sign-in cards: made, printed, withdrawn."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from i18n.dates import utc_now
from lms.accounts.devices import end_all_sessions, token_hash
from lms.accounts.models import Person, RoleGrant, SignInCard, SignInSession
from lms.accounts.names import AccountError
from lms.core import audit
from lms.core.database import rows_changed
from lms.core.language import lazy

SENT_TWICE = timedelta(minutes=2)
"""A form that comes again within this time was sent twice."""


def issue_card(db: Session, person: Person, made_by: str) -> str:
    """Make a new sign-in card for a learner; earlier ones stop working. Returns the token, once.

    Raises AccountError for a person with a role: staff do not sign in by card.
    """
    if person.roles:
        raise AccountError(lazy("Người có quyền quản lý không dùng thẻ đăng nhập."))
    withdraw_cards(db, person.id)
    token = secrets.token_urlsafe(32)
    db.add(SignInCard(person_id=person.id, token_hash=token_hash(token), made_by=made_by))
    audit.record(db, made_by, "accounts.card_issued", f"person:{person.id}", person.unit_id)
    return token


def tokens_of_form(people: Sequence[Person], seed: str) -> list[str]:
    """The tokens of the cards that one sent form makes: the same ones, however often it comes.

    seed: a keyed hash of the form's token. No seed: tokens that nobody can make again.
    """
    if not seed:
        return [secrets.token_urlsafe(32) for _ in people]
    return [_token_of_form(seed, person.id) for person in people]


def _token_of_form(seed: str, person_id: str) -> str:
    made = hmac.new(seed.encode(), person_id.encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(made).decode().rstrip("=")


def made_by_form(db: Session, people: Sequence[Person], seed: str) -> list[tuple[Person, str]]:
    """Who got a card by this form a moment ago, with its token: a button that was tapped twice."""
    if not seed:
        return []
    tokens = tokens_of_form(people, seed)
    query = select(SignInCard.token_hash, SignInCard.withdrawn_at, SignInCard.made_at)
    rows = db.execute(query.where(SignInCard.token_hash.in_([token_hash(one) for one in tokens])))
    since = utc_now() - SENT_TWICE
    works = {key for key, withdrawn_at, made_at in rows if withdrawn_at is None and made_at > since}
    return [pair for pair in zip(people, tokens, strict=True) if token_hash(pair[1]) in works]


def issue_cards(db: Session, people: Sequence[Person], made_by: str, seed: str = "") -> list[str]:
    """As `issue_card` for a whole class, in a number of queries that does not grow with it.

    The caller writes one line into the audit log. Returns the tokens in the order of `people`; `seed`: see
    `tokens_of_form`.
    """
    if any(person.roles for person in people):
        raise AccountError(lazy("Người có quyền quản lý không dùng thẻ đăng nhập."))
    now, ids = utc_now(), [person.id for person in people]
    # Held: somebody in two classes, for whom both print at this moment, has one card that works.
    db.execute(select(Person.id).where(Person.id.in_(ids)).order_by(Person.id).with_for_update())
    granted = select(RoleGrant.person_id).where(RoleGrant.person_id.in_(ids), RoleGrant.revoked_at.is_(None))
    if db.scalar(granted.limit(1)) is not None:
        # Given while we waited: they are staff now.
        raise AccountError(lazy("Người có quyền quản lý không dùng thẻ đăng nhập."))
    for person in people:
        if person.secret_set_by_card:
            withdraw_cards(db, person.id)
    db.execute(
        update(SignInCard)
        .where(SignInCard.person_id.in_(ids), SignInCard.withdrawn_at.is_(None))
        .values(withdrawn_at=now)
    )
    # By the person, not by the card: a session of a card names both.
    db.execute(
        update(SignInSession)
        .where(
            SignInSession.person_id.in_(ids),
            SignInSession.card_id.is_not(None),
            SignInSession.ended_at.is_(None),
        )
        .values(ended_at=now)
    )
    tokens = tokens_of_form(people, seed)
    hashes = [token_hash(one) for one in tokens]
    if db.scalar(select(SignInCard.id).where(SignInCard.token_hash.in_(hashes)).limit(1)) is not None:
        # An old page that came back: what it made before was withdrawn, and does not live again.
        tokens = tokens_of_form(people, "")
    made = [
        {"person_id": person_id, "token_hash": key, "made_by": made_by, "made_at": now}
        for person_id, key in zip(ids, [token_hash(one) for one in tokens], strict=True)
    ]
    # One statement for all: nobody needs the ids that the database gives them.
    db.execute(insert(SignInCard), made)
    return tokens


def withdraw_cards(db: Session, person_id: str, by: str | None = None) -> int:
    """Withdraw a person's cards, and all that was done with them: who found one keeps nothing.

    Devices that a card opened are signed out. A secret chosen on such a device ends, and every device
    with it. Returns how many cards.
    """
    now = utc_now()
    # As they are now, and held: what a finder sets at this moment comes before, and ends with the rest.
    db.flush()
    person = db.get(Person, person_id, with_for_update=True, populate_existing=True)
    if person is not None and person.secret_set_by_card:
        person.secret_hash = person.secret_kind = person.secret_set_at = None
        person.must_change_secret, person.secret_expires_at, person.secret_set_by_card = False, None, False
        end_all_sessions(db, person_id)
        audit.record(db, by, "accounts.card_secret_ended", f"person:{person_id}", person.unit_id)
    # The cards first: whoever signs in with one at this moment is waited for, and then signed out.
    withdrawn = rows_changed(
        db,
        update(SignInCard)
        .where(SignInCard.person_id == person_id, SignInCard.withdrawn_at.is_(None))
        .values(withdrawn_at=now),
    )
    cards = select(SignInCard.id).where(SignInCard.person_id == person_id)
    db.execute(
        update(SignInSession)
        .where(SignInSession.card_id.in_(cards), SignInSession.ended_at.is_(None))
        .values(ended_at=now)
    )
    if by is not None:
        audit.record(db, by, "accounts.card_withdrawn", f"person:{person_id}")
    return withdrawn


def has_card(db: Session, person_id: str) -> bool:
    """Whether a card of this person works now."""
    return (
        db.scalar(
            select(SignInCard.id).where(SignInCard.person_id == person_id, SignInCard.withdrawn_at.is_(None))
        )
        is not None
    )


def card_owner(db: Session, token: str, lock: bool = False) -> SignInCard:
    """The card with this token and its person; raises AccountError if it was withdrawn or never was.

    lock: nobody withdraws it until the session it opens is there to be ended with it.
    """
    query = select(SignInCard).where(SignInCard.token_hash == token_hash(token))
    card = db.scalar(query.with_for_update() if lock else query)
    if card is None or card.withdrawn_at is not None or not card.person.is_active or card.person.roles:
        raise AccountError(lazy("Thẻ này đã hết dùng. Bạn xin thầy cô in thẻ mới."))
    return card
