"""How a field of any kind stands on a page: what is said of it reaches ear and finger, and is in sight."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup, Tag
from flask import render_template_string
from werkzeug.datastructures import MultiDict

from lms.core.fields import Field, Kind
from lms.core.forms import Form
from lms.core.pages.errors import Refusal
from tests.lms.site import soup

SEEN = [kind for kind in Kind if kind not in (Kind.HIDDEN, Kind.BUTTON)]
BOXES = {Kind.CHOICE, Kind.CHOICES}


def shown(site, one: Field, wrong: str = "") -> BeautifulSoup:
    """The field on a page of its own, with the summary on top where something is wrong."""
    filled = Form((one,)).read(MultiDict())
    with site.app.test_request_context("/"):
        return BeautifulSoup(
            render_template_string(
                '{% import "components/form.html" as form with context %}'
                "{{ form.summary(filled) }}"
                "{% for name in filled.fields %}{{ form.show(filled, name) }}{% endfor %}",
                filled=filled.refuse(Refusal(wrong, one.name)) if wrong else filled,
            ),
            "html.parser",
        )


def said_of(page: BeautifulSoup, place: Tag) -> list[str]:
    """What a screen reader says after a field's label."""
    return [page.find(id=one).get_text() for one in place.get("aria-describedby", "").split()]


@pytest.mark.parametrize("kind", SEEN)
def test_the_error_is_said_with_the_field_and_its_link_leads_into_it(site, kind):
    one = Field("mua", "Mùa", kind, hint="" if kind is Kind.TICK else "Hai mùa.", options=[("", "Chọn")])
    page = shown(site, one, "Sai rồi.")
    place = page.select_one("#f-mua")
    assert said_of(page, place) == [text for text in (one.hint, "Sai rồi.") if text]
    assert page.select_one("#loi a")["href"] == "#f-mua"
    if kind in BOXES:  # many boxes: none of them alone is wrong, and a link must have somewhere to go
        assert place["tabindex"] == "-1"
    else:
        assert place["aria-invalid"] == "true"


@pytest.mark.parametrize("kind", SEEN)
def test_nothing_is_said_to_be_wrong_that_is_not(site, kind):
    page = shown(site, Field("mua", "Mùa", kind, options=[("", "Chọn")]))
    assert not page.select("[aria-invalid], [aria-describedby], .wrong, #loi, [autofocus]")


def test_what_somebody_looks_for_is_not_said_to_be_left_out_as_one_likes(site):
    assert "không bắt buộc" in shown(site, Field("mua", "Mùa", required=False)).get_text()
    assert "không bắt buộc" not in shown(site, Field("tim", "Tìm", Kind.SEARCH, required=False)).get_text()


def test_a_page_opens_where_it_says_what_is_wrong(site):
    """The form may be at the end of a long list: without this its page comes back as if nothing happened."""
    assert shown(site, Field("mua", "Mùa"), "Sai rồi.").select_one("[autofocus]")["id"] == "loi"


@pytest.mark.parametrize(
    ("path", "field", "wrong", "others"),
    [
        ("/quay/ma-tam", "login", "khong-co-ai", {}),
        ("/quan-tri/so-dien-thoai", "number", "abc", {"label": "Công an xã"}),
        ("/tai-khoan/sua", "secret", "141592", {"name": "Mới", "login": "ten-khac"}),
        ("/tai-khoan/xoa", "secret", "141592", {"sure": "1"}),
        ("/tai-khoan/pin", "old_secret", "141592", {"secret": "653589", "secret_again": "653589"}),
        ("/dang-nhap", "secret", "141592", {"login": "go-thieu"}),
    ],
)
def test_a_field_left_empty_is_asked_for_and_not_called_wrong(site, path, field, wrong, others):
    for role in ("officer", "admin"):
        site.add("go-thieu", role)
    someone = site.visitor() if path == "/dang-nhap" else site.on("go-thieu")
    said = []
    for typed in ("", wrong):
        place = soup(someone.post(path, **others, **{field: typed})).select_one(f"#e-{field}")
        said.append(place.get_text())
    assert said[0].startswith("Bạn gõ ") and said[0] != said[1]


def test_a_class_code_left_empty_is_asked_for(site):
    someone = site.visitor()
    assert not someone.page("/vao-lop").select("#loi"), "nobody has pressed the button yet"
    page = someone.page("/vao-lop?ma=+")
    assert page.select_one("#loi a")["href"] == "#f-ma" and page.select_one("#e-ma")


def test_a_secret_that_is_lost_is_asked_for_again(site):
    """Wherever a form with one comes back for another mistake."""
    someone = site.on("go-lai")
    came = someone.post("/tai-khoan/pin", old_secret="246810", secret="653589", secret_again="1")
    page = soup(came)
    for name in ("old_secret", "secret"):
        assert "không giữ mã" in page.select_one(f"#h-{name}").get_text()
