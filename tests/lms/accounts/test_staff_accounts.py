"""The first administrator, and accounts that an administrator makes, resets and closes."""

import pytest

from i18n.dates import utc_now
from lms import cli
from lms.accounts import service
from lms.accounts.models import Person
from tests.lms.accounts.mistakes import named
from tests.lms.site import soup
from tests.lms.words_only import PIN, words

pytestmark = pytest.mark.usefixtures("nobody_waits")


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
