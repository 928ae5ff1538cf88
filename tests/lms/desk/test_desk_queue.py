"""The queue of the desk, as officers see it: who comes in, what stands where, and what leaves it."""

from sqlalchemy import insert, select

from i18n.dates import utc_now
from lms.core.audit import AuditEntry
from lms.desk.models import Ticket
from lms.units.models import Unit
from tests.lms.desk.tickets import GOOD, answer, seen, ticket_about, ticket_for
from tests.lms.words_only import KNOWN, words


def listed(visitor, status: str) -> list[str]:
    """Paths of the tickets on the first page of a status."""
    return [one["href"].partition("?")[0] for one in visitor.page(f"/quay?loc={status}").select("a.ticket")]


def test_nobody_but_the_desk_comes_in(words_only_commune, visitor):
    words_only_commune.add("hocvien")
    words_only_commune.add("giaovien", "teacher")
    assert visitor.get("/quay").status_code == 302
    for login in ("hocvien", "giaovien"):
        member = words_only_commune.member(login)
        assert member.get("/quay").status_code == 403
        assert member.post("/quay/hoi", question=KNOWN).status_code == 403


def test_the_queue_says_why_and_how_long(words_only_commune, officer):
    path = ticket_for(words_only_commune, "Giống lúa OM18 gieo mấy cân một sào?")
    line = officer.page("/quay").select_one(f'a.ticket[href="{path}"]')
    assert "OM18" in line.select_one("b").get_text()
    assert "Trợ lý chưa biết" in line.get_text()
    assert "vừa xong" in line.get_text()


def test_who_waits_longest_comes_first(words_only_commune, officer):
    first = ticket_for(words_only_commune, "Giống lúa nếp cái hoa vàng gieo mấy cân một sào?")
    second = ticket_for(words_only_commune, "Giống lúa Bắc Thơm gieo mấy cân một sào?")
    paths = [link["href"] for link in officer.page("/quay").select("a.ticket")]
    assert paths.index(first) < paths.index(second)


def test_a_question_is_closed_for_a_reason_the_asker_reads(words_only_commune, officer):
    question = "Giống lúa Trân Châu gieo mấy cân một sào?"
    asker = words_only_commune.visitor()
    asked = asker.ask(question)
    path = ticket_about(words_only_commune, question)
    officer.post(path + "/dong", reason="vì thích", seen=seen(officer, path))
    assert "Bạn chọn lý do trong danh sách" in words(officer.page(path))
    officer.post(path + "/dong", reason="elsewhere", seen=seen(officer, path))
    assert "nơi khác giải quyết" in words(asker.page(asked))
    assert path in listed(officer, "closed")


def test_each_deed_stands_in_the_audit_log_without_words(words_only_commune, officer, new_officer):
    path = ticket_for(words_only_commune, "Giống lúa Lộc Trời gieo mấy cân một sào?")
    answer(officer, path)
    second = new_officer("canbohai")
    second.post(path + "/xem-lai", seen=seen(second, path))
    second.post(path + "/thoi-dung", seen=seen(second, path))
    subject = f"ticket:{path.rsplit('/', 1)[1]}"
    with words_only_commune.database() as db:
        done = [entry.action for entry in db.scalars(select(AuditEntry)) if entry.subject == subject]
        assert done == ["desk.answered", "desk.reviewed", "desk.retired"]
        everything = " ".join(entry.action + entry.subject for entry in db.scalars(select(AuditEntry)))
        assert "lúa" not in everything


def test_another_communes_tickets_stay_with_it(words_only_commune, officer, new_officer):
    path = ticket_for(words_only_commune, "Giống lúa Huyết Rồng gieo mấy cân một sào?")
    stranger = new_officer("canboxakhac", unit="Xã Khác")
    assert "Huyết Rồng" not in stranger.get("/quay").get_data(as_text=True)
    assert stranger.get(path).status_code == 404
    assert stranger.post(path, **GOOD, seen="waiting:").status_code == 404
    for deed in ("xem-lai", "thoi-dung", "dong"):
        assert stranger.post(f"{path}/{deed}", seen="waiting:", reason="told").status_code == 404


def test_ten_thousand_tickets_are_paged(words_only_commune, new_officer):
    with words_only_commune.database() as db:
        place = Unit(name="Xã Đông")
        db.add(place)
        db.flush()
        db.execute(
            insert(Ticket),
            [
                {"unit_id": place.id, "origin": "unknown", "status": "waiting", "question": f"Câu số {n}?",
                 "created_at": utc_now()}
                for n in range(10_000)
            ],
        )  # fmt: skip
        db.commit()
    busy = new_officer("canbodong", unit="Xã Đông")
    page = busy.page("/quay")
    assert len(page.select("a.ticket")) == 25
    assert "10.000" in page.select_one(".queue").get_text()
    last = busy.page("/quay?trang=400").select("a.ticket")
    assert "Câu số 9999?" in last[-1].get_text()
    past = busy.page("/quay?trang=9999").select("a.ticket")
    assert "Câu số 9999?" in past[-1].get_text(), "past the end stands the last page"
    assert busy.page("/quay?loc=nonsense&trang=-4").select("a.ticket")
    assert len(busy.get("/quay").data) < 60_000
