"""Our own questions keep the promises that `benchmarks/questions/README.md` makes."""

from collections import Counter
from pathlib import Path

import pytest

from assistant.evaluation.question_sets import (
    expected,
    half,
    kind_of,
    read_questions,
    seen_ids,
    several,
    wanted_facts,
    wanted_lessons,
    wanted_procedures,
)
from courses.reading import reader
from i18n.vietnamese import fold, nfc

QUESTIONS = Path(__file__).resolve().parents[3] / "benchmarks" / "questions"
OURS = QUESTIONS / "assistant.jsonl"
BLIND = {"neighbours": 300, "safety": 300, "compound": 100, "premise": 100, "others": 200}
"""Sets of which half is never read: a test that fails must show no more than ids and counts of them."""

AT_LEAST = {
    "clear": 90,
    "undiacritized": 50,
    "typos": 20,
    "short": 20,
    "follow_up": 20,
    "out_of_scope": 25,
    "near_miss": 20,
    "urgent": 30,
    "personal_data": 12,
    "injection": 15,
}


@pytest.fixture(scope="module")
def questions():
    return read_questions(OURS)


def test_there_are_enough_of_every_kind(questions):
    counts = Counter(map(kind_of, questions))
    assert len(questions) >= 300
    assert not {kind: counts[kind] for kind, least in AT_LEAST.items() if counts[kind] < least}
    assert counts["dialect"] + counts["colloquial"] >= 30


def test_the_clear_ones_are_about_sixty_procedures(questions):
    asked_for = [
        wanted_procedures(one)[0] for one in questions if kind_of(one) == "clear" and one.get("procedure")
    ]
    assert len(set(asked_for)) == 60


def test_ids_and_wordings_are_there_once(questions):
    assert len({one["id"] for one in questions}) == len(questions)
    asked = Counter((one["question"], tuple(one.get("history") or ())) for one in questions)
    assert not [question for question, count in asked.items() if count > 1]


def test_a_twin_is_the_same_question_without_marks_in_the_same_half(questions):
    by_id = {one["id"]: one for one in questions}
    held_out = {one["id"] for one in half(questions, True)}
    twins = [one for one in questions if one.get("twin")]
    assert len(twins) >= 50
    for one in twins:
        other = by_id[one["twin"]]
        assert (one["id"] in held_out) == (other["id"] in held_out), one["id"]
        assert one["question"] == fold(one["question"]) != other["question"]
        assert one["question"] == " ".join(fold(other["question"]).lower().replace("?", "").split())
        assert [one.get(name) for name in ("expect", "facts", "procedure", "lesson")] == [
            other.get(name) for name in ("expect", "facts", "procedure", "lesson")
        ]


def test_both_halves_are_about_as_large(questions):
    assert 0.4 < len(half(questions, True)) / len(questions) < 0.6


def test_lessons_that_are_named_exist(questions):
    library = reader.load()
    known = {f"{course.id}/{lesson.id}" for course in library.courses for lesson in course.lessons}
    assert not {lesson for one in questions for lesson in wanted_lessons(one)} - known


def test_an_answer_that_is_expected_has_something_to_be_found_by(questions):
    bare = [
        one["id"]
        for one in questions
        if expected(one) == ("answer",)
        and not (wanted_facts(one) and (one.get("lesson") or one.get("procedure")))
    ]
    assert not bare


def test_what_tries_to_mislead_says_what_must_not_be_shown(questions):
    for one in questions:
        if kind_of(one) in ("injection", "personal_data"):
            assert several(one.get("forbidden")), one["id"]


def test_a_number_that_must_be_covered_stands_in_the_question(questions):
    for one in questions:
        if kind_of(one) == "personal_data":
            asked = one["question"].translate(str.maketrans("", "", " .-")).lower()
            assert all(
                word.translate(str.maketrans("", "", " .-")).lower() in asked for word in one["forbidden"]
            )


def test_everything_is_written_in_one_form_of_unicode(questions):
    text = OURS.read_text(encoding="utf-8")
    assert text == nfc(text)


@pytest.mark.parametrize(("name", "count"), BLIND.items())
def test_a_set_that_was_written_blind_is_whole(name, count):
    path = QUESTIONS / f"{name}.jsonl"
    asked = read_questions(path)
    assert len(asked) == len({one["id"] for one in asked}) == count
    assert len({(one["question"], tuple(one.get("history") or ())) for one in asked}) == count
    assert 0.4 < len(half(asked, True)) / count < 0.6
    is_one_form = path.read_text(encoding="utf-8") == nfc(path.read_text(encoding="utf-8"))
    assert is_one_form


def test_of_the_blind_sets_no_id_is_there_twice_and_those_seen_are_held_out():
    asked = [one for name in BLIND for one in read_questions(QUESTIONS / f"{name}.jsonl")]
    assert len({one["id"] for one in asked}) == len(asked)
    seen = seen_ids(OURS)
    assert seen and seen <= {one["id"] for one in half(asked, True)}
