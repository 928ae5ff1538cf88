"""How PostgreSQL is spoken to while people wait: nothing is waited for without an end.

The server's own limits (statement, lock) end what takes long. Those of TCP end a connection whose cable
is out. Neither sees a server that is only stopped, so the client counts too.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Generator
from typing import Any, TypeVar

import psycopg
from psycopg import errors
from sqlalchemy import Engine

CONNECT_SECONDS = 3
STATEMENT_SECONDS, LOCK_SECONDS = 20, 8
CLIENT_SECONDS = STATEMENT_SECONDS + 3
"""Longer than the server's own limit, so that what the server ends is told by the server."""
SLOT_SECONDS = 8.0
"""How long to ask again for a connection where the server or the role has no more to give."""
TOO_MANY_CONNECTIONS = "53300"

Opened = TypeVar("Opened", bound=psycopg.Connection)

log = logging.getLogger(__name__)


class TimedConnection(psycopg.Connection):
    """A connection that is closed when the server says nothing for `longest` seconds.

    Or sooner, when `is_given_up` says so: somebody else found that the server answers nobody.
    """

    longest = float(CLIENT_SECONDS)
    is_given_up: Callable[[], bool] = staticmethod(lambda: False)

    def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
        """As psycopg's. Raises OperationalError where the server stays silent."""
        try:
            watched = _watched(gen, self.is_given_up)
            return super().wait(watched, interval, self.longest if timeout is None else timeout)
        except _GivenUp:
            self.pgconn.finish()
            raise psycopg.OperationalError("the server says nothing to anybody") from None
        except errors._WaitTimeout:
            if timeout is not None:
                raise
            # What the server would say later belongs to nobody: this connection is of no use any more.
            self.pgconn.finish()
            raise psycopg.OperationalError(f"the server said nothing for {self.longest:g} s") from None


class _GivenUp(Exception):
    pass


def _watched(gen: Generator[Any, Any, Any], is_given_up: Callable[[], bool]) -> Generator[Any, Any, Any]:
    """The generator itself; at each look in vain (`ready` is 0) it is asked whether to go on."""
    try:
        wanted = next(gen)
        while True:
            ready = yield wanted
            if not ready and is_given_up():
                raise _GivenUp
            wanted = gen.send(ready)
    except StopIteration as done:
        return done.value


def arguments(serving: bool) -> dict[str, Any]:
    """What a connection is opened with.

    Only while serving do statements and locks end by themselves: a migration or an import may take its time.
    """
    common: dict[str, Any] = {
        "connect_timeout": CONNECT_SECONDS,
        "keepalives_idle": 20,
        "keepalives_interval": 5,
        "keepalives_count": 3,
        "tcp_user_timeout": 15_000,
    }
    if serving:
        limits = f"-c statement_timeout={STATEMENT_SECONDS}s -c lock_timeout={LOCK_SECONDS}s"
        common["options"] = f"{limits} -c idle_in_transaction_session_timeout=120s"
    return common


def give_up_when(engine: Engine, is_away: Callable[[], bool]) -> None:
    """Have everybody who waits for the server of a serving engine give up once `is_away` says True."""
    engine.dialect.is_given_up = is_away  # type: ignore[attr-defined]  # ours: `connect` reads it there


def connect(dialect: Any, positional: list[Any], named: dict[str, Any]) -> TimedConnection:
    """A connection for a serving engine, as its `do_connect` wants it. Raises OperationalError."""
    is_given_up = getattr(dialect, "is_given_up", TimedConnection.is_given_up)
    if is_given_up():
        raise psycopg.OperationalError("the server does not answer")
    connection = open_patiently(lambda: TimedConnection.connect(*positional, **named))
    connection.is_given_up = is_given_up
    return connection


def open_patiently(connect: Callable[[], Opened], seconds: float = SLOT_SECONDS) -> Opened:
    """Connect; where there are too many connections already, ask again for `seconds`."""
    until = time.monotonic() + seconds
    pause = 0.05
    while True:
        try:
            return connect()
        except psycopg.OperationalError as error:
            if not has_no_slot(error) or time.monotonic() + pause > until:
                raise
        time.sleep(pause)
        pause = min(pause * 2, 0.5)


def has_no_slot(error: psycopg.Error) -> bool:
    """Whether the server refused a connection only because it, or the role, has none left."""
    # An error of connecting has no SQLSTATE in psycopg: the words are all there is.
    said = str(error)
    signs = ("too many connections", "too many clients", "remaining connection slots", TOO_MANY_CONNECTIONS)
    return error.sqlstate == TOO_MANY_CONNECTIONS or any(sign in said for sign in signs)
