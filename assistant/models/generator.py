"""What every way of running a language model offers, and how it may fail."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

SYSTEM, USER = "system", "user"


@dataclass(frozen=True)
class Message:
    """One turn of what a model is told; `role` is system or user."""

    role: str
    text: str

    def to_json(self) -> dict[str, str]:
        """The form that chat templates and servers of OpenAI's protocol read."""
        return {"role": self.role, "content": self.text}


class GeneratorError(RuntimeError):
    """No text came, or not all of it; `reason` is one word for the log, never anybody's question."""

    reason = "failed"


class GeneratorMissing(GeneratorError):
    """There is no model to ask: the file, the program or the server is not there."""

    reason = "missing"


class GeneratorBusy(GeneratorError):
    """Too many are waiting already."""

    reason = "busy"


class OutOfTime(GeneratorError):
    """The time for one answer is over."""

    reason = "time"


class Stopped(GeneratorError):
    """Whoever asked does not want it any more."""

    reason = "stopped"


class PromptTooLong(GeneratorError):
    """What the model is told does not fit into its context."""

    reason = "length"


Waiting = Callable[[int], None]
"""Told how many are before one in the queue; 0: it begins."""


class Generator(Protocol):
    """A language model that writes on, piece by piece."""

    def generate(
        self,
        messages: Sequence[Message],
        *,
        limit: int,
        deadline: float,
        stop: threading.Event,
        on_waiting: Waiting | None = None,
    ) -> Iterator[str]:
        """Pieces of text as they come, at most `limit` tokens.

        `deadline`: a moment of time.monotonic() by which all must be there; `stop`: set from another
        thread by whoever does not want it any more. Raises a GeneratorError in the middle, too. Closing
        the iterator ends the writing.
        """
        ...

    def status(self) -> dict[str, Any]:
        """What there is, as plain JSON values; quick, and never starts anything. Never raises."""
        ...

    def close(self) -> None:
        """Let go of what this side holds."""
        ...


def problem_of(deadline: float, now: float, stop: threading.Event) -> GeneratorError | None:
    """Why to write no further: it was stopped, or the time is over."""
    if stop.is_set():
        return Stopped("stopped by whoever asked")
    if now >= deadline:
        return OutOfTime("the time for one answer is over")
    return None
