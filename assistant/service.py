"""The assistant of one process: a question in, an answer out."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from assistant.answer import REGISTERS, Answer, new_id
from assistant.answering import pipeline
from assistant.answering.asked import Asked
from assistant.answering.explaining import explained
from assistant.generation import rewrite
from assistant.generation.rewrite import Improved
from assistant.indexing import vector_filling
from assistant.indexing.embedder_switch import InUse
from assistant.indexing.live import Live
from assistant.indexing.passages import Progress
from assistant.indexing.snapshot import Snapshot
from assistant.indexing.vector_cache import VectorCache
from assistant.knowledge.store import KnowledgeStore
from assistant.models.generator import Generator
from assistant.models.open_model import ModelSettingError, open_generator
from assistant.models.shared import SharedModel
from assistant.retrieval.embedding import Embedder
from assistant.settings import Settings
from assistant.storage import make_engine
from assistant.understanding.privacy import mask
from assistant.understanding.query import LONGEST
from courses.model import Library
from courses.urgent import NATIONAL
from i18n.dates import today
from i18n.vietnamese import clean

log = logging.getLogger(__name__)


class Assistant:
    """Answers questions; one per process, safe for threads. Open it with `Assistant.open`."""

    def __init__(self, settings: Settings, library: Library, engine: Engine) -> None:
        self.settings = settings
        self.store = KnowledgeStore(engine)
        self._library = library
        self._live = Live(settings, library, self.store, today, self._has_loaded)
        self._in_use = InUse(settings.embedder, settings.instance / "vectors", self._texts, self._use)
        self._serves = False
        self._generator: Generator | None = None
        self._generator_problem = ""

    @property
    def now(self) -> Snapshot:
        """What questions are answered from at this moment."""
        return self._live.now

    @classmethod
    def open(cls, settings: Settings, library: Library, engine: Engine | None = None) -> Assistant:
        """Load models and indexes; the first question is as quick as the next.

        The database must be up to date (`assistant.knowledge.store.prepare`). A missing embedder
        makes search go by words alone; `status()` says so.
        """
        assistant = cls(
            settings, library, engine or make_engine(settings.database_url, synchronous=settings.synchronous)
        )
        assistant.load_models(serves=True)
        assistant._warm_generator()
        return assistant

    def load_models(self, serves: bool = False) -> None:
        """Load the embedder and the indexes; make no vectors.

        `serves`: questions are answered, with the embedder that has vectors; else it is the one that the
        settings name, whose vectors are to be made.
        """
        self._serves = serves
        self._open_generator()
        self._in_use.open(serves)

    def follow_in_background(self) -> None:
        """From now on follow what changes in a thread of its own, as a server does.

        A question then takes in no more than the little that staff saved a moment ago; without the thread
        each question loads all that changed.
        """
        self._live.follow_in_background()

    def stop(self) -> None:
        """End what goes on beside the questions: the thread, and the process that makes vectors."""
        self._live.stop()

    def ask(
        self,
        question: str,
        register: str = "standard",
        audience: str | None = None,
        history: Sequence[Answer | str] = (),
        lesson: str | None = None,
        unit: str | None = None,
        level: str | None = None,
        numbers: Mapping[str, str] = NATIONAL,
    ) -> Answer:
        """Answer one question.

        `history`: earlier answers (or questions) of the conversation, newest last; `lesson`: the one
        it is asked in, "course/lesson"; `unit`: only what this unit or everybody keeps counts (None:
        all); `level`: only procedures of this level, such as "Cấp Xã"; `numbers`: what a unit says for the
        country's emergency numbers, by number. Raises ValueError for an unknown register. Nothing is stored.
        """
        if register not in REGISTERS:
            raise ValueError(f"register is “{register}”, not one of {', '.join(REGISTERS)}")
        started = time.perf_counter()
        with self._in_use.question():
            revision = self._keep_up()
            asked = self.asked(
                question, history, register=register, audience=audience, lesson=lesson, unit=unit, level=level
            )
            answer = _answer(replace(asked, numbers=numbers), revision)
        return replace(answer, id=new_id(), elapsed_ms=round((time.perf_counter() - started) * 1000))

    def explain(self, question: str, answer: Answer, **put: Any) -> dict[str, Any]:
        """Why a question was answered so, as plain JSON values; `put`: the words of `ask`."""
        history = put.pop("history", ())
        return explained(self.asked(question, history, **put), answer)

    def asked(
        self,
        question: str,
        history: Sequence[Answer | str] = (),
        *,
        register: str = "standard",
        audience: str | None = None,
        lesson: str | None = None,
        unit: str | None = None,
        level: str | None = None,
    ) -> Asked:
        """A question as it is answered: numbers that identify a person are masked, and what is known now.

        The words are those of `ask`.
        """
        masked = mask(clean(question)[:LONGEST])
        earlier = (mask(one.question if isinstance(one, Answer) else clean(one)).text for one in history)
        # An unknown group sees what everybody sees; a made-up name must not fill the memory.
        known = audience if self._library.audience(audience) else None
        return Asked(
            masked.text, self.now, today(), register, known, lesson, unit, level, tuple(earlier), masked.note
        )

    def improve(
        self,
        answer: Answer,
        *,
        stop: threading.Event | None = None,
        on_text: Callable[[str], None] | None = None,
        on_waiting: Callable[[int], None] | None = None,
    ) -> Improved:
        """The same answer in a language model's words, where one is there and nothing is added.

        Whatever fails, the answer stays as it was; see `assistant.generation.rewrite.improve`.
        """
        if self._generator is None:
            return Improved(answer, "there is no language model")
        return rewrite.improve(
            answer,
            self.now.shelf.passages,
            self._generator,
            deadline=time.monotonic() + self.settings.model_seconds,
            stop=stop,
            on_text=on_text,
            on_waiting=on_waiting,
        )

    def model_status(self) -> dict[str, Any] | None:
        """What the language model is doing, and its queue; None without one. May take up to a second."""
        return self._generator.status() if self._generator else None

    def may_improve(self, answer: Answer) -> bool:
        """Whether a language model is there that may put this answer into better words."""
        return self._generator is not None and rewrite.may_improve(answer)

    def status(self) -> dict[str, Any]:
        """What is loaded and what is missing, as plain JSON values.

        `vectors`: how many texts wait for one, and how many never get one because the embedder died of
        them or refused them; both are found by their words.
        """
        now = self.now
        shelf, procedures, lacking = now.shelf, now.procedures, now.vectors
        embedder = now.encoder.identity
        problems = list(filter(None, (self._in_use.problem, self._generator_problem, self._live.problem)))
        problems += self._live.left_out
        if embedder != "none" and not shelf.index.is_dense:
            problems.append("vectors are missing: run python -m assistant index")
        if procedures.waiting:
            problems.append("procedures wait to be indexed: run python -m assistant index")
        return {
            "ready": bool(shelf.passages),
            "search": "hybrid" if shelf.index.is_dense else "lexical",
            "embedder": embedder,
            **self._in_use.status(),
            "evidence": embedder if shelf.index.is_dense else "none",
            "passages": len(shelf.passages),
            "missing_vectors": lacking.waiting,
            "vectors": lacking._asdict(),
            "procedures": len(procedures.numbers),
            "procedures_waiting": procedures.waiting,
            "procedures_search": "hybrid" if procedures.index.is_dense else "lexical",
            "verified_answers": len(now.verified.answers),
            "revision": now.verified.revision,
            "library": self._library.version,
            "urgent_cards": len(now.guards.cards.cards),
            "model": self._generator is not None,
            "problems": problems,
        }

    @property
    def is_up_to_date(self) -> bool:
        """Whether this process answers from all that staff have saved by now: facts, documents, answers."""
        return self._live.is_up_to_date

    def skipped(self) -> list[dict[str, str]]:
        """The texts that no vector can be made of: how each begins, why, and where it stands."""
        return vector_filling.skipped(self._live)

    def refresh(self, library: Library | None = None) -> None:
        """Load everything again, with a newer library if one is given; the old serves meanwhile."""
        if library is not None:
            self._library = library
        self._load(library)

    def fill_vectors(self, progress: Progress | None = None) -> int:
        """Make the vectors that are missing and search with them; returns how many were made.

        See `vector_filling.fill`. One process of a machine at a time should do this: see
        `assistant.indexing.background.alone`.
        """
        made = vector_filling.fill(self._live, self._in_use.name, self._keep_up, progress)
        if self.now.vectors.waiting:
            self._load()
        return made

    def build_index(self) -> int:
        """Index all procedures for every worker of this machine; returns how many there are."""
        return self._live.build_index()

    def ship_vectors(self, path: Path) -> int:
        """Write the vectors of the program's own texts to `path`: lessons, and what people ask; how many."""
        return vector_filling.ship(self._live, path)

    def _texts(self) -> list[str]:
        return vector_filling.texts(self._live)

    def _use(self, embedder: Embedder | None, cache: VectorCache | None) -> None:
        """Load everything with this embedder; if that fails, the one from before goes on."""
        self._live.use(embedder, cache)
        self._has_loaded()

    def _load(self, library: Library | None = None) -> None:
        self._live.load(library)
        self._has_loaded()

    def _has_loaded(self) -> None:
        if self._serves:
            self._in_use.has_loaded(self.now.vectors.waiting)

    def _open_generator(self) -> None:
        settings = self.settings
        try:
            self._generator = open_generator(
                settings.model,
                settings.instance,
                context=settings.model_context,
                threads=settings.model_threads,
                idle_seconds=settings.model_idle_seconds,
                key=settings.model_key,
            )
        except ModelSettingError as error:
            self._generator_problem = str(error)
            log.warning("%s; answers stay in their sources' words", error)

    def _warm_generator(self) -> None:
        """Begin to load the model, so that the first question does not wait for it."""
        if isinstance(self._generator, SharedModel):
            self._generator.warm()

    def _keep_up(self) -> int | None:
        """Load what changed since the last question; where a thread does, only what is little.

        A database that is away changes nothing. Returns what `Live.take_in` does, in a server.
        """
        if self._live.follows_in_background:
            return self._live.take_in()
        try:
            if self._live.catch_up():
                self._has_loaded()
        except SQLAlchemyError as error:
            log.warning("knowledge cannot be read again: %s", type(error).__name__)
        return None


def _answer(asked: Asked, revision: int | None) -> Answer:
    """The answer; of a server the same as a moment ago, where the same is asked and nothing changed.

    `revision`: of the procedures, which are read from the store; None: nothing is remembered.
    """
    if revision is None:
        return pipeline.respond(asked)
    put = (getattr(asked, one.name) for one in fields(asked) if one.name != "snapshot")
    depends_on = (revision, *(tuple(sorted(one.items())) if isinstance(one, Mapping) else one for one in put))
    return asked.snapshot.given.of(depends_on, lambda: pipeline.respond(asked))
