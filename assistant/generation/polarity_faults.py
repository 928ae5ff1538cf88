"""Denials, duties and agencies: what turns a sentence around, in it and in the clauses that it says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.generation.evidence import (
    CLAUSE_ENDS,
    DENIALS,
    Source,
    holds,
    line_of,
    places_of_amounts,
    telling,
    telling_words,
)
from assistant.generation.exchanges import (
    any_person_elsewhere,
    exchanged,
    is_replaced,
    joined_by_other,
    joined_pairs,
    sides_swapped,
)
from i18n import tables
from i18n.vietnamese import polarity
from i18n.vietnamese.quantities import MARK, Reading, Token

USED = 0.5
"""Share of a clause's telling words from which a sentence is taken to say that clause."""

SCOPE = 3
"""Telling words after a denial that it is about."""

_AGENCIES = tables.phrases("rewriting", "agencies")


@dataclass(frozen=True)
class Clause:
    """What a free sentence takes from a clause: the kinds of words that turn it around, and its words.

    `text` is empty for a clause that is not said as a whole; its denials count if they are about
    something that is said.
    """

    kinds: tuple[str, ...]
    text: str


def _duties(own: Counter[str], theirs: Counter[str], rests_on: Sequence[Source]) -> Iterator[str]:
    everything = Counter(kind for source in rests_on for kind in all_marks(source.reading))
    for kind in (polarity.ALL, polarity.MAY):
        if own[kind] and not everything[kind]:
            yield f"duty: {kind}"
    duties = {"cần", "hãy", "buộc", "phải", "nhớ"}
    words = {word for source in rests_on for word in source.reading.words}
    if own[polarity.MUST] and not (everything[polarity.MUST] or words & duties):
        yield "duty: must"
    if theirs[polarity.SOME] and not own[polarity.SOME]:
        yield "duty: some"


def polarity_faults(said: Reading, rests_on: Sequence[Source], titles: Reading) -> Iterator[str]:
    """Denials and their like that were added, left out or moved; agencies, ways and opposites exchanged."""
    forms = [token.form for token in said.tokens]
    own = Counter(kind for kind, _start, _end in polarity.marks(forms, said.bounded))
    used = [part for source in rests_on for part in used_clauses(source.reading, said)]
    theirs = Counter(kind for part in used for kind in part.kinds)
    for kind in polarity.COUNTED:
        if own[kind] != theirs[kind]:
            yield f"denial: {kind}"
    yield from _duties(own, theirs, rests_on)
    text = " ".join(forms)
    source_text = " . ".join(line_of(one.reading) for one in rests_on)
    said_parts = " . ".join(part.text for part in used)
    named = f"{said_parts} . {line_of(titles)}"
    if any(not holds(one, f"{source_text} . {line_of(titles)}") for one in polarity.hiding(forms)):
        yield "denial: hidden in a word"
    if any(holds(one, text) and not holds(one, named) for one in _AGENCIES):
        yield "agency"
    yield from exchanged(text, source_text, line_of(titles))
    if is_replaced(said, rests_on, titles):
        yield "word exchanged"
    if any(sides_swapped(said, source.reading) for source in rests_on):
        yield "roles exchanged"
    if any_person_elsewhere(said, rests_on):
        yield "who and whom"
    if joined_pairs(said, ("và",)) & joined_by_other(rests_on, ("hoặc", "hay"), ("và",)) or joined_pairs(
        said, ("hoặc", "hay")
    ) & joined_by_other(rests_on, ("và",), ("hoặc", "hay")):
        yield "and for or"


def all_marks(reading: Reading) -> list[str]:
    """The kinds of all words of a sentence that turn it around."""
    forms = [token.form for token in reading.tokens]
    return [kind for kind, _start, _end in polarity.marks(forms, reading.bounded)]


def used_clauses(source: Reading, said: Reading) -> Iterator[Clause]:
    """For each clause of a source sentence what the free sentence says of it."""
    forms = [token.form for token in source.tokens]
    found = list(polarity.marks(forms, source.bounded))
    said_words = telling(said)
    start = 0
    for end in range(len(forms) + 1):
        if end < len(forms) and not (source.tokens[end].kind == MARK and forms[end] in CLAUSE_ENDS):
            continue
        here = [one for one in found if start <= one[1] < end]
        turning = {place for _kind, at, after in here for place in range(at, after)}
        aside = turning | places_of_amounts(source)
        rest = [source.tokens[place] for place in range(start, end) if place not in aside]
        if is_used(rest, [forms[place] for place in turning], said_words, said):
            yield Clause(tuple(kind for kind, _at, _after in here), " ".join(forms[start:end]))
        else:
            about = [kind for kind, _at, after in here if is_about(source.tokens[after:end], said_words)]
            yield Clause(tuple(about), "")
        start = end + 1


def is_used(rest: Sequence[Token], turning: Sequence[str], said_words: frozenset[str], said: Reading) -> bool:
    """Whether a free sentence says a clause: half of the telling words that do not turn it around.

    A clause without any (“không mất tiền”, “không cho nữa”) is said if all but the denial itself is.
    """
    own = set(telling_words(rest))
    if own:
        return len(own & said_words) / len(own) >= USED
    others = set(turning) - DENIALS or {token.form for token in rest} - DENIALS
    return bool(turning) and bool(others) and others <= set(said.words)


def is_about(following: Sequence[Token], said_words: frozenset[str]) -> bool:
    """Whether the words that a denial is about are said: most of the next few telling ones."""
    scope = list(dict.fromkeys(telling_words(following)))[:SCOPE]
    return len(scope) > 1 and sum(word in said_words for word in scope) * 2 > len(scope)
