"""A village behind one address, as its people meet it; and strangers who guess beside it."""

from __future__ import annotations

import pytest
from argon2 import PasswordHasher
from sqlalchemy import delete, select, update

from lms.accounts import credentials, tries
from lms.accounts.models import FamiliarPlace, Person
from lms.classes.models import Class
from lms.core.throttle import Throttle
from tests.factories import sign_up_form
from tests.lms.site import soup
from tests.lms.words_only import PIN, words

WRONG = "000001"
FORM = sign_up_form()


@pytest.fixture(autouse=True, scope="module")
def hashes_that_cost_little():
    """Hundreds of people sign in here; what a hash costs is tested with the rules of accounts."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(credentials, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        patch.setattr(credentials, "_nobody", credentials._hasher.hash("nobody"))
        yield


@pytest.fixture(autouse=True)
def nobody_waits(site):
    with site.database() as db:
        db.execute(delete(Throttle))
        db.execute(delete(FamiliarPlace))
        db.commit()


def sign_in(someone, login: str, secret: str, address: str = "10.0.0.1") -> int:
    came = someone.client.post(
        "/dang-nhap", data={"login": login, "secret": secret}, environ_base={"REMOTE_ADDR": address}
    )
    return came.status_code


@pytest.fixture(scope="module")
def villagers(site) -> list[str]:
    return [login for login in (f"dan{number}" for number in range(45)) if site.add(login)]


def test_people_who_mistype_once_and_all_get_in(site, villagers):
    for login in villagers[:20]:
        someone = site.visitor()
        assert sign_in(someone, login, WRONG) == 422
        assert sign_in(someone, login, PIN) == 303
    assert sign_in(site.visitor(), "quantri", PIN) == 303, "and so does the administrator"


def test_a_class_of_45_signs_in_from_one_address(site, villagers):
    for number, login in enumerate(villagers):
        someone = site.visitor()
        if number % 5 == 0:
            assert sign_in(someone, login, WRONG) == 422
        assert sign_in(someone, login, PIN) == 303


def test_a_class_gets_in_beside_a_guesser(site, villagers):
    at_home = {}
    for login in villagers[:5]:
        at_home[login] = site.visitor()
        assert sign_in(at_home[login], login, PIN, "10.5.5.5") == 303
    for login in villagers[5:10]:
        assert sign_in(site.visitor(), login, PIN) == 303, "they were here before"
    compared = sum(sign_in(site.visitor(), f"ai-do{number}", WRONG) == 422 for number in range(110))
    assert 60 <= compared < 90, "the guesser is slowed down"
    for login in villagers[:5]:
        assert sign_in(at_home[login], login, PIN) == 303, "on a device that is known"
    for login in villagers[5:10]:
        assert sign_in(site.visitor(), login, PIN) == 303, "at a place that is familiar"


def test_a_stranger_cannot_lock_the_administrator_out(site):
    desk = site.visitor()
    assert sign_in(desk, "quantri", PIN) == 303
    guesses = [sign_in(site.visitor(), "quantri", WRONG, f"10.9.9.{number}") for number in range(40)]
    assert guesses.count(422) == 7 and guesses.count(429) == 33
    assert sign_in(site.visitor(), "quantri", PIN, "10.9.9.99") == 429, "who is a stranger there too waits"
    desk.post("/dang-xuat")
    assert sign_in(desk, "quantri", PIN, "10.9.9.99") == 303, "the known device does not"
    assert sign_in(site.visitor(), "quantri", PIN, "10.8.8.8") == 303, "nor does who comes from elsewhere"


def test_the_wait_is_said_in_words_and_short(site):
    site.add("chocho")
    for _ in range(7):
        sign_in(site.visitor(), "chocho", WRONG)
    came = site.visitor().client.post(
        "/dang-nhap", data={"login": "chocho", "secret": PIN}, environ_base={"REMOTE_ADDR": "10.0.0.9"}
    )
    assert came.status_code == 429 and int(came.headers["Retry-After"]) <= 30
    assert "Bạn chờ" in words(soup(came))


def test_the_cookie_of_a_device_holds_nothing_of_a_person(site):
    someone = site.visitor()
    sign_in(someone, "quantri", PIN)
    kept = someone.client.get_cookie("hs_may")
    assert kept.http_only and kept.same_site == "Lax" and kept.max_age > 300 * 24 * 3600
    assert "quantri" not in kept.value and site.person("quantri") not in kept.value
    assert tries.Device.read(kept.value).cookie() == kept.value


def test_a_hall_that_signs_up_too_quickly_waits_some_seconds(site, monkeypatch):
    monkeypatch.setattr(tries, "SIGN_UPS_FREE", 3)
    for number in range(3):
        came = site.visitor().post("/dang-ky", login=f"hoi{number}", **FORM)
        assert came.status_code == 303, number
    came = site.visitor().post("/dang-ky", login="hoi3", **FORM)
    assert came.status_code == 422 and "Bạn chờ" in words(soup(came))
    assert soup(came).select_one("#f-login")["value"] == "hoi3", "what was typed is kept"


def test_asking_who_has_an_account_is_slowed_down(site, monkeypatch):
    monkeypatch.setattr(tries, "REFUSED_FREE", 4)
    site.add("da-co")
    taken = [site.visitor().post("/dang-ky", login="quantri", **{**FORM, "consent": ""}) for _ in range(6)]
    said = ["Bạn chờ" in words(soup(came)) for came in taken]
    assert said == [False] * 4 + [True] * 2
    assert site.visitor().post("/dang-nhap", login="quantri", secret=PIN).status_code == 303


def test_a_sign_up_that_is_refused_hashes_nothing_inside_a_transaction(site, monkeypatch):
    """The slow part comes before the database is locked: else one sign-up holds up everybody's answers."""
    from flask import g, has_request_context

    inside = []
    real = credentials._hasher.hash

    def watched(secret):
        if has_request_context() and "writing" in g and g.writing.in_transaction():
            inside.append(secret)
        return real(secret)

    class Watched:
        hash = staticmethod(watched)
        verify = staticmethod(credentials._hasher.verify)

    monkeypatch.setattr(credentials, "_hasher", Watched)
    assert site.visitor().post("/dang-ky", login="nhanhlen", **FORM).status_code == 303
    someone = site.on("nhanhlen")
    form = {"old_secret": FORM["secret"], "secret": "258037", "secret_again": "258037"}
    assert someone.post("/tai-khoan/pin", **form).status_code == 303
    admin = site.on("quantri")
    assert admin.post(f"/quan-tri/nguoi/{site.person('nhanhlen')}/pin").status_code == 200
    assert admin.post("/quan-tri/nguoi/moi", name="Anh", login="anhmoi", role="officer").status_code == 200
    assert inside == []


SAME_PIN = ["258 036", "258036 ", " 258036", "２５８０３６", "258\u00a0036", "258 036\u200b"]


def test_nobody_learns_which_accounts_were_used_here_while_the_address_waits(site, villagers):
    """Sixty made-up names, and then: who was here before was told “wrong”, all others “wait”."""
    login = villagers[0]
    assert sign_in(site.visitor(), login, PIN) == 303
    guessed = 0
    while sign_in(site.visitor(), f"ma-{guessed}", WRONG) == 422:
        guessed += 1
    assert sign_in(site.visitor(), login, WRONG) == 429
    assert sign_in(site.visitor(), login, PIN) == 303, "but the owner comes in"


@pytest.mark.parametrize("typed", SAME_PIN)
def test_a_pin_with_a_space_in_it_is_the_same_pin(site, typed):
    site.add("dau-cach")
    assert sign_in(site.visitor(), "dau-cach", typed) == 303


def test_a_password_keeps_its_spaces_but_those_at_its_ends(site):
    someone = site.on("mat-khau")
    form = {"secret": " con trâu đi trước ", "secret_again": "con trâu đi trước"}
    assert someone.post("/tai-khoan/pin", old_secret=PIN, **form).status_code == 303
    assert sign_in(site.visitor(), "mat-khau", "con trâu đi trước") == 303
    assert sign_in(site.visitor(), "mat-khau", "con trâu đi trước ") == 303
    assert sign_in(site.visitor(), "mat-khau", "contrâuđitrước") == 422


def test_wrong_class_codes_are_counted_by_post_as_by_get(site, monkeypatch):
    someone = site.on("mo-ma")
    answers = [someone.post(f"/vao-lop/SAI{number:03}").status_code for number in range(25)]
    assert answers[:20] == [404] * 20 and answers[20:] == [429] * 5
    monkeypatch.setattr(tries, "CODES_FREE", 3)
    answers = [site.visitor().get(f"/vao-lop/SAI{number:03}").status_code for number in range(5)]
    assert answers == [404] * 3 + [429] * 2


def test_who_knows_the_teacher_need_not_wait_for_those_who_guess_codes(site, monkeypatch):
    """A script behind the village's address typed a wrong code whenever one was looked at again."""
    site.add("cohoa-lop", "teacher")
    with site.database() as db:
        db.execute(update(Person).where(Person.login == "cohoa-lop").values(name="Nguyễn Thị Hòa"))
        db.commit()
    class_id = site.class_of("cohoa-lop")
    with site.reading() as db:
        code = db.get(Class, class_id).join_code
    monkeypatch.setattr(tries, "CODES_FREE", 3)
    for number in range(5):
        site.visitor().get(f"/vao-lop/SAI{number:03}")
    phone = site.visitor()
    shut = phone.get(f"/vao-lop/{code}")
    page = soup(shut)
    assert shut.status_code == 429 and int(shut.headers["Retry-After"]) > 0
    assert page.select_one("[name=ma]")["value"] == code and page.select_one("[name=thay]")
    for wrong in ("cô Hoa Mai Lan Cúc Trúc Đào Sen Huệ Hòa", "Thị", "", "%"):
        assert phone.client.get(f"/vao-lop/{code}", query_string={"thay": wrong}).status_code == 429, wrong
    assert phone.client.get("/vao-lop/KHG234", query_string={"thay": "Hòa"}).status_code == 429
    sent = phone.client.get("/vao-lop", query_string={"ma": code.lower(), "thay": "cô Hoà"})
    came = phone.get(sent.location)
    assert came.status_code == 200 and "Lớp" in words(soup(came))
    assert sign_in(phone, "ai-do", WRONG) == 422, "and is in the room of the class from here on"


@pytest.mark.parametrize("wanted", ["image", "script", "style", "audio"])
def test_a_picture_of_another_site_types_no_class_code(site, monkeypatch, wanted):
    monkeypatch.setattr(tries, "CODES_FREE", 1)
    for number in range(4):
        made = site.visitor().client.get(f"/vao-lop/SAI{number:03}", headers={"Sec-Fetch-Dest": wanted})
        assert made.status_code == 404
    assert site.visitor().get("/vao-lop/SAI009").status_code == 404, "not counted"
    assert site.visitor().get("/vao-lop/SAI009").status_code == 429


def test_two_taps_on_make_account_make_one_and_sign_in(site):
    phone = site.visitor()
    twin = site.app.test_client()
    assert phone.post("/dang-ky", login="hailan", **FORM).status_code == 303
    second = twin.post("/dang-ky", data={"login": "hailan", **FORM})
    assert second.status_code == 303 and twin.get("/tai-khoan").status_code == 200
    other = {**FORM, "secret": "258037", "secret_again": "258037"}
    came = site.visitor().post("/dang-ky", login="hailan", **other)
    assert came.status_code == 422 and "đã có tài khoản" in words(soup(came))


def test_two_taps_on_change_pin_both_end_well(site):
    someone = site.on("doi-hai-lan")
    form = {"old_secret": PIN, "secret": "739184", "secret_again": "739 184"}
    assert [someone.post("/tai-khoan/pin", **form).status_code for _ in range(2)] == [303, 303]


def test_a_class_gets_in_on_new_devices_while_a_guesser_takes_every_place(site, villagers):
    """Nobody was here before, and the guesser tries before each: the code on the wall lets them by."""
    class_id = site.class_of("comaytinh")
    with site.reading() as db:
        code = db.get(Class, class_id).join_code
    guessed = 0
    for login in villagers[20:40]:
        while sign_in(site.visitor(), f"ai-do{guessed}", WRONG) == 422:
            guessed += 1  # every free place, until there is none
        someone = site.visitor()
        assert someone.get(f"/vao-lop/{code}").status_code == 200
        assert sign_in(someone, login, PIN) == 303
    assert guessed >= 60


def test_a_class_code_opens_no_second_way_to_guess_at_one_account(site, villagers):
    site.class_of("comaytinh")
    with site.reading() as db:
        code = db.scalars(select(Class.join_code).where(Class.closed_at.is_(None))).first()
    guesser = site.visitor()
    guesser.get(f"/vao-lop/{code}")
    guesses = [sign_in(guesser, villagers[41], WRONG, f"10.7.7.{number}") for number in range(20)]
    assert guesses.count(422) == 7
    accounts_tried = [sign_in(guesser, f"la{number}", WRONG) for number in range(110)]
    assert accounts_tried.count(422) < 90


def test_forms_that_tell_nothing_keep_nobody_from_making_an_account(site, monkeypatch):
    """Empty forms counted as questions who is here: one each half minute, and nobody there could sign up."""
    monkeypatch.setattr(tries, "REFUSED_FREE", 3)
    someone = site.visitor()
    for login in ("", "x", "0912", "@@@@", "ten/co/gach!"):
        assert someone.post("/dang-ky", **FORM, login=login).status_code == 422
    assert someone.post("/dang-ky", **FORM, login="nguoi-moi-1").status_code == 303


def test_a_class_signs_up_beside_somebody_who_takes_every_place(site, monkeypatch):
    class_id = site.class_of("comaytinh")
    with site.reading() as db:
        code = db.get(Class, class_id).join_code
    monkeypatch.setattr(tries, "REFUSED_FREE", 3)
    monkeypatch.setattr(tries, "SIGN_UPS_FREE", 3)
    asks = [site.visitor().post("/dang-ky", **FORM, login="quantri") for _ in range(5)]
    assert "Nhiều người cùng tạo" in words(soup(asks[-1]))
    stranger = site.visitor().post("/dang-ky", **FORM, login="khach-le")
    assert "Nhiều người cùng tạo" in words(soup(stranger))
    for number in range(3):
        someone = site.visitor()
        assert someone.get(f"/vao-lop/{code}").status_code == 200
        assert someone.post("/dang-ky", **FORM, login=f"hoc-vien-{number}").status_code == 303
