"""Who is next: one at a time, in the order of coming, each told how many are before it."""

from __future__ import annotations

import threading
import time

from assistant.models.generator import GeneratorBusy, Waiting, problem_of

MOST_WAITING = 8
LOOK_SECONDS = 0.1


class Queue:
    """A queue for one thing that only one may use at a time."""

    def __init__(self, most_waiting: int = MOST_WAITING) -> None:
        self._most = most_waiting
        self._changed = threading.Condition()
        self._standing: list[object] = []

    @property
    def length(self) -> int:
        """How many stand in it, with the one whose turn it is."""
        return len(self._standing)

    def wait(self, me: object, deadline: float, stop: threading.Event, on_waiting: Waiting | None) -> None:
        """Come back when it is one's turn; then `leave` must follow.

        Raises GeneratorBusy if too many stand in it, and what `problem_of` gives while one waits.
        """
        with self._changed:
            if len(self._standing) > self._most:
                raise GeneratorBusy(f"{len(self._standing)} are waiting already")
            self._standing.append(me)
        reported = None
        while True:
            before = self._before(me)
            if on_waiting and before != reported:
                on_waiting(before)
                reported = before
            if before == 0:
                return
            problem = problem_of(deadline, time.monotonic(), stop)
            if problem:
                self.leave(me)
                raise problem
            with self._changed:
                if self._standing.index(me) == before:
                    self._changed.wait(LOOK_SECONDS)

    def _before(self, me: object) -> int:
        with self._changed:
            return self._standing.index(me)

    def leave(self, me: object) -> None:
        """Let the next one come. Leaving twice changes nothing."""
        with self._changed:
            if me in self._standing:
                self._standing.remove(me)
                self._changed.notify_all()
