"""The way in: granian's event loop on one side, the WSGI application in its threads on the other.

Slow senders, slow readers and people who only wait never hold a thread. A body is read here first
(`bodies`); pages that are kept are answered here, whatever the threads are busy with; what a thread
has to do waits in a line of bounded length, and is told to come again where nothing moves.
"""

from __future__ import annotations

import asyncio
import functools
import logging
import re
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus
from typing import IO, Any

from flask import Flask

from lms.accounts.visitor import STAFF
from lms.core.current import network
from lms.core.language import cookie_choices, cookies_of, interface_of
from lms.core.pages import plainpages
from lms.core.pages.pagecache import MISSED, RENEWS
from lms.serving.bodies import LARGEST, LARGEST_OF_STRANGERS, Bodies, BodyRefused, TooLarge, nothing
from lms.serving.keptfiles import KeptFiles

HEALTH, STATIC = "/healthz", "/static/"
"""Answered in two threads each, of their own: who watches over the site must be answered when it stands
still, and not wait behind those who want its pictures."""
IN_LINE = 12
"""Requests that may wait for each thread."""
LONGEST_WAIT = 15.0
"""Seconds in the line; whoever asked has given up by then."""
STANDSTILL = 2.0
"""Seconds in which no thread became free, after which nobody new is let in to wait."""
JOINED_AT_MOST = 32 * 1024 * 1024
STREAMS = 8
LONGEST_LINE = 16 * 1024
"""Letters of the cookies, of an address after `?` or of any header. Some are read letter by letter in the
event loop, where everybody else waits; ours need a tenth of it."""
LONGEST = {"CONTENT_TYPE": 300, "HTTP_HOST": 300, "PATH_INFO": 8 * 1024}
"""Letters of what is shorter. From the boundary in a content type, 70 letters by its standard, patterns are
made and kept: a long one cost seconds and megabytes."""

LONGEST_NUMBER = 18
"""Digits of the length of a body."""
_NUMBER = re.compile(r"[0-9]+")

log = logging.getLogger("lms")

Headers = list[tuple[str, str]]


@dataclass
class Answered:
    """What the application said: a whole body, or the rest of a stream (`body` is its iterator)."""

    status: int
    headers: Headers
    body: bytes | Iterator[bytes]
    close: Callable[[], None] | None = None


class Gateway:
    """An RSGI application around a WSGI one. One per worker process."""

    def __init__(self, app: Flask, threads: int) -> None:
        self.wsgi = app.wsgi_app
        self.kept = app.extensions.get("kept_pages")
        self.debug = getattr(app, "debug", False)
        self.session_cookie = app.config["SESSION_COOKIE_NAME"]
        self.is_staff = _reader_of_staff(app)
        settings = app.extensions.get("settings")
        self.behind_proxy = settings is not None and settings.behind_proxy
        self.warns_of_proxy = settings is not None and not settings.behind_proxy
        self.bodies = Bodies()
        self.renewing: set[asyncio.Task] = set()
        self.threads = Threads(threads, "page")
        self.health = Threads(2, "health")
        self.static = Threads(2, "static")
        self.files = KeptFiles(STATIC)
        self.streams = ThreadPoolExecutor(STREAMS, "stream")

    async def __rsgi__(self, scope: Any, protocol: Any) -> None:
        """Answer one request; `scope` and `protocol` are granian's."""
        if scope.proto != "http":
            with suppress(Exception):
                protocol.close(403)
            return
        environ = environ_of(scope)
        self._look_for_proxy(environ)
        came = await self._answer(environ, scope, protocol)
        if isinstance(came.body, bytes):
            protocol.response_bytes(came.status, came.headers, came.body)
        else:
            await self._stream(came, protocol)

    def _look_for_proxy(self, environ: dict[str, Any]) -> None:
        """Log once that a proxy stands in front of which the settings know nothing."""
        if self.warns_of_proxy and "HTTP_X_FORWARDED_FOR" in environ:
            self.warns_of_proxy = False
            log.warning(
                "a request came with X-Forwarded-For and behind_proxy is off: if a web server stands in "
                "front, all visitors count as one address. See docs/deploy.md"
            )

    def __rsgi_del__(self, loop: object) -> None:
        """The worker stops: nothing that waits is begun any more."""
        for pool in (self.threads.pool, self.health.pool, self.static.pool, self.streams):
            pool.shutdown(wait=False, cancel_futures=True)

    async def _answer(self, environ: dict[str, Any], scope: Any, protocol: Any) -> Answered:
        if is_too_long(environ):
            # Not even the language is looked up in it.
            environ.pop("HTTP_COOKIE", None)
            environ["PATH_INFO"] = environ["PATH_INFO"][:100]
            return sentence(environ, HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
        file = self.files.find(environ)
        if file is not None:
            return Answered(*file)
        if self.kept is not None:
            kept = run(self.kept, environ)
            if kept.status != MISSED:
                if environ.pop(RENEWS, False):
                    self._renew(environ)
                return kept
        try:
            environ["wsgi.input"] = await self._body(environ, scope, protocol)
        except TooLarge:
            # The application sees how long it says it is, and refuses it in its own words.
            environ["wsgi.input"] = nothing()
            environ.setdefault("CONTENT_LENGTH", str(LARGEST + 1))
        except BodyRefused as refused:
            return sentence(environ, refused.status, refused.retry_after)
        try:
            came = await self._threads_for(environ["PATH_INFO"]).do(lambda: run(self.wsgi, environ))
            if not self.debug:
                self.files.keep(environ, came.status, came.headers, came.body)
            return came
        except Crowded:
            return sentence(environ, HTTPStatus.SERVICE_UNAVAILABLE, 5)
        except Exception:
            log.exception("the application failed")
            return sentence(environ, HTTPStatus.INTERNAL_SERVER_ERROR)
        finally:
            environ["wsgi.input"].close()

    def _threads_for(self, path: str) -> Threads:
        if path == HEALTH:
            return self.health
        return self.static if path.startswith(STATIC) else self.threads

    def _renew(self, environ: dict[str, Any]) -> None:
        """Have a page made anew behind the answer that was given, if a thread is free."""
        if self.threads.inside + len(self.renewing) >= self.threads.number:
            return
        anew = {name: value for name, value in environ.items() if name != "HTTP_IF_NONE_MATCH"}
        task = asyncio.ensure_future(self.threads.do(lambda: run(self.wsgi, anew)))
        self.renewing.add(task)
        task.add_done_callback(self._renewed)

    def _renewed(self, task: asyncio.Task) -> None:
        self.renewing.discard(task)
        if not task.cancelled() and task.exception() is not None:
            log.warning("a kept page was not made anew: %s", type(task.exception()).__name__)

    async def _body(self, environ: dict[str, Any], scope: Any, protocol: Any) -> IO[bytes]:
        length = environ.get("CONTENT_LENGTH")
        if length is not None and (len(length) > LONGEST_NUMBER or not _NUMBER.fullmatch(length)):
            # As many digits as no body can have: Python itself refuses to count them.
            raise BodyRefused(HTTPStatus.BAD_REQUEST)
        if (length in (None, "0") and "HTTP_TRANSFER_ENCODING" not in environ) or scope.method == "GET":
            return nothing()
        known = int(length) if length is not None else None
        limit = LARGEST if self.session_cookie in environ.get("HTTP_COOKIE", "") else LARGEST_OF_STRANGERS
        # Whoever has one address of IPv6 has a network of them, and one place for it as others have.
        address, is_staff = network(self._sender(environ)), self.is_staff(environ)
        body = await self.bodies.read(protocol, known, limit, address, is_staff)
        environ["CONTENT_LENGTH"] = str(body.seek(0, 2))
        body.seek(0)
        environ.pop("HTTP_TRANSFER_ENCODING", None)
        return body

    def _sender(self, environ: dict[str, Any]) -> str:
        """The address of who sends: behind a proxy what that one wrote down last, as ProxyFix reads it."""
        forwarded = environ.get("HTTP_X_FORWARDED_FOR", "") if self.behind_proxy else ""
        return forwarded.rpartition(",")[2].strip() or environ["REMOTE_ADDR"]

    async def _stream(self, came: Answered, protocol: Any) -> None:
        """Send a stream piece by piece; a reader who left ends it at its next piece."""
        loop = asyncio.get_running_loop()
        assert not isinstance(came.body, bytes), "whole answers are sent elsewhere"
        following = functools.partial(next, came.body, None)
        try:
            transport = protocol.response_stream(came.status, came.headers)
            while (piece := await loop.run_in_executor(self.streams, following)) is not None:
                if piece:
                    await transport.send_bytes(piece)
        except Exception as error:
            log.info("a stream ended early: %s", type(error).__name__)
        finally:
            if came.close is not None:
                await loop.run_in_executor(self.streams, came.close)


def _reader_of_staff(app: Flask) -> Callable[[dict[str, Any]], bool]:
    """A test whether the session of a request was given to somebody who held a role."""
    # Another application behind the gateway may have sessions of another kind, or none.
    read = getattr(getattr(app, "session_interface", None), "read", None)

    def is_staff(environ: dict[str, Any]) -> bool:
        cookie = cookies_of(environ).get(app.config["SESSION_COOKIE_NAME"])
        held = read(app, cookie) if read is not None and cookie else None
        return bool(held and held.get(STAFF))

    return is_staff


def open_gateway() -> Gateway:
    """The application in its gateway, as the settings want it; see `lms.app.create_served_app` for errors."""
    from lms.app import create_served_app

    app = create_served_app()
    return Gateway(app, app.extensions["settings"].threads)


class Crowded(Exception):
    """No thread for this request: too many wait, or nothing moves."""


class Threads:
    """A fixed number of threads and a bounded line in front of them. Belongs to one event loop."""

    def __init__(self, number: int, name: str) -> None:
        self.pool = ThreadPoolExecutor(number, name)
        self.number = number
        self.inside = 0
        self.last_done = time.monotonic()

    async def do(self, work: Callable[[], Answered]) -> Answered:
        """Run `work` in a thread and give back what it returns. Raises Crowded before it began."""
        is_free = self.inside < self.number
        if is_free:
            self.last_done = time.monotonic()
        elif self._stands_still() or self.inside >= self.number * (1 + IN_LINE):
            raise Crowded
        self.inside += 1
        try:
            future: Future[Answered] = self.pool.submit(work)
            waiting = asyncio.wrap_future(future)
            if is_free:
                return await waiting
            done, _ = await asyncio.wait({waiting}, timeout=LONGEST_WAIT)
            # What has begun is never given up: it may have saved something.
            if not done and future.cancel():
                raise Crowded
            return await waiting
        finally:
            self.inside -= 1
            self.last_done = time.monotonic()

    def _stands_still(self) -> bool:
        return time.monotonic() - self.last_done > STANDSTILL


def run(wsgi: Callable, environ: dict[str, Any]) -> Answered:
    """Call a WSGI application and collect its answer, unless it is a stream without an end in sight."""
    started: list[tuple[int, Headers]] = []

    def start_response(status: str, headers: Headers, exc_info: object = None) -> None:
        started[:] = [(int(status.split(" ", 1)[0]), headers)]

    body: Iterable[bytes] = wsgi(environ, start_response)
    close = getattr(body, "close", None)
    if isinstance(body, list):
        return Answered(*started[0], b"".join(body))
    status, headers = started[0]
    length = next((value for name, value in headers if name.lower() == "content-length"), None)
    if length is None or int(length) > JOINED_AT_MOST:
        pieces = iter(body)
        if status >= 300:
            return Answered(status, headers, _joined(pieces, close))
        return Answered(status, headers, pieces, close)
    return Answered(status, headers, _joined(body, close))


def _joined(pieces: Iterable[bytes], close: Callable[[], None] | None) -> bytes:
    try:
        return b"".join(pieces)
    finally:
        if close is not None:
            close()


def is_too_long(environ: dict[str, Any]) -> bool:
    """Whether some line of a request has more letters than any that we can need."""
    return any(
        isinstance(value, str) and len(value) > LONGEST.get(name, LONGEST_LINE)
        for name, value in environ.items()
    )


def sentence(environ: dict[str, Any], status: HTTPStatus, retry_after: int | None = None) -> Answered:
    """A refusal in words, made without a thread and without the database."""
    kind, body = plainpages.refusal(environ["PATH_INFO"], status, interface_of(cookie_choices(environ)))
    headers = [("Content-Type", kind), ("Cache-Control", "no-store"), ("X-Content-Type-Options", "nosniff")]
    headers += plainpages.HEADERS
    if status == HTTPStatus.REQUEST_TIMEOUT:
        headers.append(("Connection", "close"))
    if retry_after is not None:
        headers.append(("Retry-After", str(retry_after)))
    return Answered(int(status), headers, body)


def environ_of(scope: Any) -> dict[str, Any]:
    """The WSGI environment of granian's scope, without a body yet."""
    client, _, client_port = scope.client.rpartition(":")
    server, _, server_port = scope.server.rpartition(":")
    environ: dict[str, Any] = {
        "REQUEST_METHOD": scope.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": _as_wsgi(scope.path),
        "QUERY_STRING": _as_wsgi(scope.query_string),
        "SERVER_NAME": server.strip("[]"),
        "SERVER_PORT": server_port,
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "SERVER_SOFTWARE": "Granian",
        "REMOTE_ADDR": client.strip("[]"),
        "REMOTE_PORT": client_port,
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.input": nothing(),
        "wsgi.input_terminated": True,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for name, value in scope.headers.items():
        if "_" in name:
            # X_Forwarded_For would come in as X-Forwarded-For, past the proxy that sets the real one.
            continue
        key = name.upper().replace("-", "_")
        if key not in ("CONTENT_TYPE", "CONTENT_LENGTH"):
            key = f"HTTP_{key}"
        if key in environ:
            environ[key] += f"{'; ' if key == 'HTTP_COOKIE' else ','}{value}"
        else:
            environ[key] = value
    if scope.authority and "HTTP_HOST" not in environ:
        environ["HTTP_HOST"] = scope.authority
    return environ


def _as_wsgi(text: str) -> str:
    """Text as WSGI carries it: its UTF-8 bytes, each as one letter."""
    return text.encode("utf-8", "surrogateescape").decode("latin-1")
