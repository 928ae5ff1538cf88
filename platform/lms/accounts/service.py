"""The rules of accounts: making one, signing in, cards, roles, leaving."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from assistant.storage import utc_now
from i18n.vietnamese import clean, fold
from lms.accounts.models import (
    Consent,
    FirstAdministrator,
    Person,
    RoleGrant,
    SignInCard,
    SignInSession,
    new_id,
)
from lms.core import audit, signals
from lms.core.errors import Refusal
from lms.core.language import lazy
from lms.core.permissions import ROLES
from lms.units.models import Unit

CONSENT_VERSION = "2026-11"
CARD = "card"
"""How a session came about that a card opened."""
SESSION_LENGTH = timedelta(days=180)
CARD_SESSION_LENGTH = timedelta(days=30)
GUEST_LENGTH = timedelta(days=90)
SENT_TWICE = timedelta(minutes=2)
"""A form that comes again within this time was sent twice."""
KEPT_LINKS = 20
"""One-time links for the first administrator that are good at once: as many starts."""
ENDED_KEPT_FOR = timedelta(days=30)
"""So long a session that ended is still listed among one's data."""
TEMPORARY_OVER = lazy("Mã tạm này hết hạn rồi. Bạn xin thầy cô hoặc cán bộ mã mới.")
CONSENT_MISSING = lazy("Bạn đánh dấu vào ô đồng ý để tạo tài khoản.")
TEMPORARY_FOR = timedelta(hours=72)
"""A secret that somebody else made ends so long after it was made."""
LINK_FOR = timedelta(days=7)
"""So long the one-time link of the first administrator may be used."""
NAME_LIMIT = 80
USER_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{2,29}")
PHONE = re.compile(r"0\d{9}")
PIN = re.compile(r"[0-9]{6}")
LONGEST_SECRET = 200

_hasher = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)
# Compared when there is no such account, so that a wrong name takes as long as a wrong PIN.
_nobody = _hasher.hash(secrets.token_urlsafe(16))


class AccountError(Refusal):
    """A rule of accounts was broken. `field` names the field of the form it belongs to."""

    def __init__(self, message: str, field: str = "", **values: object) -> None:
        super().__init__(message, **values)
        self.field = field


class WrongSecret(AccountError):
    """No such account, or the PIN or password does not fit: which of the two is not said."""


class LoginTaken(AccountError):
    """Somebody has an account with this user name or telephone number."""

    def __init__(self) -> None:
        super().__init__(lazy("Tên hoặc số này đã có tài khoản. Bạn đăng nhập, hoặc chọn tên khác."), "login")


class TemporarySecretOver(AccountError):
    """The secret is right, but it was a temporary one and has ended."""


class CardAloneIsNotEnough(AccountError):
    """The device was opened by a card, and this needs a secret: who finds a card must not do it."""


@dataclass(frozen=True)
class Hashed:
    """A new secret, hashed before a transaction is opened. `text` only where it is to be shown once."""

    kind: str
    hash: str
    text: str = ""


@dataclass(frozen=True)
class Guardian:
    """The parent or guardian who agrees for a child under 16."""

    name: str
    relation: str


def login_form(typed: str) -> str:
    """A user name or telephone number as it is compared: `+84 912 345 678` and `0912.345.678` are one.

    Raises AccountError if it is neither.
    """
    text = clean(typed)
    digits = re.sub(r"[\s.\-()]", "", text)
    if re.fullmatch(r"\+?\d+", digits):
        number = re.sub(r"^(\+84|0084|84(?=\d{9}$))", "0", digits)
        if not PHONE.fullmatch(number):
            raise AccountError(
                lazy("Số điện thoại có 10 chữ số, bắt đầu bằng số 0. Bạn xem lại số vừa gõ."), "login"
            )
        return number
    name = fold(text).replace(" ", "")
    if not USER_NAME.fullmatch(name):
        raise AccountError(lazy("Tên đăng nhập có từ 3 đến 30 chữ hoặc số. Đừng dùng dấu đặc biệt."), "login")
    return name


def secret_form(typed: str) -> str:
    """A secret as it is hashed and compared.

    Six digits are a PIN however they are typed: with spaces between, as full-width digits. Of a password
    only the spaces at both ends go, which keyboards add by themselves, and its letters are NFC.
    """
    text = unicodedata.normalize("NFC", typed).strip()
    digits = re.sub(r"[\s\u200b-\u200d\u2060\ufeff]", "", unicodedata.normalize("NFKC", text))
    return digits if re.fullmatch("[0-9]{6}", digits) else text


def same_secret(one: str, other: str) -> bool:
    """Whether two typed secrets are the same one."""
    return secret_form(one) == secret_form(other)


def secret_kind(secret: str) -> str:
    """`pin` or `password`; raises AccountError for one that is too weak to keep an account."""
    secret = secret_form(secret)
    if PIN.fullmatch(secret):
        steps = {(int(b) - int(a)) % 10 for a, b in pairwise(secret)}
        if steps <= {0} or steps == {1} or steps == {9} or secret[:3] == secret[3:]:
            raise AccountError(lazy("Mã PIN này dễ đoán. Bạn chọn 6 số khác, đừng dùng 123456."), "secret")
        return "pin"
    if len(secret) < 8:
        raise AccountError(lazy("Bạn chọn mã PIN 6 chữ số, hoặc mật khẩu từ 8 chữ trở lên."), "secret")
    if len(secret) > LONGEST_SECRET:
        raise AccountError(lazy("Mật khẩu dài quá. Bạn chọn mật khẩu dưới 200 chữ."), "secret")
    return "password"


def person_name(typed: str, field: str = "name") -> str:
    """A person's name as it is kept; raises AccountError for an empty or very long one."""
    name = clean(typed)
    if not name:
        raise AccountError(lazy("Bạn gõ tên vào đây."), field)
    if len(name) > NAME_LIMIT:
        raise AccountError(lazy("Tên dài quá. Bạn viết ngắn lại, tối đa 80 chữ."), field)
    return name


def login_taken(db: Session, login: str) -> bool:
    """Whether an account has this login already."""
    return db.scalar(select(Person.id).where(Person.login == login)) is not None


def free_login(db: Session, name: str, taken: set[str] = frozenset()) -> str:
    """A user name made from a person's name that nobody has: `Y Moan Niê` → `ymoannie`, `ymoannie2`."""
    base = re.sub(r"[^a-z0-9]", "", fold(name))[:24] or "hocvien"
    base = base if len(base) >= 3 else base + "hoc"
    number = 1
    while True:
        login = base if number == 1 else f"{base}{number}"
        if login not in taken and not login_taken(db, login):
            return login
        number += 1


def hash_secret(secret: str) -> Hashed:
    """A new secret with its argon2 hash: the slow part, done before a transaction is opened.

    Raises AccountError for a weak one.
    """
    return Hashed(secret_kind(secret), _hasher.hash(secret_form(secret)))


def temporary_secret(is_staff: bool) -> Hashed:
    """A secret to hand over once: a password for staff, a PIN for everybody else."""
    text = new_password() if is_staff else new_pin()
    return Hashed(secret_kind(text), _hasher.hash(text), text)


def set_secret(person: Person, secret: str | Hashed, by_card: bool = False) -> None:
    """Give a person a PIN or password of their own. Raises AccountError for a weak one.

    `by_card`: it was chosen on a device that a card had opened, and ends with the card.
    """
    hashed = secret if isinstance(secret, Hashed) else hash_secret(secret)
    person.secret_kind, person.secret_hash = hashed.kind, hashed.hash
    person.must_change_secret, person.secret_expires_at = False, None
    person.secret_set_at, person.secret_set_by_card = utc_now(), by_card


def set_temporary_secret(person: Person, hashed: Hashed) -> None:
    """Give a person a secret that must be changed at the first sign-in, and ends in three days."""
    set_secret(person, hashed)
    person.must_change_secret, person.secret_expires_at = True, utc_now() + TEMPORARY_FOR


def temporary_is_over(person: Person, now: datetime | None = None) -> bool:
    """Whether a temporary secret has ended."""
    ends = person.secret_expires_at
    return person.must_change_secret and ends is not None and ends < (now or utc_now())


def change_secret(person: Person, secret: Hashed, by_card: bool, db: Session) -> None:
    """Put a secret of one's own in the place of another; the audit log says that it happened."""
    set_secret(person, secret, by_card)
    audit.record(db, person.id, "accounts.secret_changed", f"person:{person.id}", person.unit_id)


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
    # The guest was read in another session: take our own copy.
    person = db.get(Person, guest.id) if guest is not None and guest.is_guest else None
    if person is None:
        person = Person(id=new_id())
        db.add(person)
    person.is_guest, person.name, person.login = False, name, login
    person.is_child, person.unit_id = is_child, unit_id
    set_secret(person, hashed)
    db.flush()
    record_consent(db, person, guardian=guardian if is_child else None)
    return person


def checked_guardian(guardian: Guardian | None) -> Guardian:
    """The guardian with a clean name; raises AccountError if there is none."""
    if guardian is None or not clean(guardian.name):
        raise AccountError(
            lazy("Bạn dưới 16 tuổi? Bạn nhờ cha mẹ hoặc người giám hộ ghi tên và đồng ý."), "guardian_name"
        )
    return Guardian(person_name(guardian.name, "guardian_name"), clean(guardian.relation)[:40])


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


def verify(db: Session, typed_login: str, secret: str) -> Person:
    """The person with this login and secret; takes the same time whether or not there is one.

    Raises WrongSecret; TemporarySecretOver where the secret fits but has ended. Reads only; the try is
    counted before (see `tries`).
    """
    try:
        login = login_form(typed_login)
    except AccountError:
        login = ""
    person = db.scalar(select(Person).where(Person.login == login)) if login else None
    fits = secret_fits(person, secret)
    if not fits or person is None or not person.is_active:
        raise WrongSecret(lazy("Tên hoặc mã PIN chưa đúng. Bạn xem lại rồi gõ lại."), "secret")
    if temporary_is_over(person):
        raise TemporarySecretOver(
            lazy("Mã tạm này hết hạn rồi. Bạn xin thầy cô hoặc cán bộ mã mới."), "secret"
        )
    return person


def secret_fits(person: Person | None, secret: str) -> bool:
    """Whether a typed secret is the person's; False, after as long, for nobody or somebody without one."""
    stored = person.secret_hash if person is not None and person.secret_hash else _nobody
    form = secret_form(secret)
    # A password from before spaces at its ends were cut off was hashed as it was typed.
    forms = [one for one in dict.fromkeys((form, secret)) if len(one) <= LONGEST_SECRET]
    fits = any(_matches(stored, one) for one in forms or [""])
    return fits and person is not None and person.secret_hash is not None


def _matches(stored: str, secret: str) -> bool:
    try:
        return _hasher.verify(stored, secret)
    except (VerifyMismatchError, InvalidHashError):
        return False


def _token_hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8")).hexdigest()


def start_session(db: Session, person: Person, how: str, device: str = "", card_id: int | None = None) -> str:
    """Sign a device in; returns the token for its cookie. Only a hash of it is kept."""
    token = secrets.token_urlsafe(32)
    length = {"card": CARD_SESSION_LENGTH, "guest": GUEST_LENGTH}.get(how, SESSION_LENGTH)
    db.add(
        SignInSession(
            token_hash=_token_hash(token),
            person_id=person.id,
            how=how,
            device=device[:40],
            expires_at=utc_now() + length,
            card_id=card_id,
        )
    )
    db.flush()
    return token


def load_session(db: Session, token: str, now: datetime | None = None) -> Person | None:
    """The person whose device holds this token, or None if it ended, ran out, or they were retired."""
    row = db.get(SignInSession, _token_hash(token))
    if row is None or row.ended_at is not None or row.expires_at < (now or utc_now()):
        return None
    if not row.person.is_active or (row.how != CARD and temporary_is_over(row.person, now)):
        return None
    row.person.session_token, row.person.session_how = token, row.how
    return row.person


def end_session(db: Session, token: str) -> None:
    """Sign one device out."""
    row = db.get(SignInSession, _token_hash(token))
    if row is not None:
        row.ended_at = utc_now()


def end_all_sessions(db: Session, person_id: str, but: str = "") -> int:
    """Sign every device of a person out, but the one that holds the token `but`; returns how many."""
    done = db.execute(
        update(SignInSession)
        .where(
            SignInSession.person_id == person_id,
            SignInSession.ended_at.is_(None),
            SignInSession.token_hash != _token_hash(but),
        )
        .values(ended_at=utc_now())
    )
    return done.rowcount


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
    # Meanwhile the guest may have become an account: nobody gets into that by an old page.
    return found if found.is_guest else new_guest(db)


def join_guest(db: Session, guest: Person | None, person: Person) -> None:
    """Give what a guest did on this device to the account that just signed in."""
    if guest is None or not guest.is_guest or guest.id == person.id:
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
    return db.execute(delete(Person).where(Person.id.in_(ids), Person.is_guest)).rowcount if ids else 0


def forget_sessions(db: Session, now: datetime, most: int = 200) -> int:
    """Delete sessions that ended a month ago, a few at a time; returns how many."""
    long_ago = now - ENDED_KEPT_FOR
    over = or_(SignInSession.expires_at < long_ago, SignInSession.ended_at < long_ago)
    ids = list(db.scalars(select(SignInSession.token_hash).where(over).limit(most)))
    return db.execute(delete(SignInSession).where(SignInSession.token_hash.in_(ids))).rowcount if ids else 0


# Cards


def issue_card(db: Session, person: Person, made_by: str) -> str:
    """Make a new sign-in card for a learner; earlier ones stop working. Returns the token, once.

    Raises AccountError for a person with a role: staff do not sign in by card.
    """
    if person.roles:
        raise AccountError(lazy("Người có quyền quản lý không dùng thẻ đăng nhập."))
    withdraw_cards(db, person.id)
    token = secrets.token_urlsafe(32)
    db.add(SignInCard(person_id=person.id, token_hash=_token_hash(token), made_by=made_by))
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
    rows = db.execute(query.where(SignInCard.token_hash.in_([_token_hash(one) for one in tokens])))
    since = utc_now() - SENT_TWICE
    works = {key for key, withdrawn_at, made_at in rows if withdrawn_at is None and made_at > since}
    return [pair for pair in zip(people, tokens, strict=True) if _token_hash(pair[1]) in works]


def issue_cards(db: Session, people: Sequence[Person], made_by: str, seed: str = "") -> list[str]:
    """As `issue_card` for a whole class, in a number of queries that does not grow with it.

    The caller writes one line into the audit log. Returns the tokens in the order of `people`; `seed`: see
    `tokens_of_form`.
    """
    if any(person.roles for person in people):
        raise AccountError(lazy("Người có quyền quản lý không dùng thẻ đăng nhập."))
    now, ids = utc_now(), [person.id for person in people]
    for person in people:
        if person.secret_set_by_card:
            withdraw_cards(db, person.id)
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
    db.execute(
        update(SignInCard)
        .where(SignInCard.person_id.in_(ids), SignInCard.withdrawn_at.is_(None))
        .values(withdrawn_at=now)
    )
    tokens = tokens_of_form(people, seed)
    hashes = [_token_hash(one) for one in tokens]
    if db.scalar(select(SignInCard.id).where(SignInCard.token_hash.in_(hashes)).limit(1)) is not None:
        # An old page that came back: what it made before was withdrawn, and does not live again.
        tokens = tokens_of_form(people, "")
    db.add_all(
        SignInCard(person_id=person_id, token_hash=_token_hash(token), made_by=made_by)
        for person_id, token in zip(ids, tokens, strict=True)
    )
    return tokens


def withdraw_cards(db: Session, person_id: str, by: str | None = None) -> int:
    """Withdraw a person's cards, and all that was done with them: who found one keeps nothing.

    Devices that a card opened are signed out. A secret chosen on such a device ends, and every device
    with it. Returns how many cards.
    """
    now = utc_now()
    person = db.get(Person, person_id)
    if person is not None and person.secret_set_by_card:
        person.secret_hash = person.secret_kind = person.secret_set_at = None
        person.must_change_secret, person.secret_expires_at, person.secret_set_by_card = False, None, False
        end_all_sessions(db, person_id)
        audit.record(db, by, "accounts.card_secret_ended", f"person:{person_id}", person.unit_id)
    cards = select(SignInCard.id).where(SignInCard.person_id == person_id)
    db.execute(
        update(SignInSession)
        .where(SignInSession.card_id.in_(cards), SignInSession.ended_at.is_(None))
        .values(ended_at=now)
    )
    done = db.execute(
        update(SignInCard)
        .where(SignInCard.person_id == person_id, SignInCard.withdrawn_at.is_(None))
        .values(withdrawn_at=now)
    )
    if by is not None:
        audit.record(db, by, "accounts.card_withdrawn", f"person:{person_id}")
    return done.rowcount


def has_card(db: Session, person_id: str) -> bool:
    """Whether a card of this person works now."""
    return (
        db.scalar(
            select(SignInCard.id).where(SignInCard.person_id == person_id, SignInCard.withdrawn_at.is_(None))
        )
        is not None
    )


def card_owner(db: Session, token: str) -> SignInCard:
    """The card with this token and its person; raises AccountError if it was withdrawn or never was."""
    card = db.scalar(select(SignInCard).where(SignInCard.token_hash == _token_hash(token)))
    if card is None or card.withdrawn_at is not None or not card.person.is_active or card.person.roles:
        raise AccountError(lazy("Thẻ này đã hết dùng. Bạn xin thầy cô in thẻ mới."))
    return card


# Roles and leaving


def grant_role(db: Session, person: Person, role: str, unit_id: int, by: str | None) -> None:
    """Give a role within a unit. Raises AccountError for an unknown role or a person without an account."""
    if role not in ROLES:
        raise AccountError(lazy("Không có quyền này. Bạn chọn lại trong danh sách."), "role")
    if person.is_guest or not person.is_active or person.secret_hash is None:
        raise AccountError(lazy("Người này chưa có mã PIN hay mật khẩu nên chưa nhận quyền được."), "role")
    held = db.scalar(
        select(RoleGrant.id).where(
            RoleGrant.person_id == person.id,
            RoleGrant.role == role,
            RoleGrant.unit_id == unit_id,
            RoleGrant.revoked_at.is_(None),
        )
    )
    if held is not None:
        return
    person.unit_id = person.unit_id or unit_id
    withdraw_cards(db, person.id)
    db.add(RoleGrant(person_id=person.id, unit_id=unit_id, role=role, granted_by=by))
    db.flush()
    db.expire(person, ["grants"])
    audit.record(db, by, f"accounts.role_granted.{role}", f"person:{person.id}", unit_id)


def revoke_role(db: Session, person: Person, role: str, unit_id: int, by: str) -> None:
    """Take a role away. Raises AccountError for the unit's last administrator, or oneself as one."""
    works = person.is_active and role in person.roles
    if role == "admin" and works and count_administrators(db, unit_id) <= 1:
        raise AccountError(lazy("Phải còn ít nhất một người quản trị. Bạn giao quyền cho người khác trước."))
    if role == "admin" and person.id == by:
        raise AccountError(lazy("Bạn không tự thu quyền quản trị của mình. Người quản trị khác làm được."))
    db.execute(
        update(RoleGrant)
        .where(
            RoleGrant.person_id == person.id,
            RoleGrant.role == role,
            RoleGrant.unit_id == unit_id,
            RoleGrant.revoked_at.is_(None),
        )
        .values(revoked_at=utc_now())
    )
    db.expire(person, ["grants"])
    audit.record(db, by, f"accounts.role_revoked.{role}", f"person:{person.id}", unit_id)


def count_administrators(db: Session, unit_id: int | None = None) -> int:
    """How many administrators work (in a unit, or anywhere)."""
    query = (
        select(func.count(func.distinct(RoleGrant.person_id)))
        .join(Person, Person.id == RoleGrant.person_id)
        .where(RoleGrant.role == "admin", RoleGrant.revoked_at.is_(None), Person.retired_at.is_(None))
    )
    if unit_id is not None:
        query = query.where(RoleGrant.unit_id == unit_id)
    return db.scalar(query) or 0


def an_administrator(db: Session, unit_id: int) -> str | None:
    """The id of the administrator who has worked longest in a unit, or None."""
    return db.scalar(
        select(RoleGrant.person_id)
        .join(Person, Person.id == RoleGrant.person_id)
        .where(
            RoleGrant.role == "admin",
            RoleGrant.unit_id == unit_id,
            RoleGrant.revoked_at.is_(None),
            Person.retired_at.is_(None),
        )
        .order_by(RoleGrant.granted_at, RoleGrant.id)
        .limit(1)
    )


def retire(db: Session, person: Person, by: str) -> None:
    """Close an account: its devices and cards stop at once, what was learned stays.

    Raises AccountError for the last administrator or for oneself.
    """
    if person.id == by:
        raise AccountError(lazy("Bạn không tự đóng tài khoản của mình ở đây."))
    if "admin" in person.roles and person.unit_id and count_administrators(db, person.unit_id) <= 1:
        raise AccountError(lazy("Phải còn ít nhất một người quản trị. Bạn giao quyền cho người khác trước."))
    person.retired_at = utc_now()
    end_all_sessions(db, person.id)
    withdraw_cards(db, person.id)
    audit.record(db, by, "accounts.retired", f"person:{person.id}", person.unit_id)


def restore(db: Session, person: Person, by: str) -> None:
    """Open a closed account again."""
    person.retired_at = None
    audit.record(db, by, "accounts.restored", f"person:{person.id}", person.unit_id)


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
    db.add(FirstAdministrator(token_hash=_token_hash(token)))
    return token


def first_administrator_open(db: Session, token: str, lock: bool = False) -> FirstAdministrator:
    """The unused one-time link with this token. Raises AccountError if it was used or is too old.

    lock: two that use it at once come one after the other.
    """
    query = select(FirstAdministrator).where(FirstAdministrator.token_hash == _token_hash(token))
    row = db.scalar(query.with_for_update() if lock else query)
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


def new_pin() -> str:
    """A PIN that is not easy to guess, for somebody to change at the first sign-in."""
    while True:
        pin = f"{secrets.randbelow(1_000_000):06d}"
        try:
            secret_kind(pin)
        except AccountError:
            continue
        return pin


def new_password() -> str:
    """A password of twelve letters and digits that can be read aloud: no 0/O, 1/l."""
    letters = "abcdefghjkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(letters) for _ in range(4)) for _ in range(3))


def make_staff(
    db: Session, *, name: str, login: str, role: str, unit_id: int, by: str, secret: Hashed | None = None
) -> tuple[Person, str]:
    """Make an account with a role; returns it and the password to hand over once. Raises AccountError.

    `secret`: of `temporary_secret(True)`, made before the transaction was opened.
    """
    name, login = person_name(name), login_form(login)
    if login_taken(db, login):
        raise AccountError(lazy("Tên hoặc số này đã có tài khoản. Bạn tìm người đó rồi giao quyền."), "login")
    secret = secret or temporary_secret(True)
    person = Person(id=new_id(), name=name, login=login, unit_id=unit_id)
    set_temporary_secret(person, secret)
    db.add(person)
    db.flush()
    grant_role(db, person, role, unit_id, by)
    audit.record(db, by, "accounts.staff_made", f"person:{person.id}", unit_id)
    return person, secret.text


def reset_secret(db: Session, person: Person, by: str, secret: Hashed | None = None) -> str:
    """Give a person a temporary secret (a password for staff); their devices sign out. Returns it, once.

    `secret`: of `temporary_secret`, made before the transaction was opened.
    """
    secret = secret or temporary_secret(bool(person.roles))
    if person.login is None:
        person.login = free_login(db, person.name or "")
    set_temporary_secret(person, secret)
    end_all_sessions(db, person.id)
    audit.record(db, by, "accounts.secret_reset", f"person:{person.id}", person.unit_id)
    return secret.text


def reset_for_member(db: Session, person: Person | None, by: str, secret: Hashed) -> str:
    """As `reset_secret`, by a teacher or an officer: never for who holds a role. Raises AccountError."""
    if person is None or person.is_guest or not person.is_active or person.roles:
        raise AccountError(lazy("Tài khoản này chỉ người quản trị đặt mã được."))
    return reset_secret(db, person, by, secret)
