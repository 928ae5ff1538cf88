"""What the unit wrote down answers first, and only who asks for nothing else."""

from datetime import date

import pytest

from assistant.answer import ANSWERED
from assistant.answering.local_facts import local_fact
from assistant.knowledge import facts
from assistant.knowledge.facts import ADDRESS, FEE, HOURS, OTHER, PHONE, TOPICS, Fact, fact_passages, said_in
from i18n.vietnamese import fold

OFFICE, POLICE = "Ủy ban xã Mẫu", "Công an xã Mẫu"
FACTS = (
    (HOURS, OFFICE, "Giờ làm việc", "thứ Hai đến thứ Sáu, 7 giờ 30 đến 17 giờ"),
    (HOURS, OFFICE, "Lịch tiếp dân", "sáng thứ Năm"),
    (HOURS, "Trạm y tế xã Mẫu", "Lịch tiêm chủng", "sáng ngày 5 và ngày 20"),
    (ADDRESS, POLICE, "Địa chỉ", "số 12 đường Mẫu"),
    (ADDRESS, "Xã Mẫu", "Bưu điện", "cạnh trường tiểu học"),
    (PHONE, "Trạm y tế xã Mẫu", "Cấp cứu", "0251 000 009"),
    (FEE, "Bộ phận một cửa", "Lệ phí sao y", "2.000 đồng một trang"),
    (FEE, "Chợ Mẫu", "Gửi xe máy", "3.000 đồng một lượt"),
    (OTHER, "Xã Mẫu", "Phiên chợ", "ngày 5, 10, 15 âm lịch"),
    (OTHER, "Xã Mẫu", "Trưởng thôn Suối Cạn", "ông Lò Văn Mẫu"),
)


@pytest.fixture
def told(assistant):
    """`told(question)`: the lines of the unit's facts that answer it."""
    for topic, place, label, value in FACTS:
        key = facts.free_key(assistant.store, place, label, "1")
        fact = Fact(key, topic, place, label, value, date(2026, 11, 1), unit="1")
        facts.put(assistant.store, fact, owner="")
    assistant.refresh()

    def ask(question, **more):
        answer = local_fact(assistant.asked(question, unit="1", **more))
        return answer.text.split("\n") if answer else []

    return ask


ASKED = {
    "Giờ làm việc của Ủy ban xã Mẫu?": "7 giờ 30",
    "mấy giờ ủy ban xã mở cửa?": "7 giờ 30",
    "Ủy ban xã mình làm việc mấy giờ?": "7 giờ 30",
    "Xã có làm việc thứ bảy không?": "7 giờ 30",
    "Bữa nào ủy ban xã tiếp dân rứa?": "sáng thứ Năm",
    "Thứ bảy UBND xã có làm việc không?": "7 giờ 30",
    "Trạm y tế tiêm chủng ngày nào?": "ngày 5",
    "Công an xã ở đâu?": "số 12",
    "Cho tôi hỏi bưu điện nằm ở chỗ nào vậy?": "cạnh trường",
    "Số cấp cứu của trạm y tế là số mấy?": "0251 000 009",
    "Sao y bao nhiêu tiền một trang?": "2.000 đồng",
    "Gửi xe máy ở chợ hết mấy đồng?": "3.000 đồng",
    "Bao giờ có phiên chợ?": "ngày 5, 10, 15",
    "Trưởng thôn Suối Cạn là ai?": "Lò Văn Mẫu",
}


@pytest.mark.parametrize("typed", [str, fold], ids=["with marks", "without"])
@pytest.mark.parametrize(("question", "value"), ASKED.items())
def test_what_people_ask_of_the_place_they_live_in_is_answered(told, question, value, typed):
    lines = told(typed(question))
    assert any(value in line for line in lines), lines


def test_of_several_the_one_whose_name_is_said(told):
    assert told("Lịch tiếp dân của ủy ban xã?") == [f"{OFFICE} · Lịch tiếp dân: sáng thứ Năm"]
    assert len(told("Ủy ban xã làm việc giờ nào?")) == 2, "each under its name"


@pytest.mark.parametrize(
    "question",
    [
        "Đăng ký tạm trú ở công an xã mất bao nhiêu tiền?",
        "Làm căn cước ở công an xã Mẫu mấy giờ?",
        "Công an xã gọi điện bảo chuyển tiền, làm sao?",
        "Công an xã Khác ở đâu?",
        "Giờ làm việc của công an xã?",
        "Bưu điện mấy giờ mở cửa?",
        "Phiên chợ ở đâu?",
        "Gửi xe máy ở chợ bị mất thì sao?",
        "Sao y ở đâu?",
        "Gọi trưởng thôn Suối Cạn số nào?",
        "Mấy giờ mở cửa?",
        "Ủy ban xã Mẫu ở đâu, mấy giờ mở cửa?",
        "Chứng thực chữ ký bao nhiêu tiền?",
        "Xã Mẫu",
    ],
)
@pytest.mark.parametrize("typed", [str, fold], ids=["with marks", "without"])
def test_what_no_fact_says_is_not_answered_from_one(told, question, typed):
    assert told(typed(question)) == []


def test_a_follow_up_is_about_the_same_place(told):
    assert told("Ở đâu?", history=["Công an xã Mẫu làm việc giờ nào?"]) == [
        f"{POLICE} · Địa chỉ: số 12 đường Mẫu"
    ]
    assert told("Hết bao nhiêu tiền?", history=["Công an xã Mẫu ở đâu?"]) == []


def test_another_units_facts_are_not_told(assistant, told):
    assert told("Công an xã ở đâu?")
    assert local_fact(assistant.asked("Công an xã ở đâu?", unit="2")) is None


def test_a_fact_comes_before_what_a_lesson_says_of_such_places(assistant, told):
    answer = assistant.ask("Công an xã ở đâu?", unit="1")
    assert answer.outcome == ANSWERED and "số 12" in answer.text
    assert answer.citations[0].url.startswith("/dia-phuong#")


@pytest.mark.parametrize("topic", TOPICS)
def test_a_passage_says_what_its_fact_says(assistant, topic):
    fact = Fact("k", topic, "Xã Mẫu", "Chợ (phiên)", "ngày 5: sáng", date(2026, 1, 1), "Dặn thêm.")
    facts.put(assistant.store, fact, owner="")
    [passage] = fact_passages(assistant.store.each_entry("fact"), date(2026, 2, 1))
    assert said_in(passage) == (topic, "Xã Mẫu", "Chợ (phiên)", "ngày 5: sáng")
