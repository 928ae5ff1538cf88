"""The answer's page, engine by engine and outcome by outcome. The answers here are made up."""

from __future__ import annotations

import pytest

from assistant.answer import NOT_THESE, Answer, Citation
from lms.asking import queries
from lms.asking.models import Asked
from tests.lms.site import soup
from tests.lms.words_only import KNOWN, words

PUBLIC_PAGES = (
    "/", "/nhom-khac", "/lo-trinh/nguoi-cao-tuoi", "/hoc", "/hoc/vneid-tu-dau",
    "/hoc/vneid-tu-dau/len-muc-do-2", "/hoc/vneid-tu-dau/len-muc-do-2/cau-hoi/1",
    "/hoc/vneid-tu-dau/len-muc-do-2/xong", "/viec-gap", "/cua-toi", "/cau-da-hoi", "/dang-ky",
    "/dang-nhap", "/vao-lop", "/gioi-thieu", "/du-lieu",
)  # fmt: skip


@pytest.fixture
def answered(words_only_commune, visitor):
    """`answered(engine="fields", …)`: the page of a made-up answer with these values."""

    def make(**values):
        path = visitor.ask(KNOWN)
        with words_only_commune.database() as db:
            row: Asked = queries.by_token(db, path.rsplit("/", 1)[1])
            row.answer = Answer.from_json(row.answer).to_json() | values
            row.outcome = row.answer["outcome"]
            db.commit()
        return visitor.page(path)

    return make


RECORD = Citation(
    "Đăng ký tạm trú",
    "/thu-tuc/1.004194#cach-nop",
    "Trực tuyến: 7.000 đồng",
    "Thủ tục 1.004194, quyết định 5548/QĐ-BCA",
).to_json() | {"checked_on": "2026-07-15"}


def test_an_answer_from_a_record_names_decision_and_date_and_warns(answered):
    page = answered(
        engine="fields",
        text="Nộp qua mạng: 7.000 đồng.",
        steps=[],
        citations=[RECORD],
        warnings=["Hồ sơ này còn nói đến cấp huyện.", "Hồ sơ cũ hơn một năm."],
    )
    read = words(page)
    assert "quyết định 5548/QĐ-BCA" in read and "Hồ sơ đọc ngày 15/07/2026" in read
    notes = [
        one.get_text(" ").split() for one in page.select(".note-warning") if "public_url" not in str(one)
    ]
    assert [" ".join(one) for one in notes] == [
        "Lưu ý: Hồ sơ này còn nói đến cấp huyện.", "Lưu ý: Hồ sơ cũ hơn một năm.",
    ]  # fmt: skip
    assert page.select_one(".src a")["href"].startswith("/thu-tuc/1.004194?trich=")
    assert "Máy trả lời, không phải người" in read


def test_decision_and_date_are_not_said_twice(answered):
    said = "Nộp qua mạng: 7.000 đồng.\nTheo thủ tục 1.004194, quyết định 5548/QĐ-BCA, đọc ngày 15/7/2026."
    page = answered(engine="fields", text=said, steps=[], citations=[RECORD])
    assert "Lấy thẳng từ hồ sơ" not in words(page)


TERMS = [{"term": "tạm trú", "plain": "ở nơi khác một thời gian"}]


def test_technical_words_are_explained_to_who_reads_plainly(answered):
    page = answered(register="plain", terms=TERMS)
    assert page.select_one("dt").get_text() == "tạm trú"
    assert page.select_one("dd").get_text() == "ở nơi khác một thời gian"
    assert answered(register="standard", terms=TERMS).select_one("dt") is None


def test_a_text_that_a_model_wrote_says_so(answered):
    assert "Máy viết lại từ nguồn dưới đây" in words(answered(engine="generative"))
    assert "Máy viết lại" not in words(answered(engine="extractive"))


def choices_of(page) -> list[str]:
    """What stands on the buttons that ask one of the questions meant."""
    forms = [one for one in page.select("main form") if one.select_one("input[name=question]")]
    return [one.select_one("button").get_text() for one in forms]


def test_a_question_back_has_its_choices_to_tap_no_more_than_a_screen_holds(answered):
    asked_back = {"outcome": "clarify", "text": "Bạn nộp cách nào?", "steps": []}
    page = answered(**asked_back, choices=["Một", "Hai", "Ba", "Bốn"])
    assert choices_of(page) == ["Một", "Hai", "Ba", "Bốn"]
    assert all(one["value"] for one in page.select(".choices input[name=truoc]"))
    assert page.select_one("#y-kien") is None, "a question is neither right nor wrong"
    assert len(choices_of(answered(**asked_back, choices=[f"Cách {number}" for number in range(9)]))) == 6


def test_beside_a_question_back_stands_the_way_to_a_person(answered):
    """Who means none of the choices is offered what somebody is offered who got no answer."""
    page = answered(
        outcome="clarify",
        text="Có phải bạn hỏi …?",
        choices=["Lệ phí cấp lại thẻ?", "Lệ phí đổi thẻ?", NOT_THESE],
        steps=[],
        nearest=[Citation("Cấp lại thẻ căn cước", "/thu-tuc/1.014064#le-phi").to_json()],
    )
    assert choices_of(page) == ["Lệ phí cấp lại thẻ?", "Lệ phí đổi thẻ?"], "it is no question to ask"
    to_a_person = page.select(".choices form[action$='/nguoi-that'] button")
    assert [one.get_text() for one in to_a_person] == [NOT_THESE]
    assert page.select_one("#nguoi-that") and page.select_one("a[href='/thu-tuc/1.014064#le-phi']")


def test_a_choice_shows_its_heading_alone_where_that_tells_it_apart(answered):
    def told(*choices: str) -> list[str]:
        page = answered(outcome="clarify", text="Điều nào?", choices=list(choices), steps=[])
        forms = [one for one in page.select("main form") if one.select_one("input[name=question]")]
        assert [one.select_one("input[name=question]")["value"] for one in forms] == list(choices)
        return [one.select_one("button").get_text() for one in forms]

    assert told("Mật khẩu – Cất ở đâu", "Mật khẩu – Đổi ở đâu") == ["Cất ở đâu", "Đổi ở đâu"]
    assert told("VNeID – Làm gì trước", "Zalo – Làm gì trước") == [
        "VNeID – Làm gì trước",
        "Zalo – Làm gì trước",
    ]


def test_everything_one_may_do_is_on_the_page(answered):
    page = answered()
    assert page.select_one("[data-listen]") and page.select_one("[data-print]")
    assert page.select_one('form[action$="/de-hieu"] button').get_text() == "Dễ hiểu hơn"
    judged = [one.get_text() for one in page.select("#y-kien button")]
    assert judged == ["Đúng ý", "Chưa đúng"]
    assert page.select_one('a[href="#nguoi-that"]') and page.select_one('form[action$="/nguoi-that"]')


def test_a_better_text_finds_the_place_of_the_words(answered):
    page = answered()
    place = page.select("#loi-dap")
    assert len(place) == 1 and place[0]["data-engine"] == "extractive"
    assert page.select_one("input[name=truoc]")["value"] == place[0]["data-asked"]


def test_old_answers_without_the_newer_fields_are_shown(answered, words_only_commune, visitor):
    path = visitor.ask(KNOWN)
    with words_only_commune.database() as db:
        row = queries.by_token(db, path.rsplit("/", 1)[1])
        row.answer = {
            key: row.answer[key] for key in ("question", "outcome", "text", "citations", "register")
        }
        db.commit()
    assert "Máy trả lời, không phải người" in words(visitor.page(path))


@pytest.mark.parametrize("path", PUBLIC_PAGES)
def test_the_assistant_can_be_asked_from_every_page(visitor, path):
    links = [one["href"] for one in visitor.page(path).select("a[href]")]
    assert any(one.split("?")[0] == "/hoi" for one in links)


def test_a_page_that_is_not_there_leads_to_the_assistant_too(visitor):
    page = soup(visitor.get("/khong-co"))
    assert page.select_one('a[href="/hoi"]')


def test_my_page_leads_to_all_that_i_asked(visitor):
    visitor.ask(KNOWN)
    assert visitor.page("/cua-toi").select_one('a[href="/cau-da-hoi"]')


ALERT = {
    "title": "Đừng đưa mã, mật khẩu, số thẻ cho ai",
    "text": "Đừng đọc, đừng gửi.",
    "steps": ["Cúp máy.", "Bị ép thì gọi 113.", "Gọi Trạm y tế: 0251 000 001."],
    "url": "/hoc/tai-khoan-mat-khau-otp/ma-otp#khong-doc-cho-ai",
    "checked_on": "2026-11-30",
}


def test_a_warning_is_read_before_the_answer_and_its_numbers_can_be_tapped(answered):
    page = answered(alert=ALERT)
    alert = page.select_one("[role=alert]")
    read = page.get_text()
    assert read.index(ALERT["title"]) < read.index(page.select_one("#loi-dap").get_text().strip()[:30])
    assert [one["href"] for one in alert.select("a.number")] == ["tel:113", "tel:0251000001"]
    assert alert.select_one(f'a[href="{ALERT["url"]}"]') and "30/11/2026" in words(alert)


def test_without_a_warning_there_is_no_alarm(answered):
    assert answered(alert=None).select_one("[role=alert]") is None


def test_a_card_that_answers_alone_names_numbers_to_tap(visitor):
    page = visitor.page(visitor.ask("chồng tôi đang đánh tôi chảy máu"))
    assert page.select_one('.note-alarm a.number[href="tel:113"]')


def test_programs_get_the_warning_too(visitor):
    came = visitor.client.post(
        "/api/v1/ask", json={"question": "Mã OTP để làm gì, có người xin mã OTP của tôi, đọc không?"}
    ).get_json()
    assert came["alert"] or came["outcome"] == "urgent"
    assert visitor.client.post("/api/v1/ask", json={"question": KNOWN}).get_json()["alert"] is None


def test_the_cards_page_names_the_units_own_numbers_beside_the_countrys(visitor):
    alarms = visitor.page("/viec-gap").select(".note-alarm")
    assert any(one.select_one('a[href="tel:115"]') for one in alarms)
