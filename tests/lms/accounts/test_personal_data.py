"""Every table that points at a person is exported, erased and ends; or the reason is written here."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import Table, select

from assistant.knowledge.store import KnowledgeStore
from assistant.knowledge.tables import Base as AssistantBase
from lms.accounts import service as accounts
from lms.accounts.models import Person
from lms.asking import service as asking
from lms.asking.models import Asked
from lms.core import audit
from lms.core.database import Base
from lms.desk import service as desk
from lms.desk import wording
from lms.desk.models import Ticket

EXPORTED = {
    # column: where it stands in the file
    "role_grants.person_id": "roles_over_time",
    "sign_in_sessions.person_id": "devices, earlier_devices",
    "sign_in_cards.person_id": "cards",
    "consents.person_id": "consents",
    "classes.teacher_id": "classes",
    "enrolments.person_id": "classes",
    "events.person_id": "learning",
    "lesson_progress.person_id": "learning",
    "asked.person_id": "questions",
    "audit_entries.actor_id": "done_as_staff",
    "tickets.answered_by": "answered_at_the_desk",
    "tickets.reviewed_by": "answered_at_the_desk",
}
NOT_EXPORTED = {
    # Ids of staff beside what they did to somebody else: that person's data, and in `done_as_staff`.
    "role_grants.granted_by": "a deed of staff: the audit log has it",
    "sign_in_cards.made_by": "a deed of staff: the audit log has it",
    "consents.recorded_by": "a deed of staff; the learner's file says that a teacher saw the paper",
    "assistant_verified.reviewed_by": "the desk's ticket says it: answered_at_the_desk",
}
ENDS = {
    "role_grants": "with the account; a role in force bars erasing",
    "sign_in_sessions": "with the account; a session by itself after 180 days",
    "sign_in_cards": "with the account",
    "consents": "with the account",
    "classes": "stays for its learners, with another teacher",
    "enrolments": "with the account",
    "events": "with the account; a guest's when all their sessions ran out",
    "lesson_progress": "with the account",
    "asked": "with the account; a guest's after a day",
    "audit_entries": "stays without its person: what staff did is answered for",
    "tickets": "unanswered: with the question; answered: stays without its asker and the asker's words",
    "assistant_verified": "a checked answer serves others: it stays, without the asker's words",
}
STAFF_MARK = ("_by",)


def pointing(tables: list[Table]) -> set[str]:
    """Every column that holds the id of a person."""
    found = set()
    for table in tables:
        for column in table.columns:
            to_people = any(key.column.table.name == "people" for key in column.foreign_keys)
            if to_people or column.name == "person_id" or column.name.endswith(STAFF_MARK):
                found.add(f"{table.name}.{column.name}")
    return found


ALL_TABLES = [*Base.metadata.tables.values(), *AssistantBase.metadata.tables.values()]


def test_every_table_of_a_person_is_exported_or_says_why_not():
    found = pointing(ALL_TABLES)
    assert found == set(EXPORTED) | set(NOT_EXPORTED), (
        "say where a new column stands in the export, or why not"
    )
    assert {one.split(".")[0] for one in found} == set(ENDS), "say when a new table's rows end"


# One person with a row in every table, seen in the file and gone afterwards

NAME, LOGIN, GUARDIAN = "Zyxwvhoi Niê Kdăm", "zyxwvhoi", "Qwertygh Thị Giám Hộ"


@pytest.fixture(scope="module")
def filled(site):
    site.add("cothay", "teacher")
    site.add("chiquay", "officer")
    class_id = site.class_of("cothay", "Lớp của Zyx")
    [person_id] = site.fill(class_id, [[NAME, LOGIN, "x", GUARDIAN, "mẹ"]], by="cothay")
    with site.database() as db:
        person = db.get(Person, person_id)
        accounts.set_secret(person, "258036")
        accounts.issue_card(db, person, site.person("cothay"))
        old = accounts.start_session(db, person, "pin", "Máy cũ")
        accounts.end_session(db, old)
        db.commit()
    someone = site.device_of(person_id)
    lesson = site.lesson
    someone.post(f"/hoc/{site.course.id}/{lesson.id}/xong")
    return person_id, someone, class_id


def ask_and_answer(site, person_id: str, question: str, reply: str) -> int:
    """A question of this person that an officer answered; returns the id of its ticket."""
    with site.database() as db:
        row = Asked(
            token=f"cau-{question[:8]}",
            person_id=person_id,
            question=question,
            register="standard",
            outcome="abstained",
            answer={"heard_as": ""},
        )
        db.add(row)
        db.flush()
        ticket = desk.open_ticket(db, row, asking.PERSON)
        officer = db.get(Person, site.person("chiquay"))
        store = KnowledgeStore(db.get_bind())
        draft = desk.Draft(reply, "Thông báo của xã", "https://xa.example.vn/cho", desk.today())
        desk.answer(db, store, ticket, draft, officer, site.library)
        db.commit()
        return ticket.id


def test_the_file_holds_what_is_kept(site, filled):
    person_id, someone, _ = filled
    ask_and_answer(site, person_id, "chợ phiên họp ngày nào", "Chợ phiên họp sáng thứ Bảy.")
    data = someone.get("/tai-khoan/du-lieu.json").get_json()
    for place in EXPORTED.values():
        assert all(part.strip() in data for part in place.split(",")), place
    [learned] = data["classes"]["learned_in"]
    assert learned["class"] == "Lớp của Zyx" and learned["teacher"] == "Người cothay"
    assert [one["reply"]["text"] for one in data["questions"]] == ["Chợ phiên họp sáng thứ Bảy."]
    assert data["cards"] and data["earlier_devices"][0]["device"] == "Máy cũ"
    assert {one["guardian"] for one in data["consents"]} == {None, GUARDIAN}
    assert "accounts.card_issued" in [one["what"] for one in data["done_by_staff"]]
    staff = site.on("chiquay").get("/tai-khoan/du-lieu.json").get_json()
    assert staff["answered_at_the_desk"] and staff["done_as_staff"] and staff["roles_over_time"]


def every_cell(site) -> list[tuple[str, str]]:
    """(column, text) of all that stands in the database."""
    found = []
    with site.reading() as db:
        for table in ALL_TABLES:
            for row in db.execute(select(table)).mappings():
                found += [(f"{table.name}.{name}", str(value)) for name, value in row.items()]
    return found


MAY_STAY = {"audit_entries.subject": "an id that leads to nobody any more"}


def test_nothing_of_an_erased_person_is_left(site, filled):
    person_id, _, _ = filled
    question = f"tôi là {NAME} ở buôn Cư Êbur chợ phiên vùng cao họp ngày nào"
    ticket_id = ask_and_answer(site, person_id, question, "Chợ phiên vùng cao họp sáng Chủ nhật.")
    with site.database() as db:
        audit.record(db, None, "accounts.card_issued", f"person:{person_id}")
        accounts.erase(db, db.get(Person, person_id))
        db.commit()
    secret_words = (person_id, "Zyxwv", LOGIN, "zyxwv", "Qwertygh", "Êbur")
    left = [
        (column, value)
        for column, value in every_cell(site)
        if any(word in value for word in secret_words) and column not in MAY_STAY
    ]
    left = [(column, value) for column, value in left if value != "Lớp của Zyx"]
    assert left == []
    with site.reading() as db:
        ticket = db.get(Ticket, ticket_id)
        assert ticket.answer == "Chợ phiên vùng cao họp sáng Chủ nhật." and ticket.asked_id is None
        assert ticket.question == "tôi là ở chợ phiên vùng cao họp ngày nào?"
    with site.app.test_request_context():
        answer = site.app.extensions["assistant"].ask("Chợ phiên vùng cao họp ngày nào?", unit="Xã Mẫu")
    assert "sáng Chủ nhật" in answer.text, "the checked answer still serves others"


@pytest.mark.parametrize(
    ("question", "answer", "left"),
    [
        ("Tôi tên Hạ, nộp hồ sơ ở đâu?", "Nộp hồ sơ tại quầy số 2.", "Tôi nộp hồ sơ ở đâu?"),
        ("con bà Tám thôn 3 hỏi", "Bạn đến trạm y tế.", "Thông báo"),
        (
            "tôi là Tiến, tiền điện đóng ở đâu",
            "Tiền điện đóng tại nhà văn hóa.",
            "tôi là tiền điện đóng ở đâu?",
        ),
        (
            "toi la Zung, tien dien dong o dau",
            "Tiền điện đóng tại nhà văn hóa.",
            "toi la tien dien dong o dau?",
        ),
        ("", "Bạn đến trạm y tế.", "Thông báo"),
    ],
)
def test_only_words_of_the_answer_stay(question, answer, left):
    assert wording.without_asker(question, answer, "Thông báo") == left


def test_what_others_asked_in_the_same_words_stays_theirs(site):
    site.add("chiquay", "officer")
    first, second = site.add("nguoihoi1"), site.add("nguoihoi2")
    words = "bao giờ tiêm phòng cho trâu bò"
    with site.database() as db:
        rows = [
            Asked(
                token=one[::-1],
                person_id=one,
                question=words,
                register="standard",
                outcome="abstained",
                answer={},
            )
            for one in (first, second)
        ]
        db.add_all(rows)
        db.flush()
        tickets = [desk.open_ticket(db, row, asking.PERSON) for row in rows]
        store = KnowledgeStore(db.get_bind())
        draft = desk.Draft("Đội thú y đến ngày 15.", "Lịch thú y", "", date(2026, 1, 1))
        desk.answer(db, store, tickets[0], draft, db.get(Person, site.person("chiquay")), site.library)
        db.commit()
        kept = tickets[1].id
    with site.database() as db:
        accounts.erase(db, db.get(Person, first))
        db.commit()
    with site.reading() as db:
        assert db.get(Ticket, kept).question == words
        assert words in [one.questions[0] for one in KnowledgeStore(db.get_bind()).in_use()]
