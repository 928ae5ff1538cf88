"""What guests asked is gone after a day; what waits for a person stays, without its asker."""

from __future__ import annotations

import threading
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.exc import OperationalError

from i18n.dates import utc_now
from lms import cli
from lms.accounts import service as accounts
from lms.accounts.models import Person, SignInSession
from lms.asking import retention
from lms.asking.models import Asked
from lms.core.throttle import Throttle
from lms.desk import service as desk
from lms.desk.models import Ticket
from tests.lms.site import Site
from tests.lms.words_only import KNOWN, PIN, UNKNOWN, words

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
        gone = retention.forget_guests_questions(db, utc_now() + later, **more)
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
        db.merge(Throttle(key=retention.MARK, failures=0, updated_at=utc_now() - ago))
        db.commit()


def grow_old(site: Site) -> None:
    """As if all that is kept had been asked two days ago."""
    with site.database() as db:
        db.execute(update(Asked).values(asked_at=utc_now() - timedelta(days=2)))
        db.commit()


def look(site: Site, now=None) -> int:
    """As a worker does every few minutes."""
    return retention.forget_now_and_then(site.app.extensions["database"], now)


def test_what_is_old_goes_once_an_hour_and_not_inside_a_question(site, guest, monkeypatch):
    old = guest.ask(KNOWN)
    grow_old(site)
    last_done(site, 30 * timedelta(minutes=1))
    assert look(site) == 0 and guest.get(old).status_code == 200, "it was done half an hour ago"
    last_done(site, 2 * HOUR)
    fresh = guest.ask(KNOWN)
    assert guest.get(old).status_code == 200, "nobody's question waits for it"
    assert look(site) >= 1
    assert guest.get(old).status_code == 404
    assert guest.get(fresh).status_code == 200


def test_only_one_of_two_workers_takes_the_turn(site, guest):
    guest.ask(KNOWN)
    grow_old(site)
    last_done(site, 2 * HOUR)
    assert look(site) >= 1
    guest.ask(KNOWN)
    grow_old(site)
    assert look(site) == 0


def test_a_mark_from_the_future_stops_nothing(site, guest):
    """A clock that was ahead once: what guests asked was kept for years."""
    old = guest.ask(KNOWN)
    grow_old(site)
    last_done(site, -timedelta(days=400))
    assert look(site) == 0, "the clock may be wrong now: ten minutes to put it right"
    assert guest.get(old).status_code == 200
    assert look(site, utc_now() + timedelta(minutes=11)) >= 1
    assert guest.get(old).status_code == 404


def test_a_clock_a_year_ahead_for_an_evening_takes_nobodys_learning(site, guest):
    """After a power cut without a network: the machine runs for hours before anybody looks at its clock."""
    old = guest.ask(KNOWN)
    last_done(site, HOUR)
    look(site)
    ahead = utc_now() + timedelta(days=400)
    assert sum(look(site, ahead + n * timedelta(minutes=5)) for n in range(12 * 20)) == 0, "twenty hours"
    assert guest.get(old).status_code == 200
    assert look(site) == 0, "the clock is right again"
    look(site, utc_now() + timedelta(minutes=11))
    assert guest.get(old).status_code == 200


def test_a_machine_that_was_off_for_a_summer_forgets_a_day_later(site, guest):
    old = guest.ask(KNOWN)
    grow_old(site)
    last_done(site, timedelta(days=90))
    gone = [look(site, utc_now() + n * timedelta(minutes=30)) for n in range(60)]
    assert sum(gone[:48]) == 0 and sum(gone[48:]) >= 1
    assert guest.get(old).status_code == 404


def test_all_of_it_goes_in_small_steps_and_what_stays_is_passed_by(site, guest):
    with site.database() as db:
        stay = [Asked(token=f"doi{n}", at_desk=False, question="?", register="standard", outcome="abstained",
                      answer={}, asked_at=utc_now() - timedelta(days=2)) for n in range(5)]  # fmt: skip
        db.add_all(stay)
        db.flush()
        db.add_all(Ticket(asked_id=one.id, origin="person", question="?") for one in stay)
        go = [Asked(token=f"di{n}", at_desk=False, question="?", register="standard", outcome="answered",
                    answer={}, asked_at=utc_now() - timedelta(days=2)) for n in range(7)]  # fmt: skip
        db.add_all(go)
        db.commit()
    retention.forget_all(site.app.extensions["database"], utc_now(), most=2)
    assert {row.token for row in asked(site)} == {f"doi{n}" for n in range(5)}


def test_a_guest_who_became_an_account_meanwhile_keeps_their_questions(site, guest):
    guest.ask(KNOWN)
    grow_old(site)
    [row] = asked(site)
    with site.database() as db:
        db.execute(update(Person).where(Person.id == row.person_id).values(is_guest=False, name="Lành"))
        assert retention._settle(db, [row.id], utc_now()) == 0
        db.commit()
    assert len(asked(site)) == 1


def test_sessions_that_ended_long_ago_are_deleted(site, guest):
    now = utc_now()
    member = site.add("phien-cu")
    with site.database() as db:
        person = db.get(Person, member)
        tokens = [accounts.start_session(db, person, "pin") for _ in range(3)]
        rows = [db.get(SignInSession, accounts.token_hash(token)) for token in tokens]
        rows[0].expires_at, rows[1].ended_at = now - timedelta(days=40), now - timedelta(days=40)
        db.commit()
    retention.forget_all(site.app.extensions["database"], now, most=1)
    with site.reading() as db:
        assert [db.get(SignInSession, accounts.token_hash(token)) is None for token in tokens] == [
            True,
            True,
            False,
        ]


def test_a_database_that_refuses_does_not_stop_the_worker(site, guest, monkeypatch):
    def refuse(*arguments, **more):
        raise OperationalError("DELETE", {}, Exception("locked"))

    last_done(site, 2 * HOUR)
    monkeypatch.setattr(retention, "forget_all", refuse)
    assert look(site) == 0


def test_a_worker_looks_by_itself(site, guest, monkeypatch):
    seen = threading.Event()
    monkeypatch.setattr(retention, "FIRST_LOOK_SECONDS", 0.01)
    monkeypatch.setattr(retention, "forget_now_and_then", lambda database: seen.set())
    end = retention.keep_forgetting(site.app)
    assert seen.wait(30)
    end.set()


def test_the_page_says_how_long_it_is_kept(site, guest):
    assert "Sau một ngày, máy tự xóa câu hỏi này" in words(guest.page(guest.ask(KNOWN)))
    waiting = words(guest.page(guest.ask(UNKNOWN)))
    assert "Sau một ngày, máy không nhớ ai đã hỏi" in waiting and "tự xóa câu hỏi này" not in waiting
    member = site.on("thanhmai")
    assert "Sau một ngày" not in words(member.page(member.ask(KNOWN)))


def test_a_start_of_the_site_waits_for_nothing_to_be_forgotten(site, guest):
    path = guest.ask(KNOWN)
    grow_old(site)
    cli.prepare(site.app.extensions["settings"])
    assert guest.get(path).status_code == 200


def left_in_files(site, word: bytes) -> list[str]:
    """The files of the database in which the word still stands."""
    database = site.app.extensions["database"]
    if database.engine.dialect.name != "sqlite":
        pytest.skip("files of SQLite")
    file = Path(database.engine.url.database)
    return [path.name for path in file.parent.glob(f"{file.name}*") if word in path.read_bytes()]


def test_what_was_erased_is_not_left_in_the_files(site, guest):
    someone = site.on("zyxwvhoi")
    assert someone.post("/tai-khoan/xoa", sure="1", secret=PIN).status_code == 303
    assert left_in_files(site, b"zyxwvhoi") == []


@pytest.mark.parametrize("all_of_them", [True, False])
def test_a_question_that_was_erased_is_not_left_in_the_files(site, all_of_them):
    someone = site.on("hoixoa")
    path = someone.ask("Trâu wqzxkhoi nhà tôi đi lạc thì báo ai?")
    assert left_in_files(site, b"wqzxkhoi")
    assert someone.post("/cau-da-hoi/xoa" if all_of_them else f"{path}/xoa").status_code == 303
    assert left_in_files(site, b"wqzxkhoi") == []
