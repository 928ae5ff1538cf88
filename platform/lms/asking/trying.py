"""What the assistant answers now to the question that people ask of something staff keep."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from assistant.answer import ANSWERED, Answer
from assistant.documents.document import Document
from assistant.knowledge.facts import Fact
from lms.core import current, pool
from lms.core.database import done_reading

RIGHT, OTHER, WAITING, BUSY = "right", "other", "waiting", "busy"
VERIFIED_ENGINE = "verified"


@dataclass(frozen=True)
class Tried:
    """A question and what became of it.

    `state`: right (it is answered from what is kept), other (from something else, or not at all), waiting
    (this process has not taken in yet what was saved), busy (too many ask). `answer` as it is shown.
    """

    question: str
    state: str
    answer: dict[str, Any] | None = None


def fact_tried(fact: Fact, unit: str | None, question: str = "") -> Tried:
    """The answer to this question of a local fact, or to the one that people ask of it."""

    def is_it(answer: Answer) -> bool:
        cited = any(one.url.partition("?")[0] == fact.address for one in answer.citations)
        return answer.outcome == ANSWERED and cited and _holds(answer, fact.value)

    return tried(question or fact.question, fact.unit or unit, is_it)


def document_tried(document: Document, unit: str | None, question: str) -> Tried:
    """The answer to a question of a document."""

    def is_it(answer: Answer) -> bool:
        cited = any(one.url.partition("#")[0] == document.address() for one in answer.citations)
        return answer.outcome == ANSWERED and cited

    return tried(question, document.unit or unit, is_it)


def checked_tried(question: str, text: str, unit: str | None) -> Tried:
    """The answer to a question that a person answered with this text."""
    first = next((line for line in text.split("\n") if line.strip()), "")
    return tried(question, unit, lambda found: found.engine == VERIFIED_ENGINE and _holds(found, first))


def tried(question: str, unit: str | None, is_it: Callable[[Answer], bool]) -> Tried:
    """Ask as somebody of this unit who was never here; `is_it`: whether that answer was meant."""
    assistant = current.assistant()
    by = pool.asker()
    done_reading()
    try:
        with pool.pool().place(by):
            knew = assistant.is_up_to_date
            answer = assistant.ask(question, unit=unit)
            if not is_it(answer) and not knew:
                # What was saved a moment ago may have come in only after the question did.
                if not assistant.is_up_to_date:
                    return Tried(question, WAITING)
                answer = assistant.ask(question, unit=unit)
    except pool.AllBusy:
        return Tried(question, BUSY)
    # As it is kept of anybody: numbers that identify a person are covered.
    return Tried(answer.question, RIGHT if is_it(answer) else OTHER, answer.to_json())


def _holds(answer: Answer, words: str) -> bool:
    said = " ".join(" ".join((answer.text, *answer.steps)).split()).casefold()
    return " ".join(words.split()).casefold() in said
