"""Addresses of static files that change when the file does, so that browsers may keep them for a year."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from flask import Flask, url_for

STATIC = Path(__file__).resolve().parent.parent / "static"


@cache
def fingerprint(name: str) -> str:
    """The first letters of a file's hash."""
    return hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:10]


def init_app(app: Flask) -> None:
    """Give templates `static(name)`."""
    app.jinja_env.globals["static"] = lambda name: url_for("static", filename=name, v=fingerprint(name))
