"""Pages of what is on the shelf: lists, one entry, and what may be done with it."""

from __future__ import annotations

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue

from assistant.knowledge.entry import FACT
from i18n.dates import today
from lms.asking.service import unit_name
from lms.core.forms import Filled
from lms.core.language import gettext as _
from lms.core.permissions import access
from lms.core.submission import one_of, takes
from lms.knowledge import document_views, fact_views, forms, queries, service
from lms.knowledge.entry_page_views import entry_page
from lms.knowledge.pages import (
    ADDRESS_OF_KIND,
    EDIT,
    back_to_entry,
    blueprint,
    do,
    editable,
    may_change,
    me,
    my_unit,
    page_number,
    store,
)


@blueprint.get("")
@access(EDIT)
def home() -> ResponseReturnValue:
    """What the assistant knows besides the lessons, one kind at a time."""
    unit = unit_name(my_unit())
    asked = forms.SEARCH.asked()
    chosen = request.args.get("loai", "tai-lieu")
    kind = ADDRESS_OF_KIND.get(chosen) or abort(404)
    search, flag = asked.raw("tim")[: forms.SEARCH_LIMIT], asked.raw("dau")
    return render_template(
        "knowledge/home.html",
        tab="mine",
        chosen=chosen,
        kinds=ADDRESS_OF_KIND,
        counts=queries.counts(store(), unit),
        listed=queries.listed(store(), kind, unit, search, flag, page_number()),
        flags=queries.flags(store(), kind, unit),
        flag=flag,
        search=search,
        search_form=asked.instead(loai=chosen),
        stale=len(queries.stale(store(), unit, today())),
        today=today(),
    )


@blueprint.get("/can-xem-lai")
@access(EDIT)
def stale() -> ResponseReturnValue:
    """What should be looked at again, and what to do with each."""
    found = queries.stale(store(), unit_name(my_unit()), today())
    return render_template(
        "knowledge/stale.html",
        tab="mine",
        listed=queries.paged(found, page_number()),
        today=today(),
        may_change=may_change,
    )


@blueprint.get("/muc/<int:entry_id>")
@access(EDIT)
def entry(entry_id: int) -> ResponseReturnValue:
    """One entry: what it says, what may be done with it, and what stood there before."""
    return entry_page(forms.TRY.blank(), entry_id)


@blueprint.post("/muc/<int:entry_id>/hoi-thu")
@access(EDIT)
@takes(forms.TRY, page=entry_page)
def try_question(filled: Filled, entry_id: int) -> ResponseReturnValue:
    """Ask what an editor typed, and show whether it is answered from this entry; nothing is kept."""
    filled.found["question"] = filled["question"]
    return entry_page(filled, entry_id)


@blueprint.get("/muc/<int:entry_id>/sua")
@access(EDIT)
def edit(entry_id: int) -> ResponseReturnValue:
    """The form of a document or fact that is there."""
    if editable(entry_id).kind == FACT:
        return fact_views.changed_page(forms.FACT.blank(), entry_id)
    return document_views.changed_page(forms.DOCUMENT_AGAIN.blank(), entry_id)


@blueprint.post("/muc/<int:entry_id>/sua")
@access(EDIT)
@one_of(fact_views.change_fact, document_views.change_document)
def change(entry_id: int) -> ResponseReturnValue:
    """Save what was corrected; a new file is looked through first, as if it were new."""
    if editable(entry_id).kind == FACT:
        return fact_views.change_fact(entry_id=entry_id)
    return document_views.change_document(entry_id=entry_id)


@blueprint.post("/muc/<int:entry_id>/van-dung")
@access(EDIT)
@takes(forms.DEED, back=back_to_entry)
def confirm(filled: Filled, entry_id: int) -> ResponseReturnValue:
    """Somebody made sure that it is still right."""
    return do(
        entry_id,
        lambda db, found: service.confirm(db, store(), found, my_unit(), me(db)),
        _("Đã ghi: hôm nay bạn xem lại, vẫn đúng."),
    )


@blueprint.post("/muc/<int:entry_id>/thoi-dung")
@access(EDIT)
@takes(forms.DEED, back=back_to_entry)
def retire(filled: Filled, entry_id: int) -> ResponseReturnValue:
    """Stop using an entry."""
    return do(
        entry_id,
        lambda db, found: service.retire(db, store(), found, my_unit(), me(db)),
        _("Trợ lý không dùng mục này nữa."),
    )
