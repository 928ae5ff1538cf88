"""A lock file that one process of a machine holds at a time; the system lets go when that process ends."""

from __future__ import annotations

import fcntl
from typing import IO


def taken(handle: IO[str]) -> bool:
    """Take the lock of an open file if nobody holds it, at once; whether this process holds it now."""
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def wait_for(handle: IO[str]) -> None:
    """Take the lock of an open file; wait until whoever holds it lets go."""
    fcntl.flock(handle, fcntl.LOCK_EX)
