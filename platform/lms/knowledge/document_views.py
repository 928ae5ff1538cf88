"""Pages of documents: a file is read, what was read is looked through, then it is used."""

from __future__ import annotations

from flask import flash, render_template
from flask.typing import ResponseReturnValue

from assistant.documents import document as documents
from assistant.documents.document import Document
from assistant.knowledge.entry import Entry
from lms.core.database import writing
from lms.core.forms import Filled
from lms.core.language import gettext as _
from lms.core.permissions import access
from lms.core.submission import takes
from lms.knowledge import asked, forms, personal, service
from lms.knowledge.pages import (
    EDIT,
    blueprint,
    editable,
    me,
    must_be_newest,
    my_unit,
    shown_again,
    store,
    the_entry,
    to_entry,
)


def _page(filled: Filled, entry: Entry | None = None) -> str:
    return render_template("knowledge/document_form.html", tab="mine", filled=filled, entry=entry)


@blueprint.get("/tai-lieu/moi")
@access(EDIT)
def new_document() -> ResponseReturnValue:
    """The form for a new document."""
    return _page(forms.DOCUMENT.blank())


@blueprint.post("/tai-lieu/moi")
@access(EDIT)
@takes(forms.DOCUMENT, page=_page)
def upload(filled: Filled) -> ResponseReturnValue:
    """Read a file; what was read is shown before it is used."""
    details, text = forms.details_of(filled), filled["file"]
    found, first = personal.find(text.sections), asked.at_first(details.title, text.sections)
    db = writing()
    return to_entry(service.keep_draft(db, store(), details, text, found, first, my_unit(), me(db)))


def changed_page(filled: Filled, entry_id: int) -> str:
    """The form of a document that is there, or of the one that is there now instead."""
    entry = shown_again(entry_id) if filled.is_sent else editable(entry_id)
    document = Document.from_entry(entry)
    filled.start(**{one.name: getattr(document, one.name) for one in forms.DETAILS})
    return _page(filled, entry)


@takes(forms.DOCUMENT_AGAIN, page=changed_page)
def change_document(filled: Filled, entry_id: int) -> ResponseReturnValue:
    """Save a document's new details, or read its new file."""
    before = editable(entry_id)
    must_be_newest(before)
    details, text = forms.details_of(filled), filled["file"]
    numbers = personal.find(text.sections) if text is not None else None
    first = (
        asked.at_first(details.title, text.sections, Document.from_entry(before)) if text is not None else ()
    )
    db = writing()
    store().hold(editable(entry_id).kind, db)
    found = the_entry(entry_id)
    must_be_newest(found)
    if text is not None and numbers is not None:
        is_draft = documents.is_draft(found)
        becomes = Document.from_entry(found).becomes if is_draft else found.key
        made = service.keep_draft(db, store(), details, text, numbers, first, my_unit(), me(db), becomes)
        return to_entry(made)
    made = service.change_details(db, store(), found, details, my_unit(), me(db))
    flash(_("Đã lưu."), "good")
    return to_entry(made)
