"""A greeting gets a friendly word; a question that begins with one is a question."""

import pytest

from assistant.understanding.small_talk import reply_to


@pytest.mark.parametrize(
    "said",
    ["Xin chào", "chao ban", "chào em nhé!", "cảm ơn", "cam on con nhieu", "ok em", "Dạ vâng ạ", "tạm biệt"],
)
def test_courtesy_gets_its_reply(said):
    assert reply_to(said)


@pytest.mark.parametrize(
    "asked",
    [
        "chào ad, làm căn cước ở đâu",
        "cảm ơn, cho hỏi thêm lệ phí",
        "ok vậy tạm trú mất mấy ngày",
        "chào hàng qua mạng thế nào",
        "căn cước",
        "",
    ],
)
def test_a_question_gets_none(asked):
    assert not reply_to(asked)
