"""Cards that sign somebody in, as their holders meet them."""

import re

import pytest
from sqlalchemy import select

from lms.accounts import service
from lms.accounts.models import Person, SignInCard
from lms.classes.models import Class
from tests.lms.site import soup
from tests.lms.words_only import words

pytestmark = pytest.mark.usefixtures("nobody_waits")


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
