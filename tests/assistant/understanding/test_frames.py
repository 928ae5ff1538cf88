"""Of what, of which case and of whom a text speaks, and what contradicts it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.understanding import frames
from assistant.understanding.frames import (
    OTHER_ACTION,
    OTHER_AGE,
    OTHER_OBJECT,
    contradiction,
    frame_of,
    frame_of_title,
    kinds,
)
from i18n.vietnamese import fold


@pytest.mark.parametrize("kind", kinds("objects"), ids=lambda kind: kind.id)
def test_every_thing_is_heard_in_its_own_name_with_marks_and_without(kind):
    for text in (kind.words, fold(kind.words), f"cho tôi hỏi {kind.words} làm sao"):
        assert kind.id in frame_of(text).objects, text


@pytest.mark.parametrize("kind", kinds("actions"), ids=lambda kind: kind.id)
def test_every_case_goes_with_cases_that_are_known(kind):
    assert kind.words
    assert kind.fits <= {one.id for one in kinds("actions")}


def test_what_goes_together_with_a_thing_is_known():
    known = {one.id for one in kinds("objects")}
    assert all(one.fits <= known for one in kinds("objects"))


@pytest.mark.parametrize(
    ("asked", "title", "why"),
    [
        ("làm hộ chiếu hết bao nhiêu tiền", "Cấp lại thẻ căn cước", OTHER_OBJECT),
        ("tạm trú mấy ngày xong", "Thông báo lưu trú", OTHER_OBJECT),
        ("đăng ký khai tử", "Thủ tục đăng ký khai sinh", OTHER_OBJECT),
        ("thẻ căn cước bị mất", "Cấp đổi thẻ căn cước", OTHER_ACTION),
        ("tạm ngừng hộ kinh doanh", "Cấp lại giấy chứng nhận đăng ký hộ kinh doanh", OTHER_ACTION),
        ("hộ chiếu bị mất làm lại", "Trình báo mất hộ chiếu phổ thông", OTHER_ACTION),
        ("con tôi 9 tuổi làm thẻ căn cước", "Cấp thẻ căn cước cho người từ đủ 14 tuổi trở lên", OTHER_AGE),
        ("cháu mười lăm tuổi làm căn cước", "Cấp thẻ căn cước cho người dưới 14 tuổi", OTHER_AGE),
        ("trẻ dưới 6 tuổi làm thẻ bảo hiểm y tế", "Cấp thẻ bảo hiểm y tế cho trẻ em dưới 6 tuổi", ""),
        ("thẻ căn cước bị mất", "Cấp lại thẻ căn cước", ""),
        ("mất hộ chiếu thì báo ai", "Trình báo mất hộ chiếu phổ thông", ""),
        ("bằng lái hết hạn", "Đổi giấy phép lái xe", ""),
        ("lệ phí bao nhiêu", "Cấp lại thẻ căn cước", ""),
    ],
)
def test_another_thing_case_or_age_contradicts_and_silence_does_not(asked, title, why):
    assert contradiction(frame_of(asked), frame_of_title(title)) == why


def test_the_age_of_the_child_counts_and_not_the_age_of_the_rule():
    assert frame_of("căn cước phải đủ 14 tuổi mới được, bé nhà tôi 8 tuổi thì sao").age == 8
    assert frame_of("mẹ tôi sáu mươi hai tuổi").age == 62
    assert frame_of("em 16t mở facebook được chưa").age == 16


def test_what_a_procedure_is_done_for_is_not_the_thing_itself():
    title = "Di chuyển hồ sơ khi người hưởng trợ cấp thay đổi nơi thường trú"
    assert not frame_of_title(title).objects


def test_who_is_abroad_or_foreign_is_heard():
    assert "foreigner" in frame_of("chồng tôi người Hàn Quốc").people
    assert "abroad" in frame_of("tôi đang ở nước ngoài").people
    assert not frame_of("tôi ở xã").people


@given(st.text(max_size=200))
def test_any_text_has_a_frame_and_never_contradicts_itself(text):
    own = frame_of(text)
    assert not contradiction(own, frames.Frame(own.objects, own.actions))


@pytest.mark.parametrize(
    ("asked", "title", "is_other"),
    [
        ("lập tài khoản VNeID thế nào", "Mở khóa tài khoản định danh điện tử", True),
        ("lập tài khoản VNeID thế nào", "Cấp tài khoản định danh điện tử mức độ 01", False),
        ("hộ chiếu bị mất làm lại bao nhiêu tiền", "Khôi phục giá trị sử dụng hộ chiếu phổ thông", True),
        ("báo mất hộ chiếu rồi nay tìm thấy lại, muốn dùng", "Trình báo mất hộ chiếu phổ thông", True),
        ("báo mất hộ chiếu rồi nay tìm thấy lại, muốn dùng", "Khôi phục giá trị sử dụng hộ chiếu", False),
    ],
)
def test_what_is_opened_unlocked_lost_and_found_again_are_told_apart(asked, title, is_other):
    assert bool(contradiction(frame_of(asked), frame_of_title(title))) == is_other


@pytest.mark.parametrize("said", ["bố tôi mất rồi", "má em mới mất hôm qua", "ong noi mat tuan truoc"])
def test_a_death_is_heard_where_nobody_says_so(said):
    assert "khai_tu" in frame_of(said).objects


@pytest.mark.parametrize(
    "said", ["mẹ tôi mất thẻ căn cước hôm qua", "em mất ví", "làm hộ chiếu mất mấy ngày"]
)
def test_what_is_lost_or_takes_time_is_no_death(said):
    assert "khai_tu" not in frame_of(said).objects


@pytest.mark.parametrize(
    "said", ["hộ chiếu rách đổi bao nhiêu", "thẻ căn cước mờ hết chữ", "bang lai hong thi lam lai"]
)
def test_a_paper_that_is_torn_is_heard_as_damaged(said):
    assert "damaged" in frame_of(said).actions


@pytest.mark.parametrize(
    ("asked", "title", "is_other"),
    [
        (
            "công ty em muốn mở tour đi nước ngoài",
            "Cấp giấy phép kinh doanh dịch vụ lữ hành, có ngân hàng",
            False,
        ),
        ("công ty em đổi địa chỉ", "Đăng ký thành lập hộ kinh doanh", True),
        ("giấy thương binh của bố bị rách", "Cấp lại giấy chứng nhận người có công", False),
        ("bố tôi là liệt sĩ, xin trích lục hồ sơ", "Cấp trích lục hoặc sao hồ sơ người có công", False),
        ("làm sổ đỏ, tôi có tài khoản ngân hàng", "Đăng ký kết hôn", True),
    ],
)
def test_what_is_told_by_the_way_is_against_its_likes_alone(asked, title, is_other):
    assert bool(contradiction(frame_of(asked), frame_of_title(title))) == is_other
