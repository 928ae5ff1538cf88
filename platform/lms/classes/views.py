"""The teacher's classes: making one, what is assigned, how far everybody has come."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from markupsafe import Markup
from sqlalchemy.orm import Session

from i18n import dates
from lms.accounts.models import Person
from lms.asking import service as asking
from lms.classes import forms, queries, service
from lms.classes.models import Class
from lms.core import current
from lms.core.database import ReadingSession, reading, writing
from lms.core.forms import BUTTON, Filled
from lms.core.language import gettext as _
from lms.core.permissions import access, allowed
from lms.core.submission import takes
from lms.units import service as units

blueprint = Blueprint("classes", __name__)


def qr(text: str) -> Markup:
    """A QR code that fills its box on screen and paper."""
    return Markup(asking.qr_svg(text))  # noqa: S704 - made by segno from an address of ours


def my_class(db: Session, class_id: int) -> Class:
    """The class of an address, if the visitor may manage it: its teacher, or the unit's administrator.

    Of two who change one class the second waits: it sees who was added and what was assigned by the first.
    """
    found = db.get(Class, class_id, with_for_update=None if isinstance(db, ReadingSession) else True)
    if found is None:
        abort(404)
    of_unit = allowed(current_user.roles, "people.manage") and found.unit_id == current_user.unit_id
    if found.teacher_id != current_user.id and not of_unit:
        abort(404)
    return found


def unit_of_teacher(db: Session) -> int:
    """The unit a new class belongs to."""
    if current_user.unit_id:
        return current_user.unit_id
    unit = units.main_unit(db) or abort(400)
    return unit.id


def targets() -> list[tuple[str, str]]:
    """What can be assigned, for a list to choose from."""
    library = current.library()
    found = [(f"course:{one.id}", _("Khóa: %(title)s", title=one.title)) for one in library.courses]
    found += [(f"path:{one.id}", _("Lộ trình: %(name)s", name=one.name)) for one in library.audiences]
    return [(value, f"{words} ({queries.lessons_in(library, value)})") for value, words in found]


def _home(filled: Filled) -> str:
    everybody = allowed(current_user.roles, "people.manage")
    teacher_id = None if everybody else current_user.id
    search_form = forms.SEARCH.asked()
    search, closed = search_form.raw("tim")[: forms.SEARCH_LIMIT].strip(), search_form.is_ticked("dong")
    number = request.args.get("trang", 1, type=int)
    return render_template(
        "classes/home.html",
        tab="mine",
        found=queries.classes_of(reading(), teacher_id, current_user.unit_id, closed, search, number),
        search_form=search_form,
        search=search,
        closed=closed,
        page_size=queries.PAGE,
        filled=filled,
    )


@blueprint.route("/lop", methods=["GET", "POST"])
@access("classes.manage")
@takes(forms.NEW_CLASS, page=_home)
def home(filled: Filled) -> ResponseReturnValue:
    """My classes; make a new one."""
    db = writing()
    teacher = db.get_one(Person, current_user.id)
    made = service.create_class(db, teacher, unit_of_teacher(db), **filled.values())
    return redirect(url_for(".one", class_id=made.id), HTTPStatus.SEE_OTHER)


@blueprint.get("/lop/<int:class_id>")
@access("classes.manage")
def one(class_id: int) -> ResponseReturnValue:
    """One class: who has not started, who is on the way, who has finished."""
    return _one(forms.ASSIGN.blank(), class_id)


def to_class(class_id: int) -> str:
    """The address of a class."""
    return url_for("classes.one", class_id=class_id)


def _one(filled: Filled, class_id: int) -> str:
    db, library = reading(), current.library()
    class_ = my_class(db, class_id)
    learners = queries.overview(db, library, class_)
    groups = {
        state: [learner for learner in learners if learner.standing.state == state]
        for state in ("not_started", "on_the_way", "finished")
    }
    return render_template(
        "classes/one.html",
        tab="mine",
        class_=class_,
        learners=learners,
        groups=groups,
        assignments=[
            (one, queries.target_title(library, one.kind, one.target_id)) for one in class_.assignments
        ],
        targets=targets(),
        former=queries.former_learners(db, class_),
        today=dates.today(),
        filled=filled,
    )


@blueprint.get("/lop/<int:class_id>/ma-lop")
@access("classes.manage")
def join_sheet(class_id: int) -> ResponseReturnValue:
    """The join code and its QR, to show on a wall or print."""
    class_ = my_class(reading(), class_id)
    address = current.outside_url(url_for(".join", code=class_.join_code))
    return render_template(
        "classes/join_sheet.html", tab="mine", class_=class_, address=address, qr=qr(address)
    )


@blueprint.post("/lop/<int:class_id>/ma-moi")
@access("classes.manage")
@takes(BUTTON)
def change_code(filled: Filled, class_id: int) -> ResponseReturnValue:
    """Give the class a new join code."""
    db = writing()
    service.change_code(db, my_class(db, class_id), current_user.id)
    flash(_("Lớp có mã mới. Mã cũ hết dùng."), "good")
    return redirect(url_for(".join_sheet", class_id=class_id), HTTPStatus.SEE_OTHER)


@blueprint.post("/lop/<int:class_id>/giao")
@access("classes.manage")
@takes(forms.ASSIGN, page=_one)
def assign(filled: Filled, class_id: int) -> ResponseReturnValue:
    """Assign a path or a course, with a due date."""
    values, db = filled.values(), writing()
    service.assign(
        db,
        current.library(),
        my_class(db, class_id),
        values["target"],
        values["due_on"],
        current_user.id,
        dates.today(),
    )
    flash(_("Đã giao."), "good")
    return redirect(to_class(class_id), HTTPStatus.SEE_OTHER)


@blueprint.post("/lop/<int:class_id>/giao/<int:assignment_id>/bo")
@access("classes.manage")
@takes(BUTTON)
def unassign(filled: Filled, class_id: int, assignment_id: int) -> ResponseReturnValue:
    """Take an assignment back."""
    db = writing()
    service.unassign(db, my_class(db, class_id), assignment_id, current_user.id)
    flash(_("Đã bỏ việc giao này."), "good")
    return redirect(to_class(class_id), HTTPStatus.SEE_OTHER)


@blueprint.post("/lop/<int:class_id>/dong")
@access("classes.manage")
@takes(BUTTON)
def close(filled: Filled, class_id: int) -> ResponseReturnValue:
    """Close the class."""
    db = writing()
    service.close(db, my_class(db, class_id), current_user.id)
    flash(_("Lớp đã đóng. Kết quả vẫn giữ."), "good")
    return redirect(url_for(".home"), HTTPStatus.SEE_OTHER)
