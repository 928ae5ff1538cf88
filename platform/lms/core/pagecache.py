"""Pages that are the same for everybody who is not signed in, kept in the process, compressed.

A lesson is fixed by its version, so its page for a visitor without an account is fixed by the address
and the three choices in cookies. A kept page is answered before Flask does any work for the request.
"""

from __future__ import annotations

import gzip
import hashlib
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from http.cookies import CookieError, SimpleCookie

from flask import Flask, Response, request

from lms.core.language import AUDIENCE_COOKIE, LANGUAGE_COOKIE, REGISTER_COOKIE

LIMIT = 400
FRESH_SECONDS = 30
"""The unit's name and numbers stand on every page: a change there is seen after this long at most."""
CHOICES = (LANGUAGE_COOKIE, REGISTER_COOKIE, AUDIENCE_COOKIE)
MARK = "kept_page"
OWN_HEADERS = {"content-length", "content-encoding", "etag", "vary", "set-cookie"}


def same_for_guests(view: Callable) -> Callable:
    """Mark a view whose answer depends on nothing but its address and the three choices."""
    setattr(view, MARK, True)
    return view


class PageCache:
    """A WSGI layer with the oldest pages dropped first. One per process, any thread."""

    def __init__(self, app: Callable, session_cookie: str) -> None:
        self.app = app
        self.session_cookie = session_cookie
        self.pages: OrderedDict[tuple, tuple[float, tuple]] = OrderedDict()
        self.lock = threading.Lock()

    def __call__(self, environ: dict, start_response: Callable) -> Iterable[bytes]:
        key = self.key(environ)
        if key is not None:
            kept = self.pages.get(key)
            if kept is not None and kept[0] > time.monotonic():
                return self.answer(kept[1], environ, start_response)
            environ["hocso.keep"] = lambda response: self.keep(key, response)
        return self.app(environ, start_response)

    def key(self, environ: dict) -> tuple | None:
        """What a page is kept under, or None for a request that must go through."""
        if environ["REQUEST_METHOD"] != "GET":
            return None
        header = environ.get("HTTP_COOKIE", "")
        chosen: tuple = ("", "", "")
        if header:
            if self.session_cookie in header:
                return None
            try:
                cookies = SimpleCookie(header)
            except CookieError:
                return None
            chosen = tuple(cookies[name].value if name in cookies else "" for name in CHOICES)
        host = environ.get("HTTP_HOST", "")
        return (host, environ["PATH_INFO"], environ.get("QUERY_STRING", ""), *chosen)

    def keep(self, key: tuple, response: Response) -> None:
        """Remember a page, both plain and compressed."""
        body = response.get_data()
        # Uncompressed pages are only for programs: browsers take gzip.
        tag = f'"{hashlib.sha256(body).hexdigest()[:20]}"'
        headers = [(name, value) for name, value in response.headers if name.lower() not in OWN_HEADERS]
        headers += [("ETag", tag), ("Vary", "Accept-Encoding, Cookie")]
        packed = gzip.compress(body, 9, mtime=0)
        plain = [*headers, ("Content-Length", str(len(body)))]
        zipped = [*headers, ("Content-Encoding", "gzip"), ("Content-Length", str(len(packed)))]
        with self.lock:
            self.pages[key] = (time.monotonic() + FRESH_SECONDS, (tag, plain, zipped, body, packed))
            self.pages.move_to_end(key)
            while len(self.pages) > LIMIT:
                self.pages.popitem(last=False)

    def answer(self, page: tuple, environ: dict, start_response: Callable) -> Iterable[bytes]:
        """A kept page, or 304 when the browser has it."""
        tag, plain, zipped, body, packed = page
        if tag in environ.get("HTTP_IF_NONE_MATCH", ""):
            start_response("304 Not Modified", [("ETag", tag), ("Vary", "Accept-Encoding, Cookie")])
            return [b""]
        if "gzip" in environ.get("HTTP_ACCEPT_ENCODING", ""):
            start_response("200 OK", zipped)
            return [packed]
        start_response("200 OK", plain)
        return [body]


def init_app(app: Flask) -> None:
    """Put the layer in front of the application. Not in debug mode: templates change there."""
    if app.debug:
        return
    cache = PageCache(app.wsgi_app, app.config["SESSION_COOKIE_NAME"])
    app.extensions["page_cache"] = cache
    app.wsgi_app = cache

    @app.after_request
    def keep(response: Response) -> Response:
        remember = request.environ.get("hocso.keep")
        view = app.view_functions.get(request.endpoint or "")
        fixed = remember and getattr(view, MARK, False) and response.status_code == 200
        if fixed and "Set-Cookie" not in response.headers and not response.direct_passthrough:
            remember(response)
        return response
