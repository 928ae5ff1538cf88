"""Lessons or records: which of the two answers a question, and when to ask back."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from assistant.answer import ANSWERED, Answer
from assistant.retrieval.record_hits import RecordHit, RecordRanking
from assistant.understanding.intents import (
    AMOUNT,
    DEADLINE,
    DEFINITION,
    FEE,
    FIELD_INTENTS,
    SCAM,
    SHEET,
    TIME,
    WHO,
    as_asked_in_the_north,
    has_amount,
)
from assistant.understanding.query import Query, asks_for
from assistant.weights import weight
from i18n.tables import names, table, words
from i18n.vietnamese import fold
from i18n.vietnamese.phrase_patterns import listed

LESSON, RECORD, ASK_BACK, NEITHER = "lesson", "record", "ask_back", "neither"

CHOICES = 3

MUST_BE_SAID = tuple(map(fold, words("answers", "must_be_said")))
"""Words without marks that an answer on an amount must have if the question has them."""

_MUST_HOLD = (
    (listed("answers", "asks_for_telephone"), re.compile(r"\b1\d{2,3}\b|\d{6,}|\d{3}[ .]\d{3}")),
    (listed("answers", "asks_for_validity"), listed("answers", "validity")),
    (
        listed("answers", "asks_for_hours"),
        re.compile(rf"\d ?(?:gio|h)\b|{listed('answers', 'weekday').pattern}"),
    ),
)
"""What is asked for, and what an answer to it holds, both without marks."""

NUMBER_OF = (FEE, TIME, DEADLINE)
"""What is answered with a number of its own kind, or not at all."""

_SHARE = "%"
_COUNTED = {one: rf"(?:phan tram|{_SHARE})" if one in ("phan", _SHARE) else rf"{re.escape(one)}\b"
            for one in map(fold, words("answers", "counted"))}  # fmt: skip
_HOW_MANY = re.compile(rf"\b(?:bao nhieu|may) ({'|'.join(map(re.escape, _COUNTED))})(?!\w)")
_SOME = r"(?:\d|\b(?:mot|hai|ba|bon|nam|sau|bay|tam|chin|muoi))[)\s]*(?:\(\w+\) ?)?"

_OF_ANOTHER_KIND = frozenset((*FIELD_INTENTS, SHEET)) - {WHO}
"""Fields that are told without the number of what is counted beside them."""

_COST, _PAID, _SPAN = (listed("answers", name) for name in ("cost", "paid", "span"))
_HOW = listed("intents", "how")
_A_SPAN = re.compile(r"\d ?(?:ngay|gio|h\b|phut|thang|nam|tuan|giay)|\d{1,2}/\d{1,2}")

_AGAIN = {name: table("intents")[name].get("again", "") for name in names("intents")}
"""By intent, what is asked again of a record that is chosen: tapping it needs nothing from before."""

MOST_AGAIN, LAST_WORDS = 3, 12
"""Fields that are asked again of what is tapped; words of a sentence of no field that is."""

_LAST_SENTENCE = re.compile(r"[.!?;:,\n]\s+")


@dataclass(frozen=True)
class Sureness:
    """How likely (0 to 1) the best lesson and the best record answer, and from when on they may.

    `spoken_of`: the share (0 to 1) of what the question is about that the best section speaks of;
    `of_the_case`: whether it speaks of the case that was asked of (lost, extended).
    """

    lesson: float
    lesson_threshold: float
    record: float
    record_threshold: float
    spoken_of: float = 1.0
    of_the_case: bool = True

    @property
    def lesson_is_sure(self) -> bool:
        """Whether a lesson may answer."""
        return self.lesson >= self.lesson_threshold

    @property
    def record_is_sure(self) -> bool:
        """Whether a record may answer."""
        return self.record >= self.record_threshold


def choose(query: Query, tied: int, sure: Sureness) -> str:
    """Lesson, record, a question back, or neither. `tied`: how many records the question does not tell apart.

    A fee, a time, papers or a place stand in a record's fields; how to do something on the phone, what a
    word means and what is a scam stand in lessons.
    """
    if not sure.record_is_sure:
        return LESSON if sure.lesson_is_sure else NEITHER
    wants_field = query.intent in (*FIELD_INTENTS, SHEET)
    if query.intent in (*FIELD_INTENTS, SHEET, DEADLINE) and sure.spoken_of < weight("choice.spoken_of"):
        # "nộp trực tiếp hết bao nhiêu tiền" stands in many lessons, and the passport in none of them.
        return ASK_BACK if tied > 1 else RECORD
    if not sure.of_the_case or sure.spoken_of < weight("choice.hardly_spoken_of"):
        return ASK_BACK if tied > 1 else RECORD
    if sure.lesson_is_sure and query.intent in (DEFINITION, SCAM):
        return LESSON
    if (
        sure.lesson_is_sure
        and not wants_field
        and sure.lesson >= sure.record - weight("choice.clearly_better")
    ):
        return LESSON
    if sure.lesson_is_sure and wants_field and sure.lesson > sure.record + weight("choice.clearly_better"):
        return LESSON
    return ASK_BACK if tied > 1 else RECORD


def is_named(records: RecordRanking) -> bool:
    """Whether a question names one record and nothing else: by all its words, far before any other."""
    best = records.hits[0]
    whole = best.called >= weight("choice.well_called") or best.titled >= weight("choice.mostly_titled")
    return best.asked >= weight("choice.all_asked") and whole and records.share >= weight("choice.far_ahead")


def tied_records(
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
        if hit.share >= best.share * weight("records.as_good")
        and hit.called == best.called
        and hit.asked >= best.asked - 0.05
        and often(hit.number) >= often(best.number)
    ]
    # The same thing at the commune, the province and the ministry is one thing to whoever asks.
    apart: dict[str, RecordHit] = {}
    for hit in close:
        apart.setdefault(name(hit.number).split(" (")[0], hit)
    return tuple(apart.values())[:CHOICES]


def says_all(query: Query, answer: Answer) -> bool:
    """Whether an answer speaks of the one thing without which it answers something else.

    A fine is no fee, and what one is paid is no fee either; a telephone number has digits.
    """
    if answer.outcome != ANSWERED:
        return True
    said = fold("\n".join((answer.text, *answer.steps)))
    heard = fold(query.heard_as)
    if any(asks.search(heard) and not holds.search(said) for asks, holds in _MUST_HOLD):
        return False
    if query.intent in NUMBER_OF and not _HOW.search(as_asked_in_the_north(fold(query.typed))):
        return has_number_for(query.intent, said)
    if query.intent not in _OF_ANOTHER_KIND and not counts_what_is_asked(heard, said):
        return False
    if query.intent != AMOUNT:
        return True
    wanted = [word for word in MUST_BE_SAID if word in heard.split()]
    return has_amount(said) and _PAID.search(said) is not None and all(word in said for word in wanted)


def counts_what_is_asked(heard: str, said: str) -> bool:
    """Whether an answer has a number of each thing of which was asked how many; both without marks.

    "Dài bao nhiêu mét" is not answered by an address with a number in it.
    """
    return all(re.search(_SOME + _COUNTED[unit], said) for unit in _HOW_MANY.findall(heard))


def has_number_for(intent: str, said: str) -> bool:
    """Whether a text without marks holds a number of the kind that was asked for, or says there is none."""
    if intent == FEE:
        return has_amount(said) or _COST.search(said) is not None
    return _A_SPAN.search(said) is not None or _SPAN.search(said) is not None


def again(query: Query) -> str:
    """What a choice asks of the record that is tapped: all that was asked for, so that nothing is lost.

    "mất bao lâu, điền tờ khai nào?"; what is no field is asked in its own words, if they are few.
    """
    fields = [_AGAIN[name].rstrip("?") for name in query.wants if _AGAIN.get(name)]
    if fields:
        return ", ".join(fields[:MOST_AGAIN]) + "?"
    last = _LAST_SENTENCE.split(query.heard_as)[-1].strip(" ?.!,")
    is_short = 1 < len(last.split()) <= LAST_WORDS
    return f"{last}?" if is_short and asks_for(last) else ""


def choice_texts(titles: Sequence[str], query: Query) -> tuple[str, ...]:
    """The choices to tap: each record's name with what was asked of it."""
    asked = again(query)
    return tuple(dict.fromkeys(f"{title}: {asked}" if asked else title for title in titles))
