"""Amounts that the sources do not have, bound otherwise, or give for another case."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assistant.generation.evidence import CLAUSE_ENDS, COSTS, Source, holds, telling_words
from i18n import tables
from i18n.vietnamese.quantities import MARK, Quantity, Reading, Token

_SEGMENT_ENDS = CLAUSE_ENDS - {":"}
_LINKS = frozenset(tables.words("rewriting", "links"))

HEADS = frozenset(tables.words("rewriting", "heads"))
"""What an amount is, whichever case it is for; see `SAME`."""

_CHANNELS = {
    phrase: name for name in ("online", "direct", "postal") for phrase in tables.phrases("rewriting", name)
}


def quantity_faults(said: Reading, rests_on: Sequence[Source], sources: Sequence[Source]) -> Iterator[str]:
    """Amounts that the sources do not have, bound otherwise, or give for another case."""
    known = [one for source in rests_on for one in source.reading.quantities]
    for one in said.quantities:
        if is_article(one, known, sources):
            continue
        same = [other for other in known if other.key == one.key]
        if not same:
            yield "amount"
        elif not any(other.bounds == one.bounds for other in same):
            yield "bound"
        elif misplaced_quantity(one, said, rests_on):
            yield "lent by another number"
        elif not one.unit.startswith("next:") and case_fault(one, said, rests_on):
            yield "case"


def misplaced_quantity(one: Quantity, said: Reading, rests_on: Sequence[Source]) -> bool:
    """Whether the number that a source has in this very place has another unit or another bound.

    “Từ đủ 06 tháng” is not borne out by an age of 06 in the same words and some “06 tháng” elsewhere.
    """
    own = segment(said, one)
    same_value = [
        (len(own & segment(source.reading, other)), other.key == one.key and other.bounds == one.bounds)
        for source in rests_on
        for other in source.reading.quantities
        if other.value == one.value
    ]
    return not max(same_value, default=(0, True))[1]


def is_article(one: Quantity, known: Sequence[Quantity], sources: Sequence[Source]) -> bool:
    """Whether “một” only leads in a thing that the source names without counting it otherwise."""
    if one.value != 1 or not (one.unit.startswith("next:") or not one.unit):
        return False
    thing = one.unit.removeprefix("next:")
    counted = {other.unit for source in sources for other in source.reading.quantities}
    return f"next:{thing}" not in counted and (
        not thing or any(thing in source.reading.words for source in sources)
    )


def case_fault(one: Quantity, said: Reading, rests_on: Sequence[Source]) -> bool:
    """Whether an amount is given for another case than its source gives it for, or without its case."""
    own_words = segment(said, one)
    for source in rests_on:
        mine = [other for other in source.reading.quantities if other.key == one.key]
        others = [
            other
            for other in source.reading.quantities
            if other.unit == one.unit and other.value != one.value
        ]
        if not mine:
            continue
        here = frozenset().union(*(segment(source.reading, other) for other in mine))
        if channels(own_words) - channels(here) and channels(here | source.telling):
            return True
        if not others:
            return False
        there = frozenset().union(*(segment(source.reading, other) for other in others))
        theirs, ours = there - here, here - there
        if own_words & theirs:
            return True
        are_said_together = {other.key for other in others} <= {other.key for other in said.quantities}
        return bool(ours) and not own_words & ours and not are_said_together
    return False


def segment(reading: Reading, one: Quantity) -> frozenset[str]:
    """The telling words around an amount, up to the next mark, link or amount of the same unit."""
    others = [other for other in reading.quantities if other is not one and other.unit == one.unit]
    fences = {place for other in others for place in range(other.start, other.end)}
    start, end = one.start, one.end
    while start > 0 and start - 1 not in fences and not ends_segment(reading.tokens[start - 1]):
        start -= 1
    while end < len(reading.tokens) and end not in fences and not ends_segment(reading.tokens[end]):
        end += 1
    if reading.tokens[one.start - 1].form in COSTS:
        before = reading.tokens[start : max(start, one.start - 1)]
    else:
        before = reading.tokens[start : one.start]
    own = before + reading.tokens[one.end : end]
    found = frozenset(telling_words(own)) - label_of(reading) - HEADS
    return found | frozenset(channel_names([token.form for token in own]))


def label_of(reading: Reading) -> frozenset[str]:
    """The words before the only colon of a sentence: a label that belongs to all of it (“Tiền: …”)."""
    colons = [place for place, token in enumerate(reading.tokens) if token.form == ":"]
    return frozenset(telling_words(reading.tokens[: colons[0]])) if len(colons) == 1 else frozenset()


def ends_segment(token: Token) -> bool:
    """Whether an amount's own words end here."""
    return (token.kind == MARK and token.form in _SEGMENT_ENDS) or token.form in _LINKS


def channel_names(words: Sequence[str]) -> Iterator[str]:
    """The ways of handing in that some words name: "channel:online" and so on."""
    text = " ".join(words)
    for phrase, name in _CHANNELS.items():
        if holds(phrase, text):
            yield f"channel:{name}"


def channels(words: frozenset[str]) -> frozenset[str]:
    """Only the ways of handing in."""
    return frozenset(word for word in words if word.startswith("channel:"))
