"""A teacher gives a learner who forgot the PIN, or never had one, a temporary code."""

from __future__ import annotations

from flask import abort
from flask.typing import ResponseReturnValue
from flask_login import current_user

from lms.accounts import handing_out, tries
from lms.accounts import service as accounts
from lms.classes import service
from lms.classes.roster_views import learner_page, to_learner
from lms.classes.views import blueprint, my_class
from lms.core import current
from lms.core.counting import counted, waits_at
from lms.core.database import reading, writing
from lms.core.forms import BUTTON_ONCE, Filled
from lms.core.once import Shown, Taken
from lms.core.permissions import access
from lms.core.submission import takes


def _shown_again(taken: Taken, class_id: int, person_id: str) -> ResponseReturnValue:
    try:
        person = service.member(reading(), my_class(reading(), class_id), person_id)
    except service.ClassError:
        abort(404)
    return handing_out.page_again(taken, person)


@blueprint.post("/lop/<int:class_id>/hoc-vien/<person_id>/ma-tam")
@access("classes.manage")
@takes(BUTTON_ONCE, page=learner_page, again=_shown_again)
def temporary_code(filled: Filled, class_id: int, person_id: str) -> ResponseReturnValue | Shown:
    """Set a temporary code for a learner of one's own class, and show it once."""
    service.member_for_code(reading(), my_class(reading(), class_id), person_id)
    with waits_at(""):
        counted([tries.of_resets(current.secret_key(), current_user.id)])
    # Hashing is slow: it comes before the transaction.
    made = handing_out.secret_of_form(is_staff=False)
    db = writing()
    person = service.member_for_code(db, my_class(db, class_id), person_id)
    accounts.reset_for_member(db, person, current_user.id, made)
    tries.forgive_account(db, current.secret_key(), person.login)
    return handing_out.page(person, made.text, to_learner(class_id, person_id))
