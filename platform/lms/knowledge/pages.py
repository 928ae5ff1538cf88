"""What all pages of the shelf are made of: whose shelf it is, its entries, the way back."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask_login import current_user
from sqlalchemy.orm import Session
from werkzeug import Response

from assistant.documents import upload as documentfile
from assistant.knowledge.entry import DOCUMENT, FACT, PROCEDURE, Entry
from assistant.knowledge.facts import CONTACT, Fact
from assistant.knowledge.store import VERIFIED, KnowledgeStore
from lms.accounts.models import Person
from lms.asking.service import unit_name
from lms.core import current
from lms.core.database import reading, writing
from lms.core.permissions import allowed
from lms.knowledge import forms, queries, service
from lms.units import service as units

blueprint = Blueprint("knowledge", __name__, url_prefix="/kho")

EDIT = queries.PERMISSION
ROOM_FOR_FORM = 5 * 1024 * 1024
"""A file somewhat over the limit is still received, so that its form comes back with what was typed."""
TAKES_FILES = {"knowledge.upload", "knowledge.change"}
ADDRESS_OF_KIND = {"tai-lieu": DOCUMENT, "dia-phuong": FACT, "cau-tra-loi": VERIFIED, "thu-tuc": PROCEDURE}


@blueprint.url_value_preprocessor
def take_larger_files(endpoint: str | None, values: object) -> None:
    """Let those who may upload documents send more than a form; before anything reads the request."""
    if endpoint in TAKES_FILES and allowed(current_user.roles, EDIT):
        request.max_content_length = documentfile.LIMIT + ROOM_FOR_FORM


def store() -> KnowledgeStore:
    """Where everything on the shelf is kept."""
    return current.assistant().store


def my_unit() -> int:
    """The unit whose shelf this is."""
    return queries.unit_of(current_user) or abort(404)


def me(db: Session) -> Person:
    """This editor, in the session that writes."""
    return db.get_one(Person, current_user.id)


def may_change(entry_unit: str | None) -> bool:
    """Whether this editor may change what belongs to a unit, or to everybody."""
    return service.may_change(entry_unit, my_unit(), units.current_unit_id(reading()))


def page_number() -> int:
    """The page asked for, at least 1."""
    return max(1, request.args.get("trang", 1, type=int))


def to_entry(entry_id: int) -> Response:
    """Go and look at an entry."""
    return redirect(url_for("knowledge.entry", entry_id=entry_id), HTTPStatus.SEE_OTHER)


def the_entry(entry_id: int) -> Entry:
    """An entry of my unit or of everybody, or 404."""
    return queries.entry(store(), entry_id, unit_name(my_unit())) or abort(404)


def my_entry(entry_id: int) -> Entry:
    """An entry that I may change, or 404."""
    found = the_entry(entry_id)
    return found if may_change(found.unit) else abort(404)


def editable(entry_id: int) -> Entry:
    """A document, or a fact that was typed as one; or 404."""
    found = my_entry(entry_id)
    is_contact = found.kind == FACT and Fact.from_entry(found).origin == CONTACT
    return abort(404) if found.kind == PROCEDURE or is_contact else found


def shown_again(entry_id: int) -> Entry:
    """The entry whose form came back: where somebody else changed it meanwhile, the newest one.

    Saving once more replaces that one: who typed has been told.
    """
    found = editable(entry_id)
    return (queries.newest(store(), found) or found) if found.retired_at is not None else found


def must_be_newest(found: Entry) -> None:
    """Raise Overtaken where somebody else changed an entry, or took it down, after its form was opened."""
    if found.retired_at is not None:
        raise service.overtaken(queries.newest(store(), found) is not None)


def do(entry_id: int, deed: Callable[[Session, Entry], int | None], done: str) -> Response:
    """Do one thing with an entry; then look at it, or at the list one came from. Raises KnowledgeError."""
    db = writing()
    before = my_entry(entry_id)
    if before.kind == FACT and Fact.from_entry(before).origin == CONTACT:
        # The unit before its facts, as where its list of numbers is changed.
        units.hold(db, units.unit_of(db, my_unit()) or abort(404))
    store().hold(before.kind, db)
    found = my_entry(entry_id)
    shown = deed(db, found) or found.id
    flash(done, "good")
    return redirect(back_to_entry(shown), HTTPStatus.SEE_OTHER)


def back_to_entry(entry_id: int) -> str:
    """Where a button of an entry leads."""
    return came_from(url_for("knowledge.entry", entry_id=entry_id))


def came_from(otherwise: str) -> str:
    """The list of what should be looked at again, for a button that stood there."""
    return url_for("knowledge.stale") if forms.DEED.sent().raw("ve") == "can-xem-lai" else otherwise
