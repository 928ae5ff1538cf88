"""Reading and writing the rows of knowledge: connections, and the counters that every change raises."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, CursorResult, Engine, select, update
from sqlalchemy.orm import Session

from assistant.knowledge.tables import Revision
from assistant.storage import READ_ONLY


class NotFound(LookupError):
    """There is no such entry, or it was retired already."""


def id_of(made: CursorResult[Any]) -> int:
    """The id that a row got when it was put in."""
    key = made.inserted_primary_key
    assert key is not None, "every table has a number as its key"
    return int(key[0])


class Rows:
    """Rows of one database: every worker and every machine sees the same.

    Each change takes an optional `session`: the caller's own open one, so that the change is saved
    or undone together with the caller's rows. Without it the change is committed by itself.
    """

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def revision(self, kind: str | None = None) -> int:
        """A number that every change (of a kind) raises; cheap enough to ask before each question."""
        wanted = select(Revision.number)
        if kind is not None:
            wanted = wanted.where(Revision.kind == kind)
        with self._reading() as connection:
            return sum(connection.execute(wanted).scalars())

    def revisions(self) -> dict[str, int]:
        """The counter of every kind."""
        with self._reading() as connection:
            rows = connection.execute(select(Revision.kind, Revision.number))
            return {kind: number for kind, number in rows}

    @contextmanager
    def _writing(self, session: Session | None) -> Iterator[Connection]:
        if session is not None:
            yield session.connection()
            return
        with self.engine.begin() as connection:
            yield connection

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with self.engine.connect() as connection:
            yield connection.execution_options(**{READ_ONLY: True})

    def _raise_revision(self, connection: Connection, kind: str) -> None:
        raised = update(Revision).where(Revision.kind == kind).values(number=Revision.number + 1)
        connection.execute(raised)
