"""Whatever stands in the fields of the forms that people see: a page or a sentence, never an error of ours.

The forms are taken from the pages of each role. One nasty value goes into all fields of a form at once;
`tests.robustness.fuzz_requests` tries many more, at random.
"""

from __future__ import annotations

import re
import time
from urllib.parse import urlencode

import pytest
from bs4 import BeautifulSoup
from werkzeug.test import create_environ, run_wsgi_app

from lms.core.submission import forms_of
from tests.lms.test_permissions import ENDS_A_SESSION, addresses, device, path_of, people

__all__ = ["addresses", "people"]

NASTY = {
    "NUL": "a\x00b",
    "half of a pair": "a\ud800b",
    "thirty digits": "9" * 30,
    "a day far off": "1/1/99999999999999999999",
    "long": "ằ" * 12_000,
    "lines": "/\r\nSet-Cookie: a=b\r\n//evil.example",
    "marks": "a" + "\u0301\u0323" * 400,
}
COSTLY = (
    "1" * 100_000
    + "." * 100_000
    + "a. " * 30_000
    + "\n" * 60_000
    + " " * 60_000
    + "A" * 50_000
    + "bằng lái " * 3_000
)
ROLES = ("guest", "learner", "teacher", "officer", "admin")
STARTS = ("/", "/hoc", "/hoi", "/cua-toi", "/lop", "/quay", "/kho", "/quan-tri", "/tai-khoan", "/dang-ky")
KEPT_OUT = re.compile("/dang-xuat|/tai-khoan/(xoa|thiet-bi)|/ngon-ngu")
CPU_SECONDS = 2.5
"""What a form may cost however long its fields; usual ones take hundredths."""


@pytest.fixture(scope="module")
def forms(people, addresses) -> list[tuple[str, str, str, tuple[str, ...]]]:
    """(role, method, address, fields) of each kind of form that somebody sees, each once."""
    found: dict[tuple, tuple] = {}
    for role in ROLES:
        someone = device(people, role)
        waiting, seen = list(STARTS), set()
        waiting += [
            path_of(people, rule, addresses)
            for rule in people.app.url_map.iter_rules()
            if "GET" in rule.methods and rule.endpoint not in ENDS_A_SESSION
        ]
        while waiting:
            path = waiting.pop(0).split("#")[0]
            shape = re.sub(r"\d+|[0-9a-f-]{20,}|/hoc/.*", "N", path.split("?")[0])
            if shape in seen or KEPT_OUT.match(path):
                continue
            seen.add(shape)
            came = someone.client.get(path)
            if came.mimetype != "text/html" or came.status_code != 200:
                continue
            page = BeautifulSoup(came.get_data(as_text=True), "html.parser")
            waiting += [link["href"] for link in page.select("a[href^='/']")]
            for form in page.select("form"):
                method, action = (form.get("method") or "get").upper(), form.get("action") or path
                fields = tuple(sorted({one["name"] for one in form.select("[name]") if one["name"]}))
                kind = (method, re.sub(r"\d+|[0-9a-f-]{20,}", "N", action.split("?")[0]), fields)
                if not KEPT_OUT.match(action):
                    found.setdefault(kind, (role, method, action, fields))
    return sorted(found.values())


@pytest.fixture
def devices(people):
    """Who is on which device; a fresh one after thirty requests, for some forms end the session."""
    used: dict[str, tuple[object, int]] = {}

    def of(role: str):
        someone, times = used.get(role, (None, 0))
        if someone is None or times > 30:
            someone, times = device(people, role), 0
        used[role] = someone, times + 1
        return someone

    return of


def sent(someone, method: str, path: str, fields: dict[str, str]):
    """What comes back."""
    typed = urlencode(fields, errors="surrogatepass")
    if method == "GET":
        return someone.client.get(path, query_string=typed)
    return someone.client.post(path, data=typed, content_type="application/x-www-form-urlencoded")


def fine(came) -> bool:
    """Whether the server knew what to say, even if only that it has no time now."""
    return came.status_code < 500 or (came.status_code == 503 and "Retry-After" in came.headers)


def test_there_are_forms_to_try(forms):
    assert {role for role, *_ in forms} >= {"learner", "teacher", "officer", "admin"}
    assert len(forms) > 25


def test_every_form_that_is_taken_once_carries_its_token(people, forms):
    """A button tapped twice: the second tap leads where the first one did, and says nothing else."""
    urls, seen, missing = people.app.url_map.bind("localhost"), set(), set()
    for _role, method, path, fields in forms:
        if method == "POST":
            endpoint, _values = urls.match(path.split("?")[0], "POST")
            if any(form.once for form in forms_of(people.app.view_functions[endpoint])):
                seen.add(endpoint)
                if "once_token" not in fields:
                    missing.add(endpoint)
    assert missing <= {"classes.add"}, "its first page only looks a list over"
    assert len(seen) > 12


@pytest.mark.parametrize("name", NASTY)
def test_no_value_in_the_fields_is_an_error_of_the_server(forms, devices, name):
    value = NASTY[name]
    wrong = []
    for role, method, path, fields in forms:
        if method == "GET" and len(value) > 6_000:
            continue  # Servers refuse an address of that length before anybody reads it.
        came = sent(devices(role), method, path, dict.fromkeys(fields, value))
        if not fine(came):
            wrong.append((role, method, path, came.status_code))
    assert not wrong


@pytest.mark.parametrize("name", [one for one in NASTY if one != "half of a pair"])
def test_no_part_of_an_address_is_an_error_of_the_server(people, addresses, devices, name):
    value, wrong = NASTY[name][:300], []
    for rule in people.app.url_map.iter_rules():
        permission = "" if rule.endpoint == "static" else rule.endpoint
        if not rule.arguments or not permission:
            continue
        path = re.sub(r"<(?:[^:<>]+:)?[^<>]+>", lambda _part: value.replace("/", ""), rule.rule)
        for method in sorted(rule.methods & {"GET", "POST"}):
            came = devices("admin").client.open(
                "/" + urlencode({"": path})[1:].replace("%2F", "/").lstrip("/"), method=method
            )
            if not fine(came):
                wrong.append((method, rule.rule, came.status_code))
    assert not wrong


@pytest.mark.parametrize(
    "body",
    ['{"a":[' * 5_000, "[" * 50_000, "null", "[]", '{"question": [1]}', "\x00", '{"question": "\\ud800"}'],
)
def test_no_body_of_the_interface_is_an_error_of_the_server(people, body):
    came = people.visitor().client.post("/api/ask", data=body, content_type="application/json")
    assert came.status_code < 500


def test_half_a_megabyte_in_the_fields_costs_next_to_nothing(forms, devices):
    slow = []
    for role, method, path, fields in forms:
        if method == "GET":
            continue
        someone, began = devices(role), time.process_time()
        came = sent(someone, method, path, dict.fromkeys(fields, COSTLY))
        spent = time.process_time() - began
        if spent > CPU_SECONDS or not fine(came):
            slow.append((role, path, round(spent, 1), came.status_code))
    assert not slow


HOSTS = ["a" * 300, "a..b", "[::1", "xn--" + "a" * 70, "xn--80", "é.vn", " ", "a b", "a:99999999"]


@pytest.mark.parametrize("host", HOSTS)
def test_no_name_of_a_host_is_an_error_of_the_server(people, addresses, host):
    """Nor where a page names the address one came by: a class's poster, cards."""
    session = device(people, "teacher").client.get_cookie("hs_phien").value
    own = [f"/lop/{addresses['class_id']}/{page}" for page in ("ma-lop", "the")]
    for path in ("/hoc", "/dang-nhap?a=%00", "/khong-co", "/api/v1/ask", "/healthz", "/quan-tri", *own):
        for method in ("GET", "POST", "BREW"):
            environ = create_environ(path, method=method, data={"a": "b\0"} if method == "POST" else None)
            environ |= {"HTTP_HOST": host, "HTTP_COOKIE": f"hs_lang=vi; hs_phien={session}"}
            body, status, _headers = run_wsgi_app(people.app, environ)  # a client looks at the host first
            assert int(status.split()[0]) < 500, (host, path, status)
            assert b"Traceback" not in b"".join(body)
