"""Patterns that began again at every letter of a run, and do so no more; and those that may, with a bound."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import pytest

from tests.house.patterns import every_pattern, worst_texts
from tests.house.test_worst_input import CPU_SECONDS, as_used
from tests.worst import at_best, no_collecting, spent

SHORT, LONG = 500, 4000
FASTER = 20
"""Times as much as a text of SHORT letters that one of LONG costs; 8 where each letter is read once, 64
where it is read again from every letter before it."""
NOISE = 0.012
"""CPU seconds under which nothing is told."""

READ_ONCE = (
    "i18n.vietnamese.quantities._PIECE",
    "assistant.understanding.intents._AMOUNT",
    "assistant.understanding.intents._SUM",
    "assistant.understanding.intents._DURATION",
    "assistant.procedures.answers.fields._NUMBER",
    "assistant.procedures.answers.durations._SPAN",
    "assistant.generation.cited_sentences._LEADING",
    "assistant.generation.cited_sentences._NUMBERS",
    "assistant.understanding.privacy._LICENCE",
    "assistant.generation.prompt._MARKERS",
    "assistant.generation.support._MARKUP",
    "assistant.documents.html._MARKDOWN_HEADING",
    "assistant.documents.html._MARKDOWN_LINK",
    "assistant.documents.pdf._NUMBER_FIRST",
    "assistant.documents.pdf._NUMBER_LAST",
    "assistant.documents.pdf._PAGE_NUMBER",
    "assistant.procedures.reading.fees._MONEY",
    "assistant.procedures.reading.fees._SEGMENT",
    "assistant.procedures.reading.record_text._BLANK_OTHER",
    "assistant.procedures.reading.record_text._LAW_NUMBER",
    "courses.rendering.quote._TOKEN",
    "courses.checking.lesson_text._WEB",
    "i18n.plain.clauses._MAIN_CONNECTIVE",
    "i18n.plain.sentence_cuts._AND",
    "i18n.plain.office_sentence_cuts._DURATION",
    "assistant.procedures.reading.flags._NUMBER",
    "lms.classes.roster._QUOTED",
)
"""What reads words of people, documents and records, and costs as much as these are long."""


@dataclass(frozen=True)
class Bounded:
    """Why a pattern may grow faster than its text: it is given no more letters than these."""

    letters: int
    why: str


SENTENCE = Bounded(2000, "a sentence that is rewritten; longer ones stay as they are (rewriting._LONGEST)")
GROWS = {
    "i18n.plain.sentence_cuts._ASIDE": SENTENCE,
}


@cache
def named() -> dict[str, re.Pattern[str]]:
    """Name → pattern."""
    return {name: pattern for pattern, name in every_pattern().items()}


def grows(pattern: re.Pattern[str], call: Callable[[str], object]) -> bool:
    """Whether some text costs much more than its share when it is longer."""
    with no_collecting():
        return any(
            spent(lambda text=long: call(text), CPU_SECONDS) >= NOISE and _costs_more(call, short, long)
            for short, long in zip(worst_texts(pattern, SHORT), worst_texts(pattern, LONG), strict=True)
        )


def _costs_more(call: Callable[[str], object], short: str, long: str) -> bool:
    """Tried a few times: what else the machine does makes neither cheaper."""
    small = min(spent(lambda: [call(short) for _ in range(4)], 4 * CPU_SECONDS) / 4 for _ in range(3))
    large = min(spent(lambda: call(long), CPU_SECONDS) for _ in range(4))
    return large >= NOISE and large > FASTER * small


@pytest.mark.parametrize("name", READ_ONCE)
def test_twice_the_text_costs_about_twice(name):
    assert not grows(named()[name], as_used(named()[name], name))


@pytest.mark.parametrize("name", GROWS)
def test_what_may_grow_still_does_and_costs_little_at_its_bound(name):
    pattern = named()[name]
    call = as_used(pattern, name)
    texts = worst_texts(pattern, GROWS[name].letters)
    assert max(at_best(lambda text=text: call(text), CPU_SECONDS) for text in texts) <= CPU_SECONDS
    assert grows(pattern, call), f"{name} grows no more: take it off the list"


def test_a_pattern_that_begins_again_at_every_letter_is_found():
    bad = re.compile(r"\d+x")
    assert grows(bad, lambda text: bad.sub("", text))
    good = re.compile(r"(?<!\d)\d++x")
    assert not grows(good, lambda text: good.sub("", text))
