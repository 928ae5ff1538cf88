"""Documents on the editor's shelf: replaced, corrected, out of force, retired."""

from datetime import date, timedelta

import pytest
from bs4 import BeautifulSoup

from assistant.documents import document
from assistant.knowledge.entry import DOCUMENT
from i18n.dates import today
from lms.knowledge import queries
from tests.lms.knowledge.shelf_forms import FIELDS, errors, form_of, press_use, published, typed_again, upload
from tests.lms.words_only import words

pytestmark = pytest.mark.usefixtures("empty_shelf")


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


def test_the_second_of_two_who_correct_a_document_loses_nothing(editor, store):
    path = published(editor)
    editor.post(path + "/sua", **FIELDS | {"title": "Tên của người thứ nhất"})
    late = editor.post(path + "/sua", **FIELDS | {"title": "Tên của người thứ hai"})
    assert late.status_code == 409 and typed_again(editor, late)["title"] == "Tên của người thứ hai"
    assert [one.title for one in store.summaries(DOCUMENT)] == ["Tên của người thứ nhất"]
    editor.post(form_of(late)["action"], **typed_again(editor, late))
    assert [one.title for one in store.summaries(DOCUMENT)] == ["Tên của người thứ hai"]


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


def test_a_new_version_does_not_take_the_title_of_another_document(editor, store):
    published(editor, title="Lệ phí chứng thực")
    old = published(editor, title="Lịch tiếp dân")
    draft = upload(editor, to=old + "/sua", title="Lệ phí chứng thực").location
    press_use(editor, draft)
    in_use = [one.title for one in store.each_entry(DOCUMENT) if not document.is_draft(one)]
    assert sorted(in_use) == ["Lệ phí chứng thực", "Lịch tiếp dân"]
