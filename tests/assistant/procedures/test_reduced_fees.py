"""Where a record takes only a share of a fee until a day, what is to be paid today comes first."""

from datetime import date

import pytest

from assistant.procedures.answers.fields import fields_answer
from assistant.procedures.answers.record_query import RecordQuery
from assistant.procedures.record import Channel, Fee, Procedure
from assistant.understanding.intents import FEE

ONLINE_ALONE = "Kể từ ngày 01/01/2025 đến hết ngày 31/12/2027 nộp trực tuyến bằng 50% mức thu quy định."
HALF = "Kể từ ngày 01/7/2025 đến hết ngày 31/12/2026 mức thu lệ phí cấp lại thẻ bằng 50% mức thu nêu trên."


def told(condition: str, today: date) -> str:
    fee = Fee(70_000, "VND", f"Cấp lại thẻ: 70.000 đồng/thẻ. {condition}", "70000 VNĐ")
    record = Procedure("9.1", "Cấp lại thẻ", channels=(Channel("direct", None, (fee,), ""),), read_on=today)
    answer = fields_answer(RecordQuery(record, FEE, "standard", today))
    assert answer is not None
    return answer.text


def test_what_is_paid_today_comes_before_the_whole():
    text = told(HALF, date(2026, 12, 1))
    assert text.startswith("Nộp trực tiếp: đến hết ngày 31/12/2026 chỉ thu 50% của 70.000 đồng.")
    assert "35.000" not in text, "a number that the record does not write is not written for it"


@pytest.mark.parametrize(
    ("condition", "today"),
    [
        (HALF, date(2027, 1, 1)),
        (HALF, date(2025, 6, 30)),
        (ONLINE_ALONE, date(2026, 12, 1)),
        ("", date(2026, 12, 1)),
    ],
)
def test_a_share_that_does_not_hold_today_or_for_this_way_is_not_told_as_the_fee(condition, today):
    assert "chỉ thu" not in told(condition, today)


def test_an_amount_whose_day_is_past_comes_last_and_is_told_as_past():
    old = Fee(160_000, "VND", "160.000/hộ chiếu (áp dụng đến hết ngày 31/12/2023)", "160000 VNĐ")
    now = Fee(200_000, "VND", "200.000đ/hộ chiếu", "200000 VNĐ")
    channels = (Channel("online", None, (old,), ""), Channel("direct", None, (now,), ""))
    today = date(2026, 12, 1)
    record = Procedure("9.2", "Cấp hộ chiếu", channels=channels, read_on=today)
    answer = fields_answer(RecordQuery(record, FEE, "standard", today))
    assert answer is not None
    text = answer.text
    assert text.index("200.000") < text.index("160.000")
    assert "Mức này chỉ đến hết ngày 31/12/2023, nay không còn." in text


@pytest.mark.parametrize("condition", [HALF, ONLINE_ALONE])
def test_a_share_that_ended_does_not_end_the_whole(condition):
    assert "nay không còn" not in told(condition, date(2028, 1, 1))
