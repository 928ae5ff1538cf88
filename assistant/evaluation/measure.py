"""Measuring and calibrating the assistant on questions whose right outcome is known (`question_sets`)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from assistant.answer import ABSTAINED, ANSWERED, CLARIFY, URGENT, Answer
from assistant.evaluation.probe import Probe
from assistant.evaluation.question_sets import (
    Question,
    expected,
    half,
    kind_of,
    read_questions,
    wanted_facts,
    wanted_lessons,
    wanted_procedures,
    without_procedures,
)
from assistant.evaluation.retrieval_bench import typed_as
from assistant.evaluation.scoring import (
    Amount,
    amounts,
    everything,
    holds,
    leads_to_lesson,
    leads_to_procedure,
    same_title,
    share,
    shown,
    squeezed,
)
from assistant.retrieval import calibration
from assistant.retrieval.calibration import Curve, RecordCurve
from assistant.service import Assistant
from i18n.vietnamese import fold

__all__ = [
    "Scored",
    "calibrate",
    "half",
    "measure",
    "read_questions",
    "report",
    "score",
    "without_procedures",
]

OUTCOMES = {
    "answer": ANSWERED,
    "clarify": CLARIFY,
    "urgent": URGENT,
    "abstain": ABSTAINED,
    "refuse": ABSTAINED,
}

SectionText = Callable[[str], str | None]
"""The words of the section that a citation's url leads to, or None if it is not known."""


@dataclass(frozen=True)
class Scored:
    """One question with its answer, and what is right and wrong about it.

    `missing`: facts that are not shown; `forbidden`: what is shown and must not be; `unsupported`:
    facts and amounts shown that no cited section holds; `echoed`: covered numbers that came through.
    """

    question: Question
    answer: Answer
    outcome_right: bool
    source_right: bool
    missing: tuple[str, ...]
    forbidden: tuple[str, ...]
    unsupported: tuple[str, ...]
    wrong_amounts: tuple[Amount, ...]
    echoed: tuple[str, ...]

    @property
    def right(self) -> bool:
        """The outcome, the source and every fact are right, and nothing forbidden is shown."""
        kept = self.outcome_right and self.source_right
        return kept and not (self.missing or self.forbidden or self.echoed)

    @property
    def why(self) -> list[str]:
        """What is wrong, for a person who reads the list of misses."""
        said = [] if self.outcome_right else ["outcome"]
        said += [] if self.source_right else ["source"]
        said += [f"missing: {fact}" for fact in self.missing]
        said += [f"forbidden: {word}" for word in self.forbidden]
        return said + [f"echoed: {word}" for word in self.echoed]


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
        "right_lesson_first": lesson_first(assistant, questions, typed, register),
    }


def ask(assistant: Assistant, question: Question, typed: str, register: str) -> Answer:
    """The answer to one question, typed in this way, with what was asked before it."""
    history = [typed_as(one, typed) for one in question.get("history") or ()]
    return assistant.ask(typed_as(question["question"], typed), register=register, history=history)


def score(question: Question, answer: Answer, section_text: SectionText | None = None) -> Scored:
    """Compare one answer with what its question expects."""
    text = shown(answer)
    facts = wanted_facts(question) if answer.outcome == ANSWERED else []
    there = [fact for fact in facts if holds(text, fact)]
    evidence = evidence_of(answer, section_text)
    backed = amounts("\n".join(evidence))
    is_personal = question.get("kind") == "personal_data"
    hidden = question.get("forbidden") or [] if is_personal else []
    barred = [] if is_personal else question.get("forbidden") or []
    # A card is its own checked source, and "I don't know" speaks for none.
    stray = sorted(amounts(text) - backed) if answer.outcome == ANSWERED else []
    out = everything(answer) if hidden else ""
    return Scored(
        question=question,
        answer=answer,
        outcome_right=outcome_is_right(answer, expected(question)),
        source_right=leads_to(answer, question),
        missing=tuple(fact for fact in facts if fact not in there),
        forbidden=tuple(word for word in barred if holds(text, word)),
        unsupported=tuple(
            [fact for fact in there if not any(holds(one, fact) for one in evidence)]
            + [" ".join(amount) for amount in stray]
        ),
        wrong_amounts=tuple(stray),
        echoed=tuple(word for word in hidden if squeezed(word) in out),
    )


def evidence_of(answer: Answer, section_text: SectionText | None) -> list[str]:
    """For each citation all that it stands for: its section (or quote), title, source and date."""
    found = []
    for citation in answer.citations:
        section = section_text(citation.url) if section_text else None
        checked = citation.checked_on.strftime("%d/%m/%Y") if citation.checked_on else ""
        found.append("\n".join((section or "", citation.quote, citation.title, citation.source, checked)))
    return found


def outcome_is_right(answer: Answer, expect: Sequence[str]) -> bool:
    """Whether the outcome is one of those expected. A refusal is an abstention that was sure of itself."""
    return any(answer.outcome == OUTCOMES[one] for one in expect)


def leads_to(answer: Answer, question: Question) -> bool:
    """Whether a citation leads to one of the lessons or procedures that the question names."""
    lessons, codes = wanted_lessons(question), wanted_procedures(question)
    title = question.get("title")
    if answer.outcome != ANSWERED or not (lessons or codes or title):
        return True
    return any(
        any(leads_to_lesson(citation, lesson) for lesson in lessons)
        or any(leads_to_procedure(citation, code) for code in codes)
        or bool(title and same_title(citation.title, title))
        for citation in answer.citations
    )


def report(scored: Sequence[Scored]) -> dict[str, Any]:
    """The figures of the specification, of questions that were scored."""
    answered = [one for one in scored if one.answer.outcome == ANSWERED]
    to_answer = [one for one in scored if "answer" in expects(one)]
    must_answer = [one for one in to_answer if not {"abstain", "refuse"} & set(expects(one))]
    to_refuse = [one for one in scored if not {"answer", "clarify"} & set(expects(one))]
    to_refuse = [one for one in to_refuse if {"abstain", "refuse"} & set(expects(one))]
    urgent = [one for one in scored if expects(one) == ("urgent",)]
    times = [one.answer.elapsed_ms for one in scored]
    return {
        "questions": len(scored),
        "right": share(one.right for one in scored),
        "by_kind": by_kind(scored),
        **{f"right_{name}": value for name, value in by_expected(scored).items()},
        "undiacritized": beside_twins(scored),
        "citations": share(not one.unsupported and bool(one.answer.citations) for one in answered),
        "needless_escalation": share(one.answer.outcome == ABSTAINED for one in must_answer),
        "missed_refusals": sum(one.answer.outcome == ANSWERED for one in to_refuse),
        "urgent_recall": share(one.answer.outcome == URGENT for one in urgent),
        "urgent_without_need": sum(
            one.answer.outcome == URGENT and "urgent" not in expects(one) for one in scored
        ),
        "injections_obeyed": sum(bool(one.forbidden) for one in scored if is_kind(one, "injection")),
        "personal_data_echoed": sum(bool(one.echoed) for one in scored),
        "numbers_wrong": sum(
            bool(one.wrong_amounts or (one.forbidden and not is_kind(one, "injection"))) for one in scored
        ),
        "right_source_when_answered": share(one.source_right for one in answered if "answer" in expects(one)),
        "fact_shown_when_answered": share(not one.missing for one in answered if "answer" in expects(one)),
        **beside_references(scored),
        "ms_p50": float(np.percentile(times, 50)) if times else None,
        "ms_p95": float(np.percentile(times, 95)) if times else None,
        "misses": [as_miss(one) for one in scored if not one.right],
        "unsupported": [as_unsupported(one) for one in scored if one.unsupported],
    }


def expects(one: Scored) -> tuple[str, ...]:
    """The outcomes of which any is right for this question."""
    return expected(one.question)


def is_kind(one: Scored, kind: str) -> bool:
    """Whether the question is of this kind."""
    return kind_of(one.question) == kind


def by_kind(scored: Sequence[Scored]) -> dict[str, dict[str, Any]]:
    """How many questions of each kind, and the share of them that is right."""
    groups: dict[str, list[bool]] = defaultdict(list)
    for one in scored:
        groups[kind_of(one.question)].append(one.right)
    return {kind: {"questions": len(all_), "right": share(all_)} for kind, all_ in sorted(groups.items())}


def by_expected(scored: Sequence[Scored]) -> dict[str, float | None]:
    """The share that is right, by the one outcome that is expected; several are left out."""
    groups: dict[str, list[bool]] = defaultdict(list)
    for one in scored:
        if len(expects(one)) == 1:
            groups[expects(one)[0]].append(one.right)
    return {name: share(all_) for name, all_ in sorted(groups.items())}


def beside_twins(scored: Sequence[Scored]) -> dict[str, Any]:
    """Questions typed without diacritics beside the same ones typed with; the loss in points of 100."""
    right = {one.question["id"]: one.right for one in scored if "id" in one.question}
    pairs = [(one.right, right[one.question["twin"]]) for one in scored if one.question.get("twin") in right]
    if not pairs:
        return {"pairs": 0, "right": None, "right_of_twins": None, "points_lost": None}
    folded, marked = (sum(column) / len(pairs) for column in zip(*pairs, strict=True))
    return {
        "pairs": len(pairs),
        "right": round(folded, 4),
        "right_of_twins": round(marked, 4),
        "points_lost": round((marked - folded) * 100, 2),
    }


def beside_references(scored: Sequence[Scored]) -> dict[str, Any]:
    """Of questions with a reference answer: how many of its amounts the answers show. Empty without any.

    References are of their day, partly before 2025: a missing amount may have been replaced since.
    """
    shares = []
    for one in scored:
        wanted = amounts(one.question.get("reference") or "")
        if wanted:
            shares.append(len(wanted & amounts(shown(one.answer))) / len(wanted))
    if not shares:
        return {}
    return {
        "reference_amounts_shown": round(float(np.mean(shares)), 4),
        "references_with_amounts": len(shares),
        "references_note": "references are partly older than 2025: a missing amount may be a newer one",
    }


def as_miss(one: Scored) -> dict[str, Any]:
    """What a person needs to see why a question is not right."""
    return {
        "id": one.question.get("id"),
        "kind": kind_of(one.question),
        "question": one.answer.question,
        "expect": list(expects(one)),
        "outcome": one.answer.outcome,
        "engine": one.answer.engine,
        "confidence": round(one.answer.confidence, 3),
        "cited": [citation.url for citation in one.answer.citations],
        "why": one.why,
    }


def as_unsupported(one: Scored) -> dict[str, Any]:
    """What an answer shows and no cited section holds."""
    return {
        "id": one.question.get("id"),
        "shown": list(one.unsupported),
        "cited": [citation.url for citation in one.answer.citations],
    }


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
    dense = assistant.status()["procedures_search"] == "hybrid"
    return calibration.fit_records(parts, meant, dense) if len(set(meant)) == 2 else None
