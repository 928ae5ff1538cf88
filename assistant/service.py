"""The assistant of one process: a question in, an answer out."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache
from typing import Any

import numpy as np
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from assistant.answer import ANSWERED, REGISTERS, Answer, Citation
from assistant.answering import compose
from assistant.answering.deadlines import without_past
from assistant.answering.plain_register import plainly
from assistant.answering.routing import ASK_BACK, RECORD, Sureness, choose, is_named, meant_alike, says_all
from assistant.generation import rewrite
from assistant.generation.rewrite import Improved
from assistant.indexing.embedder_switch import InUse
from assistant.indexing.live import Live, Loaded
from assistant.indexing.passages import Checked, Progress, Shelf, vector_texts
from assistant.indexing.procedures import Catalogue, saying_texts
from assistant.indexing.procedures import vector_texts as record_texts
from assistant.indexing.vector_cache import NAMED_LETTERS, VectorCache, question_key
from assistant.knowledge.entry import PROCEDURE
from assistant.knowledge.store import KnowledgeStore, NotFound
from assistant.knowledge.verified import Verified
from assistant.models.generator import Generator
from assistant.models.open_model import ModelSettingError, open_generator
from assistant.models.shared import SharedModel
from assistant.procedures import everyday_names
from assistant.procedures.record import Procedure
from assistant.retrieval import calibration, evidence
from assistant.retrieval.embedding import Embedder
from assistant.retrieval.evidence import Evidence
from assistant.retrieval.making import Maker
from assistant.retrieval.paraphrases import Likeness
from assistant.retrieval.records import NO_RECORDS, RecordRanking
from assistant.retrieval.search import Ranking
from assistant.settings import Settings
from assistant.storage import make_engine
from assistant.understanding.intents import DEFINITION, FIELD_FORMS, SHEET
from assistant.understanding.privacy import mask
from assistant.understanding.query import LONGEST, Question, names_nothing, understand
from assistant.understanding.safety import load_refusals, refusal, urgent_card
from courses import urgent
from courses.model import Library
from i18n.dates import VIETNAM
from i18n.vietnamese import clean, fold
from i18n.vietnamese.typed_words import Heard

log = logging.getLogger(__name__)

LESSON_BONUS = 0.08
"""What a passage of the lesson in which a question is asked gets on top (fused scores go from 0 to 1)."""

FOLLOW_UP_BONUS = 0.3
"""What a passage gets that holds what a follow-up asks for (an amount, a duration, a place)."""

OURS = ("lesson", "term")
"""Kinds of passages that come with the program."""

LIKE_CHECKED = 0.3
"""Likeness from which a checked answer may be meant."""

ONE_WORD = 2
"""Telling words of a question that is nothing but a word: most Vietnamese words are two syllables."""

NEAR_ENOUGH = 0.05
"""Sureness from which a record is offered as the nearest thing there is."""

REMEMBERED = 2000
"""Questions whose vectors a process keeps, in memory alone (3 MB): many ask what the news made them ask,
and making a vector is most of the work of an answer."""

ROUND = 1000
"""Stored texts whose vectors are made before it is looked what was published meanwhile."""


@dataclass(frozen=True)
class Asking:
    """How a question is put: in which register, for whom, from where; see `Assistant.ask`."""

    register: str
    audience: str | None = None
    lesson: str | None = None
    unit: str | None = None
    level: str | None = None


class Assistant:
    """Answers questions; one per process, safe for threads. Open it with `Assistant.open`."""

    def __init__(self, settings: Settings, library: Library, engine: Engine) -> None:
        self.settings = settings
        self.store = KnowledgeStore(engine)
        self._library = library
        self._live = Live(settings, library, self.store, self._today, self._has_loaded)
        self._curves: dict[tuple[str, bool], calibration.Curve] = {}
        self._cards = urgent.load()
        self._refusals = load_refusals()
        self._embedder: Embedder | None = None
        self._query: Callable[[str], np.ndarray] | None = None
        self._in_use = InUse(settings.embedder, settings.instance / "vectors", self._texts, self._use)
        self._serves = False
        self._generator: Generator | None = None
        self._generator_problem = ""
        self._record_curves: dict[tuple[str, bool], calibration.RecordCurve] = {}

    @property
    def _shelf(self) -> Shelf:
        return self._live.now.shelf

    @property
    def _catalogue(self) -> Catalogue:
        return self._live.now.catalogue

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

    def keep_up_beside(self) -> None:
        """From now on follow what changes in a thread of its own, as a server does; no question builds.

        Without it each question looks first, and loads what changed.
        """
        self._live.keep_up_beside()

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
    ) -> Answer:
        """Answer one question.

        `history`: earlier answers (or questions) of the conversation, newest last; `lesson`: the one
        it is asked in, "course/lesson"; `unit`: only what this unit or everybody keeps counts (None:
        all); `level`: only procedures of this level, such as "Cấp Xã". Raises ValueError for an unknown
        register. Nothing is stored.
        """
        if register not in REGISTERS:
            raise ValueError(f"register is “{register}”, not one of {', '.join(REGISTERS)}")
        started = time.perf_counter()
        masked = mask(clean(question)[:LONGEST])
        earlier = [mask(one.question if isinstance(one, Answer) else clean(one)).text for one in history]
        with self._in_use.question():
            self._keep_up()
            answer = self._answer(masked.text, earlier, Asking(register, audience, lesson, unit, level))
        answer = without_past(answer, self._today())
        if register == "plain":
            answer = plainly(answer)
        elapsed = round((time.perf_counter() - started) * 1000)
        return replace(answer, elapsed_ms=elapsed, note=" ".join(filter(None, (answer.note, masked.note))))

    def _answer(self, asked: str, earlier: Sequence[str], asking: Asking) -> Answer:
        now = self._live.now
        heard = Heard(asked)
        if not heard.words:
            return compose.nothing_asked(asked, asking.register)
        card = urgent_card(heard, self._cards)
        if card is not None:
            return compose.from_card(asked, card, asking.register)
        turned_down = refusal(heard, self._refusals)
        if turned_down is not None:
            return compose.refused(asked, turned_down, asking.register)
        # An unknown group sees what everybody sees; a made-up name must not fill the memory.
        if not self._library.audience(asking.audience):
            asking = replace(asking, audience=None)
        read = understand(asked, now.restorer, earlier)
        return (
            self._by_title(now, read, asking)
            or self._by_name(now, read, asking)
            or self._by_search(now, read, asking)
        )

    def _by_title(self, now: Loaded, read: Question, asking: Asking) -> Answer | None:
        """What is asked of the record whose title stands before a colon, as in a choice that was tapped."""
        catalogue = now.catalogue
        number = catalogue.titled_in(read.asked)
        if number is None or asking.level not in (None, catalogue.rows[number].level):
            return None
        return self._from_record(catalogue, number, read, 1.0, asking.register)

    def _by_name(self, now: Loaded, read: Question, asking: Asking) -> Answer | None:
        """A field of the one record that a question names, found by words alone; None if it is not so plain.

        Making the question's vector takes longer than all the rest together.
        """
        catalogue = now.catalogue
        if read.form not in (*FIELD_FORMS, SHEET) or self._is_like_checked(now.checked, read, asking.unit):
            return None
        records = self._search_records(catalogue, read, None, asking.level)
        if not records.hits or not is_named(records):
            return None
        evidence = calibration.records_evidence(records)
        confidence = self._record_curve(False, read.folded).confidence(evidence)
        found = self._from_record(catalogue, records.hits[0].number, read, confidence, asking.register)
        return found if found is not None and says_all(read, found) else None

    def _is_like_checked(self, checked: Checked, read: Question, unit: str | None) -> bool:
        """Whether somebody was answered by a person who asked something like it: that must be compared."""
        likeness = self._likeness(checked, read, None, unit)
        return likeness is not None and likeness.score >= LIKE_CHECKED

    def _by_search(self, now: Loaded, read: Question, asking: Asking) -> Answer:
        shelf, checked, catalogue = now.shelf, now.checked, now.catalogue
        vector = self._vector_of(read.heard_as)
        verified = self._same_question(checked, read, vector, asking.unit)
        if verified is not None:
            return compose.from_verified(read, *verified, asking.register)
        ranking = self._search(shelf, read, vector, asking)
        records = self._search_records(catalogue, read, vector, asking.level)
        sure = self._sureness(shelf, read, ranking, records)
        rows = catalogue.rows
        alike = meant_alike(records, lambda one: rows[one].often, lambda one: rows[one].title)
        choice = choose(read, len(alike), sure)
        if choice == ASK_BACK:
            titles = [rows[hit.number].title for hit in alike]
            return compose.which_record(read, titles, sure.record, asking.register)
        if choice == RECORD:
            found = self._from_record(catalogue, records.hits[0].number, read, sure.record, asking.register)
            if found is not None and says_all(read, found):
                return found
        answer = compose.from_ranking(
            read,
            ranking,
            shelf,
            vector,
            sure.lesson,
            sure.lesson_is_sure,
            asking.register,
            self._nearest_records(catalogue, records, sure),
        )
        if answer.outcome == ANSWERED and not says_all(read, answer):
            return compose.abstained(read, answer.citations, sure.lesson, asking.register)
        return answer

    def _sureness(self, shelf: Shelf, read: Question, ranking: Ranking, records: RecordRanking) -> Sureness:
        curve = self._curve(ranking.dense, read.folded)
        record_curve = self._record_curve(records.dense, read.folded)
        return Sureness(
            curve.confidence(self._evidence(shelf, ranking, read)),
            curve.threshold,
            record_curve.confidence(calibration.records_evidence(records)),
            record_curve.threshold,
            self._spoken_of(shelf, ranking, read),
        )

    def _spoken_of(self, shelf: Shelf, ranking: Ranking, read: Question) -> float:
        """How much of what a question is about, beside fees and papers, the best section speaks of."""
        if not ranking.hits:
            return 0.0
        best = shelf.words_of(ranking.hits[0].number)
        return evidence.covered(" ".join(read.topic), read.topic, best, shelf.index.lexical)

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
            self._shelf.passages,
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

    def _same_question(
        self, checked: Checked, question: Question, vector, unit: str | None
    ) -> tuple[Verified, float] | None:
        likeness = self._likeness(checked, question, vector, unit)
        if likeness is None or not likeness.same:
            return None
        return checked.answers[likeness.owner], likeness.score

    def _likeness(self, checked: Checked, question: Question, vector, unit: str | None) -> Likeness | None:
        """The checked answer whose question is nearest to this one, as it was typed and as it was heard."""

        allowed = checked.allowed(unit)
        # As it was typed too: what was heard may have lost a word that nobody else uses. But not where its
        # topic stands in the question before: the same words were answered about something else.
        typed = () if question.leans_back else (question.asked,)
        wordings = [words for words in (*typed, question.heard_as) if not names_nothing(words)]
        found = [checked.wordings.nearest(words, vector, allowed) for words in wordings]
        return max(filter(None, found), key=lambda one: (one.same, one.score), default=None)

    def evidence(self, question: str, register: str = "standard") -> Evidence:
        """What a search finds for a question, for measuring and calibrating."""
        shelf = self._shelf
        read, vector = self._read(question)
        return self._evidence(shelf, self._search(shelf, read, vector, Asking(register)), read)

    def record_evidence(
        self, question: str, history: Sequence[str] = ()
    ) -> tuple[tuple[float, ...], tuple[str, ...]]:
        """(what speaks for the best record, the codes that a search finds, best first)."""
        read, vector = self._read(question, history)
        catalogue = self._catalogue
        records = self._search_records(catalogue, read, vector, None)
        codes = tuple(catalogue.rows[hit.number].code for hit in records.hits)
        return calibration.records_evidence(records), codes

    def same_name(self, code: str, wanted: Sequence[str]) -> bool:
        """Whether a record is one of those wanted, or is called the same (at another level, say)."""
        rows, numbers = self._catalogue.rows, self._catalogue.numbers
        names = {rows[numbers[one]].title.split(" (")[0] for one in wanted if one in numbers}
        return code in wanted or rows[numbers[code]].title.split(" (")[0] in names

    def _read(self, question: str, history: Sequence[str] = ()) -> tuple[Question, np.ndarray | None]:
        read = understand(mask(clean(question)[:LONGEST]).text, self._live.now.restorer, history)
        return read, self._vector_of(read.heard_as)

    def _vector_of(self, question: str) -> np.ndarray | None:
        """The vector of a question in which personal numbers are covered; None without an embedder."""
        return self._query(question) if self._embedder else None

    def found(self, question: str, register: str = "standard") -> tuple[str, ...]:
        """The lessons that a search finds, "course/lesson", best first and each once, sure or not."""
        shelf = self._shelf
        read, vector = self._read(question)
        hits = self._search(shelf, read, vector, Asking(register)).hits
        return tuple(dict.fromkeys(shelf.passages[hit.number].group for hit in hits))

    def _evidence(self, shelf: Shelf, ranking: Ranking, question: Question) -> Evidence:
        texts = [shelf.words_of(hit.number) for hit in ranking.hits[: evidence.READ]]
        return evidence.gather(ranking, question.heard_as, question.words, texts, shelf.index.lexical)

    def _search(self, shelf: Shelf, question: Question, vector, asking: Asking) -> Ranking:
        bonus = shelf.title_bonus(question.heard_as) + shelf.hint_bonus(question.heard_as, vector)
        if question.leans_back:
            # The topic comes from the turn before; what is new is the kind of thing that is asked.
            bonus = bonus + shelf.of_form(question.form) * FOLLOW_UP_BONUS
        if asking.lesson:
            bonus = bonus + shelf.in_group(asking.lesson) * LESSON_BONUS
        return shelf.index.search(
            question.heard_as,
            vector,
            allowed=shelf.allowed(asking.register, asking.audience, asking.unit)
            & self._kinds(shelf, question),
            twin=shelf.twin,
            bonus=bonus,
            count=10,
        )

    def _kinds(self, shelf: Shelf, question: Question) -> np.ndarray:
        """Explanations of words are for who asks what a word means, or says nothing but the word."""
        most = 2 * ONE_WORD if question.form == DEFINITION else ONE_WORD
        if len(question.words) <= most:
            return np.ones(len(shelf.passages), bool)
        return ~shelf.of_kind("term")

    def _search_records(
        self, catalogue: Catalogue, question: Question, vector, level: str | None
    ) -> RecordRanking:
        if not catalogue.rows:
            return NO_RECORDS
        return catalogue.index.search(
            everyday_names.load().expand(question.called),
            question.topic,
            vector,
            allowed=catalogue.allowed(level),
            called=catalogue.called(question.heard_as, *([fold(question.asked)] if question.folded else [])),
            heard=question.heard_as,
        )

    def _from_record(
        self, catalogue: Catalogue, number: int, read: Question, confidence: float, register: str
    ) -> Answer | None:
        record = self._record(catalogue, number)
        if record is None:
            return None
        weigh, old_after = catalogue.names.idf_of, self.settings.old_after_days
        return compose.from_record(read, record, weigh, confidence, register, self._today(), old_after)

    def _record(self, catalogue: Catalogue, number: int) -> Procedure | None:
        """The record as the store has it now; None if it was retired meanwhile."""
        try:
            entry = self.store.entry(catalogue.rows[number].id)
        except NotFound:
            return None
        return replace(Procedure.from_json(entry.data), flags=entry.flags)

    def _nearest_records(
        self, catalogue: Catalogue, records: RecordRanking, sure: Sureness
    ) -> tuple[Citation, ...]:
        """Places to offer where there is no answer: the best records, if they are nearer than lessons."""
        if not records.hits or sure.record < NEAR_ENOUGH or sure.record < sure.lesson:
            return ()
        rows = [catalogue.rows[hit.number] for hit in records.hits[:2]]
        return tuple(Citation(row.title, f"/thu-tuc/{row.code}", "", f"Thủ tục {row.code}") for row in rows)

    def _curve(self, dense: bool, folded: bool) -> calibration.Curve:
        identity = self._embedder.identity if dense and self._embedder else "none"
        key = (identity, folded)
        if key not in self._curves:
            self._curves[key] = calibration.load(identity, folded)
        return self._curves[key]

    def _record_curve(self, dense: bool, folded: bool) -> calibration.RecordCurve:
        identity = self._embedder.identity if dense and self._embedder else "none"
        key = (identity, folded)
        if key not in self._record_curves:
            self._record_curves[key] = calibration.load_records(identity, folded)
        return self._record_curves[key]

    def _identity(self, shelf: Shelf) -> str:
        """Which curve this shelf's evidence is read with."""
        return self._embedder.identity if self._embedder and shelf.index.is_dense else "none"

    def status(self) -> dict[str, Any]:
        """What is loaded and what is missing, as plain JSON values.

        `vectors`: how many texts wait for one, and how many never get one because the embedder died of
        them or refused them; both are found by their words.
        """
        now = self._live.now
        shelf, catalogue, lacking = now.shelf, now.catalogue, now.vectors
        problems = list(filter(None, (self._in_use.problem, self._generator_problem, self._live.problem)))
        problems += self._live.left_out
        if self._embedder and not shelf.index.is_dense:
            problems.append("vectors are missing: run python -m assistant index")
        if catalogue.waiting:
            problems.append("procedures wait to be indexed: run python -m assistant index")
        return {
            "ready": bool(shelf.passages),
            "search": "hybrid" if shelf.index.is_dense else "lexical",
            "embedder": self._embedder.identity if self._embedder else "none",
            **self._in_use.status(),
            "evidence": self._identity(shelf),
            "passages": len(shelf.passages),
            "missing_vectors": lacking.waiting,
            "vectors": lacking._asdict(),
            "procedures": len(catalogue.numbers),
            "procedures_waiting": catalogue.waiting,
            "procedures_search": "hybrid" if catalogue.index.is_dense else "lexical",
            "verified_answers": len(now.checked.answers),
            "revision": now.checked.revision,
            "library": self._library.version,
            "urgent_cards": len(self._cards.cards),
            "model": self._generator is not None,
            "problems": problems,
        }

    def skipped(self) -> list[dict[str, str]]:
        """The texts that no vector can be made of: how each begins, why, and where it stands."""
        cache, shelf, checked = self._live.cache, self._shelf, self._live.now.checked
        if cache is None:
            return []
        named = cache.skipped(self._texts())
        asked = cache.skipped(self._asked_texts(), question_key)
        places = {text: one.locator for one in shelf.passages for text in (one.search_text, *one.items)}
        owners = {
            text: f"checked answer {one.id}" for one in checked.answers.values() for text in one.questions
        }
        rows = {row.head: f"/thu-tuc/{row.code}" for row in self._catalogue.rows}
        return [
            {"text": " ".join(text.split())[:NAMED_LETTERS], "why": why, "place": where.get(text, "")}
            for found, where in ((named, {**rows, **places}), (asked, owners))
            for text, why in found.items()
        ]

    def refresh(self, library: Library | None = None) -> None:
        """Load everything again, with a newer library if one is given; the old serves meanwhile."""
        if library is not None:
            self._library = library
        self._load(library)

    def fill_vectors(self, progress: Progress | None = None) -> int:
        """Make the vectors that are missing and search with them; returns how many were made.

        They are made in a child process: a text that it does not survive is left out, see `skipped`.
        After each thousand it looks what was published meanwhile, and makes that first: an import takes
        a quarter of an hour. Raises EmbedderMissing if no such process can be started. One process of a
        machine at a time should do this: see `assistant.indexing.background.alone`.
        """
        cache = self._live.cache
        if self._embedder is None or cache is None:
            return 0
        made, goes_on = 0, True
        with Maker(self._in_use.name) as maker:
            while goes_on:
                # What was asked first: these are few, and an officer waits for them.
                here = cache.fill(self._asked_texts(), maker, progress, key=question_key)
                missing = cache.missing(self._texts())
                here += cache.fill(missing[:ROUND], maker, _after(progress, made + here, len(missing)))
                made += here
                goes_on = here > 0 and len(missing) > ROUND
                if goes_on:
                    self._keep_up()
        if self._live.now.vectors.waiting:
            self._load()
        return made

    def build_index(self) -> int:
        """Index all procedures for every worker of this machine; returns how many there are."""
        return self._live.build_index()

    def section(self, url: str) -> str:
        """The words of the section that a citation's address leads to; empty if it is none of ours."""
        page, _, anchor = url.partition("#")
        if page.startswith("/thu-tuc/"):
            entry = self.store.current_entry(PROCEDURE, page.removeprefix("/thu-tuc/"))
            sections = Procedure.from_json(entry.data).sections() if entry else {}
            wanted = [lines for name, lines in sections.items() if anchor in ("", name)]
            return "\n".join(line for lines in wanted for line in lines)
        return "\n".join(one.text for one in self._shelf.passages if one.locator == url)

    def ship_vectors(self, path) -> int:
        """Write the vectors of the program's own texts to `path`: lessons, and what people ask; how many."""
        if self._live.cache is None:
            return 0
        ours = tuple(one for one in self._shelf.passages if one.kind in OURS)
        return self._live.cache.ship(path, [*vector_texts(ours, self._live.hints), *saying_texts()])

    def _texts(self) -> list[str]:
        """Every text that search wants a vector of; what staff keep first, it was published just now."""
        if not self._live.is_loaded:
            self._live.load(None)
        passages = sorted(self._shelf.passages, key=lambda one: one.kind in OURS)
        return [*vector_texts(tuple(passages), self._live.hints), *record_texts(self._catalogue)]

    def _asked_texts(self) -> list[str]:
        """Every text that search wants a vector of as a question: what checked answers were asked."""
        return [one for answer in self._live.now.checked.answers.values() for one in answer.questions]

    def _use(self, embedder: Embedder | None, cache: VectorCache | None) -> None:
        """Load everything with this embedder; if that fails, words alone fit whatever was loaded."""
        self._embedder = embedder
        self._query = lru_cache(REMEMBERED)(embedder.query) if embedder else None
        try:
            self._live.load(cache)
        except SQLAlchemyError:
            self._embedder = None
            raise
        self._has_loaded()

    def _load(self, library: Library | None = None) -> None:
        self._live.load(self._live.cache, library)
        self._has_loaded()

    def _has_loaded(self) -> None:
        if self._serves:
            self._in_use.has_loaded(self._live.now.vectors.waiting)

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

    def _keep_up(self) -> None:
        """Load what changed since the last question, where no thread does. A database that is away
        changes nothing."""
        if self._live.keeps_up_beside:
            return
        try:
            if self._live.catch_up():
                self._has_loaded()
        except SQLAlchemyError as error:
            log.warning("knowledge cannot be read again: %s", type(error).__name__)

    def _today(self) -> date:
        """The day in Vietnam."""
        return datetime.now(VIETNAM).date()


def _after(progress: Progress | None, before: int, waiting: int) -> Progress | None:
    """Progress of one round, told as part of the whole: `before` were made, `waiting` more there are."""
    return progress and (lambda done, _total: progress(before + done, before + waiting))
