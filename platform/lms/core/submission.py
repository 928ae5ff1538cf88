"""What was sent is handed to a view as a filled form; what is refused comes back on its page, in one way."""

from __future__ import annotations

import functools
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from flask import Response, flash, jsonify, make_response, redirect, request
from flask.typing import ResponseReturnValue

from lms.core import once
from lms.core.database import take_back
from lms.core.forms import Filled, Form
from lms.core.pages.errors import TAKES_FORM, WHEN_SIGNED_OUT, Refusal

Page = Callable[..., Any]


def takes(
    form: Form,
    *,
    page: Page | None = None,
    back: Callable[..., str] | None = None,
    flashed: str = "warning",
    again: Callable[..., ResponseReturnValue] | None = None,
    keeps: bool = False,
    signed_out: Callable[[], ResponseReturnValue] | None = None,
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Mark a view that takes a form: it is called with the Filled and the values of the address.

    A Refusal that it raises, or that the form's own fields hold once they are looked at, takes back what
    the view wrote, and answers with its status. `page`: called with the Filled and the values of the
    address, for GET and again for what was refused, the sentences beside the fields and what was typed
    kept. `back`: for a button, the address that says why not, as a note of the kind `flashed`. A program
    that sends JSON gets the same as JSON.
    `again`: for a form that is taken once and answers with a page that has no address (`once.shown_once`).
    `keeps`: what the view wrote stays: who became a guest by sending the form is one, and has the cookie.
    `signed_out`: what is answered, and nothing done, if nobody is signed in any more: for a deed that signs
    out, tapped twice.
    """

    def mark(view: Callable[..., Any]) -> Callable[..., Any]:
        # Inside: what is refused was not taken, and whose first tap was taken is refused nothing.
        done = (
            view if not form.once else once.said_once(view) if again is None else once.shown_once(again)(view)
        )

        @functools.wraps(view)
        def take(**address: Any) -> Any:
            if request.method != "POST" and page is not None:
                return page(form.blank(), **address)
            filled = form.sent()
            try:
                return done(filled, **address)
            except Refusal as refusal:
                if page is None and back is None and not request.is_json:
                    raise
                if not keeps:
                    take_back()
                return _refused(filled, refusal, page, back, flashed, address)

        setattr(take, TAKES_FORM, form)
        setattr(take, WHEN_SIGNED_OUT, signed_out)
        return take

    return mark


def one_of(*views: Callable[..., Any]) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Mark a view that hands on to one of these, each of which takes a form of its own."""

    def mark(view: Callable[..., Any]) -> Callable[..., Any]:
        setattr(view, TAKES_FORM, tuple(getattr(one, TAKES_FORM) for one in views))
        return view

    return mark


def forms_of(view: Callable[..., Any]) -> tuple[Form, ...]:
    """The forms that a view takes; none for one that declares nothing."""
    found = getattr(view, TAKES_FORM, ())
    return found if isinstance(found, tuple) else (found,)


def _refused(
    filled: Filled,
    refusal: Refusal,
    page: Page | None,
    back: Callable[..., str] | None,
    flashed: str,
    address: dict[str, Any],
) -> ResponseReturnValue:
    if request.is_json:
        return as_json(filled, refusal)
    if page is None and back is not None:
        flash(refusal.say(), flashed)
        return redirect(back(**address), HTTPStatus.SEE_OTHER)
    assert page is not None
    shown = make_response(page(filled.refuse(refusal), **address))
    if shown.status_code == HTTPStatus.OK:
        shown.status_code = refusal.status
    shown.headers.extend(refusal.headers)
    return shown


def as_json(filled: Filled, refusal: Refusal) -> Response:
    """What is wrong, for a program: in the shape of every other error, with a sentence a field."""
    errors = filled.refuse(refusal).errors
    shown = jsonify({"error": {"code": int(refusal.status), "message": refusal.say(), "fields": errors}})
    shown.status_code = refusal.status
    shown.headers.extend(refusal.headers)
    return shown
