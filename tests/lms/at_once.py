"""Deeds that really happen at one moment."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor


def at_once(*deeds: Callable[[], int]) -> list[int]:
    """What each of some deeds gave; all began at the same moment."""
    together = threading.Barrier(len(deeds), timeout=20)

    def do(deed: Callable[[], int]) -> int:
        together.wait()
        return deed()

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(do, deeds))
