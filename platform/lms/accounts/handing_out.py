"""The page with a temporary secret: it is shown to the form that made it, and to nobody else.

A button is tapped twice, a line breaks: the same form gets the same page for a few minutes. Nothing is
kept for it; the secret follows from the form's token and the key of the site.
"""

from __future__ import annotations

from datetime import timedelta
from http import HTTPStatus

from flask import Response, flash, make_response, redirect, render_template
from flask.typing import ResponseReturnValue

from i18n.dates import utc_now
from lms.accounts import credentials
from lms.accounts.credentials import Hashed
from lms.accounts.models import Person
from lms.core import current
from lms.core.language import gettext as _
from lms.core.once import Shown, Taken, deed_of_form
from lms.core.throttle import key_for

SHOWN_AGAIN = timedelta(minutes=10)


def secret_of_form(is_staff: bool, about: str = "") -> Hashed:
    """A temporary secret for the form that was sent, the same however often it comes.

    about: whom the form speaks of, where its address does not say so. Slow: before a transaction.
    """
    return credentials.temporary_secret(is_staff, _seed(about))


def _seed(about: str) -> str:
    # Of the whole form: sent again for somebody else, from the same page, it is another secret.
    deed = deed_of_form()
    return key_for(current.secret_key(), "temporary-secret", f"{about}|{deed}") if deed else ""


def page(person: Person, secret: str, back: str) -> Shown:
    """The page with a person's new secret; `back` leads on from it."""
    return Shown(_page(person, secret, back), back)


def page_again(taken: Taken, person: Person | None, about: str = "") -> ResponseReturnValue:
    """What a form gets that was taken before: for a few minutes the same page, then a sentence."""
    fresh = timedelta(0) <= utc_now() - taken.at < SHOWN_AGAIN
    if fresh and person is not None and person.must_change_secret:
        make = credentials.new_password if person.secret_kind == "password" else credentials.new_pin
        secret = make(_seed(about))
        if credentials.secret_fits(person, secret):
            return _page(person, secret, taken.went_to)
    flash(_("Mã này đã hiện một lần. Nếu chưa chép kịp, bạn đặt mã mới."), "warning")
    return redirect(taken.went_to, HTTPStatus.SEE_OTHER)


def _page(person: Person, secret: str, back: str) -> Response:
    page = render_template("people/new_secret.html", tab="mine", person=person, secret=secret, back=back)
    response = make_response(page)
    response.headers["Cache-Control"] = "no-store"
    return response
