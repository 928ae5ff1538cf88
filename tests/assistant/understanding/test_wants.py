"""What is asked for is told apart, however it is said: fields, until when, and the way of handing in."""

import pytest

from assistant.understanding.intents import intent_of, wants_of, way_of
from assistant.understanding.query import whether_so


@pytest.mark.parametrize(
    ("typed", "wants"),
    [
        ("xin in lại thì mất mấy ngày, mẫu nào", ("time", "sheet")),
        ("phí bao nhiêu và mấy ngày có", ("fee", "time")),
        ("cần giấy tờ gì, nộp ở đâu", ("documents", "place")),
        ("mai táng phí cần giấy gì", ("documents",)),
        ("xin mai táng phí mấy ngày xong", ("time",)),
        ("được hỗ trợ chi phí hỏa táng thì nộp giấy gì", ("documents",)),
        ("hạn nộp giấy xin hỗ trợ tiền hỏa táng là bao lâu", ("deadline",)),
        ("là mẫu mô, mấy bữa có", ("sheet", "time")),
        ("nhap khau o xa mat bao tien", ("fee",)),
        ("xin giay kiem tra o dau, may tieng co", ("place", "time")),
        ("mở mấy chục gian hàng, xin sở nào bao lâu", ("place", "time")),
        ("bao nhiêu ngày thì được giấy, nộp mấy tấm ảnh", ("time", "documents")),
        ("tiền làm sổ bao nhiêu, mấy ngày có", ("fee", "time")),
        ("giấy phép ai cấp", ("place",)),
    ],
)
def test_every_field_that_is_asked_for_is_heard_in_its_order(typed, wants):
    assert wants_of(typed) == wants


@pytest.mark.parametrize(
    ("typed", "intent"),
    [
        ("Phải nộp hồ sơ trước ngày bay ít nhất mấy ngày?", "deadline"),
        ("Trong bao nhiêu ngày kể từ lúc ban hành phải đem đăng ký?", "deadline"),
        ("khách tới lúc 1 giờ sáng thì báo lưu trú lúc nào mới kịp", "deadline"),
        ("đi khỏi nhà bao nhiêu tháng thì mới phải khai tạm vắng", "who"),
        ("sau bao lâu mới được thi lại", "who"),
        ("cấp hộ chiếu mất bao lâu", "time"),
        ("nộp xong mấy ngày biết kết quả", "time"),
        ("xin tiền đi học nghề thì xã giải quyết trong mấy ngày", "time"),
        ("khai bao cho o thi cong an xac minh trong bao lau", "time"),
        ("đăng ký khai sinh trong mấy ngày thì có", "time"),
        ("mất hộ chiếu phải báo trong mấy ngày", "deadline"),
        ("nộp hồ sơ trợ cấp thai sản trong mấy ngày", "deadline"),
        ("nộp trễ lắm là bao lâu sau khi hỏa táng", "deadline"),
        ("nghỉ việc rồi thì còn bao lâu để nộp hồ sơ", "deadline"),
        ("khai thuế quà tặng hạn mấy ngày", "deadline"),
        ("thiệt hại bao nhiêu phần trăm trở lên mới được giúp", "who"),
        ("phải làm công ty mấy tháng rồi mới được hỗ trợ", "who"),
        ("vay thì lãi bao nhiêu phần trăm", "amount"),
    ],
)
def test_until_when_one_must_act_is_not_how_long_it_takes(typed, intent):
    assert intent_of(typed) == intent


@pytest.mark.parametrize(
    ("typed", "intent"),
    [
        ("Chờ 15 ngày thiệt hả?", "time"),
        ("chứng thực 50 ngàn một bản đúng không", "fee"),
        ("đi một mình được không", "other"),
    ],
)
def test_a_number_that_may_be_wrong_asks_for_the_right_one(typed, intent):
    assert whether_so(typed, None) == intent


@pytest.mark.parametrize(
    ("typed", "way"),
    [
        ("Ở nhà thuê, xin giấy xác nhận thì đến đâu", None),
        ("mất hộ chiếu lúc đang ở nhà", None),
        ("xin chuyển chỗ nhận trợ cấp thì nộp ở đâu", None),
        ("ngồi ở nhà nộp có được không", "online"),
        ("nộp qua mạng được không", "online"),
    ],
)
def test_being_at_home_is_no_way_of_handing_in(typed, way):
    assert way_of(typed) == way
