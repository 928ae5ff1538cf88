"""Changing the embedder: the old one serves until the vectors of the new one are made.

The folder of vectors remembers, in `serving.json`, which embedder last served with its vectors. Where the
settings name another one that has too few yet, questions still go through the old one, the process that
indexes makes the new one's vectors, and a server goes over to it between two questions.
"""

from __future__ import annotations

import json
import logging
import os
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from assistant.indexing.vector_cache import VectorCache
from assistant.retrieval.embedding import Embedder, EmbedderMissing, identity_of, open_embedder

log = logging.getLogger(__name__)

SERVED, TRIED = "serving.json", "wanted.json"
LONGEST_FILE = 10_000

MAY_LACK = 0.05
"""The share of vectors without which an embedder serves all the same: a text or two that came since."""

LOOK_AGAIN_SECONDS = 2.0

Needed = Callable[[VectorCache], int]
"""How many texts there are, of those that search wants vectors of, whose vector a cache lacks."""


@dataclass(frozen=True)
class Serving:
    """Names of embedders. `active`: the one for questions; `wanted`: the one that the settings name."""

    active: str
    wanted: str


@dataclass(frozen=True)
class Opened:
    """An embedder, loaded, and its vectors; None and a `problem` (empty for `none`) where there is none."""

    name: str
    embedder: Embedder | None = None
    cache: VectorCache | None = None
    problem: str = ""


def choose(settings_embedder: str, vectors_folder: Path, needed: Needed) -> Serving:
    """Which embedder questions go through: the wanted one, unless an old one has vectors and it has not.

    `needed` is only asked if the settings name another embedder than the one that served last.
    """
    wanted = Serving(settings_embedder, settings_embedder)
    last = read_note(vectors_folder / SERVED)
    now = _identity(settings_embedder)
    if now == "none" or not last.get("identity") or last["identity"] in (now, "none"):
        return wanted
    if _can_serve(now, vectors_folder, needed):
        return wanted
    # A folder whose model was exchanged has another identity: its old vectors mean nothing any more.
    if _identity(last["embedder"]) != last["identity"]:
        return wanted
    if not _can_serve(last["identity"], vectors_folder, needed):
        return wanted
    return Serving(last["embedder"], settings_embedder)


def _identity(name: str) -> str:
    """As `identity_of`; empty for an embedder that is not installed."""
    try:
        return identity_of(name)
    except EmbedderMissing:
        return ""


def _can_serve(identity: str, vectors_folder: Path, needed: Needed) -> bool:
    if not identity:
        return False
    everything = needed(VectorCache(None, identity, shipped=None))
    return enough(needed(VectorCache(vectors_folder, identity)), everything)


def enough(missing: int, everything: int) -> bool:
    """Whether an embedder that lacks `missing` of `everything` vectors may serve."""
    return missing <= everything * MAY_LACK


def remember(vectors_folder: Path, name: str, identity: str) -> None:
    """Note that this embedder serves with its vectors. A folder that cannot be written changes nothing."""
    note = {"embedder": name, "identity": identity}
    if read_note(vectors_folder / SERVED) != note:
        _note(vectors_folder / SERVED, note)


def _note(path: Path, note: dict[str, str]) -> None:
    try:
        write_note(path, note)
    except OSError as error:
        log.warning("%s cannot be written: %s", path, error)


def read_note(path: Path) -> dict[str, str]:
    """The texts of a small JSON file by name; nothing if it is absent, broken or too long to be ours."""
    try:
        if path.stat().st_size > LONGEST_FILE:
            return {}
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    texts = found if isinstance(found, dict) else {}
    ours = all(isinstance(texts.get(name), str) for name in ("embedder", "identity"))
    return {name: str(value) for name, value in texts.items()} if ours else {}


def write_note(path: Path, note: dict[str, str]) -> None:
    """Write it so that a reader sees the old note or the new one. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, suffix=".part")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(note, file, ensure_ascii=False)
    Path(name).replace(path)


def open_named(name: str, vectors_folder: Path) -> Opened:
    """Open the embedder called `name`; one that cannot be opened leaves its reason."""
    try:
        embedder = open_embedder(name)
    except EmbedderMissing as error:
        return Opened(name, problem=str(error))
    cache = VectorCache(vectors_folder, embedder.identity) if embedder else None
    return Opened(name, embedder, cache)


def open_wanted(name: str, vectors_folder: Path) -> Opened:
    """Open what the settings name, whatever served before: for the process that makes its vectors.

    If it cannot be opened, the servers that wait for it are told why, by a note in the folder.
    """
    opened = open_named(name, vectors_folder)
    note = {"embedder": name, "identity": _identity(name), "problem": opened.problem}
    tried = read_note(vectors_folder / TRIED)
    if note != tried and (opened.problem or tried):
        _note(vectors_folder / TRIED, note)
    return opened


class Change:
    """The wanted embedder, on its way: its vectors are counted, and it is opened when there are enough.

    Until then it takes no more memory than its vectors do.
    """

    def __init__(
        self, wanted: str, vectors_folder: Path, needed: Needed, take_over: Callable[[Opened], bool]
    ) -> None:
        self.wanted = wanted
        self.identity = _identity(wanted)
        self._folder = vectors_folder
        self._needed, self._take_over = needed, take_over
        self._cache = VectorCache(vectors_folder, self.identity)
        self._everything = needed(VectorCache(None, self.identity, shipped=None))
        self.missing = needed(self._cache)
        self._problem = ""
        self._opened: Opened | None = None
        self._looked_at = float("-inf")
        self._looking = threading.Lock()
        self._opening: threading.Thread | None = None

    @property
    def problem(self) -> str:
        """Why the wanted embedder cannot be had; empty while nothing speaks against it."""
        tried = read_note(self._folder / TRIED)
        return self._problem or (tried.get("problem", "") if tried.get("embedder") == self.wanted else "")

    def look(self) -> None:
        """Look, at most every two seconds, whether vectors were saved; begin to open when they are enough.

        It returns at once: opening takes seconds, and the question that looked does not wait for it.
        """
        if not self._looking.acquire(blocking=False):
            return
        try:
            now = time.monotonic()
            if now - self._looked_at < LOOK_AGAIN_SECONDS or self._is_opening() or self._problem:
                return
            self._looked_at = now
            self._count()
            if enough(self.missing, self._everything):
                self._opening = threading.Thread(target=self._open_it, name="embedder", daemon=True)
                self._opening.start()
        finally:
            self._looking.release()

    def _count(self) -> None:
        if self._cache.read_again():
            self.missing = self._needed(self._cache)
            self._everything = self._needed(VectorCache(None, self.identity, shipped=None))

    def _is_opening(self) -> bool:
        return self._opening is not None and self._opening.is_alive()

    def _open_it(self) -> None:
        if self._opened is None:
            opened = open_named(self.wanted, self._folder)
            if opened.embedder is None:
                self._problem = opened.problem
                log.warning("%s; the embedder from before goes on serving", opened.problem)
                return
            self._opened = opened
        if self._take_over(self._opened):
            log.info("questions now go through embedder “%s”", self.wanted)

    def wait(self) -> None:
        """Until what a look began is done: for tests, and for whoever ends."""
        if self._opening is not None:
            self._opening.join()


class Turns:
    """Questions go side by side. A change goes alone: it waits for those under way, new ones for it."""

    def __init__(self) -> None:
        self._moved = threading.Condition()
        self._questions = 0
        self._changing = False

    @contextmanager
    def question(self) -> Iterator[None]:
        """For the time of one question; never one within another."""
        with self._moved:
            self._moved.wait_for(lambda: not self._changing)
            self._questions += 1
        try:
            yield
        finally:
            with self._moved:
                self._questions -= 1
                self._moved.notify_all()

    @contextmanager
    def change(self) -> Iterator[None]:
        """For the time of a change."""
        with self._moved:
            self._moved.wait_for(lambda: not self._changing)
            self._changing = True
            self._moved.wait_for(lambda: not self._questions)
        try:
            yield
        finally:
            with self._moved:
                self._changing = False
                self._moved.notify_all()


class InUse:
    """The embedder that questions go through, and the change to the one that the settings name.

    `texts` gives every text that search wants a vector of; `use` loads all indexes again with an embedder
    and its vectors, and may fail with SQLAlchemyError while the store is away.
    """

    def __init__(
        self,
        wanted: str,
        vectors_folder: Path,
        texts: Callable[[], list[str]],
        use: Callable[[Embedder | None, VectorCache | None], None],
    ) -> None:
        self._wanted, self._folder = wanted, vectors_folder
        self._texts, self._use = texts, use
        self._opened = Opened(wanted)
        self.change: Change | None = None
        self._turns = Turns()

    def open(self, serves: bool) -> None:
        """Open an embedder and load with it: for a server the one that has vectors, else the wanted one."""
        if serves:
            self._open_for_questions()
        else:
            self._opened = open_wanted(self._wanted, self._folder)
        if self._opened.problem:
            log.warning("%s; search goes by words alone", self._opened.problem)
        self._use(self._opened.embedder, self._opened.cache)

    def _open_for_questions(self) -> None:
        serving = choose(self._wanted, self._folder, self._needed)
        self._opened = open_named(serving.active, self._folder)
        if serving.active == serving.wanted:
            return
        if self._opened.embedder is None:
            self._opened = open_named(serving.wanted, self._folder)
            return
        self.change = Change(serving.wanted, self._folder, self._needed, self._take_over)

    def _needed(self, cache: VectorCache) -> int:
        return len(cache.missing(self._texts()))

    def _take_over(self, opened: Opened) -> bool:
        with self._turns.change():
            before, self._opened = self._opened, opened
            try:
                self._use(opened.embedder, opened.cache)
            except SQLAlchemyError as error:
                self._opened = before
                log.warning("the change of embedder waits for the store: %s", type(error).__name__)
                return False
            self.change = None
        return True

    @contextmanager
    def question(self) -> Iterator[None]:
        """For the time of one question: the embedder stays the same, and a change is looked after."""
        with self._turns.question():
            if change := self.change:
                change.look()
            yield

    def has_loaded(self, missing: int) -> None:
        """Indexes were loaded that lack `missing` vectors: with few, a server's embedder is remembered."""
        embedder = self._opened.embedder
        if embedder is not None and enough(missing, len(self._texts())):
            remember(self._folder, self._opened.name, embedder.identity)

    @property
    def name(self) -> str:
        """The name of the embedder that is open, as the settings would have it."""
        return self._opened.name

    @property
    def problem(self) -> str:
        """Why the wanted embedder cannot be used; empty if it can."""
        return self._opened.problem or (self.change.problem if self.change else "")

    def status(self) -> dict[str, str | int]:
        """`embedder_wanted`, its identity, and how many vectors it lacks while another one serves."""
        change, embedder = self.change, self._opened.embedder
        if change:
            return {"embedder_wanted": change.identity, "embedder_wanted_missing": change.missing}
        here = embedder.identity if embedder else _identity(self._wanted) or self._wanted
        return {"embedder_wanted": here, "embedder_wanted_missing": 0}
