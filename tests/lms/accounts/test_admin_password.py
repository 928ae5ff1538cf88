"""The only administrator of a unit forgot the password: whoever keeps the machine lets them in again."""

import re

import pytest

from lms import cli
from lms.serving import administrators
from tests.lms.words_only import PIN


@pytest.fixture(autouse=True)
def _this_site(site, monkeypatch):
    settings = site.app.extensions["settings"]
    monkeypatch.setattr(administrators.WebSettings, "load", lambda *_args: settings)


def test_the_only_administrator_gets_a_password_that_ends_and_must_be_changed(site, capsys):
    before = site.member("quantri")
    assert cli.main(["admin-password", "quantri"]) == 0
    secret = re.search(r"Mật khẩu tạm: (\S+)", capsys.readouterr().out)[1]
    assert before.get("/tai-khoan").status_code == 302, "devices that were signed in are not any more"
    again = site.visitor()
    assert again.post("/dang-nhap", login="quantri", secret=secret).location == "/tai-khoan"
    assert again.get("/quan-tri/nguoi").location == "/tai-khoan"
    again.post("/tai-khoan/pin", secret=PIN, secret_again=PIN)
    assert again.get("/quan-tri/nguoi").status_code == 200


@pytest.mark.parametrize("login", ["nobody", "hocvien", "canbo", "!"])
def test_nobody_but_an_administrator_is_helped_this_way(site, capsys, login):
    site.add("hocvien")
    site.add("canbo", "officer")
    assert cli.main(["admin-password", login]) == 1
    told = capsys.readouterr()
    assert told.err and "Mật khẩu tạm" not in told.out


@pytest.mark.parametrize("command", [["admin-password", "quantri"], ["admin-link"]])
def test_the_wrong_folder_is_named_and_stays_as_it_is(tmp_path, monkeypatch, capsys, command):
    """An empty database in it would have kept a backup from being brought back there."""
    folder = tmp_path / "nhầm"
    folder.mkdir()
    monkeypatch.undo()
    monkeypatch.setenv("HOCSO_INSTANCE", str(folder))
    assert cli.main(command) != 0
    assert "HOCSO_INSTANCE" in capsys.readouterr().err
    assert not (folder / "hocso.db").exists()
