"""Pages that are the same for everybody without a record, kept in the process, compressed.

A lesson is fixed by its version, so its page for a visitor without an account is fixed by the address
and the three choices in cookies. A kept page is answered before Flask does any work for the request,
and where the database is away it is answered long after it would have been made again.
"""

from __future__ import annotations

import gzip
import hashlib
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from urllib.parse import parse_qsl

from flask import Flask, Response, request

from courses.rendering.quote import MARK_ID
from i18n import dates
from lms.core.language import Choices, cookie_choices, cookies_of
from lms.core.pages.sessions import Sessions

LIMIT = 400
OF_HOSTS = 40
"""Of them pages that name the address one came by; whoever makes up hosts pushes out only these."""
FRESH_SECONDS = 30
"""The unit's name and numbers stand on every page: a change there is seen after this long at most."""
RENEWING_SECONDS = 20
"""For so long one visitor waits for the new page, and the others get the old one."""
WHILE_RENEWED_SECONDS = 600
"""A page of this age is still shown while a new one is made behind it: nobody waits for that."""
STALE_SECONDS = 24 * 3600
"""Older than this a page is not shown, even if nothing newer can be had."""
MARK = "kept_page"
OWN_HEADERS = {"content-length", "content-encoding", "etag", "vary", "set-cookie"}
READ_NAMES = {MARK_ID}
"""What a kept page's view reads of the address after `?`. With one of these in it the page is made
anew; every other name (utm_source, fbclid, zarsrc) changes nothing."""
EMPTY_SESSION = {"csrf_token"}
"""What the session of a visitor without a record may hold; the page shows none of it."""
LONGEST_EMPTY = 500
"""Letters of the cookie of such a session; ours need two hundred."""
TURN = "hocso.makes_page"
"""Set in the environment of a request that makes a page, whatever is kept by then."""
RENEWS = "hocso.renews_page"
"""Set by `PageCache.kept` when the request should go to the application too, only to renew the page."""
MISSED = 0
"""The status of `PageCache.kept` for a page that must be made."""


def same_for_guests(view: Callable) -> Callable:
    """Mark a view whose answer depends on nothing but its path and the three choices, for guests.

    It may read the query names in READ_NAMES, and no other.
    """
    setattr(view, MARK, True)
    return view


@dataclass
class Kept:
    """One page, plain and compressed. `made_at` and the others: seconds of the monotonic clock.

    `day`: on which it was made. What a lesson says of a day may be over on the next.
    """

    made_at: float
    fresh_until: float
    shown_until: float
    tag: str
    plain_headers: list[tuple[str, str]]
    packed_headers: list[tuple[str, str]]
    plain: bytes
    packed: bytes
    day: date


class PageCache:
    """A WSGI layer with the oldest pages dropped first. One per process, any thread."""

    def __init__(self, app: Callable, flask: Flask) -> None:
        self.app = app
        self.session_cookie = flask.config["SESSION_COOKIE_NAME"]
        self.is_empty_session = _reader_of_sessions(flask)
        self.audiences = frozenset(one.id for one in flask.extensions["library"].audiences)
        self.is_away: Callable[[], bool] = lambda: False
        self.pages: OrderedDict[tuple, Kept] = OrderedDict()
        self.lock = threading.Lock()

    def __call__(self, environ: dict, start_response: Callable) -> Iterable[bytes]:
        """A kept page if there is one for this request, else what the application answers."""
        key = self.key(environ)
        if key is not None:
            kept = None if environ.get(TURN) else self.find(key, environ)
            if kept is not None:
                return self.answer(kept, environ, start_response)
            environ["hocso.keep"] = lambda response: self.keep(key, environ, response)
        return self.app(environ, start_response)

    def kept(self, environ: dict, start_response: Callable) -> Iterable[bytes]:
        """As calling it, but a page that must be made is status MISSED: for who has no thread to make it."""
        key = self.key(environ)
        page = self.find(key, environ) if key is not None else None
        if page is None and key is not None:
            # This one's turn to make it anew. It can be done behind the answer, if the old one is not so old.
            old = self.look_up(key, environ)
            if (
                old is not None
                and old.day == dates.today()
                and old.made_at + WHILE_RENEWED_SECONDS > time.monotonic()
            ):
                environ[RENEWS] = environ[TURN] = True
                page = old
        if page is None:
            environ[TURN] = True
            start_response(f"{MISSED} missed", [])
            return []
        return self.answer(page, environ, start_response)

    def key(self, environ: dict) -> tuple | None:
        """What a page is kept under, or None for a request that must go through."""
        if environ["REQUEST_METHOD"] != "GET" or self._reads_query(environ.get("QUERY_STRING", "")):
            return None
        chosen = Choices()
        if environ.get("HTTP_COOKIE"):
            cookies = cookies_of(environ)
            session = cookies.getlist(self.session_cookie)
            if session and not (len(session) == 1 and self.is_empty_session(session[0])):
                return None
            chosen = cookie_choices(environ)
        audience = chosen.audience if chosen.audience in self.audiences else ""
        return (environ["PATH_INFO"], chosen.language, chosen.register, audience)

    @staticmethod
    def _reads_query(query: str) -> bool:
        if not query:
            return False
        # The mark that an error page gives way to (see `addresses`) is looked at by Flask.
        return "%00" in query or any(name in READ_NAMES for name, _ in parse_qsl(query, True))

    def look_up(self, key: tuple, environ: dict) -> Kept | None:
        """The page that is kept, however old."""
        return self.pages.get(key) or self.pages.get((environ.get("HTTP_HOST", ""), *key))

    def find(self, key: tuple, environ: dict) -> Kept | None:
        """A page that may be shown; None for one that this request should make.

        Of those who come when it has grown old one makes it anew, unless that cannot be done now.
        """
        page = self.look_up(key, environ)
        if page is None:
            return None
        now = time.monotonic()
        if page.day != dates.today() and not self.is_away():
            return None
        if page.fresh_until > now or (self.is_away() and page.shown_until > now):
            return page
        with self.lock:
            if page.fresh_until > now:
                return page
            page.fresh_until = now + RENEWING_SECONDS
        return None

    def keep(self, key: tuple, environ: dict, response: Response) -> None:
        """Remember a page, both plain and compressed."""
        body = response.get_data()
        # Uncompressed pages are only for programs: browsers take gzip.
        tag = f'"{hashlib.sha256(body).hexdigest()[:20]}"'
        headers = [(name, value) for name, value in response.headers if name.lower() not in OWN_HEADERS]
        headers += [("ETag", tag), ("Vary", "Accept-Encoding, Cookie")]
        packed = gzip.compress(body, 9, mtime=0)
        now = time.monotonic()
        page = Kept(
            now,
            now + FRESH_SECONDS,
            now + STALE_SECONDS,
            tag,
            [*headers, ("Content-Length", str(len(body)))],
            [*headers, ("Content-Encoding", "gzip"), ("Content-Length", str(len(packed)))],
            body,
            packed,
            dates.today(),
        )
        host = environ.get("HTTP_HOST", "")
        names_host = f"//{host}".encode() in body
        with self.lock:
            place = (host, *key) if names_host else key
            self.pages[place] = page
            self.pages.move_to_end(place)
            if names_host:
                self._drop([one for one in self.pages if len(one) > len(key)], OF_HOSTS)
            self._drop(list(self.pages), LIMIT)

    def _drop(self, places: list[tuple], limit: int) -> None:
        for place in places[: max(0, len(places) - limit)]:
            del self.pages[place]

    def answer(self, page: Kept, environ: dict, start_response: Callable) -> Iterable[bytes]:
        """A kept page, or 304 when the browser has it."""
        if page.tag in environ.get("HTTP_IF_NONE_MATCH", ""):
            start_response("304 Not Modified", [("ETag", page.tag), ("Vary", "Accept-Encoding, Cookie")])
            return [b""]
        if "gzip" in environ.get("HTTP_ACCEPT_ENCODING", ""):
            start_response("200 OK", page.packed_headers)
            return [page.packed]
        start_response("200 OK", page.plain_headers)
        return [page.plain]


def _reader_of_sessions(flask: Flask) -> Callable[[str], bool]:
    """A test whether a session cookie is ours and holds nothing of a person, nor a message to show."""
    sessions = flask.session_interface
    assert isinstance(sessions, Sessions), "lms.core.pages.sessions comes first"

    @lru_cache(maxsize=4096)
    def is_empty(cookie: str) -> bool:
        held = sessions.read(flask, cookie)
        return held is not None and set(held) <= EMPTY_SESSION

    # One that long holds more than nothing, or was made up: four thousand of them are not remembered.
    return lambda cookie: len(cookie) <= LONGEST_EMPTY and is_empty(cookie)


def init_app(app: Flask) -> None:
    """Put the layer in front of the application. Not in debug mode: templates change there."""
    if app.debug:
        return
    cache = PageCache(app.wsgi_app, app)
    app.extensions["page_cache"] = cache
    app.extensions["kept_pages"] = cache.kept
    app.wsgi_app = cache  # type: ignore[method-assign]  # as Flask wants it wrapped

    @app.after_request
    def keep(response: Response) -> Response:
        remember = request.environ.get("hocso.keep")
        view = app.view_functions.get(request.endpoint or "")
        fixed = getattr(view, MARK, False) and response.status_code == 200
        if remember and fixed and "Set-Cookie" not in response.headers and not response.direct_passthrough:
            remember(response)
        return response
