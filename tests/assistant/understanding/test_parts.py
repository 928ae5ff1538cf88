"""Two questions in one are told apart, and one that only sounds like two is not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.understanding.parts import MOST, parts_of


@pytest.mark.parametrize(
    ("asked", "count"),
    [
        ("đăng ký tạm trú vừa hết bao nhiêu tiền vừa mất mấy ngày", 2),
        ("làm hộ chiếu bao nhiêu tiền và bao lâu có", 2),
        ("Khai sinh cần giấy gì? Có mất tiền không?", 2),
        ("tách hộ: bao nhiêu tiền, mấy ngày, nộp ở đâu", 3),
        ("Chứng thực bản sao bao nhiêu một trang, còn kết hôn thì ở đâu", 2),
        ("Khai sinh cho con làm ở đâu, và loại tã nào tốt cho trẻ sơ sinh", 2),
        ("lên mức 2 có hết phí không và đi giờ nào", 2),
        ("đăng ảnh người ta có cần xin phép không, nó nợ tiền mình thì đăng lên đòi được không", 2),
        ("Gọi có hình tốn tiền không? Gọi có hình với gọi tiếng cái nào hao hơn?", 2),
        ("viết bài rao cà phê thì ghi những gì, và tháng sau giá lên hay xuống", 2),
        ("đăng ký tạm trú với xóa đăng ký tạm trú, mỗi việc mấy ngày", 2),
        ("Tôi rơi ví có cả căn cước lẫn thẻ bảo hiểm y tế, làm lại mỗi thứ ở đâu", 2),
        ("Đăng ký tạm trú cần giấy gì", 1),
        ("Tôi nộp thay cho mẹ, như vậy được không", 1),
        ("Mua xe máy mới, đi đăng ký biển số cần giấy gì", 1),
        ("tôi 20 tuổi rồi chưa có thẻ nào, làm thẻ tốn mấy đồng", 1),
        ("Tôi với chồng tôi và con ở trọ, muốn khai tạm trú thì làm ở đâu", 1),
        ("Mẹ tôi già rồi, đi lại khó, thẻ bảo hiểm y tế bị rách thì đổi ở đâu", 1),
        ("Có người gọi xưng công an, bảo chuyển tiền thì làm sao", 1),
    ],
)
def test_each_thing_that_is_asked_is_a_part(asked, count):
    assert len(parts_of(asked)) == count, parts_of(asked)


def test_a_situation_stays_with_the_question_that_follows():
    assert parts_of("Con tôi mới sinh. Khai sinh ở đâu?") == ("Con tôi mới sinh. Khai sinh ở đâu?",)


@given(st.text(alphabet="abc đ?.,!;: vàcònrồi0123\n", max_size=120))
def test_parts_are_few_and_lose_no_text_of_their_own(text):
    parts = parts_of(text)
    assert 1 <= len(parts) <= MOST
    assert all(part in text for part in parts) or (len(parts) == 2 and all(": " in part for part in parts))


@pytest.mark.parametrize(
    "asked",
    [
        "Mất thẻ căn cước: bị phạt không, bao nhiêu?",
        "hộ chiếu mất mấy ngày rồi mới báo có sao không",
        "giấy tờ ghi sai ngày sinh so với căn cước thì sửa ở đâu",
    ],
)
def test_what_belongs_together_stays_one_question(asked):
    assert parts_of(asked) in ((asked,), (asked.rstrip("?"),))
