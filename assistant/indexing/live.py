"""What a process answers from, and how it follows what changes: built beside the questions, then exchanged.

A question sees one frozen `Snapshot` from its beginning to its end. Before it, one small read tells whether
staff saved something; a checked answer, a fact, a document or two are taken in at once, whichever worker it
was saved in. What is more than that waits for a thread of its own, which looks about once a second, also
for imports and vectors; it builds what changed and exchanges the whole. A burst of savings becomes one
building, what fails leaves the old one in use, and no question ever builds the whole.
"""

from __future__ import annotations

import logging
import subprocess
import sys
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from assistant import memory
from assistant.indexing import background
from assistant.indexing import procedures as indexed
from assistant.indexing.beside import beside, more_verified
from assistant.indexing.passages import (
    Lessons,
    Shelf,
    VerifiedAnswers,
    build_shelf,
    read_verified,
    verified_with_vectors,
    with_vectors,
)
from assistant.indexing.procedures import Procedures
from assistant.indexing.snapshot import Encoder, Guards, Snapshot
from assistant.indexing.staff_passages import StaffPassages
from assistant.indexing.vector_cache import VectorCache
from assistant.knowledge.entry import DOCUMENT, FACT, PROCEDURE
from assistant.knowledge.hints import Hint
from assistant.knowledge.store import VERIFIED, KnowledgeStore
from assistant.procedures import everyday_names
from assistant.retrieval.embedding import Embedder
from assistant.settings import Settings
from assistant.understanding.danger import load_ear, load_meaning
from assistant.understanding.safety import load_refusals
from courses import urgent
from courses.model import Library
from i18n.vietnamese import Restorer

log = logging.getLogger(__name__)

LOOK_SECONDS = 1.0
"""How often a server looks whether something changed: one small read."""

REST, LONGEST_REST = 2.0, 30.0
"""After a building a server rests so many times as long as it took: questions come first."""

START_AGAIN_SECONDS, LONGEST_WAIT = 15.0, 1800.0
"""How soon vectors are made again after the last time; doubled each time that nothing came of it."""

FEW = 200
"""Texts that are soon made: a document or two, a checked answer, some facts."""

READ_AGAIN_SECONDS = 1.0
AWAY_SECONDS = 5.0
"""Questions do not look what was saved for so long after the store was found to be away."""
SWITCH_SECONDS = 0.0005
"""How long the thread that builds may keep the interpreter while a question waits for it."""


class Live:
    """Loads and follows; safe for threads. `now` is what questions are answered from."""

    def __init__(
        self,
        settings: Settings,
        library: Library,
        store: KnowledgeStore,
        today: Callable[[], date],
        followed: Callable[[], None] = lambda: None,
    ) -> None:
        """`today`: the day that counts; `followed`: called by the thread after something was loaded."""
        self.now: Snapshot
        self.cache: VectorCache | None = None
        self.problem = ""
        """Why what changed could not be loaded; empty while nothing speaks against it."""
        self._settings, self._store, self._today, self._followed = settings, store, today, followed
        self._lessons = Lessons.of(library)
        self._encoder = Encoder(None)
        self._guards = Guards(urgent.load(), load_refusals(), load_ear(), load_meaning())
        self._building = threading.Lock()
        self._taking_in, self._exchanging = threading.Lock(), threading.Lock()
        self._staff = StaffPassages(store)
        self._not_before = 0.0
        self._procedures_at = float("-inf")
        self._keeper: threading.Thread | None = None
        self._stop = threading.Event()
        self._maker: subprocess.Popen | None = None
        self._maker_after, self._maker_wait, self._maker_left = 0.0, START_AGAIN_SECONDS, 0
        self._failures = 0

    @property
    def is_loaded(self) -> bool:
        """Whether `load` succeeded at least once."""
        return hasattr(self, "now")

    @property
    def hints(self) -> tuple[Hint, ...]:
        """What the lessons ask and promise."""
        return self._lessons.hints

    @property
    def left_out(self) -> tuple[str, ...]:
        """What staff keep and cannot be read, a sentence each."""
        return self._staff.left_out

    def load(self, library: Library | None = None) -> None:
        """Load everything; the old serves meanwhile. Raises SQLAlchemyError while the store is away."""
        with self._building:
            if library is not None:
                self._lessons = Lessons.of(library)
            self._load()

    def use(self, embedder: Embedder | None, cache: VectorCache | None) -> None:
        """Load everything with this embedder and its vectors.

        Until all is there, and if it fails, those from before serve. Raises SQLAlchemyError while the store
        is away.
        """
        with self._building:
            before = self._encoder, self.cache
            self._encoder, self.cache = Encoder(embedder), cache
            try:
                self._load()
            except SQLAlchemyError:
                self._encoder, self.cache = before
                raise

    def _load(self) -> None:
        procedures = indexed.load(self._store, self.cache, self._index_folder)
        self._show(self._with_shelf(procedures))

    def catch_up(self) -> bool:
        """Load what changed since the last time, now and here; whether anything did.

        Raises SQLAlchemyError while the store is away, and whatever a broken text makes of it: what was
        loaded before stays in use.
        """
        with self._building:
            now = self.now
            revisions, seen = self._revisions()
            vectors = bool(now.vectors.waiting) and self.cache is not None and self.cache.read_again()
            procedures = self._new_procedures(now, revisions.get(PROCEDURE), vectors)
            if seen != now.shelf_seen:
                self._show(self._with_shelf(procedures))
                return True
            restorer, shelf, verified = now.restorer, now.shelf, now.verified
            if procedures.rows != now.procedures.rows:
                restorer = _restorer(shelf, procedures)
            if vectors:
                shelf = with_vectors(shelf, self._lessons, self.cache)
            if verified.whole or revisions.get(VERIFIED) != verified.revision:
                verified = self._verified(shelf, verified)
            elif vectors:
                verified = verified_with_vectors(verified, self.cache)
            if procedures is now.procedures and verified is now.verified:
                return False
            self._show(self._snapshot(procedures, shelf, verified, restorer, seen))
            return True

    def build_index(self) -> int:
        """Index all procedures for every worker of this machine; returns how many there are."""
        count = indexed.build(self._store, self._index_folder)
        with self._building:
            self._load()
        return count

    @property
    def _index_folder(self) -> Path:
        return self._settings.instance / "index"

    def _revisions(self) -> tuple[dict[str, int], tuple[object, ...]]:
        """The counters of the store, and what the shelf depends on: two of them, and the day."""
        revisions = self._store.revisions()
        return revisions, (*_staff_revisions(revisions), self._today())

    def _new_procedures(self, now: Snapshot, revision: int | None, vectors: bool) -> Procedures:
        old = now.procedures
        # An import saves a few hundred records at a time: not every piece is worth a reading.
        rested = time.monotonic() - self._procedures_at > READ_AGAIN_SECONDS
        changed = revision != old.revision and rested
        if not (changed or (old.waiting and indexed.is_newer(old, self._index_folder))):
            return indexed.with_vectors(old, self.cache) if vectors else old
        loaded = indexed.load(self._store, self.cache, self._index_folder)
        self._procedures_at = time.monotonic()
        return loaded

    def _with_shelf(self, procedures: Procedures) -> Snapshot:
        """Everything anew around these procedures. Nothing is shown before all of it is there."""
        _revisions, seen = self._revisions()
        if self.cache is not None:
            self.cache.read_again()
        staff = self._staff.all(self._today())
        shelf = build_shelf(self._lessons, self.cache, self._index_folder, staff)
        before = self.now.verified if self.is_loaded else None
        verified = self._verified(shelf, before)
        return self._snapshot(procedures, shelf, verified, _restorer(shelf, procedures), seen)

    def _snapshot(
        self,
        procedures: Procedures,
        shelf: Shelf,
        verified: VerifiedAnswers,
        restorer: Restorer,
        seen: tuple[object, ...],
    ) -> Snapshot:
        return Snapshot(
            procedures=procedures,
            shelf=shelf,
            verified=verified,
            restorer=restorer,
            encoder=self._encoder,
            guards=self._guards,
            store=self._store,
            old_after_days=self._settings.old_after_days,
            shelf_seen=seen,
            taken_in=seen[:2],
        )

    def _verified(self, shelf: Shelf, before: VerifiedAnswers | None = None) -> VerifiedAnswers:
        return read_verified(self._store, shelf, self.cache, before)

    # Before a question of a server

    def take_in(self) -> int | None:
        """Take in what staff saved a moment ago, if it is so little that a question may wait for it.

        Returns the counter of procedures, of which a question reads the newest; None if it is not known. If
        something fails, what was loaded before serves on, and nobody tries again for some seconds.
        """
        if time.monotonic() < self._not_before:
            return None
        try:
            revisions = self._store.revisions()
            if not self._is_known(revisions):
                with self._taking_in:  # the others that wait here find it done
                    self._take_in()
            return revisions.get(PROCEDURE)
        except Exception as error:  # whatever a text or a database makes of it
            self._not_before = time.monotonic() + AWAY_SECONDS
            log.warning("what was saved is not taken in: %s", type(error).__name__)
            return None

    @property
    def is_up_to_date(self) -> bool:
        """Whether all that staff have saved by now was taken in."""
        return self._is_known(self._store.revisions())

    def _is_known(self, revisions: dict[str, int]) -> bool:
        now = self.now
        same = now.verified.revision == revisions.get(VERIFIED)
        return same and now.taken_in == _staff_revisions(revisions)

    def _take_in(self) -> None:
        now, revisions = self.now, self._store.revisions()
        if self._is_known(revisions):
            return
        shelf, staff, verified = now.shelf, _staff_revisions(revisions), now.verified
        whole = shelf.whole or shelf
        if staff != now.taken_in and whole.passages:
            shelf = beside(whole, self._staff.changed(whole.staff, self._today()))
        if verified.revision != revisions.get(VERIFIED):
            verified = more_verified(self._store, shelf, verified)
        # Where the thread has just built the whole, that is newer: the next question looks again.
        self._show(replace(now, shelf=shelf, verified=verified, taken_in=staff), instead_of=now)

    def _show(self, snapshot: Snapshot, instead_of: Snapshot | None = None) -> None:
        """Questions see this one from now on; with `instead_of`, only if they saw that one until now."""
        with self._exchanging:
            if instead_of is None or self.now is instead_of:
                self.now = snapshot
        if instead_of is None:
            memory.trim()

    # In a server

    def follow_in_background(self) -> None:
        """From now on follow in a thread of its own, as a server does; `stop` ends it, or nobody asking."""
        if self._keeper is None:
            keeper = threading.Thread(
                target=_follow, args=(weakref.ref(self), self._stop), name="knowledge", daemon=True
            )
            self._keeper = keeper
            keeper.start()

    @property
    def follows_in_background(self) -> bool:
        """Whether a thread follows what changes."""
        return self._keeper is not None

    def stop(self) -> None:
        """End the thread that follows, and the process that makes vectors for it."""
        self._stop.set()
        if self._maker is not None and self._maker.poll() is None:
            self._maker.terminate()

    def turn(self) -> float:
        """One look of a server: load what changed, have missing vectors made; seconds until the next."""
        began = time.monotonic()
        try:
            with _giving_way():
                changed = self.catch_up()
                if changed:
                    self._followed()
            self.problem, self._failures = "", 0
        except Exception as error:  # whatever a text or a database makes of it, the old serves on
            self._failures += 1
            self.problem = f"what changed cannot be loaded: {type(error).__name__}"
            if self._failures == 1:
                known = isinstance(error, SQLAlchemyError)
                log.warning("%s; what was loaded before serves on", self.problem, exc_info=not known)
            return min(LONGEST_REST, LOOK_SECONDS * 2**self._failures)
        self._have_vectors_made()
        took = time.monotonic() - began
        return min(LONGEST_REST, max(LOOK_SECONDS, REST * took)) if changed else LOOK_SECONDS

    def _have_vectors_made(self) -> None:
        """Start the process that makes vectors and indexes procedures, if something waits for it."""
        if self._maker is not None and self._maker.poll() is not None:
            self._maker = None
        waiting = self.now.vectors.waiting + self.now.procedures.waiting
        now = time.monotonic()
        if not waiting:
            self._maker_wait, self._maker_left = START_AGAIN_SECONDS, 0
        if not waiting or self._maker is not None or now < self._maker_after:
            return
        if self.cache is None and not self.now.procedures.waiting:
            return
        if background.is_busy(self._settings):
            return
        # What cannot be made for a while (no memory, no disk) is not tried again and again.
        idle = waiting == self._maker_left
        self._maker_wait = min(LONGEST_WAIT, self._maker_wait * 2) if idle else START_AGAIN_SECONDS
        self._maker_left, self._maker_after = waiting, now + self._maker_wait
        try:
            self._maker = background.start(self._settings, soon=waiting <= FEW)
        except OSError as error:
            log.warning("the process that makes vectors cannot be started: %s", error)


def _follow(wanted: weakref.ref[Live], stop: threading.Event) -> None:
    rest = LOOK_SECONDS
    while not stop.wait(rest):
        live = wanted()
        if live is None:
            return
        rest = live.turn()
        del live


@contextmanager
def _giving_way() -> Iterator[None]:
    """Inside, threads that wait for the interpreter get it sooner: a question calls the database often."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(SWITCH_SECONDS)
    try:
        yield
    finally:
        sys.setswitchinterval(before)


def _staff_revisions(revisions: dict[str, int]) -> tuple[object, ...]:
    return revisions.get(DOCUMENT), revisions.get(FACT)


def _restorer(shelf: Shelf, procedures: Procedures) -> Restorer:
    """Knows the words of everything that is kept, and those of what people ask, which no text has."""
    asked = indexed.saying_texts(procedures.numbers)
    return Restorer.train([*shelf.words, *_names(procedures)], asked=asked)


def _names(procedures: Procedures) -> list[str]:
    """What records are called, for giving diacritics back to questions about them."""
    if not procedures.rows:
        return []
    called = (phrase for entry in everyday_names.load().names for phrase in entry.say)
    return [*(row.head for row in procedures.rows), *called]
