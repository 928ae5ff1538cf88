"""The learners of a class: lists, cards, each one's page, in and out."""

from __future__ import annotations

from http import HTTPStatus

from flask import Response, abort, current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from lms.accounts import corrections
from lms.accounts.models import Person
from lms.classes import forms, queries, roster, service
from lms.classes.views import blueprint, my_class, qr, to_class
from lms.core import current
from lms.core.database import done_reading, reading, writing
from lms.core.forms import BUTTON, Filled
from lms.core.language import gettext as _
from lms.core.language import lazy, ngettext
from lms.core.once import token_of_form
from lms.core.permissions import access
from lms.core.submission import takes
from lms.core.throttle import key_for

SHEET_COLUMNS = 5


@blueprint.get("/lop/<int:class_id>/danh-sach.csv")
@access("classes.manage")
def export(class_id: int) -> ResponseReturnValue:
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


def _add(filled: Filled, class_id: int) -> str:
    rows = filled.found.get("rows", [])
    return render_template(
        "classes/add.html",
        tab="mine",
        class_=my_class(reading(), class_id),
        rows=rows,
        new=[row for row in rows if not row.known and not row.problem],
        wrong=[row for row in rows if row.problem],
        text=filled.found.get("text", filled.raw(forms.WHOLE_LIST)),
        filled=filled,
    )


@blueprint.route("/lop/<int:class_id>/them", methods=["GET", "POST"])
@access("classes.manage")
@takes(forms.LEARNERS, page=_add)
def add(filled: Filled, class_id: int) -> ResponseReturnValue:
    """Add learners: one by one or a list, pasted or uploaded; looked over first, then saved whole."""
    class_ = my_class(reading(), class_id)
    is_one = filled.has(forms.ONE_LEARNER) and not filled.has(forms.WHOLE_LIST)
    if is_one and not filled["name"].strip():
        raise service.ClassError(lazy("Bạn gõ tên học viên."), "name")
    cells = typed_cells(filled)
    if is_one:
        for row in service.check_list(reading(), class_, cells, is_table=False):
            if row.problem is not None:
                raise row.problem
            # As they are kept: a space in a user name would not be one in a table.
            cells[0][:2] = row.name, row.login
    filled.found["text"] = sheet_text(cells)
    rows = filled.found["rows"] = service.check_list(reading(), class_, cells)
    if filled["save"]:
        return _save_list(filled, class_id, cells)
    is_wrong = any(row.problem for row in rows)
    return _add(filled, class_id), HTTPStatus.UNPROCESSABLE_ENTITY if is_wrong else HTTPStatus.OK


def typed_cells(filled: Filled) -> list[list[str]]:
    """The list from the file, else from the single fields, else from the pasted text."""
    if filled["file"]:
        # A file may be read for a while: nobody else waits for this request's connection.
        done_reading()
        try:
            return roster.read_file(filled["file"].name, filled["file"].data)
        except roster.RosterError as error:
            error.field = "file"
            raise
    if filled["name"].strip():
        child = "x" if filled["child"] else ""
        return [[filled["name"], filled["login"], child, filled["guardian"], filled["relation"]]]
    return roster.read_text(filled[forms.WHOLE_LIST])


def sheet_text(cells: list[list[str]]) -> str:
    """Cells as text that can be mended in a box and sent again."""
    rows = []
    for cut in (row[:SHEET_COLUMNS] for row in cells):
        while cut and not cut[-1]:
            cut.pop()
        rows.append(cut)
    return roster.write_text(rows)


def _save_list(filled: Filled, class_id: int, cells: list[list[str]]) -> ResponseReturnValue:
    db = writing()
    teacher = db.get_one(Person, current_user.id)
    added = service.add_learners(db, my_class(db, class_id), cells, consent=filled["consent"], by=teacher)
    flash(ngettext("Đã thêm %(num)s người.", "Đã thêm %(num)s người.", len(added)), "good")
    return redirect(to_class(class_id), HTTPStatus.SEE_OTHER)


@blueprint.post("/lop/<int:class_id>/the")
@access("classes.manage")
@takes(forms.CARDS, back=to_class)
def cards(filled: Filled, class_id: int) -> ResponseReturnValue:
    """Make and show sign-in cards to print: of one learner, of those without one, or of all.

    If one of them got a role this moment, nothing is made, and the next try leaves them out.
    """
    db = writing()
    class_ = my_class(db, class_id)
    form = token_of_form()
    made = service.print_cards(
        db,
        class_,
        db.get_one(Person, current_user.id),
        list(filled["person"]) or None,
        missing=bool(filled["missing"]),
        seed=key_for(current.secret_key(), "cards", f"{current_user.id}:{form}") if form else "",
    )
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


def to_learner(class_id: int, person_id: str) -> str:
    """The address of a learner in a class."""
    return url_for("classes.learner", class_id=class_id, person_id=person_id)


@blueprint.post("/lop/<int:class_id>/hoc-vien/<person_id>/thu-the")
@access("classes.manage")
@takes(BUTTON, back=to_learner, flashed="alarm")
def withdraw(filled: Filled, class_id: int, person_id: str) -> ResponseReturnValue:
    """Withdraw a learner's card."""
    db = writing()
    service.withdraw_card(db, my_class(db, class_id), person_id, current_user.id)
    flash(_("Thẻ đã thu. Thẻ cũ không vào được nữa."), "good")
    return redirect(to_learner(class_id, person_id), HTTPStatus.SEE_OTHER)


@blueprint.get("/lop/<int:class_id>/hoc-vien/<person_id>")
@access("classes.manage")
def learner(class_id: int, person_id: str) -> ResponseReturnValue:
    """One learner of the class: progress, card, mending the name, leaving."""
    return learner_page(forms.CORRECT.blank(), class_id, person_id)


def learner_page(filled: Filled, class_id: int, person_id: str) -> str:
    """The page of a learner, with the form for their name; why something was not done stands on top."""
    db = reading()
    class_ = my_class(db, class_id)
    found = queries.one_learner(db, current.library(), class_, person_id) or abort(404)
    filled = filled.of(forms.CORRECT).start(name=found.name, login=found.login or "")
    return render_template("classes/learner.html", tab="mine", class_=class_, learner=found, filled=filled)


@blueprint.post("/lop/<int:class_id>/hoc-vien/<person_id>/sua")
@access("classes.manage")
@takes(forms.CORRECT, page=learner_page)
def correct(filled: Filled, class_id: int, person_id: str) -> ResponseReturnValue:
    """Mend the name or the number of a learner whom a teacher listed."""
    values, db = filled.values(), writing()
    class_ = my_class(db, class_id)
    person = service.listed_learner(db, class_, person_id)
    if values["name"] is not None:
        service.check_new_name(db, class_, person, values["name"])
    changed = corrections.correct(db, person, **values, by=current_user.id)
    flash(_("Đã sửa. Kết quả học và thẻ vẫn giữ."), "good")
    if "login" in changed and person.secret_hash:
        # Who signs in by typing it does not know of the change.
        told = _(
            "Bạn báo cho %(name)s: từ nay đăng nhập bằng %(login)s.", name=person.name, login=person.login
        )
        flash(told, "warning")
    return redirect(to_learner(class_id, person_id), HTTPStatus.SEE_OTHER)


@blueprint.post("/lop/<int:class_id>/hoc-vien/<person_id>/vao-lai")
@access("classes.manage")
@takes(BUTTON, back=lambda class_id, person_id: to_class(class_id), flashed="alarm")
def take_back(filled: Filled, class_id: int, person_id: str) -> ResponseReturnValue:
    """Put a learner who was taken out into the class again."""
    db = writing()
    person = service.take_back(db, my_class(db, class_id), person_id, current_user.id)
    flash(_("%(name)s đã vào lại lớp. Kết quả học vẫn còn.", name=person.name), "good")
    return redirect(to_class(class_id), HTTPStatus.SEE_OTHER)


@blueprint.post("/lop/<int:class_id>/hoc-vien/<person_id>/bo")
@access("classes.manage")
@takes(BUTTON)
def remove(filled: Filled, class_id: int, person_id: str) -> ResponseReturnValue:
    """Take a learner out of the class."""
    db = writing()
    service.remove(db, my_class(db, class_id), person_id, current_user.id)
    flash(_("Đã đưa ra khỏi lớp. Kết quả học vẫn còn, bạn cho vào lại được."), "good")
    return redirect(to_class(class_id), HTTPStatus.SEE_OTHER)
