"""Pages that are kept: the same answer, quicker; never somebody's own."""

import gzip
from datetime import date

import hypothesis
import pytest
from flask import request
from hypothesis import example, given
from hypothesis import strategies as st

from i18n import dates
from lms.core import language
from lms.core.pages import pagecache
from lms.core.pages.pagecache import OWN_HEADERS


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
    for path in ("/", "/hoc", "/gioi-thieu", "/nhom-khac", "/viec-gap"):
        site.visitor().get(path)
    assert [key[0] for key in kept] == ["/gioi-thieu", "/nhom-khac", "/viec-gap"]


@pytest.mark.parametrize("query", ["utm_source=zalo", "fbclid=IwAR1", "zarsrc=30", "a=b&c=d", "=&&x", "%C3"])
def test_what_no_view_reads_makes_no_other_page(site, kept, rendered, query):
    """Links shared in Zalo and Facebook bring such names along; made-up ones must push nothing out."""
    site.visitor().get("/")
    site.visitor().get(f"/?{query}")
    assert len(rendered) == 1 and len(kept) == 1


def test_every_name_that_a_kept_page_reads_is_known_to_it(site, kept):
    """A quoted sentence is marked in the page: such a page is made anew, and not kept."""
    lesson = site.lesson
    path = f"/hoc/{lesson.course_id}/{lesson.id}"
    site.visitor().get(path)
    site.visitor().get(f"{path}?trich=3-0123456789&muc=x&doc=plain")
    assert [key[0] for key in kept] == [path]


def test_made_up_groups_push_nothing_out(site, kept):
    for number in range(5):
        someone = site.visitor()
        someone.client.set_cookie("hs_nhom", f"khong-co-{number}")
        someone.get("/hoc")
    assert len(kept) == 1


def test_made_up_hosts_push_nothing_out(site, kept):
    for number in range(5):
        site.visitor().client.get("/", headers={"Host": f"may{number}.vn"})
    assert len(kept) == 1


def test_a_page_that_names_its_host_is_shown_there_only(site, kept, monkeypatch):
    monkeypatch.setattr(pagecache, "OF_HOSTS", 2)
    made = []

    def view():
        made.append(request.host)
        return f'<a href="//{request.host}/x">x</a>'

    view.needs_permission = "everyone"
    monkeypatch.setitem(site.app.view_functions, "catalog.about", pagecache.same_for_guests(view))
    for host in ("a.vn", "b.vn", "a.vn", "c.vn", "b.vn"):
        came = site.visitor().client.get("/gioi-thieu", headers={"Host": host})
        assert f"//{host}/" in came.get_data(as_text=True)
    assert made == ["a.vn", "b.vn", "c.vn"]
    assert [key[0] for key in kept] == ["b.vn", "c.vn"]


def test_a_broken_cookie_line_passes_through(site, kept):
    came = site.app.test_client(use_cookies=False).get("/", headers={"Cookie": 'hs_lang="\x01; ]=; =x'})
    assert came.status_code == 200


COOKIE_PIECES = ["hs_lang", "hs_doc", "hs_nhom", "=", ";", " ", '"', "en", "vi", "plain", "standard",
                 "nguoi-cao-tuoi", "nong-dan", "bad[", ",", "\\", "%3D", "\t", "x", "$Path",
                 "\xe9"]  # fmt: skip


@given(line=st.lists(st.sampled_from(COOKIE_PIECES), max_size=14).map("".join))
@example(line="hs_lang=en; hs_lang=")
@example(line="hs_lang=; hs_lang=en")
@example(line="bad[; hs_lang=en")
@example(line='"; hs_lang=en')
@example(line="hs_lang=vi; hs_lang=en; hs_doc=plain; hs_doc=standard")
@example(line='hs_lang="en"; hs_nhom="nong-dan"')
@hypothesis.settings(suppress_health_check=[hypothesis.HealthCheck.function_scoped_fixture], deadline=None)
def test_what_a_page_is_kept_under_is_what_the_page_shows(site, line):
    """However a Cookie line is written: nobody can put a page of other choices into the cache."""
    cache = site.app.extensions["page_cache"]
    with site.app.test_request_context("/hoc", headers={"Cookie": line}):
        audiences = {one.id for one in site.library.audiences}
        audience = language.chosen_audience()
        shown = (
            language.chosen_language(),
            language.chosen_register(),
            audience if audience in audiences else "",
        )
        key = cache.key(request.environ)
    assert key is not None
    assert (key[1] or "vi", key[2] or "standard", key[3]) == shown


def test_a_guest_who_saw_a_form_still_gets_kept_pages(site, kept, rendered):
    """The form's token is in a session cookie; nothing of a person is."""
    site.visitor().get("/")
    guest = site.visitor()
    with guest.client.session_transaction() as session:
        session["csrf_token"] = "a" * 40
    guest.get("/")
    assert len(rendered) == 1


def test_a_message_for_a_guest_is_not_lost_and_not_kept(site, kept, rendered):
    guest = site.visitor()
    with guest.client.session_transaction() as session:
        session["_flashes"] = [("good", "Đã xóa các câu bạn hỏi.")]
    site.visitor().get("/")
    assert "Đã xóa các câu" in guest.page("/").get_text()
    assert "Đã xóa các câu" not in site.visitor().page("/").get_text()


@pytest.mark.parametrize("cookie", ["hs_phien=x", "hs_phien=eyJhIjoxfQ.x.y", "hs_phien=; hs_phien=x"])
def test_a_session_that_is_not_ours_goes_through(site, kept, cookie):
    came = site.app.test_client(use_cookies=False).get("/", headers={"Cookie": cookie})
    assert came.status_code == 200 and not kept


def test_one_makes_a_page_anew_and_the_others_get_the_old_one(site, kept, rendered, monkeypatch):
    moment = [1000.0]
    monkeypatch.setattr(pagecache.time, "monotonic", lambda: moment[0])
    cache = site.app.extensions["page_cache"]
    site.visitor().get("/")
    moment[0] += pagecache.FRESH_SECONDS + 1
    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": "/"}
    assert cache.find(cache.key(environ), environ) is None, "this one makes it"
    assert cache.find(cache.key(environ), environ) is not None, "this one gets the old one meanwhile"


def test_old_pages_are_shown_while_the_database_is_away(site, kept, rendered, monkeypatch):
    moment = [1000.0]
    monkeypatch.setattr(pagecache.time, "monotonic", lambda: moment[0])
    cache = site.app.extensions["page_cache"]
    site.visitor().get("/")
    moment[0] += 3600
    monkeypatch.setattr(cache, "is_away", lambda: True)
    assert site.visitor().get("/").status_code == 200
    assert len(rendered) == 1
    moment[0] += pagecache.STALE_SECONDS
    site.visitor().get("/")
    assert len(rendered) == 2


def test_a_page_of_yesterday_is_made_anew(site, kept, monkeypatch):
    address = "/hoc/vneid-tu-dau/doi-may-mat-may"
    for _ in range(2):
        assert "Ngày đó đã qua" not in site.visitor().get(address).get_data(as_text=True)
    monkeypatch.setattr(dates, "today", lambda: date(2027, 1, 1))
    for someone in (site.visitor(), site.on("hocvien")):
        for _ in range(2):
            assert "Ngày đó đã qua" in someone.get(address).get_data(as_text=True)
