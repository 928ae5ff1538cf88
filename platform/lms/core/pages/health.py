"""`/healthz`: whether this process can serve and answer."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask, current_app, jsonify
from flask.typing import ResponseReturnValue

from lms.core import current
from lms.core.database import database
from lms.core.permissions import EVERYONE, access
from lms.core.storage import disk
from lms.core.storage.availability import BUSY, DOWN, FULL, OK


@access(EVERYONE)
def healthz() -> ResponseReturnValue:
    """200 with `ok` when a question can be answered and its answer saved; else 503 with what is wrong.

    Never waits for the database: what is known of it is a few seconds old at most.
    """
    known = database().availability.now()
    status = current.assistant().status()
    ready = bool(status["ready"])
    room = disk.state(current.settings().instance)
    if room == OK and known == FULL:
        room = FULL
    works = known in (OK, BUSY) and room == OK
    state = OK if works and ready else "warming up" if works else DOWN
    body = {
        "status": state,
        # `ok`, `busy` (somebody writes for long) or `down`.
        "database": OK if known == FULL else known,
        "assistant": OK if ready else "warming up",
        "search": status["search"],
        # `ok`, `full`, `read-only` or `error`: whether what people send can be saved.
        "disk": room,
        **{name: part() for name, part in current_app.extensions.get("health", {}).items()},
        "vectors": status["vectors"],
    }
    return jsonify(body), 200 if state == OK else 503


def add_part(app: Flask, name: str, part: Callable[[], object]) -> None:
    """Show one more field, made by a room above: what it says does not change the status."""
    app.extensions.setdefault("health", {})[name] = part


def init_app(app: Flask) -> None:
    """Add the route."""
    app.add_url_rule("/healthz", "healthz", healthz)
