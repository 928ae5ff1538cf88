"""Counting tries inside a request, and saying how long to wait."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus

from lms.core import pool, throttle
from lms.core.database import reading, writing
from lms.core.language import lazy
from lms.core.pages.errors import Refusal


def counted(limits: list[throttle.Limit]) -> None:
    """Count one try, for every worker to see, before anything is compared. Raises TooManyTries."""
    throttle.check(reading(), limits)
    db = writing()
    try:
        throttle.take(db, limits)
    finally:
        # What follows is slow: nobody waits for this transaction meanwhile.
        db.commit()


class MustWait(Refusal):
    """Somebody has to wait before the next try; said with its own status, programs are told how long."""

    def __init__(self, message: str, field: str, wait: int, status: HTTPStatus, **values: object) -> None:
        super().__init__(message, field, **values)
        self.wait, self.status = wait, status

    @property
    def headers(self) -> dict[str, str]:
        """How long, where the status says that it is too early."""
        return {} if self.status == Refusal.status else {"Retry-After": str(self.wait)}


def wrong_often(seconds: int, field: str = "", status: HTTPStatus = Refusal.status) -> MustWait:
    """How long to wait for somebody who tried wrongly many times."""
    if seconds < 90:
        message = lazy("Bạn thử sai nhiều lần. Bạn chờ %(seconds)s giây rồi thử lại.")
        return MustWait(message, field, seconds, status, seconds=seconds)
    message = lazy("Bạn thử sai nhiều lần. Bạn chờ %(minutes)s phút rồi thử lại.")
    return MustWait(message, field, seconds, status, minutes=-(-seconds // 60))


@contextmanager
def waits_at(
    field: str,
    status: HTTPStatus = Refusal.status,
    words: Callable[[int, str, HTTPStatus], Refusal] = wrong_often,
) -> Iterator[None]:
    """Turn TooManyTries into a refusal that stands at a field, in these words."""
    try:
        yield
    except throttle.TooManyTries as wait:
        raise words(wait.seconds, field, status) from wait


BUSY = lazy("Nhiều người đang hỏi cùng lúc. Bạn chờ vài giây rồi hỏi lại.")


@contextmanager
def busy_at(field: str, message: str = BUSY) -> Iterator[None]:
    """Turn AllBusy into a refusal that stands at a field: what was typed is sent again a moment later."""
    try:
        yield
    except pool.AllBusy as busy:
        raise MustWait(message, field, busy.retry_after, HTTPStatus.SERVICE_UNAVAILABLE) from busy
