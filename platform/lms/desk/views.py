"""Pages of the desk: the queue, asking for a citizen, and answering a question."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask_login import current_user
from markupsafe import Markup
from sqlalchemy.orm import Session

from assistant.knowledge.store import VERIFIED, KnowledgeStore
from lms.accounts.models import Person
from lms.asking import service as asking
from lms.asking.models import Asked
from lms.core import current, pool
from lms.core import errors as error_pages
from lms.core.database import done_reading, reading, writing
from lms.core.language import chosen_register
from lms.core.language import gettext as _
from lms.core.once import said_once
from lms.core.permissions import access
from lms.desk import forms, queries, service
from lms.desk.models import Ticket
from lms.units import service as units

blueprint = Blueprint("desk", __name__, url_prefix="/quay")

DESK = queries.PERMISSION
NO_FIELD = ""
"""The key of an error that belongs to no field of the form."""


def my_units() -> frozenset[int]:
    """The units of this officer."""
    return queries.units_of(current_user)


def store() -> KnowledgeStore:
    """Where checked answers are kept."""
    return current.assistant().store


def me(db: Session) -> Person:
    """This officer, in the session that writes."""
    return db.get_one(Person, current_user.id)


def page(template: str, status: int = HTTPStatus.OK, **values: object):
    """A page of the desk: its own content, and the queue beside it."""
    db = reading()
    wanted = request.args.get("loc", service.WAITING)
    chosen = wanted if wanted in queries.STATUSES else service.WAITING
    counts = queries.counts(db, my_units())
    pages = max(1, -(-counts[chosen] // queries.PAGE))
    # The queue grows shorter while somebody reads it: past its end stands its last page.
    number = min(max(1, request.args.get("trang", 1, type=int)), pages)
    body = render_template(
        template,
        chosen=chosen,
        statuses=queries.STATUSES,
        counts=counts,
        queue=queries.tickets(db, my_units(), chosen, number),
        page=number,
        pages=pages,
        limit=asking.QUESTION_LIMIT,
        **values,
    )
    return body, status


@blueprint.get("")
@access(DESK)
def home():
    """The queue, and the box for asking on behalf of a citizen."""
    return page("desk/home.html", typed=request.args.get("cau", ""), errors={})


@blueprint.post("/hoi")
@access(DESK)
@said_once
def ask():
    """Ask for the citizen who stands here."""
    typed = request.form.get("question", "")
    try:
        question = asking.checked_question(typed)
    except asking.AskingError as refusal:
        errors = {"question": refusal.say()}
        return page("desk/home.html", HTTPStatus.UNPROCESSABLE_ENTITY, typed=typed, errors=errors)
    unit_id = current_user.unit_id or units.current_unit_id(reading())
    by = pool.asker()
    done_reading()
    try:
        with pool.pool().place(by):
            register, unit = chosen_register(), asking.unit_name(unit_id)
            answer = current.assistant().ask(question, register=register, unit=unit)
    except pool.AllBusy:
        errors = {"question": _("Nhiều người đang hỏi cùng lúc. Bạn chờ vài giây rồi hỏi lại.")}
        return page("desk/home.html", HTTPStatus.SERVICE_UNAVAILABLE, typed=typed, errors=errors)
    # Nobody's name stands by it: the citizen has none here, and the officer asks for another.
    asked = asking.keep(writing(), answer, person_id=None, unit_id=unit_id, at_desk=True)
    return redirect(url_for("desk.asked", token=asked.token), HTTPStatus.SEE_OTHER)


def asked_here(db: Session, token: str) -> Asked:
    """A question asked at this desk, or 404."""
    return queries.asked_at_desk(db, token, my_units()) or abort(404)


@blueprint.get("/hoi/<token>")
@access(DESK)
def asked(token: str):
    """The answer for the citizen: with its sources beside, to print, to scan, to check."""
    found = asked_here(reading(), token)
    address = current.outside_url(url_for("asking.answer", token=token))
    return page(
        "desk/asked.html",
        asked=found,
        answer=found.answer,
        ticket=queries.ticket_of(reading(), found),
        # Made by ourselves from our own address.
        qr=Markup(asking.qr_svg(address)),  # noqa: S704
        typed="",
        errors={},
    )


@blueprint.post("/hoi/<token>/cho")
@access(DESK)
def queue(token: str):
    """Put a citizen's question into the queue."""
    db = writing()
    service.open_ticket(db, asked_here(db, token), asking.DESK, me(db))
    flash(_("Câu hỏi đã vào hàng chờ."), "good")
    return redirect(url_for("desk.asked", token=token), HTTPStatus.SEE_OTHER)


@blueprint.post("/hoi/<token>/kiem-tra")
@access(DESK)
def check(token: str):
    """Turn the assistant's answer into one that a person checked: open it for editing."""
    db = writing()
    ticket = service.open_ticket(db, asked_here(db, token), asking.DESK, me(db))
    return to_ticket(ticket)


def to_ticket(ticket: Ticket) -> Response:
    """Go and look at a ticket."""
    return redirect(url_for("desk.ticket", ticket_id=ticket.id), HTTPStatus.SEE_OTHER)


def ticket_page(
    ticket: Ticket,
    draft: service.Draft,
    errors: dict[str, str],
    status: int = HTTPStatus.OK,
    look: bool = False,
):
    """A ticket with the form; `look`: also say how plain the draft is."""
    return page(
        "desk/ticket.html",
        status,
        ticket=ticket,
        draft=draft,
        errors=errors,
        seen=service.state_of(ticket),
        answer=ticket.asked.answer if ticket.asked is not None else None,
        asked=ticket.asked,
        reasons=list(service.CLOSE_REASONS.items()),
        history=queries.history(reading(), ticket.id),
        measures=service.measured(draft.text) if look or ticket.verified_id else None,
        today=service.today(),
        may_review=ticket.status == service.ANSWERED and ticket.answered_by != current_user.id,
    )


@blueprint.get("/cau/<int:ticket_id>")
@access(DESK)
def ticket(ticket_id: int):
    """One question: what the assistant had said, and the form for a person's answer."""
    found = queries.ticket(reading(), ticket_id, my_units()) or abort(404)
    return ticket_page(found, service.starting_draft(found), {})


@blueprint.post("/cau/<int:ticket_id>")
@access(DESK)
def answer(ticket_id: int):
    """Save an answer, or only look how plain it is (`xem`)."""
    draft = forms.read_draft(request.form)
    if request.form.get("xem"):
        found = queries.ticket(reading(), ticket_id, my_units()) or abort(404)
        return look_at(found, draft)
    return _save_answer(ticket_id, draft)


@said_once
def _save_answer(ticket_id: int, draft: service.Draft):
    db = writing()
    # The answers before the ticket: in this order everybody holds them.
    store().hold(VERIFIED, db)
    found = queries.ticket(db, ticket_id, my_units(), lock=True)
    if found is None:
        if not draft.text.strip():
            abort(404)
        return error_pages.show(HTTPStatus.NOT_FOUND, _(service.WIPED_ADVICE), title=_(service.WIPED_TITLE))
    try:
        service.must_be_unchanged(found, request.form.get("seen", ""))
        service.answer(db, store(), found, draft, me(db), current.library())
    except service.DeskError as refusal:
        return ticket_page(found, draft, {NO_FIELD: refusal.say()}, HTTPStatus.CONFLICT)
    except service.DraftRefused as refused:
        return refused_page(found, refused)
    flash(_("Đã lưu. Người hỏi sau sẽ nhận câu trả lời này."), "good")
    return to_ticket(found)


def look_at(ticket: Ticket, draft: service.Draft):
    """The draft with what is wrong in it and how plain it is; nothing is saved."""
    try:
        return ticket_page(ticket, service.checked(draft, current.library(), store()), {}, look=True)
    except service.DraftRefused as refused:
        return refused_page(ticket, refused, HTTPStatus.OK)


def refused_page(
    ticket: Ticket, refused: service.DraftRefused, status: int = HTTPStatus.UNPROCESSABLE_ENTITY
):
    """The form again, with a sentence at each field and all that was typed."""
    errors = {field: refusal.say() for field, refusal in refused.errors.items()}
    return ticket_page(ticket, refused.draft, errors, status, look=True)


def change(ticket_id: int, deed, done: str):
    """Do one thing with a ticket, or say why not; then look at it."""
    db = writing()
    # The answers before the ticket: in this order everybody holds them.
    store().hold(VERIFIED, db)
    found = queries.ticket(db, ticket_id, my_units(), lock=True) or abort(404)
    try:
        service.must_be_unchanged(found, request.form.get("seen", ""))
        deed(db, found)
        flash(done, "good")
    except service.DeskError as refusal:
        flash(refusal.say(), "warning")
    return to_ticket(found)


@blueprint.post("/cau/<int:ticket_id>/xem-lai")
@access(DESK)
def review(ticket_id: int):
    """Agree with somebody else's answer."""
    return change(
        ticket_id,
        lambda db, found: service.review(db, store(), found, me(db)),
        _("Đã ghi: người thứ hai đã xem lại."),
    )


@blueprint.post("/cau/<int:ticket_id>/thoi-dung")
@access(DESK)
def retire(ticket_id: int):
    """Stop using an answer."""
    return change(
        ticket_id,
        lambda db, found: service.retire(db, store(), found, me(db)),
        _("Trợ lý không dùng câu trả lời này nữa."),
    )


@blueprint.post("/cau/<int:ticket_id>/dong")
@access(DESK)
def close(ticket_id: int):
    """Close a question without an answer."""
    return change(
        ticket_id,
        lambda db, found: service.close(db, found, request.form.get("reason", ""), me(db)),
        _("Đã đóng câu hỏi."),
    )
