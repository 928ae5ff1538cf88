"""A button tapped twice, and two tabs: a guest's first things come once, and nothing of them is lost."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import uuid4

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import func, select, update

from i18n.dates import utc_now
from lms.accounts import service
from lms.accounts.models import Person, SignInSession
from lms.asking.models import Asked
from lms.desk.models import Ticket
from lms.learning.models import Event, LessonProgress
from tests.factories import sign_up_form
from tests.lms.words_only import UNKNOWN


@pytest.fixture(autouse=True)
def with_tokens(site, monkeypatch):
    monkeypatch.setitem(site.app.config, "WTF_CSRF_ENABLED", True)


def form_of(client, path: str) -> dict[str, str]:
    """The hidden fields of the page's form."""
    page = BeautifulSoup(client.get(path).get_data(as_text=True), "html.parser")
    form = page.select_one("main form[method=post]")
    return {one["name"]: one.get("value", "") for one in form.select("input[type=hidden]")}


def twin(site, client):
    """The same browser a moment later: it has the cookie of the page, not yet that of the first answer."""
    other = site.app.test_client()
    cookie = client.get_cookie("hs_phien")
    other.set_cookie("hs_phien", cookie.value)
    return other


def count(site, what, *where) -> int:
    with site.reading() as db:
        return db.scalar(select(func.count()).select_from(what).where(*where))


def path_of_question(site, number: int = 1) -> str:
    lesson = site.lesson
    return f"/hoc/{lesson.course_id}/{lesson.id}/cau-hoi/{number}"


def test_a_double_tap_on_a_guests_first_answer(site):
    path, first = path_of_question(site), site.app.test_client()
    form = {**form_of(first, path), "choice": "0"}
    second, guests = twin(site, first), count(site, Person, Person.is_guest)
    came = [client.post(path, data=form) for client in (first, second)]
    assert [one.status_code for one in came] == [303, 303]
    assert came[0].location == came[1].location
    assert count(site, Person, Person.is_guest) == guests + 1
    assert count(site, Event, Event.id == form["event"]) == 1
    for client in (first, second):
        page = client.get(came[0].location).get_data(as_text=True)
        assert "Đúng rồi" in page or "Chưa đúng" in page, "whichever cookie the browser kept"


def test_both_taps_at_the_same_moment(site):
    path, first = path_of_question(site), site.app.test_client()
    form = {**form_of(first, path), "choice": "0"}
    clients, guests = [first, twin(site, first)], count(site, Person, Person.is_guest)
    with ThreadPoolExecutor(2) as pool:
        came = list(pool.map(lambda client: client.post(path, data=form).status_code, clients))
    assert came == [303, 303]
    assert count(site, Person, Person.is_guest) == guests + 1


def test_a_form_that_was_opened_before_in_another_tab_is_taken(site):
    client = site.app.test_client()
    one, two = form_of(client, path_of_question(site, 1)), form_of(client, path_of_question(site, 2))
    assert client.post(path_of_question(site, 1), data={**one, "choice": "0"}).status_code == 303
    assert client.post(path_of_question(site, 2), data={**two, "choice": "0"}).status_code == 303


SIGN_UP = sign_up_form(name="Lò Thị Hai", login="lothihai", secret="840271", secret_again="840271")


@pytest.fixture
def at_one_moment(monkeypatch):
    """Two that sign up have both looked whether the name is free before either of them takes it."""
    both, hashed = threading.Barrier(2, timeout=20), service.hash_secret

    def slowly(secret):
        made = hashed(secret)
        both.wait()
        return made

    monkeypatch.setattr(service, "hash_secret", slowly)


def test_signing_up_with_both_taps_at_the_same_moment(site, at_one_moment):
    first = site.app.test_client()
    form = {**form_of(first, "/dang-ky"), **SIGN_UP}
    with ThreadPoolExecutor(2) as pool:
        clients = [first, twin(site, first)]
        came = list(pool.map(lambda client: client.post("/dang-ky", data=form), clients))
    assert [one.status_code for one in came] == [303, 303]
    assert [client.get("/tai-khoan").status_code for client in clients] == [200, 200]
    assert count(site, Person, Person.login == "lothihai") == 1


def test_two_people_who_choose_one_name_at_the_same_moment_are_two_people(site, at_one_moment):
    """Whose PIN is another one is told that the name is taken, and gets into nobody's account."""
    clients = [site.app.test_client(), site.app.test_client()]
    forms = []
    for client, secret in zip(clients, ("840272", "840273"), strict=True):
        theirs = {"login": "lothiba", "secret": secret, "secret_again": secret}
        forms.append({**form_of(client, "/dang-ky"), **SIGN_UP, **theirs})
    with ThreadPoolExecutor(2) as pool:
        came = list(
            pool.map(lambda pair: pair[0].post("/dang-ky", data=pair[1]), zip(clients, forms, strict=True))
        )
    assert sorted(one.status_code for one in came) == [303, 422]
    [late] = [one for one in came if one.status_code == 422]
    assert "đã có tài khoản" in late.get_data(as_text=True)
    assert sorted(client.get("/tai-khoan").status_code for client in clients) == [200, 302]


def test_a_question_asked_twice_by_one_form_is_one_question(site):
    client = site.app.test_client()
    form = {**form_of(client, "/hoi"), "question": UNKNOWN}
    other, asked, tickets = twin(site, client), count(site, Asked), count(site, Ticket)
    came = [one.post("/hoi", data=form) for one in (client, other)]
    assert [one.status_code for one in came] == [303, 303]
    assert came[0].location == came[1].location
    assert (count(site, Asked), count(site, Ticket)) == (asked + 1, tickets + 1)
    assert client.get(came[0].location).status_code == other.get(came[0].location).status_code == 200
    changed = client.post("/hoi", data={**form, "question": "Làm VNeID mức độ 2 ở đâu?"})
    assert changed.location != came[0].location, "going back and asking something else is a new question"


def test_the_cookie_of_an_old_page_opens_no_account(site):
    path, client = path_of_question(site), site.app.test_client()
    form = {**form_of(client, path), "choice": "0"}
    old = twin(site, client)
    client.post(path, data=form)
    up = form_of(client, "/dang-ky")
    filled = sign_up_form(login="tu-khach")
    assert client.post("/dang-ky", data={**up, **filled}).status_code == 303
    assert old.post(path, data={**form, "event": str(uuid4())}).status_code == 303
    assert old.get("/tai-khoan").status_code == 302, "it is a guest of its own"


def test_a_copy_of_a_guests_cookie_opens_no_account_that_came_of_it(site):
    """On the commune's own machine somebody kept the cookie of a page, and answered with it at home."""
    path, client = path_of_question(site), site.app.test_client()
    form = {**form_of(client, path), "choice": "0"}
    copy = twin(site, client)
    copy.post(path, data={**form, "event": str(uuid4())})
    client.post(path, data=form)
    up = form_of(client, "/dang-ky")
    filled = sign_up_form(login="bi-chep")
    assert client.post("/dang-ky", data={**up, **filled}).status_code == 303
    assert client.get("/tai-khoan").status_code == 200
    assert copy.get("/tai-khoan").status_code == 302
    assert copy.get("/tai-khoan/du-lieu.json").status_code in (302, 401, 403)


def test_who_comes_to_a_shared_machine_later_is_another_guest(site):
    path, client = path_of_question(site), site.app.test_client()
    form = {**form_of(client, path), "choice": "0"}
    copy, guests = twin(site, client), count(site, Person, Person.is_guest)
    client.post(path, data=form)
    with site.database() as db:
        db.execute(update(Person).values(created_at=utc_now() - timedelta(hours=1)))
        db.commit()
    assert copy.post(path, data={**form, "event": str(uuid4())}).status_code == 303
    assert count(site, Person, Person.is_guest) == guests + 2


def test_two_accounts_made_of_one_guest_at_one_moment_are_two(site, monkeypatch):
    """Two tabs with two names: the second wrote its name and PIN over the first; both were told “done”."""
    path, client = path_of_question(site), site.app.test_client()
    client.post(path, data={**form_of(client, path), "choice": "0"})
    up, together = form_of(client, "/dang-ky"), threading.Barrier(2, timeout=20)
    tabs = [twin(site, client), twin(site, client)]
    real = service.hash_secret

    def hash_both_first(secret):
        made = real(secret)
        together.wait()
        return made

    monkeypatch.setattr(service, "hash_secret", hash_both_first)

    def send(number: int) -> int:
        filled = {
            "name": f"Người {number}", "login": f"cung-luc-{number}", "secret": f"73918{number}",
            "secret_again": f"73918{number}", "age": "16", "consent": "1",
        }  # fmt: skip
        return tabs[number].post("/dang-ky", data={**up, **filled}).status_code

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(send, range(2))) == [303, 303]
    monkeypatch.undo()
    for number, tab in enumerate(tabs):
        assert f"Người {number}" in tab.get("/tai-khoan").get_data(as_text=True)
        assert count(site, Person, Person.login == f"cung-luc-{number}") == 1


def test_what_a_guest_did_does_not_move_on_once_they_are_an_account(site):
    """Signed in to another account in a tab that still saw the guest: the new account was emptied into it."""
    path, client = path_of_question(site), site.app.test_client()
    form = {**form_of(client, path), "choice": "0"}
    client.post(path, data=form)
    other = site.add("nguoi-khac")
    with site.database() as db:
        guest_id = db.scalar(select(Event.person_id).where(Event.id == form["event"]))
        stale = Person(id=guest_id, is_guest=True)
        db.execute(update(Person).where(Person.id == guest_id).values(is_guest=False, login="da-co"))
        service.join_guest(db, stale, db.get(Person, other))
        db.commit()
    assert count(site, Event, Event.person_id == guest_id, Event.id == form["event"]) == 1


def test_a_guests_answer_that_arrives_after_the_sign_up_leaves_the_account_signed_in(site):
    """Sent before, on a slow line; it came with a new guest's cookie over the account's."""
    path, client = path_of_question(site), site.app.test_client()
    client.post(path, data={**form_of(client, path), "choice": "0"})
    form = {**form_of(client, path_of_question(site, 2)), "choice": "0"}
    late = twin(site, client)
    up = form_of(client, "/dang-ky")
    filled = sign_up_form(login="den-muon-hon")
    assert client.post("/dang-ky", data={**up, **filled}).status_code == 303
    came, people = late.post(path_of_question(site, 2), data=form), count(site, Person)
    assert came.status_code == 422 and "chọn lần nữa" in came.get_data(as_text=True)
    assert count(site, Person) == people and count(site, Event, Event.id == form["event"]) == 0
    assert not any("hs_phien=" in one for one in came.headers.getlist("Set-Cookie"))


def test_whose_session_ended_long_ago_becomes_a_guest_again(site):
    path, client = path_of_question(site), site.app.test_client()
    client.post(path, data={**form_of(client, path), "choice": "0"})
    with site.database() as db:
        db.execute(update(SignInSession).values(ended_at=utc_now() - timedelta(hours=1)))
        db.commit()
    came = client.post(path, data={**form_of(client, path), "choice": "0"})
    assert came.status_code == 303
    assert any("hs_phien=" in one for one in came.headers.getlist("Set-Cookie"))


def test_an_answer_that_is_refused_makes_no_guest(site):
    path, client = path_of_question(site), site.app.test_client()
    form, guests, sessions = form_of(client, path), count(site, Person), count(site, SignInSession)
    for data in (form, {**form, "choice": "77"}, {**form, "choice": "x"}):
        assert twin(site, client).post(path, data=data).status_code == 422
    assert (count(site, Person), count(site, SignInSession)) == (guests, sessions)


def test_gone_back_to_the_page_and_chosen_otherwise_is_another_answer(site):
    """The page said of the old choice that it was wrong, and the new one was not saved."""
    path, client, question = path_of_question(site), site.app.test_client(), site.lesson.questions[0]
    form = form_of(client, path)
    right = [str(place) for place in sorted(question.right_choices)]
    wrong = [next(str(place) for place in range(9) if place not in question.right_choices)]
    seen = []
    for chosen in (wrong, right, right, wrong, right):
        came = client.post(path, data={**form, "choice": chosen})
        seen.append(came.location)
        page = client.get(came.location).get_data(as_text=True)
        assert ("Đúng rồi" in page) == (chosen == right)
    assert seen[1] == seen[2] and len(set(seen)) == 4
    with site.reading() as db:
        person_id = db.scalar(select(Event.person_id).where(Event.id == form["event"]))
        progress = db.scalar(select(LessonProgress).where(LessonProgress.person_id == person_id))
        assert (progress.answered, progress.right) == (1, 1)
