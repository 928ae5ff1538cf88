"""Measuring and calibrating the assistant on questions whose right outcome is known.

One object a line: {"id", "question", "expect": answer|abstain|urgent|refuse}, and for an answer the
"lesson" it must cite ("course/lesson", or several) and the "fact" it must show ("this|or this").
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from assistant.answering.answer import ANSWERED, CLARIFY, URGENT, Answer
from assistant.retrieval import calibration
from assistant.retrieval.bench import BenchError, read_lines, typed_as
from assistant.retrieval.calibration import Curve
from assistant.service import Assistant
from i18n.vietnamese import nfc

EXPECTED = ("answer", "abstain", "urgent", "refuse")


def read_questions(path: Path) -> list[dict[str, Any]]:
    """The questions of a file. Raises BenchError for a line that is not one."""
    questions = read_lines(path)
    for number, one in enumerate(questions, 1):
        if not isinstance(one.get("question"), str) or one.get("expect") not in EXPECTED:
            raise BenchError(
                f"{path}, question {number}: needs “question”, and “expect” as one of {EXPECTED}"
            )
    return questions


def half(questions: Iterable[dict[str, Any]], held_out: bool) -> list[dict[str, Any]]:
    """One half of the questions, the same one always: to tune on, or held out."""
    return [
        one for one in questions if (hashlib.sha256(str(one["id"]).encode()).digest()[0] % 2 == 1) == held_out
    ]


def measure(
    assistant: Assistant,
    questions: Sequence[dict[str, Any]],
    typed: str = "plain",
    register: str = "standard",
) -> dict[str, Any]:
    """Shares of right outcomes by kind, of right lessons and true quotes, and times in milliseconds."""
    asked: Counter[str] = Counter()
    right: Counter[str] = Counter()
    times, misses, lessons, facts, first = [], [], [], [], []
    for one in questions:
        answer = assistant.ask(typed_as(one["question"], typed), register=register)
        expect = one["expect"]
        asked[expect] += 1
        is_right = outcome_is_right(answer, expect) and leads_to(answer, one) and holds_fact(answer, one)
        right[expect] += is_right
        if not is_right:
            got = {"outcome": answer.outcome, "confidence": round(answer.confidence, 3)}
            places = [citation.url for citation in answer.citations]
            misses.append(
                {"id": one["id"], "question": answer.question, "expect": expect, **got, "cited": places}
            )
        if answer.outcome == ANSWERED and expect == "answer":
            lessons.append(leads_to(answer, one))
            facts.append(holds_fact(answer, one))
        if expect == "answer" and one.get("lesson"):
            found = assistant.found(typed_as(one["question"], typed), register)
            first.append(bool(found) and found[0] in wanted_lessons(one))
        times.append(answer.elapsed_ms)
    return {
        "typed": typed,
        "register": register,
        "questions": len(questions),
        "right": round(sum(right.values()) / max(1, len(questions)), 4),
        **{f"right_{kind}": round(right[kind] / count, 4) for kind, count in sorted(asked.items())},
        "right_lesson_first": round(float(np.mean(first)), 4) if first else None,
        "right_lesson_when_answered": round(float(np.mean(lessons)), 4) if lessons else None,
        "fact_shown_when_answered": round(float(np.mean(facts)), 4) if facts else None,
        "ms_p50": float(np.percentile(times, 50)),
        "ms_p95": float(np.percentile(times, 95)),
        "misses": misses,
    }


def outcome_is_right(answer: Answer, expect: str) -> bool:
    """Whether the outcome is the one expected. A refusal is an abstention that was sure of itself."""
    if expect == "answer":
        return answer.outcome == ANSWERED
    if expect == "urgent":
        return answer.outcome == URGENT
    return answer.outcome not in (ANSWERED, URGENT, CLARIFY)


def leads_to(answer: Answer, question: dict[str, Any]) -> bool:
    """Whether a citation leads into the lesson that the question names (several: any of them)."""
    lessons = wanted_lessons(question)
    if not lessons or answer.outcome != ANSWERED:
        return True
    places = [citation.url.split("#")[0] for citation in answer.citations]
    return any(place == f"/hoc/{lesson}" for place in places for lesson in lessons)


def wanted_lessons(question: dict[str, Any]) -> list[str]:
    """The lessons that hold the answer, as the question names them: none, one or several."""
    wanted = question.get("lesson") or []
    return [wanted] if isinstance(wanted, str) else list(wanted)


def holds_fact(answer: Answer, question: dict[str, Any]) -> bool:
    """Whether the words that must be in the answer are shown, in one of their wordings."""
    facts = question.get("fact", "")
    if not facts or answer.outcome != ANSWERED:
        return True
    shown = nfc(" ".join((answer.text, *answer.steps))).lower()
    return any(nfc(fact).lower() in shown for fact in facts.split("|"))


def calibrate(assistant: Assistant, questions: Sequence[dict[str, Any]]) -> dict[str, Curve]:
    """Curves for questions typed with diacritics and without, from questions to answer or to abstain."""
    usable = [one for one in questions if one["expect"] in ("answer", "abstain")]
    curves = {}
    for name, typed in ((calibration.MARKED, "plain"), (calibration.FOLDED, "folded")):
        evidence = [assistant.evidence(typed_as(one["question"], typed)) for one in usable]
        curves[name] = calibration.fit(evidence, [one["expect"] == "answer" for one in usable])
    return curves
