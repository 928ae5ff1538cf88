"""How many questions a worker answers at once.

A question is mostly computing. More of them at once answer none sooner and make every page wait, so a
few run, a few wait, and the others are told so at once: what they typed stays in the form.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask, current_app

NAME = "asking_pool"
WAIT_SECONDS = 8.0
"""A question that waits longer is sent away: its asker looks at an empty page meanwhile."""
AGAIN_AFTER = 5
"""Seconds after which to ask again, for programs."""


class AllBusy(Exception):
    """Too many ask at this moment."""

    retry_after = AGAIN_AFTER


class Pool:
    """The questions that this process answers at once. Any thread."""

    def __init__(self, at_once: int, in_line: int) -> None:
        self._running = threading.BoundedSemaphore(at_once)
        self._inside = threading.BoundedSemaphore(at_once + in_line)

    @contextmanager
    def place(self) -> Iterator[None]:
        """Answer one question inside. Raises AllBusy: at once if too many wait, else after WAIT_SECONDS."""
        if not self._inside.acquire(blocking=False):
            raise AllBusy
        try:
            if not self._running.acquire(timeout=WAIT_SECONDS):
                raise AllBusy
            try:
                yield
            finally:
                self._running.release()
        finally:
            self._inside.release()


def pool_for(threads: int, workers: int, cores: int | None = None) -> Pool:
    """For one of `workers` processes: a question for each core it has, half of its threads in all."""
    at_once = max(1, (cores or os.cpu_count() or 1) // workers)
    half = max(1, threads // 2)
    return Pool(min(at_once, half), max(0, half - at_once))


def init_app(app: Flask) -> None:
    """Make this process's pool."""
    settings = app.extensions["settings"]
    app.extensions[NAME] = pool_for(settings.threads, settings.workers)


def pool() -> Pool:
    """The pool of the current application."""
    return current_app.extensions[NAME]
