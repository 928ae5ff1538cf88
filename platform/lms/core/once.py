"""A form that was sent twice is taken once: the second time leads where the first one went.

A form says so (`Form(once=True)`): its page carries `once_token()`, and `submission.takes` marks the view
that takes it with `said_once`, or with `shown_once` where it answers with a page that has no address.
Nothing of a person is kept: the key is a hash of the token and of who sent it.
"""

from __future__ import annotations

import functools
import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import IO, ParamSpec

from flask import Flask, Response, make_response, redirect, request
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy import String, delete
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column
from werkzeug.exceptions import HTTPException

from i18n.dates import utc_now
from lms.core.database import Base, UtcDateTime, reading, writing
from lms.core.forms import sent
from lms.core.pages.errors import Refusal

FIELD, CSRF = "once_token", "csrf_token"
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


@dataclass(frozen=True)
class Taken:
    """Where a form that was taken led to, and when."""

    went_to: str
    at: datetime


@dataclass(frozen=True)
class Shown:
    """A page that is shown to the form that made it and has no address, and where one goes on from there."""

    page: Response
    goes_on_at: str


Came = ResponseReturnValue | Shown
Again = Callable[..., ResponseReturnValue]


def new_token() -> str:
    """What tells this form from any other: fresh for each page."""
    return secrets.token_urlsafe(12)


def token_of_form() -> str:
    """The token of the form that was sent; empty where there is none, or nonsense."""
    token = sent().get(FIELD, "") if request.method == "POST" else ""
    return token if isinstance(token, str) and len(token) <= LONGEST else ""


def init_app(app: Flask) -> None:
    """Give templates `once_token()`."""
    app.jinja_env.globals["once_token"] = new_token


def _key(token: str) -> str:
    """What this deed is known by: the page's token, who sends it, where to, and what is in it.

    Gone back to the page and sent with other words, it is another deed.
    """
    digest = hashlib.sha256(f"{request.path}|{current_user.id}|{token}".encode())
    for name, value in sorted((name, str(value)) for name, value in sent().items(multi=True)):
        if name not in (FIELD, CSRF):
            digest.update(f"|{name}={len(value)}:{value}".encode("utf-8", "surrogatepass"))
    for name, file in request.files.items(multi=True):
        digest.update(f"|{name}:{file.filename}:".encode("utf-8", "surrogatepass"))
        digest.update(_digest_of(file.stream))
        file.stream.seek(0)
    return digest.hexdigest()


def _digest_of(stream: IO[bytes]) -> bytes:
    # What werkzeug keeps an upload in is a file, in memory or on the disk, and has `readinto`.
    return hashlib.file_digest(stream, "sha256").digest()  # type: ignore[arg-type]


def deed_of_form() -> str:
    """What the form that was sent is known by, the same however often it comes; empty without a token."""
    token = token_of_form()
    return _key(token) if token else ""


def said_once(view: Callable[Arguments, Came]) -> Callable[Arguments, ResponseReturnValue]:
    """Mark a view: a form with a token that already led somewhere leads there again, and does nothing.

    Only an answer that redirects counts as taken: a form that came back with mistakes may be sent again.
    The token is claimed last, in the transaction of the deed: whatever is slow in the view comes before
    anything is locked. Of two at once the later claim fails, and takes its deed back with it; so all that
    such a view does is done in `writing()`, which it does not commit itself.
    """
    return _once(view, lambda taken, **_values: _where_it_went(taken))


def shown_once(
    again: Again,
) -> Callable[[Callable[Arguments, Came]], Callable[Arguments, ResponseReturnValue]]:
    """Mark a view whose success is a `Shown`: its form sent again gets what `again` answers.

    `again`: called with the `Taken` and the values of the address; it changes nothing. See `said_once`.
    """
    return functools.partial(_once, again=again)


def _where_it_went(taken: Taken) -> ResponseReturnValue:
    return redirect(taken.went_to or request.path, HTTPStatus.SEE_OTHER)


def _once(view: Callable[Arguments, Came], again: Again) -> Callable[Arguments, ResponseReturnValue]:
    @functools.wraps(view)
    def once(*args: Arguments.args, **kwargs: Arguments.kwargs) -> ResponseReturnValue:
        token = token_of_form()
        if not token:
            came = view(*args, **kwargs)
            return came.page if isinstance(came, Shown) else came
        key = _key(token)
        taken = _led_to(key)
        if taken is not None:
            return again(taken, **kwargs)
        try:
            came = view(*args, **kwargs)
            response = make_response(came.page if isinstance(came, Shown) else came)
            led_to = came.goes_on_at if isinstance(came, Shown) else _leads_to(response)
            if led_to is not None and len(led_to) <= 300:
                _claim(key, led_to)
                return response
        except (HTTPException, IntegrityError, Refusal):
            # What the first of the two did may be what the second stumbled over.
            taken = _taken_meanwhile(key)
            if taken is None:
                raise
            return again(taken, **kwargs)
        taken = _taken_meanwhile(key)
        return response if taken is None else again(taken, **kwargs)

    return once


def _leads_to(response: Response) -> str | None:
    """The address that an answer leads to; None for a page: a form that came back with mistakes."""
    return (response.location or "") if response.status_code in REDIRECTS else None


def _led_to(key: str) -> Taken | None:
    """Where the form of this key led, or None if it was not taken."""
    taken = reading().get(TakenForm, key)
    return None if taken is None else Taken(taken.went_to, taken.taken_at)


def _taken_meanwhile(key: str) -> Taken | None:
    """As `_led_to` when the view did nothing; what it began is taken back if the form was taken."""
    reading().commit()  # a snapshot from before the view would not show it
    taken = _led_to(key)
    if taken is not None:
        writing().rollback()
    return taken


def _claim(key: str, went_to: str) -> None:
    """Write down that the form was taken. Raises IntegrityError if another one was quicker."""
    db, now = writing(), utc_now()
    db.execute(delete(TakenForm).where(TakenForm.taken_at < now - KEPT))
    db.add(TakenForm(key=key, went_to=went_to, taken_at=now))
    db.flush()
