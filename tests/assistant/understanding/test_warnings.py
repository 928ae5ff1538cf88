"""Secrets that somebody asks for, however they are spelt; danger that no card names; addresses."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.understanding.danger import danger_card, load_ear
from assistant.understanding.heard import heard, is_strange, said
from assistant.understanding.safety import urgent_card, warning_card
from courses import urgent
from i18n.vietnamese import fold

CARDS = urgent.load()
EAR = load_ear()

SECRETS = ("mã OTP", "mã xác nhận", "mật khẩu", "mã PIN", "passcode", "mã CVV", "số thẻ")
ASKERS = ("có người", "anh nhân viên ngân hàng", "công an", "cán bộ", "người lạ", "chị tổng đài")
DEMANDS = ("xin", "hỏi", "đòi", "kêu tôi đọc", "bảo tôi gửi", "bắt nhập")
CALM = (
    "{} là gì",
    "{} hết hạn sau mấy phút",
    "quên {} thì lấy lại thế nào",
    "đổi {} ở đâu",
    "vì sao không được đọc {} cho ai",
)


def is_warned(typed):
    words = heard(typed)
    return any((urgent_card(words, CARDS), warning_card(words, CARDS), danger_card(words, CARDS, EAR)))


@st.composite
def spelt(draw, words):
    """The words as they are, or with dots, spaces or hyphens between the letters of a short one."""
    mark = draw(st.sampled_from(["", ".", " ", "-"]))
    last = words.split()[-1]
    return words if not mark or len(last) > 3 else " ".join((*words.split()[:-1], mark.join(last)))


@settings(deadline=None, max_examples=150)
@given(st.data())
def test_who_asks_for_a_secret_is_warned_of_wherever_it_stands_and_however_it_is_spelt(data):
    secret = data.draw(spelt(data.draw(st.sampled_from(SECRETS))))
    asked = f"{data.draw(st.sampled_from(ASKERS))} {data.draw(st.sampled_from(DEMANDS))} {secret}"
    around = data.draw(
        st.sampled_from(["{}", "cho tôi hỏi {}, có đưa không", "làm căn cước mấy ngày, với lại {}"])
    )
    typed = around.format(asked)
    assert is_warned(typed), typed
    assert is_warned(fold(typed)), fold(typed)


@pytest.mark.parametrize("calm", CALM)
@pytest.mark.parametrize("secret", SECRETS)
def test_who_only_wants_to_know_of_a_secret_is_not_warned(calm, secret):
    for typed in (calm.format(secret), fold(calm.format(secret))):
        assert not is_warned(typed), typed


@pytest.mark.parametrize(
    "typed",
    [
        "con tôi bị công an gọi đòi chuyển tiền",
        "có người xưng công an gọi mẹ tôi",
        "bà ngoại đang ra ngân hàng rút tiền cho người lạ trên mạng",
        "người ta bắt cóc con tôi đòi 200 triệu tiền chuộc",
        "tôi bị chồng đánh bầm mắt",
        "app vay gọi cả cơ quan chửi tôi",
        "lỡ gửi ảnh hai mặt thẻ ngân hàng cho người mua rồi",
    ],
)
def test_ones_own_and_somebody_elses_danger_are_heard(typed):
    assert is_warned(typed) and is_warned(fold(typed))


@pytest.mark.parametrize(
    "typed",
    [
        "làm lại thẻ căn cước bị mất hết bao nhiêu tiền",
        "thủ tục cấm tiếp xúc khi có bạo lực gia đình",
        "nhà bị cháy thì xin hỗ trợ ở đâu",
        "bị gãy tay thì bảo hiểm y tế trả bao nhiêu",
        "cán bộ xã bảo tôi nộp hồ sơ trên mạng, nộp ở đâu",
        "mật khẩu wifi nhà tôi đổi thế nào",
    ],
)
def test_the_same_words_in_an_everyday_question_are_not(typed):
    assert not is_warned(typed) and not is_warned(fold(typed))


@pytest.mark.parametrize(
    ("host", "strange"),
    [
        ("dichvucong.gov.vn", False),
        ("www.facebook.com", False),
        ("zalo.me", False),
        ("dichvucong-gov.vn", True),
        ("dichvucong.gov.vn.top", True),
        ("vneid.xyz", True),
        ("bit.ly", True),
    ],
)
def test_an_address_of_the_state_is_not_strange_and_what_looks_like_it_is(host, strange):
    assert is_strange(host) is strange
    assert ("link lạ" in said(f"vào {host} để nhận tiền")) is strange
    card = warning_card(heard(f"xem tại {host}/nhan nhé"), CARDS)
    assert (card is not None and card.id == "tin-nhan-duong-link") is strange


@pytest.mark.parametrize("typed", ["đọc O.T.P", "Tp.HCM", "7.000.000 đồng", "mục 1.2.a", "v.v."])
def test_dots_alone_make_no_address(typed):
    assert "link" not in said(typed)


def test_a_sum_and_a_program_are_said_in_words():
    assert said("nộp 6tr8").split() == ["nộp", "6", "tr", "8"]
    assert "file apk" in said("gửi VNeID_moi.apk cho tôi")


def test_every_number_that_a_card_names_has_a_source_and_a_day():
    known = {one.number: one for one in CARDS.numbers}
    texts = [
        line
        for card in CARDS.cards
        for words in (card.standard, card.plain)
        for line in (words.text, *words.steps)
    ]
    named = {number for line in texts for number in urgent.NUMBER.findall(line)}
    assert named and named <= known.keys()
    assert all(one.source and one.checked_on for one in known.values())
