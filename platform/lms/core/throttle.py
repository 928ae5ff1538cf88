"""Growing waits after failures, counted in the database so that every worker sees the same.

A key is what is protected: an account, or an address. It is stored as a keyed hash: the table holds
neither telephone numbers nor addresses.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime, timedelta

from sqlalchemy import String
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column

from assistant.storage import UtcDateTime, utc_now
from lms.core.database import Base

FORGET_AFTER = timedelta(hours=24)
LONGEST_WAIT = timedelta(hours=1)
FIRST_WAIT = timedelta(seconds=30)


class Throttle(Base):
    """Failures under one key."""

    __tablename__ = "throttles"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    failures: Mapped[int] = mapped_column(default=0)
    blocked_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)


class TooManyTries(Exception):
    """Somebody has to wait. `seconds` says how long."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"wait {seconds} s")
        self.seconds = seconds


def key_for(secret: str, kind: str, value: str) -> str:
    """The stored form of a key: a keyed hash of kind and value."""
    return hmac.new(secret.encode(), f"{kind}:{value}".encode(), hashlib.sha256).hexdigest()


def check(db: Session, keys: list[str], now: datetime | None = None) -> None:
    """Raise TooManyTries if any of the keys has to wait."""
    now = now or utc_now()
    for key in keys:
        row = db.get(Throttle, key)
        if row and row.blocked_until and row.blocked_until > now:
            raise TooManyTries(max(1, round((row.blocked_until - now).total_seconds())))


def fail(db: Session, key: str, free: int, now: datetime | None = None) -> None:
    """Count one failure. After `free` failures each further one doubles the wait, up to an hour."""
    now = now or utc_now()
    row = _row_to_change(db, key, now)
    if now - row.updated_at > FORGET_AFTER:
        row.failures = 0
    row.failures += 1
    row.updated_at = now
    over = row.failures - free
    if over >= 0:
        row.blocked_until = now + min(FIRST_WAIT * 2 ** min(over, 12), LONGEST_WAIT)


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


def clear(db: Session, key: str) -> None:
    """Forget the failures under a key: it succeeded."""
    row = db.get(Throttle, key)
    if row is not None:
        db.delete(row)
