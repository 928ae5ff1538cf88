"""What staff keep in the store as passages: documents in force today, and local facts."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy.exc import SQLAlchemyError

from assistant.documents.document import document_passages
from assistant.knowledge.entry import DOCUMENT, FACT, Entry
from assistant.knowledge.facts import fact_passages
from assistant.knowledge.passage import Passage
from assistant.knowledge.store import KnowledgeStore

log = logging.getLogger(__name__)

READERS = ((DOCUMENT, document_passages), (FACT, fact_passages))

FEW_ENTRIES, FEW_PASSAGES = 12, 24
"""How much of what was saved since is read before a question: it takes a twentieth of a second."""

Passages = dict[int, tuple[Passage, ...]]
"""The passages of each entry, by its id, in the order of the shelf."""


class Changed(NamedTuple):
    """What staff changed: the passages of new entries, and the ids of those that are used no more."""

    new: Passages
    gone: frozenset[int]


class StaffPassages:
    """Reads them, each entry once a day: an entry never changes, it is replaced.

    An entry that cannot be read is left out and named, and takes nothing else with it.
    """

    def __init__(self, store: KnowledgeStore) -> None:
        self._store = store
        self._read: dict[tuple[int, date], tuple[Passage, ...]] = {}
        self._long: set[int] = set()
        self.left_out: tuple[str, ...] = ()
        """What staff keep and cannot be read, a sentence each."""

    def all(self, today: date) -> Passages:
        """All of them."""
        made: Passages = {}
        left_out: list[str] = []
        for kind, passages in READERS:
            for key, id, _mark in self._store.fingerprints(kind):
                whole, problem = self._read.get((id, today)), ""
                if whole is None:
                    whole, problem = self._passages_of(id, passages, today)
                made[id] = whole
                left_out += [f"{kind} “{key}” cannot be read: {problem}"] if problem else []
        self._read = {(id, today): passages for id, passages in made.items()}
        self.left_out = tuple(left_out)
        return made

    def changed(self, known: Collection[int], today: date) -> Changed:
        """What is other than in the entries `known`, without what is too much for a question to wait for.

        Facts come first, and the newest.
        """
        used: set[int] = set()
        new: Passages = {}
        count = tried = 0
        for kind, passages in reversed(READERS):
            ids = {id for _key, id, _mark in self._store.fingerprints(kind)}
            used |= ids
            for id in sorted(ids - set(known) - self._long, reverse=True)[: FEW_ENTRIES - tried]:
                tried += 1
                found, _problem = self._passages_of(id, passages, today)
                if len(found) > FEW_PASSAGES:
                    self._long.add(id)
                elif count + len(found) <= FEW_PASSAGES:
                    new[id], count = found, count + len(found)
        return Changed(new, frozenset(known) - used)

    def _passages_of(
        self, id: int, passages: Callable[[Sequence[Entry], date], tuple[Passage, ...]], today: date
    ) -> tuple[tuple[Passage, ...], str]:
        try:
            return passages([self._store.entry(id)], today), ""
        except SQLAlchemyError:
            raise
        except Exception as error:  # whatever stands in the row
            log.warning("entry %d is left out: %s", id, type(error).__name__, exc_info=True)
            return (), type(error).__name__
