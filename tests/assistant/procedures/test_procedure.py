"""A procedure as typed fields: written for people, searched, kept as JSON."""

import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.procedures.record import (
    Channel,
    Duration,
    Fee,
    Law,
    Paper,
    Procedure,
    ProcedureError,
    Step,
)
from assistant.procedures.terms import UNITS, WAYS, money_words, number_words

WORDS = st.text(max_size=20)
NUMBERS = st.none() | st.integers(0, 10**12)
FEES = st.builds(Fee, NUMBERS, WORDS, WORDS, WORDS, WORDS)
DURATIONS = st.none() | st.builds(
    Duration, st.none() | st.floats(0, 999, allow_nan=False), st.sampled_from(UNITS), WORDS
)
CHANNELS = st.builds(Channel, st.sampled_from(WAYS), DURATIONS, st.lists(FEES, max_size=3).map(tuple), WORDS)
PROCEDURES = st.builds(
    Procedure,
    code=WORDS,
    title=WORDS,
    steps=st.lists(st.builds(Step, WORDS, WORDS), max_size=3).map(tuple),
    channels=st.lists(CHANNELS, max_size=3).map(tuple),
    papers=st.lists(st.builds(Paper, WORDS, NUMBERS, NUMBERS, WORDS), max_size=3).map(tuple),
    who=st.lists(WORDS, max_size=3).map(tuple),
    laws=st.lists(st.builds(Law, WORDS, WORDS), max_size=3).map(tuple),
    read_on=st.none() | st.dates(),
    flags=st.lists(WORDS, max_size=2).map(tuple),
)


@given(PROCEDURES)
def test_what_was_kept_as_json_comes_back_unchanged(procedure):
    kept = json.loads(json.dumps(procedure.to_json()))
    assert Procedure.from_json(kept) == procedure


@given(PROCEDURES)
def test_sections_never_hold_empty_or_double_lines(procedure):
    for lines in procedure.sections().values():
        assert lines and all(lines)
        assert len(set(lines)) == len(lines)


@pytest.mark.parametrize(
    "broken", [{}, {"code": "1"}, {"code": "1", "title": "a", "channels": [{"way": "boat"}]}]
)
def test_a_stored_record_that_is_broken_is_named(broken):
    with pytest.raises(ProcedureError):
        Procedure.from_json(broken)


@given(st.integers(0, 10**12))
def test_amounts_are_written_with_dots(amount):
    assert number_words(amount).replace(".", "") == str(amount)
    assert money_words(amount, "VND").endswith(" đồng")


def test_half_days_have_a_comma():
    assert Duration(7.5, "working_day", "7.5 WORKING_DAY").words == "7,5 ngày làm việc"


def test_a_doubted_amount_is_shown_in_the_words_of_the_record():
    fee = Fee(20, "VND", "20.000 vnđ/tờ khai", "20 VNĐ (20.000 vnđ/tờ khai)", "thiếu ba số không")
    assert fee.words == "20 VNĐ (20.000 vnđ/tờ khai)"


def test_the_sections_say_time_fee_papers_and_place():
    sections = Procedure(
        code="9.1",
        title="Nuôi ong",
        channels=(Channel("online", Duration(3, "day", "3 ngày"), (Fee(7000, "VND", "một lần", "x"),), ""),),
        papers=(Paper("Tờ khai", 1, 2, "Người mới"), Paper("02 ảnh", 1, 0, "")),
        address="Quầy một cửa.",
        agency="Ủy ban xã",
    ).sections()
    assert sections["cach-nop"] == ("Nộp qua mạng: 3 ngày", "Nộp qua mạng: 7.000 đồng (một lần)")
    assert sections["giay-to"][:2] == ("Người mới", "Tờ khai (1 bản chính, 2 bản sao)")
    assert "02 ảnh" in sections["giay-to"], "a name that counts for itself is not counted again"
    assert sections["noi-nop"] == ("Quầy một cửa.", "Ủy ban xã")


def test_the_head_is_cut_to_its_words():
    procedure = Procedure(
        "9.1", "Đăng ký nuôi ong", field="Chăn nuôi", steps=(Step("Bước 1", "Viết tờ khai."),)
    )
    assert procedure.head(6) == "Đăng ký nuôi ong. Chăn nuôi."
    assert procedure.head(99).endswith("Bước 1: Viết tờ khai.")


def test_everything_is_searched_once():
    procedure = Procedure(
        "9.1", "Nuôi ong", description="Nuôi ong.", requirements="Có đàn ong.", read_on=date.min
    )
    lines = procedure.full_text().split("\n")
    assert "Có đàn ong." in lines
    assert len(lines) == len(set(lines))
