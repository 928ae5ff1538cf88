"""`/healthz`: whether this process can serve and answer."""

from __future__ import annotations

from flask import Flask, jsonify
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from lms.core import current
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
    state = "ok" if database == "ok" and ready else "warming up" if database == "ok" else "down"
    body = {
        "status": state,
        "database": database,
        "assistant": "ok" if ready else "warming up",
        "search": status["search"],
    }
    return jsonify(body), 200 if state == "ok" else 503


def init_app(app: Flask) -> None:
    """Add the route."""
    app.add_url_rule("/healthz", "healthz", healthz)
