"""The administrator's pages of people: roles, new PINs, closed accounts, and what staff did."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_login import current_user

from lms.accounts import service as accounts
from lms.core.database import reading, writing
from lms.core.language import gettext as _
from lms.core.permissions import ROLES, access
from lms.people import queries
from lms.units import service as units
from lms.units.models import Unit

blueprint = Blueprint("people", __name__)


def role_names() -> dict[str, str]:
    """The roles as people call them."""
    return {"teacher": _("Thầy cô, người dạy"), "officer": _("Cán bộ bàn hỗ trợ"), "admin": _("Quản trị")}


def my_unit(db) -> Unit:
    """The unit whose administrator the visitor is."""
    return units.unit_of(db, current_user.unit_id) or abort(404)


def page_number() -> int:
    """The page asked for, at least 1."""
    return max(1, request.args.get("trang", 1, type=int))


@blueprint.get("/quan-tri/nguoi")
@access("people.manage")
def home():
    """The unit's people, with search."""
    search, staff = request.args.get("tim", "")[:80], bool(request.args.get("can-bo"))
    db = reading()
    rows, pages = queries.people(db, my_unit(db).id, search, staff, page_number())
    return render_template(
        "people/home.html",
        tab="mine",
        people=rows,
        pages=pages,
        page=page_number(),
        search=search,
        staff=staff,
        role_names=role_names(),
        errors={},
        typed={},
    )


@blueprint.post("/quan-tri/nguoi/moi")
@access("people.manage")
def add_person():
    """Make an account for a member of staff, with a password that is shown once."""
    db = writing()
    unit = my_unit(db)
    form = request.form
    try:
        with db.begin_nested():
            person, secret = accounts.make_staff(
                db,
                name=form.get("name", ""),
                login=form.get("login", ""),
                role=form.get("role", ""),
                unit_id=unit.id,
                by=current_user.id,
            )
    except accounts.AccountError as error:
        rows, pages = queries.people(db, unit.id, "", True, 1)
        page = render_template(
            "people/home.html",
            tab="mine",
            people=rows,
            pages=pages,
            page=1,
            search="",
            staff=True,
            role_names=role_names(),
            errors={error.field: error.say()},
            typed=form,
        )
        return page, HTTPStatus.UNPROCESSABLE_ENTITY
    return render_template("people/new_secret.html", tab="mine", person=person, secret=secret)


def the_person(db, person_id: str):
    """The person of an address, if the administrator may see them."""
    return queries.person_of_unit(db, my_unit(db).id, person_id) or abort(404)


@blueprint.get("/quan-tri/nguoi/<person_id>")
@access("people.manage")
def person(person_id: str):
    """One person: roles, a new PIN, closing the account."""
    return render_template(
        "people/person.html",
        tab="mine",
        person=the_person(reading(), person_id),
        role_names=role_names(),
    )


@blueprint.post("/quan-tri/nguoi/<person_id>/quyen")
@access("people.manage")
def change_role(person_id: str):
    """Give or take one role."""
    db = writing()
    found = the_person(db, person_id)
    role, unit = request.form.get("role", ""), my_unit(db)
    if role not in ROLES:
        abort(400)
    try:
        with db.begin_nested():
            if request.form.get("take"):
                accounts.revoke_role(db, found, role, unit.id, current_user.id)
            else:
                accounts.grant_role(db, found, role, unit.id, current_user.id)
        flash(_("Đã đổi quyền."), "good")
    except accounts.AccountError as error:
        flash(error.say(), "alarm")
    return redirect(url_for(".person", person_id=person_id), HTTPStatus.SEE_OTHER)


@blueprint.post("/quan-tri/nguoi/<person_id>/dong")
@access("people.manage")
def retire(person_id: str):
    """Close an account, or open it again."""
    db = writing()
    found = the_person(db, person_id)
    try:
        with db.begin_nested():
            if request.form.get("open"):
                accounts.restore(db, found, current_user.id)
            else:
                accounts.retire(db, found, current_user.id)
        flash(_("Đã lưu."), "good")
    except accounts.AccountError as error:
        flash(error.say(), "alarm")
    return redirect(url_for(".person", person_id=person_id), HTTPStatus.SEE_OTHER)


@blueprint.post("/quan-tri/nguoi/<person_id>/pin")
@access("people.manage")
def reset_secret(person_id: str):
    """Give a person who forgot it a new PIN, shown once."""
    db = writing()
    found = the_person(db, person_id)
    secret = accounts.reset_secret(db, found, current_user.id)
    return render_template("people/new_secret.html", tab="mine", person=found, secret=secret)


@blueprint.get("/quan-tri/nhat-ky")
@access("audit.read")
def audit_log():
    """What staff did."""
    db = reading()
    entries, pages = queries.audit_entries(db, my_unit(db).id, page_number())
    return render_template(
        "people/audit_log.html",
        tab="mine",
        entries=entries,
        pages=pages,
        page=page_number(),
        role_names=role_names(),
    )
