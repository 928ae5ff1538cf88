"""Free sentences of a model, each held against the passage that it names."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from assistant.generation.support import faults
from assistant.knowledge.passage import Passage
from i18n.vietnamese import clean


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
