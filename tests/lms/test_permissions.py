"""Every route with everybody: what each may do follows from the one table, and from the list below."""

from datetime import date

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from assistant.documents import document as documents
from assistant.documents.document import Document
from assistant.documents.sections import Line, Section
from assistant.knowledge import facts
from assistant.knowledge.facts import Fact
from assistant.procedures.record import Procedure
from lms.accounts import service as accounts
from lms.accounts.models import Person
from lms.app import create_app
from lms.core import permissions
from lms.core.permissions import EVERYONE, ROLES, SIGNED_IN
from lms.desk.models import Ticket
from lms.units import service as units
from lms.units.models import Unit
from tests.lms.words_only import UNKNOWN

OPEN_TO_EVERYBODY = {
    "static", "script", "healthz", "styleguide", "api_ask",
    "catalog.who", "catalog.others", "catalog.choose", "catalog.path", "catalog.courses", "catalog.course",
    "catalog.media", "catalog.language", "catalog.register", "catalog.about",
    "learning.lesson", "learning.question", "learning.questions", "learning.end",
    "asking.ask", "asking.answer", "asking.plainer", "asking.judge", "asking.person", "asking.urgent",
    "asking.mine", "asking.wipe",
    # Open to guests, who ask too; each answers 404 to everybody but the asker.
    "asking.wipe_conversation", "asking.rewritten",
    "accounts.sign_in", "accounts.sign_up", "accounts.card", "accounts.first_administrator",
    "accounts.privacy", "mine.home",
    "classes.enter_code", "classes.join", "units.emblem",
    # What a source leads to: whoever reads an answer may read where it comes from.
    "known.document", "known.procedure", "known.local_facts",
}  # fmt: skip
"""A route that needs no sign-in stands here on purpose. Adding one is a decision: write why in its commit."""

NEEDS_AN_ACCOUNT = {
    "accounts.sign_out", "accounts.settings", "accounts.change_secret", "accounts.correct",
    "accounts.end_device", "mine.export", "accounts.erase", "classes.enrol",
}  # fmt: skip

ENDS_A_SESSION = {"accounts.sign_out"}
"""Left out of the walk where it is allowed: what follows would be somebody else's."""

VISITORS = ("nobody", "guest", "learner", "teacher", "officer", "admin", "retired")
ROLES_OF = {"teacher": {"teacher"}, "officer": {"officer"}, "admin": {"admin"}}


def may(visitor: str, permission: str) -> bool:
    """What the table says."""
    if permission == EVERYONE:
        return True
    if visitor in {"nobody", "guest", "retired"}:
        return False
    return permission == SIGNED_IN or permissions.allowed(ROLES_OF.get(visitor, ()), permission)


@pytest.fixture(scope="module")
def people(site):
    """Logins, made once; every call gets a fresh device, for some routes sign out or erase."""
    for login, role in (("learner", ""), ("officer", "officer"), ("admin", "admin"), ("retired", "teacher")):
        site.add(login, role)
    return site


@pytest.fixture(scope="module")
def addresses(site):
    """A value for each part of an address, of things that are there."""
    class_id = site.class_of("teacher", "Lớp buôn Kna")
    [learner] = site.fill(class_id, [["Nguyễn Thị Lành"]], by="teacher")
    asked = site.visitor().ask(UNKNOWN)
    course = next(one for one in site.library.courses if one.drawings)
    with site.database() as db:
        from lms.classes.models import Class

        ticket = db.scalars(select(Ticket.id)).first()
        code = db.get(Class, class_id).join_code
        unit = db.scalars(select(Unit)).first()
        units.set_emblem(db, unit, b"\x89PNG\r\n\x1a\n" + b"0" * 20, db.scalars(select(Person.id)).first())
        db.commit()
        version = unit.emblem_version
    return {
        "course_id": course.id,
        "lesson_id": course.lessons[0].id,
        "number": 1,
        "audience_id": site.library.audiences[0].id,
        "file": next(iter(course.drawings)),
        "code": code,
        "register": "plain",
        "token": asked.rsplit("/", 1)[1],
        "class_id": class_id,
        "assignment_id": 1,
        "person_id": learner,
        "ticket_id": ticket,
        "contact_id": 1,
        **on_the_shelf(site),
        "version": version,
        "filename": "icon.svg",
        "parts": "base",
    }


def on_the_shelf(site) -> dict[str, object]:
    """Something of each kind that the assistant knows, in the unit of these people."""
    store, unit = site.app.extensions["assistant"].store, str(site.unit())
    procedure = Procedure(code="1.000001", title="Cấp bản sao")
    store.put_entry("procedure", procedure.code, title=procedure.title, data=procedure.to_json())
    fact = Fact("gio", "hours", "Xã Mẫu", "Giờ làm việc", "7 giờ", date(2026, 11, 1), unit=unit)
    document = Document("tb", "Thông báo", "", "Xã", "", unit, (Section("", (Line("text", "Chữ."),)),))
    documents.put(store, document, owner="Xã Mẫu")
    return {
        "entry_id": facts.put(store, fact, owner="Xã Mẫu").id,
        "verified_id": store.put_verified("Hỏi gì?", "Đáp.", "Sổ tay", "", unit, "Xã Mẫu"),
        "key": document.key,
    }


def device(site, who: str):
    """A fresh device in the hand of each kind of visitor."""
    someone = site.visitor()
    if who == "guest":
        lesson = site.lesson
        someone.post(f"/hoc/{lesson.course_id}/{lesson.id}/cau-hoi/1", choice="0", event="0" * 32)
    elif who != "nobody":
        someone = site.device_of(site.person(who))
    if who == "retired":
        with site.database() as db:
            accounts.retire(db, db.get(Person, site.person("retired")), by=site.person("quantri"))
            db.commit()
    return someone


def path_of(site, rule, addresses) -> str:
    values = {name: addresses[name] for name in rule.arguments}
    if rule.endpoint == "catalog.language":
        values["code"] = "en"
    if rule.endpoint in {"accounts.card", "accounts.first_administrator"}:
        values["token"] = "no-such-token"
    if rule.endpoint == "known.procedure":
        values["code"] = "1.000001"
    with site.app.test_request_context():
        return rule.build(values)[1]


def refused(came: TestResponse, method: str) -> bool:
    """Sent to sign in, or told that this is not for them."""
    if method == "GET" and came.status_code == 302 and came.location.startswith("/dang-nhap?tiep="):
        return True
    # Signing out twice is signing out: nothing is done, and one is led to the first page.
    return came.status_code == 403 or (came.request.path == "/dang-xuat" and came.location == "/")


def test_the_open_routes_are_the_ones_that_were_decided(site):
    declared: dict[str, set[str]] = {}
    for rule in site.app.url_map.iter_rules():
        declared.setdefault(permissions.needed(site.app, rule.endpoint), set()).add(rule.endpoint)
    assert declared[EVERYONE] == OPEN_TO_EVERYBODY
    assert declared[SIGNED_IN] == NEEDS_AN_ACCOUNT
    assert set(declared) == {EVERYONE, SIGNED_IN} | permissions.PERMISSIONS, "every permission guards a route"


@pytest.mark.parametrize("who", VISITORS)
def test_every_route(people, addresses, who):
    wrong = []
    someone = device(people, who)
    for rule in sorted(people.app.url_map.iter_rules(), key=lambda one: one.rule):
        permission = permissions.needed(people.app, rule.endpoint)
        for method in sorted(rule.methods & {"GET", "POST"}):
            allowed = may(who, permission)
            if allowed and rule.endpoint in ENDS_A_SESSION:
                continue
            if who == "nobody":
                someone = device(people, who)  # a form may have made a guest of the last one
            came = someone.client.open(path_of(people, rule, addresses), method=method)
            fine = came.status_code < 500 and not refused(came, method) if allowed else refused(came, method)
            if not fine:
                wrong.append(f"{method} {rule.rule}: {came.status_code}, {'may' if allowed else 'may not'}")
    assert wrong == []


def test_every_other_method_is_refused_too(people, addresses):
    for rule in people.app.url_map.iter_rules():
        for method in ("PUT", "DELETE"):
            came = people.visitor().client.open(path_of(people, rule, addresses), method=method)
            assert came.status_code in {405, 403}, (method, rule.rule)


def test_an_application_with_an_undeclared_route_does_not_start(site, monkeypatch):
    from lms.core.pages import styleguide

    monkeypatch.delattr(styleguide.styleguide, permissions.ATTRIBUTE)
    with pytest.raises(RuntimeError, match="/kieu"):
        create_app(site.app.extensions["settings"], site.app.extensions["assistant"])


def test_a_permission_that_is_not_in_the_table_cannot_be_declared():
    with pytest.raises(ValueError, match="everything"):
        permissions.access("everything")


def test_a_role_holds_only_what_it_needs():
    assert ROLES["teacher"] == {"classes.manage"}
    assert ROLES["officer"] == {"desk.answer", "knowledge.edit"}


CLASS_PAGES = ["", "/them", "/ma-lop", "/danh-sach.csv"]
CLASS_DEEDS = ["/them", "/ma-moi", "/the", "/giao", "/dong", "/giao/1/bo"]


@pytest.mark.parametrize(
    ("login", "role", "unit"),
    [("teacher2", "teacher", "Xã Mẫu"), ("teacher3", "teacher", "Xã Khác"), ("admin2", "admin", "Xã Khác")],
)
def test_nobody_touches_another_teachers_class(people, addresses, login, role, unit):
    stranger, class_id = people.on(login, role, unit), addresses["class_id"]
    learner = f"/hoc-vien/{addresses['person_id']}"
    for page in [*CLASS_PAGES, learner]:
        assert stranger.get(f"/lop/{class_id}{page}").status_code == 404, page
    for deed in [*CLASS_DEEDS, f"{learner}/bo", f"{learner}/thu-the"]:
        came = stranger.post(f"/lop/{class_id}{deed}", name="Kẻ Lạ", save="1", consent="1")
        assert came.status_code == 404, deed
    assert "Lớp buôn Kna" not in stranger.get("/lop").get_data(as_text=True)


def test_a_learner_of_another_class_is_not_shown_in_mine(people):
    hers = people.class_of("teacher5")
    [learner] = people.fill(hers, [["Nguyễn Thị Lành"]], by="teacher5")
    mine = people.class_of("teacher4")
    teacher = people.on("teacher4")
    assert teacher.get(f"/lop/{mine}/hoc-vien/{learner}").status_code == 404
    came = teacher.client.post(f"/lop/{mine}/the", data={"person": learner})
    assert came.status_code == 200 and "Nguyễn Thị Lành" not in came.get_data(as_text=True)
    teacher.post(f"/lop/{mine}/hoc-vien/{learner}/thu-the")
    teacher.post(f"/lop/{mine}/hoc-vien/{learner}/bo")
    names = people.on("teacher5").page(f"/lop/{hers}").get_text()
    assert "Nguyễn Thị Lành" in names, "still in her own class"


def test_the_units_administrator_manages_every_class_of_it(people, addresses):
    admin = people.on("admin")
    listed = admin.page("/lop").get_text() + admin.page("/lop?dong=1").get_text()
    assert "Lớp buôn Kna" in listed, "open, or closed by the walk"
    assert admin.get(f"/lop/{addresses['class_id']}").status_code == 200


def test_an_administrator_of_one_unit_does_not_see_people_of_another(people):
    people.add("nguoi-xa-khac", "", "Xã Khác 2")
    theirs = people.person("nguoi-xa-khac")
    admin = people.on("admin")
    assert admin.get(f"/quan-tri/nguoi/{theirs}").status_code == 404
    for deed in ("quyen", "dong", "pin"):
        assert admin.post(f"/quan-tri/nguoi/{theirs}/{deed}", role="admin").status_code == 404
    assert "nguoi-xa-khac" not in admin.page("/quan-tri/nguoi?tim=nguoi-xa").get_text()


def test_who_loses_a_role_loses_it_on_the_next_page(people):
    teacher = people.on("mat-quyen", "teacher")
    assert teacher.get("/lop").status_code == 200
    with people.database() as db:
        person = db.get(Person, people.person("mat-quyen"))
        accounts.revoke_role(db, person, "teacher", person.unit_id, by=person.id)
        db.commit()
    assert teacher.get("/lop").status_code == 403
