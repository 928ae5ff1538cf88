"""Whose a record is: what one province promises is promised nowhere else."""

import pytest

from assistant.procedures.reading.provinces import own_provinces
from assistant.procedures.record import Procedure
from assistant.understanding.frames import OTHER_PLACE, contradiction, frame_of, provinces_in

BODY = "Nộp tại Trung tâm Phục vụ hành chính công. Ủy ban nhân dân tỉnh {} xem xét, quyết định."


def made(decision: str, title: str = "Hỗ trợ hỏa táng", body: str = "") -> Procedure:
    return Procedure("9.1", title, decision=decision, description=body)


@pytest.mark.parametrize(
    ("record", "whose"),
    [
        (made("12/QĐ-UBND", body=BODY.format("Bắc Ninh")), {"Bắc Ninh"}),
        (made("12/QĐ-UBND", body=BODY.format("Quảng Nam")), {"Đà Nẵng"}),
        (made("12/QĐ-UBND", "Hỗ trợ trên địa bàn thành phố Huế"), {"Huế"}),
        (made("12/QĐ-BTP", body=BODY.format("Bắc Ninh")), set()),
        (made("12/QĐ-UBND", body="Nộp tại ủy ban xã."), set()),
        (made("12/QĐ-UBND", body=" ".join(map(BODY.format, ("Lào Cai", "Sơn La", "Cà Mau")))), set()),
    ],
)
def test_a_record_is_of_the_province_that_published_it(record, whose):
    assert own_provinces(record) == whose


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("tôi ở sài gòn", {"Hồ Chí Minh"}),
        ("quê bắc giang", {"Bắc Ninh"}),
        ("ở huế, trước là thừa thiên huế", {"Huế"}),
        ("bà rịa – vũng tàu", {"Hồ Chí Minh"}),
        ("nhà tôi ở xã", set()),
    ],
)
def test_a_former_province_is_heard_as_the_one_of_today(typed, names):
    assert provinces_in(typed) == names


def test_what_is_of_another_province_contradicts():
    asked = frame_of("nhà tôi ở Cà Mau, hỏa táng thì được hỗ trợ không")
    assert contradiction(asked, frame_of("hỗ trợ hỏa táng trên địa bàn tỉnh Bắc Ninh")) == OTHER_PLACE
    assert contradiction(asked, frame_of("hỗ trợ hỏa táng trên địa bàn tỉnh Bạc Liêu")) == ""
    assert contradiction(asked, frame_of("hỗ trợ hỏa táng")) == ""
