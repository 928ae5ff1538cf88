"""Two members of staff, or one and a citizen, at one moment: what is kept is what both were told."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from assistant.knowledge.entry import FACT
from assistant.knowledge.facts import CONTACT, Fact
from assistant.knowledge.store import KnowledgeStore
from assistant.knowledge.tables import VerifiedAnswer
from lms.desk.models import Ticket
from lms.units.models import Contact
from tests.lms.at_once import at_once

ROUNDS = 4
ANSWER = {
    "text": "Bạn đến bộ phận một cửa.",
    "source_title": "Sổ tay",
    "source_url": "",
    "checked_on": "2026-11-01",
}


@pytest.fixture
def store(site) -> KnowledgeStore:
    return site.app.extensions["assistant"].store


def number(digits: str) -> dict[str, str]:
    return {
        "label": f"Trực {digits}",
        "number": digits,
        "checked_on": "2026-11-01",
        "hours": "",
        "source": "",
    }


def told_numbers(store) -> list[str]:
    facts = [Fact.from_entry(one) for one in store.each_entry(FACT)]
    return sorted(one.value for one in facts if one.origin == CONTACT)


def kept_numbers(site) -> list[str]:
    with site.reading() as db:
        return sorted(db.scalars(select(Contact.number)))


def test_numbers_added_and_removed_at_once_are_told_as_the_list_has_them(site, store):
    one, other = (site.on(f"doi-so-{letter}", "admin") for letter in "ab")
    path = "/quan-tri/so-dien-thoai"
    for round_ in range(ROUNDS):
        assert one.post(path, **number(f"0263 100 00{round_}")).status_code == 303
        with site.reading() as db:
            contact_id = db.scalar(select(Contact.id).order_by(Contact.id.desc()).limit(1))
        came = at_once(
            lambda round_=round_: one.post(path, **number(f"0263 200 00{round_}")).status_code,
            lambda round_=round_: other.post(path, **number(f"0263 300 00{round_}")).status_code,
            lambda contact_id=contact_id: site.on("doi-so-b").post(f"{path}/{contact_id}/bo").status_code,
        )
        assert came == [303] * 3
        assert told_numbers(store) == kept_numbers(site)


def test_a_unit_renamed_while_a_number_is_added_is_told_by_its_new_name(site, store):
    one, other = (site.on(f"doi-ten-{letter}", "admin") for letter in "ab")
    for round_ in range(ROUNDS):
        name = f"Xã Mới {round_}"
        came = at_once(
            lambda name=name: one.post("/quan-tri/don-vi", name=name, desk_name="").status_code,
            lambda round_=round_: (
                other.post("/quan-tri/so-dien-thoai", **number(f"0263 400 00{round_}")).status_code
            ),
        )
        assert came == [303] * 2
        places = {Fact.from_entry(fact).place for fact in store.each_entry(FACT)}
        assert places == {name}


@pytest.mark.parametrize("places", [("Thôn Mạ", "Thôn Mã"), ("Thôn Mẹ", "Thôn Mẹ")], ids=["two", "the same"])
def test_two_facts_added_at_once_are_both_kept_or_one_is_refused(site, store, places):
    officers = [site.on(f"them-dieu-{letter}", "officer") for letter in "ab"]

    def add(officer, place: str, label: str) -> int:
        fields = {"topic": "hours", "place": place, "label": label, "value": f"lúc {officer}"}
        return officer.post("/kho/dia-phuong/moi", **fields, checked_on="2026-11-01").status_code

    for round_ in range(ROUNDS):
        label = f"Giờ họp {round_} {places[0] == places[1]}"
        came = at_once(
            *(
                lambda officer=officer, place=place, label=label: add(officer, place, label)
                for officer, place in zip(officers, places, strict=True)
            )
        )
        kept = [one for one in map(Fact.from_entry, store.each_entry(FACT)) if one.label == label]
        assert sorted(came) == ([303, 409] if places[0] == places[1] else [303, 303])
        assert len(kept) == came.count(303)


@pytest.mark.parametrize("deed", ["van-dung", "sua", "thoi-dung"])
def test_a_question_erased_while_its_answer_is_touched_is_erased(site, store, deed):
    """The checked answer was read, then its question reworded, then the old words were kept anew."""
    officer = site.on("dang-sua", "officer")
    for round_ in range(ROUNDS):
        word = f"bimat{deed[0]}{round_}"
        asker = site.on(f"hoi-{word}")
        path = asker.ask(f"Tôi tên Bí Mật hỏi chuyện {word} thì sao?")
        asker.post(f"{path}/nguoi-that")
        with site.reading() as db:
            ticket = db.scalar(select(Ticket).order_by(Ticket.id.desc()).limit(1))
        assert word in ticket.question
        assert officer.post(f"/quay/cau/{ticket.id}", **ANSWER, seen="waiting:").status_code == 303
        with site.reading() as db:
            verified = db.get(Ticket, ticket.id).verified_id
        came = at_once(
            lambda asker=asker: asker.post("/cau-da-hoi/xoa").status_code,
            lambda verified=verified: (
                officer.post(
                    f"/kho/cau-tra-loi/{verified}/{deed}", **ANSWER | {"text": "Bạn đến nhà văn hóa."}
                ).status_code
            ),
        )
        assert set(came) <= {303, 409}
        with site.reading() as db:
            kept = [str((one.question, one.other_questions)) for one in db.scalars(select(VerifiedAnswer))]
            kept += db.scalars(select(Ticket.question)).all()
        assert not [one for one in kept if word in one]


def test_numbers_and_facts_saved_at_once_wait_for_each_other_and_no_longer(site, store):
    """Each held what the other wanted: all but one were told to come again."""
    admins = [site.on(f"khoa-cheo-{letter}", "admin") for letter in "ab"]
    officers = [site.on(f"khoa-cheo-{letter}", "officer") for letter in "cd"]
    fact = {"topic": "hours", "place": "Nhà văn hóa", "value": "7 giờ", "checked_on": "2026-11-01"}
    sends = []
    for round_ in range(ROUNDS):
        for place, admin in enumerate(admins):
            sends.append((admin, "/quan-tri/so-dien-thoai", number(f"0263 50{place} 00{round_}")))
        for place, officer in enumerate(officers):
            sends.append((officer, "/kho/dia-phuong/moi", fact | {"label": f"Giờ {place} {round_}"}))
    for start in range(0, len(sends), 4):
        four = sends[start : start + 4]
        assert at_once(*(lambda w=w, p=p, f=f: w.post(p, **f).status_code for w, p, f in four)) == [303] * 4
