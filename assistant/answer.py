"""The contract: what everybody gets back for a question, in Python and as JSON."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from typing import Any, NamedTuple

ANSWERED, CLARIFY, ABSTAINED, URGENT = "answered", "clarify", "abstained", "urgent"
OUTCOMES = (ANSWERED, CLARIFY, ABSTAINED, URGENT)
ENGINES = ("extractive", "fields", "verified", "generative")
REGISTERS = ("standard", "plain")
NOT_THESE = "Không phải, hỏi cán bộ"
"""The last of `choices` where none of the others may be meant: a page hands the question to a person."""


def new_id() -> str:
    """A name for one answer that nobody guesses."""
    return secrets.token_urlsafe(12)


class AnswerError(ValueError):
    """A value that is not an answer; the sentence names the field."""


@dataclass(frozen=True)
class Citation:
    """Where a sentence of the answer stands.

    `url` leads to the very section, `quote` is its wording there, `source` names whose text it is,
    and `checked_on` is the day somebody last compared it with its source.
    """

    title: str
    url: str
    quote: str = ""
    source: str = ""
    checked_on: date | None = None

    def to_json(self) -> dict[str, Any]:
        """The citation as plain JSON values; a date is written YYYY-MM-DD."""
        return {
            "title": self.title,
            "url": self.url,
            "quote": self.quote,
            "source": self.source,
            "checked_on": day_to_json(self.checked_on),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Citation:
        """The citation that `to_json` wrote. Raises AnswerError."""
        if not isinstance(data.get("title"), str):
            raise AnswerError("a citation has no title")
        return cls(
            title=data["title"],
            url=str(data.get("url") or ""),
            quote=str(data.get("quote") or ""),
            source=str(data.get("source") or ""),
            checked_on=day_from_json(data.get("checked_on"), "checked_on"),
        )


@dataclass(frozen=True)
class Alert:
    """A warning with first safe steps that stands above an answer.

    `url` leads to where more of it stands, and `checked_on` is the day the steps were last compared with it.
    """

    title: str
    text: str
    steps: tuple[str, ...] = ()
    url: str = ""
    checked_on: date | None = None

    def to_json(self) -> dict[str, Any]:
        """The alert as plain JSON values; a date is written YYYY-MM-DD."""
        return {
            "title": self.title,
            "text": self.text,
            "steps": list(self.steps),
            "url": self.url,
            "checked_on": day_to_json(self.checked_on),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Alert:
        """The alert that `to_json` wrote. Raises AnswerError."""
        for name in ("title", "text"):
            if not isinstance(data.get(name), str):
                raise AnswerError(f"an alert has no {name}")
        return cls(
            title=data["title"],
            text=data["text"],
            steps=tuple(str(one) for one in data.get("steps") or ()),
            url=str(data.get("url") or ""),
            checked_on=day_from_json(data.get("checked_on"), "checked_on"),
        )


@dataclass(frozen=True)
class Part:
    """What came of one of several questions in one: `text` before `steps`, `choices` to tap, and by whom.

    `sources` are places in the answer's `citations`, counted from 1.
    """

    question: str
    outcome: str
    text: str
    steps: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    sources: tuple[int, ...] = ()
    engine: str = "extractive"
    reviewed_on: date | None = None

    def to_json(self) -> dict[str, Any]:
        """The part as plain JSON values."""
        lists = {name: list(getattr(self, name)) for name in ("steps", "choices", "sources")}
        return {
            "question": self.question,
            "outcome": self.outcome,
            "text": self.text,
            **lists,
            "engine": self.engine,
            "reviewed_on": day_to_json(self.reviewed_on),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Part:
        """The part that `to_json` wrote. Raises AnswerError."""
        for name in ("question", "outcome", "text"):
            if not isinstance(data.get(name), str):
                raise AnswerError(f"a part of an answer has no {name}")
        return cls(
            question=data["question"],
            outcome=data["outcome"],
            text=data["text"],
            steps=tuple(str(one) for one in data.get("steps") or ()),
            choices=tuple(str(one) for one in data.get("choices") or ()),
            sources=tuple(int(one) for one in data.get("sources") or ()),
            engine=str(data.get("engine") or "extractive"),
            reviewed_on=day_from_json(data.get("reviewed_on"), "reviewed_on"),
        )


class Term(NamedTuple):
    """A technical word of the answer and what it means in everyday words."""

    term: str
    plain: str


@dataclass(frozen=True)
class Answer:
    """One answer, complete: what was asked, what came of it, and every sentence's source.

    `question` has numbers that identify a person already masked. `heard_as` is what was searched
    for (diacritics restored, short forms opened). `confidence` is between 0 and 1. `looked_for`,
    `nearest` and `choices` help a person on when the outcome is not an answer; `note` is one kind
    sentence about the question itself, such as a masked number. `warnings` say what to be careful about
    in the source; `terms` explain the technical words of the answer, each once; `original` is the wording of
    the sources where a model put `text` into other words: it is shown beside it. `alert` is what must be
    read before the answer: somebody may be in danger. `parts` are the same words under each of several
    questions that were asked in one; empty where it is one question.
    """

    question: str
    outcome: str
    text: str
    steps: tuple[str, ...] = ()
    citations: tuple[Citation, ...] = ()
    confidence: float = 0.0
    register: str = "standard"
    engine: str = "extractive"
    elapsed_ms: int = 0
    heard_as: str = ""
    looked_for: str = ""
    nearest: tuple[Citation, ...] = ()
    choices: tuple[str, ...] = ()
    reviewed_on: date | None = None
    note: str = ""
    warnings: tuple[str, ...] = ()
    terms: tuple[Term, ...] = ()
    original: str = ""
    alert: Alert | None = None
    parts: tuple[Part, ...] = ()
    id: str = field(default_factory=new_id)

    def __post_init__(self) -> None:
        for name, known in (("outcome", OUTCOMES), ("engine", ENGINES), ("register", REGISTERS)):
            if getattr(self, name) not in known:
                raise AnswerError(f"{name} is “{getattr(self, name)}”, not one of {', '.join(known)}")

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values: the contract's ten keys in the contract's order, then the others."""
        return {
            "id": self.id,
            "question": self.question,
            "outcome": self.outcome,
            "text": self.text,
            "steps": list(self.steps),
            "citations": [citation.to_json() for citation in self.citations],
            "confidence": round(self.confidence, 4),
            "register": self.register,
            "engine": self.engine,
            "elapsed_ms": self.elapsed_ms,
            "heard_as": self.heard_as,
            "looked_for": self.looked_for,
            "nearest": [citation.to_json() for citation in self.nearest],
            "choices": list(self.choices),
            "reviewed_on": day_to_json(self.reviewed_on),
            "note": self.note,
            "warnings": list(self.warnings),
            "terms": [term._asdict() for term in self.terms],
            "original": self.original,
            "alert": self.alert.to_json() if self.alert else None,
            "parts": [part.to_json() for part in self.parts],
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Answer:
        """The answer that `to_json` wrote; keys it does not know are left out. Raises AnswerError."""
        known = {one.name for one in fields(cls)}
        values = {name: value for name, value in data.items() if name in known}
        for name in ("question", "outcome", "text"):
            if not isinstance(values.get(name), str):
                raise AnswerError(f"an answer has no {name}")
        for name in ("steps", "choices", "warnings"):
            values[name] = tuple(str(one) for one in values.get(name) or ())
        for name in ("citations", "nearest"):
            values[name] = tuple(Citation.from_json(one) for one in values.get(name) or ())
        values["terms"] = tuple(
            Term(str(one["term"]), str(one["plain"])) for one in values.get("terms") or ()
        )
        values["parts"] = tuple(Part.from_json(one) for one in values.get("parts") or ())
        values["original"] = str(values.get("original") or "")
        values["alert"] = Alert.from_json(values["alert"]) if values.get("alert") else None
        values["reviewed_on"] = day_from_json(values.get("reviewed_on"), "reviewed_on")
        return cls(**values)


def day_to_json(day: date | None) -> str | None:
    """YYYY-MM-DD, or None."""
    return day.isoformat() if day else None


def day_from_json(value: Any, name: str) -> date | None:
    """The date written YYYY-MM-DD. Raises AnswerError with the field's name."""
    if value in (None, ""):
        return None
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise AnswerError(f"{name} is “{value}”, not a date") from None


@dataclass(frozen=True)
class Improved:
    """What came of it: the answer to show, and for the log why it is not the model's ("" if it is).

    `kept` and `dropped` count sentences; `seconds` is how long it took, `first` until the first sentence
    that could be shown (None: there was none). Neither the question nor any text stands in `reason`.
    """

    answer: Answer
    reason: str
    kept: int = 0
    dropped: tuple[str, ...] = ()
    seconds: float = 0.0
    first: float | None = None

    @property
    def is_written(self) -> bool:
        """Whether the model's words are shown."""
        return not self.reason
