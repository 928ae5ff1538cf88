"""A teacher gives a learner who forgot the PIN, or never had one, a temporary code."""

from __future__ import annotations

from flask import abort, current_app, render_template, url_for
from flask_login import current_user

from lms.accounts import service as accounts
from lms.accounts import tries
from lms.classes import service
from lms.classes.views import blueprint, my_class, refused_learner
from lms.core import throttle
from lms.core.counting import counted, waiting
from lms.core.database import reading, writing
from lms.core.permissions import access


@blueprint.post("/lop/<int:class_id>/hoc-vien/<person_id>/ma-tam")
@access("classes.manage")
def temporary_code(class_id: int, person_id: str):
    """Set a temporary code for a learner of one's own class, and show it once."""
    try:
        service.member(reading(), my_class(reading(), class_id), person_id)
        counted([tries.of_resets(current_app.secret_key, current_user.id)])
        # Hashing is slow: it comes before the transaction.
        made = accounts.temporary_secret(is_staff=False)
        db = writing()
        person = service.member(db, my_class(db, class_id), person_id)
        accounts.reset_for_member(db, person, current_user.id, made)
    except service.ClassError:
        abort(404)
    except accounts.AccountError as error:
        return refused_learner(class_id, person_id, error.say())
    except throttle.TooManyTries as wait:
        return refused_learner(class_id, person_id, waiting(wait.seconds))
    tries.forgive_account(db, current_app.secret_key, person.login)
    back = url_for("classes.learner", class_id=class_id, person_id=person_id)
    page = render_template("people/new_secret.html", tab="mine", person=person, secret=made.text, back=back)
    return page, {"Cache-Control": "no-store"}
