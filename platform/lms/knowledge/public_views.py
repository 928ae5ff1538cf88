"""Pages that a source leads to: a document, a procedure, and the unit's own facts.

They are never kept for guests: an answer uses a new fee at once, so the page behind it must show it too.
"""

from __future__ import annotations

from itertools import groupby

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from assistant.documents import document as documents
from assistant.documents.document import Document
from assistant.knowledge.entry import DOCUMENT, FACT, PROCEDURE, Entry
from assistant.knowledge.facts import Fact
from assistant.procedures.record import Procedure
from courses.rendering import quote
from i18n.dates import today
from lms.asking.service import unit_name
from lms.core import current
from lms.core.database import reading
from lms.core.permissions import EVERYONE, access
from lms.units import service as units

blueprint = Blueprint("known", __name__)


def unit_here() -> str | None:
    """The unit whose knowledge a visitor sees: their own, else the one that hosts this site."""
    return unit_name(current_user.unit_id or units.current_unit_id(reading()))


def found(kind: str, key: str) -> Entry:
    """The entry in use under a key, or 404."""
    return current.assistant().store.current_entry(kind, key, unit_here()) or abort(404)


@blueprint.get("/tai-lieu/<key>")
@access(EVERYONE)
def document(key: str) -> ResponseReturnValue:
    """A document that the assistant answers from, section by section. Drafts are for editors alone."""
    entry = found(DOCUMENT, key)
    if documents.is_draft(entry):
        abort(404)
    page = render_template(
        "knowledge/document.html",
        tab="ask",
        entry=entry,
        document=Document.from_entry(entry),
        validity=documents.validity(entry, today()),
    )
    return quote.mark_at(page, request.args)


@blueprint.get("/thu-tuc/<code>")
@access(EVERYONE)
def procedure(code: str) -> ResponseReturnValue:
    """The record of a procedure: ways with time and fees, papers, steps, place."""
    entry = found(PROCEDURE, code)
    record = Procedure.from_json(entry.data)
    page = render_template(
        "knowledge/procedure.html",
        tab="ask",
        entry=entry,
        procedure=record,
        cases=[(case, list(papers)) for case, papers in groupby(record.papers, lambda one: one.case)],
        flags=sorted({*entry.flags, *record.flags}),
    )
    return quote.mark_at(page, request.args)


@blueprint.get("/dia-phuong")
@access(EVERYONE)
def local_facts() -> ResponseReturnValue:
    """The unit's office hours, addresses, numbers and fees, with the day each was checked."""
    unit = unit_here()
    store = current.assistant().store
    mine = [Fact.from_entry(one) for one in store.each_entry(FACT) if one.unit in (None, unit)]
    mine.sort(key=lambda one: (one.place, one.topic, one.label))
    places = [(place, list(own)) for place, own in groupby(mine, lambda one: one.place)]
    return render_template("knowledge/local_facts.html", tab="ask", places=places)
