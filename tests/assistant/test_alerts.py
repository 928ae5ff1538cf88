"""A warning stands above what is asked besides; it answers alone where nothing is, and nothing hides it."""

import pytest

from assistant.answer import Alert, Answer, AnswerError
from assistant.answering.alerts import danger

FEE = "Xin giấy tạm vắng hết bao nhiêu tiền"
ASKED_FOR = ", với lại có anh cán bộ xin mật khẩu VNeID để làm hộ"


@pytest.mark.parametrize(
    "asked", [FEE + ASKED_FOR, "có cán bộ xin mật khẩu VNeID của tôi, mà " + FEE.lower()]
)
def test_what_is_asked_besides_is_answered_under_the_warning(assistant, asked):
    answer = assistant.ask(asked)
    assert answer.outcome == "answered" and "đồng" in answer.text
    assert answer.alert is not None and answer.alert.steps and answer.alert.checked_on
    assert "mật khẩu" in answer.alert.title


def test_where_nothing_is_asked_besides_the_card_answers_alone(assistant):
    answer = assistant.ask("tôi vừa chuyển tiền cho kẻ lừa đảo")
    assert answer.outcome == "urgent" and answer.alert is None and answer.steps


def test_beside_what_nobody_knows_the_card_answers_alone(assistant):
    answer = assistant.ask("Giống lúa ST25 gieo mấy cân một sào, mà có người xin mã OTP của tôi")
    assert answer.outcome == "urgent" and any("OTP" in step for step in answer.steps)


@pytest.mark.parametrize(
    "asked", ["uống thuốc sâu chữa bệnh gì", "ly hôn tôi thắng kiện không, chồng đang bóp cổ tôi"]
)
def test_a_refusal_hides_no_card(assistant, asked):
    assert assistant.ask(asked).outcome == "urgent"


LOST = "tôi vừa chuyển tiền cho kẻ lừa đảo"


def test_a_danger_is_not_over_by_asking_on(assistant):
    """Whoever told of it in the turn before still reads what to do first."""
    answer = assistant.ask("rồi làm sao nữa", history=[LOST])
    assert answer.outcome == "urgent" or answer.alert is not None


@pytest.mark.parametrize("said", ["cảm ơn", FEE])
def test_another_matter_or_thanks_after_a_danger_has_no_warning(assistant, said):
    answer = assistant.ask(said, history=[LOST])
    assert answer.outcome != "urgent" and answer.alert is None


def test_a_harmless_question_has_no_warning(assistant):
    answer = assistant.ask(FEE)
    assert answer.outcome == "answered" and answer.alert is None


def test_the_warning_speaks_in_the_readers_register(assistant):
    standard, plain = (assistant.ask(FEE + ASKED_FOR, register=one).alert for one in ("standard", "plain"))
    assert plain.text != standard.text and plain.title == standard.title


def test_numbers_of_the_unit_stand_beside_the_countrys(assistant):
    asked = "chồng tôi đang đánh tôi chảy máu"
    assert "113" in assistant.ask(asked).text
    with_own = assistant.ask(asked, numbers={"113": "113 (Công an xã: 0251 000 000)"})
    assert "113 (Công an xã: 0251 000 000)" in with_own.text


def test_an_alert_survives_json():
    alert = Alert("Đừng đưa mã", "Dừng lại.", ("Cúp máy.",), "/hoc/a/b#c")
    answer = Answer("Hỏi", "answered", "Đáp", alert=alert)
    assert Answer.from_json(answer.to_json()) == answer
    assert Answer("Hỏi", "answered", "Đáp").to_json()["alert"] is None
    old = {key: value for key, value in answer.to_json().items() if key != "alert"}
    assert Answer.from_json(old).alert is None
    with pytest.raises(AnswerError):
        Answer.from_json(answer.to_json() | {"alert": {"text": "không có tên"}})


@pytest.mark.parametrize(
    ("said", "card"),
    [
        ("tui uống nhầm thuốc sâu", "cap-cuu"),
        ("con trai tui bi lua qua campuchia", "bat-coc"),
        ("Con gái tôi 15 tuổi người ta muốn cưới", "tre-em-gap-nguy"),
        ("chị họ rủ tôi sang Trung Quốc lấy chồng cho tiền", "ru-di-lam-xa"),
        ("bà nội nằm liệt giường lâu năm muốn làm căn cước tại nhà", None),
        ("cong ty no luong 3 thang keu ai", None),
        ("không ai dọa đánh cả, em hỏi đòi lương ở đâu", None),
    ],
)
def test_an_accident_a_lure_and_an_illness_are_not_taken_for_something_else(assistant, said, card):
    found = danger(assistant.asked(said))
    assert (found.id if found else None) == card
