"""Addresses of static files that change when the file does, so that browsers may keep them for a year."""

from __future__ import annotations

import hashlib
from functools import cache
from http import HTTPStatus
from pathlib import Path

from flask import Flask, Response, request, url_for

STATIC = Path(__file__).resolve().parent.parent / "static"
LARGEST_FILE = 512 * 1024
"""Bytes of a file that a worker keeps in its memory."""


@cache
def fingerprint(name: str) -> str:
    """The first letters of a file's hash."""
    return hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:10]


def init_app(app: Flask) -> None:
    """Give templates `static(name)`."""
    app.jinja_env.globals["static"] = lambda name: url_for("static", filename=name, v=fingerprint(name))


def in_one_piece(response: Response) -> Response:
    """A small file as a whole: packed as a stream it could not be kept, and was packed anew for everybody."""
    is_small = 0 < (response.content_length or 0) <= LARGEST_FILE
    if request.endpoint == "static" and response.status_code == HTTPStatus.OK and is_small:
        response.direct_passthrough = False
        response.get_data()
    return response
