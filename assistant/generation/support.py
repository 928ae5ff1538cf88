"""On which sentences of its passage a free sentence rests, and what it says that they do not."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from assistant.generation.amount_faults import quantity_faults
from assistant.generation.evidence import (
    Source,
    holds,
    line_of,
    read_passage,
    same_words,
    supporting,
    telling,
)
from assistant.generation.polarity_faults import polarity_faults
from assistant.knowledge.passage import Passage
from i18n import tables
from i18n.vietnamese.quantities import ADDRESS, CODE, DATE, WORD, Reading, is_vietnamese_syllable, names, read

FEWEST_KNOWN = 0.75
"""Share of a sentence's telling words that must stand in what it rests on. Found on the adversarial table in
tests/assistant: at 0.6 invented conditions pass, at 0.85 one true paraphrase in five is lost."""

MOST_NEW = 3
"""New telling words that a sentence may have at most, however long it is."""

LONGEST = 60
"""Words; a longer sentence is no sentence for people."""

_MARKUP = re.compile(
    r"<[^<>]*>|<\||\|>|```|\[/?INST|[{}\\]|^\s*(?:system|user|assistant|human)\s*:", re.IGNORECASE
)
_FIRST_PERSON = frozenset(tables.words("rewriting", "first_person"))


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


def words_without_source(said: Reading, rests_on: Sequence[Source], titles: Reading) -> Iterator[str]:
    """Too many telling words that stand neither in what the sentence rests on nor in the titles."""
    own = telling(said)
    known = frozenset().union(*(one.telling for one in rests_on), telling(titles))
    new = own - known
    if not own or len(new) > MOST_NEW or 1 - len(new) / len(own) < FEWEST_KNOWN:
        yield "words"
