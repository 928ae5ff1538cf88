"""Pages of questions that the assistant did not know: one answer for all that ask the same."""

from __future__ import annotations

from http import HTTPStatus

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from assistant.knowledge.store import VERIFIED
from lms.core import current
from lms.core.database import reading, writing
from lms.core.forms import Filled
from lms.core.language import gettext as _
from lms.core.language import lazy
from lms.core.pages import errors as error_pages
from lms.core.pages.addresses import read_id
from lms.core.permissions import access
from lms.core.submission import takes
from lms.desk import queries as desk_queries
from lms.desk import service as desk
from lms.desk.fields import draft_of
from lms.knowledge import forms, queries, service
from lms.knowledge.pages import EDIT, blueprint, me, page_number, store

NOT_WAITING = lazy("Câu này đã có người trả lời, hoặc đã đóng.")


@blueprint.get("/chua-tra-loi")
@access(EDIT)
def unanswered() -> ResponseReturnValue:
    """Questions that the assistant did not know, grouped by likeness."""
    found = queries.groups(reading(), desk_units())
    pages = max(1, -(-len(found) // queries.GROUPS_A_PAGE))
    page = min(page_number(), pages)
    return render_template(
        "knowledge/unanswered.html",
        tab="mine",
        groups=found[(page - 1) * queries.GROUPS_A_PAGE : page * queries.GROUPS_A_PAGE],
        total=sum(len(group.tickets) for group in found),
        most=queries.MOST_GROUPED,
        page=page,
        pages=pages,
    )


def desk_units() -> frozenset[int]:
    """The units whose waiting questions this editor may answer."""
    return desk_queries.units_of(current_user)


def _page(filled: Filled, ticket_id: int) -> str:
    """A group with the form, and ticked those of its questions that get the answer."""
    group = filled.found.get("group") or queries.group_of(reading(), desk_units(), ticket_id) or abort(404)
    filled.start(cau=[str(one.id) for one in group.tickets])
    return render_template(
        "knowledge/group.html",
        tab="mine",
        group=group,
        lead=group.tickets[0],
        ticked=_chosen(filled.value_of("cau")),
        filled=filled,
        measures=desk.measured(filled.value_of("text")),
    )


def _chosen(typed: list[str]) -> set[int]:
    return {number for one in typed if (number := read_id(one)) is not None}


@blueprint.get("/chua-tra-loi/<int:ticket_id>")
@access(EDIT)
def group(ticket_id: int) -> ResponseReturnValue:
    """The group of one waiting question, and the form for one answer to all of it."""
    filled = forms.ANSWER_GROUP.blank()
    filled.found["group"] = queries.group_of(reading(), desk_units(), ticket_id)
    if filled.found["group"] is None:
        flash(_(NOT_WAITING), "warning")
        return redirect(url_for("knowledge.unanswered"), HTTPStatus.SEE_OTHER)
    return _page(filled, ticket_id)


@blueprint.post("/chua-tra-loi/<int:ticket_id>")
@access(EDIT)
@takes(forms.ANSWER_GROUP, page=_page)
def answer_group(filled: Filled, ticket_id: int) -> ResponseReturnValue:
    """Answer all ticked questions of a group at once."""
    wanted, draft = _chosen(filled.value_of("cau")), draft_of(filled)
    filled.found["group"] = queries.group_of(reading(), desk_units(), ticket_id)
    if filled.found["group"] is not None and not wanted:
        raise service.KnowledgeError(lazy("Bạn chọn ít nhất một câu hỏi."), "cau")
    db = writing()
    store().hold(VERIFIED, db)
    tickets = desk_queries.waiting_of(db, wanted, desk_units())
    tickets = [one for one in tickets if one.unit_id == tickets[0].unit_id]
    count = desk.answer_group(db, store(), tickets, draft, me(db), current.library()) if tickets else 0
    if count:
        flash(_("Đã lưu. Một câu trả lời cho %(count)s câu hỏi.", count=count), "good")
        return redirect(url_for("knowledge.unanswered"), HTTPStatus.SEE_OTHER)
    past = desk_queries.ticket(reading(), ticket_id, desk_units())
    if past is not None and draft.text.strip():
        # What was typed is not thrown away: it is shown beside the way to what stands there now.
        filled.found["group"] = queries.Group((past,))
        raise service.Overtaken(NOT_WAITING)
    if past is None and draft.text.strip():
        # Its asker erased it: the text is given back by the error page.
        return error_pages.show(HTTPStatus.NOT_FOUND, _(desk.WIPED_ADVICE), title=_(desk.WIPED_TITLE))
    flash(_(NOT_WAITING), "warning")
    return redirect(url_for("knowledge.unanswered"), HTTPStatus.SEE_OTHER)
