"""Counting tries inside a request, and saying how long to wait."""

from __future__ import annotations

from lms.core import throttle
from lms.core.database import reading, writing
from lms.core.language import gettext as _


def counted(limits: list[throttle.Limit]) -> None:
    """Count one try, for every worker to see, before anything is compared. Raises TooManyTries."""
    throttle.check(reading(), limits)
    db = writing()
    try:
        throttle.take(db, limits)
    finally:
        # What follows is slow: nobody waits for this transaction meanwhile.
        db.commit()


def waiting(seconds: int) -> str:
    """How long to wait, in words."""
    if seconds < 90:
        return _("Bạn thử sai nhiều lần. Bạn chờ %(seconds)s giây rồi thử lại.", seconds=seconds)
    minutes = -(-seconds // 60)
    return _("Bạn thử sai nhiều lần. Bạn chờ %(minutes)s phút rồi thử lại.", minutes=minutes)
