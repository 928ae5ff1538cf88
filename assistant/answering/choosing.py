"""Lessons or records: which of the two answers a question, and when to ask back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from assistant.answering.answer import Answer
from assistant.answering.extractive import has_amount
from assistant.answering.forms import (
    AMOUNT,
    DEFINITION,
    DOCUMENTS,
    FEE,
    FIELD_FORMS,
    HOW,
    PLACE,
    RESULT,
    SCAM,
    SHEET,
    TIME,
    WHO,
)
from assistant.answering.question import Question
from assistant.retrieval.records import RecordHit, RecordRanking
from i18n.vietnamese import fold

LESSON, RECORD, ASK_BACK, NEITHER = "lesson", "record", "ask_back", "neither"

CLEARLY_BETTER = 0.12
"""Sureness by which a lesson must be ahead of a record for a fee, a time or papers."""

AS_GOOD = 0.035
"""Records whose scores lie this close together are meant alike by the question."""

ALL_ASKED, WELL_CALLED, MOSTLY_TITLED, FAR_AHEAD = 0.85, 0.75, 0.6, 0.12
"""When a record is named so plainly that nothing else need be asked of it."""

CHOICES = 3

MUST_BE_SAID = ("phat",)
"""Words without marks that an answer on an amount must have if the question has them."""

ASKED_AGAIN = {
    FEE: "hết bao nhiêu tiền?",
    TIME: "mất bao lâu?",
    DOCUMENTS: "cần giấy tờ gì?",
    PLACE: "nộp ở đâu?",
    SHEET: "điền tờ khai nào?",
    WHO: "ai được làm?",
    RESULT: "nhận được gì?",
}
"""A choice is a whole question, so that tapping it needs nothing from before."""


@dataclass(frozen=True)
class Sureness:
    """How likely (0 to 1) the best lesson and the best record answer, and from when on they may."""

    lesson: float
    lesson_threshold: float
    record: float
    record_threshold: float

    @property
    def lesson_is_sure(self) -> bool:
        """Whether a lesson may answer."""
        return self.lesson >= self.lesson_threshold

    @property
    def record_is_sure(self) -> bool:
        """Whether a record may answer."""
        return self.record >= self.record_threshold


def choose(question: Question, alike: int, sure: Sureness) -> str:
    """Lesson, record, a question back, or neither. `alike`: how many records are meant alike.

    A fee, a time, papers or a place stand in a record's fields; how to do something on the phone, what a
    word means and what is a scam stand in lessons.
    """
    if not sure.record_is_sure:
        return LESSON if sure.lesson_is_sure else NEITHER
    wants_field = question.form in (*FIELD_FORMS, SHEET)
    if sure.lesson_is_sure and question.form in (DEFINITION, SCAM):
        return LESSON
    if sure.lesson_is_sure and not wants_field and sure.lesson >= sure.record - CLEARLY_BETTER:
        return LESSON
    if sure.lesson_is_sure and wants_field and sure.lesson > sure.record + CLEARLY_BETTER:
        return LESSON
    return ASK_BACK if alike > 1 else RECORD


def is_named(records: RecordRanking) -> bool:
    """Whether a question names one record and nothing else: by all its words, far before any other."""
    best = records.hits[0]
    whole = best.called >= WELL_CALLED or best.titled >= MOSTLY_TITLED
    return best.asked >= ALL_ASKED and whole and records.margin >= FAR_AHEAD


def meant_alike(
    records: RecordRanking, often: Callable[[int], bool], name: Callable[[int], str]
) -> tuple[RecordHit, ...]:
    """The first records, as far as the question does not tell them apart; the best one alone if it does.

    `often(number)`: whether people ask for a record often; then one that nobody asks for is not meant.
    `name(number)`: what it is called.
    """
    if not records.hits:
        return ()
    best = records.hits[0]
    close = [
        hit
        for hit in records.hits
        if hit.score >= best.score - AS_GOOD
        and hit.called == best.called
        and hit.asked >= best.asked - 0.05
        and often(hit.number) >= often(best.number)
    ]
    # The same thing at the commune, the province and the ministry is one thing to whoever asks.
    apart: dict[str, RecordHit] = {}
    for hit in close:
        apart.setdefault(name(hit.number).split(" (")[0], hit)
    return tuple(apart.values())[:CHOICES]


def says_all(question: Question, answer: Answer) -> bool:
    """Whether an answer speaks of the one thing without which it answers something else.

    A fine is no fee, and what one is paid is no fee either.
    """
    if question.form != AMOUNT:
        return True
    said = fold("\n".join((answer.text, *answer.steps)))
    wanted = [word for word in MUST_BE_SAID if word in fold(question.heard_as).split()]
    return has_amount(said) and all(word in said for word in wanted)


def choice_texts(titles: Sequence[str], form: str) -> tuple[str, ...]:
    """The choices to tap: each record's name with what was asked of it."""
    asked = ASKED_AGAIN.get(form, "làm thế nào?" if form == HOW else "")
    return tuple(dict.fromkeys(f"{title}: {asked}" if asked else title for title in titles))
