"""Two tabs or two people that change the same thing at one moment: each sees a page, nothing is doubled.

The requests are really parallel, on both databases. On PostgreSQL each of these was an error of the server.
"""

from __future__ import annotations

import io
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, insert, select

from lms.accounts import service as accounts
from lms.accounts.models import Person, RoleGrant, SignInCard
from lms.classes import roster
from lms.classes import service as classes
from lms.classes.models import Assignment, Class, Enrolment
from lms.desk.models import Ticket
from tests.lms.at_once import at_once
from tests.lms.words_only import PIN

ROUNDS = 4


def sent_at_once(site, login: str, path: str, forms: list[dict]) -> list[int]:
    """The statuses of some forms that one person sends from as many devices at the same moment."""
    devices = [site.app.test_client() for _form in forms]
    for one in devices:
        assert one.post("/dang-nhap", data={"login": login, "secret": PIN}).status_code == 303
    pairs = zip(devices, forms, strict=True)
    return at_once(*(lambda d=device, f=form: d.post(path, data=f).status_code for device, form in pairs))


@pytest.fixture
def class_id(site) -> int:
    site.add("co-lop", "teacher")
    return site.class_of("co-lop")


def learners(site, class_id: int) -> int:
    with site.reading() as db:
        return db.scalar(select(func.count()).select_from(Enrolment).where(Enrolment.class_id == class_id))


def test_one_learner_enters_one_class_from_two_devices(site, class_id):
    with site.reading() as db:
        code = db.get(Class, class_id).join_code
    for number in range(ROUNDS):
        site.add(f"vao-hai-may-{number}")
        assert set(sent_at_once(site, f"vao-hai-may-{number}", f"/vao-lop/{code}", [{}] * 3)) == {303}
    assert learners(site, class_id) == ROUNDS


@pytest.mark.parametrize("logins", [True, False], ids=["with user names", "names alone"])
def test_one_list_from_two_tabs_adds_everybody_once(site, class_id, logins):
    names = ["Lan", "Huệ", "Mai"]
    for number in range(ROUNDS):
        rows = [f"{name} {number}\t{f'{name[0].lower()}hs{number}' if logins else ''}" for name in names]
        form = {"list": "\n".join(rows), "save": "1", "consent": "1"}
        said = sent_at_once(site, "co-lop", f"/lop/{class_id}/them", [form] * 3)
        assert set(said) <= {303, 422} and 303 in said
    assert learners(site, class_id) == ROUNDS * len(names)


def test_one_assignment_from_two_tabs_is_given_once(site, class_id):
    target = f"course:{site.lesson.course_id}"
    said = sent_at_once(site, "co-lop", f"/lop/{class_id}/giao", [{"target": target}] * 4)
    assert set(said) <= {303, 422} and 303 in said
    with site.reading() as db:
        assert db.scalar(select(func.count()).select_from(Assignment)) == 1


def test_one_officer_made_from_two_tabs_is_made_once(site):
    site.add("quan-tri-hai", "admin")
    for number in range(ROUNDS):
        form = {"name": "Lý Thị Mẩy", "login": f"may{number}", "role": "officer"}
        said = sent_at_once(site, "quan-tri-hai", "/quan-tri/nguoi/moi", [form] * 3)
        assert sorted(said) == sorted([200, 422, 422]) or sorted(said) == sorted([303, 422, 422])
        with site.reading() as db:
            assert db.scalar(select(func.count()).where(Person.login == f"may{number}")) == 1


def test_an_error_of_the_program_is_still_one(site, class_id, monkeypatch):
    """What goes wrong a second time too was no other request: it is seen, not hidden."""
    from sqlalchemy.exc import IntegrityError

    tries = []

    def broken(db, class_, by):
        tries.append(1)
        raise IntegrityError("INSERT", {}, Exception("of ours"))

    monkeypatch.setattr(classes, "change_code", broken)
    teacher = site.on("co-lop-hai", "teacher")
    own = site.class_of("co-lop-hai")
    assert teacher.post(f"/lop/{own}/ma-moi").status_code == 500
    assert len(tries) == 2


def test_two_administrators_who_close_each_other_leave_one(site):
    for number in range(ROUNDS):
        logins = [f"quan-tri-{number}-{side}" for side in "ab"]
        people = [site.on(login, "admin", f"Xã {number}") for login in logins]
        with site.reading() as db:
            ids = [db.scalar(select(Person.id).where(Person.login == login)) for login in logins]
        together = threading.Barrier(2, timeout=20)

        def close(who, other, together=together):
            together.wait()
            return who.post(f"/quan-tri/nguoi/{other}/dong").status_code

        with ThreadPoolExecutor(2) as pool:
            said = list(pool.map(close, people, reversed(ids)))
        assert max(said) < 500
        with site.reading() as db:
            left = db.scalar(select(func.count()).where(Person.id.in_(ids), Person.retired_at.is_(None)))
        assert left == 1


def test_a_clash_that_shows_only_when_all_is_saved_is_no_error_either(site, class_id, monkeypatch):
    """A view that adds a row and leaves it to the end of the request to send it to the database."""
    tries = []

    def careless(db, class_, by):
        tries.append(1)
        if len(tries) == 1:
            twin = Person(id=by, name="Hai")
            db.expunge_all()
            db.add(twin)

    monkeypatch.setattr(classes, "change_code", careless)
    teacher = site.on("co-lop-ba", "teacher")
    assert teacher.post(f"/lop/{site.class_of('co-lop-ba')}/ma-moi").status_code == 303
    assert len(tries) == 2


def test_who_signed_in_beside_a_slow_question_stays_signed_in(site, monkeypatch):
    """A guest asked and signed in in another tab; the answer came with a new guest's cookie over theirs."""
    site.add("vao-ben-canh")
    phone = site.visitor()
    phone.ask("VNeID là gì?")
    assistant, tab = site.app.extensions["assistant"], site.app.test_client()
    tab.set_cookie("hs_phien", phone.client.get_cookie("hs_phien").value)
    real = assistant.ask

    def slow(*given, **more):
        monkeypatch.setattr(assistant, "ask", real)
        assert tab.post("/dang-nhap", data={"login": "vao-ben-canh", "secret": PIN}).status_code == 303
        return real(*given, **more)

    monkeypatch.setattr(assistant, "ask", slow)
    came = phone.post("/hoi", question="Mã OTP là gì?")
    assert came.status_code == 303
    assert not any("hs_phien=" in one for one in came.headers.getlist("Set-Cookie"))


def test_a_code_set_while_its_owner_sets_their_own_is_still_temporary(site):
    with site.database() as db:
        person = db.get(Person, site.add("dat-cung-luc"))
        accounts.reset_secret(db, person, by=None)
        db.commit()
        with site.database() as other:
            mine = other.get(Person, person.id)
            accounts.change_secret(mine, accounts.hash_secret("739184"), False, other)
            other.commit()
        accounts.reset_secret(db, person, by=None)
        db.commit()
    with site.reading() as db:
        assert db.get(Person, person.id).must_change_secret


def test_who_asks_for_a_person_twice_waits_once(site):
    for number in range(ROUNDS):
        login = f"xin-nguoi-{number}"
        site.add(login)
        phone = site.on(login)
        path = phone.ask(f"Chó của tôi số {number} kêu đêm thì làm sao?")
        with site.database() as db:
            db.execute(Ticket.__table__.delete())
            db.commit()
        assert set(sent_at_once(site, login, f"{path}/nguoi-that", [{}] * 3)) == {303}
        with site.reading() as db:
            assert db.scalar(select(func.count()).select_from(Ticket)) == 1


def test_two_classes_that_print_for_one_learner_leave_one_card(site):
    for number in range(ROUNDS):
        teachers = [f"in-the-{number}-{letter}" for letter in "ab"]
        first, second = (site.class_of(one) for one in teachers)
        [learner] = site.fill(first, [[f"Giàng Thị Say {number}"]], teachers[0])
        with site.database() as db:
            classes.enrol(db, db.get(Class, second), db.get(Person, learner), by_teacher=True)
            db.commit()
        pairs = zip(teachers, (first, second), strict=True)
        came = at_once(
            *(lambda t=site.on(t, "teacher"), c=c: t.post(f"/lop/{c}/the").status_code for t, c in pairs)
        )
        assert set(came) == {200}
        with site.reading() as db:
            works = (SignInCard.person_id == learner) & SignInCard.withdrawn_at.is_(None)
            assert db.scalar(select(func.count()).select_from(SignInCard).where(works)) == 1


def test_a_class_closed_this_moment_takes_nobody_in(site, monkeypatch):
    class_id = site.class_of("dong-lop")
    with site.reading() as db:
        code = db.get(Class, class_id).join_code
    real = classes.class_by_code

    def slow(db, typed):
        found = real(db, typed)
        with site.database() as other:
            classes.close(other, other.get(Class, class_id), site.person("dong-lop"))
            other.commit()
        return found

    monkeypatch.setattr(classes, "class_by_code", slow)
    assert site.on("den-muon").post(f"/vao-lop/{code}").status_code == 404
    assert learners(site, class_id) == 0


def test_whose_role_is_taken_while_their_list_is_read_adds_nobody(site, monkeypatch):
    class_id = site.class_of("het-quyen")
    teacher = site.on("het-quyen", "teacher")

    def slow(_name, _data):
        with site.database() as db:
            person = db.get(Person, site.person("het-quyen"))
            accounts.revoke_role(db, person, "teacher", person.unit_id, site.person("quantri"))
            db.commit()
        return [["Sùng A Páo"]]

    monkeypatch.setattr(roster, "read_file", slow)
    form = {"file": (io.BytesIO(b"x"), "lop.csv"), "save": "1", "consent": "1"}
    assert teacher.client.post(f"/lop/{class_id}/them", data=form).status_code == 403
    assert learners(site, class_id) == 0


def test_who_gets_a_role_while_cards_are_printed_is_left_without_a_card(site, monkeypatch):
    class_id = site.class_of("in-luc-giao")
    [learner] = site.fill(class_id, [["Cứ A Của"]], "in-luc-giao")
    teacher = site.on("in-luc-giao", "teacher")
    real = accounts.issue_cards

    def slow(db, people, made_by, seed=""):
        db.execute(insert(RoleGrant).values(person_id=learner, unit_id=site.unit(), role="officer"))
        return real(db, people, made_by, seed)

    monkeypatch.setattr(accounts, "issue_cards", slow)
    came = teacher.post(f"/lop/{class_id}/the")
    assert came.status_code == 303 and came.location.endswith(f"/lop/{class_id}")
    with site.reading() as db:
        assert db.scalar(select(func.count()).where(SignInCard.person_id == learner)) == 0
