"""What people ask of a document leads to its section, in every worker, at once."""

from datetime import date

import numpy as np
import pytest

from assistant.documents import document as documents
from assistant.documents.document import Document
from assistant.documents.sections import TEXT, Line, Section

SECTIONS = (
    Section("Điều 1", (Line(TEXT, "Kinh phí 8.000 đồng cho mỗi lượt sử dụng."),)),
    Section("Điều 2", (Line(TEXT, "Kinh phí 9.000 đồng cho mỗi lượt tham quan."),)),
)
ASKED = (("Gánh rau ngồi chợ mấy tiền?",), ("Xem múa rối mấy tiền?",))
WANTED = "Ngồi bán gánh rau ngoài chợ mấy tiền?"


def put(assistant, asked=ASKED, unit=None, key="le-phi"):
    document = Document(
        key=key, title="Quyết định 5", number="", source="Xã", source_url="", unit=unit, sections=SECTIONS,
        read_on=date(2026, 11, 1), asked=asked,
    )  # fmt: skip
    return documents.put(assistant.store, document, owner="Quầy")


def first(assistant, question=WANTED, unit=None):
    """Where the best passage stands, once what was saved is taken in."""
    assistant.ask(question, unit=unit)
    asked = assistant.asked(question, unit=unit)
    return asked.snapshot.shelf.passages[asked.ranking.hits[0].number].locator


@pytest.mark.parametrize("whole", [False, True])
def test_a_section_is_found_by_what_people_ask_of_it(workers, whole):
    one, other = workers
    put(one)
    if whole:
        one._live.turn()
        other._live.turn()
    for worker in (other, one):
        assert (worker.now.shelf.whole is None) or not whole
        assert first(worker) == "/tai-lieu/le-phi#muc-1"
        assert first(worker, "Xem múa rối nước mấy tiền?") == "/tai-lieu/le-phi#muc-2"
        assert "8.000 đồng" in worker.ask(WANTED).text


def test_beside_the_whole_and_in_it_the_hints_are_the_same(workers):
    one, other = workers
    put(one)
    put(one, key="le-phi-2", unit="xa-a")
    first(other)
    beside = other.now.shelf
    one._live.turn()
    whole = one.now.shelf
    assert beside.whole and not whole.whole
    for question in (WANTED, "Xem múa rối mấy tiền?"):
        shown = [shelf.hint_bonus(question, None) for shelf in (beside, whole)]
        by_key = [
            dict(zip((one.key for one in shelf.passages), bonus, strict=True))
            for shelf, bonus in zip((beside, whole), shown, strict=True)
        ]
        assert by_key[0].keys() == by_key[1].keys()
        best = [max(kept, key=kept.get) for kept in by_key]
        assert best[0].startswith("document:") and best[1].startswith("document:")


def test_what_is_asked_of_another_units_document_helps_only_that_one(workers):
    one, _other = workers
    put(one, unit="xa-a")
    put(one, asked=(("Mượn loa phường mấy tiền?",), ()), unit="xa-b")
    one._live.turn()
    shelf = one.now.shelf
    bonus = {shelf.passages[n].key: value for n, value in enumerate(shelf.hint_bonus(WANTED, None))}
    assert bonus["document:/tai-lieu/le-phi#muc-1|xa-a"] > bonus["document:/tai-lieu/le-phi#muc-1|xa-b"]


def test_lessons_are_found_as_before_where_no_document_has_questions(assistant):
    shelf = assistant.now.shelf
    before = shelf.hint_bonus("Mã OTP là gì?", None)
    put(assistant, asked=None)
    assistant._live.turn()
    after = assistant.now.shelf.hint_bonus("Mã OTP là gì?", None)
    assert np.array_equal(before, after[: len(before)]) and not after[len(before) :].any()


def test_a_document_taken_down_takes_its_questions_with_it(workers):
    one, other = workers
    made = put(one)
    first(other)
    one.store.retire_entry(made.id)
    for worker in (other, one):
        assert "tai-lieu" not in first(worker, "Mã OTP là gì?")
        worker._live.turn()
        assert not [text for text in worker.now.shelf.words if "gánh rau" in text.lower()]
