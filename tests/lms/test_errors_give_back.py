"""What was typed is given back when something goes wrong, on our own page and to whoever typed it."""

import pytest
from bs4 import BeautifulSoup

from lms.accounts import service as accounts
from lms.core import current
from lms.core.forms import Kind
from lms.core.pages import errors, plainpages
from lms.core.submission import forms_of
from tests.lms.error_pages import check, token_of
from tests.lms.site import soup
from tests.lms.words_only import PIN, words


def test_a_form_of_an_earlier_session_gives_back_what_was_typed_and_no_secret(with_tokens):
    someone = with_tokens.visitor()
    typed = {
        "name": "Nguyễn Thị Lành",
        "login": "lanh1958",
        "csrf_token": token_of(with_tokens.visitor()),
        "secret": "739184",
        "secret_again": "739184",
        "old_secret": "258036",
    }
    someone.page("/dang-nhap")
    said = check(someone.post("/dang-ky", **typed), 400)
    assert "Nguyễn Thị Lành" in said and "lanh1958" in said
    for hidden in ("739184", "258036", typed["csrf_token"]):
        assert hidden not in said


STRANGERS = "Gọi ngay 0912345678 để nhận tiền"


@pytest.mark.parametrize("path", ["/dang-nhap", "/khong-co", "/hoi", "/hoi/x/danh-gia"])
@pytest.mark.parametrize("way", ["no cookie", "no token", "made-up token", "their origin", "said cross-site"])
def test_words_from_a_page_of_others_are_never_shown_on_ours(with_tokens, path, way):
    someone = with_tokens.visitor()
    form = {"loi_nhan": STRANGERS, "csrf_token": token_of(someone)}
    headers = {}
    if way == "no cookie":
        someone = with_tokens.visitor()
    elif way == "no token":
        del form["csrf_token"]
    elif way == "made-up token":
        form["csrf_token"] = "IjEi.made.up"
    elif way == "their origin":
        headers["Origin"] = "http://lua-dao.example"
    else:
        headers["Sec-Fetch-Site"] = "cross-site"
    came = someone.client.post(path, data=form, headers=headers)
    assert STRANGERS not in came.get_data(as_text=True)


@pytest.mark.parametrize("origin", ["http://localhost", "null", None])
def test_an_error_gives_back_what_was_typed_on_our_own_page(with_tokens, origin):
    someone = with_tokens.visitor()
    form = {"viet": "Tôi ở thôn Tả Van", "csrf_token": token_of(someone)}
    headers = {"Origin": origin} if origin else {}
    came = someone.client.post("/khong-co", data=form, headers=headers)
    assert "Tôi ở thôn Tả Van" in came.get_data(as_text=True)


def test_an_answer_from_an_earlier_session_leads_back_to_its_question(with_tokens):
    """Nothing was typed, so nothing is given back: not the number of the choice."""
    question = f"/hoc/{with_tokens.lesson.course_id}/{with_tokens.lesson.id}/cau-hoi/1"
    old = token_of(with_tokens.visitor(), question)
    someone = with_tokens.visitor()
    someone.page("/dang-nhap")
    page = soup(someone.post(question, choice="0", event="e", tiep="/hoc", csrf_token=old))
    assert page.select_one("main a.btn")["href"] == question
    assert "bạn đã gõ" not in words(page)


def test_a_list_is_given_back_line_by_line(with_tokens):
    """Names that ran into each other would be one learner when they are pasted again."""
    names = "Nguyễn Văn Một\nTrần Thị Hai\n\tLê Văn Ba"
    someone = with_tokens.visitor()
    came = someone.post("/khong-co", list=names, csrf_token=token_of(someone))
    assert soup(came).select_one("pre").get_text() == names
    bare = BeautifulSoup(plainpages.page("Máy gặp lỗi", "", "", typed=[names]), "html.parser")
    assert bare.select_one("pre").get_text() == names


LONG_ANSWER = "Anh Ba ở chợ sửa máy cày. Anh mở cửa từ thứ Hai."


def signed_in_with_form(site, path: str):
    """An officer who has the form of `path` open, and its token."""
    site.add("can-bo-go-dai", "officer")
    someone = site.visitor()
    someone.post("/dang-nhap", login="can-bo-go-dai", secret=PIN, csrf_token=token_of(someone))
    return someone, token_of(someone, path)


@pytest.mark.parametrize("ended", ["here, in another tab", "from another device"])
def test_who_was_signed_out_gets_back_what_was_typed_and_a_way_in(with_tokens, ended):
    path = "/kho/dia-phuong/moi"
    someone, token = signed_in_with_form(with_tokens, path)
    if ended == "here, in another tab":
        assert someone.post("/dang-xuat", csrf_token=token).status_code == 303
    else:
        with with_tokens.database() as db:
            accounts.end_all_sessions(db, with_tokens.person("can-bo-go-dai"))
            db.commit()
    came = someone.post(path, text=LONG_ANSWER, csrf_token=token)
    page = soup(came)
    assert came.status_code in {400, 403}
    assert "đăng xuất" in page.select_one("h1").get_text() and LONG_ANSWER in words(page)
    assert page.select_one("main a.btn")["href"] == f"/dang-nhap?tiep={path}"


@pytest.mark.parametrize(
    ("path", "fields", "answered"),
    [
        ("/dang-xuat", {}, (303, "")),
        ("/tai-khoan/xoa", {"sure": "1", "secret": PIN}, (403, "Chỉ bấm một lần thì chưa xóa")),
    ],
)
def test_the_second_tap_on_what_signs_out_is_not_told_that_nothing_was_saved(
    with_tokens, path, fields, answered
):
    login = f"bam-hai-{len(fields)}"
    with_tokens.add(login)
    someone = with_tokens.visitor()
    someone.post("/dang-nhap", login=login, secret=PIN, csrf_token=token_of(someone))
    token = token_of(someone, "/tai-khoan")
    name = with_tokens.app.config["SESSION_COOKIE_NAME"]
    cookie = someone.client.get_cookie(name).value
    assert someone.post(path, csrf_token=token, **fields).status_code == 303
    someone.client.set_cookie(name, cookie)
    came = someone.post(path, csrf_token=token, **fields)
    status, said = answered
    assert came.status_code == status and said in words(soup(came))
    assert "chưa lưu" not in words(soup(came))


@pytest.mark.parametrize(
    ("sent_to", "page"),
    [
        ("/lop/3/giao", "/lop/3"),
        ("/lop/3/hoc-vien/a1/ma-tam", "/lop/3/hoc-vien/a1"),
        ("/quan-tri/nguoi/moi", "/quan-tri/nguoi"),
        ("/quan-tri/don-vi", "/quan-tri"),
        ("/quay/hoi/x/kiem-tra", "/quay/hoi/x"),
        ("/dang-nhap?tiep=/lop", "/dang-nhap?tiep=/lop"),
        ("/dang-xuat", "/"),
        ("/khong-co", "/"),
    ],
)
def test_the_page_that_a_form_stands_on_is_known(site, sent_to, page):
    with site.app.test_request_context(sent_to, method="POST"):
        assert current.page_of_form() == page


def test_an_error_gives_back_twenty_fields_and_not_a_megabyte(with_tokens):
    someone = with_tokens.visitor()
    form = {f"o{number}": f"chữ-{number}-" + "a" * 8000 for number in range(25)}
    came = someone.post("/khong-co", csrf_token=token_of(someone), **form).get_data(as_text=True)
    assert "chữ-19-" in came and "chữ-20-" not in came
    assert len(came) < 150_000


def test_no_field_that_any_form_calls_secret_is_shown_again(site):
    """Whatever a form's secret field is called, its name is in the list of hidden ones."""
    forms = (form for view in site.app.view_functions.values() for form in forms_of(view))
    names = {one.name for form in forms for one in form.fields if one.kind is Kind.SECRET}
    assert len(names) >= 3
    assert all(errors.HIDDEN_FIELDS.search(name) for name in names)


def test_of_every_form_that_what_was_typed_is_given_back_and_nothing_else(with_tokens):
    """Not what a page put in by itself (`lan`, `name_seen`), and no button or choice."""
    admin, old = with_tokens.on("quantri"), token_of(with_tokens.visitor())
    admin.page("/tai-khoan")
    chosen = {Kind.HIDDEN, Kind.BUTTON, Kind.CHOICE, Kind.CHOICES, Kind.SELECT, Kind.TICK, Kind.FILE}
    for rule in with_tokens.app.url_map.iter_rules():
        for form in forms_of(with_tokens.app.view_functions[rule.endpoint]):
            with with_tokens.app.test_request_context():
                path = rule.build(dict.fromkeys(rule.arguments, "1"))[1]
            sent = {one.name: f"gõ vào {one.name}" for one in form.fields}
            sent |= {f"{one.name}_seen": f"thấy {one.name}" for one in form.fields if one.keeps_seen}
            came = admin.post(path, **sent, once_token="mã của trang", csrf_token=old)
            shown = {one.get_text() for one in soup(came).select("main pre")}
            unseen = {one.name for one in form.fields if one.kind in chosen | {Kind.SECRET}}
            assert shown == {f"gõ vào {name}" for name in set(sent) - unseen if "_seen" not in name}, path
