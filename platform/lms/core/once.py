"""A form that was sent twice is taken once: the second time leads where the first one went.

A page puts `once_token()` into its form; the view that takes it is marked `@said_once`. Nothing of a
person is kept: the key is a hash of the token and of who sent it.
"""

from __future__ import annotations

import functools
import hashlib
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import ParamSpec

from flask import Flask, make_response, redirect, request
from flask_login import current_user
from sqlalchemy import String, delete
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column
from werkzeug.exceptions import HTTPException

from assistant.storage import UtcDateTime, utc_now
from lms.core.database import Base, writing

FIELD = "once_token"
KEPT = timedelta(days=2)
REDIRECTS = range(300, 400)

Arguments = ParamSpec("Arguments")


class TakenForm(Base):
    """A form that was taken, and the page it led to."""

    __tablename__ = "taken_forms"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    went_to: Mapped[str] = mapped_column(String(300))
    taken_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now, index=True)


def new_token() -> str:
    """What tells this form from any other: fresh for each page."""
    return secrets.token_urlsafe(12)


def init_app(app: Flask) -> None:
    """Give templates `once_token()`."""
    app.jinja_env.globals["once_token"] = new_token


def _key(token: str) -> str:
    return hashlib.sha256(f"{request.path}|{current_user.id}|{token}".encode()).hexdigest()


def said_once(view: Callable[Arguments, object]) -> Callable[Arguments, object]:
    """Mark a view: a form with a token that already led somewhere leads there again, and does nothing.

    Only an answer that redirects counts as taken: a form that came back with mistakes may be sent again.
    The row is written with the deed itself, so that both are there or neither; the second of two at once
    waits for the first.
    """

    @functools.wraps(view)
    def once(*args: Arguments.args, **kwargs: Arguments.kwargs) -> object:
        token = request.form.get(FIELD, "") if request.method == "POST" else ""
        if not token or len(token) > 64:
            return view(*args, **kwargs)
        db, key = writing(), _key(token)
        taken = _take(db, key)
        if taken is not None:
            return redirect(taken.went_to or request.path, HTTPStatus.SEE_OTHER)
        try:
            response = make_response(view(*args, **kwargs))
        except HTTPException:
            db.execute(delete(TakenForm).where(TakenForm.key == key))
            raise
        row = db.get(TakenForm, key)
        if row is None:
            return response
        if response.status_code in REDIRECTS and len(response.location or "") <= 300:
            row.went_to = response.location or ""
        else:
            db.delete(row)
        return response

    return once


def _take(db: Session, key: str) -> TakenForm | None:
    """Claim a form; returns what is known of it if somebody was quicker."""
    taken = db.get(TakenForm, key)
    if taken is not None:
        return taken
    try:
        with db.begin_nested():
            db.add(TakenForm(key=key, went_to=""))
    except IntegrityError:
        # On PostgreSQL the insert waited for the first of the two to end: its row can be read now.
        return db.get(TakenForm, key, populate_existing=True)
    db.execute(delete(TakenForm).where(TakenForm.taken_at < utc_now() - KEPT))
    return None
