"""What may differ between a text and its plain form, and that nothing else passes."""

import pytest

from i18n.plain.kept_facts import differences, invariants, lost_words


def test_facts_are_read_with_what_they_belong_to():
    facts = invariants(
        "Trong 05 ngày làm việc, Sở Y tế thu 7.000đ hoặc không thu theo 53/2025/TT-BCA, mẫu CT01."
    )
    assert facts["number", "05 ngày làm việc"] == 1
    assert facts["number", "7.000 đồng"] == 1
    assert facts["code", "53/2025/TT-BCA"] == facts["code", "CT01"] == 1
    assert facts["limit", "không thu"] == 1
    assert facts["name", "sở"] == 1


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Nộp 160.000 đồng.", "Nộp 160.000 đô la."),
        ("Nộp 160.000 đồng.", "Nộp 16.000 đồng."),
        ("Trong 3 ngày làm việc.", "Trong 3 ngày."),
        ("Không quá 3 ngày.", "Quá 3 ngày."),
        ("Chỉ nộp bản sao.", "Nộp bản sao."),
        ("Nộp bản sao hoặc bản chính.", "Nộp bản sao và bản chính."),
        ("Nộp bản sao và bản chính.", "Nộp bản sao, bản chính."),
        ("Không nộp đơn, nhận thẻ.", "Nộp đơn, không nhận thẻ."),
        ("Gửi đến Sở Y tế.", "Gửi đến Sở Nội vụ."),
        ("Trừ trẻ em, ai cũng nộp.", "Trẻ em, ai cũng nộp."),
        ("Nếu mất thì báo.", "Mất thì báo."),
        ("Trước ngày 15/6/2024.", "Trước ngày 16/6/2024."),
        ("Theo Quyết định 12/QĐ-UBND.", "Theo Quyết định 12/QĐ-HĐND."),
        ("Trong mười ngày.", "Trong hai mươi ngày."),
    ],
)
def test_a_changed_fact_is_seen(before, after):
    assert differences(before, after)
    assert differences(after, before)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Nộp tại UBND xã.", "Nộp tại Ủy ban nhân dân xã."),
        ("Bạn sử dụng thẻ.", "Bạn dùng thẻ."),
        ("Trường hợp không cấp phải báo.", "Nếu không cấp phải báo."),
        ("Nộp đơn, Sở Y tế nhận.", "Nộp đơn. Sở Y tế nhận."),
        ("A nộp đơn và B nhận đơn.", "A nộp đơn. B nhận đơn."),
        ("Phí 5.000đ.", "Phí 5.000 VNĐ."),
    ],
)
def test_the_allowed_differences_and_a_cut_are_none(before, after):
    assert not differences(before, after)


def test_a_lost_word_is_seen():
    assert lost_words("Nộp đơn tại xã.", "Nộp đơn.") == {"tại": 1, "xã": 1}
    assert not lost_words("Nộp tại UBND.", "Nộp tại Ủy ban nhân dân.")
