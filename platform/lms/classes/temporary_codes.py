"""A teacher gives a learner who forgot the PIN, or never had one, a temporary code."""

from __future__ import annotations

from flask import abort, current_app, url_for
from flask_login import current_user

from lms.accounts import handing_out, tries
from lms.accounts import service as accounts
from lms.classes import service
from lms.classes.views import blueprint, my_class, refused_learner
from lms.core import throttle
from lms.core.counting import counted, waiting
from lms.core.database import reading, writing
from lms.core.once import Taken, shown_once
from lms.core.permissions import access


def _shown_again(taken: Taken, class_id: int, person_id: str):
    try:
        person = service.member(reading(), my_class(reading(), class_id), person_id)
    except service.ClassError:
        abort(404)
    return handing_out.page_again(taken, person)


@blueprint.post("/lop/<int:class_id>/hoc-vien/<person_id>/ma-tam")
@access("classes.manage")
@shown_once(_shown_again)
def temporary_code(class_id: int, person_id: str):
    """Set a temporary code for a learner of one's own class, and show it once."""
    try:
        service.member_for_code(reading(), my_class(reading(), class_id), person_id)
        counted([tries.of_resets(current_app.secret_key, current_user.id)])
        # Hashing is slow: it comes before the transaction.
        made = handing_out.secret_of_form(is_staff=False)
        db = writing()
        person = service.member_for_code(db, my_class(db, class_id), person_id)
        accounts.reset_for_member(db, person, current_user.id, made)
    except service.ClassError as error:
        return refused_learner(class_id, person_id, error.say())
    except accounts.AccountError as error:
        return refused_learner(class_id, person_id, error.say())
    except throttle.TooManyTries as wait:
        return refused_learner(class_id, person_id, waiting(wait.seconds))
    tries.forgive_account(db, current_app.secret_key, person.login)
    back = url_for("classes.learner", class_id=class_id, person_id=person_id)
    return handing_out.page(person, made.text, back)
