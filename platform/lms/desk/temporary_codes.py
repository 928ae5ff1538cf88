"""An officer gives a citizen who forgot the PIN a temporary code: first who it is, then the code, once."""

from __future__ import annotations

from flask import render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from lms.accounts import handing_out, tries
from lms.accounts import service as accounts
from lms.core import current
from lms.core.counting import counted, waits_at
from lms.core.database import reading, writing
from lms.core.forms import Filled
from lms.core.language import lazy
from lms.core.once import Shown, Taken
from lms.core.permissions import access
from lms.core.submission import takes
from lms.desk import forms, queries, service
from lms.desk.views import DESK, blueprint, my_units


def _shown_again(taken: Taken) -> ResponseReturnValue:
    person = forms.TEMPORARY_CODE.sent().raw("person")
    return handing_out.page_again(taken, queries.citizen_of(reading(), my_units(), person), about=person)


NOBODY = lazy("Không có tài khoản này ở đơn vị của bạn. Bạn xem lại số hoặc tên.")


def _page(filled: Filled) -> str:
    found = filled.found.get("person")
    return render_template("desk/temporary_code.html", tab="mine", found=found, filled=filled)


@blueprint.route("/ma-tam", methods=["GET", "POST"])
@access(DESK)
@takes(forms.TEMPORARY_CODE, page=_page, again=_shown_again)
def temporary_code(filled: Filled) -> ResponseReturnValue | Shown:
    """Find a citizen by telephone number or user name, look at the name, then set a temporary code."""
    found = queries.citizen(reading(), my_units(), filled["login"])
    if found is None:
        raise service.DeskError(NOBODY, "login")
    filled.found["person"] = found
    if filled.raw("person") != found.id:
        return _page(filled)
    with waits_at(""):
        return _handed_out(found.id)


def _handed_out(person_id: str) -> Shown:
    """The page with the code. Raises DeskError for somebody who is no citizen of the unit any more."""
    counted([tries.of_resets(current.secret_key(), current_user.id)])
    # Hashing is slow: it comes before the transaction.
    made = handing_out.secret_of_form(is_staff=False, about=person_id)
    db = writing()
    person = queries.citizen_of(db, my_units(), person_id)
    if person is None:
        raise service.DeskError(NOBODY, "login")
    accounts.reset_for_member(db, person, current_user.id, made)
    tries.forgive_account(db, current.secret_key(), person.login)
    return handing_out.page(person, made.text, url_for(".temporary_code"))
