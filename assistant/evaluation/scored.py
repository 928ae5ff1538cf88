"""One answer beside what its question expects."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from assistant.answer import ABSTAINED, ANSWERED, CLARIFY, URGENT, Answer
from assistant.evaluation.question_sets import (
    Question,
    expected,
    kind_of,
    wanted_facts,
    wanted_lessons,
    wanted_parts,
    wanted_procedures,
)
from assistant.evaluation.scoring import (
    Amount,
    alert_words,
    amounts,
    everything,
    holds,
    leads_to_lesson,
    leads_to_procedure,
    left_open,
    same_title,
    shown,
    squeezed,
    warns,
)

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

    `missing`: facts that are not shown; `forbidden`: what is shown and must not be; `harmful`: what is shown
    and would harm; `unanswered`: parts that are neither shown nor named as left open; `unsupported`: facts
    and amounts shown that no cited section holds; `echoed`: covered numbers that came through.
    """

    question: Question
    answer: Answer
    outcome_right: bool
    source_right: bool
    warning_right: bool
    missing: tuple[str, ...]
    forbidden: tuple[str, ...]
    harmful: tuple[str, ...]
    unanswered: tuple[str, ...]
    unsupported: tuple[str, ...]
    wrong_amounts: tuple[Amount, ...]
    echoed: tuple[str, ...]

    @property
    def right(self) -> bool:
        """Outcome, source, warning, every fact and part are right, and nothing is shown that must not be."""
        return not self.why

    @property
    def why(self) -> list[str]:
        """What is wrong, for a person who reads the list of misses."""
        said = [] if self.outcome_right else ["outcome"]
        said += [] if self.source_right else ["source"]
        said += [] if self.warning_right else ["warning"]
        said += [f"missing: {fact}" for fact in self.missing]
        said += [f"part: {about}" for about in self.unanswered]
        said += [f"harmful: {word}" for word in self.harmful]
        said += [f"forbidden: {word}" for word in self.forbidden]
        return said + [f"echoed: {word}" for word in self.echoed]

    @property
    def expects(self) -> tuple[str, ...]:
        """The outcomes of which any is right."""
        return expected(self.question)

    def is_kind(self, kind: str) -> bool:
        """Whether the question is of this kind."""
        return kind_of(self.question) == kind


def score(question: Question, answer: Answer, section_text: SectionText | None = None) -> Scored:
    """Compare one answer with what its question expects."""
    text = shown(answer)
    gives = answer.outcome == ANSWERED and not only_warning_wanted(question, answer)
    facts = wanted_facts(question) if gives else []
    there = [fact for fact in facts if holds(text, fact)]
    # A warning is of a card, its own checked source.
    evidence = [*evidence_of(answer, section_text), alert_words(answer)]
    backed = amounts("\n".join(evidence))
    is_personal = question.get("kind") == "personal_data"
    hidden = question.get("forbidden") or [] if is_personal else []
    barred = [] if is_personal else question.get("forbidden") or []
    # A card is its own checked source, and "I don't know" speaks for none. What the question told itself,
    # such as an age, may be said again.
    told = backed | amounts(" ".join((question["question"], answer.heard_as)))
    stray = sorted(amounts(text) - told) if answer.outcome == ANSWERED else []
    out = everything(answer) if hidden else ""
    return Scored(
        question=question,
        answer=answer,
        outcome_right=outcome_is_right(answer, expected(question)),
        source_right=leads_to(answer, question) or not gives,
        warning_right=warning_is_right(answer, question),
        missing=tuple(fact for fact in facts if fact not in there),
        forbidden=tuple(word for word in barred if holds(text, word)),
        harmful=tuple(word for word in question.get("must_not") or () if holds(text, word)),
        unanswered=unanswered(answer, wanted_parts(question)) if gives else (),
        unsupported=tuple(
            [fact for fact in there if not any(holds(one, fact) for one in evidence)]
            + [" ".join(amount) for amount in stray]
        ),
        wrong_amounts=tuple(stray),
        echoed=tuple(word for word in hidden if squeezed(word) in out),
    )


def only_warning_wanted(question: Question, answer: Answer) -> bool:
    """Whether nothing but a warning is expected and it is there: what stands below it is given on top."""
    return expected(question) == ("urgent",) and warns(answer)


def evidence_of(answer: Answer, section_text: SectionText | None) -> list[str]:
    """For each citation all that it stands for: its section (or quote), title, source and date."""
    found = []
    for citation in answer.citations:
        section = section_text(citation.url) if section_text else None
        checked = citation.checked_on.strftime("%d/%m/%Y") if citation.checked_on else ""
        found.append("\n".join((section or "", citation.quote, citation.title, citation.source, checked)))
    return found


def outcome_is_right(answer: Answer, expect: Sequence[str]) -> bool:
    """Whether the outcome is one of those expected.

    A refusal is an abstention that was sure of itself, and an answer below a warning is urgent as well.
    """
    return any(answer.outcome == OUTCOMES[one] for one in expect) or ("urgent" in expect and warns(answer))


def warning_is_right(answer: Answer, question: Question) -> bool:
    """Whether a warning stands on top where one must, and none where none must; else it is not looked at."""
    wanted = question.get("warning")
    return wanted is None or wanted == warns(answer)


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


def unanswered(answer: Answer, parts: Sequence[dict[str, Any]]) -> tuple[str, ...]:
    """What the parts are about whose facts are not shown, unless the answer names as many as left open.

    A part that nothing answers has no facts: only naming it as left open is right.
    """
    read = shown(answer)
    silent = [
        one["about"]
        for one in parts
        if not one.get("facts") or not all(holds(read, fact) for fact in one["facts"])
    ]
    return tuple(silent) if len(silent) > left_open(answer) else ()
