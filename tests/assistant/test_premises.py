"""What a question takes for granted and is not so is said first, and nothing is set right that is so."""

from datetime import date

import pytest

from assistant.answering import premises


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("làm sao lên mức 3 VNeID", "chỉ có hai mức"),
        ("dinh danh dien tu muc do 3 lam o dau", "chỉ có hai mức"),
        ("mang sổ hộ khẩu giấy lên xã làm khai sinh là đủ phải không", "không còn giá trị"),
        ("so ho khau bi mat thi lam lai o dau", "không còn giá trị"),
        ("len huyen chung thuc ban sao thi mang theo gi", "không còn cấp huyện"),
        ("ra công an huyện làm căn cước", "không còn cấp huyện"),
        ("tui đang có vợ chưa ly hôn, giờ đăng ký kết hôn với cô khác", "không được đăng ký kết hôn"),
        ("xin lý lịch tư pháp ở Sở Tư pháp mấy giờ mở cửa", "Công an"),
    ],
)
def test_what_is_not_so_is_set_right(typed, says):
    found = premises.premises_of((typed,))
    assert found and says in found[0].said


@pytest.mark.parametrize(
    "typed",
    [
        "lên mức 2 VNeID ở đâu",
        "nhập hộ khẩu cho vợ",
        "Lớp 3 của con học trên VNeID có gì",
        "làm giấy ly hôn ở đâu",
        "đăng ký kết hôn cần giấy gì",
        "Sở Tư pháp cấp giấy gì",
        "khám ba lần ở trạm xá",
    ],
)
def test_what_is_so_is_left_alone(typed):
    assert premises.premises_of((typed,)) == ()


def test_it_stands_above_the_answer_with_its_source(assistant):
    plain = assistant.ask("Xin giấy tạm vắng thế nào?")
    answer = assistant.ask("Mang sổ hộ khẩu giấy lên công an xin giấy tạm vắng thế nào?")
    assert answer.text.startswith("Sổ hộ khẩu")
    assert plain.outcome == "answered" and answer.outcome == "answered"
    assert answer.citations[-1].title.startswith("Luật Cư trú")


def test_where_nothing_else_is_known_it_is_the_answer_and_a_person_is_offered(assistant):
    answer = assistant.ask("Làm sao lên mức 3 VNeID để vay tiền mua bò?")
    assert answer.outcome == "answered" and answer.text.startswith("VNeID chỉ có hai mức")
    assert "cán bộ" in answer.text and answer.citations


def test_each_says_where_it_stands_and_when_that_was_looked_up():
    for one in premises.load():
        assert one.said.endswith(".") and one.source and isinstance(one.checked_on, date)
