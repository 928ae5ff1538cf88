"""Pages of checked answers: what they say, and a better wording of one."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug import Response

from assistant.knowledge.verified import Verified
from i18n.dates import today
from lms.asking import trying
from lms.asking.service import unit_name
from lms.core import current
from lms.core.database import reading, writing
from lms.core.forms import Filled
from lms.core.language import gettext as _
from lms.core.permissions import access
from lms.core.submission import takes
from lms.desk import service as desk
from lms.desk.fields import draft_of
from lms.knowledge import forms, queries, service
from lms.knowledge.pages import EDIT, blueprint, came_from, may_change, me, my_unit, store


def my_answer(verified_id: int) -> Verified:
    """A checked answer of my unit or of everybody, or 404."""
    return queries.verified(store(), verified_id, unit_name(my_unit())) or abort(404)


@blueprint.get("/cau-tra-loi/<int:verified_id>")
@access(EDIT)
def verified(verified_id: int) -> ResponseReturnValue:
    """One checked answer, with all the wordings it is found by."""
    found = my_answer(verified_id)
    tickets = desk.tickets_with(reading(), verified_id)
    return render_template(
        "knowledge/verified.html",
        tab="mine",
        answer=found,
        ticket=tickets[0] if tickets else None,
        may_change=may_change(found.unit),
        today=today(),
        tried=None
        if found.retired_at is not None
        else trying.checked_tried(found.questions[0], found.answer_text, found.unit or unit_name(my_unit())),
    )


def editable_answer(verified_id: int) -> Verified:
    """A checked answer that I may change, or 404."""
    found = my_answer(verified_id)
    return found if may_change(found.unit) else abort(404)


def _page(filled: Filled, verified_id: int) -> str:
    found = editable_answer(verified_id)
    if "" in filled.errors:
        found = queries.newest_verified(store(), found) or found
    filled.start(text=found.answer_text, source_title=found.source_title, source_url=found.source_url)
    return render_template("knowledge/answer_form.html", tab="mine", answer=found, filled=filled)


@blueprint.get("/cau-tra-loi/<int:verified_id>/sua")
@access(EDIT)
def edit_answer(verified_id: int) -> ResponseReturnValue:
    """The form of a checked answer."""
    return _page(forms.ANSWER.blank(), verified_id)


@blueprint.post("/cau-tra-loi/<int:verified_id>/sua")
@access(EDIT)
@takes(forms.ANSWER, page=_page)
def correct_answer(filled: Filled, verified_id: int) -> ResponseReturnValue:
    """Save a better wording of a checked answer."""
    found, db = editable_answer(verified_id), writing()
    try:
        shown = desk.correct(db, store(), verified_id, draft_of(filled), me(db), current.library())
    except desk.DeskError as error:
        raise service.overtaken(queries.newest_verified(store(), found) is not None) from error
    flash(_("Đã lưu. Người hỏi sau sẽ nhận câu trả lời này."), "good")
    return redirect(url_for("knowledge.verified", verified_id=shown), HTTPStatus.SEE_OTHER)


def _back(verified_id: int) -> str:
    return came_from(url_for("knowledge.verified", verified_id=verified_id))


def do_with_answer(verified_id: int, deed: Callable[[Session], int | None], done: str) -> Response:
    """Do one thing with a checked answer; then look at it. Raises DeskError."""
    editable_answer(verified_id)
    shown = deed(writing()) or verified_id
    flash(done, "good")
    return redirect(_back(shown), HTTPStatus.SEE_OTHER)


@blueprint.post("/cau-tra-loi/<int:verified_id>/van-dung")
@access(EDIT)
@takes(forms.DEED, back=_back)
def confirm_answer(filled: Filled, verified_id: int) -> ResponseReturnValue:
    """Somebody compared a checked answer with its source again."""
    return do_with_answer(
        verified_id,
        lambda db: desk.confirm(db, store(), verified_id, me(db)),
        _("Đã ghi: hôm nay bạn xem lại, vẫn đúng."),
    )


@blueprint.post("/cau-tra-loi/<int:verified_id>/thoi-dung")
@access(EDIT)
@takes(forms.DEED, back=_back)
def retire_answer(filled: Filled, verified_id: int) -> ResponseReturnValue:
    """Stop using a checked answer."""
    return do_with_answer(
        verified_id,
        lambda db: desk.retire_verified(db, store(), verified_id, me(db)),
        _("Trợ lý không dùng câu trả lời này nữa."),
    )
