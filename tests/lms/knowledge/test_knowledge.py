"""The editor's shelf as its people see it: documents, facts, checked answers, and who may touch them."""

from __future__ import annotations

import io
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import insert, select, update

from assistant.documents import document, sandbox
from assistant.documents.document import Document
from assistant.documents.upload import LIMIT
from assistant.knowledge import facts
from assistant.knowledge.entry import DOCUMENT, FACT
from assistant.knowledge.facts import Fact
from assistant.knowledge.store import KnowledgeStore
from assistant.knowledge.tables import EntryRow
from assistant.procedures.record import Channel, Duration, Fee, Paper, Procedure, Step
from i18n.dates import today, utc_now
from lms.core.audit import AuditEntry
from lms.core.forms import Form
from lms.knowledge import personal, queries, service
from lms.units import service as units
from lms.units.models import Unit
from tests.lms.site import soup
from tests.lms.words_only import words

NOTICE = """# Giờ tiếp dân

Bàn một cửa mở từ 7 giờ đến 11 giờ 30.

# Lệ phí

- Sao y: 2.000 đồng một trang.
"""
FIELDS = {
    "title": "Thông báo tiếp dân",
    "number": "3/TB-UBND",
    "source": "Ủy ban nhân dân xã Mẫu",
    "read_on": "2026-01-02",
    "in_force_on": "2026-01-01",
}
FACT_FIELDS = {
    "topic": "hours",
    "place": "Ủy ban xã Mẫu",
    "label": "Giờ làm việc",
    "value": "7 giờ đến 16 giờ 30",
    "checked_on": "2026-11-01",
}


@pytest.fixture
def store(site) -> KnowledgeStore:
    return site.app.extensions["assistant"].store


@pytest.fixture
def editor(site):
    return site.on("canbo", "officer")


@pytest.fixture(autouse=True)
def _empty_shelf(site, store):
    """Nothing is left from the test before."""
    yield
    for kind in (DOCUMENT, FACT, "procedure"):
        for one in list(store.each_entry(kind)):
            store.retire_entry(one.id)
    for one in store.in_use():
        store.retire(one.id)


@pytest.fixture
def here(site, editor) -> str:
    """The unit of these people, as the store knows it."""
    return str(site.unit())


def upload(editor, content: str | bytes = NOTICE, name: str = "thong-bao.md", to="/kho/tai-lieu/moi", **more):
    """Send the form of a document with a file."""
    data = content.encode() if isinstance(content, str) else content
    return editor.client.post(to, data=FIELDS | more | {"file": (io.BytesIO(data), name)})


def published(editor, **more) -> str:
    """Upload a document and put it to use; the path of its entry."""
    came = upload(editor, **more)
    assert came.status_code == 303, words(soup(came))
    return editor.post(came.location + "/dung").location


def press_use(editor, path: str):
    """Press the button of a draft's page: it says which document the page showed as replaced."""
    return editor.post(editor.page(path).select_one("form[action*='/dung']")["action"])


def errors(came) -> dict[str, str]:
    """The sentence beside each field of a form that came back."""
    return {one["id"][2:]: one.get_text() for one in soup(came).select(".error[id]")}


def test_an_uploaded_file_is_shown_before_it_is_used(site, editor, store):
    came = upload(editor)
    page = editor.page(came.location)
    assert "Xem lại rồi dùng" in words(page)
    assert "Sao y: 2.000 đồng một trang." in words(page)
    assert site.visitor().get("/tai-lieu/thong-bao-tiep-dan").status_code == 404
    assert document.document_passages(store.each_entry(DOCUMENT), date(2026, 11, 22)) == ()


def test_who_looked_through_it_puts_it_to_use(site, editor, store, here):
    path = published(editor)
    assert "Dùng tài liệu này" not in words(editor.page(path))
    page = site.visitor().page("/tai-lieu/thong-bao-tiep-dan")
    assert page.select_one("h1").get_text() == "Thông báo tiếp dân"
    assert page.select_one("#muc-2 h2").get_text() == "Lệ phí"
    assert "3/TB-UBND" in words(page) and "01/01/2026" in words(page)
    [first, _second] = document.document_passages(store.each_entry(DOCUMENT), date(2026, 11, 22))
    assert first.locator == "/tai-lieu/thong-bao-tiep-dan#muc-1" and first.unit == here
    assert "Thông báo tiếp dân" in words(editor.page("/kho"))


def test_putting_to_use_twice_is_said(editor):
    came = upload(editor)
    editor.post(came.location + "/dung")
    again = editor.post(came.location + "/dung")
    assert "đã dùng rồi" in words(editor.page(again.location))


def test_what_is_wrong_stands_beside_its_field_and_what_was_typed_is_kept(editor, store):
    came = upload(editor, title="", source_url="ftp://x", expires_on="2025-12-31", number="7/QĐ")
    assert came.status_code == 422
    assert errors(came) == {
        "title": "Bạn ghi tên tài liệu.",
        "source_url": "Địa chỉ bắt đầu bằng https://.",
        "expires_on": "Ngày hết hiệu lực đứng trước ngày có hiệu lực.",
    }
    page = soup(came)
    assert page.select_one("[name=number]")["value"] == "7/QĐ"
    assert "Bạn chọn lại tệp" in words(page)
    assert store.summaries(DOCUMENT) == []


def test_a_form_without_a_file_asks_for_one(editor):
    assert errors(editor.post("/kho/tai-lieu/moi", **FIELDS)) == {"file": "Bạn chọn tệp ở đây."}


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"\x89PNG\r\n\x1a\n000", "anh.pdf", "Tệp này là ảnh chụp"),
        (b"\xd0\xcf\x11\xe0" + b"0" * 600, "cu.docx", "Word kiểu cũ"),
        (bytes(range(256)) * 4, "la.txt", "không đọc được kiểu tệp này"),
        (b"%PDF-1.4 hong", "hong.pdf", "Tệp này bị hỏng"),
        (b"   ", "trong.txt", "không có chữ nào"),
    ],
)
def test_a_file_that_cannot_be_read_says_why_beside_the_field(editor, content, name, said):
    came = upload(editor, content, name)
    assert came.status_code == 422 and said in errors(came)["file"]
    assert soup(came).select_one("[name=title]")["value"] == "Thông báo tiếp dân"


def test_a_pdf_named_as_text_is_still_a_pdf(editor):
    pdf = pytest.importorskip("tests.assistant.documents.document_samples")
    came = upload(editor, pdf.pdf(pdf.DECISION), "ghi-chu.txt")
    assert "Chứng thực chữ ký: 10.000 đồng" in words(editor.page(came.location))


def test_a_file_over_the_limit_comes_back_with_what_was_typed(editor):
    came = upload(editor, b"x" * (LIMIT + 1000))
    assert came.status_code == 422
    assert errors(came)["file"] == "Tệp lớn quá. Bạn chọn tệp dưới 20 MB."
    assert soup(came).select_one("[name=source]")["value"] == "Ủy ban nhân dân xã Mẫu"


def test_a_file_far_over_the_limit_is_not_even_received(editor):
    came = upload(editor, b"x" * (LIMIT + 6 * 1024 * 1024))
    assert came.status_code == 413 and "Tệp quá lớn" in words(soup(came))


def test_only_who_may_upload_can_send_that_much(site):
    big = b"x" * (3 * 1024 * 1024)
    assert upload(site.visitor(), big).status_code in (403, 413)
    assert upload(site.on("hocvien"), big).status_code in (403, 413)


def test_personal_numbers_in_a_file_are_pointed_out(editor):
    came = upload(editor, "Ông Mẫu, căn cước 001099000123, đến nhận kết quả tại bàn một cửa.")
    assert "Đừng đăng số của người dân" in words(editor.page(came.location))


def test_a_document_is_searched_for_numbers_once_and_not_by_the_server(editor, monkeypatch):
    """Each look at a draft of a thousand pages cost the server ten seconds, in which nobody was answered."""

    def never(text):
        raise AssertionError("this is the server")

    monkeypatch.setattr(personal, "mask", never)
    came = upload(editor, "Nộp hồ sơ tại bàn một cửa.\n\nLiên hệ ông Mẫu 0987 650 009.")
    shown = words(editor.page(came.location))
    assert "Đừng đăng số của người dân" in shown and "chưa tìm hết" not in shown


def test_a_document_that_was_not_searched_to_its_end_says_so(editor, monkeypatch):
    def busy(*_arguments):
        raise sandbox.Busy

    monkeypatch.setattr(personal.sandbox, "call", busy)
    assert personal.find(()) == personal.Found((), whole=False)
    monkeypatch.undo()
    monkeypatch.setattr(personal, "find", lambda sections: personal.Found((), whole=False))
    assert "chưa tìm hết" in words(editor.page(upload(editor).location))


def test_the_same_title_again_replaces_the_document_and_says_so_first(editor, store, here):
    published(editor)
    came = upload(editor, "# Giờ tiếp dân\n\nBàn một cửa mở cả ngày.\n", number="9/TB-UBND")
    assert "Bản này sẽ thay bản đang dùng" in words(editor.page(came.location))
    press_use(editor, came.location)
    [only] = store.summaries(DOCUMENT)
    assert (only.key, only.number) == ("thong-bao-tiep-dan", "9/TB-UBND")
    page = editor.page(f"/kho/muc/{only.id}")
    assert "Các bản trước" in words(page) and "Người canbo" in words(page)


def test_a_slip_in_a_drafts_title_that_is_mended_replaces_the_document_of_that_title(editor, store):
    """Both were in use with one title, and the old fee was told for as long as nobody saw it."""
    published(editor, title="Lệ phí chứng thực")
    path = upload(editor, title="Lệ phí chứng thc", number="9/TB-UBND").location
    assert "sẽ thay" not in words(editor.page(path))
    mended = editor.post(
        path + "/sua", **FIELDS | {"title": "Lệ phí chứng thực", "number": "9/TB-UBND"}
    ).location
    assert "Bản này sẽ thay bản đang dùng" in words(editor.page(mended))
    press_use(editor, mended)
    [only] = store.summaries(DOCUMENT)
    assert (only.title, only.number) == ("Lệ phí chứng thực", "9/TB-UBND")


def test_a_new_version_under_another_title_replaces_its_document(editor, store):
    old = published(editor, title="Lệ phí chứng thực")
    draft = upload(editor, to=old + "/sua", title="Lệ phí chứng thực năm 2027").location
    assert "Bản này sẽ thay bản đang dùng" in words(editor.page(draft))
    press_use(editor, draft)
    [only] = store.summaries(DOCUMENT)
    assert (only.title, only.key) == ("Lệ phí chứng thực năm 2027", "le-phi-chung-thuc")


def test_two_drafts_whose_titles_differ_by_a_mark_are_both_used(editor, store):
    """Both were looked through before either was used: the second could only replace the first."""
    paths = [upload(editor, title=title).location for title in ("Quy ước Bản Má", "Quy ước Bản Mạ")]
    for path in paths:
        editor.post(path + "/dung")
    kept = [one for one in store.each_entry(DOCUMENT) if not document.is_draft(one)]
    assert {one.title for one in kept} == {"Quy ước Bản Má", "Quy ước Bản Mạ"}
    assert len({one.key for one in kept}) == 2


def test_two_who_put_one_draft_to_use_at_once_both_see_a_page(site, editor, store, monkeypatch):
    path = upload(editor).location
    entry_id = int(path.rpartition("/")[2])
    before = queries.entry(store, entry_id, str(site.unit()))
    assert editor.post(path + "/dung").status_code == 303
    # The other one had looked at it before the first was done.
    monkeypatch.setattr(queries, "entry", lambda *_arguments: before)
    for deed in ("dung", "thoi-dung"):
        assert editor.post(f"{path}/{deed}").status_code == 303
    monkeypatch.undo()
    assert len(store.summaries(DOCUMENT)) == 1


def test_two_drafts_of_one_name_do_not_replace_each_other_unsaid(editor, store):
    """Both were looked through before either was used: the first went out of use, and both read “Đã dùng”."""
    first, second = (upload(editor, f"# Lịch\n\nCủa thôn {name}.\n") for name in ("Mạ", "Mã"))
    pages = [
        editor.page(one.location).select_one("form[action*='/dung']")["action"] for one in (first, second)
    ]
    editor.post(pages[0])
    came = editor.post(pages[1])
    assert "vừa được dùng" in words(editor.page(came.location))
    [only] = [one for one in store.summaries(DOCUMENT) if not one.flags]
    assert "Mạ" in str(store.entry(only.id).data)
    press_use(editor, second.location)
    assert "Mã" in str([store.entry(one.id).data for one in store.summaries(DOCUMENT)])


def test_titles_that_have_one_key_are_two_documents(editor, store):
    for title in ("Thông báo thôn Mạ", "Thông báo thôn Mã", "ប្រកាស", "ច្បាប់"):
        press_use(editor, upload(editor, title=title).location)
    assert {one.title for one in store.summaries(DOCUMENT)} == {
        "Thông báo thôn Mạ", "Thông báo thôn Mã", "ប្រកាស", "ច្បាប់",
    }  # fmt: skip


def test_details_are_corrected_without_the_file(site, editor, store):
    path = published(editor)
    came = editor.post(path + "/sua", **FIELDS | {"title": "Thông báo mới", "expires_on": "31/12/2030"})
    assert came.status_code == 303
    [only] = store.summaries(DOCUMENT)
    assert (only.key, only.title) == ("thong-bao-tiep-dan", "Thông báo mới")
    assert "31/12/2030" in words(site.visitor().page("/tai-lieu/thong-bao-tiep-dan?moi"))


def test_a_new_file_for_a_document_is_looked_through_first(editor, store):
    path = published(editor)
    came = upload(editor, "# Mới\n\nNội dung mới.\n", to=path + "/sua", title="Tên khác")
    assert len(store.summaries(DOCUMENT)) == 2
    press_use(editor, came.location)
    [only] = store.summaries(DOCUMENT)
    assert (only.key, only.title) == ("thong-bao-tiep-dan", "Tên khác")


def test_an_expired_document_is_said_to_be_so_and_is_to_be_looked_at(site, editor, store):
    published(editor, expires_on="2026-02-01")
    assert document.document_passages(store.each_entry(DOCUMENT), date(2026, 11, 22)) == ()
    assert "Đã hết hiệu lực" in words(site.visitor().page("/tai-lieu/thong-bao-tiep-dan?cu"))
    page = editor.page("/kho/can-xem-lai")
    assert "Trợ lý không dùng nữa" in words(page)
    assert not [one for one in page.select("button") if one.get_text() == "Vẫn đúng"], "a date must be mended"


def test_a_document_that_is_not_yet_in_force_waits_by_itself(editor):
    tomorrow = (today() + timedelta(days=1)).isoformat()
    published(editor, in_force_on=tomorrow)
    assert "Chưa có hiệu lực" in words(editor.page("/kho/can-xem-lai"))


def test_a_document_is_retired_and_stays_in_the_history(site, editor, store):
    path = published(editor)
    editor.post(path + "/thoi-dung")
    assert store.summaries(DOCUMENT) == []
    assert site.visitor().get("/tai-lieu/thong-bao-tiep-dan?bo").status_code == 404
    assert "Đã gỡ xuống" in words(editor.page(path))
    assert "Người khác vừa sửa" in words(editor.page(editor.post(path + "/thoi-dung").location))


def test_a_fact_is_kept_shown_and_found_without_marks(site, editor, store, here):
    path = editor.post("/kho/dia-phuong/moi", **FACT_FIELDS).location
    assert "7 giờ đến 16 giờ 30" in words(editor.page(path))
    page = site.visitor().page("/dia-phuong")
    assert "Giờ làm việc: 7 giờ đến 16 giờ 30" in words(page) and "01/11/2026" in words(page)
    assert "Giờ làm việc" in words(editor.page("/kho?loai=dia-phuong&tim=gio+lam"))
    assert "Không tìm thấy mục nào" in words(editor.page("/kho?loai=dia-phuong&tim=le+phi"))


def test_a_fact_with_holes_is_not_kept(editor, store):
    came = editor.post("/kho/dia-phuong/moi", **FACT_FIELDS | {"value": "", "checked_on": "2999-01-01"})
    assert errors(came) == {
        "value": "Bạn ghi nội dung thông tin.",
        "checked_on": "Ngày này chưa tới. Bạn chọn ngày đã xem lại.",
    }
    assert store.summaries(FACT) == []


def test_two_places_whose_names_differ_by_a_mark_or_late_are_two(editor, store):
    """“Thôn Mạ” and “Thôn Mã” had one key: what one officer saved took the other's out of use, unsaid."""
    long = "Lịch họp của ban quản lý nhà văn hóa và đội văn nghệ cùng tổ hòa giải ở cơ sở của thôn"
    places = ("Thôn Mạ", "Thôn Mã", "Thôn Má")
    for place in places:
        for label in ("Giờ họp", long):
            sent = FACT_FIELDS | {"place": place, "label": label, "value": f"lúc của {place}"}
            assert editor.post("/kho/dia-phuong/moi", **sent).status_code == 303
    kept = [Fact.from_entry(one) for one in store.each_entry(FACT)]
    assert len(kept) == 6 and {one.value for one in kept} == {f"lúc của {place}" for place in places}
    assert len({one.key for one in kept}) == 6


def test_what_is_said_already_is_not_replaced_by_adding(editor, store):
    editor.post("/kho/dia-phuong/moi", **FACT_FIELDS)
    again = editor.post("/kho/dia-phuong/moi", **FACT_FIELDS | {"value": "9 giờ"})
    assert again.status_code == 409 and "sửa" in errors(again)["label"]
    assert typed_again(editor, again)["value"] == "9 giờ"
    [only] = store.each_entry(FACT)
    assert Fact.from_entry(only).value == FACT_FIELDS["value"]


def form_of(came):
    """The form in the page that came back."""
    return soup(came).select_one("main form")


def typed_again(editor, came) -> dict[str, str]:
    """What stands in the form of a page that came back, as a browser would send it."""
    found = {one["name"]: one.get("value") or "" for one in form_of(came).select("input[name]")}
    found |= {one["name"]: one.get_text().strip("\n") for one in form_of(came).select("textarea")}
    found |= {one["name"]: one["value"] for one in form_of(came).select("input[type=radio][checked]")}
    return {name: value for name, value in found.items() if name != "file"}


def test_the_second_of_two_who_correct_a_fact_loses_nothing(editor, store):
    path = editor.post("/kho/dia-phuong/moi", **FACT_FIELDS).location
    editor.post(path + "/sua", **FACT_FIELDS | {"value": "8 giờ"})
    late = editor.post(path + "/sua", **FACT_FIELDS | {"value": "9 giờ", "detail": "Trừ thứ Bảy."})
    assert late.status_code == 409 and "Người khác vừa sửa" in words(soup(late))
    assert [Fact.from_entry(one).value for one in store.each_entry(FACT)] == ["8 giờ"], "not yet"
    editor.post(form_of(late)["action"], **typed_again(editor, late))
    [only] = store.each_entry(FACT)
    assert (Fact.from_entry(only).value, Fact.from_entry(only).detail) == ("9 giờ", "Trừ thứ Bảy.")
    editor.post(f"/kho/muc/{only.id}/thoi-dung")
    gone = editor.post(f"/kho/muc/{only.id}/sua", **FACT_FIELDS | {"value": "10 giờ"})
    assert gone.status_code == 409 and typed_again(editor, gone)["value"] == "10 giờ"
    assert store.summaries(FACT) == [], "what was taken down stays down"


def test_of_two_who_correct_a_fact_at_one_moment_one_is_told(site, editor, store, monkeypatch):
    """The entry was looked at before the transaction: both were told “Đã lưu”, and one was out of use."""
    path = editor.post("/kho/dia-phuong/moi", **FACT_FIELDS).location
    together, real, met = threading.Barrier(2, timeout=20), Form.sent, threading.local()

    def read(form):
        if not getattr(met, "once", False):
            met.once = True
            together.wait()
        return real(form)

    monkeypatch.setattr(Form, "sent", read)

    def send(number: int):
        with site.app.test_client() as client:
            client.set_cookie("hs_phien", editor.client.get_cookie("hs_phien").value)
            return client.post(path + "/sua", data=FACT_FIELDS | {"value": f"{number} giờ"}).status_code

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(send, (7, 8))) == [303, 409]


def test_the_second_of_two_who_correct_a_document_loses_nothing(editor, store):
    path = published(editor)
    editor.post(path + "/sua", **FIELDS | {"title": "Tên của người thứ nhất"})
    late = editor.post(path + "/sua", **FIELDS | {"title": "Tên của người thứ hai"})
    assert late.status_code == 409 and typed_again(editor, late)["title"] == "Tên của người thứ hai"
    assert [one.title for one in store.summaries(DOCUMENT)] == ["Tên của người thứ nhất"]
    editor.post(form_of(late)["action"], **typed_again(editor, late))
    assert [one.title for one in store.summaries(DOCUMENT)] == ["Tên của người thứ hai"]


def test_a_fact_is_corrected_under_its_key(editor, store):
    path = editor.post("/kho/dia-phuong/moi", **FACT_FIELDS).location
    editor.post(path + "/sua", **FACT_FIELDS | {"value": "8 giờ", "label": "Giờ mở cửa"})
    [only] = store.each_entry(FACT)
    assert Fact.from_entry(only).value == "8 giờ" and only.key == "gio-lam-viec-uy-ban-xa-mau"


def test_an_old_fact_is_good_for_another_while_with_one_press(editor, store):
    editor.post("/kho/dia-phuong/moi", **FACT_FIELDS | {"checked_on": "2026-01-01"})
    page = editor.page("/kho/can-xem-lai")
    form = next(one for one in page.select("form") if one.get_text(strip=True) == "Vẫn đúng")
    came = editor.post(form["action"], ve="can-xem-lai")
    assert came.location.endswith("/kho/can-xem-lai")
    assert "Không có gì phải xem lại" in words(editor.page(came.location))
    [only] = store.each_entry(FACT)
    assert only.read_on == today()


def test_the_units_numbers_become_facts_when_the_administrator_saves_them(site, editor, store):
    admin = site.on("quantri", "admin")
    number = {"label": "Trạm y tế", "number": "0251 000 009", "checked_on": "2026-01-05", "hours": "cả ngày"}
    admin.post("/quan-tri/so-dien-thoai", **number)
    assert "Trạm y tế" in words(site.visitor().page("/dia-phuong?so"))
    fact = next(one for one in store.each_entry(FACT) if "Trạm y tế" in one.title)
    page = editor.page(f"/kho/muc/{fact.id}")
    assert "danh sách của đơn vị" in words(page)
    assert editor.get(f"/kho/muc/{fact.id}/sua").status_code == 404
    refused = editor.post(f"/kho/muc/{fact.id}/thoi-dung")
    assert "Người quản trị bỏ" in words(editor.page(refused.location))
    editor.post(f"/kho/muc/{fact.id}/van-dung")
    with site.reading() as db:
        contact = next(one for one in units.main_unit(db).contacts if one.label == "Trạm y tế")
        assert contact.checked_on == today(), "the list and the fact carry the same day"
    admin.post(f"/quan-tri/so-dien-thoai/{contact.id}/bo")
    assert not [one for one in store.each_entry(FACT) if "Trạm y tế" in one.title]


def test_lists_of_numbers_that_are_older_than_the_shelf_are_caught_up_with(site, editor, store):
    # `site.add` wrote a number of the unit straight into its table.
    with site.database() as db:
        assert service.follow_all_contacts(db, store) >= 1
        db.commit()
    assert "Trực bàn hỗ trợ: 0251 000 000" in words(site.visitor().page("/dia-phuong?cu"))
    with site.database() as db:
        assert service.follow_all_contacts(db, store) == 0


def test_what_staff_did_is_in_the_log_without_names_of_things(site, editor):
    published(editor)
    with site.reading() as db:
        deeds = [
            (one.action, one.subject)
            for one in db.scalars(
                select(AuditEntry).where(AuditEntry.action.startswith("knowledge.")).order_by(AuditEntry.id)
            )
        ]
    assert deeds[-2][0] == "knowledge.read" and deeds[-1][0] == "knowledge.used"
    assert deeds[-1][1].startswith("entry:")
    assert "Cho trợ lý dùng tài liệu" in words(site.on("quantri", "admin").page("/quan-tri/nhat-ky"))


def test_a_checked_answer_is_good_for_another_while(editor, store, here):
    old = store.put_verified(
        "Sao y hết mấy tiền?", "Hai nghìn đồng.", "Thông tư", "", here, "Bàn", None, date(2026, 1, 1),
        other_questions=["Chứng thực mấy tiền?"], review_due=date(2026, 6, 1),
    )  # fmt: skip
    assert "Sao y hết mấy tiền?" in words(editor.page("/kho/can-xem-lai"))
    came = editor.post(f"/kho/cau-tra-loi/{old}/van-dung")
    [only] = store.in_use()
    assert only.reviewed_on == today() and only.review_due > today()
    assert only.questions == ("Sao y hết mấy tiền?", "Chứng thực mấy tiền?")
    assert "Chứng thực mấy tiền?" in words(editor.page(came.location))


def test_a_checked_answer_is_corrected_under_all_its_wordings(editor, store, here):
    old = store.put_verified("Sao y mấy tiền?", "Sai rồi.", "Cũ", "", here, "Bàn", other_questions=["Giá?"])
    path = f"/kho/cau-tra-loi/{old}/sua"
    assert "Sai rồi." in editor.page(path).select_one("textarea").get_text()
    typed = {"text": "Hai nghìn đồng.", "source_title": "", "checked_on": "2026-11-01"}
    came = editor.post(path, **typed)
    assert came.status_code == 422 and set(errors(came)) == {"source_title"}
    came = editor.post(path, **typed | {"source_title": "Thông tư 226"})
    [only] = store.in_use()
    assert (only.answer_text, only.questions) == ("Hai nghìn đồng.", ("Sao y mấy tiền?", "Giá?"))
    assert "Hai nghìn đồng." in words(editor.page(came.location))
    late = editor.post(path, **typed | {"source_title": "Thông tư 226", "text": "Ba nghìn đồng."})
    assert late.status_code == 409 and "Người khác vừa sửa" in words(soup(late))
    assert typed_again(editor, late)["text"] == "Ba nghìn đồng.", "what the second one typed is not lost"
    editor.post(form_of(late)["action"], **typed_again(editor, late))
    assert [one.answer_text for one in store.in_use()] == ["Ba nghìn đồng."], "and saved when they insist"
    store.retire(store.in_use()[0].id)
    gone = editor.post(path, **typed | {"source_title": "Thông tư 226"})
    assert gone.status_code == 409 and "đã gỡ xuống" in words(soup(gone))
    assert typed_again(editor, gone)["text"] == "Hai nghìn đồng."


def test_a_checked_answer_is_retired(editor, store, here):
    old = store.put_verified("Hỏi?", "Đáp.", "Nguồn", "", here, "Bàn")
    editor.post(f"/kho/cau-tra-loi/{old}/thoi-dung")
    assert store.in_use() == []
    again = editor.post(f"/kho/cau-tra-loi/{old}/thoi-dung")
    assert "đã gỡ xuống" in words(editor.page(again.location))


def test_another_units_shelf_is_neither_seen_nor_touched(site, editor, store, here):
    path = published(editor)
    answer = store.put_verified("Hỏi riêng?", "Đáp.", "Nguồn", "", here, "Bàn")
    stranger = site.on("canbo-xa-khac", "officer", "Xã Khác")
    assert "Thông báo tiếp dân" not in words(stranger.page("/kho"))
    assert stranger.get(path).status_code == 404
    for deed in ("/sua", "/dung", "/van-dung", "/thoi-dung"):
        assert stranger.post(path + deed, **FIELDS).status_code == 404
    for deed in ("", "/sua", "/van-dung", "/thoi-dung"):
        came = stranger.client.open(f"/kho/cau-tra-loi/{answer}{deed}", method="POST" if deed else "GET")
        assert came.status_code == 404
    assert stranger.get("/tai-lieu/thong-bao-tiep-dan?la").status_code == 404


def test_what_is_for_everybody_is_changed_only_by_who_hosts_the_site(site, editor, store):
    for_all = Document(
        key="chung", title="Chung", number="", source="Bộ", source_url="", unit=None, sections=()
    )
    made = document.put(store, for_all, owner="Bộ")
    stranger = site.on("canbo-xa-khac", "officer", "Xã Khác")
    assert stranger.get(f"/kho/muc/{made.id}").status_code == 200
    assert stranger.post(f"/kho/muc/{made.id}/thoi-dung").status_code == 404
    with site.reading() as db:
        host = db.scalars(select(Unit).order_by(Unit.id).limit(1)).one()
    assert service.may_change(None, host.id, host.id) and not service.may_change(None, host.id + 1, host.id)


RECORD = Procedure(
    code="1.004194",
    title="Đăng ký tạm trú",
    decision="1234/QĐ-BCA",
    channels=(
        Channel("online", Duration(3, "working_day", "03"), (Fee(7000, "VND", "mỗi lần", "7.000"),), ""),
        Channel("direct", None, (Fee(20, "VND", "20.000", "20 VNĐ (20.000)", "20?"),), "Buổi sáng."),
    ),
    papers=(Paper("Tờ khai", 1, 0, ""), Paper("Hợp đồng thuê", 0, 1, "Khi thuê nhà")),
    steps=(Step("Bước 1", "Nộp hồ sơ."),),
    address="Trụ sở Công an xã",
    who=("Công dân Việt Nam",),
    result="Thông báo kết quả",
    read_on=date(2026, 7, 1),
    flags=("districts",),
)  # fmt: skip


def put_record(store: KnowledgeStore, record: Procedure, **more) -> None:
    store.put_entry(
        "procedure", record.code, title=record.title, data=record.to_json(), number=record.decision,
        read_on=record.read_on, flags=record.flags, **more,
    )  # fmt: skip


def test_the_page_of_a_procedure(site, store):
    put_record(store, RECORD)
    page = site.visitor().page("/thu-tuc/1.004194")
    sections = [one["id"] for one in page.select("section[id]")]
    assert sections == ["cach-nop", "giay-to", "cac-buoc", "noi-nop", "doi-tuong", "ket-qua"]
    rows = [
        [" ".join(cell.get_text(" ").split()) for cell in row.select("th,td")]
        for row in page.select("tbody tr")
    ]
    assert rows[0] == ["Nộp qua mạng 3 ngày làm việc", "7.000 đồng (mỗi lần)"]
    assert rows[1][1] == "20 VNĐ (20.000) ⚠ 20?", "a doubtful number stands with its doubt"
    assert page.select_one("#giay-to h3").get_text() == "Khi thuê nhà"
    assert "còn nhắc cấp huyện" in words(page)
    for told in ("1.004194", "1234/QĐ-BCA", "01/07/2026", "Tờ khai (1 bản chính)", "Trụ sở Công an xã"):
        assert told in words(page)


def test_a_new_fee_stands_on_the_page_at_once_for_guests_too(site, store):
    put_record(store, Procedure(code="1.004194", title="Tạm trú", result="Giấy cũ."))
    assert "Giấy cũ" in words(site.visitor().page("/thu-tuc/1.004194"))
    put_record(store, Procedure(code="1.004194", title="Tạm trú", result="Giấy mới."))
    page = words(site.visitor().page("/thu-tuc/1.004194"))
    assert "Giấy mới" in page and "Giấy cũ" not in page


def test_a_procedure_that_is_not_there(site):
    assert site.visitor().get("/thu-tuc/9.999999").status_code == 404


def test_procedures_are_searched_by_name_code_and_flag(editor, store):
    put_record(store, RECORD)
    put_record(store, Procedure(code="2.000815", title="Chứng thực bản sao"))
    both = editor.page("/kho?loai=thu-tuc")
    assert [one.get_text() for one in both.select(".tile .what > span")] == [
        "Chứng thực bản sao",
        "Đăng ký tạm trú",
    ]
    for search in ("tim=tam+tru", "tim=T%E1%BA%A0M", "tim=1.004194", "dau=districts"):
        found = editor.page(f"/kho?loai=thu-tuc&{search}")
        assert [one.get_text() for one in found.select(".tile .what > span")] == ["Đăng ký tạm trú"], search


def test_ten_thousand_entries_are_paged(editor, store):
    many = [
        {"kind": "procedure", "key": f"3.{n:06}", "title": f"Việc số {n}", "data": {}, "fingerprint": str(n)}
        for n in range(10_000)
    ]
    with store.bulk("procedure") as connection:
        connection.execute(insert(EntryRow), many)
    page = editor.page("/kho?loai=thu-tuc")
    assert len(page.select(".tile")) == queries.PAGE and "Trang 1 trong 400" in words(page)
    assert "Trang 400 trong 400" in words(editor.page("/kho?loai=thu-tuc&trang=9999"))
    assert "3.004321" in words(editor.page("/kho?loai=thu-tuc&tim=4321"))
    with store.bulk("procedure") as connection:
        connection.execute(update(EntryRow).values(retired_at=utc_now()))
    assert "Chưa nạp thủ tục" in words(editor.page("/kho?loai=thu-tuc"))


def test_a_list_is_read_again_only_when_something_changed(store, monkeypatch, here):
    facts.put(store, Fact("a", "other", "Xã", "Chợ", "Chủ nhật", date(2026, 1, 1), unit=here), owner="")
    first = queries.rows(store, FACT)
    monkeypatch.setattr(KnowledgeStore, "summaries", lambda *_: pytest.fail("read without need"))
    assert queries.rows(store, FACT) is first
    monkeypatch.undo()
    facts.put(store, Fact("b", "other", "Xã", "Lễ", "Tháng Ba", date(2026, 1, 1), unit=here), owner="")
    assert len(queries.rows(store, FACT)) == 2


def test_words_of_a_document_are_never_taken_for_html(site, editor):
    published(editor, content="# Một\n\nĐọc <script>alert(1)</script> & <b>kỹ</b> 2 < 3.\n", name="a.txt")
    page = site.visitor().page("/tai-lieu/thong-bao-tiep-dan?html")
    assert not page.select("main script") and not page.select("main b b")
    assert isinstance(page, BeautifulSoup)


def test_a_document_is_not_renamed_to_one_that_is_in_use(editor, store):
    published(editor, title="Lệ phí chứng thực")
    other = published(editor, title="Lịch tiếp dân")
    came = editor.post(other + "/sua", **FIELDS | {"title": "Lệ phí chứng thực"})
    assert came.status_code == 409 and "tên này" in errors(came)["title"]
    assert {one.title for one in store.summaries(DOCUMENT)} == {"Lệ phí chứng thực", "Lịch tiếp dân"}


def test_a_fact_is_not_changed_into_what_another_one_says(editor, store):
    editor.post("/kho/dia-phuong/moi", **FACT_FIELDS)
    other = editor.post("/kho/dia-phuong/moi", **FACT_FIELDS | {"label": "Giờ nghỉ"}).location
    came = editor.post(other + "/sua", **FACT_FIELDS | {"value": "8 giờ"})
    assert came.status_code == 409 and "sửa" in errors(came)["label"]
    assert (
        editor.post(other + "/sua", **FACT_FIELDS | {"label": "Giờ nghỉ", "value": "trưa"}).status_code == 303
    )


def test_a_new_version_does_not_take_the_title_of_another_document(editor, store):
    published(editor, title="Lệ phí chứng thực")
    old = published(editor, title="Lịch tiếp dân")
    draft = upload(editor, to=old + "/sua", title="Lệ phí chứng thực").location
    press_use(editor, draft)
    in_use = [one.title for one in store.each_entry(DOCUMENT) if not document.is_draft(one)]
    assert sorted(in_use) == ["Lệ phí chứng thực", "Lịch tiếp dân"]
