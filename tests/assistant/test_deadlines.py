"""Figures that end on a day are not given as today's after it."""

import datetime as dt

import pytest

from assistant.answer import ANSWERED, Answer, Citation
from assistant.answering.deadlines import without_past
from courses.checking.library import ending
from courses.reading import reader
from tests.factories import answer


@pytest.fixture(scope="module")
def library():
    """Our own courses."""
    return reader.load()


STANDARD = "Lệ phí là 70.000 đồng một thẻ, nhưng đến hết ngày 31/12/2026 chỉ thu một nửa, tức là 35.000 đồng."
PLAIN = (
    "Lệ phí là 70.000 đồng một thẻ. Đến hết ngày 31/12/2026 chỉ thu một nửa. Một nửa là 35.000 đồng. "
    "Hãy hỏi lại khi nộp."
)


def answered(text, **more):
    return answer(text, url="/hoc", **more)


@pytest.mark.parametrize("text", [STANDARD, PLAIN])
def test_up_to_its_last_day_a_figure_is_given_and_after_it_not(text):
    there = answered(text)
    assert without_past(there, dt.date(2026, 11, 29)) is there
    assert without_past(there, dt.date(2026, 12, 31)) is there
    after = without_past(there, dt.date(2027, 1, 1))
    assert "70.000 đồng" in after.text
    assert "35.000" not in f"{after.text} {after.citations[0].quote}"
    assert "31/12/2026" in after.warnings[0]


def test_steps_lose_only_what_is_over():
    there = Answer("?", ANSWERED, "Các bước", ("Đến công an xã.", STANDARD), (Citation("Bài", "/hoc"),))
    after = without_past(there, dt.date(2027, 1, 1))
    assert after.steps == ("Đến công an xã.", "Lệ phí là 70.000 đồng một thẻ.")


def test_the_words_of_a_record_and_of_people_stay():
    for engine in ("fields", "verified"):
        there = answered(STANDARD, engine=engine)
        assert without_past(there, dt.date(2027, 1, 1)) is there


@pytest.mark.parametrize(("today", "count"), [("2026-11-29", 0), ("2026-12-01", 2), ("2027-01-01", 2)])
def test_the_check_of_courses_names_what_ends(library, today, count):
    found = [one for one in ending(library, dt.date.fromisoformat(today)) if "31/12/2026" in one.message]
    assert [one.file.rsplit("/", 1)[1] for one in found] == [
        "05-doi-may-mat-may.md", "05-doi-may-mat-may.plain.md",
    ][:count]  # fmt: skip
    assert not found or ("đã hết hạn" in found[0].message) == (today > "2026-12-31")
