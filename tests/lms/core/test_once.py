"""A button tapped twice at the same moment: two requests that are really parallel do the deed once."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from flask import g
from sqlalchemy import func, select

from i18n.dates import utc_now
from lms.accounts import handing_out
from lms.accounts import service as accounts
from lms.accounts.models import Person, RoleGrant, SignInCard
from lms.asking.models import Asked
from lms.classes.models import Class
from lms.core import current, once
from lms.core.audit import AuditEntry
from lms.units.models import Contact
from tests.lms.site import soup
from tests.lms.words_only import PIN, UNKNOWN


@pytest.fixture
def side_by_side(monkeypatch):
    """Both requests have looked whether the form was taken before either of them goes on."""
    barrier, real = threading.Barrier(2, timeout=20), once._led_to
    looked = threading.local()

    def look(key):
        found = real(key)
        if not getattr(looked, "once", False):
            looked.once = True
            barrier.wait()
        return found

    monkeypatch.setattr(once, "_led_to", look)


def twice(site, someone, send: Callable) -> list:
    """What two clients with the same cookies get that send at the same moment."""
    clients = [site.app.test_client(), site.app.test_client()]
    cookie = someone.client.get_cookie("hs_phien")
    for client in clients:
        if cookie is not None:
            client.set_cookie("hs_phien", cookie.value)
    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(send, clients))


def count(site, what, *where) -> int:
    with site.reading() as db:
        return db.scalar(select(func.count()).select_from(what).where(*where))


def documents_kept(site) -> int:
    """How often somebody gave the assistant a document."""
    return count(site, AuditEntry, AuditEntry.action.startswith("knowledge."))


def a_document() -> dict:
    content = "# Thông báo\n\nBộ phận một cửa tiếp dân từ 7 giờ 30 sáng, thứ Hai đến thứ Sáu.\n"
    fields = {
        "title": "Thông báo tiếp dân",
        "source": "Ủy ban nhân dân xã Mẫu",
        "read_on": "2026-01-02",
        "in_force_on": "2026-01-01",
    }
    return fields | {"file": (io.BytesIO(content.encode()), "thong-bao.md")}


FORMS = {
    "class": ("/lop", lambda: {"name": "Hai lần bấm"}, lambda site: count(site, Class)),
    "question at the desk": ("/quay/hoi", lambda: {"question": UNKNOWN}, lambda site: count(site, Asked)),
    "document": ("/kho/tai-lieu/moi", a_document, documents_kept),
    "contact": (
        "/quan-tri/so-dien-thoai",
        lambda: {"label": "Trực một cửa", "number": "0262 111 222", "checked_on": "2026-11-01"},
        lambda site: count(site, Contact),
    ),
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.usefixtures("side_by_side")
def test_two_taps_at_the_same_moment_make_one(site, form):
    path, fields, there = FORMS[form]
    someone = site.on("quantri", "admin")
    for role in ("teacher", "officer"):
        site.add("quantri", role)
    before, token = there(site), uuid4().hex
    came = twice(site, someone, lambda client: client.post(path, data={**fields(), "once_token": token}))
    assert [one.status_code for one in came] == [303, 303], [one.get_data(as_text=True)[:400] for one in came]
    assert came[0].location == came[1].location
    assert there(site) == before + 1


@pytest.mark.usefixtures("side_by_side")
def test_two_taps_on_save_the_list_make_each_learner_once(site):
    class_id, token = site.class_of("cohaitay"), uuid4().hex
    teacher, before = site.on("cohaitay"), count(site, Person)
    form = {"list": "Lò Thị Một\nLò Thị Hai", "consent": "1", "save": "1", "once_token": token}
    came = twice(site, teacher, lambda client: client.post(f"/lop/{class_id}/them", data=form))
    assert [one.status_code for one in came] == [303, 303]
    assert count(site, Person) == before + 2


def test_what_is_slow_comes_before_anything_is_locked(site, monkeypatch):
    """A question that is being answered holds up nobody else's answers."""
    officer, held = site.on("cancham", "officer"), []
    real = site.app.extensions["assistant"].ask

    def ask(*words, **more):
        held.append("writing" in g and g.writing.in_transaction())
        return real(*words, **more)

    with site.app.app_context():
        monkeypatch.setattr(current.assistant(), "ask", ask)
    assert officer.post("/quay/hoi", question=UNKNOWN, once_token=uuid4().hex).status_code == 303
    assert held == [False]


# Cards: the page that shows them is shown once


@pytest.fixture
def class_of_two(site):
    class_id = site.class_of("cointhe", f"Lớp {uuid4().hex[:6]}")
    ids = site.fill(class_id, [[f"Em Một {uuid4().hex[:4]}"], [f"Em Hai {uuid4().hex[:4]}"]], by="cointhe")
    return class_id, ids


def live_cards(site, ids) -> int:
    return count(site, SignInCard, SignInCard.person_id.in_(ids), SignInCard.withdrawn_at.is_(None))


def shown(came) -> list[str]:
    return [str(one) for one in soup(came).select(".cards svg")]


@pytest.mark.parametrize("missing", ["", "1"])
def test_two_taps_on_print_show_the_same_cards_twice(site, class_of_two, missing):
    class_id, ids = class_of_two
    form = {"once_token": uuid4().hex, "missing": missing}
    teacher = site.on("cointhe")
    came = twice(site, teacher, lambda client: client.post(f"/lop/{class_id}/the", data=form))
    assert [one.status_code for one in came] == [200, 200]
    assert len(shown(came[0])) == 2 and shown(came[0]) == shown(came[1])
    assert live_cards(site, ids) == 2 and count(site, SignInCard, SignInCard.person_id.in_(ids)) == 2


def test_a_new_form_makes_new_cards_and_an_old_one_does_not_wake_what_was_withdrawn(site, class_of_two):
    class_id, ids = class_of_two
    teacher, path = site.on("cointhe"), f"/lop/{class_id}/the"
    first, second = uuid4().hex, uuid4().hex
    pages = [shown(teacher.post(path, once_token=token)) for token in (first, second, first)]
    assert len({tuple(page) for page in pages}) == 3, "each is new"
    assert live_cards(site, ids) == 2


def test_a_card_printed_by_a_form_some_minutes_ago_is_made_anew(site, class_of_two):
    """A card was lost, and the page with the button was still open."""
    class_id, ids = class_of_two
    teacher, token = site.on("cointhe"), uuid4().hex
    before = shown(teacher.post(f"/lop/{class_id}/the", once_token=token))
    with site.database() as db:
        for card in db.scalars(select(SignInCard).where(SignInCard.person_id.in_(ids))):
            card.made_at -= accounts.SENT_TWICE * 2
        db.commit()
    assert shown(teacher.post(f"/lop/{class_id}/the", once_token=token)) != before
    assert live_cards(site, ids) == 2


def test_the_pages_with_these_buttons_carry_a_token(site, class_of_two):
    class_id, ids = class_of_two
    teacher = site.on("cointhe")
    for path in (f"/lop/{class_id}", f"/lop/{class_id}/hoc-vien/{ids[0]}"):
        forms = teacher.page(path).select(f'form[action="/lop/{class_id}/the"]')
        assert forms and all(one.select_one("input[name=once_token]")["value"] for one in forms)
    site.add("quantri", "officer")
    for path in ("/quay", "/kho/tai-lieu/moi", "/kho/dia-phuong/moi"):
        assert site.on("quantri").page(path).select_one("main form input[name=once_token]"), path


# What ends an account, and what makes the first


def test_two_taps_on_erase_my_account(site):
    someone = site.on(f"xoahet{uuid4().hex[:4]}")
    form = {"secret": PIN, "sure": "1"}
    came = twice(site, someone, lambda client: client.post("/tai-khoan/xoa", data=form))
    assert all(one.status_code in (302, 303) for one in came), [one.status_code for one in came]
    assert someone.get("/tai-khoan").status_code == 302


def test_two_taps_on_the_first_administrators_form(site):
    with site.database() as db:
        for grant in db.scalars(select(RoleGrant).where(RoleGrant.role == "admin")):
            grant.revoked_at = utc_now()
        db.flush()
        token = accounts.first_administrator_link(db)
        db.commit()
    try:
        secret = "con trâu đi trước"
        form = {"name": "Đỗ Trí", "login": "haitayqt", "unit_name": "Xã Mẫu"}
        form |= {"secret": secret, "secret_again": secret}
        came = twice(site, site.visitor(), lambda client: client.post(f"/bat-dau/{token}", data=form))
        assert [one.status_code for one in came] == [303, 303]
        assert count(site, Person, Person.login == "haitayqt") == 1
        other = {**form, "login": "nguoikhac"}
        assert site.visitor().post(f"/bat-dau/{token}", **other).status_code == 404
    finally:
        site.add("quantri", "admin")


def test_two_links_for_the_first_administrator_used_at_once_make_one(site):
    """Two starts printed two links; on PostgreSQL each held its own and saw no administrator yet."""
    with site.database() as db:
        for grant in db.scalars(select(RoleGrant).where(RoleGrant.role == "admin")):
            grant.revoked_at = utc_now()
        db.flush()
        tokens = [accounts.first_administrator_link(db) for _start in range(2)]
        db.commit()
    together, secret = threading.Barrier(2, timeout=20), "con trâu đi trước"

    def send(number: int) -> int:
        form = {"name": "Đỗ Trí", "login": f"haidiachi{number}", "unit_name": "Xã Mẫu"}
        form |= {"secret": secret, "secret_again": secret}
        client = site.app.test_client()
        together.wait()
        return client.post(f"/bat-dau/{tokens[number]}", data=form).status_code

    try:
        with ThreadPoolExecutor(2) as pool:
            said = list(pool.map(send, range(2)))
        assert said.count(303) == 1 and max(said) < 500, said
        assert count(site, RoleGrant, RoleGrant.role == "admin", RoleGrant.revoked_at.is_(None)) == 1
    finally:
        site.add("quantri-moi", "admin")


def test_another_question_from_the_same_page_is_another_deed(site):
    """An officer went back, typed the next citizen's question, and got the answer of the first one."""
    officer = site.on("can-bo-quay-lai", "officer")
    token = uuid4().hex[:16]
    first = officer.post("/quay/hoi", question="VNeID mức 2 làm ở đâu?", once_token=token)
    again = officer.post("/quay/hoi", question="VNeID mức 2 làm ở đâu?", once_token=token)
    other = officer.post("/quay/hoi", question="Mã OTP là gì?", once_token=token)
    assert first.location == again.location != other.location


def test_two_staff_made_from_one_page_have_two_passwords(site, monkeypatch):
    """Gone back to the page and sent for somebody else: the officer's password opened the administrator's."""
    admin, token, made = site.on("qt-hai-nguoi", "admin"), uuid4().hex[:16], []
    real = handing_out.credentials.temporary_secret

    def remember(*given):
        made.append(real(*given))
        return made[-1]

    monkeypatch.setattr(handing_out.credentials, "temporary_secret", remember)
    shown = [
        soup(admin.post("/quan-tri/nguoi/moi", name="Lý Thị Mẩy", login=login, role=role, once_token=token))
        for login, role in (("may-mot", "officer"), ("may-hai", "admin"), ("may-hai", "admin"))
    ]
    secrets = [page.select_one("main").get_text() for page in shown]
    assert "may-mot" in secrets[0] and "may-hai" in secrets[1]
    assert secrets[1] == secrets[2], "tapped twice it is the same"
    assert made[0].text != made[1].text


def test_a_mended_file_of_the_same_name_is_another_file(site):
    officer, token = site.on("can-bo-tep", "officer"), uuid4().hex[:16]
    fields = {"title": "Tệp", "number": "", "source": "UBND", "source_url": "", "read_on": "2026-11-01"}

    def send(content: bytes):
        file = {"file": (io.BytesIO(content), "a.txt"), "once_token": token}
        return officer.client.post("/kho/tai-lieu/moi", data=fields | file).location

    assert send("Bản cũ.".encode()) == send("Bản cũ.".encode()) != send("Bản mới.".encode())
