"""The administrator's pages of people: roles, new PINs, closed accounts, and what staff did."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask_login import current_user

from i18n.dates import read_date
from lms.accounts import corrections, handing_out, tries
from lms.accounts import service as accounts
from lms.core.addresses import LARGEST_ID
from lms.core.database import reading, writing
from lms.core.language import gettext as _
from lms.core.once import Taken, said_once, shown_once
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


def _home(db, unit_id: int, search: str = "", staff: bool = False, errors=None, typed=None) -> str:
    closed = bool(request.args.get("dong"))
    found = queries.people(db, unit_id, search, staff, closed, request.args.get("sau", "")[:32])
    return render_template(
        "people/home.html",
        tab="mine",
        found=found,
        search=search,
        staff=staff,
        closed=closed,
        role_names=role_names(),
        errors=errors or {},
        typed=typed or {},
    )


@blueprint.get("/quan-tri/nguoi")
@access("people.manage")
def home():
    """The unit's people, with search."""
    db = reading()
    search, staff = request.args.get("tim", "")[:80], bool(request.args.get("can-bo"))
    return _home(db, my_unit(db).id, search, staff)


def _added_again(taken: Taken):
    """The page of a person who was added by this very form."""
    login = request.form.get("login", "")
    found = queries.person_called(reading(), my_unit(reading()).id, login)
    return handing_out.page_again(taken, found)


@blueprint.post("/quan-tri/nguoi/moi")
@access("people.manage")
@shown_once(_added_again)
def add_person():
    """Make an account for a member of staff, with a password that is shown once."""
    form = request.form
    said = accounts.mistakes_of_staff(form.get("name", ""), form.get("login", ""), form.get("role", ""))
    if said:
        db = reading()
        page = _home(db, my_unit(db).id, staff=True, errors=said, typed=form)
        return page, HTTPStatus.UNPROCESSABLE_ENTITY
    # Hashing is slow: it comes before the transaction.
    made = handing_out.secret_of_form(is_staff=True)
    db = writing()
    unit = my_unit(db)
    try:
        with db.begin_nested():
            person, secret = accounts.make_staff(
                db,
                name=form.get("name", ""),
                login=form.get("login", ""),
                role=form.get("role", ""),
                unit_id=unit.id,
                by=current_user.id,
                secret=made,
            )
    except accounts.AccountError as error:
        page = _home(db, unit.id, staff=True, errors={error.field: error.say()}, typed=form)
        return page, HTTPStatus.UNPROCESSABLE_ENTITY
    return handing_out.page(person, secret, url_for(".person", person_id=person.id))


def the_person(db, person_id: str):
    """The person of an address, if the administrator may see them."""
    return queries.person_of_unit(db, my_unit(db).id, person_id) or abort(404)


@blueprint.get("/quan-tri/nguoi/<person_id>")
@access("people.manage")
def person(person_id: str):
    """One person: roles, a new PIN, mending the name, closing the account."""
    db = reading()
    return _person(db, the_person(db, person_id))


def _person(db, found, errors=None, typed=None) -> str:
    return render_template(
        "people/person.html",
        tab="mine",
        person=found,
        places=queries.places_of(db, [found.id]).get(found.id, ()),
        role_names=role_names(),
        errors=errors or {},
        typed=typed or {"name": found.name, "login": found.login or ""},
    )


@blueprint.post("/quan-tri/nguoi/<person_id>/sua")
@access("people.manage")
@said_once
def correct(person_id: str):
    """Mend a person's name, telephone number or user name."""
    db = writing()
    found, form = the_person(db, person_id), request.form
    try:
        with db.begin_nested():
            corrections.correct_by_form(db, found, form, current_user.id)
    except accounts.AccountError as error:
        db.refresh(found)
        return _person(db, found, {error.field: error.say()}, form), HTTPStatus.UNPROCESSABLE_ENTITY
    flash(_("Đã sửa. Người này đăng nhập bằng tên hoặc số mới."), "good")
    return redirect(url_for(".person", person_id=person_id), HTTPStatus.SEE_OTHER)


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


def _reset_again(taken: Taken, person_id: str):
    return handing_out.page_again(taken, the_person(reading(), person_id))


@blueprint.post("/quan-tri/nguoi/<person_id>/pin")
@access("people.manage")
@shown_once(_reset_again)
def reset_secret(person_id: str):
    """Give a person who forgot it a new PIN, shown once."""
    made = handing_out.secret_of_form(bool(the_person(reading(), person_id).roles))
    db = writing()
    found = the_person(db, person_id)
    secret = accounts.reset_secret(db, found, current_user.id, made)
    tries.forgive_account(db, current_app.secret_key, found.login)
    return handing_out.page(found, secret, url_for(".person", person_id=person_id))


@blueprint.get("/quan-tri/nhat-ky")
@access("audit.read")
def audit_log():
    """What staff did, up to a day if one is chosen, of one kind if one is chosen."""
    db = reading()
    day, kind = request.args.get("den", "").strip(), request.args.get("loai", "")
    errors = {}
    until = read_date(day)
    if day and until is None:
        errors["den"] = _("Bạn chọn ngày trong lịch.")
    before = min(max(0, request.args.get("truoc", 0, type=int)), LARGEST_ID)
    kinds = audit_kinds()
    entries, more = queries.audit_entries(
        db, my_unit(db).id, before, until, f"{kind}." if kind in kinds else ""
    )
    return render_template(
        "people/audit_log.html",
        tab="mine",
        entries=entries,
        still_here=queries.people_still_here(db, entries),
        more=more,
        day=day,
        kind=kind if kind in kinds else "",
        kinds=kinds,
        errors=errors,
        role_names=role_names(),
    )


def audit_kinds() -> dict[str, str]:
    """The rooms whose deeds the audit log tells, as people call them."""
    return {
        "accounts": _("Tài khoản"),
        "classes": _("Lớp học"),
        "desk": _("Câu hỏi của người dân"),
        "knowledge": _("Kho kiến thức"),
        "units": _("Đơn vị"),
    }
