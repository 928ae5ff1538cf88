"""Making an account, signing in and out, cards and the first administrator, as a person meets them."""

import re

import pytest
from sqlalchemy import func, select

from i18n.dates import utc_now
from lms import cli
from lms.accounts import devices, service, tries
from lms.accounts.models import Consent, Person, SignInCard, SignInSession
from lms.accounts.visitor import STAFF
from lms.classes.models import Class
from lms.core import throttle
from lms.learning.models import Event, LessonProgress
from tests.factories import sign_up_form
from tests.lms.site import soup
from tests.lms.words_only import PIN, words

FORM = sign_up_form()


@pytest.fixture(autouse=True)
def nobody_waits(site):
    """Each test begins with no failures counted against the one address they all come from."""
    with site.database() as db:
        for row in db.scalars(select(throttle.Throttle)):
            db.delete(row)
        db.commit()


def learn(site, someone, number=1, event="0"):
    """Answer a question of the first lesson; the event's id is made of one letter."""
    lesson = site.lesson
    event_id = f"{event * 8}-{event * 4}-4{event * 3}-8{event * 3}-{event * 12}"
    came = someone.post(f"/hoc/{lesson.course_id}/{lesson.id}/cau-hoi/{number}", choice="0", event=event_id)
    assert came.status_code == 303
    return event_id


def events_of(site, login: str) -> set[str]:
    with site.reading() as db:
        return set(db.scalars(select(Event.question_id).where(Event.person_id == site.person(login))))


def session_token(someone) -> str:
    with someone.client.session_transaction() as session:
        return session.get("_user_id", "")


def test_what_a_guest_did_is_kept_on_signing_up(site):
    someone = site.visitor()
    learn(site, someone, event="a")
    assert someone.post("/dang-ky", login="lanh1", **FORM).location == "/cua-toi"
    assert site.lesson.questions[0].id in events_of(site, "lanh1")
    assert "Chào Nguyễn Thị Lành" in words(someone.page("/cua-toi"))


def test_what_a_guest_did_joins_the_account_they_sign_in_to(site):
    site.add("banam")
    home = site.on("banam")
    learn(site, home, 1, "b")
    elsewhere = site.visitor()
    learn(site, elsewhere, 2, "c")
    with site.reading() as db:
        guests = db.scalar(select(func.count()).where(Person.is_guest))
    assert elsewhere.post("/dang-nhap", login="banam", secret=PIN).status_code == 303
    assert len(events_of(site, "banam") & {one.id for one in site.lesson.questions[:2]}) == 2
    with site.reading() as db:
        assert db.scalar(select(func.count()).where(Person.is_guest)) == guests - 1, "the guest is gone"
        progress = db.scalars(
            select(LessonProgress).where(LessonProgress.person_id == site.person("banam"))
        ).one()
    assert progress.answered == 2, "both devices' answers are counted"


def test_signing_in_on_another_device_continues(site):
    learn(site, site.on("banam2"), event="d")
    phone = site.visitor()
    phone.post("/dang-nhap", login="banam2", secret=PIN)
    assert site.lesson.title in words(phone.page("/cua-toi"))


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "L" * 81}, "name"),
        ({"login": "09"}, "login"),
        ({"login": "quantri"}, "login"),
        ({"secret": "123456", "secret_again": "123456"}, "secret"),
        ({"secret_again": "739185"}, "secret_again"),
        ({"age": ""}, "age"),
        ({"consent": ""}, "consent"),
        ({"age": "under16"}, "guardian_consent"),
        ({"age": "under16", "guardian_consent": "1"}, "guardian_name"),
    ],
)
def test_what_is_missing_is_said_at_its_field_and_nothing_typed_is_lost(site, change, field):
    came = site.visitor().post("/dang-ky", **{"login": "lanhmoi", **FORM, **change})
    page = soup(came)
    assert came.status_code == 422
    assert page.select_one(f'#loi a[href="#f-{field}"]') and page.select_one(f"#f-{field}")
    if "name" not in change:
        assert page.select_one("#f-name")["value"] == FORM["name"]
    assert "739184" not in came.get_data(as_text=True)
    with site.reading() as db:
        assert db.scalar(select(Person.id).where(Person.login == "lanhmoi")) is None


def test_all_mistakes_of_a_sign_up_are_named_at_once_in_the_order_of_the_page(site):
    page = soup(site.visitor().post("/dang-ky"))
    named = [link["href"].removeprefix("#f-") for link in page.select("#loi a")]
    assert named == ["name", "login", "secret", "age", "consent"]
    slips = {"name": "Dua", "login": "quantri", "secret": "12", "secret_again": "13", "age": "under16"}
    page = soup(site.visitor().post("/dang-ky", **slips, guardian_relation="mẹ"))
    named = [link["href"].removeprefix("#f-") for link in page.select("#loi a")]
    assert named == [
        "login",
        "secret",
        "secret_again",
        "guardian_name",
        "guardian_consent",
        "consent",
    ]
    assert page.select_one("#f-login")["value"] == "quantri"
    assert page.select_one("#f-guardian_relation")["value"] == "mẹ"
    assert page.select_one("input[name=age][value=under16]").has_attr("checked")
    assert page.select_one("details:has(#f-guardian_name)").has_attr("open")


def named(came) -> list[str]:
    """The fields that the summary of mistakes leads to, in its order."""
    page = soup(came)
    fields = [link["href"].removeprefix("#f-") for link in page.select("#loi a")]
    assert came.status_code == 422 and all(page.select_one(f"#f-{name}") for name in fields)
    return fields


def test_an_empty_sign_in_is_told_what_is_missing_and_is_no_wrong_guess(site):
    someone = site.visitor()
    for _ in range(8):
        came = someone.post("/dang-nhap", login="quantri", secret=" ")
    assert named(came) == ["secret"] and "chưa đúng" not in words(soup(came))
    assert named(someone.post("/dang-nhap")) == ["login", "secret"]
    assert someone.post("/dang-nhap", login="quantri", secret=PIN).status_code == 303, "nobody waits for it"


def test_every_form_of_secrets_and_staff_names_all_that_is_missing(site):
    mine = site.on("nhieucho")
    assert named(mine.post("/tai-khoan/pin")) == ["old_secret", "secret"]
    both = mine.post("/tai-khoan/pin", old_secret="000001", secret="12", secret_again="13")
    assert named(both) == ["secret", "secret_again"]
    assert named(mine.post("/tai-khoan/xoa")) == ["secret", "sure"]
    assert named(mine.post("/tai-khoan/xoa", secret=PIN)) == ["sure"]
    assert named(site.on("quantri").post("/quan-tri/nguoi/moi")) == ["name", "login", "role"]


def test_a_guardian_is_not_called_optional(site):
    part = site.visitor().page("/dang-ky").select_one("details:has(#f-guardian_name)")
    assert "không bắt buộc" not in part.select_one("label[for=f-guardian_name]").get_text()
    assert not part.select_one("#f-guardian_name").has_attr("required"), "a grown-up leaves it empty"


def test_the_device_in_ones_hand_is_told_from_the_others(site):
    site.on("haimaynay")
    here = site.on("haimaynay").page("/tai-khoan")
    assert ["máy bạn đang dùng" in one.get_text() for one in here.select("li.src")] == [True, False]


def test_a_good_pin_beside_a_mistake_is_asked_for_again_in_words(site):
    page = soup(site.visitor().post("/dang-ky", **{**FORM, "name": "", "login": "lanhlai"}))
    assert "Bạn gõ lại mã" in page.select_one("#h-secret").text
    assert not page.select_one("#f-secret").has_attr("value")


def test_a_child_signs_up_with_a_guardian(site):
    form = {**FORM, "age": "under16", "guardian_name": "Vàng A Páo", "guardian_relation": "bố"}
    assert site.visitor().post("/dang-ky", login="dua14", guardian_consent="1", **form).status_code == 303
    with site.reading() as db:
        consent = db.scalars(
            select(Consent).where(Consent.person_id == site.person("dua14"), Consent.kind == "guardian")
        ).one()
        assert consent.guardian_name == "Vàng A Páo"


def test_a_cookie_of_nonsense_does_not_become_a_persons_choice(site):
    someone = site.visitor()
    someone.client.set_cookie("hs_doc", "x" * 300)
    someone.client.set_cookie("hs_nhom", "y" * 300)
    assert someone.post("/dang-ky", login="cookie1", **FORM).status_code == 303
    with site.reading() as db:
        person = db.get(Person, site.person("cookie1"))
        assert (person.register, person.audience) == (None, None)


def test_choices_come_along_to_the_next_device(site):
    someone = site.visitor()
    someone.get(f"/chon-nhom/{site.library.audiences[0].id}")
    someone.get("/doc/plain")
    someone.post("/dang-ky", login="chon1", **FORM)
    phone = site.visitor()
    phone.post("/dang-nhap", login="chon1", secret=FORM["secret"])
    assert phone.client.get_cookie("hs_doc").value == "plain"
    assert phone.client.get_cookie("hs_nhom").value == site.library.audiences[0].id


def test_the_page_says_the_same_for_a_wrong_pin_and_an_unknown_name(site):
    site.add("banam")
    said = []
    for login in ("banam", "khongaica", "!!"):
        came = site.visitor().post("/dang-nhap", login=login, secret="000001")
        page = soup(came)
        page.select_one("#f-login")["value"] = ""
        said.append((came.status_code, words(page)))
    assert said[0] == said[1] == said[2]
    assert said[0][0] == 422


def test_wrong_pins_make_the_account_wait_whoever_tries_there(site):
    site.add("chothu")
    for _ in range(2 + 5):
        assert site.visitor().post("/dang-nhap", login="chothu", secret="000001").status_code == 422
    came = site.visitor().post("/dang-nhap", login="chothu", secret=PIN)
    assert came.status_code == 429 and 0 < int(came.headers["Retry-After"]) <= 30
    assert "Bạn chờ" in words(soup(came)) and soup(came).select_one("#f-login")["value"] == "chothu"
    beside, elsewhere = (
        site.visitor().client.post(
            "/dang-nhap", data={"login": "chothu", "secret": PIN}, environ_base={"REMOTE_ADDR": address}
        )
        for address in ("127.0.0.77", "10.0.0.9")
    )
    assert (beside.status_code, elsewhere.status_code) == (429, 303)
    assert site.visitor().post("/dang-nhap", login="quantri", secret=PIN).status_code == 303, "others may"


def test_the_pin_that_was_just_set_cannot_be_guessed_as_a_second_tap(site):
    """For two minutes after a change, whatever was sent as new was compared with it, uncounted."""
    someone = site.on("vua-doi-ma")
    form = {"old_secret": PIN, "secret": "739184", "secret_again": "739184"}
    assert someone.post("/tai-khoan/pin", **form).status_code == 303
    said = []
    for number in range(12):
        guess = f"8402{number:02}"
        came = someone.post("/tai-khoan/pin", old_secret="000001", secret=guess, secret_again=guess)
        said.append("Bạn chờ" in words(soup(came)))
    assert said.count(False) <= 10 and said[-1], "after some guesses one waits"


def test_a_corrected_name_makes_no_device_known(site):
    someone = site.on("doi-ten-thoi")
    someone.client.set_cookie("hs_may", "x" * 16)
    assert someone.post("/tai-khoan/sua", name="Tên Mới", login="doi-ten-thoi").status_code == 303
    kept = someone.client.get_cookie("hs_may")
    assert kept.value == "x" * 16, "no secret was typed"


def test_one_address_that_tries_many_accounts_waits(site, monkeypatch):
    monkeypatch.setattr(tries, "ADDRESS_FREE", 4)
    for number in range(4):
        site.visitor().post("/dang-nhap", login=f"thu{number}x", secret="000001")
    site.add("la-o-day")
    came = site.visitor().post("/dang-nhap", login="la-o-day", secret=PIN)
    assert came.status_code == 429 and int(came.headers["Retry-After"]) <= 20
    elsewhere = site.visitor().client.post(
        "/dang-nhap", data={"login": "la-o-day", "secret": PIN}, environ_base={"REMOTE_ADDR": "10.0.0.8"}
    )
    assert elsewhere.status_code == 303


def test_the_session_changes_on_signing_in_and_the_old_one_is_dead(site):
    site.add("banam")
    someone = site.visitor()
    learn(site, someone, event="e")
    before = session_token(someone)
    someone.post("/dang-nhap", login="banam", secret=PIN)
    after = session_token(someone)
    assert before and after and before != after
    thief = site.visitor()
    with thief.client.session_transaction() as session:
        session["_user_id"] = before
    assert thief.get("/tai-khoan").status_code == 302


def test_who_signs_in_over_somebody_else_signs_them_out_here(site):
    site.add("mot1"), site.add("hai2")
    someone = site.visitor()
    someone.post("/dang-nhap", login="mot1", secret=PIN)
    token = session_token(someone)
    someone.post("/dang-nhap", login="hai2", secret=PIN)
    with site.reading() as db:
        assert service.load_session(db, token) is None
        assert service.load_session(db, session_token(someone)).login == "hai2"


def test_a_session_of_nonsense_is_nobody(site):
    someone = site.visitor()
    with someone.client.session_transaction() as session:
        session["_user_id"] = "no such session"
    assert someone.get("/cua-toi").status_code == 200
    assert someone.get("/tai-khoan").status_code == 302


def test_signing_out_ends_the_session_not_only_the_cookie(site):
    someone = site.on("banam")
    token = session_token(someone)
    came = someone.post("/dang-xuat")
    assert came.location == "/" and "cache" in came.headers["Clear-Site-Data"]
    with site.reading() as db:
        assert service.load_session(db, token) is None
    assert someone.get("/tai-khoan").status_code == 302


@pytest.mark.parametrize(
    "target",
    ["//evil.vn", "https://evil.vn/x", "/\\evil.vn", "\\\\evil.vn", "/\t/evil.vn", "javascript:alert(1)",
     "evil.vn", "///evil.vn", "/%5Cevil.vn/..//\\", "http:evil.vn", "", " //evil.vn", "/\n/evil.vn"],
)  # fmt: skip
def test_nobody_is_sent_to_another_site(site, target):
    site.add("banam")
    for path, form in (("/dang-nhap", {"login": "banam", "secret": PIN}),):
        came = site.visitor().client.post(path, data={**form, "tiep": target})
        assert came.status_code == 303
        assert re.fullmatch(r"/(?![/\\])[^\\\s]*", came.location), came.location
    came = site.visitor().client.get("/doc/plain", query_string={"tiep": target})
    assert re.fullmatch(r"/(?![/\\])[^\\\s]*", came.location), came.location


def test_one_goes_on_to_where_one_wanted(site):
    asked = site.visitor().get("/tai-khoan/xoa?x=1")
    assert asked.location == "/dang-nhap?tiep=/tai-khoan/xoa?x%3D1"
    someone = site.visitor()
    wanted = someone.page(asked.location).select_one("input[name=tiep]")["value"]
    site.add("banam")
    assert someone.post("/dang-nhap", login="banam", secret=PIN, tiep=wanted).location == "/tai-khoan/xoa?x=1"


# One's own account


def test_changing_the_pin_ends_the_other_devices(site):
    phone, desk = site.on("doipin"), site.on("doipin")
    assert (
        phone.post("/tai-khoan/pin", old_secret="000001", secret="739184", secret_again="739184").status_code
        == 422
    )
    assert phone.post("/tai-khoan/pin", old_secret=PIN, secret="739184", secret_again="1").status_code == 422
    assert desk.get("/tai-khoan").status_code == 200
    came = phone.post("/tai-khoan/pin", old_secret=PIN, secret="739184", secret_again="739184")
    assert came.status_code == 303
    assert phone.get("/tai-khoan").status_code == 200
    assert desk.get("/tai-khoan").status_code == 302
    assert site.visitor().post("/dang-nhap", login="doipin", secret=PIN).status_code == 422
    assert site.visitor().post("/dang-nhap", login="doipin", secret="739184").status_code == 303


def test_guessing_the_pin_from_inside_waits_too(site):
    someone = site.on("doantu")
    for _ in range(11):
        came = someone.post("/tai-khoan/pin", old_secret="000001", secret="739184", secret_again="739184")
    assert "Bạn chờ" in words(soup(came))
    came = someone.post("/tai-khoan/pin", old_secret=PIN, secret="739184", secret_again="739184")
    assert came.status_code in {422, 429}


def test_a_device_can_be_signed_out_from_another(site):
    phone, desk = site.on("haimay"), site.on("haimay")
    page = phone.page("/tai-khoan")
    buttons = page.select("form[action='/tai-khoan/thiet-bi'] input[name=device]")
    assert len(buttons) == 2
    assert phone.post("/tai-khoan/thiet-bi", all="1").status_code == 303
    assert desk.get("/tai-khoan").status_code == 302
    assert phone.get("/tai-khoan").status_code == 200


def test_my_data_are_mine_only(site):
    mine, hers = site.on("cuatoi1"), site.on("cuaban1")
    learn(site, mine, event="7")
    learn(site, hers, event="8")
    hers.ask("Bón phân cho sầu riêng ra hoa trái vụ thế nào?")
    came = mine.get("/tai-khoan/du-lieu.json")
    data = came.get_json()
    assert "attachment" in came.headers["Content-Disposition"]
    assert data["login"] == "cuatoi1" and len(data["consents"]) == 1
    assert {one["kind"] for one in data["learning"]} >= {"answered"} and data["questions"] == []
    text = came.get_data(as_text=True)
    assert "cuaban1" not in text and "argon2" not in text and "token" not in text


# Cards


@pytest.fixture(scope="module")
def card(site):
    """(class id, learner id, path of the learner's card): a card as the teacher printed it."""
    class_id = site.class_of("co-the")
    [learner] = site.fill(class_id, [["Ksor H'Lan"]], by="co-the")
    return class_id, learner


def new_card(site, learner: str) -> str:
    with site.database() as db:
        token = service.issue_card(db, db.get(Person, learner), site.person("co-the"))
        db.commit()
    return f"/the/{token}"


def test_looking_at_a_card_signs_nobody_in(site, card):
    path = new_card(site, card[1])
    someone = site.visitor()
    assert "Bạn là Ksor H'Lan?" in words(someone.page(path))
    assert someone.get("/tai-khoan").status_code == 302
    assert someone.client.head(path).status_code == 200
    assert someone.get("/tai-khoan").status_code == 302
    assert someone.post(path).status_code == 303
    assert "Ksor H'Lan" in words(someone.page("/tai-khoan"))


def test_a_card_page_is_kept_by_nobody(site, card):
    came = site.visitor().get(new_card(site, card[1]))
    assert re.search("private|no-store", came.headers["Cache-Control"])
    assert came.headers["Referrer-Policy"] == "no-referrer"


def test_a_withdrawn_card_and_what_it_opened_stop_at_once(site, card):
    class_id, learner = card
    path = new_card(site, learner)
    someone = site.visitor()
    someone.post(path)
    site.on("co-the").post(f"/lop/{class_id}/hoc-vien/{learner}/thu-the")
    assert someone.get("/tai-khoan").status_code == 302
    came = site.visitor().get(path)
    assert came.status_code == 404 and "xin thầy cô" in words(soup(came))
    assert site.visitor().post(path).status_code == 404


def test_the_token_of_a_card_is_nowhere_in_the_database(site, card):
    token = new_card(site, card[1]).removeprefix("/the/")
    with site.reading() as db:
        kept = db.scalars(select(SignInCard.token_hash)).all()
    assert all(len(one) == 64 and one != token for one in kept)


def test_wrong_cards_never_shut_out_a_right_one(site, card):
    for number in range(70):
        assert site.visitor().get(f"/the/sai-{number}").status_code == 404
    assert site.visitor().post(new_card(site, card[1])).status_code == 303


def test_the_class_code_signs_nobody_in(site, card):
    with site.reading() as db:
        code = db.get(Class, card[0]).join_code
    someone = site.visitor()
    page = someone.page(f"/vao-lop/{code}")
    assert page.select_one("form[method=post]") is None and "Bạn cần tài khoản" in words(page)
    assert someone.post(f"/vao-lop/{code}").status_code == 403
    assert someone.get("/tai-khoan").status_code == 302


# Staff


def test_a_new_password_is_shown_once_and_has_to_be_changed(site):
    admin = site.on("quantri")
    came = admin.post("/quan-tri/nguoi/moi", name="Anh Bình", login="canbo9", role="officer")
    secret = soup(came).select_one(".joincode").get_text()
    with site.reading() as db:
        assert secret not in db.get(Person, site.person("canbo9")).secret_hash
    officer = site.visitor()
    first = officer.post("/dang-nhap", login="canbo9", secret=secret)
    assert first.location == "/tai-khoan"
    assert officer.page("/tai-khoan").select_one("main .note-warning"), "a temporary one, and it says so"


def test_a_reset_pin_ends_the_old_devices(site):
    someone = site.on("quenpin")
    came = site.on("quantri").post(f"/quan-tri/nguoi/{site.person('quenpin')}/pin")
    secret = soup(came).select_one(".joincode").get_text()
    assert someone.get("/tai-khoan").status_code == 302
    assert site.visitor().post("/dang-nhap", login="quenpin", secret=PIN).status_code == 422
    assert site.visitor().post("/dang-nhap", login="quenpin", secret=secret).status_code == 303


def test_a_closed_account_is_out_at_once_and_comes_back(site):
    someone, admin = site.on("donglai"), site.on("quantri")
    path = f"/quan-tri/nguoi/{site.person('donglai')}/dong"
    admin.post(path)
    assert someone.get("/tai-khoan").status_code == 302
    assert site.visitor().post("/dang-nhap", login="donglai", secret=PIN).status_code == 422
    admin.post(path, open="1")
    assert site.visitor().post("/dang-nhap", login="donglai", secret=PIN).status_code == 303


def test_the_first_administrators_link_works_once(site):
    with site.database() as db:
        assert service.first_administrator_link(db) is None, "there is one already"
        admin = db.get(Person, site.person("quantri"))
        admin.retired_at = utc_now()
        db.flush()
        earlier = service.first_administrator_link(db)
        token = service.first_administrator_link(db)
        db.commit()
    try:
        form = {"name": "Đỗ Trí", "login": "triquantri", "secret": "con trâu đi trước", "unit_name": "Xã Mẫu"}
        assert site.visitor().get(f"/bat-dau/{earlier}").status_code == 200, "a second start kills no link"
        someone = site.visitor()
        assert someone.page(f"/bat-dau/{token}").select_one("form")
        missing = someone.post(f"/bat-dau/{token}", secret_again="x")
        assert named(missing) == ["unit_name", "name", "login", "secret", "secret_again"]
        cut = words(soup(site.visitor().get(f"/bat-dau/{token[:-1]}")))
        assert "đã dùng" not in cut and "chép lại cả dòng" in cut, "nobody has used it"
        bad = someone.post(f"/bat-dau/{token}", **form, secret_again="khác")
        assert bad.status_code == 422 and soup(bad).select_one("#f-unit_name")["value"] == "Xã Mẫu"
        done = someone.post(f"/bat-dau/{token}", **form, secret_again=form["secret"])
        assert done.location == "/quan-tri" and someone.get("/quan-tri").status_code == 200
        for used in (token, earlier):
            other = {**form, "login": "nguoikhac"}
            again = site.visitor().post(f"/bat-dau/{used}", **other, secret_again=form["secret"])
            assert again.status_code == 404
            wrong = {**form, "secret": "con trâu đi sau"}
            again = site.visitor().post(f"/bat-dau/{used}", **wrong, secret_again=wrong["secret"])
            assert again.status_code == 404, "a second tap holds the same secret"
    finally:
        with site.database() as db:
            db.get(Person, site.person("quantri")).retired_at = None
            db.commit()


def test_the_command_prints_the_link_only_while_there_is_no_administrator(site, capsys, monkeypatch):
    settings = site.app.extensions["settings"]
    assert cli.first_administrator(settings) is None


def test_every_session_has_an_end(site):
    site.visitor().post("/dang-nhap", login="quantri", secret=PIN)
    with site.reading() as db:
        for row in db.scalars(select(SignInSession)):
            assert row.expires_at > row.created_at


def test_a_session_says_that_it_is_of_staff_and_of_nobody_else(site):
    """By it the gateway keeps places for the lists and documents that only staff send."""
    for login, role in (("giao-vien-gui-tep", "teacher"), ("hoc-vien-gui-tep", "")):
        site.add(login, role)
        someone = site.visitor()
        assert someone.post("/dang-nhap", login=login, secret=PIN).status_code == 303
        with someone.client.session_transaction() as session:
            assert session.get(STAFF, False) is bool(role)


def test_who_is_signed_in_on_a_hundred_devices_is_signed_out_of_the_oldest(site, monkeypatch):
    """A page of fifty thousand devices; but who found a card signs out none of its owner's own."""
    monkeypatch.setattr(devices, "MOST_DEVICES", 3)
    person = site.add("nhieu-may")
    with site.database() as db:
        own = service.start_session(db, db.get(Person, person), "pin")
        cards = [service.start_session(db, db.get(Person, person), "card") for _ in range(5)]
        db.commit()
        live = [service.load_session(db, token) is not None for token in (own, *cards)]
    assert live == [True, False, False, True, True, True]
