"""What goes with a course for its teacher: sessions, handout, what is always asked, words for the unit."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PlanStep:
    """What a teacher does from one minute of a session to another."""

    start: int
    end: int
    do: str


@dataclass(frozen=True, slots=True)
class Session:
    """A class of 30 minutes: its lessons and its plan by minutes."""

    title: str
    lessons: tuple[str, ...]
    plan: tuple[PlanStep, ...]


@dataclass(frozen=True, slots=True)
class Faq:
    """A question that people always ask a teacher, and its answer."""

    q: str
    a: str


@dataclass(frozen=True, slots=True)
class Broadcast:
    """Texts for the unit: read on the loudspeaker, shown on the LED board, sent on Zalo."""

    loudspeaker: str
    led: str
    zalo: str


@dataclass(frozen=True, slots=True)
class Teaching:
    """What goes with a course for its teacher. `lines` gives the line of each part in teaching.yaml."""

    sessions: tuple[Session, ...]
    handout: str
    faq: tuple[Faq, ...]
    broadcast: Broadcast | None
    lines: Mapping[str, int]
