"""Forms said once: how fields are read, what is refused, what is given back, and that every page has them."""

from __future__ import annotations

import re
from datetime import date, timedelta
from io import BytesIO
from uuid import uuid4

import pytest
from flask import redirect, render_template_string, session
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select
from werkzeug.datastructures import FileStorage, MultiDict

from i18n.vietnamese import clean
from lms.core import once
from lms.core.database import writing
from lms.core.fields import FILE_AGAIN, LINES
from lms.core.forms import Field, Form, Kind, from_json
from lms.core.pages.errors import FormRefused, Refusal
from lms.core.permissions import EVERYONE, access
from lms.core.submission import forms_of, takes
from lms.units.models import Unit
from tests.lms.core.declared_forms import GENTLE, LINE, UNSEEN, WITHOUT_A_FORM, declared, refused
from tests.lms.site import soup

READ_ELSEWHERE = {
    "core/forms.py": "here a request is read",
    "core/pages/errors.py": "the error page gives back what was typed, in whatever form",
    "core/pages/addresses.py": "a NUL is refused before any form looks at it",
    "core/storage/clashes.py": "a file is rewound where a view is done once more",
    "core/formlimits.py": "asks only whether JSON came, to bound it before it is read",
    "core/once.py": "what a form is known by includes its files",
    "core/submission.py": "asks only whether JSON came, to answer with JSON",
    "asking/api.py": "a contract for programs",
}
"""Files that read what was sent, each with its reason."""


def refusal_of(one: Field, **typed) -> str | None:
    """What a field says of this, or None."""
    try:
        one.read(MultiDict(typed), {})
    except Refusal as refusal:
        assert refusal.field == one.name
        return refusal.message
    return None


# Reading and limits


@pytest.fixture
def asked(site):
    """A request of somebody: what is said is said in its language."""
    with site.app.test_request_context("/"):
        yield


@given(LINE, st.integers(1, 40))
@GENTLE
def test_a_line_is_taken_up_to_its_limit_and_kept_clean(text, longest):
    one = Field("a", required=False, longest=longest)
    said = refusal_of(one, a=text)
    assert (said is None) == (len(clean(text)) <= longest and len(text) <= longest * 20)
    if said is None:
        assert one.read(MultiDict({"a": text}), {}) == clean(text)


@given(LINE)
@GENTLE
def test_what_nobody_sees_is_nothing(text):
    one = Field("a", missing="Bạn gõ vào đây.")
    assert (refusal_of(one, a=text) is None) == bool(clean(text))


@given(st.dates(), st.dates(), st.dates())
@GENTLE
def test_a_day_lies_between_two_days(typed, one_end, other_end):
    first, last = sorted((one_end, other_end))
    one = Field(
        "d", kind=Kind.DATE, earliest=lambda: first, latest=lambda: last, too_early="sớm", too_late="muộn"
    )
    said = refusal_of(one, d=typed.isoformat())
    if typed.year < 1000 or typed.year > 2999:
        assert said is not None
    else:
        assert said == ("sớm" if typed < first else "muộn" if typed > last else None)


@given(st.integers(), st.integers(), st.integers())
@GENTLE
def test_a_number_lies_between_two_numbers(typed, one_end, other_end):
    least, most = sorted((one_end, other_end))
    one = Field("n", kind=Kind.NUMBER, least=least, most=most)
    assert (refusal_of(one, n=str(typed)) is None) == (least <= typed <= most and abs(typed) < 10**19)
    assert refusal_of(one, n=str(typed)) == refusal_of(one, n=typed), "a number of JSON is read the same"


@given(
    st.sampled_from(sorted(set(Kind) - {Kind.FILE})),
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | LINE,
        lambda some: st.lists(some) | st.dictionaries(LINE, some),
        max_leaves=5,
    ),
)
@GENTLE
def test_whatever_a_program_sends_is_a_value_or_a_sentence(kind, sent):
    one = Field(
        "x", kind=kind, longest=20, options=(("a", "A"),) if kind in (Kind.CHOICE, Kind.SELECT) else None
    )
    said = (
        refusal_of(one, **dict(from_json({"x": sent}).lists()))
        if isinstance(sent, list)
        else refusal_of(one, x=sent)
    )
    assert said is None or isinstance(said, str)


@given(st.lists(st.sampled_from(["a", "b", "c"]), max_size=5))
@GENTLE
def test_only_what_is_in_the_list_is_chosen(chosen):
    one = Field("x", kind=Kind.CHOICES, options=(("a", "A"), ("b", "B")))
    source = MultiDict([("x", value) for value in chosen])
    try:
        assert one.read(source, {}) == tuple(chosen) and "c" not in chosen
    except Refusal:
        assert "c" in chosen


@pytest.mark.usefixtures("asked")
def test_all_mistakes_are_said_at_once_in_the_order_of_the_page():
    def together(filled):
        raise Refusal("Hai chỗ không hợp nhau.", "second")

    form = Form(
        (Field("first", missing="một"), Field("second"), Field("third", missing="ba")), rules=(together,)
    )
    filled = form.read(MultiDict({"second": "x"}))
    with pytest.raises(FormRefused) as error:
        filled.values()
    assert list(filled.refuse(error.value).errors) == ["first", "second", "third"]


@pytest.mark.usefixtures("asked")
def test_a_field_that_nobody_touched_is_left_as_it_is():
    form = Form((Field("name", keeps_seen=True, missing="Bạn gõ tên."),))
    assert form.read(MultiDict({"name": "", "name_seen": ""})).values() == {"name": None}
    assert form.read(MultiDict({"name": "Sáu", "name_seen": "Sau"})).values() == {"name": "Sáu"}
    assert refused(form, MultiDict({"name": "", "name_seen": "Sáu"})) == {"name": "Bạn gõ tên."}


def test_what_was_typed_is_kept_and_no_secret(site):
    form = Form((Field("name", missing="x"), Field("pin", kind=Kind.SECRET), Field("file", kind=Kind.FILE)))
    filled = form.read(MultiDict({"name": " Hoa  ", "pin": "258036"}))
    assert filled.typed == {"name": " Hoa  ", "pin": "", "file": ""}
    with site.app.test_request_context("/"):
        page = render_template_string(
            '{% import "components/form.html" as form with context %}'
            "{% for name in filled.fields %}{{ form.show(filled, name) }}{% endfor %}",
            filled=filled.refuse(Refusal("Sai.", "name")),
        )
    assert "258036" not in page and 'value=" Hoa  "' in page


@pytest.mark.usefixtures("asked")
def test_a_page_with_several_forms_shows_the_one_that_was_refused():
    one, other = Form((Field("a"),)), Form((Field("b"),))
    sent = one.read(MultiDict({"a": "x"})).refuse(Refusal("Sai.", "a"))
    assert sent.of(one) is sent and not sent.of(other).errors
    button = Form().read(MultiDict()).refuse(Refusal("Đã muộn."))
    assert list(button.of(other).errors.values()) == ["Đã muộn."], "said on top of the page's form"


def test_a_file_that_is_not_kept_is_asked_for_again(site):
    found = 0
    with site.app.test_request_context("/"):
        for name, form in declared(site).items():
            for one in form.fields:
                if one.kind is not Kind.FILE:
                    continue
                found += 1
                for files, said in (({one.name: FileStorage(BytesIO(b"x"), "a.pdf")}, True), ({}, False)):
                    filled = form.read(MultiDict(), files).refuse(Refusal("Sai.", "another"))
                    assert (filled.shown(one.name).hint == FILE_AGAIN) is said, name
    assert found >= 4


@pytest.mark.usefixtures("asked")
def test_a_secret_is_asked_for_again_only_where_one_was_typed():
    form = Form((Field("name"), Field("pin", kind=Kind.SECRET, hint="h", hint_again="lại", required=False)))
    wrong = Refusal("Sai.", "name")
    assert form.read(MultiDict({"pin": "258036"})).refuse(wrong).shown("pin").hint == "lại"
    assert form.read(MultiDict({"pin": ""})).refuse(wrong).shown("pin").hint == "h"


# JSON


# Every page


def test_every_route_that_takes_something_declares_its_form(site):
    without = {
        rule.endpoint
        for rule in site.app.url_map.iter_rules()
        if "POST" in (rule.methods or ()) and not forms_of(site.app.view_functions[rule.endpoint])
    }
    assert without == set(WITHOUT_A_FORM)


def test_requests_are_read_in_one_place(root):
    reads = re.compile(r"\brequest\.(form|files|values|json|get_json|is_json)\b")
    folder = root / "platform" / "lms"
    found = {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*.py")
        if reads.search(path.read_text(encoding="utf-8"))
    }
    assert found == set(READ_ELSEWHERE)


def test_every_field_that_is_seen_has_words(site):
    with site.app.test_request_context("/"):
        for name, form in declared(site).items():
            for one in form.fields:
                assert one.kind in UNSEEN or one.label.strip(), f"{name}: {one.name} has no label"
                bounded = one.longest or one.too_long is None
                assert one.kind not in LINES or bounded, f"{name}: {one.name} may be of any length"
            names = [one.name for one in form.fields]
            assert len(names) == len(set(names)), f"{name} has a name twice"


def test_secrets_say_which_they_are(site):
    """A phone offers the secret it keeps, or makes a new one, only where the field says which."""
    known = {"current-password", "new-password"}
    fields = [one for form in declared(site).values() for one in form.fields if one.kind is Kind.SECRET]
    assert len(fields) >= 5 and {one.autocomplete for one in fields} == known


PAGES = {
    "/dang-nhap": {},
    "/dang-ky": {"age": "under16"},
    "/hoi": {"question": " "},
    "/lop": {},
    "/tai-khoan/sua": {},
    "/tai-khoan/xoa": {},
    "/quan-tri/don-vi": {},
    "/quan-tri/so-dien-thoai": {},
    "/quan-tri/nguoi/moi": {},
    "/kho/tai-lieu/moi": {},
    "/kho/dia-phuong/moi": {},
    "/quay/hoi": {},
    "/quay/ma-tam": {"login": "khong-co-ai"},
}


@pytest.mark.parametrize("path", PAGES)
def test_what_is_wrong_stands_on_top_and_leads_to_its_field(site, path):
    for role in ("teacher", "officer", "admin"):
        site.add("moi-viec", role)
    someone = site.visitor() if path in ("/dang-nhap", "/dang-ky", "/hoi") else site.on("moi-viec")
    came = someone.post(path, **PAGES[path])
    page = soup(came)
    assert came.status_code == 422
    if path == "/quay/hoi":  # a box on the desk, with its error beside it
        assert page.select_one("#e-question")
        return
    links = page.select("#loi a")
    assert (
        links and page.select_one("#loi")["role"] == "alert" and page.select_one("#loi")["tabindex"] == "-1"
    )
    for link in links:
        field = page.select_one(link["href"])
        assert field is not None, link["href"]
        assert page.select_one(f".wrong {link['href']}, {link['href']}.wrong"), "the error stands beside it"


def test_the_token_stands_on_pages_whose_form_is_taken_once(site):
    teacher = site.on("co-mot-lan", "teacher")
    assert teacher.page("/lop").select_one(f"input[name={once.FIELD}]")["value"]
    assert not site.visitor().page("/dang-nhap").select(f"input[name={once.FIELD}]")


# What a view does with a form


@pytest.fixture
def small_view():
    """A view with a form of two fields, for what every view that takes a form is promised."""
    form = Form(
        (Field("name", "Tên", missing="Bạn gõ tên."), Field("day", "Ngày", Kind.DATE, required=False))
    )

    def page(filled):
        return f"{filled.value_of('name')}|{filled.errors}"

    @access(EVERYONE)
    @takes(form, page=page)
    def view(filled):
        db = writing()
        db.add(Unit(name=filled["name"]))
        db.flush()
        if filled["day"] == date(2026, 1, 1):
            raise Refusal("Ngày này nghỉ.", "day")
        return redirect("/")

    return view


def test_what_is_refused_changes_nothing(site, small_view):
    name = f"Xã {uuid4().hex[:6]}"
    with site.app.test_request_context("/", method="POST", data={"name": name, "day": "2026-01-01"}):
        came = small_view()
        writing().commit()
    assert came.status_code == 422 and name in came.get_data(as_text=True)
    with site.reading() as db:
        assert db.scalar(select(func.count()).where(Unit.name == name)) == 0


@pytest.fixture
def button():
    """A view of a button that is taken once, refused while `closed` holds something, or when it is done."""
    done, closed = [], []

    @takes(Form((Field("name"),), once=True), back=lambda: "/lop")
    def view(filled):
        if closed or done:
            raise Refusal("Người khác vừa làm.")
        done.append(filled["name"])
        return redirect("/hoc")

    view.done, view.closed = done, closed
    return view


def pressed(site, view, token: str) -> tuple[str, list]:
    """Where a button led whose form was sent, and what is said there."""
    with site.app.test_request_context("/", method="POST", data={"name": "a", once.FIELD: token}):
        came = view()
        writing().commit()
        return came.location, session.get("_flashes", [])


def test_a_button_tapped_twice_leads_where_the_first_tap_led(site, button):
    """The second would be refused because of the first, and nobody else has done anything."""
    token = uuid4().hex
    assert [pressed(site, button, token) for _tap in range(2)] == [("/hoc", [])] * 2 and button.done == ["a"]


def test_a_button_that_was_refused_may_be_pressed_again(site, button):
    token = uuid4().hex
    button.closed.append("now")
    assert pressed(site, button, token) == ("/lop", [("warning", "Người khác vừa làm.")])
    button.closed.clear()
    assert pressed(site, button, token) == ("/hoc", []) and button.done == ["a"]


def test_an_old_page_of_tomorrow_is_no_error_of_ours(site, small_view):
    """What stands in a form and is no value is said, whatever it is."""
    for day in ((date.today() + timedelta(days=400_000)).isoformat(), "x" * 100_000, "٣/٣/2026"):
        with site.app.test_request_context("/", method="POST", data={"name": "A", "day": day}):
            assert small_view().status_code == 422
