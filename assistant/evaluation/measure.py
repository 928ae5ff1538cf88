"""Measuring the assistant on questions whose right outcome is known (`question_sets`)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from assistant.answer import ANSWERED, CLARIFY, Answer
from assistant.evaluation.figures import report
from assistant.evaluation.probe import Probe
from assistant.evaluation.question_sets import (
    Question,
    expected,
    wanted_lessons,
    wanted_procedures,
)
from assistant.evaluation.retrieval_bench import typed_as
from assistant.evaluation.scored import Scored, SectionText, score
from assistant.evaluation.scoring import share
from assistant.service import Assistant


def measure(
    assistant: Assistant,
    questions: Sequence[Question],
    typed: str = "plain",
    register: str = "standard",
    section_text: SectionText | None = None,
) -> dict[str, Any]:
    """Ask everything once and report.

    `typed` types all questions anew (`folded`, `typos`). `section_text` finds the words behind a
    citation's url; without it they are looked up in the assistant (`Probe.section`).
    """
    read = section_text or Probe(assistant).section
    scored = [score(one, ask(assistant, one, typed, register), read) for one in questions]
    return {
        "typed": typed,
        "register": register,
        **report(scored),
        "right_with_a_tap": share(
            one.right or right_after_a_tap(assistant, one, register, read) for one in scored
        ),
        "right_lesson_first": lesson_first(assistant, questions, typed, register),
    }


def ask(assistant: Assistant, question: Question, typed: str, register: str) -> Answer:
    """The answer to one question, typed in this way, with what was asked before it."""
    history = [typed_as(one, typed) for one in question.get("history") or ()]
    return assistant.ask(typed_as(question["question"], typed), register=register, history=history)


def right_after_a_tap(assistant: Assistant, one: Scored, register: str, read: SectionText) -> bool:
    """Whether a question back offers a choice that is answered rightly when it is tapped."""
    if one.answer.outcome != CLARIFY:
        return False
    history = [*(one.question.get("history") or ()), one.answer.question]
    wanted = {**one.question, "expect": "answer"}
    for choice in one.answer.choices:
        tapped = assistant.ask(choice, register=register, history=history)
        if tapped.outcome == ANSWERED and score(wanted, tapped, read).right:
            return True
    return False


def lesson_first(
    assistant: Assistant, questions: Sequence[Question], typed: str, register: str
) -> float | None:
    """The share of questions about lessons alone for which search finds a right lesson first."""
    first = []
    for one in questions:
        about_lesson = wanted_lessons(one) and not wanted_procedures(one) and not one.get("history")
        if about_lesson and expected(one) == ("answer",):
            found = Probe(assistant).found(typed_as(one["question"], typed), register)
            first.append(bool(found) and found[0] in wanted_lessons(one))
    return share(first)
