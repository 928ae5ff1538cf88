"""The teacher's pages, and the learner's way into a class."""

from __future__ import annotations

from http import HTTPStatus

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_login import current_user
from markupsafe import Markup

from i18n.dates import read_date
from lms.accounts import corrections, tries, visitor
from lms.accounts import service as accounts
from lms.accounts.models import Person
from lms.asking import service as asking
from lms.classes import join_codes, queries, roster, service
from lms.classes.models import Class
from lms.core import current, throttle
from lms.core import errors as error_pages
from lms.core.database import ReadingSession, done_reading, reading, writing
from lms.core.language import gettext as _
from lms.core.language import lazy, ngettext
from lms.core.once import said_once, token_of_form
from lms.core.permissions import EVERYONE, SIGNED_IN, access, allowed
from lms.core.throttle import key_for
from lms.units import service as units

blueprint = Blueprint("classes", __name__)

PAGES = {"document", "empty", "iframe", "frame"}
"""What a browser wants when it opens an address for somebody to look at, or a program asks."""
SHEET_COLUMNS = 5


def qr(text: str) -> Markup:
    """A QR code that fills its box on screen and paper."""
    return Markup(asking.qr_svg(text))  # noqa: S704 - made by segno from an address of ours


def my_class(db, class_id: int) -> Class:
    """The class of an address, if the visitor may manage it: its teacher, or the unit's administrator.

    Of two who change one class the second waits: it sees who was added and what was assigned by the first.
    """
    found = db.get(Class, class_id, with_for_update=None if isinstance(db, ReadingSession) else True)
    if found is None:
        abort(404)
    of_unit = allowed(current_user.roles, "people.manage") and found.unit_id == current_user.unit_id
    if found.teacher_id != current_user.id and not of_unit:
        abort(404)
    return found


def unit_of_teacher(db) -> int:
    """The unit a new class belongs to."""
    if current_user.unit_id:
        return current_user.unit_id
    unit = units.main_unit(db) or abort(400)
    return unit.id


def targets() -> list[tuple[str, str]]:
    """What can be assigned, for a list to choose from."""
    library = current.library()
    found = [(f"course:{one.id}", _("Khóa: %(title)s", title=one.title)) for one in library.courses]
    found += [(f"path:{one.id}", _("Lộ trình: %(name)s", name=one.name)) for one in library.audiences]
    return [(value, f"{words} ({queries.lessons_in(library, value)})") for value, words in found]


@blueprint.route("/lop", methods=["GET", "POST"])
@access("classes.manage")
@said_once
def home():
    """My classes; make a new one."""
    errors, typed = {}, request.form
    if request.method == "POST":
        db = writing()
        try:
            with db.begin_nested():
                made = service.create_class(
                    db,
                    db.get(Person, current_user.id),
                    unit_of_teacher(db),
                    typed.get("name", ""),
                    typed.get("place", ""),
                )
            return redirect(url_for(".one", class_id=made.id), HTTPStatus.SEE_OTHER)
        except service.ClassError as error:
            errors[error.field] = error.say()
    db = reading()
    everybody = allowed(current_user.roles, "people.manage")
    teacher_id = None if everybody else current_user.id
    search, closed = request.args.get("tim", "")[:80].strip(), bool(request.args.get("dong"))
    number = request.args.get("trang", 1, type=int)
    page = render_template(
        "classes/home.html",
        tab="mine",
        found=queries.classes_of(db, teacher_id, current_user.unit_id, closed, search, number),
        search=search,
        closed=closed,
        page_size=queries.PAGE,
        errors=errors,
        typed=typed,
    )
    return page, HTTPStatus.UNPROCESSABLE_ENTITY if errors else HTTPStatus.OK


@blueprint.get("/lop/<int:class_id>")
@access("classes.manage")
def one(class_id: int):
    """One class: who has not started, who is on the way, who has finished."""
    return _one(class_id, {}, {})


def _one(class_id: int, errors, typed, status=HTTPStatus.OK):
    db = reading()
    class_ = my_class(db, class_id)
    learners = queries.overview(db, current.library(), class_)
    groups = {
        state: [learner for learner in learners if learner.standing.state == state]
        for state in ("not_started", "on_the_way", "finished")
    }
    library = current.library()
    page = render_template(
        "classes/one.html",
        tab="mine",
        class_=class_,
        learners=learners,
        groups=groups,
        assignments=[
            (one, queries.target_title(library, one.kind, one.target_id)) for one in class_.assignments
        ],
        targets=targets(),
        former=queries.former_learners(db, class_),
        today=units.local_today(),
        errors=errors,
        typed=typed,
    )
    return page, status


@blueprint.get("/lop/<int:class_id>/danh-sach.csv")
@access("classes.manage")
def export(class_id: int):
    """The class as CSV, fit for importing again, with progress in the last columns."""
    db = reading()
    class_ = my_class(db, class_id)
    words = {"not_started": _("chưa bắt đầu"), "on_the_way": _("đang học"), "finished": _("đã xong")}
    rows = [[_("Tên"), _("Tên đăng nhập"), _("Dưới 16 tuổi"), _("Người giám hộ"), _("Quan hệ"),
             _("Tình trạng"), _("Bài đã xong"), _("Tổng số bài")]]  # fmt: skip
    learners = queries.overview(db, current.library(), class_)
    guardians = queries.guardians(db, [learner.id for learner in learners if learner.is_child])
    for learner in learners:
        standing = learner.standing
        # Who made their own account gave number and guardian to the unit, not to each teacher.
        mine = learner.added_by_teacher
        guardian, relation = guardians.get(learner.id, ("", "")) if mine else ("", "")
        login = (learner.login or "") if mine else ""
        rows.append([learner.name, login, "x" if learner.is_child else "", guardian, relation,
                     words[standing.state], str(standing.finished), str(standing.total)])  # fmt: skip
    return Response(
        roster.write_csv(rows),
        mimetype="text/csv",
        headers={"Content-Disposition": f"attachment; filename=lop-{class_id}.csv"},
    )


@blueprint.route("/lop/<int:class_id>/them", methods=["GET", "POST"])
@access("classes.manage")
def add(class_id: int):
    """Add learners: one by one or a list, pasted or uploaded; looked over first, then saved whole."""
    class_ = my_class(reading(), class_id)
    errors: dict[str, str] = {}
    rows, text = [], request.form.get("list", "")
    status = HTTPStatus.OK
    if request.method == "POST":
        try:
            if _one_without_a_name():
                raise service.ClassError(lazy("Bạn gõ tên học viên."), "name")
            cells = typed_cells()
            text = sheet_text(cells)
            rows = service.check_list(reading(), class_, cells)
            if request.form.get("save"):
                return _save_list(class_id, cells)
        except roster.RosterError as error:
            errors["list"] = error.say()
        except service.ClassError as error:
            errors[error.field] = error.say()
        if errors or any(row.problem for row in rows):
            status = HTTPStatus.UNPROCESSABLE_ENTITY
    page = render_template(
        "classes/add.html",
        tab="mine",
        class_=class_,
        rows=rows,
        new=[row for row in rows if not row.known and not row.problem],
        wrong=[row for row in rows if row.problem],
        text=text,
        errors=errors,
        typed=request.form,
    )
    return page, status


def _one_without_a_name() -> bool:
    """Whether the form for one learner came, and its name is empty."""
    return not request.form.get("name", "x").strip() and "list" not in request.form


def typed_cells() -> list[list[str]]:
    """The list from the file, else from the single fields, else from the pasted text."""
    upload = request.files.get("file")
    if upload and upload.filename:
        # A file may be read for a while: nobody else waits for this request's connection.
        done_reading()
        return roster.read_file(upload.filename, upload.read(roster.FILE_LIMIT + 1))
    form = request.form
    if form.get("name", "").strip():
        child = "x" if form.get("child") else ""
        return [
            [form["name"], form.get("login", ""), child, form.get("guardian", ""), form.get("relation", "")]
        ]
    return roster.read_text(form.get("list", ""))


def sheet_text(cells: list[list[str]]) -> str:
    """Cells as text that can be mended in a box and sent again."""
    rows = []
    for row in cells:
        row = row[:SHEET_COLUMNS]
        while row and not row[-1]:
            row = row[:-1]
        rows.append(row)
    return roster.write_text(rows)


@said_once
def _save_list(class_id: int, cells: list[list[str]]):
    db = writing()
    with db.begin_nested():
        added = service.add_learners(
            db,
            my_class(db, class_id),
            cells,
            consent=bool(request.form.get("consent")),
            by=db.get(Person, current_user.id),
        )
    flash(ngettext("Đã thêm %(num)s người.", "Đã thêm %(num)s người.", len(added)), "good")
    return redirect(url_for(".one", class_id=class_id), HTTPStatus.SEE_OTHER)


@blueprint.get("/lop/<int:class_id>/ma-lop")
@access("classes.manage")
def join_sheet(class_id: int):
    """The join code and its QR, to show on a wall or print."""
    class_ = my_class(reading(), class_id)
    address = current.outside_url(url_for(".join", code=class_.join_code))
    return render_template(
        "classes/join_sheet.html", tab="mine", class_=class_, address=address, qr=qr(address)
    )


@blueprint.post("/lop/<int:class_id>/ma-moi")
@access("classes.manage")
def change_code(class_id: int):
    """Give the class a new join code."""
    db = writing()
    service.change_code(db, my_class(db, class_id), current_user.id)
    flash(_("Lớp có mã mới. Mã cũ hết dùng."), "good")
    return redirect(url_for(".join_sheet", class_id=class_id), HTTPStatus.SEE_OTHER)


@blueprint.post("/lop/<int:class_id>/the")
@access("classes.manage")
def cards(class_id: int):
    """Make and show sign-in cards to print: of one learner, of those without one, or of all."""
    db = writing()
    class_ = my_class(db, class_id)
    only = request.form.getlist("person") or None
    form = token_of_form()
    try:
        made = service.print_cards(
            db,
            class_,
            db.get(Person, current_user.id),
            only,
            missing=bool(request.form.get("missing")),
            seed=key_for(current_app.secret_key, "cards", f"{current_user.id}:{form}") if form else "",
        )
    except accounts.AccountError as error:
        # One of them got a role this moment: nothing was made, and the next try leaves them out.
        flash(error.say(), "warning")
        return redirect(url_for(".one", class_id=class_id), HTTPStatus.SEE_OTHER)
    # Drawing hundreds of cards takes seconds: nobody waits for them to save. The same form shows them again.
    db.commit()
    shown = [
        (card.person, qr(current.outside_url(url_for("accounts.card", token=card.token)))) for card in made
    ]
    response = current_app.make_response(
        render_template("classes/cards.html", tab="mine", class_=class_, cards=shown)
    )
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.post("/lop/<int:class_id>/hoc-vien/<person_id>/thu-the")
@access("classes.manage")
def withdraw(class_id: int, person_id: str):
    """Withdraw a learner's card."""
    db = writing()
    try:
        service.withdraw_card(db, my_class(db, class_id), person_id, current_user.id)
        flash(_("Thẻ đã thu. Thẻ cũ không vào được nữa."), "good")
    except service.ClassError as error:
        flash(error.say(), "alarm")
    return redirect(url_for(".learner", class_id=class_id, person_id=person_id), HTTPStatus.SEE_OTHER)


@blueprint.get("/lop/<int:class_id>/hoc-vien/<person_id>")
@access("classes.manage")
def learner(class_id: int, person_id: str):
    """One learner of the class: progress, card, mending the name, leaving."""
    db = reading()
    return _learner(db, my_class(db, class_id), person_id)


def _learner(db, class_: Class, person_id: str, errors=None, typed=None) -> str:
    found = queries.one_learner(db, current.library(), class_, person_id) or abort(404)
    return render_template(
        "classes/learner.html",
        tab="mine",
        class_=class_,
        learner=found,
        errors=errors or {},
        typed=typed or {"name": found.name, "login": found.login or ""},
    )


def refused_learner(class_id: int, person_id: str, sentence: str):
    """The page of a learner, with the reason why something was not done."""
    db = reading()
    page = _learner(db, my_class(db, class_id), person_id, {"": sentence})
    return page, HTTPStatus.UNPROCESSABLE_ENTITY


@blueprint.post("/lop/<int:class_id>/hoc-vien/<person_id>/sua")
@access("classes.manage")
@said_once
def correct(class_id: int, person_id: str):
    """Mend the name or the number of a learner whom a teacher listed."""
    db, form = writing(), request.form
    class_ = my_class(db, class_id)
    try:
        with db.begin_nested():
            person = service.listed_learner(db, class_, person_id)
            service.check_new_name(db, class_, person, form.get("name", ""))
            changed = corrections.correct_by_form(db, person, form, current_user.id)
    except (service.ClassError, accounts.AccountError) as error:
        db.expire_all()
        page = _learner(db, my_class(db, class_id), person_id, {error.field: error.say()}, form)
        return page, HTTPStatus.UNPROCESSABLE_ENTITY
    flash(_("Đã sửa. Kết quả học và thẻ vẫn giữ."), "good")
    if "login" in changed and person.secret_hash:
        # Who signs in by typing it does not know of the change.
        told = _(
            "Bạn báo cho %(name)s: từ nay đăng nhập bằng %(login)s.", name=person.name, login=person.login
        )
        flash(told, "warning")
    return redirect(url_for(".learner", class_id=class_id, person_id=person_id), HTTPStatus.SEE_OTHER)


@blueprint.post("/lop/<int:class_id>/hoc-vien/<person_id>/vao-lai")
@access("classes.manage")
def take_back(class_id: int, person_id: str):
    """Put a learner who was taken out into the class again."""
    db = writing()
    try:
        person = service.take_back(db, my_class(db, class_id), person_id, current_user.id)
        flash(_("%(name)s đã vào lại lớp. Kết quả học vẫn còn.", name=person.name), "good")
    except service.ClassError as error:
        flash(error.say(), "alarm")
    return redirect(url_for(".one", class_id=class_id), HTTPStatus.SEE_OTHER)


@blueprint.post("/lop/<int:class_id>/hoc-vien/<person_id>/bo")
@access("classes.manage")
def remove(class_id: int, person_id: str):
    """Take a learner out of the class."""
    db = writing()
    service.remove(db, my_class(db, class_id), person_id, current_user.id)
    flash(_("Đã đưa ra khỏi lớp. Kết quả học vẫn còn, bạn cho vào lại được."), "good")
    return redirect(url_for(".one", class_id=class_id), HTTPStatus.SEE_OTHER)


@blueprint.post("/lop/<int:class_id>/giao")
@access("classes.manage")
@said_once
def assign(class_id: int):
    """Assign a path or a course, with a due date."""
    db = writing()
    due = request.form.get("due_on", "").strip()
    due_on = read_date(due)
    if due and due_on is None:
        return _one(
            class_id,
            {"due_on": _("Bạn chọn ngày trong lịch.")},
            request.form,
            HTTPStatus.UNPROCESSABLE_ENTITY,
        )
    try:
        with db.begin_nested():
            service.assign(
                db,
                current.library(),
                my_class(db, class_id),
                request.form.get("target", ""),
                due_on,
                current_user.id,
                units.local_today(),
            )
    except service.ClassError as error:
        return _one(class_id, {error.field: error.say()}, request.form, HTTPStatus.UNPROCESSABLE_ENTITY)
    flash(_("Đã giao."), "good")
    return redirect(url_for(".one", class_id=class_id), HTTPStatus.SEE_OTHER)


@blueprint.post("/lop/<int:class_id>/giao/<int:assignment_id>/bo")
@access("classes.manage")
def unassign(class_id: int, assignment_id: int):
    """Take an assignment back."""
    db = writing()
    service.unassign(db, my_class(db, class_id), assignment_id, current_user.id)
    flash(_("Đã bỏ việc giao này."), "good")
    return redirect(url_for(".one", class_id=class_id), HTTPStatus.SEE_OTHER)


@blueprint.post("/lop/<int:class_id>/dong")
@access("classes.manage")
def close(class_id: int):
    """Close the class."""
    db = writing()
    service.close(db, my_class(db, class_id), current_user.id)
    flash(_("Lớp đã đóng. Kết quả vẫn giữ."), "good")
    return redirect(url_for(".home"), HTTPStatus.SEE_OTHER)


@blueprint.get("/vao-lop")
@access(EVERYONE)
def enter_code():
    """Type a join code."""
    code = request.args.get("ma", "")
    if code.strip():
        teacher = request.args.get("thay", "").strip()[: service.TEACHER_LIMIT] or None
        return redirect(url_for(".join", code=join_codes.for_address(code) or "-", thay=teacher))
    return render_template("classes/enter_code.html", tab="mine", errors={}, code="")


def class_of_code(code: str) -> Class:
    """The open class of a code. Wrong codes are counted, by GET and POST. Raises TooManyTries, ClassError."""
    person = visitor.account()
    limit = tries.of_codes(current_app.secret_key, current.address(), person.id if person else None)
    throttle.check(reading(), [limit])
    try:
        return service.class_by_code(reading(), code)
    except service.ClassError:
        db = writing()
        throttle.take(db, [limit])
        db.commit()
        raise


@blueprint.get("/vao-lop/<code>")
@access(EVERYONE)
def join(code: str):
    """What class this code is for. It enrols somebody who is signed in; it signs nobody in."""
    if request.headers.get("Sec-Fetch-Dest", "document") not in PAGES:
        # A picture of somebody else's page: it would count as a wrong code of whoever looks at that page.
        abort(404)
    try:
        class_ = class_of_code(code)
    except throttle.TooManyTries as wait:
        class_ = service.class_of_teacher(reading(), code, request.args.get("thay", ""))
        if class_ is None:
            return ask_for_teacher(code, wait.seconds)
    except service.ClassError as error:
        page = render_template("classes/enter_code.html", tab="mine", errors={"ma": error.say()}, code=code)
        return page, HTTPStatus.NOT_FOUND
    visitor.came_with_class_code(class_.id)
    return render_template("classes/join.html", tab="mine", class_=class_)


def ask_for_teacher(code: str, seconds: int):
    """Others of this network type wrong codes: who knows the teacher's name need not wait for them."""
    typed = request.args.get("thay", "")[: service.TEACHER_LIMIT]
    page = render_template(
        "classes/enter_code.html", tab="mine", errors={}, code=code, crowded=True, teacher=typed
    )
    return page, HTTPStatus.TOO_MANY_REQUESTS, {"Retry-After": str(seconds)}


@blueprint.post("/vao-lop/<code>")
@access(SIGNED_IN, card=True)
def enrol(code: str):
    """Enter the class."""
    try:
        found = class_of_code(code)
    except throttle.TooManyTries as wait:
        return error_pages.show(HTTPStatus.TOO_MANY_REQUESTS, headers={"Retry-After": str(wait.seconds)})
    except service.ClassError:
        abort(404)
    db = writing()
    # Held: of whoever closes it at this moment, one comes first.
    class_ = db.get(Class, found.id, with_for_update=True, populate_existing=True)
    if class_ is None or class_.closed_at is not None:
        abort(404)
    service.enrol(db, class_, db.get_one(Person, visitor.account().id))
    flash(_("Bạn đã vào lớp: %(name)s.", name=class_.name), "good")
    return redirect(url_for("mine.home"), HTTPStatus.SEE_OTHER)
