"""Fitting "I don't know" on questions whose right outcome is known."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.evaluation.probe import Probe
from assistant.evaluation.question_sets import Question, expected, wanted_procedures, without_procedures
from assistant.evaluation.retrieval_bench import typed_as
from assistant.retrieval import calibration
from assistant.retrieval.calibration import Curve, RecordCurve
from assistant.service import Assistant
from i18n.vietnamese import fold


def calibrate(assistant: Assistant, questions: Sequence[Question]) -> dict[str, Curve | RecordCurve]:
    """Curves for questions typed with diacritics and without, from questions to answer or to abstain.

    One pair is for lessons, one for procedures where some were imported ("records_…"). Questions that
    come without diacritics are left out: the folded curves type every other question so.
    """
    usable = [one for one in questions if teaches(one) and fold(one["question"]) != one["question"].lower()]
    curves: dict[str, Curve | RecordCurve] = {}
    for name, typed in ((calibration.MARKED, "plain"), (calibration.FOLDED, "folded")):
        curves[name] = lesson_curve(assistant, usable, typed)
        of_records = record_curve(assistant, usable, typed)
        if of_records is not None:
            curves[f"records_{name}"] = of_records
    return curves


def teaches(question: Question) -> bool:
    """Whether search must find what this question is about, or must find that there is nothing.

    What is refused before any search teaches nothing, nor does what tries to mislead.
    """
    if question.get("kind") in ("injection", "personal_data"):
        return False
    outcomes = set(expected(question))
    return outcomes == {"answer"} or {"abstain"} <= outcomes <= {"abstain", "refuse"}


def lesson_curve(assistant: Assistant, questions: Sequence[Question], typed: str) -> Curve:
    """The curve for lessons. A follow-up means nothing alone; what only a record holds tells nothing here."""
    asked = [one for one in without_procedures(questions) if not one.get("history")]
    evidence = [Probe(assistant).evidence(typed_as(one["question"], typed)) for one in asked]
    return calibration.fit(evidence, [expected(one) == ("answer",) for one in asked])


def record_curve(assistant: Assistant, questions: Sequence[Question], typed: str) -> RecordCurve | None:
    """The curve for records: is the first one found the one that is meant? None where there are none.

    Only questions that were written with records in mind have a kind; what a lesson answers, or what no
    lesson answers, may well stand in a record.
    """
    parts, meant = [], []
    for one in questions:
        history = [typed_as(earlier, typed) for earlier in one.get("history") or ()]
        found, codes = Probe(assistant).record_evidence(typed_as(one["question"], typed), history)
        wanted = wanted_procedures(one)
        if not codes or not one.get("kind") or (not wanted and expected(one) == ("answer",)):
            continue
        parts.append(found)
        meant.append(Probe(assistant).same_name(codes[0], wanted))
    return calibration.fit_records(parts, meant) if len(set(meant)) == 2 else None
