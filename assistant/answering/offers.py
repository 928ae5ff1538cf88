"""What the best records and the best sections would each answer: of these the likeliest is given, or none."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from assistant.answer import ANSWERED, CLARIFY, Answer
from assistant.answering import compose, ranking
from assistant.answering.asked import Asked
from assistant.answering.extractive import Extract, extract
from assistant.answering.from_record import from_record
from assistant.answering.grounding import grounded
from assistant.answering.routing import says_all
from assistant.knowledge.passage import Passage
from assistant.retrieval.record_hits import RecordHit
from assistant.retrieval.search import Hit
from assistant.understanding.frames import Frame, fits, frame_of

RECORDS, SECTIONS = 3, 3
"""Records that are called otherwise, and sections, whose answers are compared."""


@dataclass(frozen=True)
class Offer:
    """An answer that might be given, and where it comes from.

    `place`: how many of its kind come before it; `silent`: how many of these say nothing on what was asked.
    `record`: the hit of the record that it is from; `passage`, `hit`: the section, and how it was found.
    """

    answer: Answer
    place: int
    silent: int = 0
    record: RecordHit | None = None
    passage: Passage | None = None
    hit: Hit | None = None


def offers(asked: Asked) -> tuple[Offer, ...]:
    """The answers of the best records and sections, each of which holds what a rule says it must."""
    return (*_of_records(asked), *_of_sections(asked))


def _of_records(asked: Asked) -> Iterator[Offer]:
    silent = 0
    for place, hit in enumerate(compose.apart(asked)[:RECORDS]):
        answer = from_record(asked, hit.number, 0.0)
        if answer is None or answer.outcome not in (ANSWERED, CLARIFY) or not says_all(asked.query, answer):
            silent += 1
            continue
        yield Offer(answer, place, silent, record=hit)


def _of_sections(asked: Asked) -> Iterator[Offer]:
    shelf, hits = asked.snapshot.shelf, asked.ranking.hits
    weigh = shelf.index.lexical.idf_of
    seen: set[str] = set()
    silent = place = 0
    for hit in hits:
        passage = shelf.passages[hit.number]
        if passage.key in seen or place == SECTIONS:
            continue
        seen.add(passage.key)
        # The first is read beside those that are nearly as good, as far as these say it better.
        read = [ranking.candidate(hit, shelf, asked.vector)]
        if place == 0:
            read = ranking.candidates(asked.ranking, shelf, asked.vector)
        place += 1
        found = extract(asked.query, read, weigh)
        shown = grounded(found) if found else None
        if shown is None or not is_of_the_thing(asked.query.frame, shown):
            silent += 1
            continue
        own = shown.used[0][0]
        seen.add(own.key)
        answer = compose.answered(asked, shown, 0.0)
        if not says_all(asked.query, answer):
            silent += 1
            continue
        own_hit = next((one for one in hits if shelf.passages[one.number].key == own.key), hit)
        yield Offer(answer, place - 1, silent, passage=own, hit=own_hit)


def is_of_the_thing(frame: Frame, extract: Extract) -> bool:
    """Whether the thing that was asked of stands in what is shown, or in the titles above it."""
    if not frame.objects:
        return True
    titles = (title for passage, _quote in extract.used for title in passage.titles)
    shown = "\n".join((*titles, extract.text, *extract.steps))
    return fits(frame.objects, frame_of(shown).objects, "objects")
