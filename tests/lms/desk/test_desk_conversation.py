"""Questions of one citizen at the desk follow each other; the next citizen's begin anew."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from i18n.dates import utc_now
from lms.asking import queries, retention
from lms.asking.models import Asked
from tests.lms.words_only import KNOWN, words

FIRST, THEN = "Làm VNeID mức độ 2 ở đâu?", "mất bao lâu?"


@pytest.fixture
def heard(words_only_commune, monkeypatch):
    """What the assistant was told of the turns before, question by question."""
    assistant, told = words_only_commune.app.extensions["assistant"], []
    ask = assistant.ask

    def listening(question, **more):
        told.append(list(more.get("history", ())))
        return ask(question, **more)

    monkeypatch.setattr(assistant, "ask", listening)
    return told


def box(page) -> dict[str, str]:
    """What the desk's box sends along unseen."""
    fields = page.select_one('main form[action="/quay/hoi"]:has(textarea)').select("input[type=hidden]")
    return {one["name"]: one["value"] for one in fields if one["name"] != "csrf_token"}


def ask(officer, question: str, page: str = "/quay") -> str:
    """Ask from the box of a page, as a browser does without a script; the path of the answer."""
    came = officer.post("/quay/hoi", question=question, **box(officer.page(page)))
    assert came.status_code == 303
    return came.location


def kept(commune, path: str) -> Asked:
    with commune.database() as db:
        return queries.by_token(db, path.rsplit("/", 1)[1])


def test_a_question_that_follows_is_understood_by_the_one_before(officer, heard, words_only_commune):
    first = ask(officer, FIRST)
    then = ask(officer, THEN, first)
    assert heard == [[], [FIRST.lower().rstrip("?")]] or "VNeID" in heard[1][0]
    assert "VNeID" in kept(words_only_commune, then).answer["heard_as"]
    page = officer.page(then)
    assert [one.get_text() for one in page.select("main ol.lines a")] == [FIRST]
    assert page.select_one("main ol.lines a")["href"] == first


def test_the_next_citizen_begins_anew(officer, heard, words_only_commune):
    first = ask(officer, FIRST)
    page = officer.page(first)
    assert FIRST in page.select_one("#h-question").get_text(), "the officer sees whose talk goes on"
    following = page.select_one("main a[data-next-citizen]")
    assert "Người tiếp theo" in following.get_text()
    assert "truoc" not in box(officer.page(following["href"]))
    ask(officer, THEN, following["href"])
    assert heard == [[], []]


def test_five_turns_are_remembered_oldest_first(officer, heard):
    path = "/quay"
    for number in range(1, 8):
        path = ask(officer, f"Mã OTP là gì, lần {number}?", path)
    assert [len(one) for one in heard] == [0, 1, 2, 3, 4, 5, 5]
    assert "lần 2" in heard[6][0] and "lần 6" in heard[6][-1]


def test_a_slip_keeps_the_talk(officer):
    first = ask(officer, FIRST)
    came = officer.post("/quay/hoi", question=" ", **box(officer.page(first)))
    assert came.status_code == 422 and FIRST in came.get_data(as_text=True)
    assert f'name="truoc" value="{first.rsplit("/", 1)[1]}"' in came.get_data(as_text=True)


def test_no_question_stands_in_an_address_and_numbers_are_masked(officer, heard):
    first = ask(officer, "Căn cước 079123456789 của tôi làm VNeID ở đâu?")
    assert first.count("/") == 3 and "?" not in first
    ask(officer, THEN, first)
    assert "079123456789" not in str(heard[1])
    assert "079123456789" not in officer.get(first).get_data(as_text=True)


@pytest.mark.parametrize("whose", ["a learner's", "another commune's", "nobody's"])
def test_a_talk_that_is_not_of_this_desk_is_not_followed(
    officer, new_officer, words_only_commune, heard, whose
):
    if whose == "a learner's":
        before = words_only_commune.visitor().ask(FIRST).rsplit("/", 1)[1].partition("#")[0]
    elif whose == "another commune's":
        before = ask(new_officer("can-bo-khac", "Xã Khác"), FIRST).rsplit("/", 1)[1]
    else:
        before = "khong-co"
    heard.clear()
    came = officer.post("/quay/hoi", question=THEN, truoc=before)
    assert came.status_code == 303 and heard == [[]]
    assert kept(words_only_commune, came.location).turn == 1


def test_who_scans_the_code_sees_that_one_question(officer, words_only_commune):
    then = ask(officer, THEN, ask(officer, FIRST))
    page = words_only_commune.visitor().page("/hoi/" + then.rsplit("/", 1)[1])
    assert page.select_one("ol.lines") is None and FIRST not in page.get_text()


def test_a_choice_at_the_desk_goes_on_with_the_talk(officer, heard, words_only_commune):
    first = ask(officer, "mật khẩu")
    page = officer.page(first)
    assert not page.select(f'form[action="/hoi/{first.rsplit("/", 1)[1]}/nguoi-that"]'), "a person sits here"
    buttons = [one for one in page.select(".choices form") if one.select_one("input[name=question]")]
    assert len(buttons) >= 2
    values = {one["name"]: one["value"] for one in buttons[0].select("input") if one["name"] != "csrf_token"}
    came = officer.post(buttons[0]["action"], **values)
    again = officer.post(buttons[0]["action"], **values)
    assert came.location == again.location, "two taps are one question"
    assert kept(words_only_commune, came.location).turn == 2 and heard[1] == ["mật khẩu"]
    assert "mật khẩu" in words(officer.page(came.location))


def test_after_a_day_nothing_says_which_questions_one_citizen_asked(officer, heard, words_only_commune):
    first = ask(officer, FIRST)
    then = ask(officer, THEN, first)
    with words_only_commune.database() as db:
        assert retention.forget_talks_at_desk(db, utc_now() + timedelta(hours=23)) == 0
        gone = retention.forget_talks_at_desk(db, utc_now() + timedelta(hours=25))
        db.commit()
        assert gone >= 2
        assert not list(db.scalars(select(Asked).where(Asked.at_desk, Asked.conversation_id.is_not(None))))
    page = officer.page(then)
    assert page.select_one("ol.lines") is None and "truoc" not in box(page)
    assert "VNeID" in kept(words_only_commune, then).answer["heard_as"], "the answer itself stays as it was"


def test_the_desk_forgets_a_few_at_a_time(officer, words_only_commune):
    for _ in range(3):
        ask(officer, KNOWN)
    with words_only_commune.database() as db:
        later = utc_now() + timedelta(hours=25)
        assert retention.forget_talks_at_desk(db, later, 2) == 2
        assert retention.forget_talks_at_desk(db, later, 2) >= 1
        db.commit()
