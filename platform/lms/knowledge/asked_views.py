"""What people ask of a document is looked through: kept alone, or while a draft is put to use."""

from __future__ import annotations

from http import HTTPStatus

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from assistant.documents.document import Document
from assistant.knowledge.entry import DOCUMENT, Entry
from lms.core.database import writing
from lms.core.forms import Filled
from lms.core.language import gettext as _
from lms.core.permissions import access
from lms.core.submission import takes
from lms.knowledge import asked, forms, queries, service
from lms.knowledge.entry_page_views import entry_page
from lms.knowledge.pages import (
    EDIT,
    back_to_entry,
    blueprint,
    do,
    me,
    must_be_newest,
    my_entry,
    my_unit,
    page_number,
    store,
    to_entry,
)


def _again(filled: Filled, entry_id: int) -> ResponseReturnValue:
    """The page with what was typed, where a question cannot be kept or the document was changed meanwhile.

    A button alone leads back, as every other of an entry does: nothing was typed that could be lost.
    """
    found = my_entry(entry_id)
    newest = queries.newest(store(), found) if found.retired_at is not None else found
    same = newest is not None and _text(newest) == _text(found)
    if filled.has("cau") and newest is not None and same:
        return entry_page(filled, newest.id)
    flash(next(iter(filled.errors.values())), "warning")
    return redirect(back_to_entry(entry_id), HTTPStatus.SEE_OTHER)


def _text(entry: Entry) -> object:
    return Document.from_entry(entry).sections if entry.kind == DOCUMENT else None


@blueprint.post("/muc/<int:entry_id>/cau-hoi")
@access(EDIT)
@takes(forms.ASKED, page=_again)
def keep_asked(filled: Filled, entry_id: int) -> ResponseReturnValue:
    """Keep the questions that are ticked; then the next page of them, or the document."""
    before = _document(entry_id)
    must_be_newest(before)
    sent = forms.asked_lines(filled)
    db = writing()
    store().hold(DOCUMENT, db)
    found = _document(entry_id)
    must_be_newest(found)
    document = Document.from_entry(found)
    made = asked.save(db, store(), found, asked.mended(document, sent), my_unit(), me(db))
    flash(_("Đã lưu câu hỏi."), "good")
    page = page_number()
    if page < asked.pages(document):
        return redirect(url_for("knowledge.entry", entry_id=made, trang=page + 1), HTTPStatus.SEE_OTHER)
    return to_entry(made)


@blueprint.post("/muc/<int:entry_id>/dung")
@access(EDIT)
@takes(forms.ASKED, page=_again)
def use(filled: Filled, entry_id: int) -> ResponseReturnValue:
    """Put a document that was looked through to use, with the questions that are ticked on the page."""
    sent = forms.asked_lines(filled)

    def deed(db: Session, found: Entry) -> int:
        questions = asked.mended(Document.from_entry(found), sent) if filled.has("cau") else None
        replaced = request.args.get("thay", type=int)
        return service.use_draft(db, store(), found, my_unit(), me(db), replaced, questions)

    return do(entry_id, deed, _("Đã dùng. Trợ lý trả lời theo tài liệu này từ bây giờ."))


def _document(entry_id: int) -> Entry:
    found = my_entry(entry_id)
    return found if found.kind == DOCUMENT else abort(404)
