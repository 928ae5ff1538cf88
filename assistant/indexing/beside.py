"""A few passages beside a shelf that was built whole: the next question finds what was saved a moment ago.

Building the whole takes a second and more, which no question waits for; a fact or a document takes a
twentieth of one. Their words weigh as they would on the large shelf, and they have no vectors yet. Until the
whole is built again, the scores of a question may differ by a hair from what they are afterwards.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from assistant.indexing.passages import (
    Hints,
    Shelf,
    VerifiedAnswers,
    vector_texts,
    wordings_of,
    words_of_passages,
)
from assistant.indexing.staff_passages import Changed
from assistant.indexing.vector_cache import Lacking, keys_of
from assistant.knowledge.hints import Hint, asked_hints
from assistant.knowledge.passage import Passage
from assistant.knowledge.store import VERIFIED, KnowledgeStore
from assistant.retrieval.lexical import Extended, Lexical
from assistant.retrieval.paraphrases import MoreWordings

FEW_ANSWERS = 50
"""Checked answers that are read before a question; the newest, more of them wait for the thread."""


def beside(whole: Shelf, changed: Changed) -> Shelf:
    """The shelf `whole` without the entries that are used no more, and with the new ones at its end."""
    more = tuple(passage for passages in changed.new.values() for passage in passages)
    asked = asked_hints(more)
    words = words_of_passages(more, asked)
    keys = keys_of(one.search_text for one in more)
    all_keys = keys_of(vector_texts(more, ()))
    gone = np.zeros(len(whole.passages) + len(more), bool)
    for id in changed.gone:
        gone[whole.staff[id]] = True
    return replace(
        whole,
        passages=(*whole.passages, *more),
        index=whole.index.extended(Lexical.build(words, whole.index.lexical)),
        titles=Extended(whole.titles, Lexical.build(map(_titles, more), whole.titles)),
        twin=np.concatenate([whole.twin, len(whole.twin) + np.arange(len(more))]),
        vectors=whole.vectors + Lacking(len(all_keys) if whole.cache is not None else 0),
        hints=_with_more(whole.hints, more, asked),
        words=(*whole.words, *words),
        keys=np.concatenate([whole.keys, keys]),
        all_keys=np.concatenate([whole.all_keys, all_keys]),
        masks={},
        gone=gone,
        whole=whole,
    )


def more_verified(store: KnowledgeStore, shelf: Shelf, known: VerifiedAnswers) -> VerifiedAnswers:
    """The answers `known` without those that are used no more, and with the new ones beside them.

    A question that was put in other words stays as it was: the whole is read again soon.
    """
    revision, whole = store.revision(VERIFIED), known.whole or known
    used = store.ids_in_use()
    fresh = store.answers_in_use(sorted(used - whole.answers.keys())[-FEW_ANSWERS:])
    answers = {id: answer for id, answer in whole.answers.items() if id in used}
    more = {answer.id: answer for answer in fresh}
    wordings, keys = wordings_of(more, shelf)
    return VerifiedAnswers(
        revision,
        answers | more,
        MoreWordings(whole.wordings, wordings),
        whole.vectors + Lacking(len(keys) if shelf.cache is not None else 0),
        np.concatenate([whole.keys, keys]),
        whole=whole,
    )


def _titles(passage: Passage) -> str:
    return " ".join(passage.titles[1:])


def _with_more(hints: Hints, more: tuple[Passage, ...], asked: tuple[Hint, ...]) -> Hints:
    """The hints of a shelf with these passages at its end, and what people ask of them, found by words."""
    words = [one.text for one in asked]
    first = int(max(hints.lesson_of.max(initial=-1), hints.owner.max(initial=-1))) + 1
    groups = {own: first + n for n, own in enumerate(dict.fromkeys((one.group, one.unit) for one in asked))}
    first = int(hints.section_of.max(initial=-1)) + 1
    places = {own: first + n for n, own in enumerate(dict.fromkeys((one.locator, one.unit) for one in more))}
    return Hints(
        index=hints.index.extended(Lexical.build(words, hints.index.lexical)) if words else hints.index,
        owner=_and(hints.owner, [groups[one.group, one.unit] for one in asked]),
        lesson_of=_and(hints.lesson_of, [groups.get((one.group, one.unit), -1) for one in more]),
        section=_and(hints.section, [places[one.place, one.unit] for one in asked]),
        section_of=_and(hints.section_of, [places[one.locator, one.unit] for one in more]),
        keys=np.concatenate([hints.keys, keys_of(words)]),
    )


def _and(numbers: np.ndarray, more: list[int]) -> np.ndarray:
    return np.concatenate([numbers, np.array(more, np.int64)])
