"""Growing waits after failures, counted in the database so that every worker sees the same.

A key is what is protected: an account, an address, a device. It is stored as a keyed hash: the table
holds neither telephone numbers nor addresses. Failures are forgiven one by one as time passes, so a
mistake of this morning hurts nobody in the evening. What a wrong clock wrote counts for nothing.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import String, delete, or_
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column

from i18n.dates import utc_now
from lms.core.database import Base, UtcDateTime, rows_changed

WRONG_CLOCK = timedelta(minutes=5)
"""A row from further in the future than this was written while the clock was wrong."""
KEPT_FOR = timedelta(days=2)
"""Longer than any failure takes to be forgiven."""


class Throttle(Base):
    """Failures under one key."""

    __tablename__ = "throttles"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    failures: Mapped[int] = mapped_column(default=0)
    blocked_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now, index=True)
    """The moment from which forgiving is counted; in `asking.pace`, when the window began."""


class TooManyTries(Exception):
    """Somebody has to wait. `seconds` says how long."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"wait {seconds} s")
        self.seconds = seconds


@dataclass(frozen=True)
class Limit:
    """How often one may fail under a key.

    `free` failures cost nothing. From then on each doubles the wait, from `first_wait` to
    `longest_wait`. One failure is forgiven each `forgive`, so in the long run one try each `forgive`
    is what somebody who only fails can have.
    """

    key: str
    free: int
    forgive: timedelta
    first_wait: timedelta
    longest_wait: timedelta

    def wait_after(self, failures: int) -> timedelta | None:
        """The wait after so many failures, None while they are free."""
        over = failures - self.free
        return None if over < 0 else min(self.first_wait * 2 ** min(over, 20), self.longest_wait)


def key_for(secret: str, kind: str, value: str) -> str:
    """The stored form of a key: a keyed hash of kind and value."""
    return hmac.new(secret.encode(), f"{kind}:{value}".encode(), hashlib.sha256).hexdigest()


def from_the_future(moment: datetime, now: datetime) -> bool:
    """Whether a stored moment can only come from a clock that was wrong."""
    return moment > now + WRONG_CLOCK


def check(db: Session, limits: Iterable[Limit], now: datetime | None = None) -> None:
    """Raise TooManyTries if one has to wait under any of the limits. Reads only."""
    now = now or utc_now()
    for limit in limits:
        row = db.get(Throttle, limit.key)
        if row is not None:
            _refuse_while_blocked(row, limit, now)


def is_free(db: Session, limit: Limit, now: datetime | None = None) -> bool:
    """Whether one more failure costs nothing yet. Reads only."""
    now = now or utc_now()
    row = db.get(Throttle, limit.key)
    if row is None or from_the_future(row.updated_at, now):
        return True
    return row.failures - (now - row.updated_at) // limit.forgive < limit.free


def take(db: Session, limits: Iterable[Limit], now: datetime | None = None) -> None:
    """Count one try under each limit, before it is known how it ends. Raises TooManyTries, counting none.

    Commit before the slow comparison: of many tries at the same moment no more than the allowed ones
    are compared then. Whoever was right gives the try back (`give_back`, `clear`).
    """
    now = now or utc_now()
    # Always in the same order, so that two requests never wait for each other.
    limits = sorted(limits, key=lambda one: one.key)
    rows = [_row_to_change(db, limit.key, now) for limit in limits]
    for row, limit in zip(rows, limits, strict=True):
        _refuse_while_blocked(row, limit, now)
    for row, limit in zip(rows, limits, strict=True):
        _settle(row, limit, now)
        row.failures += 1
        wait = limit.wait_after(row.failures)
        row.blocked_until = now + wait if wait else None


def give_back(db: Session, limit: Limit, now: datetime | None = None) -> None:
    """Take one counted try back: it was right. Failures of others under the same key stay."""
    now = now or utc_now()
    row = db.get(Throttle, limit.key, with_for_update=True, populate_existing=True)
    if row is None:
        return
    _settle(row, limit, now)
    row.failures = max(0, row.failures - 1)
    if limit.wait_after(row.failures) is None:
        row.blocked_until = None


def clear(db: Session, key: str) -> None:
    """Forget the failures under a key: it succeeded."""
    db.execute(delete(Throttle).where(Throttle.key == key))


def forget_old(db: Session, now: datetime, keep: Iterable[str] = ()) -> int:
    """Delete rows that hold nothing any more, and those of a wrong clock; returns how many."""
    empty = delete(Throttle).where(
        or_(Throttle.updated_at < now - KEPT_FOR, Throttle.updated_at > now + WRONG_CLOCK),
        Throttle.key.not_in(list(keep)),
    )
    return rows_changed(db, empty)


def _refuse_while_blocked(row: Throttle, limit: Limit, now: datetime) -> None:
    until = row.blocked_until
    if until is None or until <= now or from_the_future(row.updated_at, now):
        return
    # Longer than this limit ever makes anybody wait: a clock that was wrong has written it.
    if until > now + limit.longest_wait + WRONG_CLOCK:
        return
    raise TooManyTries(max(1, round(min(until - now, limit.longest_wait).total_seconds())))


def _settle(row: Throttle, limit: Limit, now: datetime) -> None:
    """Forgive what time has forgiven."""
    if from_the_future(row.updated_at, now):
        row.failures, row.updated_at = 0, now
        return
    forgiven = max(0, (now - row.updated_at) // limit.forgive)
    row.failures = max(0, row.failures - forgiven)
    row.updated_at = row.updated_at + forgiven * limit.forgive if row.failures else now


def _row_to_change(db: Session, key: str, now: datetime) -> Throttle:
    row = db.get(Throttle, key, with_for_update=True, populate_existing=True)
    if row is not None:
        return row
    try:
        with db.begin_nested():
            db.add(Throttle(key=key, failures=0, updated_at=now))
    except IntegrityError:
        pass  # another request with the same key was quicker: count in its row
    return db.get_one(Throttle, key, with_for_update=True, populate_existing=True)
