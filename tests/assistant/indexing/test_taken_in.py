"""What staff saved a moment ago is in the next answer of every worker, and no question builds the whole."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy.exc import OperationalError

from assistant import service
from assistant.answering import pipeline
from assistant.indexing import given, staff_passages
from assistant.indexing import live as live_module
from assistant.knowledge.entry import PROCEDURE
from tests.assistant.indexing.saved import ASKED, SAID, put_answer, put_document, put_fact


def test_what_is_saved_in_one_worker_is_answered_at_once_in_each(workers):
    for asked in (workers, workers[::-1]):
        number = asked[0].store.revision()
        put_answer(asked[0], f"Đường thôn {number} bao giờ làm xong?", f"Đến tháng {number}.")
        put_fact(asked[0], f"Chợ phiên số {number}", f"từ {number} giờ sáng")
        put_document(asked[0], f"Quy định thư viện số {number}", f"Làm thẻ thư viện hết {number}.000 đồng.")
        for worker in asked[::-1]:
            answered = worker.ask(f"Đường thôn {number} bao giờ làm xong?")
            assert answered.text == f"Đến tháng {number}."
            for question in (f"Chợ phiên số {number} họp mấy giờ?", f"cho phien so {number} hop may gio"):
                assert f"từ {number} giờ sáng" in worker.ask(question).text
            assert f"{number}.000 đồng" in worker.ask("Làm thẻ thư viện hết bao nhiêu tiền?").text


def test_what_was_changed_or_withdrawn_is_never_said_again(workers):
    one, other = workers
    question = "Chợ phiên Bản Mạ họp mấy giờ?"
    put_fact(one)
    document, answer = put_document(one), put_answer(one)
    for worker in workers:
        worker._live.turn()
        assert "5 giờ" in worker.ask(question).text
    put_fact(one, value="từ 6 giờ sáng chủ nhật")
    again = put_answer(one, text="Từ 8 giờ.", replaces=answer)
    for worker in (other, one):
        assert "6 giờ" in worker.ask(question).text
        assert "5 giờ" not in worker.ask(question).text
        assert worker.ask(ASKED).text == "Từ 8 giờ."
    one.store.retire(again)
    one.store.retire_entry(document.id)
    for worker in (other, one):
        assert worker.ask(ASKED).text not in (SAID, "Từ 8 giờ.")
        assert "8.000" not in worker.ask("Làm thẻ thư viện xã hết bao nhiêu tiền?").text


def test_an_answer_of_one_unit_that_was_just_saved_is_not_given_to_another(workers):
    one, other = workers
    one.store.put_verified(ASKED, SAID, "Quầy", "", "xa-a", "Quầy")
    put_fact(one, unit="xa-a")
    assert other.ask(ASKED, unit="xa-a").text == SAID
    assert other.ask(ASKED, unit="xa-b").text != SAID
    assert "5 giờ" in other.ask("Chợ phiên Bản Mạ họp mấy giờ?", unit="xa-a").text
    assert "5 giờ" not in other.ask("Chợ phiên Bản Mạ họp mấy giờ?", unit="xa-b").text


def test_what_a_question_took_in_is_built_into_the_whole_afterwards(workers):
    one, other = workers
    put_fact(one)
    put_answer(one)
    other.ask(ASKED)
    beside, shown = other.now, other.ask("Chợ phiên Bản Mạ họp mấy giờ?")
    assert beside.shelf.whole and beside.verified.whole
    other._live.turn()
    assert other.now.shelf.whole is None and other.now.verified.whole is None
    assert [one.key for one in other.now.shelf.passages] == [one.key for one in beside.shelf.passages]
    again = other.ask("Chợ phiên Bản Mạ họp mấy giờ?")
    assert (again.text, again.citations) == (shown.text, shown.citations)
    assert other.ask(ASKED).text == SAID


def test_a_question_builds_no_more_than_the_little_that_was_saved(served, monkeypatch):
    for name in ("build_shelf", "read_verified", "with_vectors", "_restorer"):
        monkeypatch.setattr(
            live_module, name, lambda *given: pytest.fail("the whole was built in a question")
        )
    put_answer(served)
    put_fact(served)
    assert served.ask(ASKED).text == SAID
    assert "5 giờ" in served.ask("Chợ phiên Bản Mạ họp mấy giờ?").text


def test_a_long_document_waits_for_the_thread_and_holds_up_nothing_else(served, monkeypatch):
    monkeypatch.setattr(staff_passages, "FEW_PASSAGES", 1)
    title = "Quy chế dài"
    put_document(served, title, "Làm thẻ thư viện hết 1.000 đồng.", "Cấp lại thẻ hết 2.000 đồng.")
    put_fact(served)
    read = []
    entry = served.store.entry
    monkeypatch.setattr(served.store, "entry", lambda id: read.append(id) or entry(id))
    assert "5 giờ" in served.ask("Chợ phiên Bản Mạ họp mấy giờ?").text
    assert not [one for one in served.now.shelf.passages if one.titles[0] == title]
    put_fact(served, "Chợ đêm", "từ 19 giờ")
    assert "19 giờ" in served.ask("Chợ đêm họp mấy giờ?").text
    assert len(read) == 4, "the long one is looked at once"
    served._live.turn()
    assert len([one for one in served.now.shelf.passages if one.titles[0] == title]) == 2


def test_a_question_asks_the_store_once_whether_something_changed(served, monkeypatch):
    asked, revisions = [], served.store.revisions
    monkeypatch.setattr(served.store, "revisions", lambda: asked.append(1) or revisions())
    assert served.ask("Mã OTP là gì?").outcome == "answered"
    assert asked == [1]


@pytest.mark.parametrize("error", [OperationalError("SELECT", {}, Exception("away")), KeyError("broken")])
def test_a_question_is_answered_where_what_was_saved_cannot_be_taken_in(served, monkeypatch, error):
    tried = []

    def broken(*given):
        tried.append(1)
        raise error

    put_answer(served)
    monkeypatch.setattr(live_module, "more_verified", broken)
    for _question in range(3):
        assert served.ask("Mã OTP là gì?").outcome == "answered"
    assert tried == [1], "nobody tries again at once"
    monkeypatch.undo()
    served._live._not_before = 0.0
    assert served.ask(ASKED).text == SAID


def test_the_whole_that_the_thread_built_is_not_replaced_by_what_a_question_took_in(served, monkeypatch):
    put_fact(served)
    beside = live_module.beside

    def meanwhile(*given):
        served._live.catch_up()
        return beside(*given)

    monkeypatch.setattr(live_module, "beside", meanwhile)
    served.ask(ASKED)
    assert served.now.shelf.whole is None
    assert "5 giờ" in served.ask("Chợ phiên Bản Mạ họp mấy giờ?").text


def test_the_same_question_is_answered_once_and_each_answer_has_a_name_of_its_own(served, monkeypatch):
    worked_out, respond = [], pipeline.respond
    monkeypatch.setattr(pipeline, "respond", lambda asked: worked_out.append(asked.text) or respond(asked))
    first, again = (served.ask("Mã OTP là gì?") for _time in range(2))
    assert len(worked_out) == 1
    assert first.id != again.id
    assert replace(again, id=first.id, elapsed_ms=first.elapsed_ms) == first


@pytest.mark.parametrize(
    "other",
    [
        {"register": "plain"},
        {"audience": "nguoi-moi"},
        {"history": ("Mã OTP là gì?",)},
        {"lesson": "chup-anh-ro/chup-ro"},
        {"unit": "xa-a"},
        {"level": "Cấp Xã"},
        {"numbers": {"113": "0210 123 456"}},
    ],
)
def test_a_question_that_is_put_otherwise_is_another_question(served, monkeypatch, other):
    worked_out, respond = [], pipeline.respond
    monkeypatch.setattr(pipeline, "respond", lambda asked: worked_out.append(asked.text) or respond(asked))
    monkeypatch.setattr(type(served._library), "audience", lambda library, id: id)
    served.ask("Hết bao nhiêu tiền?")
    served.ask("Hết bao nhiêu tiền?", **other)
    assert len(worked_out) == 2


def test_an_answer_is_not_kept_over_a_change_or_a_day(served, monkeypatch):
    worked_out, respond = [], pipeline.respond
    monkeypatch.setattr(pipeline, "respond", lambda asked: worked_out.append(asked.text) or respond(asked))
    ask = lambda: served.ask("Mã OTP là gì?") and len(worked_out)  # noqa: E731
    assert (ask(), ask()) == (1, 1)
    put_answer(served)
    assert (ask(), ask()) == (2, 2)
    put_fact(served)
    assert (ask(), ask()) == (3, 3)
    with served.store.bulk(PROCEDURE):
        pass
    assert (ask(), ask()) == (4, 4)
    monkeypatch.setattr(service, "today", lambda: date(2031, 1, 1))
    assert (ask(), ask()) == (5, 5)


def test_no_personal_number_stands_in_what_is_kept(served):
    served.ask("Số điện thoại của tôi là 0987650018, làm hộ chiếu ở đâu?")
    kept = served.now.given._kept
    assert len(kept) == 1
    assert "0987650018" not in repr([*kept.items()])


def test_no_more_answers_are_kept_than_fit(served, monkeypatch):
    monkeypatch.setattr(given, "MOST", 3)
    for number in range(5):
        served.ask(f"Câu số {number} là gì?")
    assert len(served.now.given) == 3
