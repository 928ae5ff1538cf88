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

from flask import Flask, Response, make_response, redirect, request
from flask_login import current_user
from sqlalchemy import String, delete
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column
from werkzeug.exceptions import HTTPException

from assistant.storage import UtcDateTime, utc_now
from lms.core.database import Base, reading, writing

FIELD = "once_token"
LONGEST = 64
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


def token_of_form() -> str:
    """The token of the form that was sent; empty where there is none, or nonsense."""
    token = request.form.get(FIELD, "") if request.method == "POST" else ""
    return token if len(token) <= LONGEST else ""


def init_app(app: Flask) -> None:
    """Give templates `once_token()`."""
    app.jinja_env.globals["once_token"] = new_token


def _key(token: str) -> str:
    return hashlib.sha256(f"{request.path}|{current_user.id}|{token}".encode()).hexdigest()


def said_once(view: Callable[Arguments, object]) -> Callable[Arguments, object]:
    """Mark a view: a form with a token that already led somewhere leads there again, and does nothing.

    Only an answer that redirects counts as taken: a form that came back with mistakes may be sent again.
    The token is claimed last, in the transaction of the deed: whatever is slow in the view comes before
    anything is locked. Of two at once the later claim fails, and takes its deed back with it; so all that
    such a view does is done in `writing()`, which it does not commit itself.
    """

    @functools.wraps(view)
    def once(*args: Arguments.args, **kwargs: Arguments.kwargs) -> object:
        token = token_of_form()
        if not token:
            return view(*args, **kwargs)
        key = _key(token)
        again = _led_to(key)
        if again is not None:
            return again
        try:
            response = make_response(view(*args, **kwargs))
            if response.status_code in REDIRECTS and len(response.location or "") <= 300:
                _claim(key, response.location or "")
                return response
        except (HTTPException, IntegrityError):
            # What the first of the two did may be what the second stumbled over.
            again = _taken_meanwhile(key)
            if again is None:
                raise
            return again
        return _taken_meanwhile(key) or response

    return once


def _led_to(key: str) -> Response | None:
    """Where the form of this key led, or None if it was not taken."""
    taken = reading().get(TakenForm, key)
    return None if taken is None else redirect(taken.went_to or request.path, HTTPStatus.SEE_OTHER)


def _taken_meanwhile(key: str) -> Response | None:
    """As `_led_to` when the view did nothing; what it began is taken back if the form was taken."""
    reading().commit()  # a snapshot from before the view would not show it
    again = _led_to(key)
    if again is not None:
        writing().rollback()
    return again


def _claim(key: str, went_to: str) -> None:
    """Write down that the form was taken. Raises IntegrityError if another one was quicker."""
    db, now = writing(), utc_now()
    db.execute(delete(TakenForm).where(TakenForm.taken_at < now - KEPT))
    db.add(TakenForm(key=key, went_to=went_to, taken_at=now))
    db.flush()
