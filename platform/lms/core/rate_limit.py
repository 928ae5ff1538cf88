"""How many questions one address or person may ask within a window of time.

Counted in the database, so that every worker sees the same. Unlike `core.throttle.take`, asking much
is no failure: the count simply begins again when the window is over.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from i18n.dates import utc_now
from lms.core.throttle import Throttle, TooManyTries, from_the_future


@dataclass(frozen=True)
class Pace:
    """At most `most` questions within `window`, under one key (see `core.throttle.key_for`)."""

    key: str
    most: int
    window: timedelta


def check(db: Session, paces: list[Pace], now: datetime | None = None) -> None:
    """Raise TooManyTries, with the seconds to wait, if one of the paces is used up. Reads only."""
    now = now or utc_now()
    for pace in paces:
        row = db.get(Throttle, pace.key)
        if row is not None and row.failures >= pace.most and _is_open(row, pace, now):
            wait = min(row.updated_at + pace.window - now, pace.window)
            raise TooManyTries(max(1, round(wait.total_seconds())))


def count(db: Session, paces: list[Pace], now: datetime | None = None) -> None:
    """Count one question under each pace; `updated_at` of the row is when its window began."""
    now = now or utc_now()
    for pace in paces:
        row = _row(db, pace.key, now)
        if not _is_open(row, pace, now):
            row.failures, row.updated_at = 0, now
        row.failures += 1


def _is_open(row: Throttle, pace: Pace, now: datetime) -> bool:
    """Whether the window that a row counts still lasts. One that a wrong clock opened does not."""
    return not from_the_future(row.updated_at, now) and now < row.updated_at + pace.window


def _row(db: Session, key: str, now: datetime) -> Throttle:
    row = db.get(Throttle, key, with_for_update=True)
    if row is not None:
        return row
    try:
        with db.begin_nested():
            db.add(Throttle(key=key, failures=0, updated_at=now))
    except IntegrityError:
        pass  # another request of the same address was quicker: count in its row
    return db.get_one(Throttle, key, with_for_update=True)
