"""Generators that are none: they write what a test gives them, whole or piece by piece."""

import threading
import time

from assistant.models.generator import GeneratorError, problem_of


class FakeGenerator:
    """Writes `text` in pieces of `size` letters; fails after it with `error`, if one is given.

    `told` keeps the messages of the last call; `hold` makes it wait for ever after `text`, as a model that
    does not end, heeding stop and deadline as `Generator.generate` must.
    """

    def __init__(
        self, text: str, size: int = 3, error: GeneratorError | None = None, hold: bool = False
    ) -> None:
        self.text, self.size, self.error, self.hold = text, size, error, hold
        self.told = ()
        self.is_closed = False

    def generate(self, messages, *, limit, deadline, stop, on_waiting=None):
        self.told = messages
        if on_waiting:
            on_waiting(1)
            on_waiting(0)
        try:
            for start in range(0, len(self.text), self.size):
                self._look(deadline, stop)
                yield self.text[start : start + self.size]
            while self.hold:
                self._look(deadline, stop)
                time.sleep(0.005)
            if self.error:
                raise self.error
        finally:
            self.is_closed = True

    def _look(self, deadline: float, stop: threading.Event) -> None:
        problem = problem_of(deadline, time.monotonic(), stop)
        if problem:
            raise problem

    def status(self):
        return {"kind": "fake", "state": "ready"}

    def close(self):
        pass
