"""Pages that are kept: the same answer, quicker; never somebody's own."""

import gzip

import pytest

from lms.core import pagecache
from lms.core.pagecache import OWN_HEADERS


@pytest.fixture
def kept(site):
    """The pages that the process keeps, empty at first."""
    cache = site.app.extensions["page_cache"]
    cache.pages.clear()
    return cache.pages


@pytest.fixture
def rendered(site, monkeypatch):
    """Counts how often the first page is really made."""
    calls = []
    view = site.app.view_functions["catalog.who"]

    def counted(*args, **kwargs):
        calls.append(1)
        return view(*args, **kwargs)

    vars(counted).update(vars(view))
    monkeypatch.setitem(site.app.view_functions, "catalog.who", counted)
    return calls


def shared_headers(came) -> dict:
    return {name: value for name, value in came.headers.items() if name.lower() not in OWN_HEADERS}


def test_the_second_request_is_answered_from_it(site, kept, rendered):
    first, second = site.visitor().get("/"), site.visitor().get("/")
    assert len(rendered) == 1 and len(kept) == 1
    assert first.get_data() == second.get_data()
    assert shared_headers(first) == shared_headers(second)
    assert "Content-Security-Policy" in second.headers


def test_a_browser_that_has_it_gets_304(site, kept):
    site.visitor().get("/")
    tag = site.visitor().get("/").headers["ETag"]
    for sent in (tag, f"W/{tag}", f'"other", {tag}'):
        came = site.visitor().client.get("/", headers={"If-None-Match": sent})
        assert came.status_code == 304 and came.get_data() == b""
        assert came.headers["ETag"] == tag
    assert site.visitor().client.get("/", headers={"If-None-Match": '"other"'}).status_code == 200


def test_it_is_packed_for_those_who_take_it(site, kept):
    plain = site.visitor().get("/").get_data()
    came = site.visitor().client.get("/", headers={"Accept-Encoding": "gzip, deflate, br"})
    assert came.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(came.get_data()) == plain
    assert int(came.headers["Content-Length"]) == len(came.get_data())
    assert "Accept-Encoding" in came.headers["Vary"] and "Cookie" in came.headers["Vary"]
    assert "Content-Encoding" not in site.visitor().get("/").headers


@pytest.mark.parametrize(
    ("cookie", "value"), [("hs_lang", "en"), ("hs_doc", "plain"), ("hs_nhom", "nguoi-cao-tuoi")]
)
def test_who_chose_differently_gets_another_page(site, kept, cookie, value):
    usual = site.visitor().get("/hoc").get_data()
    chooser = site.visitor()
    chooser.client.set_cookie(cookie, value)
    chooser.get("/hoc")
    again = chooser.get("/hoc")
    assert len(kept) == 2
    if cookie != "hs_doc":
        assert again.get_data() != usual
    assert site.visitor().get("/hoc").get_data() == usual


def test_a_signed_in_visitor_never_gets_nor_fills_it(site, kept, rendered):
    someone = site.on("banam")
    assert "Của tôi" in someone.page("/").select_one("header").get_text()
    assert not kept
    site.visitor().get("/")
    assert "Của tôi" in someone.page("/").select_one("header").get_text()
    assert "Đăng nhập" in site.visitor().page("/").select_one("header").get_text()
    assert len(rendered) == 3


def test_a_guest_with_progress_sees_their_own_page(site, kept):
    lesson = site.lesson
    guest = site.visitor()
    site.visitor().get("/")
    guest.post(f"/hoc/{lesson.course_id}/{lesson.id}/cau-hoi/1", choice="0", event="1" * 32)
    assert lesson.title in guest.page("/").get_text()
    assert lesson.title not in site.visitor().page("/").get_text()


@pytest.mark.parametrize("method", ["HEAD", "POST", "OPTIONS"])
def test_other_methods_pass_through(site, kept, method):
    site.visitor().get("/")
    came = site.visitor().client.open("/", method=method)
    assert came.status_code == (405 if method == "POST" else 200)
    assert "ETag" not in came.headers
    if method == "HEAD":
        assert came.get_data() == b""


def test_no_kept_page_holds_a_token_or_sets_a_cookie(site, kept):
    for rule in site.app.url_map.iter_rules():
        if getattr(site.app.view_functions[rule.endpoint], pagecache.MARK, False):
            course = site.library.courses[0]
            values = {"course_id": course.id, "lesson_id": course.lessons[0].id,
                      "audience_id": site.library.audiences[0].id}  # fmt: skip
            with site.app.test_request_context():
                path = rule.build({name: values[name] for name in rule.arguments})[1]
            assert "csrf_token" not in site.visitor().get(path).get_data(as_text=True), path
            assert "Set-Cookie" not in site.visitor().get(path).headers, path
    assert len(kept) >= 6


@pytest.mark.parametrize("path", ["/dang-nhap", "/khong-co", "/cua-toi", "/hoi", "/healthz", "/ngon-ngu/en"])
def test_only_marked_pages_that_are_there_are_kept(site, kept, path):
    site.visitor().get(path)
    assert not kept


def test_a_page_grows_old(site, kept, rendered, monkeypatch):
    moment = [1000.0]
    monkeypatch.setattr(pagecache.time, "monotonic", lambda: moment[0])
    site.visitor().get("/")
    moment[0] += pagecache.FRESH_SECONDS - 1
    site.visitor().get("/")
    assert len(rendered) == 1
    moment[0] += 2
    site.visitor().get("/")
    assert len(rendered) == 2


def test_it_never_grows_beyond_its_limit(site, kept, monkeypatch):
    monkeypatch.setattr(pagecache, "LIMIT", 3)
    for number in range(6):
        site.visitor().get(f"/gioi-thieu?{number}")
    assert [key[2] for key in kept] == ["3", "4", "5"]


def test_a_page_of_one_host_is_not_shown_at_another(site, kept):
    site.visitor().client.get("/", headers={"Host": "a.vn"})
    site.visitor().client.get("/", headers={"Host": "b.vn"})
    assert len(kept) == 2


def test_a_broken_cookie_line_passes_through(site, kept):
    came = site.visitor().client.get("/", headers={"Cookie": 'hs_lang="\x01; ]=; =x'})
    assert came.status_code == 200
