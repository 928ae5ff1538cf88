"""The weights: a question that turns on each, and whether other values answer more questions right."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from assistant import weights
from assistant.answer import Answer
from assistant.evaluation.measure import ask
from assistant.evaluation.probe import Probe
from assistant.evaluation.question_sets import Question
from assistant.evaluation.scored import score
from assistant.service import Assistant
from assistant.weights import Weight

BUILT_IN = ("records.commune", "records.citizen", "records.local", "records.often")
"""Weights that are built into the index of procedures: another value shows only after it was built again."""

STEPS = (0.7, 0.85, 1.15, 1.3)
"""What a weight is multiplied by in turn when it is fitted."""

Progress = Callable[[str, int, int], None]
"""Told how far it is: the weight's name, how many are done, how many there are."""


def fitted() -> list[Weight]:
    """The weights that change answers at once."""
    return [one for name, one in weights.load().items() if name not in BUILT_IN]


def turning(assistant: Assistant, questions: Sequence[Question], progress: Progress) -> dict[str, str]:
    """For each weight the first question whose answer is another one without it; "" where there is none."""
    usual = [_seen(ask(assistant, one, "plain", "standard")) for one in questions]
    found: dict[str, str] = {}
    every = fitted()
    for done, one in enumerate(every):
        progress(one.name, done, len(every))
        with weights.changed({one.name: one.without}):
            found[one.name] = next(_turned(assistant, questions, usual), "")
    return found


def _turned(assistant: Assistant, questions: Sequence[Question], usual: Sequence[object]) -> Iterator[str]:
    for question, seen in zip(questions, usual, strict=True):
        if _seen(ask(assistant, question, "plain", "standard")) != seen:
            yield " | ".join((*(question.get("history") or ()), question["question"]))


def _seen(answer: Answer) -> tuple[object, ...]:
    """What a person sees of an answer; a confidence alone is no difference."""
    cited = tuple(one.url for one in answer.citations)
    return answer.outcome, answer.text, answer.steps, answer.choices, cited


def fit(
    assistant: Assistant, questions: Sequence[Question], progress: Progress
) -> dict[str, tuple[float, float, int]]:
    """Other values that answer more of these questions right: name → (before, after, questions gained).

    One weight after the other, each kept before the next is tried. A gain of one question in hundreds is
    chance: look at what is gained and lost before a value is written down.
    """
    section = Probe(assistant).section
    best = _right(assistant, questions, section)
    changes: dict[str, float] = {}
    gained: dict[str, tuple[float, float, int]] = {}
    every = fitted()
    for done, one in enumerate(every):
        progress(one.name, done, len(every))
        before = best
        for value in (one.value * step for step in STEPS):
            with weights.changed({**changes, one.name: value}):
                right = _right(assistant, questions, section)
            if right > best:
                best, changes[one.name] = right, value
        if best > before:
            gained[one.name] = (one.value, round(changes[one.name], 4), best - before)
    return gained


def _right(assistant: Assistant, questions: Sequence[Question], section: Callable[[str], str]) -> int:
    return sum(score(one, ask(assistant, one, "plain", "standard"), section).right for one in questions)
