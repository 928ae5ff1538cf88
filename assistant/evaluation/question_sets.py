"""Files of questions whose right outcome is known: our own, and two that others wrote, read as ours.

Our own, one object a line:

    id, question        required ("id" only where a half is taken)
    expect              answer | clarify | abstain | urgent | refuse, or a list: any of them is right
    kind                clear, undiacritized, dialect, … : what the report is grouped by
    procedure, lesson   "1.004194", "course/lesson", or lists: a citation must lead to one of them all
    facts               each must be shown; "7.000 đồng|7.000 đ": in either wording (older: one "fact")
    forbidden           must not be shown: a wrong number, what an injected text orders, a covered number
    must_not            would harm if shown: the fee of the neighbouring case, an unsafe step
    parts               of a compound question: [{"about", "facts", "expect", "source"}]; each is shown, or
                        is named as left open (those without facts must be)
    warning             true: a warning must come first, alone or above an answer; false: none may
    history             earlier questions of the conversation, oldest first
    twin                id of the same question typed with diacritics, or of one that differs in a word
    premise, truth      what the question takes for granted and is not so, and how it is
    title, reference    of a portal question: the procedure's name, and the answer that was given then
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from assistant.evaluation.retrieval_bench import BenchError, read_lines

EXPECTED = ("answer", "clarify", "abstain", "urgent", "refuse")
LISTS = ("facts", "forbidden", "must_not", "history")
SEEN = "seen.txt"
"""Beside the questions: ids of the held-out half that somebody who tunes has read, one a line."""
TUNE = "tune"

Question = dict[str, Any]


def read_questions(path: Path) -> list[Question]:
    """The questions of a file. Raises BenchError for a line that is not one."""
    questions = [read_as_ours(one, number) for number, one in enumerate(read_lines(path), 1)]
    for number, one in enumerate(questions, 1):
        problem = what_is_wrong(one)
        if problem:
            raise BenchError(f"{path}, question {number}: {problem}")
    return questions


def read_as_ours(one: Question, number: int) -> Question:
    """A question in our fields, whichever of the three formats it came in."""
    if "reference_answer" in one:
        return from_portal(one, number)
    return from_handwritten(one) if "gold_procedure_id" in one else one


def from_portal(one: Question, number: int) -> Question:
    """A portal question: the right procedure is known by its name alone, the answer is of its day."""
    return {
        "id": f"portal-{number:03d}",
        "kind": "portal",
        "question": one["question"],
        "expect": "answer",
        "title": one.get("expected_procedure_title") or "",
        "reference": one["reference_answer"],
    }


def from_handwritten(one: Question) -> Question:
    """A question of the handwritten set. Its numbers stand without a unit ("20.000").

    `out_of_kb` was judged for a catalogue of the police alone; the national one holds these procedures,
    so an answer is expected. A refusal may also be an urgent card: both send the person to somebody.
    """
    answered = one.get("expect") == "answer" or one.get("kind") == "out_of_kb"
    return {
        "id": one["id"],
        "kind": one.get("kind", "handwritten"),
        "question": one["question"],
        "expect": "answer" if answered else ["abstain", "refuse", "urgent"],
        **({"procedure": one["gold_procedure_id"]} if one.get("gold_procedure_id") else {}),
        "facts": list(one.get("expected_values") or []),
    }


def what_is_wrong(one: Question) -> str:
    """Why this is not a question, in one sentence, or nothing."""
    if not isinstance(one.get("question"), str):
        return "needs “question”"
    if not expected(one) or not set(expected(one)) <= set(EXPECTED):
        return f"needs “expect” as one or several of {EXPECTED}"
    for name in LISTS:
        if not all(isinstance(value, str) for value in one.get(name) or []):
            return f"“{name}” is a list of texts"
        if isinstance(one.get(name), str):
            return f"“{name}” is a list of texts, not one text"
    if one.get("warning") not in (None, True, False):
        return "“warning” is true or false"
    return "" if all(map(is_part, one.get("parts") or ())) else "a part needs “about”, and “facts” as a list"


def is_part(value: Any) -> bool:
    """Whether this is a part of a compound question: what it is about, and facts that must be shown."""
    if not isinstance(value, dict) or not isinstance(value.get("about"), str):
        return False
    facts = value.get("facts") or []
    return isinstance(facts, list) and all(isinstance(one, str) for one in facts)


def expected(question: Question) -> tuple[str, ...]:
    """The outcomes of which any is right."""
    return several(question.get("expect"))


def wanted_lessons(question: Question) -> list[str]:
    """The lessons that hold the answer, as the question names them: none, one or several."""
    return list(several(question.get("lesson")))


def wanted_procedures(question: Question) -> list[str]:
    """The codes of the procedures that hold the answer: none, one or several."""
    return list(several(question.get("procedure")))


def wanted_facts(question: Question) -> list[str]:
    """The facts that must be shown, each with its wordings; the older single "fact" counts as one."""
    return list(several(question.get("facts"))) + list(several(question.get("fact")))


def wanted_parts(question: Question) -> list[dict[str, Any]]:
    """The parts of a compound question, of which none may be passed over in silence."""
    return list(question.get("parts") or ())


def several(value: Any) -> tuple[str, ...]:
    """None, one text or a list of texts, as a tuple."""
    if not value:
        return ()
    return (value,) if isinstance(value, str) else tuple(value)


def kind_of(question: Question) -> str:
    """What the question is counted under."""
    return question.get("kind") or "_or_".join(expected(question))


def half(questions: Iterable[Question], held_out: bool, seen: frozenset[str] = frozenset()) -> list[Question]:
    """One half of the questions, the same one always: to tune on, or held out but for those in `seen`."""
    return [one for one in questions if is_held_out(one) == held_out and not (held_out and one["id"] in seen)]


def is_held_out(question: Question) -> bool:
    """Whether it is of the half that nobody who tunes reads; `half: tune` in a question says it is not."""
    if question.get("half") == TUNE:
        return False
    return hashlib.sha256(str(question["id"]).encode()).digest()[0] % 2 == 1


def seen_ids(questions: Path) -> frozenset[str]:
    """Ids of the held-out half that count no longer, from the list beside a file of questions, if any."""
    path = questions.parent / SEEN
    lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
    return frozenset(line.split("#")[0].strip() for line in lines) - {""}


def without_procedures(questions: Iterable[Question]) -> list[Question]:
    """The questions that can be answered, or rightly not be answered, where no procedure was imported."""
    return [one for one in questions if not wanted_procedures(one) or wanted_lessons(one)]
