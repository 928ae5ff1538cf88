"""Pages of the shelf: lists, what should be looked at again, documents, facts, and unanswered questions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from http import HTTPStatus

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask_login import current_user
from sqlalchemy.orm import Session

from assistant.documents import document as documents
from assistant.documents import upload as documentfile
from assistant.documents.document import Document
from assistant.knowledge.entry import DOCUMENT, FACT, PROCEDURE, Entry
from assistant.knowledge.facts import CONTACT, TOPICS, Fact
from assistant.knowledge.store import VERIFIED, KnowledgeStore
from assistant.knowledge.verified import Verified
from lms.accounts.models import Person
from lms.asking.service import unit_name
from lms.core import current
from lms.core import errors as error_pages
from lms.core.addresses import read_id
from lms.core.database import done_reading, reading, writing
from lms.core.errors import Refusal
from lms.core.language import gettext as _
from lms.core.once import said_once
from lms.core.permissions import access, allowed
from lms.desk import queries as desk_queries
from lms.desk import service as desk
from lms.knowledge import forms, personal, queries, service
from lms.units import service as units

blueprint = Blueprint("knowledge", __name__, url_prefix="/kho")

EDIT = queries.PERMISSION
ROOM_FOR_FORM = 5 * 1024 * 1024
"""A file somewhat over the limit is still received, so that its form comes back with what was typed."""
TAKES_FILES = {"knowledge.upload", "knowledge.change"}
NO_FIELD = ""
"""Where a refusal stands that belongs to no field of a form."""
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


def words_of(refused: service.FormRefused) -> dict[str, str]:
    """What stands beside each field."""
    return {field: refusal.say() for field, refusal in refused.errors.items()}


def page_number() -> int:
    """The page asked for, at least 1."""
    return max(1, request.args.get("trang", 1, type=int))


@blueprint.get("")
@access(EDIT)
def home():
    """What the assistant knows besides the lessons, one kind at a time."""
    unit = unit_name(my_unit())
    chosen = request.args.get("loai", "tai-lieu")
    kind = ADDRESS_OF_KIND.get(chosen) or abort(404)
    search, flag = request.args.get("tim", "")[:80], request.args.get("dau", "")
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
        stale=len(queries.stale(store(), unit, service.today())),
        today=service.today(),
    )


@blueprint.get("/can-xem-lai")
@access(EDIT)
def stale():
    """What should be looked at again, and what to do with each."""
    found = queries.stale(store(), unit_name(my_unit()), service.today())
    return render_template(
        "knowledge/stale.html",
        tab="mine",
        listed=queries.paged(found, page_number()),
        today=service.today(),
        may_change=may_change,
    )


def document_form(
    typed: forms.DocumentForm,
    errors: dict[str, str],
    entry: Entry | None = None,
    status: HTTPStatus = HTTPStatus.OK,
):
    """The form of a document; `entry`: the one that is changed."""
    return render_template(
        "knowledge/document_form.html",
        tab="mine",
        typed=typed,
        errors=errors,
        entry=entry,
        today=service.today().isoformat(),
    ), status


@blueprint.get("/tai-lieu/moi")
@access(EDIT)
def new_document():
    """The form for a new document."""
    return document_form(forms.DocumentForm(), {})


@blueprint.post("/tai-lieu/moi")
@access(EDIT)
@said_once
def upload():
    """Read a file; what was read is shown before it is used."""
    typed = forms.DocumentForm.read(request.form)
    try:
        details, text = checked_upload(typed)
        found = personal.find(text.sections)
    except service.FormRefused as refused:
        return document_form(typed, words_of(refused), status=HTTPStatus.UNPROCESSABLE_ENTITY)
    db = writing()
    made = service.keep_draft(db, store(), details, text, found, my_unit(), me(db))
    return to_entry(made)


def checked_upload(
    typed: forms.DocumentForm,
) -> tuple[service.Details, documentfile.DocumentText]:
    """The fields and the file of the form, all their mistakes at once. Raises FormRefused."""
    errors: dict[str, Refusal] = {}
    details = text = None
    try:
        details = service.checked_details(asdict(typed))
    except service.FormRefused as refused:
        errors |= refused.errors
    # A file may be read for a while: nobody else waits for this request's connection.
    done_reading()
    try:
        text = service.read_file(uploaded())
    except service.FormRefused as refused:
        errors |= refused.errors
    if details is None or text is None:
        raise service.FormRefused(errors)
    return details, text


def uploaded() -> bytes:
    """The file of the form, or nothing."""
    file = request.files.get("file")
    return file.read(documentfile.LIMIT + 1) if file and file.filename else b""


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


@blueprint.get("/muc/<int:entry_id>")
@access(EDIT)
def entry(entry_id: int):
    """One entry: what it says, what may be done with it, and what stood there before."""
    found = the_entry(entry_id)
    past = queries.history(store(), found)
    is_draft = found.kind == DOCUMENT and documents.is_draft(found)
    document = Document.from_entry(found) if found.kind == DOCUMENT else None
    return render_template(
        "knowledge/entry.html",
        tab="mine",
        entry=found,
        document=document,
        fact=Fact.from_entry(found) if found.kind == FACT else None,
        is_draft=is_draft,
        validity=documents.validity(found, service.today()),
        replaces=service.replaced_by(store(), found) if is_draft else None,
        past=past,
        newest=next((one for one in past if one.retired_at is None and one.id != found.id), None),
        names=queries.who_did(reading(), past),
        may_change=may_change(found.unit),
        today=service.today(),
    )


@blueprint.get("/muc/<int:entry_id>/sua")
@access(EDIT)
def edit(entry_id: int):
    """The form of a document or fact that is there."""
    found = editable(entry_id)
    if found.kind == FACT:
        return fact_form(forms.FactForm.of(Fact.from_entry(found)), {}, found)
    return document_form(forms.DocumentForm.of(Document.from_entry(found)), {}, found)


def editable(entry_id: int) -> Entry:
    """A document, or a fact that was typed as one; or 404."""
    found = my_entry(entry_id)
    is_contact = found.kind == FACT and Fact.from_entry(found).origin == CONTACT
    return abort(404) if found.kind == PROCEDURE or is_contact else found


@blueprint.post("/muc/<int:entry_id>/sua")
@access(EDIT)
@said_once
def change(entry_id: int):
    """Save what was corrected; a new file is looked through first, as if it were new."""
    found = editable(entry_id)
    if found.retired_at is not None:
        return overtaken(found)
    return change_fact(found) if found.kind == FACT else change_document(found)


def overtaken(found: Entry):
    """The form again with all that was typed: somebody else changed the entry or took it down meanwhile.

    Where a newer one is in use, saving once more replaces that one: who typed has been told.
    """
    newest = queries.newest(store(), found)
    told = {NO_FIELD: service.overtaken(newest is not None).say()}
    if found.kind == FACT:
        return fact_form(forms.FactForm.read(request.form), told, newest or found, HTTPStatus.CONFLICT)
    typed = forms.DocumentForm.read(request.form)
    return document_form(typed, told, newest or found, HTTPStatus.CONFLICT)


def change_fact(found: Entry):
    """Save a fact's new words."""
    typed = forms.FactForm.read(request.form)
    try:
        fact = service.checked_fact(asdict(typed), my_unit(), found.key)
    except service.FormRefused as refused:
        return fact_form(typed, words_of(refused), found, HTTPStatus.UNPROCESSABLE_ENTITY)
    db = writing()
    store().hold(found.kind, db)
    found = the_entry(found.id)
    if found.retired_at is not None:
        return overtaken(found)
    try:
        service.must_say_it_alone(store(), fact)
    except service.FormRefused as refused:
        return fact_form(typed, words_of(refused), found, HTTPStatus.CONFLICT)
    made = service.keep_fact(db, store(), fact, my_unit(), me(db))
    flash(_("Đã lưu."), "good")
    return to_entry(made)


def change_document(found: Entry):
    """Save a document's new details, or read its new file."""
    typed = forms.DocumentForm.read(request.form)
    file = request.files.get("file")
    try:
        if file and file.filename:
            details, text = checked_upload(typed)
            numbers = personal.find(text.sections)
        else:
            details, text = service.checked_details(asdict(typed)), None
    except service.FormRefused as refused:
        return document_form(typed, words_of(refused), found, HTTPStatus.UNPROCESSABLE_ENTITY)
    db = writing()
    store().hold(found.kind, db)
    found = the_entry(found.id)
    if found.retired_at is not None:
        return overtaken(found)
    if text is not None:
        is_draft = documents.is_draft(found)
        becomes = Document.from_entry(found).becomes if is_draft else found.key
        return to_entry(service.keep_draft(db, store(), details, text, numbers, my_unit(), me(db), becomes))
    try:
        made = service.change_details(db, store(), found, details, my_unit(), me(db))
    except service.FormRefused as refused:
        return document_form(typed, words_of(refused), found, HTTPStatus.CONFLICT)
    flash(_("Đã lưu."), "good")
    return to_entry(made)


def do(entry_id: int, deed: Callable[[Session, Entry], int | None], done: str):
    """Do one thing with an entry, or say why not; then look at it, or at the list one came from."""
    db = writing()
    before = my_entry(entry_id)
    if before.kind == FACT and Fact.from_entry(before).origin == CONTACT:
        # The unit before its facts, as where its list of numbers is changed.
        units.hold(db, units.unit_of(db, my_unit()))
    store().hold(before.kind, db)
    found = my_entry(entry_id)
    try:
        shown = deed(db, found) or found.id
        flash(done, "good")
    except service.KnowledgeError as refusal:
        flash(refusal.say(), "warning")
        shown = found.id
    return redirect(came_from(url_for("knowledge.entry", entry_id=shown)), HTTPStatus.SEE_OTHER)


def came_from(otherwise: str) -> str:
    """The list of what should be looked at again, for a button that stood there."""
    return url_for("knowledge.stale") if request.form.get("ve") == "can-xem-lai" else otherwise


@blueprint.post("/muc/<int:entry_id>/dung")
@access(EDIT)
def use(entry_id: int):
    """Put a document that was looked through to use."""
    return do(
        entry_id,
        lambda db, found: service.use_draft(
            db, store(), found, my_unit(), me(db), request.args.get("thay", type=int)
        ),
        _("Đã dùng. Trợ lý trả lời theo tài liệu này từ bây giờ."),
    )


@blueprint.post("/muc/<int:entry_id>/van-dung")
@access(EDIT)
def confirm(entry_id: int):
    """Somebody made sure that it is still right."""
    return do(
        entry_id,
        lambda db, found: service.confirm(db, store(), found, my_unit(), me(db)),
        _("Đã ghi: hôm nay bạn xem lại, vẫn đúng."),
    )


@blueprint.post("/muc/<int:entry_id>/thoi-dung")
@access(EDIT)
def retire(entry_id: int):
    """Stop using an entry."""
    return do(
        entry_id,
        lambda db, found: service.retire(db, store(), found, my_unit(), me(db)),
        _("Trợ lý không dùng mục này nữa."),
    )


def fact_form(
    typed: forms.FactForm,
    errors: dict[str, str],
    entry: Entry | None = None,
    status: HTTPStatus = HTTPStatus.OK,
):
    """The form of a local fact; `entry`: the one that is changed."""
    return render_template(
        "knowledge/fact_form.html",
        tab="mine",
        typed=typed,
        errors=errors,
        entry=entry,
        topics=TOPICS,
        today=service.today().isoformat(),
    ), status


@blueprint.get("/dia-phuong/moi")
@access(EDIT)
def new_fact():
    """The form for a new local fact."""
    unit = units.unit_of(reading(), my_unit())
    return fact_form(forms.FactForm(place=unit.desk_name or unit.name), {})


@blueprint.post("/dia-phuong/moi")
@access(EDIT)
@said_once
def add_fact():
    """Keep a local fact."""
    typed = forms.FactForm.read(request.form)
    try:
        fact = service.checked_fact(asdict(typed), my_unit())
    except service.FormRefused as refused:
        return fact_form(typed, words_of(refused), status=HTTPStatus.UNPROCESSABLE_ENTITY)
    db = writing()
    # Held: of two who add the same at one moment the second is told.
    store().hold(FACT, db)
    try:
        made = service.add_fact(db, store(), fact, my_unit(), me(db))
    except service.FormRefused as refused:
        return fact_form(typed, words_of(refused), status=HTTPStatus.CONFLICT)
    flash(_("Đã lưu. Trợ lý biết điều này từ bây giờ."), "good")
    return to_entry(made)


def my_answer(verified_id: int) -> Verified:
    """A checked answer of my unit or of everybody, or 404."""
    return queries.verified(store(), verified_id, unit_name(my_unit())) or abort(404)


@blueprint.get("/cau-tra-loi/<int:verified_id>")
@access(EDIT)
def verified(verified_id: int):
    """One checked answer, with all the wordings it is found by."""
    found = my_answer(verified_id)
    tickets = desk.tickets_with(reading(), verified_id)
    return render_template(
        "knowledge/verified.html",
        tab="mine",
        answer=found,
        ticket=tickets[0] if tickets else None,
        may_change=may_change(found.unit),
        today=service.today(),
    )


def answer_form(
    found: Verified, draft: desk.Draft, errors: dict[str, str], status: HTTPStatus = HTTPStatus.OK
):
    """The form of a checked answer."""
    return render_template(
        "knowledge/answer_form.html",
        tab="mine",
        answer=found,
        draft=draft,
        errors=errors,
        today=service.today(),
    ), status


def editable_answer(verified_id: int) -> Verified:
    """A checked answer that I may change, or 404."""
    found = my_answer(verified_id)
    return found if may_change(found.unit) else abort(404)


@blueprint.get("/cau-tra-loi/<int:verified_id>/sua")
@access(EDIT)
def edit_answer(verified_id: int):
    """The form of a checked answer."""
    found = editable_answer(verified_id)
    draft = desk.Draft(found.answer_text, found.source_title, found.source_url)
    return answer_form(found, draft, {})


@blueprint.post("/cau-tra-loi/<int:verified_id>/sua")
@access(EDIT)
@said_once
def correct_answer(verified_id: int):
    """Save a better wording of a checked answer."""
    found, draft = editable_answer(verified_id), forms.read_answer(request.form)
    db = writing()
    try:
        shown = desk.correct(db, store(), verified_id, draft, me(db), current.library())
        flash(_("Đã lưu. Người hỏi sau sẽ nhận câu trả lời này."), "good")
    except desk.DraftRefused as refused:
        errors = {field: refusal.say() for field, refusal in refused.errors.items()}
        return answer_form(found, refused.draft, errors, HTTPStatus.UNPROCESSABLE_ENTITY)
    except desk.DeskError:
        newest = queries.newest_verified(store(), found)
        told = {NO_FIELD: service.overtaken(newest is not None).say()}
        return answer_form(newest or found, draft, told, HTTPStatus.CONFLICT)
    return redirect(url_for("knowledge.verified", verified_id=shown), HTTPStatus.SEE_OTHER)


def do_with_answer(verified_id: int, deed: Callable[[Session], int | None], done: str):
    """Do one thing with a checked answer, or say why not; then look at it."""
    editable_answer(verified_id)
    try:
        shown = deed(writing()) or verified_id
        flash(done, "good")
    except desk.DeskError as refusal:
        flash(refusal.say(), "warning")
        shown = verified_id
    return redirect(came_from(url_for("knowledge.verified", verified_id=shown)), HTTPStatus.SEE_OTHER)


@blueprint.post("/cau-tra-loi/<int:verified_id>/van-dung")
@access(EDIT)
def confirm_answer(verified_id: int):
    """Somebody compared a checked answer with its source again."""
    return do_with_answer(
        verified_id,
        lambda db: desk.confirm(db, store(), verified_id, me(db)),
        _("Đã ghi: hôm nay bạn xem lại, vẫn đúng."),
    )


@blueprint.post("/cau-tra-loi/<int:verified_id>/thoi-dung")
@access(EDIT)
def retire_answer(verified_id: int):
    """Stop using a checked answer."""
    return do_with_answer(
        verified_id,
        lambda db: desk.retire_verified(db, store(), verified_id, me(db)),
        _("Trợ lý không dùng câu trả lời này nữa."),
    )


@blueprint.get("/chua-tra-loi")
@access(EDIT)
def unanswered():
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


def group_page(
    group: queries.Group,
    draft: desk.Draft,
    errors: dict[str, str],
    ticked: set[int],
    status: HTTPStatus = HTTPStatus.OK,
):
    """A group with the form; `ticked`: the questions that get the answer."""
    return render_template(
        "knowledge/group.html",
        tab="mine",
        group=group,
        lead=group.tickets[0],
        ticked=ticked,
        draft=draft,
        errors=errors,
        measures=desk.measured(draft.text),
        today=service.today(),
    ), status


@blueprint.get("/chua-tra-loi/<int:ticket_id>")
@access(EDIT)
def group(ticket_id: int):
    """The group of one waiting question, and the form for one answer to all of it."""
    found = queries.group_of(reading(), desk_units(), ticket_id)
    if found is None:
        flash(_("Câu này đã có người trả lời, hoặc đã đóng."), "warning")
        return redirect(url_for("knowledge.unanswered"), HTTPStatus.SEE_OTHER)
    return group_page(found, desk.Draft(), {}, {one.id for one in found.tickets})


@blueprint.post("/chua-tra-loi/<int:ticket_id>")
@access(EDIT)
@said_once
def answer_group(ticket_id: int):
    """Answer all ticked questions of a group at once."""
    draft = forms.read_answer(request.form)
    wanted = {number for one in request.form.getlist("cau") if (number := read_id(one)) is not None}
    shown = queries.group_of(reading(), desk_units(), ticket_id)
    if shown is not None and not wanted:
        errors = {"cau": _("Bạn chọn ít nhất một câu hỏi.")}
        return group_page(shown, draft, errors, wanted, HTTPStatus.UNPROCESSABLE_ENTITY)
    db = writing()
    store().hold(VERIFIED, db)
    tickets = desk_queries.waiting_of(db, wanted, desk_units())
    tickets = [one for one in tickets if one.unit_id == tickets[0].unit_id]
    try:
        count = desk.answer_group(db, store(), tickets, draft, me(db), current.library()) if tickets else 0
    except desk.DraftRefused as refused:
        if shown is None:
            abort(404)
        errors = {field: refusal.say() for field, refusal in refused.errors.items()}
        return group_page(shown, refused.draft, errors, wanted, HTTPStatus.UNPROCESSABLE_ENTITY)
    if count:
        flash(_("Đã lưu. Một câu trả lời cho %(count)s câu hỏi.", count=count), "good")
    else:
        told = _("Câu này đã có người trả lời, hoặc đã đóng.")
        past = desk_queries.ticket(reading(), ticket_id, desk_units())
        if past is not None and draft.text.strip():
            # What was typed is not thrown away: it is shown beside the way to what stands there now.
            return group_page(queries.Group((past,)), draft, {NO_FIELD: told}, wanted, HTTPStatus.CONFLICT)
        if past is None and draft.text.strip():
            # Its asker erased it: the text is given back by the error page.
            return error_pages.show(HTTPStatus.NOT_FOUND, _(desk.WIPED_ADVICE), title=_(desk.WIPED_TITLE))
        flash(told, "warning")
    return redirect(url_for("knowledge.unanswered"), HTTPStatus.SEE_OTHER)
