"""What programs send: JSON is read, bounded and refused as forms are."""

from __future__ import annotations

import json
from uuid import uuid4

import pytest
from flask import url_for
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select
from werkzeug.datastructures import MultiDict

from lms.classes.models import Class
from lms.core import once
from lms.core.fields import NEVER_GIVEN_BACK
from lms.core.forms import from_json
from lms.core.submission import forms_of
from tests.lms.core.declared_forms import GENTLE, TYPED, WITHOUT_A_FORM, declared, refused
from tests.lms.site import soup


@given(st.data())
@GENTLE
def test_json_and_forms_are_refused_alike(site, data):
    name, form = data.draw(st.sampled_from(sorted(declared(site).items())))
    typed = {one.name: data.draw(TYPED) for one in form.fields if data.draw(st.booleans())}
    with site.app.test_request_context("/"):
        as_form = refused(form, MultiDict(typed))
        assert as_form == refused(form, from_json(json.loads(json.dumps(typed)))), name


def test_a_program_gets_the_same_sentences_beside_the_same_fields(site):
    teacher = site.on("co-json", "teacher")
    page = soup(teacher.post("/lop", name=" ", place="x" * 161))
    told = teacher.client.post("/lop", json={"name": " ", "place": "x" * 161})
    assert told.status_code == 422
    assert told.json["error"]["fields"] == {
        name: page.select_one(f"#e-{name}").get_text() for name in ("name", "place")
    }
    assert told.json["error"]["message"] == told.json["error"]["fields"]["name"]


def test_a_program_that_sends_twice_makes_one(site):
    teacher, token = site.on("co-json", "teacher"), uuid4().hex
    sent = {"name": "Lớp của chương trình", "once_token": token}
    came = [teacher.client.post("/lop", json=sent) for _time in range(2)]
    assert [one.status_code for one in came] == [303, 303] and came[0].location == came[1].location
    with site.reading() as db:
        assert db.scalar(select(func.count()).where(Class.name == sent["name"])) == 1


@pytest.mark.parametrize(
    "body", ["", "[", "[1]", '"x"', "[" * 60_000, '{"name": "a\\u0000b"}', '{"name": ["a", "a\\u0000b"]}']
)
def test_json_that_is_no_form_is_refused(site, body):
    teacher = site.on("co-json", "teacher")
    came = teacher.client.post("/lop", data=body, content_type="application/json")
    assert came.status_code == 400


@pytest.mark.parametrize("half", ["a\ud800b", "\udc80\udc80", ["\udfff"]])
def test_half_of_a_pair_is_what_a_browser_makes_of_it(half):
    kept = from_json({"name": half})["name"]
    assert "\ufffd" in kept and kept.encode()
    assert from_json({"name": "\ud83d\ude00"})["name"] == "\N{GRINNING FACE}"


def test_half_of_a_pair_is_no_error_of_any_form(site):
    """In no field, in no token, and not where a page is shown with it."""
    admin = site.on("quantri", "admin")
    class_id = site.class_of("co-nua-chu")
    wrong = []
    for rule in site.app.url_map.iter_rules():
        if "POST" not in (rule.methods or ()) or rule.endpoint in WITHOUT_A_FORM | {"accounts.sign_out": ""}:
            continue
        values = {name: class_id if name == "class_id" else 1 for name in rule.arguments}
        with site.app.test_request_context("/"):
            path = url_for(rule.endpoint, **values)
        for form in forms_of(site.app.view_functions[rule.endpoint]):
            names = [one.name for one in form.fields if one.kind not in NEVER_GIVEN_BACK]
            typed = dict.fromkeys([*names, once.FIELD], "a\ud800b")
            came = admin.client.post(path, data=json.dumps(typed), content_type="application/json")
            if came.status_code >= 500:
                wrong.append((path, came.status_code))
    assert not wrong


HEAVY = {
    "brackets": '{"name": [' + "[]," * 650_000 + "[]]}",
    "names": "{" + ",".join(f'"{number:x}": 1' for number in range(150_000)) + "}",
}


@pytest.mark.parametrize("body", HEAVY.values(), ids=HEAVY)
@pytest.mark.parametrize("path", ["/dang-nhap", "/lop", "/kho/tai-lieu/moi"])
def test_a_program_sends_no_more_than_a_person_types(site, path, body):
    """Not even where files are taken: reading two megabytes of brackets takes seconds."""
    admin = site.on("quantri", "admin")
    assert admin.client.post(path, data=body, content_type="application/json").status_code == 413
