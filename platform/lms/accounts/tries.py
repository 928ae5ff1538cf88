"""What a guess costs, and whom the guesses of strangers cannot lock out.

Who tries is one of three:
- a *known device*: somebody signed in to this very account on it before. It has a counter of its own,
  so that neither its address nor a stranger who guesses elsewhere makes it wait;
- a *familiar place*: this account was signed in to from this address before. Its counter is of the
  account at that place;
- a *stranger*: counted under the account, from wherever they come, and under their address; but the
  first two tries at an account from another network are its own.

- who opened the code of a class that is open is counted with that class, not with the address.

An address is slowed down, never shut: a village may stand behind one. The numbers, and how they were
chosen: docs/decisions/0019-how-guessing-is-held-off.md.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from i18n.dates import utc_now
from i18n.vietnamese import fold
from lms.accounts.models import FamiliarPlace
from lms.accounts.service import AccountError, login_form
from lms.core import throttle
from lms.core.database import rows_changed
from lms.core.throttle import Limit, key_for

SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
PLACE_KEPT_FOR = timedelta(days=60)
MARKS = 40
"""Accounts that one device remembers: the computers of a school are many people's."""
MARK_LENGTH = 20
DEVICE = re.compile(rf"[\w-]{{16}}(\.[0-9a-f]{{{MARK_LENGTH}}}){{0,{MARKS}}}", re.ASCII)

ADDRESS_FREE = 60
SIGN_UPS_FREE = 80
REFUSED_FREE = 120
CODES_FREE = 60


@dataclass(frozen=True)
class Device:
    """A device as its own cookie tells it: a random id, and a mark for each account it signed in to.

    A mark is a keyed hash of device and account: only we can make one, none fits another device, and
    nobody can read from it whose it is. Nothing in it grows old, so no clock can spoil it.
    """

    id: str
    marks: tuple[str, ...] = ()

    @classmethod
    def read(cls, cookie: str | None) -> Device:
        """The device of a cookie; a new one for a cookie that is missing or nonsense."""
        if cookie and DEVICE.fullmatch(cookie):
            name, *marks = cookie.split(".")
            return cls(name, tuple(marks))
        return cls(secrets.token_urlsafe(12))

    def knows(self, secret: str, account: str) -> bool:
        """Whether this account was signed in to on this device."""
        return self._mark(secret, account) in self.marks

    def with_account(self, secret: str, account: str) -> Device:
        """The device after signing in to an account; what it knew longest goes first."""
        mark = self._mark(secret, account)
        others = tuple(one for one in self.marks if one != mark)
        return Device(self.id, (*others, mark)[-MARKS:])

    def cookie(self) -> str:
        """What the cookie holds."""
        return ".".join((self.id, *self.marks))

    def _mark(self, secret: str, account: str) -> str:
        return key_for(secret, "device-mark", f"{self.id}:{account}")[:MARK_LENGTH]


def account_of(typed_login: str) -> str:
    """What a typed login is counted under, whether or not there is such an account."""
    try:
        return login_form(typed_login)
    except AccountError:
        return fold(typed_login)[:60]


def sign_in_limits(
    db: Session,
    secret: str,
    account: str,
    address: str,
    device: Device,
    room: str = "",
    now: datetime | None = None,
) -> list[Limit]:
    """What a try to sign in is counted under; see the head of this module.

    `room`: of whom shares the address, if something beside it is known (see `visitor.room_of_class`).
    """
    together = of_devices(secret, account)
    if device.knows(secret, account) and throttle.is_free(db, together, now):
        return [of_device(secret, f"{device.id}:{account}"), together]
    place = f"{account}@{address}"
    places = of_places(secret, account)
    is_familiar = db.get(FamiliarPlace, key_for(secret, "familiar", place)) is not None
    if is_familiar and throttle.is_free(db, places, now):
        return [of_account(secret, place), places]
    together = of_address(secret, shared(address, room))
    newcomer = [of_newcomer(secret, account, address), of_newcomers(secret, account)]
    if all(throttle.is_free(db, limit, now) for limit in newcomer):
        return [*newcomer, together]
    return [of_account(secret, account), together]


def of_account(secret: str, account: str) -> Limit:
    """Guesses of strangers at one account: five at once, about 150 a day."""
    return Limit(key_for(secret, "account", account), 5, 10 * MINUTE, 30 * SECOND, 15 * MINUTE)


def of_devices(secret: str, account: str) -> Limit:
    """Mistakes on all known devices of an account: who gathered many of them guesses no more on them all."""
    return Limit(key_for(secret, "devices", account), 40, 2 * MINUTE, 15 * SECOND, 5 * MINUTE)


def of_places(secret: str, account: str) -> Limit:
    """Mistakes at all familiar places of an account: a network of many addresses is one guesser."""
    return Limit(key_for(secret, "places", account), 20, 10 * MINUTE, 15 * SECOND, 5 * MINUTE)


def of_newcomer(secret: str, account: str, address: str) -> Limit:
    """The first two tries at an account from a network: nobody elsewhere has used them up.

    Whoever guesses without pause would else shut the owner out on a new telephone, wherever they are.
    """
    return Limit(key_for(secret, "newcomer", f"{account}@{wide(address)}"), 2, 6 * HOUR, MINUTE, HOUR)


def of_newcomers(secret: str, account: str) -> Limit:
    """All such tries at one account: who has fifty networks gets no more of them."""
    return Limit(key_for(secret, "newcomers", account), 50, 30 * MINUTE, MINUTE, HOUR)


def wide(address: str) -> str:
    """The network that an address is of, as far as one subscriber may get many: /24 of IPv4, /40 of IPv6."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    return str(ip_network((found, 24 if found.version == 4 else 40), strict=False).network_address)


def of_address(secret: str, address: str) -> Limit:
    """Guesses of strangers from one address: sixty at once, then one each twenty seconds."""
    key = key_for(secret, "address", address)
    return Limit(key, ADDRESS_FREE, 20 * SECOND, 2 * SECOND, 20 * SECOND)


def of_device(secret: str, value: str) -> Limit:
    """Mistakes on a device that is known, or inside an account: ten at once, then one each two minutes."""
    return Limit(key_for(secret, "device", value), 10, 2 * MINUTE, 15 * SECOND, 5 * MINUTE)


def of_sign_ups(secret: str, address: str) -> Limit:
    """Accounts made from one address, or in one class there: a hall full of people, then six a minute."""
    key = key_for(secret, "sign-up", address)
    return Limit(key, SIGN_UPS_FREE, 10 * SECOND, 2 * SECOND, 10 * SECOND)


def of_refused_sign_ups(secret: str, address: str) -> Limit:
    """Refused sign-ups of one address, which tell who has an account: then one each thirty seconds."""
    key = key_for(secret, "sign-up-refused", address)
    return Limit(key, REFUSED_FREE, 30 * SECOND, 2 * SECOND, 30 * SECOND)


def of_codes(secret: str, address: str, person_id: str | None = None) -> Limit:
    """Wrong class codes: of an account where there is one, else of an address."""
    if person_id is not None:
        return Limit(key_for(secret, "join-person", person_id), 20, MINUTE, 15 * SECOND, MINUTE)
    key = key_for(secret, "join", address)
    return Limit(key, CODES_FREE, 10 * SECOND, 2 * SECOND, 10 * SECOND)


def of_resets(secret: str, person_id: str) -> Limit:
    """Temporary codes that one member of staff hands out: thirty at once, then twenty an hour."""
    return Limit(key_for(secret, "resets", person_id), 30, 3 * MINUTE, MINUTE, 3 * MINUTE)


def shared(address: str, room: str) -> str:
    """What strangers are counted under: their address, or the class in whose room they are."""
    return f"{address}#{room}" if room else address


def succeeded(
    db: Session, secret: str, limits: list[Limit], account: str, address: str, room: str = ""
) -> None:
    """Forget the failures of who signed in, and remember the place; other people's of the address stay."""
    of_many = {
        of_address(secret, shared(address, room)).key,
        of_newcomers(secret, account).key,
        of_devices(secret, account).key,
        of_places(secret, account).key,
    }
    for limit in limits:
        if limit.key in of_many:
            throttle.give_back(db, limit)
        else:
            throttle.clear(db, limit.key)
    remember_place(db, secret, account, address)


def forgive_account(db: Session, secret: str, account: str | None) -> None:
    """Forget the failures under an account: it has a new secret."""
    if account:
        throttle.clear(db, of_account(secret, account).key)


def remember_place(db: Session, secret: str, account: str, address: str) -> None:
    """Note that an account was signed in to from an address."""
    key = key_for(secret, "familiar", f"{account}@{address}")
    row = db.get(FamiliarPlace, key)
    if row is not None:
        row.seen_at = utc_now()
        return
    try:
        with db.begin_nested():
            db.add(FamiliarPlace(key=key))
    except IntegrityError:
        pass  # two devices at the same moment


def forget_places(db: Session, now: datetime) -> int:
    """Delete places where an account was not seen for two months; returns how many."""
    return rows_changed(db, delete(FamiliarPlace).where(FamiliarPlace.seen_at < now - PLACE_KEPT_FOR))
