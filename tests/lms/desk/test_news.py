"""Who asked is told that a person answered, until they have looked."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from assistant.knowledge.store import KnowledgeStore
from lms.accounts.models import Person
from lms.desk import service as desk
from lms.desk.models import Ticket
from tests.lms.words_only import words

QUESTION = "Máy bơm nước của hợp tác xã hỏng thì gọi ai?"


def answer(site, text: str) -> None:
    with site.database() as db:
        ticket = db.scalars(select(Ticket).order_by(Ticket.id.desc())).first()
        officer = db.get(Person, site.person("chiquay"))
        draft = desk.Draft(text, "Sổ tay hợp tác xã", "", desk.today())
        desk.answer(db, KnowledgeStore(db.get_bind()), ticket, draft, officer, site.library)
        db.commit()


@pytest.fixture(params=["account", "guest"])
def asker(site, request):
    site.add("chiquay", "officer")
    someone = site.on(f"hoi{request.param}") if request.param == "account" else site.visitor()
    path = someone.ask(QUESTION + request.param)
    someone.post(f"{path}/nguoi-that")
    return someone, path


def told(someone) -> list[bool]:
    return ["câu trả lời mới cho bạn" in words(someone.page(page)) for page in ("/cua-toi", "/")]


def test_an_answer_is_news_until_it_was_opened_and_again_when_it_is_corrected(site, asker):
    someone, path = asker
    assert told(someone) == [False, False]
    answer(site, "Gọi anh Tư, tổ sửa chữa.")
    assert told(someone) == [True, True]
    assert "Mới" in words(someone.page("/cau-da-hoi"))
    site.visitor().page(path)
    assert told(someone) == [True, True], "who else holds the address has not looked for the asker"
    someone.page(path)
    assert told(someone) == [False, False]
    answer(site, "Gọi chị Năm, tổ sửa chữa.")
    assert told(someone) == [True, True]


def test_nobody_else_is_told(site, asker):
    answer(site, "Gọi anh Tư, tổ sửa chữa.")
    assert told(site.on("nguoikhac")) == [False, False]
    assert "câu trả lời mới" not in words(site.visitor().page("/"))
