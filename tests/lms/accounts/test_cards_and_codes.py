"""Who finds a card, who holds a temporary code, and who may hand one out."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from i18n.dates import utc_now
from lms.accounts import service, tries
from lms.accounts.models import FirstAdministrator, Person
from lms.classes import service as classes
from lms.classes.models import Class
from lms.core import permissions
from lms.core.audit import AuditEntry
from lms.core.permissions import EVERYONE
from lms.desk import temporary_codes
from tests.lms.site import soup
from tests.lms.words_only import PIN, words

pytestmark = pytest.mark.usefixtures("nobody_waits")

NEW = {"secret": "739184", "secret_again": "739184"}
CARDS_MAY = {
    # Leaving, one's own page (which shows a card neither login nor devices), entering a class.
    "accounts.sign_out", "accounts.settings", "classes.enrol",
    # It asks for the secret in use: who only has the card has none, or does not know it.
    "accounts.change_secret",
}  # fmt: skip
TEMPORARY_MAY = {
    "accounts.sign_in", "accounts.sign_out", "accounts.settings", "accounts.change_secret", "accounts.card",
    "accounts.privacy", "asking.urgent", "catalog.language", "catalog.register",
}  # fmt: skip


@pytest.fixture(scope="module")
def room(site):
    """A class of `co-mai` with one listed learner."""
    class_id = site.class_of("co-mai")
    [learner] = site.fill(class_id, [["Ksor H'Lan", "hlan"]], by="co-mai")
    return class_id, learner


def with_card(site, learner: str):
    """A device that the card of a learner opened."""
    with site.database() as db:
        token = service.issue_card(db, db.get(Person, learner), site.person("co-mai"))
        db.commit()
    someone = site.visitor()
    assert someone.post(f"/the/{token}").status_code == 303
    return someone


def test_a_refused_card_is_told_why_and_what_to_do(site, room):
    someone = with_card(site, room[1])
    for came in (
        someone.get("/tai-khoan/sua"),
        someone.get("/tai-khoan/xoa"),
        someone.post("/tai-khoan/xoa"),
    ):
        said = words(soup(came))
        assert came.status_code == 403
        assert "Thẻ không mở được trang này" in said and "mã tạm" in said
        assert "Bạn đăng nhập rồi thử lại" not in said, "they are signed in"


def test_who_is_signed_in_without_the_right_is_not_told_to_sign_in(site):
    came = site.on("khong-quyen").get("/quan-tri")
    said = words(soup(came))
    assert came.status_code == 403 and "người quản trị" in said and "đăng nhập rồi" not in said


def secret_of(came) -> str:
    assert came.status_code == 200, came.get_data(as_text=True)
    assert came.headers["Cache-Control"] == "no-store", "a code that is shown once stays in no browser"
    return soup(came).select_one(".joincode").get_text()


# Cards


def test_what_a_card_opens_was_decided(site):
    closed = {
        rule.endpoint for rule in site.app.url_map.iter_rules()
        if permissions.needed(site.app, rule.endpoint) != EVERYONE
    }  # fmt: skip
    open_to_cards = {one for one in closed if permissions.marked(site.app, one, permissions.CARD)}
    assert open_to_cards == CARDS_MAY


def test_a_card_reaches_no_other_route_of_an_account(site, room):
    someone = with_card(site, room[1])
    for rule in site.app.url_map.iter_rules():
        if permissions.needed(site.app, rule.endpoint) == EVERYONE or rule.endpoint in CARDS_MAY:
            continue
        with site.app.test_request_context():
            path = rule.build(dict.fromkeys(rule.arguments, "1"))[1]
        for method in rule.methods & {"GET", "POST"}:
            assert someone.client.open(path, method=method).status_code == 403, f"{method} {path}"


def test_who_finds_a_card_gets_no_pin_and_learns_no_login(site, room):
    someone = with_card(site, room[1])
    page = someone.page("/tai-khoan")
    assert "hlan" not in words(page) and not page.select("input[name=device]")
    assert someone.post("/tai-khoan/pin", **NEW).status_code == 422
    assert someone.post("/tai-khoan/pin", old_secret="", **NEW).status_code == 422
    assert someone.post("/tai-khoan/xoa", sure="1", secret=NEW["secret"]).status_code == 403
    assert site.visitor().post("/dang-nhap", login="hlan", secret=NEW["secret"]).status_code == 422
    with site.reading() as db:
        assert db.get(Person, room[1]) is not None


def test_what_no_card_erases_was_decided(site):
    """Whatever guests may erase too is either here, or a card erases it."""
    marked = {
        rule.endpoint for rule in site.app.url_map.iter_rules()
        if permissions.marked(site.app, rule.endpoint, permissions.ERASES)
    }  # fmt: skip
    assert marked == {"asking.wipe", "asking.wipe_conversation"}


def test_who_finds_a_card_erases_nothing(site, room):
    """What its owner asked stays: a question may be waiting for a person's answer."""
    owner = with_card(site, room[1])
    place = owner.ask("Ai nhận đơn xin cấp lại bằng lái máy cày ở xã?")
    finder = with_card(site, room[1])
    for path in ("/cau-da-hoi/xoa", f"{place}/xoa"):
        came = finder.post(path)
        assert came.status_code == 403 and "mã tạm" in words(soup(came)), path
    assert not finder.page("/cau-da-hoi").select("form[action='/cau-da-hoi/xoa']")
    assert not finder.page(place).select(f"form[action='{place}/xoa']")
    assert "máy cày" in words(finder.page("/cau-da-hoi"))


def test_who_typed_a_secret_and_a_guest_erase_what_they_asked(site):
    for someone in (site.on("tu-xoa"), site.visitor()):
        place = someone.ask("Ai nhận đơn xin cấp lại bằng lái máy cày ở xã?")
        assert someone.page(place).select(f"form[action='{place}/xoa']")
        assert someone.page("/cau-da-hoi").select("form[action='/cau-da-hoi/xoa']")
        assert someone.post("/cau-da-hoi/xoa").status_code == 303
        assert "máy cày" not in words(someone.page("/cau-da-hoi"))


def test_a_pin_that_was_set_on_a_cards_device_ends_with_the_card(site, room):
    class_id, learner = room
    teacher = site.on("co-mai")
    code = secret_of(teacher.post(f"/lop/{class_id}/hoc-vien/{learner}/ma-tam"))
    someone = with_card(site, learner)
    assert someone.get("/cua-toi").status_code == 200, "a card goes on working beside a temporary code"
    assert someone.post("/tai-khoan/pin", old_secret=code, **NEW).status_code == 303
    phone = site.visitor()
    assert phone.post("/dang-nhap", login="hlan", secret=NEW["secret"]).status_code == 303
    teacher.post(f"/lop/{class_id}/hoc-vien/{learner}/thu-the")
    assert someone.get("/tai-khoan").status_code == 302
    assert phone.get("/tai-khoan").status_code == 302
    assert site.visitor().post("/dang-nhap", login="hlan", secret=NEW["secret"]).status_code == 422


def test_a_card_leads_to_learning_although_a_temporary_code_waits(site, room):
    """A pupil with a card knows nothing of the code that a teacher wrote down for another day."""
    class_id, learner = room
    site.on("co-mai").post(f"/lop/{class_id}/hoc-vien/{learner}/ma-tam")
    with site.database() as db:
        token = service.issue_card(db, db.get(Person, learner), site.person("co-mai"))
        db.commit()
    someone = site.visitor()
    came = someone.post(f"/the/{token}")
    assert came.status_code == 303 and came.location == "/cua-toi"
    assert "mã tạm" not in words(someone.page("/cua-toi"))


# Temporary secrets


def test_what_a_temporary_secret_opens_was_decided(site):
    opened = {
        rule.endpoint for rule in site.app.url_map.iter_rules()
        if permissions.marked(site.app, rule.endpoint, permissions.TEMPORARY)
    }  # fmt: skip
    assert opened == TEMPORARY_MAY


def test_a_temporary_password_leads_nowhere_but_to_ones_own(site):
    admin = site.on("quantri")
    password = secret_of(admin.post("/quan-tri/nguoi/moi", name="Cô Tư", login="co-tu", role="teacher"))
    teacher = site.visitor()
    assert teacher.post("/dang-nhap", login="co-tu", secret=password, tiep="/lop").location == "/tai-khoan"
    for path in ("/lop", "/cua-toi", "/hoi", "/hoc", "/tai-khoan/du-lieu.json", "/tai-khoan/xoa"):
        assert teacher.get(path).location == "/tai-khoan", path
    assert teacher.post("/lop", name="Lớp lạ").location == "/tai-khoan"
    assert teacher.get("/viec-gap").status_code == 200, "help in need is there for everybody"
    page = teacher.page("/tai-khoan")
    assert page.select_one("#f-old_secret") is None, "it was typed a moment ago"
    assert not page.select('a[href="/tai-khoan/sua"]'), "it would lead back here without a word"
    same = teacher.post("/tai-khoan/pin", secret=password, secret_again=password)
    assert same.status_code == 422 and "khác với mã tạm" in words(soup(same))
    assert teacher.post("/tai-khoan/pin", **NEW).status_code == 303
    assert teacher.get("/lop").status_code == 200


def test_a_temporary_secret_ends_after_three_days(site):
    person = site.add("quen-lau")
    code = secret_of(site.on("quantri").post(f"/quan-tri/nguoi/{person}/pin"))
    someone = site.visitor()
    assert someone.post("/dang-nhap", login="quen-lau", secret=code).status_code == 303
    with site.database() as db:
        db.execute(
            update(Person).where(Person.id == person).values(secret_expires_at=utc_now() - timedelta(1))
        )
        db.commit()
    assert someone.get("/tai-khoan").status_code == 302, "and what it opened"
    came = site.visitor().post("/dang-nhap", login="quen-lau", secret=code)
    assert came.status_code == 422 and "hết hạn" in words(soup(came))
    wrong = site.visitor().post("/dang-nhap", login="quen-lau", secret="000001")
    assert "hết hạn" not in words(soup(wrong)), "only who knows it hears of it"


def test_the_first_administrators_link_ends_after_a_week(site):
    with site.database() as db:
        db.add(
            FirstAdministrator(token_hash=service.token_hash("mot-tuan"), made_at=utc_now() - timedelta(8))
        )
        db.get(Person, site.person("quantri")).retired_at = utc_now()
        db.commit()
    try:
        came = site.visitor().get("/bat-dau/mot-tuan")
        assert came.status_code == 404 and "một tuần" in words(soup(came))
    finally:
        with site.database() as db:
            db.get(Person, site.person("quantri")).retired_at = None
            db.commit()


# Who hands out a code


def test_a_teacher_gives_their_learner_a_code_and_it_is_recorded(site, room):
    class_id, learner = room
    code = secret_of(site.on("co-mai").post(f"/lop/{class_id}/hoc-vien/{learner}/ma-tam"))
    with site.reading() as db:
        deed = db.scalars(
            select(AuditEntry)
            .where(AuditEntry.action == "accounts.secret_reset")
            .order_by(AuditEntry.id.desc())
        ).first()
        assert (deed.subject, deed.actor_id) == (f"person:{learner}", site.person("co-mai"))
    someone = site.visitor()
    assert someone.post("/dang-nhap", login="hlan", secret=code).location == "/tai-khoan"
    assert "mã tạm" in words(someone.page("/tai-khoan"))
    assert "mã tạm" in words(site.on("co-mai").page(f"/lop/{class_id}/hoc-vien/{learner}"))


def test_a_teacher_resets_nobody_elses_learner_and_no_colleague(site, room):
    class_id, learner = room
    other = site.class_of("thay-ba")
    for path in (f"/lop/{class_id}/hoc-vien/{learner}", f"/lop/{other}/hoc-vien/{learner}"):
        assert site.on("thay-ba").post(f"{path}/ma-tam").status_code == 404, path
    officer = site.add("canbo-hoc", "officer")
    with site.reading() as db:
        from lms.classes.models import Class

        code = db.get(Class, class_id).join_code
    assert site.on("canbo-hoc").post(f"/vao-lop/{code}").status_code == 303
    came = site.on("co-mai").post(f"/lop/{class_id}/hoc-vien/{officer}/ma-tam")
    assert came.status_code == 422 and "quản trị" in words(soup(came))
    assert site.visitor().post("/dang-nhap", login="canbo-hoc", secret=PIN).status_code == 303


def test_an_officer_sees_the_name_first_and_then_sets_a_code(site):
    citizen, officer = site.add("0912000111"), site.on("canbo", "officer")
    page = soup(officer.post("/quay/ma-tam", login="+84 912 000 111"))
    assert "Người 0912000111" in words(page)
    assert page.select_one("input[name=person]")["value"] == citizen
    assert site.visitor().post("/dang-nhap", login="0912000111", secret=PIN).status_code == 303, "not yet"
    code = secret_of(officer.post("/quay/ma-tam", login="0912000111", person=citizen))
    assert site.visitor().post("/dang-nhap", login="0912000111", secret=PIN).status_code == 422
    assert site.visitor().post("/dang-nhap", login="0912000111", secret=code).location == "/tai-khoan"


def test_an_officers_code_for_an_account_that_is_gone_by_then_is_refused(site, monkeypatch):
    """The secret is made between looking who it is and setting it: by then they may have left."""
    citizen, officer = site.add("0912000222"), site.on("canbo", "officer")
    make = temporary_codes.handing_out.secret_of_form

    def closed_meanwhile(**about):
        with site.database() as db:
            db.execute(update(Person).where(Person.id == citizen).values(retired_at=utc_now()))
            db.commit()
        return make(**about)

    monkeypatch.setattr(temporary_codes.handing_out, "secret_of_form", closed_meanwhile)
    came = officer.post("/quay/ma-tam", login="0912000222", person=citizen)
    assert came.status_code == 422 and "Không có tài khoản này" in words(soup(came))


@pytest.mark.parametrize(("login", "role", "unit"), [
    ("thay-tu", "teacher", "Xã Mẫu"), ("quantri", "admin", "Xã Mẫu"), ("dan-xa-khac", "", "Xã Khác"),
    ("khong-co-ai", None, ""),
])  # fmt: skip
def test_an_officer_resets_no_staff_and_nobody_of_another_unit(site, login, role, unit):
    person = site.add(login, role, unit) if role is not None else "0" * 32
    came = site.on("canbo", "officer").post("/quay/ma-tam", login=login, person=person)
    assert came.status_code == 422 and "Không có tài khoản này" in words(soup(came))
    if role is not None:
        assert site.visitor().post("/dang-nhap", login=login, secret=PIN).status_code == 303


@pytest.mark.parametrize("who", ["hoc-vien", "co-mai"])
def test_learners_and_teachers_do_not_reach_the_officers_page(site, room, who):
    site.add("hoc-vien")
    assert site.on(who).get("/quay/ma-tam").status_code == 403


def test_codes_are_limited_in_number(site, room, monkeypatch):
    limit = tries.of_resets("key", "x")
    monkeypatch.setattr(tries, "of_resets", lambda *_: throttle_limit(limit))
    class_id, learner = room
    teacher = site.on("co-mai")
    answers = [teacher.post(f"/lop/{class_id}/hoc-vien/{learner}/ma-tam").status_code for _ in range(3)]
    assert answers == [200, 200, 422]


def throttle_limit(limit):
    from dataclasses import replace

    return replace(limit, free=2)


def test_the_teacher_of_a_closed_class_sets_no_code_for_who_keeps_their_own_account(site):
    class_id = site.class_of("co-lop-cu")
    [listed] = site.fill(class_id, [["Giàng A Chu"]], "co-lop-cu")
    own = site.add("tu-vao-lop-cu")
    with site.database() as db:
        classes.enrol(db, db.get(Class, class_id), db.get(Person, own))
        db.commit()
    teacher = site.on("co-lop-cu", "teacher")
    codes = [f"/lop/{class_id}/hoc-vien/{one}/ma-tam" for one in (own, listed)]
    assert teacher.post(codes[0]).status_code == 200
    teacher.post(f"/lop/{class_id}/dong")
    came = teacher.post(codes[0])
    assert came.status_code == 422 and "bàn hỗ trợ" in soup(came).get_text()
    assert "bàn hỗ trợ" not in soup(teacher.post(codes[1])).select_one("main").get_text()


def test_a_card_that_was_found_leads_to_no_pin(site):
    """A teacher entered the card's owner into a class of their own with it, and set them a code."""
    listed_in, own = site.class_of("co-in-the"), site.class_of("thay-nhat-the")
    [learner] = site.fill(listed_in, [["Hạng Thị Dở"]], "co-in-the")
    with site.database() as db:
        token = service.issue_card(db, db.get(Person, learner), site.person("co-in-the"))
        code = db.get(Class, own).join_code
        db.commit()
    finder = site.visitor()
    finder.post(f"/the/{token}")
    assert finder.post(f"/vao-lop/{code}").status_code == 303
    came = site.on("thay-nhat-the", "teacher").post(f"/lop/{own}/hoc-vien/{learner}/ma-tam")
    assert came.status_code == 422 and "danh sách của lớp khác" in soup(came).get_text()
    site.on("co-in-the", "teacher").post(f"/lop/{listed_in}/hoc-vien/{learner}/thu-the")
    assert site.on("thay-nhat-the").post(f"/lop/{own}/hoc-vien/{learner}/ma-tam").status_code == 422


def test_a_second_value_with_a_sign_that_no_database_takes_is_refused(site):
    class_id = site.class_of("co-hai-gia-tri")
    [learner] = site.fill(class_id, [["Mùa A Dê"]], "co-hai-gia-tri")
    teacher = site.on("co-hai-gia-tri", "teacher")
    came = teacher.client.post(f"/lop/{class_id}/the", data={"person": [learner, "\x00"]})
    assert came.status_code == 400
    assert teacher.client.get("/lop?tim=a&tim=%00").status_code == 404
