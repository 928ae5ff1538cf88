"""So many questions at once and no more: the others are told, and keep what they typed."""

from __future__ import annotations

import threading
from contextlib import ExitStack

import pytest

from lms.core import pool
from lms.core.pool import AllBusy, Pool, pool_for
from tests.lms.site import soup


@pytest.mark.parametrize(
    ("threads", "workers", "cores", "at_once", "inside"),
    [
        (16, 2, 2, 1, 8),
        (16, 1, 4, 4, 8),
        (4, 2, 2, 1, 2),
        (1, 1, 8, 1, 1),
        (2, 2, 64, 1, 1),
        (32, 2, 2, 1, 16),
    ],
)
def test_half_of_the_threads_at_most_are_with_questions(threads, workers, cores, at_once, inside):
    made = pool_for(threads, workers, cores)
    places = [made._running.acquire(blocking=False) for _ in range(threads + 1)].count(True)
    assert places == at_once
    assert [made._inside.acquire(blocking=False) for _ in range(threads + 1)].count(True) == inside


def test_no_more_run_than_may_and_those_in_line_have_their_turn():
    ours, running, most = Pool(at_once=2, in_line=30), [], []
    lock, go = threading.Lock(), threading.Event()

    def ask():
        with ours.place():
            with lock:
                running.append(1)
                most.append(len(running))
            go.wait(5)
            with lock:
                running.pop()

    threads = [threading.Thread(target=ask) for _ in range(20)]
    for one in threads:
        one.start()
    go.set()
    for one in threads:
        one.join(10)
    assert len(most) == 20 and max(most) <= 2


def test_who_finds_the_line_full_is_told_at_once():
    ours = Pool(at_once=1, in_line=0)
    with ours.place(), pytest.raises(AllBusy), ours.place():
        pass
    with ours.place():
        pass


def test_one_asker_leaves_places_to_the_others():
    ours = Pool(at_once=8, in_line=0)
    with ExitStack() as held:
        for _each in range(6):
            held.enter_context(ours.place("10.0.0.1"))
        with pytest.raises(AllBusy), ours.place("10.0.0.1"):
            pass
        with ours.place("a person"), ours.place("10.0.0.2"):
            pass
    with ours.place("10.0.0.1"):
        pass
    assert not ours._of, "nobody is remembered who asks no more"


def test_where_there_is_one_place_it_is_anybodys():
    with Pool(at_once=1, in_line=0).place("10.0.0.1"):
        pass


def test_who_has_an_account_does_not_count_with_the_network(site):
    with site.app.test_request_context("/", environ_base={"REMOTE_ADDR": "10.0.0.1"}):
        assert pool.asker() == "10.0.0.1"
    person = site.on("nguoi-hoi", "officer")
    with person.client:
        person.get("/")
        assert len(pool.asker()) > 20


def test_a_question_that_fails_gives_its_place_back():
    ours = Pool(at_once=1, in_line=0)
    for _ in range(3):
        with pytest.raises(LookupError), ours.place():
            raise LookupError
    with ours.place():
        pass


@pytest.fixture
def all_busy(site, monkeypatch):
    """A site whose one place for questions is taken."""
    ours = Pool(at_once=1, in_line=0)
    monkeypatch.setitem(site.app.extensions, pool.NAME, ours)
    with ours.place():
        yield site


def test_the_form_comes_back_with_the_question_and_a_button(all_busy):
    came = all_busy.visitor().post("/hoi", question="VNeID mức 2 làm ở đâu?")
    page = soup(came)
    assert came.status_code == 503 and int(came.headers["Retry-After"]) > 0
    assert page.select_one("textarea[name=question]").get_text().strip() == "VNeID mức 2 làm ở đâu?"
    assert "Nhiều người đang hỏi" in page.get_text()
    assert "Gửi lại" in page.select_one("main form button").get_text()


def test_programs_are_told_when_to_come_again(all_busy):
    came = all_busy.visitor().client.post("/api/v1/ask", json={"question": "VNeID là gì?"})
    assert came.status_code == 503 and int(came.headers["Retry-After"]) > 0
    assert "Nhiều người" in came.get_json()["error"]["message"]


def test_an_officer_keeps_what_was_typed(all_busy):
    came = all_busy.on("can-bo", "officer").post("/quay/hoi", question="VNeID mức 2 làm ở đâu?")
    assert came.status_code == 503
    assert "VNeID mức 2 làm ở đâu?" in came.get_data(as_text=True)


def test_asking_holds_no_connection_while_the_assistant_thinks(site, monkeypatch):
    """Else as many who ask as there are connections stop everybody."""
    assistant = site.app.extensions["assistant"]
    ask, held = type(assistant).ask, []

    def counted(self, *args, **kwargs):
        held.append(site.app.extensions["database"].engine.pool.checkedout())
        return ask(self, *args, **kwargs)

    monkeypatch.setattr(type(assistant), "ask", counted)
    someone = site.visitor()
    assert someone.post("/hoi", question="VNeID là gì?").status_code == 303
    assert someone.post("/hoi", question="Mất thẻ thì làm gì?").status_code == 303
    assert site.visitor().client.post("/api/v1/ask", json={"question": "VNeID là gì?"}).status_code == 200
    assert site.on("can-bo", "officer").post("/quay/hoi", question="VNeID là gì?").status_code == 303
    assert held == [0, 0, 0, 0]


def test_a_program_that_sends_brackets_without_end_is_refused_before_they_are_read(site):
    """Two megabytes of them took a second and a half from everybody, and were counted nowhere."""
    came = site.visitor().client.post(
        "/api/v1/ask", data="[" + "[[]]," * 40_000 + "[]]", content_type="application/json"
    )
    assert came.status_code == 413 and came.get_json()["error"]["code"] == 413
    longest = {"question": "ễ" * 500, "register": "standard"}
    assert site.visitor().client.post("/api/v1/ask", json=longest).status_code == 200
