"""When something goes wrong: plain words, what was typed is given back, and no secrets or tracebacks."""

import io
import time

import pytest
from sqlalchemy.exc import OperationalError

from lms.units import service as units
from tests.lms.error_pages import check, token_of
from tests.lms.site import soup


@pytest.fixture
def broken(site, monkeypatch):
    """A page whose view fails with somebody's data in its words."""

    def view():
        raise RuntimeError("no row for Nguyễn Thị Lành")

    view.needs_permission = "everyone"
    monkeypatch.setitem(site.app.view_functions, "catalog.about", view)
    monkeypatch.setitem(site.app.view_functions, "api_ask", view)


def test_400(site):
    assert "gửi lại" in check(site.visitor().post("/hoi/x/danh-gia", y="?"), 400)


def test_403(site):
    said = check(site.on("hoc-vien").get("/quan-tri"), 403)
    assert "Bạn hỏi người quản trị của đơn vị" in said and "đăng nhập" not in said, "they are signed in"


@pytest.mark.parametrize("path", ["/khong-co", "/hoc/khong-co", "/hoc/x/y", "/lo-trinh/x", "/bieu-trung/x"])
def test_404(site, path):
    assert "Không có trang này" in check(site.visitor().get(path), 404)


def test_405(site):
    assert "bấm nút trong trang" in check(site.visitor().get("/cau-da-hoi/xoa"), 405)


def test_413(site):
    site.add("co-lon", "teacher")
    class_id = site.class_of("co-lon")
    came = site.on("co-lon").client.post(
        f"/lop/{class_id}/them", data={"file": (io.BytesIO(b"x" * 3 * 1024 * 1024), "ten.csv")}
    )
    assert "Tệp quá lớn" in check(came, 413)


def test_429(site):
    someone = site.on("sai-ma-hoai")
    for _try in range(21):
        came = someone.post("/vao-lop/SAIMA1")
    assert "chờ" in check(came, 429)
    assert int(came.headers["Retry-After"]) > 0, "programs are told how long"


def test_500(site, broken, caplog):
    came = site.visitor().get("/gioi-thieu?500")
    assert "không phải do bạn" in check(came, 500)
    assert "Lành" not in came.get_data(as_text=True)
    assert "RuntimeError" in caplog.text, "the operator sees it"


@pytest.mark.parametrize(("path", "code"), [("/api/v1/khong-co", 404), ("/api/v1/ask", 500)])
def test_programs_get_json(site, broken, path, code):
    came = site.visitor().client.post(path)
    assert came.status_code == code
    assert came.get_json()["error"]["code"] == code
    assert came.get_json()["error"]["message"]


@pytest.mark.parametrize(
    ("path", "code"),
    [("/hoi/x/danh-gia", 400), ("/lop/99/dong", 404), ("/khong-co", 404), ("/quan-tri/x", 404)],
)
def test_who_sends_json_is_answered_in_json(site, path, code):
    came = site.on("quantri").client.post(path, json={"y": "?"})
    assert came.status_code == code and came.get_json()["error"]["code"] == code


def test_an_error_speaks_the_readers_language(site):
    someone = site.visitor()
    someone.client.set_cookie("hs_lang", "en")
    page = soup(someone.get("/khong-co"))
    assert page.select_one("html")["lang"] == "en"


def test_every_form_needs_its_token(with_tokens):
    from tests.lms.test_permissions import OPEN_TO_EVERYBODY

    for rule in with_tokens.app.url_map.iter_rules():
        if "POST" not in rule.methods or rule.endpoint not in OPEN_TO_EVERYBODY:
            continue
        values = dict.fromkeys(rule.arguments, "1")
        with with_tokens.app.test_request_context():
            path = rule.build(values)[1]
        came = with_tokens.visitor().post(path)
        if rule.endpoint == "api_ask":
            assert "question" in came.get_json()["error"]["message"], "programs have no form"
        else:
            assert came.status_code == 400, rule.rule


def test_every_form_of_staff_needs_its_token_too(with_tokens):
    admin = with_tokens.on("quantri")
    for rule in with_tokens.app.url_map.iter_rules():
        if "POST" not in rule.methods or rule.endpoint == "api_ask":
            continue
        with with_tokens.app.test_request_context():
            path = rule.build(dict.fromkeys(rule.arguments, "1"))[1]
        came = admin.post(path)
        assert came.status_code == 400 and "mở lại trang" in came.get_data(as_text=True), rule.rule


@pytest.mark.parametrize("fields", [1001, 150_000])
def test_a_form_of_a_thousand_fields_is_refused_before_it_is_read(with_tokens, fields):
    body = "&".join("a=" for _ in range(fields))
    kind = "application/x-www-form-urlencoded"
    came = with_tokens.visitor().client.post("/dang-nhap", data=body, content_type=kind)
    assert came.status_code == 413
    assert len(came.get_data()) < 20_000


def test_a_form_works_with_the_token_it_came_with(with_tokens):
    someone = with_tokens.visitor()
    token = someone.page("/dang-nhap").select_one("input[name=csrf_token]")["value"]
    came = someone.post("/dang-nhap", login="quantri", secret="258036", csrf_token=token)
    assert came.status_code == 303


def test_when_the_database_is_away_there_is_still_a_page(site, monkeypatch):
    someone = site.on("quantri")

    def away(*_):
        raise OperationalError("SELECT", {}, Exception("server closed the connection"))

    monkeypatch.setattr(units, "current_unit", away)
    monkeypatch.setattr("lms.accounts.service.load_session", away)
    for path in ("/cua-toi", "/khong-co", "/api/v1/x"):
        came = someone.get(path)
        assert came.status_code in {404, 503}
        assert "server closed" not in came.get_data(as_text=True)
        assert "trang" in came.get_data(as_text=True) or "bận" in came.get_data(as_text=True)


@pytest.mark.parametrize(
    "path",
    [
        "/lop/99999999999999999999",
        "/lop/99999999999",
        "/lop?trang=99999999999999999999999",
        "/quan-tri/nguoi?trang=99999999999999999999999",
        "/quan-tri/nhat-ky?trang=99999999999999999999999",
        "/quan-tri/nhat-ky?trang=-1",
        "/quan-tri/nguoi/%00",
        "/quan-tri/nguoi?tim=%00%25_",
        "/quay/cau/99999999999999999999",
        "/quay?trang=99999999999999999999999",
        "/cau-da-hoi?trang=99999999999999999999999",
        "/the/%00",
        "/vao-lop/%00",
        "/vao-lop?ma=%00",
        "/hoi/%00",
        "/hoi?bai=%00/%00",
        "/bat-dau/%00",
        "/bieu-trung/%00",
        "/hoc/%00",
        "/bai-hoc/%00/%00",
        "/dang-nhap?tiep=%00",
        "/doc/plain?tiep=/%00",
        "/%ff%fe",
        "/?%ff=%fe",
    ],
)
def test_strange_addresses_are_no_error_of_ours(site, path):
    assert site.on("quantri").get(path).status_code < 500


def test_strange_values_in_a_form_are_no_error_of_ours(site):
    lesson = site.lesson
    learner = site.on("hoc-vien")
    question = f"/hoc/{lesson.course_id}/{lesson.id}/cau-hoi/1"
    learner.post(question, choice="0", event="11111111-1111-4111-8111-111111111111")
    assert learner.get(f"{question}?tra-loi=%00").status_code == 404
    assert learner.post(question, choice="9" * 5000, event="x").status_code == 422
    assert learner.post(question, choice="²", event="x").status_code == 422
    assert learner.post(question, choice="0", event="\x00").status_code == 400
    assert learner.post("/tai-khoan/thiet-bi", device="\x00").status_code == 400
    assert learner.post("/tai-khoan/pin", old_secret="\x00", secret="\x00").status_code == 400
    assert site.visitor().post("/dang-nhap", login="\x00", secret="\x00").status_code == 400
    assert site.visitor().post("/dang-nhap", login="x" * 9999, secret="y" * 99999).status_code == 422
    admin = site.on("quantri")
    assert admin.post("/quan-tri/nguoi/moi", name="\u200b", login="ă", role="vua").status_code == 422
    assert admin.post("/quan-tri/so-dien-thoai/99999999999999999/bo").status_code < 500


def test_a_form_from_before_one_was_known_as_a_guest_still_works(with_tokens):
    """The first tab makes the guest; the form in the second was opened before."""
    lesson = with_tokens.lesson
    question = f"/hoc/{lesson.course_id}/{lesson.id}/cau-hoi/1"
    someone = with_tokens.visitor()
    first, second = token_of(someone, question), token_of(someone, "/hoi")
    assert someone.post(question, choice="0", event="1" * 32, csrf_token=first).status_code == 303
    assert someone.post("/hoi", question="VNeID là gì?", csrf_token=second).status_code == 303


def test_a_clock_set_back_or_far_ahead_changes_no_cookie_and_no_form(with_tokens, monkeypatch):
    someone = with_tokens.visitor()
    token = token_of(someone)
    for shift in (-3600 * 24 * 400, 3600 * 24 * 100):
        now = time.time() + shift
        monkeypatch.setattr("itsdangerous.timed.time.time", lambda now=now: now)
        came = someone.post("/dang-nhap", login="khong-co", secret="258036", csrf_token=token)
        assert came.status_code != 400, shift


def test_the_cookie_names_no_day(with_tokens):
    """A server whose clock is years behind would name a day that has passed, and the phone would drop it."""
    came = with_tokens.visitor()
    lesson = with_tokens.lesson
    question = f"/hoc/{lesson.course_id}/{lesson.id}/cau-hoi/1"
    token = token_of(came, question)
    answered = came.post(question, choice="0", event="2" * 32, csrf_token=token)
    cookie = next(one for one in answered.headers.getlist("Set-Cookie") if one.startswith("hs_phien="))
    assert "Max-Age=" in cookie and "xpires" not in cookie
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie
