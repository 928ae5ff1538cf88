"""The assistant of one process: a question in, an answer out."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from assistant.answering import compose
from assistant.answering.answer import REGISTERS, Answer
from assistant.answering.privacy import mask
from assistant.answering.question import LONGEST, Question, understand
from assistant.answering.safety import load_refusals, refusal, urgent_card
from assistant.answering.signs import Heard
from assistant.knowledge.store import KnowledgeStore
from assistant.knowledge.verified import Verified
from assistant.retrieval import calibration, evidence
from assistant.retrieval.cache import VectorCache
from assistant.retrieval.embedding import Embedder, EmbedderMissing, open_embedder
from assistant.retrieval.evidence import Evidence
from assistant.retrieval.search import Ranking
from assistant.settings import Settings
from assistant.snapshot import Checked, Progress, Shelf, build_shelf, read_checked, vector_texts
from assistant.storage import make_engine
from courses import urgent
from courses.model import Library
from i18n.vietnamese import clean

log = logging.getLogger(__name__)

LESSON_BONUS = 0.08
"""What a passage of the lesson in which a question is asked gets on top (fused scores go from 0 to 1)."""

FOLLOW_UP_BONUS = 0.3
"""What a passage gets that holds what a follow-up asks for (an amount, a duration, a place)."""

FEW_VECTORS = 24
"""Vectors that are made while starting. More are made by `python -m assistant index`, in a process of its
own: beside the questions in this one they would slow every answer. What it saves is picked up."""

LOOK_AGAIN_SECONDS = 2.0


class Assistant:
    """Answers questions; one per process, safe for threads. Open it with `Assistant.open`."""

    def __init__(self, settings: Settings, library: Library, engine: Engine) -> None:
        self.settings = settings
        self.store = KnowledgeStore(engine)
        self._library = library
        self._reloading = threading.Lock()
        self._curves: dict[tuple[str, bool], calibration.Curve] = {}
        self._cards = urgent.load()
        self._refusals = load_refusals()
        self._embedder: Embedder | None = None
        self._embedder_problem = ""
        self._cache: VectorCache | None = None
        self._looked_at = 0.0
        self._shelf: Shelf
        self._checked: Checked

    @classmethod
    def open(cls, settings: Settings, library: Library, engine: Engine | None = None) -> Assistant:
        """Load models and indexes; the first question is as quick as the next.

        The database must be up to date (`assistant.knowledge.store.prepare`). A missing embedder
        makes search go by words alone; `status()` says so.
        """
        assistant = cls(settings, library, engine or make_engine(settings.database_url))
        assistant.load_models()
        assistant._fill_few()
        return assistant

    def load_models(self) -> None:
        """Load the embedder and the indexes; make no vectors."""
        self._open_embedder()
        self._load()

    def ask(
        self,
        question: str,
        register: str = "standard",
        audience: str | None = None,
        history: Sequence[Answer | str] = (),
        lesson: str | None = None,
        unit: str | None = None,
    ) -> Answer:
        """Answer one question.

        `history`: earlier answers (or questions) of the conversation, newest last; `lesson`: the one
        it is asked in, "course/lesson"; `unit`: only verified answers of this unit or of all units
        count (None: all). Raises ValueError for an unknown register. Nothing is stored.
        """
        if register not in REGISTERS:
            raise ValueError(f"register is “{register}”, not one of {', '.join(REGISTERS)}")
        started = time.perf_counter()
        self._keep_up()
        masked = mask(clean(question)[:LONGEST])
        earlier = [mask(one.question if isinstance(one, Answer) else clean(one)).text for one in history]
        answer = self._answer(masked.text, register, audience, earlier, lesson, unit)
        elapsed = round((time.perf_counter() - started) * 1000)
        return replace(answer, elapsed_ms=elapsed, note=" ".join(filter(None, (answer.note, masked.note))))

    def _answer(
        self,
        asked: str,
        register: str,
        audience: str | None,
        earlier: Sequence[str],
        lesson: str | None,
        unit: str | None,
    ) -> Answer:
        heard = Heard(asked)
        if not heard.words:
            return compose.nothing_asked(asked, register)
        card = urgent_card(heard, self._cards)
        if card is not None:
            return compose.from_card(asked, card, register)
        turned_down = refusal(heard, self._refusals)
        if turned_down is not None:
            return compose.refused(asked, turned_down, register)
        # An unknown group sees what everybody sees; a made-up name must not fill the memory.
        audience = audience if self._library.audience(audience) else None
        shelf, checked = self._shelf, self._checked
        read = understand(asked, shelf.restorer, earlier)
        vector = self._embedder.query(read.heard_as) if self._embedder else None
        verified = self._same_question(checked, read, vector, unit)
        if verified is not None:
            return compose.from_verified(read, *verified, register)
        ranking = self._search(shelf, read, vector, register, audience, lesson)
        curve = self._curve(ranking.dense, read.folded)
        confidence = curve.confidence(self._evidence(shelf, ranking, read))
        is_sure = confidence >= curve.threshold
        return compose.from_ranking(read, ranking, shelf, vector, confidence, is_sure, register)

    def _same_question(
        self, checked: Checked, question: Question, vector, unit: str | None
    ) -> tuple[Verified, float] | None:
        def wanted(owner: int) -> bool:
            return unit is None or checked.answers[owner].unit in (None, unit)

        likeness = checked.wordings.nearest(question.heard_as, vector, wanted)
        if likeness is None or not likeness.same:
            return None
        return checked.answers[likeness.owner], likeness.score

    def evidence(self, question: str, register: str = "standard") -> Evidence:
        """What a search finds for a question, for measuring and calibrating."""
        shelf = self._shelf
        read = understand(mask(clean(question)[:LONGEST]).text, shelf.restorer)
        vector = self._embedder.query(read.heard_as) if self._embedder else None
        return self._evidence(shelf, self._search(shelf, read, vector, register, None, None), read)

    def found(self, question: str, register: str = "standard") -> tuple[str, ...]:
        """The lessons that a search finds, "course/lesson", best first and each once, sure or not."""
        shelf = self._shelf
        read = understand(mask(clean(question)[:LONGEST]).text, shelf.restorer)
        vector = self._embedder.query(read.heard_as) if self._embedder else None
        hits = self._search(shelf, read, vector, register, None, None).hits
        return tuple(dict.fromkeys(shelf.passages[hit.number].group for hit in hits))

    def _evidence(self, shelf: Shelf, ranking: Ranking, question: Question) -> Evidence:
        texts = [shelf.words_of(hit.number) for hit in ranking.hits[: evidence.READ]]
        return evidence.gather(ranking, question.heard_as, question.words, texts, shelf.index.lexical)

    def _search(
        self,
        shelf: Shelf,
        question: Question,
        vector,
        register: str,
        audience: str | None,
        lesson: str | None,
    ) -> Ranking:
        bonus = shelf.title_bonus(question.heard_as)
        if question.leans_back:
            # The topic comes from the turn before; what is new is the kind of thing that is asked.
            bonus = bonus + shelf.of_form(question.form) * FOLLOW_UP_BONUS
        if lesson:
            bonus = bonus + shelf.in_group(lesson) * LESSON_BONUS
        return shelf.index.search(
            question.heard_as,
            vector,
            allowed=shelf.allowed(register, audience),
            twin=shelf.twin,
            bonus=bonus,
            count=10,
        )

    def _curve(self, dense: bool, folded: bool) -> calibration.Curve:
        identity = self._embedder.identity if dense and self._embedder else "none"
        key = (identity, folded)
        if key not in self._curves:
            self._curves[key] = calibration.load(identity, folded)
        return self._curves[key]

    def _identity(self, shelf: Shelf) -> str:
        """Which curve this shelf's evidence is read with."""
        return self._embedder.identity if self._embedder and shelf.index.is_dense else "none"

    def status(self) -> dict[str, Any]:
        """What is loaded and what is missing, as plain JSON values."""
        shelf = self._shelf
        problems = [self._embedder_problem] if self._embedder_problem else []
        if self._embedder and not shelf.index.is_dense:
            problems.append("vectors are missing: run python -m assistant index")
        return {
            "ready": bool(shelf.passages),
            "search": "hybrid" if shelf.index.is_dense else "lexical",
            "embedder": self._embedder.identity if self._embedder else "none",
            "evidence": self._identity(shelf),
            "passages": len(shelf.passages),
            "missing_vectors": shelf.missing_vectors,
            "verified_answers": len(self._checked.answers),
            "revision": self._checked.revision,
            "library": self._library.version,
            "urgent_cards": len(self._cards.cards),
            "problems": problems,
        }

    def refresh(self, library: Library | None = None) -> None:
        """Load everything again, with a newer library if one is given; the old serves meanwhile."""
        if library is not None:
            self._library = library
        self._load()
        self._fill_few()

    def fill_vectors(self, progress: Progress | None = None) -> int:
        """Make the vectors that are missing and search with them; returns how many were made."""
        if self._embedder is None or self._cache is None:
            return 0
        before = self._shelf.missing_vectors
        made = self._cache.fill(vector_texts(self._shelf.passages), self._embedder, progress)
        if made or before:
            self._load()
        return made

    def ship_vectors(self, path) -> int:
        """Write the vectors of the lessons alone to `path`, to come with the program; how many."""
        if self._cache is None:
            return 0
        return self._cache.ship(path, vector_texts(self._shelf.passages))

    def _open_embedder(self) -> None:
        try:
            self._embedder = open_embedder(self.settings.embedder)
        except EmbedderMissing as error:
            self._embedder_problem = str(error)
            log.warning("%s; search goes by words alone", error)
        if self._embedder:
            self._cache = VectorCache(self.settings.instance / "vectors", self._embedder.identity)

    def _load(self) -> None:
        with self._reloading:
            shelf = build_shelf(self._library, self._cache, self.settings.instance / "index")
            # Both are built before either is shown: a question never meets a mix.
            self._checked = read_checked(self.store, shelf, self._embedder)
            self._shelf = shelf

    def _keep_up(self) -> None:
        """Load what staff changed since the last question. A database that is away changes nothing."""
        self._pick_up_vectors()
        try:
            if self.store.revision() == self._checked.revision:
                return
            with self._reloading:
                if self.store.revision() != self._checked.revision:
                    self._checked = read_checked(self.store, self._shelf, self._embedder)
        except SQLAlchemyError as error:
            log.warning("verified answers cannot be read again: %s", type(error).__name__)

    def _fill_few(self) -> None:
        """Make the missing vectors if they are few."""
        if self._embedder is not None and 0 < self._shelf.missing_vectors <= FEW_VECTORS:
            self.fill_vectors()

    def _pick_up_vectors(self) -> None:
        """Load vectors that another process has saved, looking at most every two seconds."""
        now = time.monotonic()
        if (
            self._cache is None
            or not self._shelf.missing_vectors
            or now - self._looked_at < LOOK_AGAIN_SECONDS
        ):
            return
        self._looked_at = now
        if self._cache.read_again():
            self._load()
