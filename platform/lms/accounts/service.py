"""The door of accounts: what other rooms use, and making, leaving, starting one."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from i18n.dates import utc_now
from i18n.vietnamese import clean
from lms.accounts.cards import (
    SENT_TWICE,
    card_owner,
    has_card,
    issue_card,
    issue_cards,
    made_by_form,
    tokens_of_form,
    withdraw_cards,
)
from lms.accounts.credentials import (
    LONGEST_SECRET,
    PIN,
    TEMPORARY_FOR,
    TEMPORARY_OVER,
    CardAloneIsNotEnough,
    Hashed,
    TemporarySecretOver,
    WrongSecret,
    change_secret,
    hash_secret,
    new_password,
    new_pin,
    same_secret,
    secret_fits,
    secret_form,
    secret_kind,
    set_secret,
    set_temporary_secret,
    temporary_is_over,
    temporary_secret,
    unchanged_since,
    verify,
)
from lms.accounts.devices import (
    CARD,
    CARD_SESSION_LENGTH,
    ENDED_KEPT_FOR,
    GUEST_LENGTH,
    SESSION_LENGTH,
    end_all_sessions,
    end_device,
    end_session,
    ended_just_now,
    forget_guests,
    forget_sessions,
    guests_to_forget,
    held_guest,
    join_guest,
    load_session,
    new_guest,
    start_session,
    token_hash,
)
from lms.accounts.models import Consent, FirstAdministrator, Person, new_id
from lms.accounts.names import (
    NAME_LIMIT,
    PHONE,
    USER_NAME,
    AccountError,
    LoginTaken,
    free_login,
    login_form,
    login_taken,
    person_name,
)
from lms.accounts.roles import (
    an_administrator,
    count_administrators,
    grant_role,
    known_role,
    make_staff,
    restore,
    retire,
    revoke_role,
)
from lms.core import audit, signals
from lms.core.language import lazy
from lms.units.models import Unit

__all__ = [
    "CARD",
    "CARD_SESSION_LENGTH",
    "CONSENT_MISSING",
    "CONSENT_VERSION",
    "ENDED_KEPT_FOR",
    "GUEST_LENGTH",
    "KEPT_LINKS",
    "LINK_FOR",
    "LONGEST_SECRET",
    "NAME_LIMIT",
    "PHONE",
    "PIN",
    "RELATION_LIMIT",
    "SENT_TWICE",
    "SESSION_LENGTH",
    "TEMPORARY_FOR",
    "TEMPORARY_OVER",
    "USER_NAME",
    "AccountError",
    "CardAloneIsNotEnough",
    "Guardian",
    "Hashed",
    "LoginTaken",
    "TemporarySecretOver",
    "WrongSecret",
    "an_administrator",
    "card_owner",
    "change_secret",
    "checked_guardian",
    "count_administrators",
    "end_all_sessions",
    "end_device",
    "end_session",
    "ended_just_now",
    "erase",
    "first_administrator_link",
    "first_administrator_open",
    "forget_guests",
    "forget_sessions",
    "free_login",
    "grant_role",
    "guests_to_forget",
    "has_card",
    "hash_secret",
    "issue_card",
    "issue_cards",
    "join_guest",
    "known_role",
    "load_session",
    "login_form",
    "login_taken",
    "made_by_form",
    "make_first_administrator",
    "make_staff",
    "new_guest",
    "new_password",
    "new_pin",
    "person_name",
    "record_consent",
    "reset_for_member",
    "reset_secret",
    "restore",
    "retire",
    "revoke_role",
    "same_secret",
    "secret_fits",
    "secret_form",
    "secret_kind",
    "set_secret",
    "set_temporary_secret",
    "sign_up",
    "start_session",
    "temporary_is_over",
    "temporary_secret",
    "token_hash",
    "tokens_of_form",
    "unchanged_since",
    "verify",
    "withdraw_cards",
]

CONSENT_MISSING = lazy("Bạn đánh dấu vào ô đồng ý để tạo tài khoản.")
CONSENT_VERSION = "2026-11"
KEPT_LINKS = 20
"""One-time links for the first administrator that are good at once: as many starts."""
RELATION_LIMIT = 40
LINK_FOR = timedelta(days=7)
"""So long the one-time link of the first administrator may be used."""


@dataclass(frozen=True)
class Guardian:
    """The parent or guardian who agrees for a child under 16."""

    name: str
    relation: str


def sign_up(
    db: Session,
    *,
    name: str,
    login: str,
    secret: str | Hashed,
    consent: bool,
    is_child: bool = False,
    guardian: Guardian | None = None,
    guest: Person | None = None,
    unit_id: int | None = None,
) -> Person:
    """Make an account. A guest's own record is turned into it, so that nothing they did is lost.

    Hash the secret (`hash_secret`) before the transaction is opened.

    Raises AccountError (with the field) for anything that is missing or taken.
    """
    name = person_name(name)
    login = login_form(login)
    hashed = secret if isinstance(secret, Hashed) else hash_secret(secret)
    if not consent:
        raise AccountError(CONSENT_MISSING, "consent")
    if is_child:
        guardian = checked_guardian(guardian)
    if login_taken(db, login):
        raise LoginTaken()
    # The guest was read in another session: take our own copy. Of two who make an account of one guest at the
    # same moment, the second gets a record of its own.
    person = held_guest(db, guest)
    if person is None:
        person = Person(id=new_id())
        db.add(person)
    person.is_guest, person.name, person.login = False, name, login
    person.is_child, person.unit_id = is_child, unit_id
    set_secret(person, hashed)
    try:
        db.flush()
    except IntegrityError as error:
        # Somebody took the login between our look and our write.
        raise LoginTaken() from error
    record_consent(db, person, guardian=guardian if is_child else None)
    return person


def checked_guardian(guardian: Guardian | None) -> Guardian:
    """The guardian with a clean name; raises AccountError if there is none."""
    if guardian is None or not clean(guardian.name):
        raise AccountError(
            lazy("Bạn dưới 16 tuổi? Bạn nhờ cha mẹ hoặc người giám hộ ghi tên và đồng ý."), "guardian_name"
        )
    return Guardian(person_name(guardian.name, "guardian_name"), clean(guardian.relation)[:RELATION_LIMIT])


def record_consent(
    db: Session, person: Person, guardian: Guardian | None = None, recorded_by: str | None = None
) -> None:
    """Record what was agreed to; for a child, that the guardian agreed."""
    consents = [Consent(person_id=person.id, kind="data", text_version=CONSENT_VERSION)]
    if guardian is not None:
        consents.append(
            Consent(
                person_id=person.id,
                kind="guardian",
                text_version=CONSENT_VERSION,
                guardian_name=guardian.name,
                guardian_relation=guardian.relation,
                recorded_by=recorded_by,
            )
        )
    db.add_all(consents)


def erase(db: Session, person: Person) -> None:
    """Erase a person's data at their wish: name, login, progress, sessions. Raises AccountError for staff."""
    if person.roles:
        raise AccountError(lazy("Bạn đang giữ quyền trong đơn vị. Bạn nhờ người quản trị thu quyền trước."))
    signals.person_erased.send(db, person_id=person.id)
    db.flush()
    audit.record(db, None, "accounts.erased", f"person:{person.id}", person.unit_id)
    db.flush()
    db.execute(delete(Person).where(Person.id == person.id))


def first_administrator_link(db: Session) -> str | None:
    """A fresh one-time token for the first administrator, or None if there is one already.

    Links that were printed before stay good until one of them is used, for a week: somebody may have
    written one down.
    """
    if count_administrators(db) > 0:
        return None
    newest = select(FirstAdministrator.id).order_by(FirstAdministrator.id.desc()).limit(KEPT_LINKS - 1)
    kept = list(db.scalars(newest))
    db.execute(delete(FirstAdministrator).where(FirstAdministrator.id.not_in(kept)))
    token = secrets.token_urlsafe(24)
    db.add(FirstAdministrator(token_hash=token_hash(token)))
    return token


def first_administrator_open(db: Session, token: str, lock: bool = False) -> FirstAdministrator:
    """The unused one-time link with this token. Raises AccountError if it was used or is too old.

    lock: two that use a link at once, the same or another, come one after the other.
    """
    if lock:
        # All of them: two that use two links at once would both find that there is no administrator yet.
        db.execute(select(FirstAdministrator.id).order_by(FirstAdministrator.id).with_for_update())
    row = db.scalar(select(FirstAdministrator).where(FirstAdministrator.token_hash == token_hash(token)))
    if row is None and count_administrators(db) == 0:
        raise AccountError(lazy("Địa chỉ này chưa đủ hoặc đã cũ. Bạn chép lại cả dòng mà Học Số in ra."))
    if row is None or row.used_at is not None or count_administrators(db) > 0:
        raise AccountError(lazy("Địa chỉ này đã dùng rồi. Người quản trị thì đăng nhập như mọi người."))
    if row.made_at < utc_now() - LINK_FOR:
        raise AccountError(lazy("Địa chỉ này quá một tuần nên hết hạn. Bạn chạy “wsgi.py admin-link”."))
    return row


def make_first_administrator(
    db: Session, token: str, *, name: str, login: str, secret: str | Hashed, unit_name: str
) -> Person:
    """Use the one-time link: name the unit and make its first administrator. Raises AccountError."""
    link = first_administrator_open(db, token, lock=True)
    unit_name = clean(unit_name)[:120]
    if not unit_name:
        raise AccountError(lazy("Bạn gõ tên xã, phường hoặc đơn vị vào đây."), "unit_name")
    person = sign_up(db, name=name, login=login, secret=secret, consent=True)
    unit = db.scalar(select(Unit).order_by(Unit.id).limit(1))
    if unit is None:
        unit = Unit(name=unit_name)
        db.add(unit)
        db.flush()
    unit.name = unit_name
    link.used_at = utc_now()
    grant_role(db, person, "admin", unit.id, by=None)
    return person


def reset_secret(db: Session, person: Person, by: str | None, secret: Hashed | None = None) -> str:
    """Give a person a temporary secret (a password for staff); their devices sign out. Returns it, once.

    `by`: who did; None for whoever keeps the machine. `secret`: of `temporary_secret`,
    made before the transaction was opened.
    """
    secret = secret or temporary_secret(bool(person.roles))
    # As it is now, and held: what its owner sets at this moment comes before, or is refused after.
    db.flush()
    db.get(Person, person.id, with_for_update=True, populate_existing=True)
    if person.login is None:
        person.login = free_login(db, person.name or "")
    set_temporary_secret(person, secret)
    end_all_sessions(db, person.id)
    audit.record(db, by, "accounts.secret_reset", f"person:{person.id}", person.unit_id)
    return secret.text


def reset_for_member(db: Session, person: Person | None, by: str, secret: Hashed) -> str:
    """As `reset_secret`, by a teacher or an officer: never for who holds a role. Raises AccountError."""
    if person is not None:
        # As they are now, and held: a role that is given at this moment comes before, or after.
        db.flush()
        db.get(Person, person.id, with_for_update=True, populate_existing=True)
        db.expire(person, ["grants"])
    if person is None or person.is_guest or not person.is_active or person.roles:
        raise AccountError(lazy("Tài khoản này chỉ người quản trị đặt mã được."))
    return reset_secret(db, person, by, secret)
