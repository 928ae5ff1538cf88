"""Unanswered questions grouped by likeness, and one answer for a whole group."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete, select

from lms.desk.models import Ticket
from lms.knowledge.queries import MOST_GROUPED
from lms.knowledge.similar_questions import Wording, grouped
from tests.lms.site import soup
from tests.lms.words_only import words
from tests.worst import at_best

RICE = [
    "Giống lúa ST25 gieo mấy cân một sào?",
    "Một sào gieo mấy cân giống lúa ST25?",
    "Lúa ST25 một sào gieo bao nhiêu cân giống?",
]
WATER = ["Bao giờ có nước sạch về thôn 3?", "Nước sạch bao giờ về thôn 3?"]
ANSWER = {
    "text": "Bạn hỏi cô Mẫu ở bàn khuyến nông.",
    "source_title": "Sổ tay khuyến nông",
    "source_url": "",
    "checked_on": "2026-11-01",
}


def groups(*questions: str, owner=1) -> list[set[str]]:
    found = grouped([Wording(number, owner, text) for number, text in enumerate(questions)])
    return [{one.text for one in group} for group in found]


def test_the_same_question_in_other_words_stands_in_one_group():
    assert groups(WATER[0], RICE[0], RICE[1], WATER[1], RICE[2]) == [set(RICE), set(WATER)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Lúa ST25 gieo mấy cân một sào?", "Lúa ST24 gieo mấy cân một sào?"),
        ("Nước sạch bao giờ về thôn 3?", "Nước sạch bao giờ về thôn 5?"),
        ("Không có sổ hộ khẩu làm giấy khai sinh", "Có sổ hộ khẩu làm giấy khai sinh"),
        ("Giá phân bón hôm nay", "Lịch tiêm phòng cho trâu bò"),
    ],
)
def test_another_number_a_negation_or_another_topic_is_another_group(one, other):
    assert len(groups(one, other)) == 2


def test_questions_of_two_units_never_share_an_answer():
    found = grouped([Wording(1, "xã này", RICE[0]), Wording(2, "xã kia", RICE[0])])
    assert len(found) == 2


def test_questions_made_to_be_compared_cost_no_more_than_a_second_or_two():
    """A stranger's thousand, of one and the same hundred words, held the officers' page for minutes."""
    syllables = [
        a + b
        for a in ["b", "c", "d", "g", "h", "k", "l", "m", "n", "p", "r", "s", "t", "v", "x"]
        for b in ["an", "inh", "oi", "eu", "ai"]
    ]
    dice = random.Random(1)
    few = dice.sample(syllables, 60)
    for texts in (
        [" ".join(few) + f" {n}" for n in range(MOST_GROUPED)],
        [" ".join(dice.sample(syllables, 35)) for _n in range(MOST_GROUPED)],
    ):
        waiting = [Wording(n, 1, text) for n, text in enumerate(texts)]
        assert at_best(lambda waiting=waiting: grouped(waiting), 3) <= 3


def test_two_thousand_questions_are_grouped():
    many = [f"Việc số {n % 50} của thôn {n % 50} bao giờ xong?" for n in range(2000)]
    assert [len(one) for one in grouped([Wording(n, 1, text) for n, text in enumerate(many)])] == [40] * 50


@given(st.lists(st.text(max_size=40), max_size=20))
def test_every_question_stands_in_exactly_one_group(texts):
    found = grouped([Wording(number, 1, text) for number, text in enumerate(texts)])
    assert sorted(one.id for group in found for one in group) == list(range(len(texts)))


@pytest.fixture
def editor(site):
    return site.on("canbo", "officer")


@pytest.fixture
def waiting(site, editor):
    """Questions that wait at this unit; returns their tickets' ids by question."""
    with site.database() as db:
        db.execute(delete(Ticket))
        unit = site.unit()
        for question in (*RICE, *WATER):
            db.add(Ticket(unit_id=unit, origin="unknown", status="waiting", question=question))
        db.commit()
        return {one.question: one.id for one in db.scalars(select(Ticket))}


@pytest.fixture
def store(site):
    store = site.app.extensions["assistant"].store
    yield store
    for one in store.in_use():
        store.retire(one.id)


def statuses(site) -> dict[str, str]:
    with site.reading() as db:
        return {one.question: one.status for one in db.scalars(select(Ticket))}


def send(editor, waiting, ticked: list[str], **more):
    path = f"/kho/chua-tra-loi/{waiting[RICE[0]]}"
    return editor.client.post(path, data=ANSWER | more | {"cau": [str(waiting[one]) for one in ticked]})


def test_the_editor_sees_groups_the_largest_first(editor, waiting):
    page = editor.page("/kho/chua-tra-loi")
    first, second = page.select("main .src")
    assert "3 câu hỏi" in words(first) or "3 câu hỏi" in first.get_text(" ")
    assert "2 câu hỏi" in second.get_text(" ")
    form = editor.page(first.select_one("a")["href"])
    assert {one.get_text() for one in form.select(".choice [lang=vi]")} == set(RICE)
    assert len(form.select("[name=cau][checked]")) == 3


def test_one_answer_goes_to_the_whole_group(site, editor, store, waiting):
    came = send(editor, waiting, RICE)
    assert "Một câu trả lời cho 3 câu hỏi" in words(editor.page(came.location))
    assert {one for one, status in statuses(site).items() if status == "answered"} == set(RICE)
    [only] = store.in_use()
    assert set(only.questions) == set(RICE)


def test_the_assistant_gives_it_to_whoever_asks_in_any_of_the_wordings(site, editor, store, waiting):
    path = f"/kho/chua-tra-loi/{waiting[WATER[0]]}"
    editor.client.post(path, data=ANSWER | {"cau": [str(waiting[one]) for one in WATER]})
    for question in WATER:
        answer = site.app.extensions["assistant"].ask(question, unit=str(site.unit()))
        assert answer.engine == "verified" and "cô Mẫu" in answer.text


def test_a_question_that_was_unticked_goes_on_waiting(site, editor, store, waiting):
    send(editor, waiting, RICE[:2])
    assert statuses(site)[RICE[2]] == "waiting"
    assert set(store.in_use()[0].questions) == set(RICE[:2])


def test_nothing_ticked_and_nothing_written_is_said_beside_the_fields(editor, store, waiting):
    came = send(editor, waiting, [], text="Đã gõ rồi")
    assert came.status_code == 422 and "Bạn chọn ít nhất một câu hỏi" in words(soup(came))
    assert "Đã gõ rồi" in soup(came).select_one("textarea").get_text()
    came = send(editor, waiting, RICE, text="", source_title="")
    assert came.status_code == 422
    assert {one["id"] for one in soup(came).select(".error[id]")} == {"e-text", "e-source_title"}
    assert store.in_use() == []


def test_what_somebody_else_answered_meanwhile_is_not_answered_twice(site, editor, store, waiting):
    send(editor, waiting, RICE)
    came = send(editor, waiting, RICE, text="Câu khác.")
    assert came.status_code == 409 and "đã có người trả lời" in words(soup(came))
    assert "Câu khác." in soup(came).select_one("textarea").get_text(), "what was typed is kept"
    assert len(store.in_use()) == 1 and "cô Mẫu" in store.in_use()[0].answer_text
    gone = editor.get(f"/kho/chua-tra-loi/{waiting[RICE[0]]}")
    assert gone.status_code == 303


def test_a_correction_at_the_desk_keeps_every_wording(site, editor, store, waiting):
    send(editor, waiting, RICE)
    ticket = waiting[RICE[1]]
    seen = editor.page(f"/quay/cau/{ticket}").select_one("[name=seen]")["value"]
    came = editor.post(f"/quay/cau/{ticket}", **ANSWER | {"text": "Bạn hỏi chú Hai.", "seen": seen})
    assert came.status_code == 303
    [only] = store.in_use()
    assert only.answer_text == "Bạn hỏi chú Hai." and set(only.questions) == set(RICE)


def test_questions_of_another_unit_are_not_answered_here(site, editor, store, waiting):
    stranger = site.on("canbo-xa-khac", "officer", "Xã Khác")
    assert not stranger.page("/kho/chua-tra-loi").select("main .src")
    came = send(stranger, waiting, RICE)
    assert came.status_code == 404 and store.in_use() == []
    assert set(statuses(site).values()) == {"waiting"}
