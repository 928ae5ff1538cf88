"""Tables' base class, and the sessions of a request: one that reads, one that writes.

Reading never waits for a writer. Writing begins IMMEDIATE (on SQLite), is kept short by asking for
`writing()` only when the slow part is done, and is committed when the request ends without an error.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, cast

from flask import Flask, Response, current_app, g
from sqlalchemy import CursorResult, Engine, Executable, MetaData, event
from sqlalchemy.exc import SQLAlchemyError, TimeoutError
from sqlalchemy.orm import DeclarativeBase, ORMExecuteState, Session, sessionmaker

from assistant.storage import (
    POOL_SECONDS,
    READ_ONLY,
    StorageError,
    UtcDateTime,
    flush_erased,
    make_engine,
    run_migrations,
    upgrade,
)
from lms.core.storage.availability import Availability, DatabaseAway

__all__ = [
    "Base",
    "Database",
    "StorageError",
    "UtcDateTime",
    "database",
    "done_reading",
    "flush",
    "flush_erased",
    "in_pieces",
    "make_engine",
    "reading",
    "rows_changed",
    "run_migrations",
    "save_erasure",
    "start_again",
    "take_back",
    "upgrade",
    "writing",
]

MIGRATIONS = Path(__file__).resolve().parent.parent / "migrations"
VERSION_TABLE = "lms_version"
PIECE = 500
LOOK_EVERY = 0.5
"""Seconds between two looks, while waiting for a place, whether the database is still there."""
LOOK_AGAIN = "look_again_who_asks"
"""The application's extension that is called before a request writes that was slow until then."""
ONLY_READS = "this session only reads: use writing() to change data"

log = logging.getLogger("lms")

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Base of every table of the LMS. Constraints get names, so that migrations can change them."""

    metadata = MetaData(naming_convention=NAMES)


class ReadingSession(Session):
    """A session that refuses to write: a GET request changes nothing."""

    def flush(self, objects: object = None) -> None:
        if self.new or self.dirty or self.deleted:
            raise RuntimeError(ONLY_READS)


@event.listens_for(ReadingSession, "do_orm_execute")
def _refuse_to_write(state: ORMExecuteState) -> None:
    if state.is_insert or state.is_update or state.is_delete:
        raise RuntimeError(ONLY_READS)


class Database:
    """The engine of one application, and the two kinds of session made from it."""

    def __init__(self, engine: Engine, places: int | None = None) -> None:
        """places: how many requests may be in the database at once (None: as many as come)."""
        self.engine = engine
        self.availability = Availability(engine)
        self._places = threading.BoundedSemaphore(places) if places else None
        self.reader = sessionmaker(
            engine.execution_options(**{READ_ONLY: True}), class_=ReadingSession, expire_on_commit=False
        )
        self.writer = sessionmaker(engine, expire_on_commit=False)

    def init_app(self, app: Flask) -> None:
        """End the sessions of each request with it."""
        app.extensions["database"] = self
        app.extensions.setdefault(LOOK_AGAIN, lambda: None)
        app.after_request(_commit)
        app.teardown_appcontext(_close)

    def enter(self) -> None:
        """Take a place in the database for a request. Raises DatabaseAway, TimeoutError (SQLAlchemy's)."""
        if self.availability.is_away:
            raise DatabaseAway("the database does not answer")
        self.availability.look_if_silent()
        if self._places is None:
            return
        until = time.monotonic() + POOL_SECONDS
        while not self._places.acquire(timeout=LOOK_EVERY):
            self.availability.look_if_silent()
            if self.availability.is_away:
                raise DatabaseAway("the database does not answer")
            if time.monotonic() > until:
                raise TimeoutError(f"no place in the database for {POOL_SECONDS} s")

    def leave(self) -> None:
        """Give the place to the next request."""
        if self._places is not None:
            self._places.release()


def database() -> Database:
    """The database of the current application."""
    return current_app.extensions["database"]


def reading() -> Session:
    """This request's session for reading."""
    _enter()
    if "reading" not in g:
        g.reading = database().reader()
    return g.reading


def writing() -> Session:
    """This request's session for writing; committed at the end unless the request fails."""
    _enter()
    if "writing" not in g:
        # A reader left open would keep an old snapshot; what was read stays usable all the same.
        if "reading" in g:
            g.reading.commit()
        if g.pop("was_slow", False):
            current_app.extensions[LOOK_AGAIN]()
        g.writing = database().writer()
    return g.writing


def in_pieces(ids: Iterable[int]) -> Iterator[list[int]]:
    """Ids in order, a few at a time: a database takes only so many values in one statement."""
    ordered = sorted(ids)
    for start in range(0, len(ordered), PIECE):
        yield ordered[start : start + PIECE]


def rows_changed(db: Session, statement: Executable) -> int:
    """Run an UPDATE or DELETE; how many rows it met."""
    return cast(CursorResult[Any], db.execute(statement)).rowcount


def done_reading() -> None:
    """Give connection and place back before something slow begins; what was read stays usable.

    Reading again, or writing, takes them anew; whether the visitor still may is looked at before writing.
    """
    g.was_slow = True
    if "reading" in g and "writing" not in g:
        g.reading.commit()
        _leave()


def flush() -> None:
    """Send what this request wrote to the database, which may refuse it; nothing is committed."""
    if "writing" in g:
        g.writing.flush()


def start_again() -> bool:
    """Take back all that this request wrote, and forget what it read; False if it had not begun to write."""
    if "writing" not in g:
        return False
    g.writing.rollback()
    _close(None)
    return True


def take_back() -> None:
    """Take back what this request wrote and did not commit: what is refused changes nothing."""
    if "writing" in g:
        g.writing.rollback()


def save_erasure() -> None:
    """Commit, and bring what was erased out of SQLite's log too: it is gone when the person is told so."""
    writing().commit()
    reading().commit()
    flush_erased(database().engine)


def _enter() -> None:
    if "in_database" not in g:
        database().enter()
        g.in_database = True


def _leave() -> None:
    if g.pop("in_database", False):
        database().leave()


def _commit(response: Response) -> Response:
    if "writing" in g:
        if response.status_code < 500:
            g.writing.commit()
        else:
            g.writing.rollback()
    return response


def _close(error: BaseException | None) -> None:
    for name in ("reading", "writing"):
        session = g.pop(name, None)
        if session is not None:
            _end(session)
    _leave()


def _end(session: Session) -> None:
    """Close a session, and throw its connection away where the database has gone meanwhile.

    The page is made by now, and what was written is committed: neither is lost over a connection that
    cannot even be rolled back, nor is the place of this request in the database.
    """
    try:
        session.close()
    except SQLAlchemyError as lost:
        log.warning("a connection was lost after its page was made: %s", type(lost).__name__)
        session.invalidate()
