"""Tables' base class, and the sessions of a request: one that reads, one that writes.

Reading never waits for a writer. Writing begins IMMEDIATE (on SQLite), is kept short by asking for
`writing()` only when the slow part is done, and is committed when the request ends without an error.
"""

from __future__ import annotations

from pathlib import Path

from flask import Flask, Response, current_app, g
from sqlalchemy import Engine, MetaData, event
from sqlalchemy.orm import DeclarativeBase, ORMExecuteState, Session, sessionmaker

from assistant.storage import READ_ONLY

MIGRATIONS = Path(__file__).resolve().parent.parent / "migrations"
VERSION_TABLE = "lms_version"
ONLY_READS = "this session only reads: use writing() to change data"

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

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.reader = sessionmaker(
            engine.execution_options(**{READ_ONLY: True}), class_=ReadingSession, expire_on_commit=False
        )
        self.writer = sessionmaker(engine, expire_on_commit=False)

    def init_app(self, app: Flask) -> None:
        """End the sessions of each request with it."""
        app.extensions["database"] = self
        app.after_request(_commit)
        app.teardown_appcontext(_close)


def database() -> Database:
    """The database of the current application."""
    return current_app.extensions["database"]


def reading() -> Session:
    """This request's session for reading."""
    if "reading" not in g:
        g.reading = database().reader()
    return g.reading


def writing() -> Session:
    """This request's session for writing; committed at the end unless the request fails."""
    if "writing" not in g:
        # A reader left open would keep an old snapshot; what was read stays usable all the same.
        if "reading" in g:
            g.reading.commit()
        g.writing = database().writer()
    return g.writing


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
            session.close()
