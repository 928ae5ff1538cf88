"""Pages of the desk: the queue, asking for a citizen, and answering a question."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from markupsafe import Markup
from sqlalchemy.orm import Session
from werkzeug import Response

from assistant.knowledge.store import VERIFIED, KnowledgeStore
from i18n.dates import today
from lms.accounts.models import Person
from lms.asking import queries as asked_before
from lms.asking import service as asking
from lms.asking import trying
from lms.asking.models import Asked
from lms.core import current, pool
from lms.core.counting import busy_at
from lms.core.database import done_reading, reading, writing
from lms.core.forms import BUTTON, Filled
from lms.core.language import chosen_register
from lms.core.language import gettext as _
from lms.core.pages import errors as error_pages
from lms.core.pages.errors import Refusal
from lms.core.permissions import access
from lms.core.submission import takes
from lms.desk import forms, queries, service
from lms.desk.fields import draft_of
from lms.desk.models import Ticket
from lms.units import service as units

blueprint = Blueprint("desk", __name__, url_prefix="/quay")

DESK = queries.PERMISSION


def my_units() -> frozenset[int]:
    """The units of this officer."""
    return queries.units_of(current_user)


def store() -> KnowledgeStore:
    """Where checked answers are kept."""
    return current.assistant().store


def me(db: Session) -> Person:
    """This officer, in the session that writes."""
    return db.get_one(Person, current_user.id)


def page(template: str, **values: object) -> str:
    """A page of the desk: its own content, and the queue beside it."""
    db = reading()
    wanted = request.args.get("loc", service.WAITING)
    chosen = wanted if wanted in queries.STATUSES else service.WAITING
    counts = queries.counts(db, my_units())
    pages = max(1, -(-counts[chosen] // queries.PAGE))
    # The queue grows shorter while somebody reads it: past its end stands its last page.
    number = min(max(1, request.args.get("trang", 1, type=int)), pages)
    return render_template(
        template,
        chosen=chosen,
        statuses=queries.STATUSES,
        counts=counts,
        queue=queries.tickets(db, my_units(), chosen, number),
        page=number,
        pages=pages,
        limit=asking.QUESTION_LIMIT,
        **{"ask_form": forms.QUESTION.blank(), **values},
    )


def _home(filled: Filled) -> str:
    """The desk with its box; where a question was refused, the same citizen goes on."""
    before = queries.citizens_last(reading(), filled.raw("truoc"), my_units())
    filled.instead(truoc=before.token if before is not None else "")
    return page("desk/home.html", ask_form=filled, before=before)


@blueprint.get("")
@access(DESK)
def home() -> ResponseReturnValue:
    """The queue, and the box for asking on behalf of a citizen."""
    return _home(forms.QUESTION.blank(question=request.args.get("cau", "")))


@blueprint.post("/hoi")
@access(DESK)
@takes(forms.QUESTION, page=_home)
def ask(filled: Filled) -> ResponseReturnValue:
    """Ask for the citizen who stands here; what the same citizen asked before helps to understand it."""
    question = filled["question"]
    unit_id = current_user.unit_id or units.current_unit_id(reading())
    before = queries.citizens_last(reading(), filled.raw("truoc"), my_units())
    talk = [*asked_before.earlier_at_desk(reading(), before), before] if before is not None else []
    history, turn = asking.followed(talk[-asked_before.KEPT_TURNS :]), asking.next_turn_at_desk(before)
    numbers = asking.emergency_numbers(units.contacts_of(reading(), unit_id))
    by = pool.asker()
    done_reading()
    with busy_at("question"), pool.pool().place(by):
        register, unit = chosen_register(), asking.unit_name(unit_id)
        answer = current.assistant().ask(
            question, register=register, unit=unit, history=history, numbers=numbers
        )
    # Nobody's name stands by it: the citizen has none here, and the officer asks for another.
    asked = asking.keep(writing(), answer, person_id=None, unit_id=unit_id, at_desk=True, turn=turn)
    return redirect(url_for("desk.asked", token=asked.token), HTTPStatus.SEE_OTHER)


def asked_here(db: Session, token: str) -> Asked:
    """A question asked at this desk, or 404."""
    return queries.asked_at_desk(db, token, my_units()) or abort(404)


@blueprint.get("/hoi/<token>")
@access(DESK)
def asked(token: str) -> ResponseReturnValue:
    """The answer for the citizen: with its sources beside, to print, to scan, to check."""
    found = asked_here(reading(), token)
    address = current.outside_url(url_for("asking.answer", token=token))
    before = queries.citizens_last(reading(), token, my_units())
    return page(
        "desk/asked.html",
        ask_form=forms.QUESTION.blank(truoc=before.token if before is not None else ""),
        before=before,
        earlier=asked_before.earlier_at_desk(reading(), found),
        asked=found,
        answer=found.answer,
        ticket=queries.ticket_of(reading(), found),
        # Made by ourselves from our own address.
        qr=Markup(asking.qr_svg(address)),  # noqa: S704
    )


@blueprint.post("/hoi/<token>/cho")
@access(DESK)
@takes(BUTTON)
def queue(filled: Filled, token: str) -> ResponseReturnValue:
    """Put a citizen's question into the queue."""
    db = writing()
    service.open_ticket(db, asked_here(db, token), asking.DESK, me(db))
    flash(_("Câu hỏi đã vào hàng chờ."), "good")
    return redirect(url_for("desk.asked", token=token), HTTPStatus.SEE_OTHER)


@blueprint.post("/hoi/<token>/kiem-tra")
@access(DESK)
@takes(BUTTON)
def check(filled: Filled, token: str) -> ResponseReturnValue:
    """Turn the assistant's answer into one that a person checked: open it for editing."""
    db = writing()
    ticket = service.open_ticket(db, asked_here(db, token), asking.DESK, me(db))
    return to_ticket(ticket)


def to_ticket(ticket: Ticket) -> Response:
    """Go and look at a ticket."""
    return redirect(url_for("desk.ticket", ticket_id=ticket.id), HTTPStatus.SEE_OTHER)


def _ticket(filled: Filled, ticket_id: int) -> str:
    """A ticket with the form; how plain the draft is, where somebody looked or something is wrong with it."""
    ticket = queries.ticket(reading(), ticket_id, my_units()) or abort(404)
    draft, seen = service.starting_draft(ticket), service.state_of(ticket)
    filled = filled.of(forms.ANSWER).start(
        text=draft.text,
        source_title=draft.source_title,
        source_url=draft.source_url,
        checked_on=draft.checked_on or today(),
    )
    look = filled.found.get("look") or any(filled.errors)
    return page(
        "desk/ticket.html",
        ticket=ticket,
        # As it is now: whoever has been told may save once more.
        filled=filled.instead(seen=seen),
        close_form=forms.CLOSE.blank(seen=seen),
        seen=seen,
        answer=ticket.asked.answer if ticket.asked is not None else None,
        asked=ticket.asked,
        reasons=service.CLOSE_REASONS,
        history=queries.history(reading(), ticket.id),
        measures=service.measured(filled.value_of("text")) if look or ticket.verified_id else None,
        tried=trying.checked_tried(ticket.question, ticket.answer, asking.unit_name(ticket.unit_id))
        if ticket.verified_id and not filled.is_sent
        else None,
        may_review=ticket.status == service.ANSWERED and ticket.answered_by != current_user.id,
    )


@blueprint.get("/cau/<int:ticket_id>")
@access(DESK)
def ticket(ticket_id: int) -> ResponseReturnValue:
    """One question: what the assistant had said, and the form for a person's answer."""
    return _ticket(forms.ANSWER.blank(), ticket_id)


@blueprint.post("/cau/<int:ticket_id>")
@access(DESK)
@takes(forms.ANSWER, page=_ticket)
def answer(filled: Filled, ticket_id: int) -> ResponseReturnValue:
    """Save an answer, or only look how plain it is (`xem`)."""
    if filled.is_ticked("xem"):
        return _look_at(filled, ticket_id)
    db = writing()
    # The answers before the ticket: in this order everybody holds them.
    store().hold(VERIFIED, db)
    found = queries.ticket(db, ticket_id, my_units(), lock=True)
    draft = draft_of(filled)
    if found is None:
        if not draft.text.strip():
            abort(404)
        return error_pages.show(HTTPStatus.NOT_FOUND, _(service.WIPED_ADVICE), title=_(service.WIPED_TITLE))
    service.must_be_unchanged(found, filled.raw("seen"))
    service.answer(db, store(), found, draft, me(db), current.library())
    flash(_("Đã lưu. Người hỏi sau sẽ nhận câu trả lời này."), "good")
    return to_ticket(found)


def _look_at(filled: Filled, ticket_id: int) -> str:
    """The draft with what is wrong in it and how plain it is; nothing is saved."""
    filled.found["look"] = True
    try:
        draft = service.checked(draft_of(filled), current.library(), store())
        filled.instead(text=draft.text, source_title=draft.source_title, source_url=draft.source_url)
    except Refusal as refusal:
        filled.refuse(refusal)
    return _ticket(filled, ticket_id)


def _back(ticket_id: int) -> str:
    return url_for("desk.ticket", ticket_id=ticket_id)


def change(filled: Filled, ticket_id: int, deed: Callable[[Session, Ticket], object], done: str) -> Response:
    """Do one thing with a ticket; then look at it. Raises DeskError."""
    db = writing()
    # The answers before the ticket: in this order everybody holds them.
    store().hold(VERIFIED, db)
    found = queries.ticket(db, ticket_id, my_units(), lock=True) or abort(404)
    service.must_be_unchanged(found, filled.raw("seen"))
    deed(db, found)
    flash(done, "good")
    return to_ticket(found)


@blueprint.post("/cau/<int:ticket_id>/xem-lai")
@access(DESK)
@takes(forms.DEED, back=_back)
def review(filled: Filled, ticket_id: int) -> ResponseReturnValue:
    """Agree with somebody else's answer."""
    return change(
        filled,
        ticket_id,
        lambda db, found: service.review(db, store(), found, me(db)),
        _("Đã ghi: người thứ hai đã xem lại."),
    )


@blueprint.post("/cau/<int:ticket_id>/thoi-dung")
@access(DESK)
@takes(forms.DEED, back=_back)
def retire(filled: Filled, ticket_id: int) -> ResponseReturnValue:
    """Stop using an answer."""
    return change(
        filled,
        ticket_id,
        lambda db, found: service.retire(db, store(), found, me(db)),
        _("Trợ lý không dùng câu trả lời này nữa."),
    )


@blueprint.post("/cau/<int:ticket_id>/dong")
@access(DESK)
@takes(forms.CLOSE, back=_back)
def close(filled: Filled, ticket_id: int) -> ResponseReturnValue:
    """Close a question without an answer."""
    return change(
        filled,
        ticket_id,
        lambda db, found: service.close(db, found, filled.raw("reason"), me(db)),
        _("Đã đóng câu hỏi."),
    )
