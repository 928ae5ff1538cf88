"""A temporary code is shown once; a double tap, or a line that breaks, must not lose it."""

from __future__ import annotations

from uuid import uuid4

import pytest
from sqlalchemy import func, select

from lms.accounts import handing_out
from lms.accounts.models import Person
from lms.core.audit import AuditEntry
from lms.core.once import TakenForm
from lms.desk.models import Ticket
from tests.lms.core.test_once import side_by_side, twice  # noqa: F401 - a fixture
from tests.lms.site import soup

NEW = {"secret": "739184", "secret_again": "739184"}


def code_on(came) -> str:
    assert came.status_code == 200, came.get_data(as_text=True)[:400]
    assert came.headers["Cache-Control"] == "no-store"
    return soup(came).select_one(".joincode").get_text()


def resets_of(site, person_id: str) -> int:
    kinds = ("accounts.secret_reset", "accounts.staff_made")
    with site.reading() as db:
        query = select(func.count()).select_from(AuditEntry)
        return db.scalar(
            query.where(AuditEntry.action.in_(kinds), AuditEntry.subject == f"person:{person_id}")
        )


class Button:
    """A form that sets a temporary code: who sends it, where, for whom, and the page it stands on."""

    def __init__(self, site, kind: str) -> None:
        self.site, name = site, f"quenma{uuid4().hex[:6]}"
        self.fields: dict[str, str] = {}
        if kind == "new member of staff":
            self.sender, self.path = site.on("quantri"), "/quan-tri/nguoi/moi"
            self.stands_on, self.login = "/quan-tri/nguoi", name
            self.fields = {"name": "Cô Tư", "login": name, "role": "teacher"}
            return
        if kind == "learner of a class":
            class_id = site.class_of("co-dat-ma")
            (self.person,) = site.fill(class_id, [[f"Em {name}", name]], by="co-dat-ma")
            self.sender = site.on("co-dat-ma")
            self.stands_on = f"/lop/{class_id}/hoc-vien/{self.person}"
            self.path = f"{self.stands_on}/ma-tam"
        elif kind == "citizen at the desk":
            self.person = site.add(name)
            self.sender, self.stands_on, self.path = (
                site.on("canbo", "officer"),
                "/quay/ma-tam",
                "/quay/ma-tam",
            )
            self.fields = {"login": name, "person": self.person}
        else:
            self.person = site.add(name, "teacher" if kind == "teacher" else "")
            self.sender, self.stands_on = site.on("quantri"), f"/quan-tri/nguoi/{self.person}"
            self.path = f"{self.stands_on}/pin"
        self.login = name

    def send(self, token: str = "", client=None):
        data = {**self.fields, "once_token": token}
        return (client or self.sender.client).post(self.path, data=data)

    def id(self) -> str:
        return self.site.person(self.login)

    def opens(self, secret: str) -> bool:
        came = self.site.visitor().post("/dang-nhap", login=self.login, secret=secret)
        return came.status_code == 303


KINDS = ["new member of staff", "teacher", "learner", "learner of a class", "citizen at the desk"]


@pytest.fixture(params=KINDS)
def button(site, request) -> Button:
    return Button(site, request.param)


def test_a_form_that_comes_again_shows_the_same_code(button):
    token = uuid4().hex
    first, second = code_on(button.send(token)), code_on(button.send(token))
    assert first == second and button.opens(first)
    assert resets_of(button.site, button.id()) == 1


@pytest.mark.usefixtures("side_by_side")
def test_two_taps_at_the_same_moment_show_one_code(button):
    token = uuid4().hex
    came = twice(button.site, button.sender, lambda client: button.send(token, client))
    assert code_on(came[0]) == code_on(came[1]) and button.opens(code_on(came[0]))
    assert resets_of(button.site, button.id()) == 1


def test_a_new_form_and_a_form_without_a_token_make_new_codes(button):
    if button.path.endswith("/moi"):
        assert code_on(button.send(uuid4().hex))
        again = button.send(uuid4().hex)
        assert again.status_code == 422 and "đã có tài khoản" in soup(again).select_one("#loi").get_text()
        return
    codes = [code_on(button.send(token)) for token in (uuid4().hex, uuid4().hex, "", "")]
    assert len(set(codes)) == 4
    assert [button.opens(code) for code in codes] == [False, False, False, True]


def test_after_some_minutes_a_sentence_comes_and_the_code_stays(button):
    token = uuid4().hex
    code = code_on(button.send(token))
    with button.site.database() as db:
        for form in db.scalars(select(TakenForm)):
            form.taken_at -= handing_out.SHOWN_AGAIN
        db.commit()
    came = button.send(token)
    assert came.status_code == 303
    page = button.sender.page(came.location).get_text()
    assert "đã hiện một lần" in page and "đặt mã mới" in page.lower() and code not in page
    assert button.opens(code)


def test_a_code_that_somebody_changed_is_not_set_again_by_the_old_page(button):
    token = uuid4().hex
    code = code_on(button.send(token))
    theirs = button.site.visitor()
    theirs.post("/dang-nhap", login=button.login, secret=code)
    assert theirs.post("/tai-khoan/pin", old_secret=code, **NEW).status_code == 303
    assert button.send(token).status_code == 303
    assert button.opens(NEW["secret"]) and not button.opens(code)


def test_nobody_else_gets_the_code_with_the_same_token(site):
    one = Button(site, "learner")
    token = uuid4().hex
    code = code_on(one.send(token))
    other = site.on("quantrihai", "admin")
    assert code_on(one.send(token, other.client)) != code


def test_no_code_is_kept_anywhere(site):
    button = Button(site, "teacher")
    code = code_on(button.send(uuid4().hex))
    with site.reading() as db:
        kept = [
            str(vars(row)) for table in (TakenForm, Person, AuditEntry) for row in db.scalars(select(table))
        ]
    assert kept and not any(code in one for one in kept)


def test_the_pages_carry_the_token(site, button):
    page = button.sender.page(button.stands_on)
    if button.stands_on == "/quay/ma-tam":
        page = soup(button.sender.post("/quay/ma-tam", login=button.login))
    forms = [
        one
        for one in page.select("main form[method=post]")
        if (one.get("action") or "/quay/ma-tam") == button.path
    ]
    assert forms and all(one.select_one("input[name=once_token]") for one in forms)


# One answer for a group of questions


@pytest.mark.usefixtures("side_by_side")
def test_two_taps_on_the_answer_of_a_group_answer_it_once(site):
    officer = site.on("canbonhom", "officer")
    for question in ("Giống lúa ST25 gieo mấy cân một sào?", "Một sào gieo mấy cân giống lúa ST25?"):
        site.on(f"dan{uuid4().hex[:5]}").ask(question)
    with site.reading() as db:
        ids = list(db.scalars(select(Ticket.id).where(Ticket.question.contains("ST25"))))
    path = f"/kho/chua-tra-loi/{ids[0]}"
    assert officer.page(path).select_one("main form[method=post] input[name=once_token]")
    form = {
        "text": "Bạn hỏi cô Mẫu ở bàn khuyến nông.",
        "source_title": "Sổ tay khuyến nông",
        "source_url": "",
        "checked_on": "2026-11-01",
        "cau": [str(one) for one in ids],
        "once_token": uuid4().hex,
    }
    came = twice(site, officer, lambda client: client.post(path, data=form))
    assert [one.status_code for one in came] == [303, 303], [one.get_data(as_text=True)[:300] for one in came]
    with site.reading() as db:
        deeds = list(db.scalars(select(AuditEntry).where(AuditEntry.action == "desk.answered")))
        assert len(deeds) == len(ids)
        assert len(set(db.scalars(select(Ticket.verified_id).where(Ticket.id.in_(ids))))) == 1
