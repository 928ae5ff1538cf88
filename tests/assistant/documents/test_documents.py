"""Documents and local facts in the store: what of them is found, cited and dated, and when no longer."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from assistant.documents import document
from assistant.documents.document import Document, document_passages
from assistant.documents.sections import POINT, TEXT, Line, Section
from assistant.knowledge import facts
from assistant.knowledge.entry import DOCUMENT, FACT, LONGEST_KEY, key_of
from assistant.knowledge.facts import ContactNumber, Fact, fact_passages
from assistant.knowledge.store import KnowledgeStore

TODAY = date(2026, 11, 22)
DECISION = Document(
    key="muc-thu",
    title="Mức thu lệ phí",
    number="12/QĐ-UBND",
    source="Ủy ban nhân dân xã Mẫu",
    source_url="https://example.org/12",
    unit="1",
    sections=(
        Section("Điều 1. Phạm vi", (Line(TEXT, "Áp dụng trong xã. Không áp dụng nơi khác."),)),
        Section("Điều 2. Mức thu", (Line(POINT, "Sao y: 2.000 đồng."), Line(POINT, "Chữ ký: 10.000 đồng."))),
    ),
    kind="pdf",
    read_on=date(2026, 11, 1),
    in_force_on=date(2026, 1, 1),
    expires_on=date(2026, 12, 31),
    asked=((), ("Sao y một trang mấy tiền?", "Chứng thực chữ ký hết bao nhiêu?")),
)
HOURS = Fact(
    key="gio-lam-viec",
    topic="hours",
    place="Ủy ban nhân dân xã Mẫu",
    label="Giờ làm việc",
    value="7 giờ đến 16 giờ 30",
    detail="Nghỉ trưa từ 11 giờ 30.",
    checked_on=date(2026, 11, 1),
    source="Thông báo 3/TB-UBND",
    unit="1",
)
NUMBERS = [
    ContactNumber("Công an xã", "0251 000 000", "cả ngày đêm", date(2026, 11, 1), "Gọi thử"),
    ContactNumber("Trạm y tế", "0251 000 001", "", date(2026, 11, 2)),
]


@pytest.fixture
def store(store_engine) -> KnowledgeStore:
    return KnowledgeStore(store_engine)


def passages(store: KnowledgeStore, today: date = TODAY):
    return document_passages(store.each_entry(DOCUMENT), today)


def told(store: KnowledgeStore, today: date = TODAY):
    return fact_passages(store.each_entry(FACT), today)


def test_a_document_comes_back_from_the_store_as_it_was_put(store):
    made = document.put(store, DECISION, owner="Bàn hỗ trợ")
    assert Document.from_entry(store.entry(made.id)) == DECISION


def test_each_section_is_a_passage_with_its_place_and_source(store):
    document.put(store, DECISION, owner="Bàn hỗ trợ")
    first, second = passages(store)
    assert (first.kind, first.title, first.unit) == ("document", "Điều 1. Phạm vi", "1")
    assert first.titles == ("Mức thu lệ phí", "Điều 1. Phạm vi")
    assert first.items == ("Áp dụng trong xã.", "Không áp dụng nơi khác.")
    assert second.locator == "/tai-lieu/muc-thu#muc-2"
    assert second.source == "Mức thu lệ phí, 12/QĐ-UBND"
    assert second.checked_on == date(2026, 11, 1)
    assert second.items == ("Sao y: 2.000 đồng.", "Chữ ký: 10.000 đồng.")
    assert (first.asked, second.asked) == DECISION.asked
    assert first.group == second.group and first.key != second.key and first.twin != second.twin


@pytest.mark.parametrize(
    ("today", "count"),
    [
        (date(2025, 12, 31), 0),
        (date(2026, 1, 1), 2),
        (date(2026, 12, 31), 2),
        (date(2027, 1, 1), 0),
    ],
)
def test_a_document_answers_from_its_first_day_to_its_last(store, today, count):
    document.put(store, DECISION, owner="")
    assert len(passages(store, today)) == count


def test_a_draft_answers_nothing(store):
    document.put(store, replace(DECISION, key="nhap-1"), owner="", draft=True)
    assert passages(store) == ()


def test_a_new_version_replaces_the_old_one_of_its_unit_alone(store):
    document.put(store, DECISION, owner="")
    document.put(store, replace(DECISION, unit="2"), owner="")
    made = document.put(store, replace(DECISION, number="15/QĐ-UBND"), owner="")
    assert made.change == "replaced"
    assert sorted((one.unit, one.source[-10:]) for one in passages(store))[::2] == [
        ("1", "15/QĐ-UBND"),
        ("2", "12/QĐ-UBND"),
    ]
    assert store.entry(store.versions(DOCUMENT, "muc-thu")[0].id).number == "15/QĐ-UBND"


@pytest.mark.parametrize(
    ("title", "key"),
    [
        ("Quyết định số 12/QĐ-UBND về lệ phí", "quyet-dinh-so-12-qd-ubnd-ve-le-phi"),
        ("  Đơn  ", "don"),
        ("!!!", "tai-lieu"),
    ],
)
def test_a_key_is_made_for_addresses(title, key):
    assert key_of(title) == key


def test_a_key_is_never_too_long_for_its_column():
    assert len(key_of("dài " * 200)) <= LONGEST_KEY


def test_a_fact_is_told_with_its_place_its_day_and_its_source(store):
    made = facts.put(store, HOURS, owner="Bàn hỗ trợ")
    assert Fact.from_entry(store.entry(made.id)) == HOURS
    [passage] = told(store)
    assert passage.items[0] == "Ủy ban nhân dân xã Mẫu · Giờ làm việc: 7 giờ đến 16 giờ 30"
    assert passage.items[1] == "Nghỉ trưa từ 11 giờ 30."
    assert (passage.kind, passage.unit, passage.checked_on) == ("fact", "1", date(2026, 11, 1))
    assert passage.locator == "/dia-phuong#gio-lam-viec"
    assert passage.source == "Thông báo 3/TB-UBND"
    assert "mấy giờ" in passage.search_text, "found by what people ask with"


def test_a_fact_that_nobody_checked_for_half_a_year_is_stale(store):
    made = facts.put(store, HOURS, owner="")
    entry = store.entry(made.id)
    assert not entry.is_stale(date(2027, 4, 1)) and entry.is_stale(date(2027, 5, 1))


def test_the_units_telephone_numbers_are_facts_without_typing_them_twice(store):
    assert facts.follow_contacts(store, "1", "Xã Mẫu", NUMBERS) == 2
    assert [one.items for one in told(store)] == [
        ("Xã Mẫu · Công an xã: 0251 000 000", "Giờ nghe máy: cả ngày đêm."),
        ("Xã Mẫu · Trạm y tế: 0251 000 001",),
    ]


def test_the_same_list_again_changes_nothing(store):
    facts.follow_contacts(store, "1", "Xã Mẫu", NUMBERS)
    revision = store.revision(FACT)
    assert facts.follow_contacts(store, "1", "Xã Mẫu", NUMBERS) == 0
    assert store.revision(FACT) == revision


def test_a_number_that_left_the_list_is_forgotten_and_other_facts_stay(store):
    facts.put(store, HOURS, owner="")
    facts.follow_contacts(store, "1", "Xã Mẫu", NUMBERS)
    facts.follow_contacts(store, "2", "Xã Khác", NUMBERS)
    assert facts.follow_contacts(store, "1", "Xã Mẫu", NUMBERS[:1]) == 1
    mine = {one.items[0] for one in told(store) if one.unit == "1"}
    assert mine == {HOURS.words, "Xã Mẫu · Công an xã: 0251 000 000"}
    assert len([one for one in told(store) if one.unit == "2"]) == 2


def test_a_number_checked_again_or_a_new_name_of_the_unit_is_followed(store):
    facts.follow_contacts(store, "1", "Xã Mẫu", NUMBERS)
    checked = NUMBERS[0]._replace(checked_on=TODAY)
    assert facts.follow_contacts(store, "1", "Phường Mẫu", [checked, NUMBERS[1]]) == 2
    assert {one.titles[1] for one in told(store)} == {"Phường Mẫu"}
    assert TODAY in {one.checked_on for one in told(store)}


def test_a_list_shows_entries_without_their_records(store):
    document.put(store, DECISION, owner="", draft=True)
    [one] = store.summaries(DOCUMENT)
    assert (one.key, one.number, one.flags, one.unit) == ("muc-thu", "12/QĐ-UBND", ("draft",), "1")
