"""The administrator's pages of people: roles, new PINs, closed accounts, and what staff did."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy.orm import Session

from lms.accounts import corrections, handing_out, tries
from lms.accounts import service as accounts
from lms.accounts.models import Person
from lms.core import current
from lms.core.database import reading, writing
from lms.core.forms import BUTTON_ONCE, Filled
from lms.core.language import gettext as _
from lms.core.once import Shown, Taken
from lms.core.pages.addresses import LARGEST_ID
from lms.core.pages.errors import Refusal
from lms.core.permissions import ROLES, access
from lms.core.submission import takes
from lms.people import forms, queries
from lms.units import service as units
from lms.units.models import Unit

blueprint = Blueprint("people", __name__)


def role_names() -> dict[str, str]:
    """The roles as people call them."""
    return {role: _(name) for role, name in forms.ROLE_NAMES}


def my_unit(db: Session) -> Unit:
    """The unit whose administrator the visitor is."""
    return units.unit_of(db, current_user.unit_id) or abort(404)


def _home(filled: Filled, search: str = "", staff: bool = True) -> str:
    db, search_form = reading(), forms.SEARCH.asked()
    closed = search_form.is_ticked("dong")
    found = queries.people(db, my_unit(db).id, search, staff, closed, request.args.get("sau", "")[:32])
    return render_template(
        "people/home.html",
        tab="mine",
        found=found,
        search_form=search_form.instead(**{"tim": search, "can-bo": staff}),
        search=search,
        staff=staff,
        closed=closed,
        role_names=role_names(),
        filled=filled,
    )


@blueprint.get("/quan-tri/nguoi")
@access("people.manage")
def home() -> ResponseReturnValue:
    """The unit's people, with search."""
    asked = forms.SEARCH.asked()
    return _home(forms.ADD_PERSON.blank(), asked.raw("tim")[: forms.SEARCH_LIMIT], asked.is_ticked("can-bo"))


def _added_again(taken: Taken) -> ResponseReturnValue:
    """The page of a person who was added by this very form."""
    login = forms.ADD_PERSON.sent().raw("login")
    found = queries.person_called(reading(), my_unit(reading()).id, login)
    return handing_out.page_again(taken, found)


@blueprint.post("/quan-tri/nguoi/moi")
@access("people.manage")
@takes(forms.ADD_PERSON, page=_home, again=_added_again)
def add_person(filled: Filled) -> Shown:
    """Make an account for a member of staff, with a password that is shown once."""
    values = filled.values()
    # Hashing is slow: it comes before the transaction.
    made = handing_out.secret_of_form(is_staff=True)
    db = writing()
    person, secret = accounts.make_staff(
        db, **values, unit_id=my_unit(db).id, by=current_user.id, secret=made
    )
    return handing_out.page(person, secret, url_for(".person", person_id=person.id))


def the_person(db: Session, person_id: str) -> Person:
    """The person of an address, if the administrator may see them."""
    return queries.person_of_unit(db, my_unit(db).id, person_id) or abort(404)


@blueprint.get("/quan-tri/nguoi/<person_id>")
@access("people.manage")
def person(person_id: str) -> ResponseReturnValue:
    """One person: roles, a new PIN, mending the name, closing the account."""
    return _person(forms.CORRECT.blank(), person_id)


def _person(filled: Filled, person_id: str) -> str:
    db = reading()
    found = the_person(db, person_id)
    return render_template(
        "people/person.html",
        tab="mine",
        person=found,
        places=queries.places_of(db, [found.id]).get(found.id, ()),
        role_names=role_names(),
        filled=filled.start(name=found.name, login=found.login or ""),
    )


def _back(person_id: str) -> str:
    return url_for(".person", person_id=person_id)


@blueprint.post("/quan-tri/nguoi/<person_id>/sua")
@access("people.manage")
@takes(forms.CORRECT, page=_person)
def correct(filled: Filled, person_id: str) -> ResponseReturnValue:
    """Mend a person's name, telephone number or user name."""
    db = writing()
    corrections.correct(db, the_person(db, person_id), **filled.values(), by=current_user.id)
    flash(_("Đã sửa. Người này đăng nhập bằng tên hoặc số mới."), "good")
    return redirect(_back(person_id), HTTPStatus.SEE_OTHER)


@blueprint.post("/quan-tri/nguoi/<person_id>/quyen")
@access("people.manage")
@takes(forms.CHANGE_ROLE, back=_back, flashed="alarm")
def change_role(filled: Filled, person_id: str) -> ResponseReturnValue:
    """Give or take one role."""
    db = writing()
    found = the_person(db, person_id)
    role, unit = filled["role"], my_unit(db)
    if role not in ROLES:
        abort(400)
    if filled["take"]:
        accounts.revoke_role(db, found, role, unit.id, current_user.id)
    else:
        accounts.grant_role(db, found, role, unit.id, current_user.id)
    flash(_("Đã đổi quyền."), "good")
    return redirect(_back(person_id), HTTPStatus.SEE_OTHER)


@blueprint.post("/quan-tri/nguoi/<person_id>/dong")
@access("people.manage")
@takes(forms.CLOSE, back=_back, flashed="alarm")
def retire(filled: Filled, person_id: str) -> ResponseReturnValue:
    """Close an account, or open it again."""
    db = writing()
    found = the_person(db, person_id)
    if filled["open"]:
        accounts.restore(db, found, current_user.id)
    else:
        accounts.retire(db, found, current_user.id)
    flash(_("Đã lưu."), "good")
    return redirect(_back(person_id), HTTPStatus.SEE_OTHER)


def _reset_again(taken: Taken, person_id: str) -> ResponseReturnValue:
    return handing_out.page_again(taken, the_person(reading(), person_id))


@blueprint.post("/quan-tri/nguoi/<person_id>/pin")
@access("people.manage")
@takes(BUTTON_ONCE, again=_reset_again)
def reset_secret(filled: Filled, person_id: str) -> Shown:
    """Give a person who forgot it a new PIN, shown once."""
    made = handing_out.secret_of_form(bool(the_person(reading(), person_id).roles))
    db = writing()
    found = the_person(db, person_id)
    secret = accounts.reset_secret(db, found, current_user.id, made)
    tries.forgive_account(db, current.secret_key(), found.login)
    return handing_out.page(found, secret, url_for(".person", person_id=person_id))


@blueprint.get("/quan-tri/nhat-ky")
@access("audit.read")
def audit_log() -> ResponseReturnValue:
    """What staff did, up to a day if one is chosen, of one kind if one is chosen."""
    db = reading()
    filled, kind = forms.AUDIT_LOG.asked(), request.args.get("loai", "")
    until = None
    try:
        until = filled["den"]
    except Refusal as refusal:
        filled.refuse(refusal)
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
        filled=filled,
        day=filled.raw("den").strip(),
        kind=kind if kind in kinds else "",
        kinds=kinds,
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
