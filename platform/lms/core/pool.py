"""How many questions a worker answers at once.

A question is mostly computing. More of them at once answer none sooner and make every page wait, so a
few run, a few wait, and the others are told so at once: what they typed stays in the form.
"""

from __future__ import annotations

import os
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask, current_app
from flask_login import current_user

from lms.core import current

NAME = "asking_pool"
WAIT_SECONDS = 8.0
"""A question that waits longer is sent away: its asker looks at an empty page meanwhile."""
LEFT_TO_OTHERS = 2
"""Places that one asker leaves free, however many questions come at once."""
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
        self._most_of_one = max(1, at_once + in_line - LEFT_TO_OTHERS)
        self._of = Counter[str]()
        self._lock = threading.Lock()

    @contextmanager
    def place(self, asker: str = "") -> Iterator[None]:
        """Answer one question inside. Raises AllBusy: at once if too many wait, else after WAIT_SECONDS.

        `asker`: whoever asks, a person or a network (see `asker`). One alone cannot take all places.
        """
        with self._share(asker):
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

    @contextmanager
    def _share(self, asker: str) -> Iterator[None]:
        with self._lock:
            if self._of[asker] >= self._most_of_one:
                raise AllBusy
            self._of[asker] += 1
        try:
            yield
        finally:
            with self._lock:
                self._of[asker] -= 1
                if self._of[asker] <= 0:
                    del self._of[asker]


def pool_for(threads: int, workers: int, cores: int | None = None) -> Pool:
    """For one of `workers` processes: a question for each core it has, half of its threads in all."""
    at_once = max(1, (cores or os.cpu_count() or 1) // workers)
    half = max(1, threads // 2)
    return Pool(min(at_once, half), max(0, half - at_once))


def asker() -> str:
    """Who asks: a person with an account by themselves, guests together with all of their network."""
    return current_user.id if current_user.is_authenticated else current.address()


def init_app(app: Flask) -> None:
    """Make this process's pool."""
    settings = app.extensions["settings"]
    app.extensions[NAME] = pool_for(settings.threads, settings.workers)


def pool() -> Pool:
    """The pool of the current application."""
    return current_app.extensions[NAME]
