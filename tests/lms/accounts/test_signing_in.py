"""Signing in and out, and the sessions that come of it, as a person meets them."""

import re

import pytest
from sqlalchemy import func, select

from lms.accounts import devices, service
from lms.accounts.models import Person, SignInSession
from lms.accounts.visitor import STAFF
from lms.learning.models import LessonProgress
from tests.lms.accounts.first_lesson import events_of, learn
from tests.lms.accounts.mistakes import named
from tests.lms.site import soup
from tests.lms.words_only import PIN, words

pytestmark = pytest.mark.usefixtures("nobody_waits")


def session_token(someone) -> str:
    with someone.client.session_transaction() as session:
        return session.get("_user_id", "")


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


def test_an_empty_sign_in_is_told_what_is_missing_and_is_no_wrong_guess(site):
    someone = site.visitor()
    for _ in range(8):
        came = someone.post("/dang-nhap", login="quantri", secret=" ")
    assert named(came) == ["secret"] and "chưa đúng" not in words(soup(came))
    assert named(someone.post("/dang-nhap")) == ["login", "secret"]
    assert someone.post("/dang-nhap", login="quantri", secret=PIN).status_code == 303, "nobody waits for it"


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
