"""Files that an editor uploads: looked through before they are used, or refused beside their field."""

from datetime import date

import pytest

from assistant.documents import document, sandbox
from assistant.documents.upload import LIMIT
from assistant.knowledge.entry import DOCUMENT
from lms.knowledge import personal
from tests.lms.knowledge.shelf_forms import FIELDS, errors, published, upload
from tests.lms.site import soup
from tests.lms.words_only import words

pytestmark = pytest.mark.usefixtures("empty_shelf")


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
