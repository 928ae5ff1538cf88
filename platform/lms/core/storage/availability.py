"""Whether the database is there, known without waiting for it.

A thread of its own asks, with a connection of its own and a short limit, when somebody wants to know or
when nothing comes back any more. Everybody else reads what it found; those who wait for a silent
PostgreSQL are let go as soon as it is known.
"""

from __future__ import annotations

import logging
import os
import sqlite3
import threading
import time
from contextlib import closing
from pathlib import Path

import psycopg
from sqlalchemy import Engine, event
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import QueuePool

from assistant import postgres

OK, BUSY, DOWN, FULL = "ok", "busy", "down", "full"

ASK_SECONDS = 2
"""How long the database has to answer; psycopg knows no shorter time for connecting."""
UNHEARD_SECONDS = 1.2
"""PostgreSQL counts as away when it was asked for so long and nobody else heard of it either."""
FRESH_SECONDS = 3.0
"""For so long an answer is believed."""
SILENT_SECONDS = 2.0
"""With people waiting and nothing coming back for so long, it is asked whether the database is there."""
SILENT_POSTGRES_SECONDS = 0.8
"""The same of PostgreSQL, where asking costs nobody anything."""
LOOK_SECONDS = 0.4
"""So often it is looked whether somebody waits for PostgreSQL in vain."""
AGAIN_SECONDS = 1.0
"""While it is away, it is asked so often whether it is back."""

log = logging.getLogger("lms")


class DatabaseAway(SQLAlchemyError):
    """The database does not answer; it was not even asked for this request."""


class Availability:
    """What is known of one engine's database. Any thread."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.state = OK
        self.asked_at = float("-inf")
        self.last_moved = time.monotonic()
        self._asking_since: float | None = None
        self._is_postgres = engine.dialect.name == "postgresql"
        self._wanted = threading.Event()
        self._news = threading.Condition()
        self._thread: threading.Thread | None = None
        self._starting = threading.Lock()
        self._file: tuple[int, int] | None = None
        event.listen(engine, "after_cursor_execute", self._moved)
        event.listen(engine, "connect", self._note_file)
        if self._is_postgres:
            postgres.give_up_when(engine, lambda: self.is_away)

    @property
    def is_away(self) -> bool:
        """Whether the database did not answer when it was last asked; it is asked again all the time."""
        return self.state == DOWN or self._is_unheard() or self.is_another_file

    @property
    def is_another_file(self) -> bool:
        """Whether SQLite's file was moved away, or another one stands in its place since we opened it.

        What is written by the connections that we have would go to the file that was moved, and by new ones
        to the other. It ends with a start.
        """
        return self._file is not None and _file_of(self.engine) != self._file

    def _note_file(self, *_: object) -> None:
        if self._file is None:
            self._file = _file_of(self.engine)

    def _is_unheard(self) -> bool:
        since = self._asking_since
        if since is None or not self._is_postgres:
            return False
        return time.monotonic() - since > UNHEARD_SECONDS and self.last_moved < since

    def now(self, wait: float = 1.5) -> str:
        """OK, BUSY (somebody writes for long), FULL (it cannot be written) or DOWN.

        Waits at most `wait` seconds for the answer.
        """
        if self.is_another_file:
            return DOWN
        if time.monotonic() - self.asked_at <= FRESH_SECONDS:
            return self.state
        asked_at = self.asked_at
        with self._news:
            self.look()
            heard = self._news.wait_for(lambda: self.asked_at != asked_at, wait)
        return self.state if heard else DOWN

    def look(self) -> None:
        """Have it asked, without waiting for the answer."""
        self._begin_watching()
        self._wanted.set()

    def look_if_silent(self) -> None:
        """Have it asked if nothing has come back for a while."""
        if self._is_postgres:
            self._begin_watching()
        elif time.monotonic() - self.last_moved > SILENT_SECONDS:
            self.look()

    def _begin_watching(self) -> None:
        if self._thread is not None:
            return
        with self._starting:
            if self._thread is None:
                self._thread = threading.Thread(target=self._watch, name="database-watch", daemon=True)
                self._thread.start()

    def _moved(self, *_: object) -> None:
        self.last_moved = time.monotonic()

    def _watch(self) -> None:
        while True:
            if not self._is_asked_for():
                continue
            began = self._asking_since = time.monotonic()
            state = ask(self.engine)
            if state == DOWN and self.last_moved > began and time.monotonic() - began > UNHEARD_SECONDS:
                # It was slow to let this one in, but others hear of it.
                state = BUSY
            if (state == DOWN) != (self.state == DOWN):
                log.warning("the database %s", "does not answer" if state == DOWN else "is back")
            with self._news:
                self.state, self.asked_at, self._asking_since = state, time.monotonic(), None
                self._news.notify_all()
            if state == DOWN:
                time.sleep(AGAIN_SECONDS / 2)

    def _somebody_waits(self) -> bool:
        is_silent = time.monotonic() - self.last_moved > SILENT_POSTGRES_SECONDS
        # Held connections: whoever has one waits for an answer, or to be let in.
        pool = self.engine.pool
        return is_silent and isinstance(pool, QueuePool) and pool.checkedout() > 0

    def _is_asked_for(self) -> bool:
        """Wait until somebody wants to know, or for a moment; whether the database is to be asked now."""
        if self.state == DOWN:
            self._wanted.wait(AGAIN_SECONDS)
            wanted = True
        else:
            wanted = self._wanted.wait(LOOK_SECONDS if self._is_postgres else None)
            wanted = wanted or (self._is_postgres and self._somebody_waits())
        self._wanted.clear()
        return wanted


def ask(engine: Engine) -> str:
    """Ask the database itself, as one who wants to save something; see `Availability.now`."""
    try:
        if engine.dialect.name == "postgresql":
            return _ask_postgres(engine)
        return _ask_sqlite(engine)
    except (sqlite3.Error, psycopg.Error, OSError) as error:
        log.info("the database was asked in vain: %s", type(error).__name__)
        return DOWN


def _file_of(engine: Engine) -> tuple[int, int] | None:
    """What tells SQLite's file from every other one; None where there is no such file."""
    name = engine.url.database
    if engine.dialect.name != "sqlite" or name in (None, "", ":memory:"):
        return None
    try:
        found = os.stat(name)
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _ask_postgres(engine: Engine) -> str:
    class Hurried(postgres.TimedConnection):
        longest = float(ASK_SECONDS)

    _, named = engine.dialect.create_connect_args(engine.url)
    named = {**named, "connect_timeout": ASK_SECONDS, "autocommit": True}
    try:
        with closing(Hurried.connect(**named)) as connection:
            row = connection.execute(
                "SELECT pg_is_in_recovery() OR current_setting('transaction_read_only')::bool"
            )
            found = row.fetchone()
            return DOWN if found is None or found[0] else OK
    except psycopg.OperationalError as error:
        if postgres.has_no_slot(error):
            return BUSY
        raise


def _ask_sqlite(engine: Engine) -> str:
    name = engine.url.database
    if name in (None, "", ":memory:"):
        return OK
    if not Path(name).exists():
        return DOWN
    with closing(sqlite3.connect(name, timeout=0.5, isolation_level=None)) as connection:
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        try:
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("CREATE TABLE hocso_asks (one INTEGER)")
            connection.execute("ROLLBACK")
        except sqlite3.OperationalError as error:
            # It can be read: pages go on.
            return BUSY if "locked" in str(error) else FULL
    return OK
