"""The learner's way into a class: by its code."""

from __future__ import annotations

from http import HTTPStatus

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.accounts import tries, visitor
from lms.accounts.models import Person
from lms.classes import forms, join_codes, service
from lms.classes.models import Class
from lms.classes.views import blueprint
from lms.core import current, throttle
from lms.core.database import reading, writing
from lms.core.forms import BUTTON, Filled
from lms.core.language import gettext as _
from lms.core.language import lazy
from lms.core.pages import errors as error_pages
from lms.core.permissions import EVERYONE, SIGNED_IN, access
from lms.core.submission import takes

PAGES = {"document", "empty", "iframe", "frame"}
"""What a browser wants when it opens an address for somebody to look at, or a program asks."""
NO_CODE = lazy("Bạn gõ mã lớp vào đây.")


def _enter(filled: Filled, crowded: bool = False) -> str:
    return render_template("classes/enter_code.html", tab="mine", filled=filled, crowded=crowded)


@blueprint.get("/vao-lop")
@access(EVERYONE)
def enter_code() -> ResponseReturnValue:
    """Type a join code."""
    typed = forms.ENTER.asked()
    code = typed.raw("ma")
    if code.strip():
        teacher = typed.raw("thay").strip()[: service.TEACHER_LIMIT] or None
        return redirect(url_for(".join", code=join_codes.for_address(code) or "-", thay=teacher))
    if typed.has("ma"):
        return _enter(forms.ENTER.blank().refuse(service.ClassError(NO_CODE, "ma")))
    return _enter(forms.ENTER.blank())


def class_of_code(code: str) -> Class:
    """The open class of a code. Wrong codes are counted, by GET and POST. Raises TooManyTries, ClassError."""
    person = visitor.account()
    limit = tries.of_codes(current.secret_key(), current.address(), person.id if person else None)
    throttle.check(reading(), [limit])
    try:
        return service.class_by_code(reading(), code)
    except service.ClassError:
        db = writing()
        throttle.take(db, [limit])
        db.commit()
        raise


@blueprint.get("/vao-lop/<code>")
@access(EVERYONE)
def join(code: str) -> ResponseReturnValue:
    """What class this code is for. It enrols somebody who is signed in; it signs nobody in."""
    if request.headers.get("Sec-Fetch-Dest", "document") not in PAGES:
        # A picture of somebody else's page: it would count as a wrong code of whoever looks at that page.
        abort(404)
    try:
        class_ = class_of_code(code)
    except throttle.TooManyTries as wait:
        named = service.class_of_teacher(reading(), code, forms.ENTER.asked().raw("thay"))
        if named is None:
            return ask_for_teacher(code, wait.seconds)
        class_ = named
    except service.ClassError as error:
        return _enter(forms.ENTER.blank(ma=code).refuse(error)), HTTPStatus.NOT_FOUND
    visitor.came_with_class_code(class_.id)
    return render_template("classes/join.html", tab="mine", class_=class_)


def ask_for_teacher(code: str, seconds: int) -> ResponseReturnValue:
    """Others of this network type wrong codes: who knows the teacher's name need not wait for them."""
    typed = forms.ENTER.asked().raw("thay")[: service.TEACHER_LIMIT]
    page = _enter(forms.ENTER.blank(ma=code, thay=typed), crowded=True)
    return page, HTTPStatus.TOO_MANY_REQUESTS, {"Retry-After": str(seconds)}


@blueprint.post("/vao-lop/<code>")
@access(SIGNED_IN, card=True)
@takes(BUTTON)
def enrol(filled: Filled, code: str) -> ResponseReturnValue:
    """Enter the class."""
    try:
        found = class_of_code(code)
    except throttle.TooManyTries as wait:
        return error_pages.show(HTTPStatus.TOO_MANY_REQUESTS, headers={"Retry-After": str(wait.seconds)})
    except service.ClassError:
        abort(404)
    db = writing()
    # Held: of whoever closes it at this moment, one comes first.
    class_ = db.get(Class, found.id, with_for_update=True, populate_existing=True)
    if class_ is None or class_.closed_at is not None:
        abort(404)
    account = visitor.account() or abort(403)
    service.enrol(db, class_, db.get_one(Person, account.id))
    flash(_("Bạn đã vào lớp: %(name)s.", name=class_.name), "good")
    return redirect(url_for("mine.home"), HTTPStatus.SEE_OTHER)
