"""Short forms and dialect are written out only where one reading is possible."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from i18n.vietnamese import expand_short_forms, fold, has_diacritics, nfc
from i18n.vietnamese.short_forms import short_forms


@pytest.mark.parametrize(
    ("typed", "full"),
    [
        ("ko biết", "không biết"),
        ("Ko vào đc", "Không vào được"),
        ("em k biết", "em không biết"),
        ("có được k?", "có được không?"),
        ("quên mk vneid", "quên mật khẩu vneid"),
        ("mk muốn hỏi", "mình muốn hỏi"),
        ("số đt của tôi", "số điện thoại của tôi"),
        ("sđt của tôi", "số điện thoại của tôi"),
        ("cần giấy j", "cần giấy gì"),
        ("làm ntn ạ", "làm như thế nào ạ"),
        ("mất bn tiền", "mất bao nhiêu tiền"),
        ("Mần răng để đăng ký thường trú cho con?", "Làm sao để đăng ký thường trú cho con?"),
        ("nộp ở mô rứa?", "nộp ở đâu vậy?"),
        ("khi mô thì có", "khi nào thì có"),
        ("Đăng ký tốn nhiêu tiền vậy con?", "Đăng ký tốn bao nhiêu tiền vậy con?"),
        ("Tui muốn gia hạn thì cần giấy tờ gì dị?", "Tôi muốn gia hạn thì cần giấy tờ gì vậy?"),
        ("có phải nộp tiền hông?", "có phải nộp tiền không?"),
        ("bấm vô đâu", "bấm vào đâu"),
        ("cần giấy chi rứa", "cần giấy gì vậy"),
        ("mất cccd", "mất căn cước công dân"),
        ("dk ko dc", "dk khong duoc"),
        ("mở hkd cần mst hông", "mở hộ kinh doanh cần mã số thuế không"),
        ("xin lltp ở cax", "xin lý lịch tư pháp ở công an xã"),
        ("giấy tờ chi cũng mang", "giấy tờ gì cũng mang"),
        ("cái nớ ở bên tê", "cái đó ở bên kia"),
        ("bữa ni làm được không", "hôm nay làm được không"),
        ("bữa nay tui gởi hs", "hôm nay tôi gửi hồ sơ"),
        ("hết bi nhiêu vậy", "hết bao nhiêu vậy"),
        ("tốn nhiu tiền", "tốn bao nhiêu tiền"),
        ("có thiệt không", "có thật không"),
        ("tui hỏng biết chữ", "tôi không biết chữ"),
        ("họ kêu chuyển tiền", "họ bảo chuyển tiền"),
        ("làm giấy đặng nhận tiền", "làm giấy để nhận tiền"),
        ("vô VNeID bằng cách nào", "vào VNeID bằng cách nào"),
        ("nhập con vô hộ khẩu", "nhập con vào hộ khẩu"),
        ("mất giấy khai sanh", "mất giấy khai sinh"),
        ("tiền của bả bị mất", "tiền của bà ấy bị mất"),
        ("mướn nhà ở trọ", "thuê nhà ở trọ"),
        ("nop r", "nop roi"),
        ("lam ntn", "lam nhu the nao"),
    ],
)
def test_what_leaves_no_doubt_is_written_out(typed, full):
    assert expand_short_forms(typed) == full


@pytest.mark.parametrize(
    "text",
    [
        "mô hình chuyển đổi số",
        "tôi ở mô hình mẫu",
        "đi mô tô",
        "đau răng",
        "đi làm răng bao nhiêu tiền",
        "chi phí là gì",
        "chi tiền",
        "vô hiệu",
        "bao nhiêu tiền",
        "lỗ hổng bảo mật",
        "đau hông",
        "bên hông xe",
        "thẻ 50k",
        "kế hoạch K",
        "mẫu TK 01",
        "dị ứng",
        "kỳ dị",
        "viết thư tới dt@xa.vn",
        "mở ko.vn",
        "thức dậy",
        "chần chừ",
        "Họ có biểu mẫu",
        "giấy tờ chi tiết",
        "tờ chi tiêu",
        "bị tê tay",
        "người tê liệt",
        "bên tê liệt",
        "ni cô ở chùa",
        "mô đất cao",
        "bữa ăn bán trú",
        "mỗi bữa trước giờ học",
        "bả chuột",
        "đánh bả chó",
        "ông Đặng Đi",
        "họ Đặng làm giấy",
        "Đặng Nhận là tên tôi",
        "thiệt hại do bão",
        "tôi bị thiệt không",
        "máy hỏng được hai ngày",
        "tiêu xài",
        "làm thuê làm mướn",
        "hoan hỉ",
        "bi sắt",
        "gà kêu",
        "vô lý quá",
        "vô hình",
        "vô thời hạn",
        "cây sanh trước nhà",
        "lớp R",
        "",
    ],
)
def test_what_may_mean_something_else_stays(text):
    assert expand_short_forms(text) == text


short_words = sorted(short_forms())


@given(st.lists(st.sampled_from([*short_words, "tôi", "mất", "thẻ", "hình", ".", ",", "?"])))
def test_written_out_text_is_not_written_out_again_differently(words):
    once = expand_short_forms(" ".join(words))
    assert expand_short_forms(expand_short_forms(once)) == expand_short_forms(once)


@given(st.text())
def test_text_without_short_forms_stays(text):
    words = set(nfc(text).lower().replace("_", " ").split())
    if not any(short in word for word in words for short in short_words):
        assert expand_short_forms(text) == nfc(text)


@given(st.lists(st.sampled_from([fold(word) for word in short_words] + ["toi", "mat", "the"])))
def test_bare_text_stays_bare_so_that_it_can_still_be_restored(words):
    assert not has_diacritics(expand_short_forms(" ".join(words)))
