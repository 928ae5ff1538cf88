"""Numbers that identify a person are covered however they are typed; what helps to answer stays."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answering.privacy import mask

PERSONAL = {
    "hộ chiếu của tôi số C1234567 bị mất, trình báo điền mẫu nào": "1234567",
    "ho chieu B12345678 het han": "12345678",
    "hộ chiếu số C 1234567": "1234567",
    "chứng minh cũ 023456789 còn dùng được không": "023456789",
    "cmnd 023 456 789 của mẹ tôi": "023456789",
    "căn cước 0.7.9.1.2.3.4.5.6.7.8.9": "079123456789",
    "cccd 0\u200b79\u200b12345\u200b6789": "079123456789",
    "bằng lái số 790123456789 của tôi hết hạn": "790123456789",
    "giấy phép lái xe số AB123456 bị mất": "123456",
    "sổ bảo hiểm xã hội 7912345678": "7912345678",
    "thẻ bảo hiểm GD4797932145678 của tôi": "4797932145678",
    "xe tôi biển 29A-123.45 bị phạt nguội": "12345",
    "biển số 59X1-234.56 của em": "23456",
    "stk 123456": "123456",
    "stk vietcombank 0071000123456": "0071000123456",
    "chuyển vào tài khoản agribank số 3400205123456 của tôi": "3400205123456",
    "Mã xác thực của tôi là 77 25 14, nhập vào đâu?": "772514",
    "tôi đọc 482913 cho nó rồi": "482913",
    "otp 48-29-13": "482913",
    "mk ngân hàng của em là meo con 2020": "2020",
    "gọi lại cho tôi 0.9.1.2.3.4.5.6.7.8": "0912345678",
    "ａ căn cước ０７９１２３４５６７８９": "079123456789",
}
HARMLESS = [
    "biển số 29A-123.45 ở tỉnh nào",
    "xe biển 59 là của đâu",
    "tài khoản bị trừ 2000000",
    "tài khoản còn 1500000 đồng",
    "tài khoản bị trừ 20.000.000 đồng",
    "gửi 500000 cho con",
    "nhập số tiền 150000",
    "thủ tục 1.004194, quyết định 2034/QĐ-BTP",
    "mẫu TK05 và mẫu CT01",
    "đọc bài 3 trang 12",
    "mã hồ sơ gồm mấy số",
    "hộ chiếu phổ thông 160.000 đồng",
    "căn cước cho trẻ 14 tuổi",
    "bảo hiểm xã hội 1 lần",
    "năm 2025, từ ngày 01/07/2025",
    "một hai ngày nữa có không",
    "Luật số 26/2023/QH15",
]


def digits(text):
    return re.sub(r"\D", "", text.translate({code: str(code - 0xFF10) for code in range(0xFF10, 0xFF1A)}))


@pytest.mark.parametrize(("typed", "secret"), PERSONAL.items())
def test_a_number_of_a_person_is_covered_and_the_person_is_told(typed, secret):
    masked = mask(typed)
    assert secret not in digits(masked.text)
    assert not re.search(r"\d{3}", masked.text), masked.text
    assert masked.kinds and masked.note


@pytest.mark.parametrize("typed", HARMLESS)
def test_what_names_nobody_stays(typed):
    assert mask(typed).text == typed


@pytest.mark.parametrize("spoken", ["không bảy chín một hai ba bốn năm", "bon tam hai chin mot ba"])
def test_a_number_read_out_in_words_is_covered(spoken):
    assert spoken not in mask(f"tôi đọc mã {spoken} cho họ rồi").text


@given(st.integers(10**11, 10**12 - 1), st.sampled_from(["", " ", ".", "-", "\u200b"]))
def test_a_citizen_number_is_covered_with_any_separator(number, separator):
    typed = f"căn cước của tôi {separator.join(str(number))} bị mất"
    assert str(number) not in digits(mask(typed).text)


@given(st.text(alphabet="0123456789 .-/aAbđ:lstkà", max_size=60))
def test_masking_twice_changes_nothing_more(text):
    once = mask(text).text
    assert mask(once).text == once
