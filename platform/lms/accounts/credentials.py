"""PINs and passwords: how they are read, judged, hashed, made, changed, compared."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count, pairwise

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from sqlalchemy import select
from sqlalchemy.orm import Session

from i18n.dates import utc_now
from lms.accounts.models import Person
from lms.accounts.names import AccountError, login_form
from lms.core import audit
from lms.core.language import lazy

TEMPORARY_OVER = lazy("Mã tạm này hết hạn rồi. Bạn xin thầy cô hoặc cán bộ mã mới.")
TEMPORARY_FOR = timedelta(hours=72)
"""A secret that somebody else made ends so long after it was made."""
PIN = re.compile(r"[0-9]{6}")
LONGEST_SECRET = 200
LONGEST_TYPED = 10 * LONGEST_SECRET
"""Letters that are brought to one form: more are no secret, and ordering so many marks takes minutes."""
_hasher = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)
# Compared when there is no such account, so that a wrong name takes as long as a wrong PIN.
_nobody = _hasher.hash(secrets.token_urlsafe(16))


class WrongSecret(AccountError):
    """No such account, or the PIN or password does not fit: which of the two is not said."""


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


def secret_form(typed: str) -> str:
    """A secret as it is hashed and compared.

    Six digits are a PIN however they are typed: with spaces between, as full-width digits. Of a password
    only the spaces at both ends go, which keyboards add by themselves, and its letters are NFC. What is
    longer than LONGEST_TYPED stays as it is.
    """
    if len(typed) > LONGEST_TYPED:
        return typed
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
        if steps in ({0}, {1}, {9}) or secret[:3] == secret[3:]:
            raise AccountError(lazy("Mã PIN này dễ đoán. Bạn chọn 6 số khác, đừng dùng 123456."), "secret")
        return "pin"
    if len(secret) < 8:
        raise AccountError(lazy("Bạn chọn mã PIN 6 chữ số, hoặc mật khẩu từ 8 chữ trở lên."), "secret")
    if len(secret) > LONGEST_SECRET:
        raise AccountError(lazy("Mật khẩu dài quá. Bạn chọn mật khẩu dưới 200 chữ."), "secret")
    return "password"


def hash_secret(secret: str) -> Hashed:
    """A new secret with its argon2 hash: the slow part, done before a transaction is opened.

    Raises AccountError for a weak one.
    """
    return Hashed(secret_kind(secret), _hasher.hash(secret_form(secret)))


def temporary_secret(is_staff: bool, seed: str = "") -> Hashed:
    """A secret to hand over once: a password for staff, a PIN for everybody else. `seed`: see `new_pin`."""
    text = new_password(seed) if is_staff else new_pin(seed)
    return Hashed(secret_kind(text), _hasher.hash(text), text)


def _below(seed: str) -> Callable[[int], int]:
    """What draws numbers below another: nobody can draw them again, but who has the seed.

    seed: a keyed hash of what tells one sent form from all others.
    """
    if not seed:
        return secrets.randbelow
    counted = count()

    def draw(most: int) -> int:
        drawn = hmac.new(seed.encode(), f"{next(counted)}".encode(), hashlib.sha256).digest()
        return int.from_bytes(drawn) % most

    return draw


def new_pin(seed: str = "") -> str:
    """A PIN that is not easy to guess, for somebody to change at the first sign-in.

    seed: a keyed hash of the form that asks for it; sent twice, the form gets the same one. No seed: one
    that nobody can make again.
    """
    below = _below(seed)
    while True:
        pin = f"{below(1_000_000):06d}"
        try:
            secret_kind(pin)
        except AccountError:
            continue
        return pin


def new_password(seed: str = "") -> str:
    """A password of twelve letters and digits that can be read aloud: no 0/O, 1/l. `seed`: see `new_pin`."""
    letters, below = "abcdefghjkmnpqrstuvwxyz23456789", _below(seed)
    return "-".join("".join(letters[below(len(letters))] for _ in range(4)) for _ in range(3))


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


def unchanged_since(db: Session, seen: Person, field: str = "secret") -> Person:
    """The person whose secret was just compared, for writing: nobody else changes them now.

    Comparing takes a while, and is done before a transaction is opened. Who was given another secret in
    that while was given it because somebody knows the old one, which opens nothing any more. Raises
    WrongSecret.
    """
    person = db.get(Person, seen.id, with_for_update=True, populate_existing=True)
    if person is None or not person.is_active or person.secret_hash != seen.secret_hash:
        raise WrongSecret(lazy("Mã này vừa được đổi ở nơi khác. Bạn đăng nhập lại bằng mã mới."), field)
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
