"""What may be answered is compared, and given only where it is likely enough to be right."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answering import found, trust
from assistant.answering.extractive import WHOLE_SECTION
from assistant.answering.offers import offers
from assistant.evaluation import fitting_trust
from assistant.knowledge.store import KnowledgeStore
from assistant.procedures.importing import import_procedures
from assistant.weights import weight
from tests.assistant.procedures.test_importing import JULY, TODAY
from tests.factories import record

QUESTION = "Mã OTP là gì?"


@pytest.fixture
def sure(monkeypatch):
    """Sets how likely every answer that might be given is."""

    def to(confidence: float) -> None:
        monkeypatch.setattr(trust, "confidences", lambda asked, offered: [confidence] * len(offered))

    return to


def test_what_is_likely_enough_is_given_with_its_confidence(assistant, sure):
    sure(0.97)
    answer = assistant.ask(QUESTION)
    assert answer.outcome == "answered" and answer.confidence == 0.97


def test_what_is_only_likely_is_offered_to_be_tapped(assistant, sure):
    sure((weight("choice.likely") + weight("choice.trusted_section")) / 2 + weight("choice.by_words"))
    answer = assistant.ask("Giấy tạm vắng thì cất trong ngăn tủ nào cho khỏi ẩm")
    assert answer.outcome == "clarify" and answer.choices, answer.text
    assert not answer.citations


def test_what_is_unlikely_is_handed_to_a_person(assistant, sure):
    sure(0.01)
    answer = assistant.ask("Giấy tạm vắng thì cất trong ngăn tủ nào cho khỏi ẩm")
    assert answer.outcome == "abstained" and "cán bộ" in answer.text


def test_beside_another_record_an_answer_must_be_likelier():
    assert weight("choice.trusted_beside") > weight("choice.trusted_number")


@given(st.lists(st.sampled_from(["khai", "sinh", "tạm", "trú", "mất", "thẻ"]), max_size=8), st.data())
def test_the_share_of_words_is_between_nothing_and_all(said, data):
    wanted = data.draw(st.lists(st.sampled_from(["khai", "sinh", "tam", "tru", "le"]), max_size=5))
    share = trust.Words(" ".join(said)).share(dict.fromkeys(wanted, 1.0))
    assert 0.0 <= share <= 1.0
    assert trust.Words(" ".join(wanted)).share(dict.fromkeys(wanted, 1.0)) == (1.0 if wanted else 0.0)


@pytest.mark.parametrize("text", ["", "tạm trú", "?!", "đăng ký, tạm trú."])
def test_a_word_is_found_whole_and_without_its_marks(text):
    words = trust.Words(text)
    assert ("tam tru" in words) == ("tạm trú" in text)
    assert "ta" not in words and "t" not in words


@pytest.fixture
def with_record(assistant, store_engine, tmp_path):
    """An assistant with one record, whose title is “Đăng ký nuôi ong”."""
    folder = tmp_path / "records"
    folder.mkdir()
    (folder / "9.000001.txt").write_text(record(), encoding="utf-8")
    import_procedures(KnowledgeStore(store_engine), folder, today=TODAY, read_on=JULY)
    assistant.build_index()
    return assistant


def test_each_offer_has_its_features_and_no_number_is_missing(with_record):
    for question in (QUESTION, "Đăng ký nuôi ong hết bao nhiêu tiền?", "Giá vàng?", "otp"):
        asked = with_record.asked(question)
        offered = offers(asked)
        read = trust.features(asked, offered)
        assert read.shape == (len(offered), len(trust.NAMES))
        assert np.isfinite(read).all()


def test_the_shipped_trees_weigh_what_the_program_reads():
    for dense in (True, False):
        trees = trust.ranker.load("dense" if dense else "words", trust.FILE)
        assert trees.feature.max() < len(trust.NAMES)


def test_all_fields_that_are_asked_in_one_breath_are_told(with_record):
    answer = with_record.ask("Đăng ký nuôi ong hết bao nhiêu tiền, mấy ngày có, nộp ở đâu?")
    assert answer.outcome == "answered"
    said = answer.text.lower()
    assert "đồng" in said and "ngày" in said and "nơi" in said, answer.text


def test_a_short_section_is_shown_whole(assistant):
    asked = assistant.asked("Làm sao để không bị lừa lấy mã OTP?")
    shown = [one for one in offers(asked) if one.passage is not None]
    for offer in shown:
        if offer.passage.kind == "lesson" and len(offer.passage.text.split()) <= WHOLE_SECTION:
            text = "\n".join((offer.answer.text, *offer.answer.steps))
            assert all(item in text for item in offer.passage.items), offer.passage.title


def test_fitting_learns_from_what_would_be_answered(with_record):
    question = {
        "id": "t-1",
        "kind": "clear",
        "question": "Đăng ký nuôi ong hết bao nhiêu tiền?",
        "expect": "answer",
        "procedure": "9.000001",
    }
    for view in (fitting_trust.as_it_is, fitting_trust.without_catalogue, fitting_trust.by_words):
        read, right = fitting_trust.row(with_record, question, view)
        assert len(read) == len(right)
        assert right.any() == (view is not fitting_trust.without_catalogue)


def test_where_its_record_is_not_there_nothing_that_is_left_is_right(with_record):
    question = {
        "id": "1", "kind": "clear", "question": "Đăng ký nuôi ong hết bao nhiêu tiền?", "expect": "answer",
        "procedure": "9.000001",
    }  # fmt: skip
    read, right = fitting_trust.row(with_record, question, fitting_trust.without_its_source)
    assert len(read) == len(right) and not right.any()
    assert fitting_trust.row(with_record, question)[1].any(), (
        "the view takes nothing from the assistant itself"
    )


def test_what_is_answered_before_any_search_teaches_nothing():
    assert not fitting_trust.teaches({"id": "1", "question": "?", "expect": "urgent"})
    assert not fitting_trust.teaches({"id": "1", "question": "?", "kind": "injection", "expect": "abstain"})
    assert fitting_trust.teaches({"id": "1", "question": "?", "expect": ["answer", "urgent"]})


def test_the_likeliest_comes_first(with_record):
    weighed = found.weighed_offers(with_record.asked("Đăng ký nuôi ong cần giấy tờ gì?"))
    assert weighed and [one for _offer, one in weighed] == sorted(
        (one for _offer, one in weighed), reverse=True
    )
