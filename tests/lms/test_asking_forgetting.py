"""What guests asked is gone after a day; what waits for a person stays, without its asker."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.exc import OperationalError

from assistant.storage import utc_now
from lms import cli
from lms.accounts.models import Person
from lms.asking import forgetting
from lms.asking.models import Asked
from lms.core.throttle import Throttle
from lms.desk import service as desk
from lms.desk.models import Ticket
from tests.lms.site import Site
from tests.lms.words_only import KNOWN, UNKNOWN, words

HOUR = timedelta(hours=1)


@pytest.fixture
def guest(site: Site):
    """Somebody without an account."""
    with site.database() as db:
        db.execute(delete(Ticket))
        db.execute(delete(Asked))
        db.commit()
    return site.visitor()


def forget(site: Site, later: timedelta, **more: int) -> int:
    """Forget as if it were so much later."""
    with site.database() as db:
        gone = forgetting.forget_guests_questions(db, utc_now() + later, **more)
        db.commit()
    return gone


def asked(site: Site) -> list[Asked]:
    """Every question that is kept."""
    with site.reading() as db:
        return list(db.scalars(select(Asked).order_by(Asked.id)))


def test_a_guests_question_is_gone_after_a_day_and_not_before(site, guest):
    path = guest.ask(KNOWN)
    assert forget(site, 23 * HOUR) == 0
    assert guest.get(path).status_code == 200
    assert forget(site, 25 * HOUR) == 1
    assert guest.get(path).status_code == 404


def test_what_somebody_with_an_account_asked_stays(site, guest):
    member = site.on("thanhmai")
    path = member.ask(KNOWN)
    forget(site, timedelta(days=400))
    assert member.get(path).status_code == 200


def test_what_an_officer_asked_for_a_citizen_stays(site, guest):
    officer = site.on("canbo", "officer")
    officer.post("/quay/hoi", question=KNOWN)
    assert forget(site, timedelta(days=2)) == 0
    assert len(asked(site)) == 1


def test_a_question_that_waits_stays_but_no_longer_has_an_asker(site, guest):
    path = guest.ask(UNKNOWN)
    assert forget(site, 25 * HOUR) == 0
    (row,) = asked(site)
    assert (row.person_id, row.conversation_id) == (None, None)
    assert "đang chờ người trả lời" in words(guest.page(path))
    assert guest.page("/cau-da-hoi").select_one("a.tile") is None
    with site.reading() as db:
        (ticket,) = db.scalars(select(Ticket))
        assert (ticket.status, ticket.question, ticket.asked_id) == ("waiting", UNKNOWN, row.id)


def test_a_persons_answer_can_be_read_for_a_week_at_its_address(site, guest):
    path = guest.ask("Nuôi ốc bươu đen mấy tháng thì bán?")
    site.add("canbo", "officer")
    forget(site, 25 * HOUR)
    with site.database() as db:
        ticket = db.scalars(select(Ticket)).one()
        officer = db.scalars(select(Person).where(Person.login == "canbo")).one()
        draft = desk.Draft("Nuôi bốn tháng thì bán.", "Sổ tay nuôi ốc", "", desk.today())
        desk.answer(db, site.app.extensions["assistant"].store, ticket, draft, officer, site.library)
        db.commit()
    assert forget(site, timedelta(days=6)) == 0
    assert "Nuôi bốn tháng thì bán." in words(site.visitor().page(path))
    assert forget(site, timedelta(days=8)) == 1
    assert site.visitor().get(path).status_code == 404
    with site.reading() as db:
        ticket = db.scalars(select(Ticket)).one()
        assert (ticket.asked_id, ticket.answer) == (None, "Nuôi bốn tháng thì bán."), (
            "the desk keeps its answer"
        )


def test_what_the_desk_closed_is_forgotten_but_counted(site, guest):
    guest.ask(UNKNOWN)
    with site.database() as db:
        db.execute(update(Ticket).values(status=desk.CLOSED, answer="unclear"))
        db.commit()
    assert forget(site, 25 * HOUR) == 1
    with site.reading() as db:
        assert db.scalars(select(Ticket)).one().asked_id is None


def test_questions_of_a_guest_that_was_erased_go_too(site, guest):
    guest.ask(KNOWN)
    with site.database() as db:
        db.execute(update(Asked).values(person_id=None))
        db.commit()
    assert forget(site, 23 * HOUR) == 0
    assert forget(site, 25 * HOUR) == 1


def test_one_run_is_short_and_takes_the_oldest_first(site, guest):
    for number in range(3):
        guest.ask(f"{KNOWN} Lần {number}.")
    assert forget(site, 25 * HOUR, most=2) == 2
    assert [row.question for row in asked(site)] == [f"{KNOWN} Lần 2."]


def last_done(site: Site, ago: timedelta) -> None:
    """As if it had been done so long ago."""
    with site.database() as db:
        db.merge(Throttle(key=forgetting.MARK, failures=0, updated_at=utc_now() - ago))
        db.commit()


def grow_old(site: Site) -> None:
    """As if all that is kept had been asked two days ago."""
    with site.database() as db:
        db.execute(update(Asked).values(asked_at=utc_now() - timedelta(days=2)))
        db.commit()


def test_asking_forgets_what_is_old_once_an_hour(site, guest):
    old = guest.ask(KNOWN)
    grow_old(site)
    last_done(site, 30 * timedelta(minutes=1))
    guest.ask(KNOWN)
    assert guest.get(old).status_code == 200, "it was done half an hour ago"
    last_done(site, 2 * HOUR)
    fresh = guest.ask(KNOWN)
    assert guest.get(old).status_code == 404
    assert guest.get(fresh).status_code == 200


def test_only_one_of_two_workers_takes_the_turn(site, guest):
    with site.database() as db:
        db.execute(delete(Throttle).where(Throttle.key == forgetting.MARK))
        db.commit()
    guest.ask(KNOWN)  # the first time ever
    grow_old(site)
    now = utc_now()
    with site.database() as first:
        assert forgetting.forget_now_and_then(first, now + 2 * HOUR) == 1
        first.commit()
    guest.ask(KNOWN)
    grow_old(site)
    with site.database() as second:
        assert forgetting.forget_now_and_then(second, now + 2 * HOUR) == 0
        second.commit()


def test_a_database_that_refuses_does_not_stop_a_question(site, guest, monkeypatch):
    def refuse(*arguments, **more):
        raise OperationalError("DELETE", {}, Exception("locked"))

    last_done(site, 2 * HOUR)
    monkeypatch.setattr(forgetting, "forget_guests_questions", refuse)
    assert guest.get(guest.ask(KNOWN)).status_code == 200


def test_the_page_says_how_long_it_is_kept(site, guest):
    assert "Sau một ngày, máy tự xóa câu hỏi này" in words(guest.page(guest.ask(KNOWN)))
    waiting = words(guest.page(guest.ask(UNKNOWN)))
    assert "Sau một ngày, máy không nhớ ai đã hỏi" in waiting and "tự xóa câu hỏi này" not in waiting
    member = site.on("thanhmai")
    assert "Sau một ngày" not in words(member.page(member.ask(KNOWN)))


def test_preparing_the_site_forgets_too(site, guest):
    path = guest.ask(KNOWN)
    grow_old(site)
    cli.prepare(site.app.extensions["settings"])
    assert guest.get(path).status_code == 404
