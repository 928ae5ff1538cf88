"""One's own account: its PIN, its devices, its data."""

import pytest

from tests.lms.accounts.first_lesson import learn
from tests.lms.accounts.mistakes import named
from tests.lms.words_only import PIN

pytestmark = pytest.mark.usefixtures("nobody_waits")


def test_every_form_of_secrets_and_staff_names_all_that_is_missing(site):
    mine = site.on("nhieucho")
    assert named(mine.post("/tai-khoan/pin")) == ["old_secret", "secret"]
    both = mine.post("/tai-khoan/pin", old_secret="000001", secret="12", secret_again="13")
    assert named(both) == ["secret", "secret_again"]
    assert named(mine.post("/tai-khoan/xoa")) == ["secret", "sure"]
    assert named(mine.post("/tai-khoan/xoa", secret=PIN)) == ["sure"]
    assert named(site.on("quantri").post("/quan-tri/nguoi/moi")) == ["name", "login", "role"]


def test_the_device_in_ones_hand_is_told_from_the_others(site):
    site.on("haimaynay")
    here = site.on("haimaynay").page("/tai-khoan")
    assert ["máy bạn đang dùng" in one.get_text() for one in here.select("li.src")] == [True, False]


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
