"""What turns a sentence around: denials, exceptions, orders in time, duties, hedges.

Every kind is counted by the places where it stands, so that two sentences can be compared: a sentence
that says less or more of them than its source says something else.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from i18n import tables

DENIED, NOT_YET, ASKED, ONLY, EXCEPT, FREE = "denied", "not yet", "asked", "only", "except", "free"
BEFORE, AFTER, OUTSIDE, MORE, LESS = "before", "after", "outside", "more", "less"
MUST, MAY, ALL, SOME = "must", "may", "all", "some"

COUNTED = (DENIED, NOT_YET, ASKED, ONLY, EXCEPT, FREE, BEFORE, AFTER, OUTSIDE, MORE, LESS)
"""These must stand in a sentence as often as in what it rests on."""

_KINDS = (
    FREE,
    "idle",
    NOT_YET,
    DENIED,
    ONLY,
    EXCEPT,
    BEFORE,
    AFTER,
    OUTSIDE,
    MORE,
    LESS,
    MUST,
    MAY,
    ALL,
    SOME,
)
_HIDES = frozenset(tables.words("negations", "hides"))
"""Words that deny or restrict; “chứng chỉ” has one in it and does neither."""

_KIND_OF: dict[tuple[str, ...], list[str]] = {}
for _kind in _KINDS:
    for _phrase in tables.phrases("negations", _kind.replace(" ", "_")):
        _KIND_OF.setdefault(tuple(_phrase.split()), []).append("" if _kind == "idle" else _kind)
_LONGEST = max(map(len, _KIND_OF))
_ENDS = frozenset((".", "?", "!", ",", ";", ":", ")", ""))

OPPOSITES = tuple(
    tuple(one.strip() for one in pair.replace("=", "/").split("/"))
    for pair in tables.table("negations")["opposites"]["pairs"]
)
"""Groups of words of which one must not stand for another: the first is the opposite of each of the rest."""


def marks(words: Sequence[str], bounded: frozenset[int] = frozenset()) -> Iterator[tuple[str, int, int]]:
    """(kind, place, place after it) of every word that turns a sentence around.

    `words`: the forms of all tokens, marks too; `bounded`: places of words that bound a number and are
    compared with it. A “không” at the end of a clause asks.
    """
    for kind, place, after in _found(words):
        if not kind or place in bounded:
            continue
        following = words[after] if after < len(words) else ""
        is_asked = kind in (DENIED, NOT_YET) and following in _ENDS and after == place + 1
        yield (ASKED if is_asked else kind), place, after


def hiding(words: Sequence[str]) -> Iterator[str]:
    """The words that only look like a denial, such as “chứng chỉ”: a source must have them as they are."""
    for kind, start, end in _found(words):
        if not kind and not _HIDES.isdisjoint(words[start:end]):
            yield " ".join(words[start:end])


def _found(words: Sequence[str]) -> Iterator[tuple[str, int, int]]:
    """(kind, place, place after it) of every known phrase, the longest first; an idle one has no kind."""
    place = 0
    while place < len(words):
        length, kinds = phrase_at(words, place)
        for kind in kinds:
            yield kind, place, place + length
        place += length or 1


def phrase_at(words: Sequence[str], place: int) -> tuple[int, list[str]]:
    """The longest known phrase at a place: its length and kinds; (0, []) if there is none."""
    for length in range(min(_LONGEST, len(words) - place), 0, -1):
        kinds = _KIND_OF.get(tuple(words[place : place + length]))
        if kinds is not None:
            return length, kinds
    return 0, []
