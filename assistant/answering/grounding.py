"""Nothing passes that its source does not say."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from assistant.answering.extractive import Extract
from assistant.generation.support import faults
from assistant.knowledge.passage import Passage
from i18n.vietnamese import clean, sentences


@dataclass(frozen=True)
class Kept:
    """A free sentence that its passage bears out; `passage` counts from 1."""

    text: str
    passage: int


@dataclass(frozen=True)
class Dropped:
    """A free sentence that must not be shown, and the first reason why."""

    text: str
    passage: int
    reason: str


@dataclass(frozen=True)
class Checked:
    """What came of checking free sentences: both lists in their order."""

    kept: tuple[Kept, ...]
    dropped: tuple[Dropped, ...]


def check(sentences_with_passage: Iterable[tuple[str, int]], passages: Sequence[Passage]) -> Checked:
    """Compare each sentence with the passage that it names (from 1), and drop what that does not say.

    A sentence of the passage, word for word, always stays. Any other must have its amounts with their
    units, dates, numbers, addresses, names, denials and most of its words from the one to three
    sentences it rests on.
    """
    kept, dropped = [], []
    for text, number in sentences_with_passage:
        reason = fault(text, number, passages)
        if reason:
            dropped.append(Dropped(text, number, reason))
        else:
            kept.append(Kept(text, number))
    return Checked(tuple(kept), tuple(dropped))


def fault(text: str, number: int, passages: Sequence[Passage]) -> str:
    """Why a sentence must not be shown, or "" if its passage bears it out."""
    if not 1 <= number <= len(passages):
        return "passage"
    if not clean(text):
        return "empty"
    return next(faults(text, passages[number - 1]), "")


def grounded(extract: Extract) -> Extract | None:
    """The extract without any line that its passages do not hold word for word; None if nothing is left."""
    passages = [passage for passage, _quote in extract.used]
    lines = [line for line in extract.text.split("\n") if stands_in(line, passages)]
    steps = tuple(step for step in extract.steps if stands_in(step, passages))
    used = tuple((passage, quote) for passage, quote in extract.used if stands_in(quote, [passage]))
    if not used or not (lines or steps):
        return None
    return replace(extract, text="\n".join(lines), steps=steps, used=used)


def stands_in(line: str, passages: Sequence[Passage]) -> bool:
    """Whether every sentence of a line is in one of the passages, word for word."""
    return all(any(sentence in one for one in wordings(passages)) for sentence in sentences(line))


def wordings(passages: Iterable[Passage]) -> list[str]:
    """Each passage's words and each of its titles, on one line."""
    return [clean(text) for passage in passages for text in (passage.text, *passage.titles)]
