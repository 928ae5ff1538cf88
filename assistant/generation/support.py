"""On which sentences of its passage a free sentence rests, and what it says that they do not."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from assistant.knowledge.passage import Passage
from i18n import tables
from i18n.vietnamese import polarity, sentences
from i18n.vietnamese.quantities import (
    ADDRESS,
    CODE,
    DATE,
    MARK,
    WORD,
    Quantity,
    Reading,
    Token,
    canonical,
    is_vietnamese_syllable,
    names,
    read,
)

MOST_SENTENCES = 3
"""How many sentences of a passage one free sentence may draw together."""

FEWEST_KNOWN = 0.75
"""Share of a sentence's telling words that must stand in what it rests on. Found on the adversarial table in
tests/assistant: at 0.6 invented conditions pass, at 0.85 one true paraphrase in five is lost."""

ENOUGH, ENOUGH_MORE = 0.5, 1.5
"""What a first and a further sentence must give to the words and amounts of a free one; see `gain`."""

MOST_NEW = 3
"""New telling words that a sentence may have at most, however long it is."""

LONGEST = 60
"""Words; a longer sentence is no sentence for people."""

USED = 0.5
"""Share of a clause's telling words from which a sentence is taken to say that clause."""

SCOPE = 3
"""Telling words after a denial that it is about."""

_MARKUP = re.compile(
    r"<[^<>]*>|<\||\|>|```|\[/?INST|[{}\\]|^\s*(?:system|user|assistant|human)\s*:", re.IGNORECASE
)
_CLAUSE_ENDS = frozenset((",", ";", ":", ".", "!", "?", "…", "–", "—", "(", ")"))
_SEGMENT_ENDS = _CLAUSE_ENDS - {":"}
_LINKS = frozenset(tables.words("rewriting", "links"))
_FIRST_PERSON = frozenset(tables.words("rewriting", "first_person"))
_FUNCTION = frozenset(tables.words("rewriting", "function"))
_COSTS = frozenset(tables.words("rewriting", "costs"))
"""Before an amount these only lead to it; elsewhere “mất” is “lost”."""

HEADS = frozenset(tables.words("rewriting", "heads"))
"""What an amount is, whichever case it is for; see `_SAME`."""

_DENIALS = frozenset((*tables.words("rewriting", "denials"), ",", "."))

_SAME = {
    word: group.split(" = ")[0]
    for group in tables.table("rewriting")["same"]["pairs"]
    for word in group.split(" = ")
}
_CHANNELS = {
    phrase: name for name in ("online", "direct", "postal") for phrase in tables.phrases("rewriting", name)
}
_CONNECTIVES = tables.words("rewriting", "joints")
"""Words that join two things of which one must not stand for the other."""

_AGENCIES = tables.phrases("rewriting", "agencies")
_PEOPLE = tuple(tuple(phrase.split()) for phrase in tables.phrases("rewriting", "people"))
"""Who may do something, or have it done to them."""
_READER = ("bạn",)
_OPENING = frozenset(("", "thì", "và", "rồi"))
_IDLE_AFTER_PEOPLE = frozenset(tables.words("rewriting", "idle_after_people"))


@dataclass(frozen=True)
class Source:
    """One sentence of a passage, read."""

    text: str
    reading: Reading
    telling: frozenset[str]


@dataclass(frozen=True)
class Clause:
    """What a free sentence takes from a clause: the kinds of words that turn it around, and its words.

    `text` is empty for a clause that is not said as a whole; its denials count if they are about
    something that is said.
    """

    kinds: tuple[str, ...]
    text: str


def faults(text: str, passage: Passage) -> Iterator[str]:
    """Every reason why a passage does not bear out a sentence, the surest first; none: it does."""
    sources = read_passage(passage.items)
    if same_words(text) in {same_words(one.text) for one in sources}:
        return
    if _MARKUP.search(text):
        yield "markup"
        return
    said = read(text)
    if len(said.words) > LONGEST:
        yield "length"
    titles = read(" . ".join(passage.titles))
    rests_on = supporting(said, sources)
    yield from things_without_source(said, sources, titles)
    if not rests_on:
        yield "words"
        return
    yield from quantity_faults(said, rests_on, sources)
    if said.bare_units - sum((one.reading.bare_units for one in rests_on), titles.bare_units):
        yield "unit"
    yield from polarity_faults(said, rests_on, titles)
    yield from words_without_source(said, rests_on, titles)


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
        if place not in inside and not (place in before and token.form in _COSTS)
        for word in telling_words((token,))
    )


def places_of_amounts(reading: Reading) -> set[int]:
    """The places of all numbers, their units and what bounds them."""
    return {place for one in reading.quantities for place in range(one.start, one.end)} | reading.bounded


def telling_words(tokens: Sequence[Token]) -> Iterator[str]:
    """The telling words of some tokens in order."""
    for token in tokens:
        if token.kind == WORD and token.form not in _FUNCTION and token.form not in _DENIALS:
            yield _SAME.get(token.form, token.form)
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


def things_without_source(said: Reading, sources: Sequence[Source], titles: Reading) -> Iterator[str]:
    """Addresses, dates, numbers of documents, names and speakers that stand nowhere in the passage."""
    readings = [one.reading for one in sources]
    for kind, reason in ((ADDRESS, "address"), (DATE, "date"), (CODE, "number of a document or telephone")):
        known = frozenset().union(*(one.forms(kind) for one in (*readings, titles)))
        if said.forms(kind) - known:
            yield reason
    texts = [line_of(one) for one in (*readings, titles)]
    if any(not any(holds(one, text) for text in texts) for one in map(" ".join, names(said.tokens))):
        yield "name"
    words = set().union(*(one.words for one in (*readings, titles)))
    counted = {place for one in said.quantities for place in range(one.start, one.end)}
    free = [one.form for place, one in enumerate(said.tokens) if one.kind == WORD and place not in counted]
    if any(not is_vietnamese_syllable(word) and word not in words for word in free):
        yield "name"
    if _FIRST_PERSON & set(said.words) - words:
        yield "speaker"


def holds(phrase: str, text: str) -> bool:
    """Whether whole words stand in a text in this order."""
    return f" {phrase} " in f" {text} "


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
    alike = [
        (len(own & segment(source.reading, other)), other.key == one.key and other.bounds == one.bounds)
        for source in rests_on
        for other in source.reading.quantities
        if other.value == one.value
    ]
    return not max(alike, default=(0, True))[1]


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
    if reading.tokens[one.start - 1].form in _COSTS:
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
        if end < len(forms) and not (source.tokens[end].kind == MARK and forms[end] in _CLAUSE_ENDS):
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
    others = set(turning) - _DENIALS or {token.form for token in rest} - _DENIALS
    return bool(turning) and bool(others) and others <= set(said.words)


def is_about(following: Sequence[Token], said_words: frozenset[str]) -> bool:
    """Whether the words that a denial is about are said: most of the next few telling ones."""
    scope = list(dict.fromkeys(telling_words(following)))[:SCOPE]
    return len(scope) > 1 and sum(word in said_words for word in scope) * 2 > len(scope)


def line_of(reading: Reading) -> str:
    """The forms of all tokens on one line."""
    return " ".join(token.form for token in reading.tokens)


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
        for person, beside in one.items()
        if person != _READER
        for _left, right in beside
    }
    for person, beside in ours.items():
        known = frozenset().union(*(one.get(person, ()) for one in theirs))
        if not known:
            continue
        for left, right in beside:
            sides = {("left", left), ("right", right)} - {("left", ""), ("right", "")}
            there = {side for one in known for side in (("left", one[0]), ("right", one[1]))}
            is_addressed = person == _READER and left in _OPENING and right not in of_others
            if sides and not sides & there and not is_addressed:
                return True
    return False


def people_neighbours(reading: Reading) -> dict[tuple[str, ...], set[tuple[str, str]]]:
    """For each of the people of a sentence the words right before and after; "" where a clause ends."""
    words = [_SAME.get(one.form, one.form) if one.kind == WORD else "" for one in reading.tokens]
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
        beside = (left, right)
        found.setdefault(person, set()).add(beside)
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


def words_without_source(said: Reading, rests_on: Sequence[Source], titles: Reading) -> Iterator[str]:
    """Too many telling words that stand neither in what the sentence rests on nor in the titles."""
    own = telling(said)
    known = frozenset().union(*(one.telling for one in rests_on), telling(titles))
    new = own - known
    if not own or len(new) > MOST_NEW or 1 - len(new) / len(own) < FEWEST_KNOWN:
        yield "words"
