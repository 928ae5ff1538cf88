"""What a request brings along, read with a clock and a measure before any thread is given to it.

A body that comes slowly costs a connection and what has come of it, nothing else: it is read in the
event loop of the worker. One that comes too slowly, or is one too many, is refused with a sentence.
"""

from __future__ import annotations

import asyncio
import io
import tempfile
from collections import Counter
from collections.abc import AsyncIterable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import IO

SMALL = 64 * 1024
"""Bytes of a form without a file; what is larger is a list, a document or a picture."""
LARGEST = 26 * 1024 * 1024
"""A document of 20 MB with its form, and a little over, so that the page can say that it is too large."""
LARGEST_OF_STRANGERS = 3 * 1024 * 1024
"""Who brings no cookie has no form that takes files."""

MOST_SMALL = 1000
MOST_LARGE = 8
"""Bodies that may be under way at once in a worker."""
MOST_SMALL_OF_ADDRESS = 400
MOST_LARGE_OF_ADDRESS = 4
"""Of them from one address: a street behind one router leaves room for others."""

GRACE_SECONDS = 10.0
LEAST_RATE = 2_000
"""Bytes a second, on average and after the grace: 2G brings five times as much."""
LONGEST_SMALL, LONGEST_LARGE = 30.0, 900.0
"""Seconds that reading may take in all, however steadily it comes."""
IN_MEMORY = 1024 * 1024


class BodyRefused(Exception):
    """A body that was not read to its end; `status` and `retry_after` (seconds, or None) say why."""

    def __init__(self, status: HTTPStatus, retry_after: int | None = None) -> None:
        super().__init__(status.phrase)
        self.status = status
        self.retry_after = retry_after


class TooLarge(Exception):
    """More than anybody may send: the application says so without having read it."""


class Bodies:
    """The bodies under way in one worker. Belongs to its event loop: no lock is needed."""

    def __init__(self) -> None:
        self.small: Counter[str] = Counter()
        self.large: Counter[str] = Counter()
        self.of_staff: Counter[str] = Counter()
        """Large ones of those who have files to send; strangers who send slowly take none of their places."""

    async def read(
        self,
        chunks: AsyncIterable[bytes],
        length: int | None,
        limit: int,
        address: str,
        is_staff: bool = False,
    ) -> IO[bytes]:
        """All of a body, from its start. Raises BodyRefused or TooLarge.

        `length`: what the request says of it in bytes (None: it does not say); `limit`: the most that
        is taken; `address`: who sends it; `is_staff`: whether the session says so.
        """
        if length is not None and length > limit:
            raise TooLarge
        is_small = length is not None and length <= SMALL
        with self._place(is_small, address, is_staff):
            return await _read(chunks, limit, LONGEST_SMALL if is_small else LONGEST_LARGE)

    @contextmanager
    def _place(self, is_small: bool, address: str, is_staff: bool) -> Iterator[None]:
        under_way, most, of_address, again = (
            (self.small, MOST_SMALL, MOST_SMALL_OF_ADDRESS, 10)
            if is_small
            else (self.of_staff if is_staff else self.large, MOST_LARGE, MOST_LARGE_OF_ADDRESS, 30)
        )
        if under_way.total() >= most or under_way[address] >= of_address:
            raise BodyRefused(HTTPStatus.SERVICE_UNAVAILABLE, again)
        under_way[address] += 1
        try:
            yield
        finally:
            under_way[address] -= 1
            # A name that is counted no more is not kept.
            if under_way[address] <= 0:
                del under_way[address]


async def _read(chunks: AsyncIterable[bytes], limit: int, longest: float) -> IO[bytes]:
    """Read to the end; each chunk that comes moves the moment by which the next must be there."""
    kept = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - the request closes it
    start, size = asyncio.get_running_loop().time(), 0
    try:
        async with asyncio.timeout(GRACE_SECONDS) as clock:
            async for chunk in chunks:
                size += len(chunk)
                if size > limit:
                    raise TooLarge
                kept.write(chunk)
                clock.reschedule(start + allowed_seconds(size, longest))
    except TimeoutError:
        kept.close()
        raise BodyRefused(HTTPStatus.REQUEST_TIMEOUT) from None
    except TooLarge:
        kept.close()
        raise
    except Exception:
        # The sender has left: nobody will read what is said of it.
        kept.close()
        raise BodyRefused(HTTPStatus.BAD_REQUEST) from None
    kept.seek(0)
    return kept


def allowed_seconds(size: int, longest: float) -> float:
    """By when, in seconds from its start, more than `size` bytes of a body must have come."""
    return min(longest, max(GRACE_SECONDS, size / LEAST_RATE))


def nothing() -> IO[bytes]:
    """The body of a request without one."""
    return io.BytesIO()
