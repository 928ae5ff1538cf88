"""Less memory for the same work: what is free goes back to the system, and what was loaded stays shared."""

from __future__ import annotations

import ctypes
import gc
from collections.abc import Callable
from contextlib import suppress

TRIM_ABOVE, MAP_ABOVE, ARENAS = -1, -3, -8
"""What glibc's mallopt calls its settings."""

LARGE = 64 * 1024
"""Bytes of an array that is worth pages of its own, which go back to the system when it is freed."""


def give_back() -> None:
    """From now on, in this process and those that it forks, give freed memory back to the system.

    glibc keeps a pool for each of the threads that answer, and what an index was made of stays in it. Two
    pools are enough: the interpreter lets one thread at a time work. Another C library has no such settings.
    """
    _call(lambda library: library.mallopt(ARENAS, 2))
    _call(lambda library: library.mallopt(TRIM_ABOVE, 2 * LARGE))
    _call(lambda library: library.mallopt(MAP_ABOVE, LARGE))


def trim() -> None:
    """Give back what is free at this moment: after something large was loaded in place of an older one."""
    _call(lambda library: library.malloc_trim(0))


def share_what_is_loaded() -> None:
    """Before workers are forked: what is loaded now will live as long as they do.

    The collector, which writes on every object that it looks at, and so makes a copy of its page for each
    worker, no longer looks at these.
    """
    gc.collect()
    gc.freeze()


def _call(what: Callable[[ctypes.CDLL], object]) -> None:
    with suppress(OSError, AttributeError):
        what(ctypes.CDLL(None))
