"""Words, people and sides that stand exchanged: “A thay cho B” for “B thay cho A”."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assistant.generation.amount_faults import channel_names
from assistant.generation.evidence import SAME, Source, holds, places_of_amounts, telling, telling_words
from i18n import tables
from i18n.vietnamese import polarity
from i18n.vietnamese.quantities import WORD, Reading

_CONNECTIVES = tables.words("rewriting", "connectives")
"""Words that join two things of which one must not stand for the other."""

_PEOPLE = tuple(tuple(phrase.split()) for phrase in tables.phrases("rewriting", "people"))
"""Who may do something, or have it done to them."""

_READER = ("bạn",)
_OPENING = frozenset(("", "thì", "và", "rồi"))
_IDLE_AFTER_PEOPLE = frozenset(tables.words("rewriting", "idle_after_people"))


def joined_opposites(text: str) -> str:
    """“mở khóa” as one word, since it is the opposite of the second of its two."""
    return text.replace("mở khóa", "mở_khóa")


def exchanged(text: str, source: str, titles: str) -> Iterator[str]:
    """Ways of handing in that the source does not name; a word where it has the opposite."""
    named = f"{source} . {titles}"
    if set(channel_names(text.split())) - set(channel_names(named.split())):
        yield "channel"
    text, source, titles = joined_opposites(text), joined_opposites(source), joined_opposites(titles)
    for first, *others in polarity.OPPOSITES:
        for other in others:
            if is_opposite(first, other, text, source, titles) or is_opposite(
                other, first, text, source, titles
            ):
                yield "opposite"
                return


def is_opposite(here: str, there: str, text: str, source: str, titles: str) -> bool:
    """Whether a sentence says `here` where its source says `there`. What it rests on counts before titles."""
    if not holds(here, text) or holds(there, text) or holds(here, source):
        return False
    return holds(there, source) or (holds(there, titles) and not holds(here, titles))


def is_replaced(said: Reading, rests_on: Sequence[Source], titles: Reading) -> bool:
    """Whether a new word stands where the source has another one: “khách quen” for “khách lạ”.

    That is: after the same word as there, and what the source has there is said nowhere.
    """
    known = frozenset().union(*(one.telling for one in rests_on), telling(titles))
    own = frozenset(telling_words(said.tokens))
    following: dict[str, set[str]] = {}
    for source in rests_on:
        for first, second in neighbours(source.reading):
            following.setdefault(first, set()).add(second)
    return any(
        second not in known and following.get(first, set()) - own and not following.get(first, set()) & own
        for first, second in neighbours(said)
        if first in following
    )


def sides_swapped(said: Reading, source: Reading) -> bool:
    """Whether two things changed sides of a word that joins them: “A thay cho B” for “B thay cho A”."""
    for word in _CONNECTIVES:
        sides, theirs = sides_of(said, word), sides_of(source, word)
        if sides is None or theirs is None:
            continue
        left, right = theirs[0] - theirs[1], theirs[1] - theirs[0]
        if sides[0] & right and sides[1] & left:
            return True
    return False


def any_person_elsewhere(said: Reading, rests_on: Sequence[Source]) -> bool:
    """Whether somebody stands among other words than in the source: as who acts, not as whom it is done to.

    The next word on one side must be one that the source has there too. “Bạn” may be put before anything
    that the source does not say of somebody else.
    """
    ours = people_neighbours(said)
    theirs = [people_neighbours(one.reading) for one in rests_on]
    of_others = {
        right
        for one in theirs
        for person, neighbours_of in one.items()
        if person != _READER
        for _left, right in neighbours_of
    }
    for person, neighbours_of in ours.items():
        known = frozenset().union(*(one.get(person, ()) for one in theirs))
        if not known:
            continue
        for left, right in neighbours_of:
            sides = {("left", left), ("right", right)} - {("left", ""), ("right", "")}
            there = {side for one in known for side in (("left", one[0]), ("right", one[1]))}
            is_addressed = person == _READER and left in _OPENING and right not in of_others
            if sides and not sides & there and not is_addressed:
                return True
    return False


def people_neighbours(reading: Reading) -> dict[tuple[str, ...], set[tuple[str, str]]]:
    """For each of the people of a sentence the words right before and after; "" where a clause ends."""
    words = [SAME.get(one.form, one.form) if one.kind == WORD else "" for one in reading.tokens]
    written = [one.form for one in reading.tokens]
    found: dict[tuple[str, ...], set[tuple[str, str]]] = {}
    place = 0
    while place < len(words):
        person = next((one for one in _PEOPLE if tuple(written[place : place + len(one)]) == one), None)
        if person is None:
            place += 1
            continue
        after = place + len(person)
        right = next((word for word in words[after:] if word not in _IDLE_AFTER_PEOPLE), "")
        left = next((word for word in reversed(words[:place]) if word != "của"), "")
        neighbours_of = (left, right)
        found.setdefault(person, set()).add(neighbours_of)
        place = after
    return found


def joined_by_other(
    rests_on: Sequence[Source], links: Sequence[str], others: Sequence[str]
) -> frozenset[tuple[str, str]]:
    """Neighbours that the sources join by one of `links` and never by one of `others`."""
    found = (joined_pairs(one.reading, links) - joined_pairs(one.reading, others) for one in rests_on)
    return frozenset().union(*found)


def joined_pairs(reading: Reading, links: Sequence[str]) -> frozenset[tuple[str, str]]:
    """The words on both sides of each of these links."""
    found: set[tuple[str, str]] = set()
    for place, token in enumerate(reading.tokens):
        if token.form in links and 0 < place < len(reading.tokens) - 1:
            found.add((reading.tokens[place - 1].form, reading.tokens[place + 1].form))
    return frozenset(found)


def sides_of(reading: Reading, word: str) -> tuple[frozenset[object], frozenset[object]] | None:
    """The things before and after a word that stands once in a sentence; None if it does not."""
    places = [place for place, token in enumerate(reading.tokens) if token.form == word]
    if len(places) != 1:
        return None
    amounts = [(one.start, one.key) for one in reading.quantities]
    words = [(at, one) for at, token in enumerate(reading.tokens) for one in telling_words((token,))]
    inside = places_of_amounts(reading)
    things = amounts + [(at, one) for at, one in words if at not in inside]
    before = frozenset(one for at, one in things if at < places[0])
    return before, frozenset(one for at, one in things if at > places[0])


def neighbours(reading: Reading) -> Iterator[tuple[str, str]]:
    """Telling words that stand side by side."""
    for one, other in zip(reading.tokens, reading.tokens[1:], strict=False):
        yield from ((a, b) for a in telling_words((one,)) for b in telling_words((other,)))
