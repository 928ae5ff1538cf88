"""Checked answers on the editor's shelf: kept, corrected, retired."""

from datetime import date

import pytest

from i18n.dates import today
from tests.lms.knowledge.shelf_forms import errors, form_of, typed_again
from tests.lms.site import soup
from tests.lms.words_only import words

pytestmark = pytest.mark.usefixtures("empty_shelf")


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
