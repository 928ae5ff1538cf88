"""Making an account, as a person meets it."""

import pytest
from sqlalchemy import select

from lms.accounts.models import Consent, Person
from tests.factories import sign_up_form
from tests.lms.accounts.first_lesson import events_of, learn
from tests.lms.site import soup
from tests.lms.words_only import words

pytestmark = pytest.mark.usefixtures("nobody_waits")
FORM = sign_up_form()


def test_what_a_guest_did_is_kept_on_signing_up(site):
    someone = site.visitor()
    learn(site, someone, event="a")
    assert someone.post("/dang-ky", login="lanh1", **FORM).location == "/cua-toi"
    assert site.lesson.questions[0].id in events_of(site, "lanh1")
    assert "Chào Nguyễn Thị Lành" in words(someone.page("/cua-toi"))


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


def test_a_guardian_is_not_called_optional(site):
    part = site.visitor().page("/dang-ky").select_one("details:has(#f-guardian_name)")
    assert "không bắt buộc" not in part.select_one("label[for=f-guardian_name]").get_text()
    assert not part.select_one("#f-guardian_name").has_attr("required"), "a grown-up leaves it empty"


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
