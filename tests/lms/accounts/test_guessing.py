"""Guessing at a PIN: who is told what, and who waits."""

import pytest

from lms.accounts import tries
from tests.lms.site import soup
from tests.lms.words_only import PIN, words

pytestmark = pytest.mark.usefixtures("nobody_waits")


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


def test_guessing_the_pin_from_inside_waits_too(site):
    someone = site.on("doantu")
    for _ in range(11):
        came = someone.post("/tai-khoan/pin", old_secret="000001", secret="739184", secret_again="739184")
    assert "Bạn chờ" in words(soup(came))
    came = someone.post("/tai-khoan/pin", old_secret=PIN, secret="739184", secret_again="739184")
    assert came.status_code in {422, 429}
