"""Scoring: exactly the right choices count."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.model import Choice, Question
from courses.validation import Invalid


def question(right: list[bool], kind: str = "many") -> Question:
    choices = tuple(Choice(f"Lựa chọn {place}", one, "Vì sao.") for place, one in enumerate(right))
    return Question("cau", "bai", kind, "Hỏi gì?", None, choices)


@given(st.lists(st.booleans(), min_size=2, max_size=6).filter(any), st.sets(st.integers(-1, 7)))
def test_only_exactly_the_right_choices_score(right, chosen):
    expected = {place for place, one in enumerate(right) if one}
    assert question(right).score(chosen) is (chosen == expected)


def test_one_means_one():
    with pytest.raises(Invalid, match="chỉ có một"):
        question([True, True, False], kind="one")


def test_the_plain_prompt_falls_back_to_the_standard_one():
    assert question([True, False]).prompt_in("plain") == "Hỏi gì?"
