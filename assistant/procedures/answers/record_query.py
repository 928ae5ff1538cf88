"""What is asked of one record, and how it is told: one value that every answer from a record reads."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from assistant.procedures.answers.wording import WAYS_TOLD
from assistant.procedures.record import Channel, Procedure

OLD_AFTER_DAYS = 365


@dataclass(frozen=True)
class RecordQuery:
    """A question to one record.

    `way`: online, direct or postal, if the question names one. `case`: the name of a case, or a text that
    names it, such as the question itself. `old_after_days`: the age from which a record is called old.
    """

    procedure: Procedure
    intent: str
    register: str
    today: date
    way: str | None = None
    case: str = ""
    old_after_days: int = OLD_AFTER_DAYS

    @cached_property
    def channels(self) -> tuple[Channel, ...]:
        """The ways of handing in that were asked about, or all of them where the record has none of these."""
        wanted = tuple(channel for channel in self.procedure.channels if channel.way == self.way)
        return wanted or self.procedure.channels

    @cached_property
    def missing(self) -> str:
        """A sentence where the record does not have the way that was asked about; else empty."""
        if self.way is None or any(channel.way == self.way for channel in self.procedure.channels):
            return ""
        return f"Hồ sơ không có cách nộp {WAYS_TOLD.get(self.way, self.way)}."
