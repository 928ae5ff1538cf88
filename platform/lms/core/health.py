"""`/healthz`: whether this process can serve and answer."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask, current_app, jsonify
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from lms.core import current, disk
from lms.core.database import reading
from lms.core.permissions import EVERYONE, access


@access(EVERYONE)
def healthz():
    """200 with `ok` when pages and answers come; 503 with `warming up` or what is wrong."""
    try:
        reading().execute(text("SELECT 1"))
        database = "ok"
    except SQLAlchemyError:
        database = "down"
    status = current.assistant().status()
    ready = bool(status["ready"])
    room = disk.state(current_app.extensions["settings"].instance)
    works = database == "ok" and room == "ok"
    state = "ok" if works and ready else "warming up" if works else "down"
    body = {
        "status": state,
        "database": database,
        "assistant": "ok" if ready else "warming up",
        "search": status["search"],
        # `ok`, `full`, `read-only` or `error`: whether what people send can be saved.
        "disk": room,
        **{name: part() for name, part in current_app.extensions.get("health", {}).items()},
        "vectors": status["vectors"],
    }
    return jsonify(body), 200 if state == "ok" else 503


def add_part(app: Flask, name: str, part: Callable[[], object]) -> None:
    """Show one more field, made by a room above: what it says does not change the status."""
    app.extensions.setdefault("health", {})[name] = part


def init_app(app: Flask) -> None:
    """Add the route."""
    app.add_url_rule("/healthz", "healthz", healthz)
