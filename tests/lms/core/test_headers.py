"""What every answer carries, and that no page needs anything inline."""

import re
from urllib.parse import urlsplit

import pytest

from lms.core.pages.assets import STATIC
from lms.core.pages.security import hash_source
from lms.learning import views as learning
from tests.lms.site import soup

KINDS = [
    "/", "/nhom-khac", "/hoc", "/gioi-thieu", "/du-lieu", "/dang-nhap", "/dang-ky", "/hoi", "/viec-gap",
    "/cua-toi", "/vao-lop", "/khong-co", "/healthz", "/dang-ky?tiep=/x", "/static/js/base.js", "/the/x",
]  # fmt: skip
OF_STAFF = [
    "/tai-khoan", "/tai-khoan/xoa", "/tai-khoan/du-lieu.json", "/quan-tri", "/quan-tri/nguoi",
    "/quan-tri/nhat-ky", "/lop", "/quay", "/cau-da-hoi", "/cua-toi",
]  # fmt: skip

HOOK = re.compile(r'querySelector(?:All)?\("\[(data-[a-z-]+)\]"\)')
"""What a script looks for on a page first, and does nothing without."""


@pytest.fixture(scope="module")
def pages(site):
    """Every kind of page, as (path, answer), for somebody unknown and for an administrator."""
    lesson = site.lesson
    class_id = site.class_of("co-hoa")
    [learner] = site.fill(class_id, [["H'Bia Niê"]], by="co-hoa")
    teacher, admin, nobody = site.on("co-hoa"), site.on("quantri"), site.visitor()
    reading = f"/hoc/{lesson.course_id}/{lesson.id}"
    open_paths = [*KINDS, f"/hoc/{lesson.course_id}", reading, f"{reading}/cau-hoi/1", f"{reading}/xong"]
    class_paths = [f"/lop/{class_id}{page}" for page in ("", "/them", "/ma-lop", "/danh-sach.csv")]
    found = [(path, nobody.get(path)) for path in open_paths]
    found += [(path, admin.get(path)) for path in [*OF_STAFF, f"/quan-tri/nguoi/{learner}"]]
    found += [(path, teacher.get(path)) for path in [*class_paths, f"/lop/{class_id}/hoc-vien/{learner}"]]
    found.append(("cards", teacher.post(f"/lop/{class_id}/the")))
    found.append(("preview", teacher.post(f"/lop/{class_id}/them", list="Y Moan\nx,y,z")))
    found.append(("answer", nobody.get(nobody.ask("Làm VNeID mức độ 2 ở đâu?"))))
    sent = nobody.post(f"{reading}/cau-hoi/1", choice="0", event="0" * 32)
    found.append(("explained", nobody.get(sent.location)))
    found.append(("refused", nobody.post("/dang-nhap", login="x", secret="y")))
    return found


def test_all_the_pages_are_there(pages):
    wrong = [(path, came.status_code, came.get_data()[:300]) for path, came in pages]
    assert [one for one in wrong if one[1] not in (200, 422) and one[0] not in {"/khong-co", "/the/x"}] == []


def test_every_answer_carries_the_headers(site, pages):
    style = site.app.extensions["assets"].style
    for path, came in pages:
        policy = came.headers["Content-Security-Policy"]
        assert "unsafe" not in policy and "*" not in policy and "http" not in policy, path
        assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy, path
        assert "form-action 'self'" in policy and "base-uri 'none'" in policy, path
        assert f"style-src 'self' {hash_source(style)}" in policy, path
        assert came.headers["X-Content-Type-Options"] == "nosniff", path
        assert came.headers["X-Frame-Options"] == "DENY", path
        assert came.headers["Referrer-Policy"] == "no-referrer", path
        assert "Cache-Control" in came.headers, path


def html_of(pages):
    return [(path, soup(came)) for path, came in pages if came.mimetype == "text/html"]


def test_nothing_inline_but_the_one_style_sheet(pages):
    policy = pages[0][1].headers["Content-Security-Policy"]
    for path, page in html_of(pages):
        [style] = page.find_all("style")
        assert hash_source(style.string) in policy, path
        assert all(script.get("src") and not script.string for script in page.find_all("script")), path
        for tag in page.find_all(True):
            wrong = [name for name in tag.attrs if name == "style" or name.startswith("on")]
            assert not wrong, (path, tag.name, wrong)
            assert not str(tag.get("href", "")).lower().startswith(("javascript:", "data:")), path


def hooks():
    """What the parts of the script look for: attribute → the parts, e.g. data-print → {"print"}."""
    found = {}
    for path in (STATIC / "js").glob("*.js"):
        for hook in HOOK.findall(path.read_text(encoding="utf-8")):
            found.setdefault(hook, set()).add(path.stem)
    return found


def test_every_page_loads_the_scripts_of_what_stands_on_it(pages):
    seen = {}
    for path, page in html_of(pages):
        [script] = page.find_all("script")
        name = urlsplit(script["src"]).path.removeprefix("/static/js/").removesuffix(".js")
        standing = {part for hook, parts in hooks().items() if page.select(f"[{hook}]") for part in parts}
        assert standing <= set(name.split("-")), path
        seen[path] = name
    parts = {path.stem for path in (STATIC / "js").glob("*.js")}
    assert {part for name in seen.values() for part in name.split("-")} == parts
    assert (seen["/"], seen["/dang-nhap"], seen["/quay"]) == ("base", "base-fields", "base-desk")


def test_nothing_comes_from_another_host(pages):
    for path, page in html_of(pages):
        for tag in page.find_all(["script", "link", "img", "audio", "source", "iframe", "use"]):
            address = tag.get("src") or tag.get("href") or ""
            assert not re.match(r"(?:[a-z]+:)?//", address), (path, address)


def test_every_form_that_changes_something_has_a_token(site, monkeypatch):
    monkeypatch.setitem(site.app.config, "WTF_CSRF_ENABLED", True)
    for path in [*OF_STAFF, "/dang-nhap", "/dang-ky", "/hoi"]:
        if path.endswith(".json"):
            continue
        for form in site.on("quantri").page(path).select("form[method=post]"):
            assert form.select_one("input[name=csrf_token]")["value"], path


def test_a_form_never_sends_by_get_what_is_secret(pages):
    for path, page in html_of(pages):
        for field in page.select("input[type=password]"):
            assert field.find_parent("form")["method"] == "post", path
            assert not field.get("value"), path


def test_pages_of_one_person_are_in_no_shared_cache(pages):
    for path, came in pages:
        if not path.startswith("/static"):
            assert "public" not in came.headers["Cache-Control"], path
            assert re.search("private|no-store", came.headers["Cache-Control"]), path
    assert dict(pages)["cards"].headers["Cache-Control"] == "no-store", "a card is a key"


def test_cookies_are_out_of_reach_of_scripts_and_other_sites(site):
    someone = site.visitor()
    someone.post("/dang-nhap", login="quantri", secret="258036")
    answers = [
        site.visitor().post("/dang-nhap", login="quantri", secret="258036"),
        site.visitor().get("/ngon-ngu/en"),
        site.visitor().get("/doc/plain"),
        site.visitor().get(f"/chon-nhom/{site.library.audiences[0].id}"),
    ]
    for came in answers:
        cookies = came.headers.getlist("Set-Cookie")
        assert cookies
        for cookie in cookies:
            assert "HttpOnly" in cookie and "SameSite=Lax" in cookie, cookie


def test_a_drawing_may_run_nothing(site):
    course = next(one for one in site.library.courses if one.drawings)
    file = next(iter(course.drawings))
    with site.app.test_request_context():
        came = site.visitor().get(learning.media_url(course.id, file))
    assert came.mimetype == "image/svg+xml"
    policy = came.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'") and "sandbox" in policy
    assert "script-src" not in policy
    assert came.headers["X-Content-Type-Options"] == "nosniff"


def test_the_components_page_is_for_debug_mode_only(site):
    assert site.visitor().get("/kieu").status_code == 404
