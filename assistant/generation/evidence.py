"""The sentences of a passage, read, and on which of them a free sentence rests."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from i18n import tables
from i18n.vietnamese import sentences
from i18n.vietnamese.quantities import ADDRESS, CODE, DATE, WORD, Reading, Token, canonical, read

MOST_SENTENCES = 3
"""How many sentences of a passage one free sentence may draw together."""

ENOUGH, ENOUGH_MORE = 0.5, 1.5
"""What a first and a further sentence must give to the words and amounts of a free one; see `gain`."""

CLAUSE_ENDS = frozenset((",", ";", ":", ".", "!", "?", "…", "–", "—", "(", ")"))
_FUNCTION = frozenset(tables.words("rewriting", "function"))

COSTS = frozenset(tables.words("rewriting", "costs"))
"""Before an amount these only lead to it; elsewhere “mất” is “lost”."""

DENIALS = frozenset((*tables.words("rewriting", "denials"), ",", "."))

SAME = {
    word: group.split(" = ")[0]
    for group in tables.table("rewriting")["same"]["pairs"]
    for word in group.split(" = ")
}


@dataclass(frozen=True)
class Source:
    """One sentence of a passage, read."""

    text: str
    reading: Reading
    telling: frozenset[str]


@lru_cache(maxsize=256)
def read_passage(items: tuple[str, ...]) -> tuple[Source, ...]:
    """The sentences of a passage, read once."""
    found = dict.fromkeys(sentence for item in items for sentence in (item, *sentences(item)))
    return tuple(
        # A counted thing (“2 ảnh”) may be named elsewhere without its number.
        Source(sentence, read(sentence), frozenset(telling_words(read(sentence).tokens)))
        for sentence in found
        if len(sentences(sentence)) <= 1
    )


def same_words(text: str) -> str:
    """A sentence without the mark of a list and the mark at its end, for comparing word for word."""
    return re.sub(r"^[-•*+]\s+|^\d{1,2}[.)]\s+", "", canonical(text)).rstrip(" .!:;,").lower()


def telling(reading: Reading) -> frozenset[str]:
    """The telling words of a text outside its amounts; words for the same thing as one."""
    inside = places_of_amounts(reading)
    before = {one.start - 1 for one in reading.quantities}
    return frozenset(
        word
        for place, token in enumerate(reading.tokens)
        if place not in inside and not (place in before and token.form in COSTS)
        for word in telling_words((token,))
    )


def places_of_amounts(reading: Reading) -> set[int]:
    """The places of all numbers, their units and what bounds them."""
    return {place for one in reading.quantities for place in range(one.start, one.end)} | reading.bounded


def telling_words(tokens: Sequence[Token]) -> Iterator[str]:
    """The telling words of some tokens in order."""
    for token in tokens:
        if token.kind == WORD and token.form not in _FUNCTION and token.form not in DENIALS:
            yield SAME.get(token.form, token.form)
        elif token.kind in (CODE, ADDRESS, DATE):
            yield token.form


def supporting(said: Reading, sources: Sequence[Source]) -> tuple[Source, ...]:
    """The one to three sentences of a passage that share most with a sentence, best first.

    Amounts weigh three times as much as words. A further one must add two words or an amount.
    """
    missing = weights(said)
    chosen: list[Source] = []
    while missing and len(chosen) < MOST_SENTENCES:
        left = [one for one in sources if one not in chosen]
        best = max(left, key=lambda one: (gain(one, missing), -len(one.telling)), default=None)
        if best is None or gain(best, missing) < (ENOUGH_MORE if chosen else ENOUGH):
            break
        chosen.append(best)
        covered = {*best.telling, *(one.key for one in best.reading.quantities)}
        missing = {thing: weight for thing, weight in missing.items() if thing not in covered}
    return tuple(chosen)


def weights(reading: Reading) -> dict[object, int]:
    """How much each thing that a text names counts in finding where it rests."""
    things: dict[object, int] = dict.fromkeys(telling(reading), 1)
    return things | {one.key: 3 for one in reading.quantities}


def gain(source: Source, missing: dict[object, int]) -> float:
    """How much of what is missing a source sentence has; a little less for what it says besides."""
    things = {*source.telling, *(one.key for one in source.reading.quantities)}
    return sum(weight for thing, weight in missing.items() if thing in things) - 0.02 * len(things)


def holds(phrase: str, text: str) -> bool:
    """Whether whole words stand in a text in this order."""
    return f" {phrase} " in f" {text} "


def line_of(reading: Reading) -> str:
    """The forms of all tokens on one line."""
    return " ".join(token.form for token in reading.tokens)
