"""The file of weights: whoever fits them again finds what each does, and a fault is named."""

import pytest

from assistant import weights
from assistant.evaluation import fitting


def test_every_weight_says_what_it_does():
    assert [name for name, one in weights.load().items() if not one.does] == []


def test_a_question_that_turns_on_a_weight_is_kept_for_most_of_them():
    fitted = fitting.fitted()
    assert sum(bool(one.turns) for one in fitted) >= 0.6 * len(fitted)


def test_what_is_built_into_the_index_is_not_fitted():
    names = {one.name for one in fitting.fitted()}
    assert names.isdisjoint(fitting.BUILT_IN) and set(fitting.BUILT_IN) <= weights.load().keys()


def test_a_weight_without_a_number_is_named(tmp_path):
    broken = tmp_path / "weights.yaml"
    broken.write_text("records:\n  name:\n    value: nhiều\n", encoding="utf-8")
    with pytest.raises(weights.WeightsBroken, match=r"records\.name"):
        weights.load(broken)


def test_a_name_that_is_not_in_the_file_is_refused():
    with pytest.raises(KeyError), weights.changed({"records.made_up": 1.0}):
        pass


def test_a_change_ends_with_its_block():
    usual = weights.weight("records.name")
    with pytest.raises(RuntimeError), weights.changed({"records.name": 9.0}):
        assert weights.weight("records.name") == 9.0
        raise RuntimeError
    assert weights.weight("records.name") == usual


def test_turning_names_the_question_that_is_answered_otherwise_and_fitting_what_it_gains(assistant):
    asked = [{"question": "Mã OTP là gì?", "expect": "answer", "facts": []}]
    turning = fitting.turning(assistant, asked, lambda *told: None)
    assert turning["choice.passage_sure"] == "Mã OTP là gì?", "no passage is sure enough then"
    assert turning["records.name"] == "", "there are no records"
    wanted = [{"question": "Mã OTP là gì?", "expect": "abstain", "facts": []}]
    gained = fitting.fit(assistant, wanted, lambda *told: None)
    assert gained == {} or all(after != before for before, after, _count in gained.values())
