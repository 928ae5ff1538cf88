"""The texts that search wants vectors of: which they are, which are missing, and having them made."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from assistant.indexing.live import Live
from assistant.indexing.passages import Progress, vector_texts
from assistant.indexing.procedures import shipped_saying_texts
from assistant.indexing.procedures import vector_texts as record_texts
from assistant.indexing.vector_cache import NAMED_LETTERS, question_key
from assistant.retrieval.making import Maker

OURS = ("lesson", "term")
"""Kinds of passages that come with the program."""

ROUND = 1000
"""Stored texts whose vectors are made before it is looked what was published meanwhile."""


def texts(live: Live) -> list[str]:
    """Every text that search wants a vector of; what staff keep first, it was published just now."""
    if not live.is_loaded:
        live.load()
    passages = sorted(live.now.shelf.passages, key=lambda one: one.kind in OURS)
    return [*vector_texts(tuple(passages), live.hints), *record_texts(live.now.procedures)]


def asked_texts(live: Live) -> list[str]:
    """Every text that search wants a vector of as a question: what checked answers were asked."""
    return [one for answer in live.now.verified.answers.values() for one in answer.questions]


def fill(live: Live, embedder: str, catch_up: Callable[[], object], progress: Progress | None = None) -> int:
    """Make the vectors that are missing and keep them; returns how many were made.

    They are made in a child process: a text that it does not survive is left out, see `skipped`. After each
    thousand `catch_up` loads what was published meanwhile, and that is made first: an import takes a quarter
    of an hour. Raises EmbedderMissing if no such process can be started.
    """
    cache = live.cache
    if cache is None:
        return 0
    made, goes_on = 0, True
    with Maker(embedder) as maker:
        while goes_on:
            # What was asked first: these are few, and an officer waits for them.
            here = cache.fill(asked_texts(live), maker, progress, key=question_key)
            missing = cache.missing(texts(live))
            here += cache.fill(missing[:ROUND], maker, _after(progress, made + here, len(missing)))
            made += here
            goes_on = here > 0 and len(missing) > ROUND
            if goes_on:
                catch_up()
    return made


def skipped(live: Live) -> list[dict[str, str]]:
    """The texts that no vector can be made of: how each begins, why, and where it stands."""
    cache, shelf, verified = live.cache, live.now.shelf, live.now.verified
    if cache is None:
        return []
    named = cache.skipped(texts(live))
    asked = cache.skipped(asked_texts(live), question_key)
    places = {text: one.locator for one in shelf.passages for text in (one.search_text, *one.items)}
    owners = {text: f"checked answer {one.id}" for one in verified.answers.values() for text in one.questions}
    rows = {row.head: f"/thu-tuc/{row.code}" for row in live.now.procedures.rows}
    return [
        {"text": " ".join(text.split())[:NAMED_LETTERS], "why": why, "place": where.get(text, "")}
        for found, where in ((named, {**rows, **places}), (asked, owners))
        for text, why in found.items()
    ]


def ship(live: Live, path: Path) -> int:
    """Write the vectors of the program's own texts to `path`: lessons, and what people ask; how many."""
    if live.cache is None:
        return 0
    ours = tuple(one for one in live.now.shelf.passages if one.kind in OURS)
    return live.cache.ship(path, [*vector_texts(ours, live.hints), *shipped_saying_texts()])


def _after(progress: Progress | None, before: int, waiting: int) -> Progress | None:
    """Progress of one round, told as part of the whole: `before` were made, `waiting` more there are."""
    return progress and (lambda done, _total: progress(before + done, before + waiting))
