"""One question on its way to an answer: what it says, and what was found for it, each worked out once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property

import numpy as np

from assistant.answering import ranking, routing
from assistant.answering.routing import Sureness
from assistant.indexing.snapshot import Snapshot
from assistant.retrieval.paraphrases import Likeness
from assistant.retrieval.record_hits import RecordHit, RecordRanking
from assistant.retrieval.search import Ranking
from assistant.understanding.heard import heard
from assistant.understanding.parts import parts_of
from assistant.understanding.query import Query, names_nothing, understand
from i18n.vietnamese.typed_words import TypedWords


@dataclass(frozen=True)
class Asked:
    """A question, how it is put, and what this process knows while it is answered.

    `text` was cleaned, and numbers that identify a person are masked in it; `note` says so kindly. `earlier`:
    the questions before it, newest last. `lesson`: the one it is asked in, "course/lesson"; `unit`: only
    what this unit or everybody keeps counts (None: all); `level`: only procedures of this level, such as
    "Cấp Xã". `today`: the day in Viet Nam. `joined`: it is a further part of one question; the first part is
    the last of `earlier`.
    """

    text: str
    snapshot: Snapshot
    today: date
    register: str = "standard"
    audience: str | None = None
    lesson: str | None = None
    unit: str | None = None
    level: str | None = None
    earlier: tuple[str, ...] = ()
    note: str = ""
    numbers: Mapping[str, str] = field(default_factory=dict)
    joined: bool = False

    @cached_property
    def typed(self) -> TypedWords:
        """Its words as they were typed, for hearing phrases in them; a strange address is said in words."""
        return heard(self.text)

    @cached_property
    def query(self) -> Query:
        """It made ready for searching: diacritics restored, its intent read."""
        return understand(self.text, self.snapshot.restorer, self.earlier, joined=self.joined)

    @cached_property
    def parts(self) -> tuple[Asked, ...]:
        """The questions in it, each to be answered for itself; it alone if it asks one thing."""
        if self.joined:
            return (self,)
        texts = parts_of(understand(self.text, self.snapshot.restorer).heard_as)
        if len(texts) == 1:
            return (self,)
        first = replace(self, text=texts[0], note="")
        return (
            first,
            *(
                replace(first, text=text, earlier=(*self.earlier, texts[0]), joined=True)
                for text in texts[1:]
            ),
        )

    @cached_property
    def vector(self) -> np.ndarray | None:
        """Its meaning: float32, shape (size,). Making it takes longer than all the rest together."""
        return self.snapshot.encoder(self.query.heard_as)

    @cached_property
    def likeness(self) -> Likeness | None:
        """The verified answer whose question is nearest to this one, by words and by meaning."""
        return self._nearest_verified(self.vector)

    @cached_property
    def likeness_by_words(self) -> Likeness | None:
        """The same by words alone."""
        return self._nearest_verified(None)

    def _nearest_verified(self, vector: np.ndarray | None) -> Likeness | None:
        verified, query = self.snapshot.verified, self.query
        allowed = verified.allowed(self.unit)
        # As it was typed too: what was heard may have lost a word that nobody else uses. But not where its
        # topic stands in the question before: the same words were answered about something else.
        typed = () if query.leans_back else (query.typed,)
        wordings = [words for words in (*typed, query.heard_as) if not names_nothing(words)]
        found = [verified.wordings.nearest(words, vector, allowed) for words in wordings]
        return max(filter(None, found), key=lambda one: (one.same, one.score), default=None)

    @cached_property
    def hints(self) -> np.ndarray:
        """How well what people ask of each passage fits it: float, shape (passages,)."""
        shelf, query = self.snapshot.shelf, self.query
        return shelf.hint_bonus(query.heard_as, self.vector, sections=not query.leans_back)

    @cached_property
    def ranking(self) -> Ranking:
        """The passages that speak of it, best first."""
        return ranking.passages(self.query, self.vector, self.snapshot.shelf, self.hints, self.register,
                                self.audience, self.unit, self.lesson)  # fmt: skip

    @cached_property
    def records(self) -> RecordRanking:
        """The procedures that may be meant, best first."""
        return ranking.records(self.query, self.vector, self.snapshot.procedures, self.level)

    @cached_property
    def records_by_name(self) -> RecordRanking:
        """The procedures that it names, found by words alone."""
        return ranking.records(self.query, None, self.snapshot.procedures, self.level)

    @cached_property
    def sureness(self) -> Sureness:
        """How likely the best passage and the best record answer."""
        return ranking.sureness(self.query, self.ranking, self.records, self.snapshot)

    @cached_property
    def tied(self) -> tuple[RecordHit, ...]:
        """The first records, as far as the question does not tell them apart."""
        rows = self.snapshot.procedures.rows
        return routing.tied_records(self.records, lambda one: rows[one].often, lambda one: rows[one].title)

    @cached_property
    def route(self) -> str:
        """Whether lessons or a record answer, or what is meant must be asked back."""
        return routing.choose(self.query, len(self.tied), self.sureness)

    def titles(self, hits: Sequence[RecordHit]) -> list[str]:
        """What these records are called."""
        return [self.snapshot.procedures.rows[hit.number].title for hit in hits]
