"""Questions that follow each other: five turns are remembered, and their owner alone sees and erases them."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from lms.asking import queries
from lms.asking.models import Asked
from lms.desk.models import Ticket
from tests.lms.words_only import KNOWN, UNKNOWN, words


@pytest.fixture
def heard(words_only_commune, monkeypatch):
    """What the assistant was told of the turns before, question by question."""
    assistant, told = words_only_commune.app.extensions["assistant"], []
    ask = assistant.ask

    def listening(question, **more):
        told.append(more["history"])
        return ask(question, **more)

    monkeypatch.setattr(assistant, "ask", listening)
    return told


def token_of(path: str) -> str:
    """The token in an answer's address."""
    return path.rsplit("/", 1)[1].partition("#")[0]


def talk(visitor, *questions: str) -> list[str]:
    """Ask one question after the other, each from the page of the one before; returns the pages' paths."""
    paths: list[str] = []
    for question in questions:
        paths.append(visitor.ask(question, truoc=token_of(paths[-1]) if paths else ""))
    return paths


def kept(commune, path: str) -> Asked:
    """What is stored under an address."""
    with commune.database() as db:
        return queries.by_token(db, token_of(path))


def test_the_page_shows_what_was_asked_before(visitor):
    *_, last = talk(visitor, "Đăng ký tạm trú ở đâu?", "bao nhiêu tiền?", "mất bao lâu?")
    page = visitor.page(last)
    assert "2 câu hỏi trước" in page.select_one("summary").get_text()
    turns = page.select("details ol.lines > li")
    assert [turn.select_one("a").get_text() for turn in turns] == [
        "Đăng ký tạm trú ở đâu?",
        "bao nhiêu tiền?",
    ]
    first_line = turns[0].get_text().removeprefix("Đăng ký tạm trú ở đâu?").strip()
    assert first_line in words(visitor.page(turns[0].select_one("a")["href"]))


def test_the_first_question_has_nothing_before_it(visitor):
    assert visitor.page(visitor.ask(KNOWN)).select_one("ol.lines") is None


def test_all_turns_before_help_to_understand_oldest_first(visitor, heard):
    talk(visitor, "Đăng ký tạm trú ở đâu?", "bao nhiêu tiền?", "mất bao lâu?")
    assert [len(told) for told in heard] == [0, 1, 2]
    assert "tạm trú" in heard[2][0] and heard[2][1] == "bao nhiêu tiền?"


def test_after_five_turns_the_oldest_is_forgotten(visitor, heard, words_only_commune):
    paths = talk(visitor, *(f"Mã OTP là gì, lần {number}?" for number in range(1, 8)))
    assert "lần 2" in heard[6][0] and len(heard[6]) == 5
    page = visitor.page(paths[6])
    shown = [turn.select_one("a").get_text() for turn in page.select("ol.lines > li")]
    assert shown == [f"Mã OTP là gì, lần {number}?" for number in range(2, 7)]
    assert "năm câu gần nhất" in words(page)
    assert kept(words_only_commune, paths[6]).turn == 7
    assert visitor.get(paths[0]).status_code == 200, "forgotten in the talk, still among what was asked"


def test_a_long_talk_keeps_its_topic(visitor, words_only_commune):
    follow_ups = ["bao nhiêu tiền?", "mất bao lâu?"] * 3
    paths = talk(visitor, "Đăng ký tạm trú ở đâu?", *follow_ups)
    assert "tạm trú" in kept(words_only_commune, paths[-1]).answer["heard_as"]


def test_easier_to_understand_takes_the_place_of_the_same_turn(visitor, words_only_commune, heard):
    paths = talk(visitor, "Đăng ký tạm trú ở đâu?", "bao nhiêu tiền?")
    came = visitor.post(paths[1] + "/de-hieu")
    plainer = kept(words_only_commune, came.location)
    assert plainer.turn == 2 and plainer.register == "plain"
    assert "tạm trú" in plainer.answer["heard_as"], "the turn before was not forgotten"
    page = visitor.page(visitor.ask("mất bao lâu?", truoc=plainer.token))
    assert [turn.select_one("a").get_text() for turn in page.select("ol.lines > li")] == [
        "Đăng ký tạm trú ở đâu?", "bao nhiêu tiền?",
    ]  # fmt: skip


def test_the_choices_of_a_question_back_go_on_with_the_conversation(visitor, words_only_commune):
    first = visitor.ask("mật khẩu")
    buttons = [
        form for form in visitor.page(first).select("main form") if form.select_one("input[name=question]")
    ]
    assert 2 <= len(buttons) <= 3
    values = {
        field["name"]: field["value"] for field in buttons[0].select("input") if field["name"] != "csrf_token"
    }
    came = visitor.post(buttons[0]["action"], **values)
    asked = kept(words_only_commune, came.location)
    assert asked.turn == 2 and asked.question.endswith(buttons[0].select_one("button").get_text())


def test_who_holds_the_address_of_an_answer_sees_nothing_else_of_the_conversation(words_only_commune):
    owner, other = words_only_commune.visitor(), words_only_commune.visitor()
    *_, last = talk(owner, "Đăng ký tạm trú ở đâu?", "bao nhiêu tiền?")
    page = other.page(last)
    assert page.select_one("ol.lines") is None
    assert "Đăng ký tạm trú ở đâu?" not in [link.get_text() for link in page.select("a")]
    assert page.select_one('form[action$="/xoa"]') is None


def test_a_stranger_who_asks_on_begins_a_conversation_of_their_own(words_only_commune):
    owner, other = words_only_commune.visitor(), words_only_commune.visitor()
    first = owner.ask("Đăng ký tạm trú ở đâu?")
    second = kept(words_only_commune, other.ask("bao nhiêu tiền?", truoc=token_of(first)))
    assert "tạm trú" in second.answer["heard_as"], "they read the question they ask about"
    assert second.turn == 1 and second.conversation_id != kept(words_only_commune, first).conversation_id


def test_a_conversation_is_erased_as_a_whole_with_its_tickets_and_no_other(words_only_commune):
    owner = words_only_commune.visitor()
    other_talk = owner.ask(KNOWN)
    paths = talk(owner, "Trồng khoai tây vụ nào?", UNKNOWN + " Xin trả lời.")
    came = owner.post(paths[1] + "/xoa")
    assert came.status_code == 303
    assert "Đã xóa cuộc trò chuyện" in words(owner.page(came.location))
    again = owner.post(paths[1] + "/xoa")
    assert again.status_code == 303, "a second tap is no missing page"
    assert "không còn ở đây" in words(owner.page(again.location))
    assert [owner.get(path).status_code for path in paths] == [404, 404]
    assert owner.get(other_talk).status_code == 200
    with words_only_commune.database() as db:
        left = select(func.count()).where(
            Ticket.question.in_(["Trồng khoai tây vụ nào?", UNKNOWN + " Xin trả lời."])
        )
        assert db.scalar(left) == 0


def test_only_the_owner_may_erase_it(words_only_commune, officer):
    path = words_only_commune.visitor().ask(KNOWN)
    for other in (words_only_commune.visitor(), officer):
        assert other.post(path + "/xoa").status_code == 404
    assert officer.get(path).status_code == 200


def test_what_an_officer_asked_for_a_citizen_is_nobodys_to_erase(words_only_commune, officer):
    came = officer.post("/quay/hoi", question=KNOWN)
    path = "/hoi/" + token_of(came.location)
    assert officer.post(path + "/xoa").status_code == 404
    assert officer.page(path).select_one('form[action$="/xoa"]') is None


def test_the_owner_finds_the_button_and_is_asked_once_more(visitor):
    page = visitor.page(visitor.ask(KNOWN))
    form = page.select_one('form[action$="/xoa"]')
    assert form.find_parent("details"), "the first tap only opens the question"


def test_the_conversation_comes_along_into_the_account(words_only_commune):
    words_only_commune.add("minhtam")
    someone = words_only_commune.visitor()
    first = someone.ask("Đăng ký tạm trú ở đâu?")
    someone.post("/dang-nhap", login="minhtam", secret="258036")
    page = someone.page(someone.ask("bao nhiêu tiền?", truoc=token_of(first)))
    assert len(page.select("ol.lines > li")) == 1


def test_a_slip_keeps_the_conversation(visitor):
    first = visitor.ask("Đăng ký tạm trú ở đâu?")
    came = visitor.post("/hoi", question="x" * 501, truoc=token_of(first))
    text = came.get_data(as_text=True)
    assert came.status_code == 422
    assert f'name="truoc" value="{token_of(first)}"' in text and "x" * 501 in text
    assert "Đăng ký tạm trú ở đâu?" in text


def test_who_scans_the_code_of_a_follow_up_asks_the_same_thing_in_plain_words(words_only_commune):
    """“Hết bao nhiêu tiền?” alone was asked anew, and the fee of something else was told."""
    asker, other = words_only_commune.visitor(), words_only_commune.visitor()
    first = asker.ask("Làm VNeID mức độ 2 ở đâu?")
    path = asker.ask("Hết bao nhiêu tiền?", truoc=token_of(first))
    heard = kept(words_only_commune, path).answer["heard_as"]
    assert "VNeID" in heard
    came = other.post(f"{path}/de-hieu")
    plainer = kept(words_only_commune, came.location)
    assert plainer.register == "plain" and "VNeID" in plainer.answer["heard_as"]
