"""An officer gives a citizen who forgot the PIN a temporary code: first who it is, then the code, once."""

from __future__ import annotations

from http import HTTPStatus

from flask import current_app, render_template, request, url_for
from flask_login import current_user

from lms.accounts import handing_out, tries
from lms.accounts import service as accounts
from lms.core import throttle
from lms.core.counting import counted, waiting
from lms.core.database import reading, writing
from lms.core.language import gettext as _
from lms.core.once import Taken, shown_once
from lms.core.permissions import access
from lms.desk import queries
from lms.desk.views import DESK, blueprint, my_units


def _shown_again(taken: Taken):
    person = request.form.get("person", "")
    return handing_out.page_again(taken, queries.citizen_of(reading(), my_units(), person), about=person)


@blueprint.route("/ma-tam", methods=["GET", "POST"])
@access(DESK)
@shown_once(_shown_again)
def temporary_code():
    """Find a citizen by telephone number or user name, look at the name, then set a temporary code."""
    typed, error, found = request.form.get("login", ""), "", None
    if request.method == "POST":
        found = queries.citizen(reading(), my_units(), typed)
        if found is None:
            error = _("Không có tài khoản này ở đơn vị của bạn. Bạn xem lại số hoặc tên.")
        elif request.form.get("person") == found.id:
            try:
                return _handed_out(found.id)
            except throttle.TooManyTries as wait:
                error = waiting(wait.seconds)
            except accounts.AccountError as refusal:
                error = refusal.say()
    page = render_template(
        "desk/temporary_code.html",
        tab="mine",
        found=found,
        typed=typed,
        errors={"login": error} if error else {},
    )
    return page, HTTPStatus.UNPROCESSABLE_ENTITY if error else HTTPStatus.OK


def _handed_out(person_id: str):
    counted([tries.of_resets(current_app.secret_key, current_user.id)])
    # Hashing is slow: it comes before the transaction.
    made = handing_out.secret_of_form(is_staff=False, about=person_id)
    db = writing()
    person = queries.citizen_of(db, my_units(), person_id)
    accounts.reset_for_member(db, person, current_user.id, made)
    tries.forgive_account(db, current_app.secret_key, person.login)
    return handing_out.page(person, made.text, url_for(".temporary_code"))
