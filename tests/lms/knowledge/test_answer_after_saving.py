"""The page that saved something shows the answer that people get to what they would ask of it."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import func, select

from assistant.answer import Answer, Citation
from assistant.knowledge.facts import ADDRESS, FEE, HOURS, OTHER, PHONE, Fact
from lms.asking.models import Asked
from lms.core import pool
from tests.lms.knowledge.shelf_forms import errors, published, upload
from tests.lms.site import soup
from tests.lms.words_only import words

pytestmark = pytest.mark.usefixtures("empty_shelf")
HOURS_FACT = {
    "topic": "hours",
    "place": "Ủy ban xã Mẫu",
    "label": "Giờ làm việc",
    "value": "7 giờ đến 16 giờ 30",
    "checked_on": "2026-11-01",
}


def shown(page) -> str:
    """What the page says of the answer that people get."""
    part = page.select_one("#tra-loi-thu")
    return " ".join(part.get_text(" ").split())


@pytest.mark.parametrize(
    ("topic", "label", "place", "expected"),
    [
        (HOURS, "Giờ làm việc", "Ủy ban xã Mẫu", "Giờ làm việc của Ủy ban xã Mẫu?"),
        (HOURS, "Tiếp dân", "Ủy ban xã Mẫu", "Giờ Tiếp dân của Ủy ban xã Mẫu?"),
        (HOURS, "Lịch tiêm chủng", "Trạm y tế", "Lịch tiêm chủng của Trạm y tế?"),
        (ADDRESS, "Trụ sở", "Công an xã Mẫu", "Trụ sở của Công an xã Mẫu?"),
        (ADDRESS, "Bưu điện", "Xã Mẫu", "Địa chỉ Bưu điện của Xã Mẫu?"),
        (PHONE, "Trực bàn hỗ trợ", "Xã Mẫu", "Số điện thoại Trực bàn hỗ trợ của Xã Mẫu?"),
        (FEE, "Gửi xe", "Chợ Mẫu", "Số tiền Gửi xe của Chợ Mẫu?"),
        (FEE, "Lệ phí sao y", "Xã Mẫu", "Lệ phí sao y của Xã Mẫu?"),
        (OTHER, "Phiên chợ xã Mẫu", "Xã Mẫu", "Phiên chợ xã Mẫu?"),
    ],
)
def test_a_fact_is_asked_for_as_people_ask(topic, label, place, expected):
    assert Fact("k", topic, place, label, "…", date(2026, 1, 1)).question == expected


def test_a_fact_that_was_just_written_is_answered_and_shown(editor):
    page = editor.page(editor.post("/kho/dia-phuong/moi", **HOURS_FACT).location)
    read = shown(page)
    assert "Giờ làm việc của Ủy ban xã Mẫu?" in read and "7 giờ đến 16 giờ 30" in read
    assert "Đúng điều bạn đã lưu" in read and "chưa trả lời theo" not in read
    assert page.select_one("#tra-loi-thu .src a")["href"].startswith("/dia-phuong")


def test_a_fact_that_was_corrected_is_answered_with_its_new_words(editor):
    path = editor.post("/kho/dia-phuong/moi", **HOURS_FACT).location
    path = editor.post(path + "/sua", **HOURS_FACT | {"value": "8 giờ đến 17 giờ"}).location
    read = shown(editor.page(path))
    assert "8 giờ đến 17 giờ" in read and "7 giờ đến 16 giờ 30" not in read and "Đúng điều" in read


def test_what_is_out_of_use_is_not_tried(editor):
    path = editor.post("/kho/dia-phuong/moi", **HOURS_FACT).location
    editor.post(path + "/thoi-dung")
    assert editor.page(path).select_one("#tra-loi-thu") is None


@pytest.fixture
def answers(site, monkeypatch):
    """`answers(text, …)`: the assistant answers so from now on, whatever is asked."""

    def make(text, outcome="answered", **more):
        made = Answer("?", outcome, text, **more)
        assistant = site.app.extensions["assistant"]
        monkeypatch.setattr(assistant, "ask", lambda *_words, **_more: made)
        monkeypatch.setattr(type(assistant), "is_up_to_date", True)

    return make


def test_another_answer_is_a_warning_that_says_what_to_change(editor, answers):
    path = editor.post("/kho/dia-phuong/moi", **HOURS_FACT).location
    other = Citation("Giờ tiếp dân", "/tai-lieu/thong-bao#muc-1", "Từ 8 giờ.")
    answers("Từ 8 giờ.", citations=(other,))
    read = shown(editor.page(path))
    assert "chưa trả lời theo điều bạn đã lưu" in read and "Đúng điều" not in read
    assert "Từ 8 giờ." in read and "Thông tin gì?" in read and "sửa hay gỡ nguồn đó" in read


def test_the_source_alone_is_not_enough(editor, answers):
    path = editor.post("/kho/dia-phuong/moi", **HOURS_FACT).location
    url = editor.page(path).select_one("a[href^='/dia-phuong']")["href"]
    answers("Từ 8 giờ.", citations=(Citation("Giờ làm việc", url),))
    assert "chưa trả lời theo" in shown(editor.page(path))
    answers("Từ 7 giờ đến 16 giờ 30.", outcome="abstained", citations=(Citation("Giờ làm việc", url),))
    assert "chưa trả lời theo" in shown(editor.page(path))


def test_what_asks_back_shows_its_choices(editor, answers):
    path = editor.post("/kho/dia-phuong/moi", **HOURS_FACT).location
    answers("Bạn hỏi giờ nào?", outcome="clarify", choices=("Giờ tiếp dân?", "Giờ làm việc?"))
    read = shown(editor.page(path))
    assert "Giờ tiếp dân?" in read and "chưa trả lời theo" in read and "gỡ nguồn đó" not in read


def test_what_has_not_come_in_yet_is_said_so(site, editor, answers, monkeypatch):
    path = editor.post("/kho/dia-phuong/moi", **HOURS_FACT).location
    answers("Chưa biết.", outcome="abstained")
    monkeypatch.setattr(type(site.app.extensions["assistant"]), "is_up_to_date", False)
    read = shown(editor.page(path))
    assert "đang nhận điều vừa lưu" in read and "chưa trả lời theo" not in read


def test_too_many_who_ask_keep_nobody_from_the_page(editor, monkeypatch):
    path = editor.post("/kho/dia-phuong/moi", **HOURS_FACT).location

    def full(*_words):
        raise pool.AllBusy

    monkeypatch.setattr(pool.Pool, "place", full)
    assert "Nhiều người đang hỏi" in shown(editor.page(path))


def test_the_assistant_says_whether_it_knows_all_that_was_saved(site, editor, store):
    assistant = site.app.extensions["assistant"]
    assistant.ask("Giờ làm việc?")
    assert assistant.is_up_to_date
    editor.post("/kho/dia-phuong/moi", **HOURS_FACT)
    assert not assistant.is_up_to_date, "nobody asked since"
    assistant.ask("Giờ làm việc?")
    assert assistant.is_up_to_date


QUESTION = "Giống lúa ST25 gieo mấy cân một sào?"
CHECKED = {
    "text": "Gieo hai cân một sào.\nHỏi cô Mẫu ở bàn khuyến nông.",
    "source_title": "Sổ tay khuyến nông của xã",
    "source_url": "https://example.org/so-tay",
    "checked_on": "2026-11-20",
}


def test_a_checked_answer_shows_on_its_ticket_and_on_the_shelf_what_people_get(site, editor, store):
    place = editor.post("/quay/hoi", question=QUESTION).location
    path = editor.post(place + "/kiem-tra").location
    assert editor.page(path).select_one("#tra-loi-thu") is None, "nothing is saved yet"
    seen = editor.page(path).select_one("input[name=seen]")["value"]
    assert editor.post(path, **CHECKED, seen=seen).status_code == 303
    read = shown(editor.page(path))
    assert QUESTION in read and "Gieo hai cân một sào." in read and "Đúng điều" in read
    [kept] = store.in_use()
    page = editor.page(f"/kho/cau-tra-loi/{kept.id}")
    assert "Đúng điều" in shown(page) and "Gieo hai cân" in words(page)
    seen = editor.page(path).select_one("input[name=seen]")["value"]
    editor.post(path + "/thoi-dung", seen=seen)
    assert editor.page(f"/kho/cau-tra-loi/{kept.id}").select_one("#tra-loi-thu") is None


def test_another_question_is_tried_and_not_kept(site, editor):
    path = editor.post("/kho/dia-phuong/moi", **HOURS_FACT).location
    with site.reading() as db:
        before = db.scalar(select(func.count()).select_from(Asked))
    came = editor.post(path + "/hoi-thu", question="may gio uy ban xa mau mo cua")
    read = shown(soup(came))
    assert came.status_code == 200 and "may gio uy ban" in read and "Đúng điều" in read
    read = shown(soup(editor.post(path + "/hoi-thu", question="Căn cước 079123456789 làm VNeID ở đâu?")))
    assert "chưa trả lời theo" in read and "079123456789" not in read
    with site.reading() as db:
        assert db.scalar(select(func.count()).select_from(Asked)) == before


def test_an_empty_question_to_try_comes_back(editor):
    path = editor.post("/kho/dia-phuong/moi", **HOURS_FACT).location
    came = editor.post(path + "/hoi-thu", question=" ")
    assert came.status_code == 422 and "Bạn gõ câu hỏi vào ô" in errors(came)["question"]


def test_a_question_is_tried_on_a_document_in_use(editor):
    path = published(editor)
    assert editor.page(path).select_one("#tra-loi-thu") is None, "nobody knows what is asked of it"
    read = shown(soup(editor.post(path + "/hoi-thu", question="Bàn một cửa mở từ mấy giờ?")))
    assert "Đúng điều" in read and "7 giờ đến 11 giờ 30" in read
    read = shown(soup(editor.post(path + "/hoi-thu", question="Mã OTP là gì?")))
    assert "chưa trả lời theo" in read and "thêm câu ấy dưới mục" in read


def test_a_draft_is_not_tried(editor):
    path = upload(editor).location
    assert not editor.page(path).select("form[action*='/hoi-thu']")
    assert editor.post(path + "/hoi-thu", question="Mã OTP là gì?").status_code == 200
    assert soup(editor.post(path + "/hoi-thu", question="Mã OTP là gì?")).select_one("#tra-loi-thu") is None
