"""An answer in the source's own words: the steps, the list, or the two or three sentences that answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from assistant.knowledge.passage import NOTE, POINTS, PROSE, STEPS, Part, Passage
from assistant.retrieval.search import min_max
from assistant.understanding.intents import (
    AMOUNT,
    DEADLINE,
    DEFINITION,
    DOCUMENTS,
    FEE,
    HOW,
    LISTING,
    SCAM,
    TIME,
    intent_bonus,
)
from assistant.understanding.query import Query, content_words
from assistant.weights import weight
from i18n.vietnamese import fold
from i18n.vietnamese.phrase_patterns import listed

Weigh = Callable[[Sequence[str]], np.ndarray]

LESSON = "lesson"
ONE_LINE = (FEE, AMOUNT, TIME, DEADLINE)
"""What is answered by a line; whoever asks anything else is shown a short section whole."""
WHOLE_SECTION = 120
"""Words of a section that is shown whole."""
SENTENCES = 3
WHOLE_PARAGRAPH = 4
LONGEST_LIST = 12
_LEANS_BACK = listed("follow_ups", "sentence")


@dataclass(frozen=True)
class Unit:
    """A sentence, step or point that may be shown: where it stands and how well it answers."""

    passage: int
    part: int
    item: int
    text: str
    score: float


@dataclass(frozen=True)
class Candidate:
    """A passage that was found: its fused score (0 to 1) and each item's cosine, if there are vectors."""

    passage: Passage
    score: float
    cosines: np.ndarray | None


@dataclass(frozen=True)
class Extract:
    """What to show: `text` and `steps` word for word from `used`, (passage, the quote in it) pairs."""

    text: str
    steps: tuple[str, ...]
    used: tuple[tuple[Passage, str], ...]


def extract(
    query: Query, candidates: Sequence[Candidate], weigh: Weigh, of_the_whole: str = ""
) -> Extract | None:
    """The part of the passages (best first) that answers; None if they hold no words.

    `weigh(words)` gives how telling each word is: float32, shape (len(words),). `of_the_whole`: what all
    passages are about, and tells none of their sentences from another.
    """
    units = score_units(query, candidates, weigh, of_the_whole)
    if not units:
        return None
    best = max(units, key=lambda unit: unit.score)
    passage = candidates[best.passage].passage
    if passage.kind == LESSON and query.intent not in ONE_LINE and words_in(passage) <= WHOLE_SECTION:
        return whole_section(passage, best)
    part = passage.parts[best.part]
    listing = whole_list(query, passage, best, units)
    if listing is not None:
        return from_list(passage, listing, best)
    if part.kind == STEPS and len(part.items) <= LONGEST_LIST and query.intent in (HOW, SCAM):
        return from_list(passage, best.part, best)
    return from_sentences(passage, units, best)


def words_in(passage: Passage) -> int:
    """How many words a passage has."""
    return len(passage.text.split())


def whole_section(passage: Passage, best: Unit) -> Extract:
    """All of a short section: what a line of it leaves out stands in the next."""
    lists = [part for part in passage.parts if part.kind == STEPS]
    if len(lists) == 1 and best.part < len(passage.parts):
        others = [part for part in passage.parts if part.kind != STEPS]
        text = "\n".join(line for part in others for line in shown(part, range(len(part.items))))
        return Extract(text or passage.titles[-1], lists[0].items, ((passage, best.text),))
    lines = [line for part in passage.parts for line in shown(part, range(len(part.items)))]
    # A list with nothing before it says of itself not what it lists.
    lead = [passage.titles[-1]] if passage.parts[0].kind in (POINTS, STEPS) else []
    return Extract("\n".join((*lead, *lines)), (), ((passage, best.text),))


def score_units(
    query: Query, candidates: Sequence[Candidate], weigh: Weigh, of_the_whole: str = ""
) -> list[Unit]:
    """Every item of every candidate with its score."""
    about = set(content_words(of_the_whole))
    places, overlaps, cosines, standing = [], [], [], []
    for number, candidate in enumerate(candidates):
        flat = 0
        # What the section's title says is said for each of its sentences.
        titled = about | set(content_words(candidate.passage.titles[-1]))
        wanted = [word for word in query.words if word not in titled]
        for part_number, part in enumerate(candidate.passage.parts):
            for item_number, item in enumerate(part.items):
                places.append((number, part_number, item_number, item))
                overlaps.append(overlap(wanted, item, weigh))
                cosines.append(candidate.cosines[flat] if candidate.cosines is not None else np.nan)
                standing.append(candidate.score)
                flat += 1
    if not places:
        return []
    words = min_max(np.array(overlaps, np.float32))
    dense = np.array(cosines, np.float32)
    known = ~np.isnan(dense)
    meaning = words.copy()
    if known.any():
        meaning[known] = min_max(dense[known])
    scores = (
        weight("sentences.meaning") * meaning
        + weight("sentences.words") * words
        + weight("sentences.standing") * np.array(standing, np.float32)
    )
    return [
        Unit(*place, float(score) + intent_bonus(query.intent, place[3]))
        for place, score in zip(places, scores, strict=True)
    ]


def overlap(wanted: Sequence[str], item: str, weigh: Weigh) -> float:
    """The weight of the question's words that an item has."""
    said = set(content_words(item))
    shared = [word for word in wanted if word in said]
    return float(weigh(shared).sum()) if shared else 0.0


def whole_list(query: Query, passage: Passage, best: Unit, units: Sequence[Unit]) -> int | None:
    """Which list of the best passage is the answer as a whole, if one is.

    Somebody who asks how, or what to bring, wants all of it; a fee or a definition is one line.
    """
    if query.intent in (FEE, AMOUNT, TIME, DEADLINE, DEFINITION):
        return None
    lists = [
        number
        for number, part in enumerate(passage.parts)
        if part.kind in (STEPS, POINTS) and 1 < len(part.items) <= LONGEST_LIST
    ]
    if not lists:
        return None
    wants_list = query.intent in (HOW, DOCUMENTS, LISTING)
    if best.part in lists:
        return best.part if wants_list or said_often(best, units) else None
    steps = [number for number in lists if passage.parts[number].kind == STEPS]
    return (steps or lists)[0] if wants_list and passage.parts[best.part].kind != NOTE else None


def said_often(best: Unit, units: Sequence[Unit]) -> bool:
    """Whether another item of the same list is among the best three: then the list is the answer."""
    top = sorted(units, key=lambda unit: -unit.score)[:SENTENCES]
    return sum((unit.passage, unit.part) == (best.passage, best.part) for unit in top) > 1


def from_list(passage: Passage, part_number: int, best: Unit) -> Extract:
    """The whole list, after the sentence that leads to it."""
    part = passage.parts[part_number]
    lead = lead_of(passage, part_number)
    quote = best.text if best.part == part_number else part.items[0]
    if part.kind == STEPS:
        return Extract(lead or passage.titles[-1], part.items, ((passage, quote),))
    text = "\n".join((*([lead] if lead else [passage.titles[-1]]), *part.items))
    return Extract(text, (), ((passage, quote),))


def lead_of(passage: Passage, part_number: int) -> str:
    """The prose right before a list, at most its last two sentences."""
    if part_number == 0 or passage.parts[part_number - 1].kind != PROSE:
        return ""
    return " ".join(whole_thought(passage.parts[part_number - 1], 2))


def whole_thought(part: Part, count: int) -> tuple[str, ...]:
    """The last `count` sentences of a part, none of which leans on one that is left out."""
    items = part.items[-count:]
    while items and leans_back(items[0]) and len(items) < len(part.items):
        items = part.items[-len(items) - 1 :]
    return items


def from_sentences(passage: Passage, units: Sequence[Unit], best: Unit) -> Extract:
    """The paragraph or point that answers, with a second one of the same section if it answers as well."""
    own = [unit for unit in units if unit.passage == best.passage]
    windows = {best.part: window(passage.parts[best.part], best.item)}
    others = [unit for unit in own if unit.part != best.part and unit.score >= close_to(best)]
    second = max(others, key=lambda unit: unit.score, default=None)
    if second is not None:
        windows[second.part] = window(passage.parts[second.part], second.item)
    same_list = [
        unit.item
        for unit in sorted(own, key=lambda unit: -unit.score)
        if unit.part == best.part and unit.score >= close_to(best)
    ]
    if passage.parts[best.part].kind in (POINTS, STEPS):
        windows[best.part] = tuple(sorted(same_list[:SENTENCES]))
    for number in tuple(windows):
        follow_colon(passage, number, windows)
    lines = [line for part in sorted(windows) for line in shown(passage.parts[part], windows[part])]
    return Extract("\n".join(lines), (), ((passage, best.text),))


def follow_colon(passage: Passage, number: int, windows: dict[int, tuple[int, ...]]) -> None:
    """Add the list that a shown sentence announces with its colon."""
    last = passage.parts[number].items[windows[number][-1]]
    following = number + 1
    if last.endswith(":") and following < len(passage.parts):
        windows[following] = tuple(range(min(len(passage.parts[following].items), LONGEST_LIST)))


def close_to(best: Unit) -> float:
    """The score from which another sentence answers nearly as well as the best, apart from its section's."""
    return best.score - (1 - weight("sentences.close")) * weight("sentences.spread")


def window(part: Part, item: int) -> tuple[int, ...]:
    """Which sentences of a paragraph to show around one: never a fragment that leans on what is left out.

    A short paragraph is shown whole. A list is shown by its points, so only the one itself.
    """
    if part.kind in (POINTS, STEPS):
        return (item,)
    count = len(part.items)
    if count <= WHOLE_PARAGRAPH:
        return tuple(range(count))
    start = item
    while start > 0 and (leans_back(part.items[start]) or count - start < SENTENCES):
        start -= 1
    return tuple(range(start, max(item + 1, min(count, start + SENTENCES))))


def shown(part: Part, items: Sequence[int]) -> list[str]:
    """Sentences of a paragraph in one line, each point of a list in its own."""
    chosen = [part.items[item] for item in items]
    return chosen if part.kind in (POINTS, STEPS) else [" ".join(chosen)]


def leans_back(sentence: str) -> bool:
    """Whether a sentence refers to the one before it ("Tuy nhiên …", "Nó …")."""
    return _LEANS_BACK.match(fold(sentence).lstrip("“\"'( ")) is not None
