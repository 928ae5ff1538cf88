"""What the unit itself wrote down answers first: opening hours, places, who to call, what is paid here.

Nothing else of a question may be left over: whoever asks where to make a passport at the police does not ask
where the police is. Where several places fit, each is shown under its name.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from assistant.answer import Answer
from assistant.answering import compose
from assistant.answering.asked import Asked
from assistant.answering.extractive import Extract
from assistant.knowledge.entry import FACT
from assistant.knowledge.facts import ADDRESS, FEE, HOURS, OTHER, PHONE, said_in
from assistant.knowledge.passage import Passage
from assistant.understanding.query import STOP, content_words
from i18n.vietnamese import fold, syllables
from i18n.vietnamese.phrase_patterns import listed

MOST = 3
"""Facts that fit a question alike; more of them tell that it names none."""

_ASKS = {topic: listed("local_facts", topic) for topic in (HOURS, ADDRESS, PHONE, FEE)}
_IDLE = listed("local_facts", "idle")
_BARE_STOP = frozenset(map(fold, STOP))
"""What tells nothing where it may be read so: a name in which such a word stands is not found by it then."""


@dataclass(frozen=True)
class Named:
    """What a fact is called by, as words without marks: `what` it is, `place` whose it is, and its `topic`.

    `says`: the words of its value, which a question may hold too ("một trang", "thứ bảy"); `whose`: the
    place's name as it is written.
    """

    topic: str
    what: frozenset[str]
    place: frozenset[str]
    says: frozenset[str]
    whose: str
    label: str
    value: str


def local_fact(asked: Asked) -> Answer | None:
    """What the unit's own facts say, where a question asks for nothing else."""
    shelf = asked.snapshot.shelf
    numbers = np.flatnonzero(shelf.of_kind(FACT) & shelf.allowed(asked.register, None, asked.unit))
    if not len(numbers):
        return None
    query = asked.query
    # Marks that were guessed may have made another word of it ("hợp" of "họp"): here both are heard.
    heard = fold(query.heard_as) if query.folded else query.heard_as
    # Of a follow-up the end alone says what is asked; what stands before it says of which place.
    asks = heard.rpartition(": ")[2] if query.leans_back else heard
    topics = [topic for topic, pattern in _ASKS.items() if pattern.search(asks)]
    if len(topics) > 1:
        return None
    topic = topics[0] if topics else None
    said = without_asking(heard)
    words = frozenset(map(fold, syllables(said)))
    wanted = words - _BARE_STOP if query.folded else frozenset(content_words(said))
    found = [
        passage
        for passage in (shelf.passages[number] for number in numbers)
        if fits(named(passage), words, wanted, topic) and (wanted or named(passage).whose in fold(said))
    ]
    found = _that_are_named(found, heard)
    return compose.answered(asked, _extract(found), 1.0) if 0 < len(found) <= MOST else None


def without_asking(text: str) -> str:
    """A text without the words that only tell what is asked of a thing: what is left names it."""
    for pattern in (*_ASKS.values(), _IDLE):
        text = pattern.sub(" ", text)
    return " ".join(text.split())


@lru_cache(maxsize=4096)
def named(passage: Passage) -> Named:
    """The words by which people ask for a fact."""
    topic, place, label, value = said_in(passage)
    what, whose, says = (frozenset(content_words(without_asking(one))) for one in (label, place, value))
    name = fold(without_asking(place))
    return Named(topic, what, whose, says, name, label.lower(), value.lower())


def fits(fact: Named, words: frozenset[str], wanted: frozenset[str], topic: str | None) -> bool:
    """Whether a question with these words and this topic, or none, asks for this fact.

    It names what the fact is about, or else the place; `wanted`, its telling words, are all the fact's.
    """
    if not wanted <= fact.what | fact.place | fact.says or not fact.what <= words:
        return False
    if topic is None:
        return fact.topic == OTHER and bool(fact.what)
    return bool(fact.what or words & fact.place) and _plays(fact, topic)


def _plays(fact: Named, topic: str) -> bool:
    """Whether a fact's value is of the kind that is asked for."""
    if fact.topic != OTHER:
        return fact.topic == topic
    if topic == HOURS:
        return _ASKS[HOURS].search(fact.value) is not None or any(letter.isdigit() for letter in fact.value)
    return topic == FEE and _ASKS[FEE].search(f"{fact.label} {fact.value}") is not None


def _that_are_named(found: list[Passage], heard: str) -> list[Passage]:
    """Those whose label stands in the question word by word, if there are any; else all."""
    by_label = [one for one in found if fold(named(one).label) in fold(heard)]
    return by_label or found


def _extract(found: list[Passage]) -> Extract:
    lines = [" ".join(one.parts[0].items) for one in found]
    return Extract("\n".join(lines), (), tuple((one, one.parts[0].items[0]) for one in found))
