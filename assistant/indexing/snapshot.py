"""What one question sees from its beginning to its end: frozen, shared by threads, exchanged as a whole."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import lru_cache

import numpy as np

from assistant.answer import Answer
from assistant.indexing.given import Answers
from assistant.indexing.passages import Shelf, VerifiedAnswers
from assistant.indexing.procedures import Procedures
from assistant.indexing.vector_cache import Lacking
from assistant.knowledge.store import KnowledgeStore, NotFound
from assistant.procedures.record import Procedure
from assistant.retrieval.calibration import Curves
from assistant.retrieval.embedding import Embedder
from assistant.understanding.danger import Ear, Meaning
from assistant.understanding.safety import Refusals
from courses.urgent import Cards
from i18n.vietnamese import Restorer

REMEMBERED = 2000
"""Questions whose vectors a process keeps, in memory alone (3 MB): many ask what the news made them ask,
and making a vector is most of the work of an answer."""


class Encoder:
    """Vectors of questions through one embedder, and the curves that its scores are read with."""

    def __init__(self, embedder: Embedder | None) -> None:
        self.identity = embedder.identity if embedder else "none"
        self.curves = Curves(self.identity)
        self._query = lru_cache(REMEMBERED)(embedder.query) if embedder else None

    def __call__(self, text: str) -> np.ndarray | None:
        """The vector of a question in which personal numbers are covered: float32, shape (size,).

        None without an embedder.
        """
        return self._query(text) if self._query else None


@dataclass(frozen=True)
class Guards:
    """What comes before any search: cards for who is in danger, and what a machine must not answer.

    `ear` hears of danger that no card's signs name, `meaning` of what its words alone do not tell.
    """

    cards: Cards
    refusals: Refusals
    ear: Ear
    meaning: Meaning | None = None


@dataclass(frozen=True)
class Snapshot:
    """Everything one question needs.

    `shelf_seen`: what the shelf was built whole from. `taken_in`: the counters of documents and of facts up
    to which it holds what staff saved. `old_after_days`: the age from which a record is called old. `given`:
    answers that were made of all this.
    """

    procedures: Procedures
    shelf: Shelf
    verified: VerifiedAnswers
    restorer: Restorer
    encoder: Encoder
    guards: Guards
    store: KnowledgeStore
    old_after_days: int
    shelf_seen: tuple[object, ...]
    taken_in: tuple[object, ...] = ()
    given: Answers[Answer] = field(default_factory=Answers, init=False, compare=False)

    @property
    def vectors(self) -> Lacking:
        """How many texts have no vector yet, and how many never will."""
        return self.shelf.vectors + self.procedures.vectors + self.verified.vectors

    def record(self, number: int) -> Procedure | None:
        """A record by its number, as the store has it now; None if it was retired meanwhile."""
        try:
            entry = self.store.entry(self.procedures.rows[number].id)
        except NotFound:
            return None
        return replace(Procedure.from_json(entry.data), flags=entry.flags)
