"""Asking, as a learner sees it. The assistant here searches by words alone."""

import json

import pytest
from sqlalchemy import func, select

from courses.reading import reader
from lms.accounts.models import Person
from lms.asking import service
from lms.asking.models import Asked
from lms.classes import service as classes
from lms.core.audit import AuditEntry
from lms.core.throttle import Throttle
from lms.desk.models import Ticket
from tests.lms.words_only import KNOWN, UNKNOWN, words


def test_the_form_says_that_a_machine_answers_and_shows_the_alarm(visitor):
    page = visitor.page("/hoi")
    assert "Máy trả lời" in words(page)
    alarm = page.select_one(".note-alarm")
    assert "Bạn đang bị lừa đảo?" in alarm.get_text()
    assert visitor.get(alarm.select_one("a")["href"]).status_code == 200


def test_suggestions_fill_the_box(visitor):
    page = visitor.page("/hoi")
    links = page.select("ul.tiles a")
    assert 3 <= len(links) <= 4
    filled = visitor.page(links[0]["href"])
    assert filled.select_one("textarea[name=question]").get_text().strip() == links[0].get_text().strip()


def test_general_suggestions_are_all_answered(visitor):
    for link in visitor.page("/hoi").select("ul.tiles a"):
        page = visitor.page(visitor.ask(link.get_text().strip()))
        assert page.select(".src blockquote"), link.get_text()


def test_from_a_lesson_the_first_questions_that_people_ask_of_it_are_offered(visitor):
    page = visitor.page("/hoi?bai=vneid-tu-dau/len-muc-do-2")
    offered = [link.get_text().strip() for link in page.select("ul.tiles a")]
    lesson = reader.load().course("vneid-tu-dau").lesson("len-muc-do-2")
    assert offered == [one.question for one in lesson.asked[:3]]
    assert page.select_one("header a.back")["href"] == "/hoc/vneid-tu-dau/len-muc-do-2"
    assert page.select_one("input[name=bai]")["value"] == "vneid-tu-dau/len-muc-do-2"


def test_an_unknown_lesson_is_simply_left_out(visitor):
    assert visitor.page("/hoi?bai=khong/co").select_one("input[name=bai]") is None


def test_an_answer_shows_question_source_and_that_a_machine_spoke(visitor):
    page = visitor.page(visitor.ask(KNOWN))
    assert KNOWN in page.select_one(".me").get_text()
    source = page.select_one(".src")
    assert source.select_one("blockquote").get_text().strip()
    assert source.select_one("a")["href"].startswith("/hoc/")
    assert "Máy trả lời, không phải người" in words(page)
    assert page.select_one("svg.qr")
    assert page.select_one("[data-listen][hidden]") and page.select_one("[data-print][hidden]")


def test_what_was_heard_is_said_when_it_was_typed_without_diacritics(visitor):
    page = visitor.page(visitor.ask("lam vneid muc do 2 o dau"))
    assert "Đọc là: làm VNeID mức độ 2 ở đâu".lower() in words(page).lower()
    assert "Đọc là" not in words(visitor.page(visitor.ask(KNOWN)))


def test_an_answer_is_for_whoever_holds_its_address_but_no_search_engine(visitor, words_only_commune):
    path = visitor.ask(KNOWN)
    token = path.rsplit("/", 1)[1].partition("#")[0]
    assert len(token) >= 20
    came = words_only_commune.visitor().get(path)
    assert came.status_code == 200
    assert "noindex" in came.headers["X-Robots-Tag"]
    assert came.headers["Referrer-Policy"] == "no-referrer"
    assert words_only_commune.visitor().get("/hoi/khong-co-dau").status_code == 404


def test_the_answer_does_not_say_who_asked(words_only_commune):
    words_only_commune.add("hongnhung")
    path = words_only_commune.member("hongnhung").ask(KNOWN)
    came = words_only_commune.visitor().get(path)
    assert "hongnhung" not in came.get_data(as_text=True)


@pytest.mark.parametrize("typed", ["", "   ", "\u200b"])
def test_an_empty_question_is_refused_with_a_sentence(visitor, typed):
    came = visitor.post("/hoi", question=typed)
    assert came.status_code == 422
    assert "Bạn gõ câu hỏi vào ô" in came.get_data(as_text=True)


def test_a_long_question_is_refused_and_what_was_typed_stays(visitor):
    typed = "Tôi muốn hỏi chuyện này. " * 21
    came = visitor.post("/hoi", question=typed)
    assert came.status_code == 422
    assert typed.strip() in came.get_data(as_text=True)
    assert "500" in came.get_data(as_text=True)


def test_numbers_of_a_person_are_covered_before_anything_is_kept(visitor, words_only_commune):
    path = visitor.ask("Căn cước của tôi 079304001234 làm VNeID mức độ 2 ở đâu?")
    assert "079304001234" not in visitor.get(path).get_data(as_text=True)
    with words_only_commune.database() as db:
        kept = db.scalars(select(Asked).order_by(Asked.id.desc())).first()
        assert "079304001234" not in kept.question + json.dumps(kept.answer)


def test_looking_makes_no_guest_asking_does(words_only_commune):
    someone = words_only_commune.visitor()
    someone.get("/hoi")
    with words_only_commune.database() as db:
        before = db.scalar(select(func.count()).select_from(Asked))
    path = someone.ask(KNOWN)
    with words_only_commune.database() as db:
        assert db.scalar(select(func.count()).select_from(Asked)) == before + 1
        assert db.scalars(select(Asked).order_by(Asked.id.desc())).first().person_id
    assert someone.page("/cau-da-hoi").select_one(f'a[href="{path}"]')
    assert words_only_commune.visitor().page("/cau-da-hoi").select_one("a.tile") is None


def test_easier_to_understand_asks_again_in_the_plain_register(visitor, words_only_commune):
    path = visitor.ask(KNOWN)
    button = visitor.page(path).select_one('form[action$="/de-hieu"]')
    came = visitor.post(button["action"])
    page = visitor.page(came.location)
    assert KNOWN in page.select_one(".me").get_text()
    assert page.select_one('form[action$="/de-hieu"]') is None
    with words_only_commune.database() as db:
        assert db.scalars(select(Asked).order_by(Asked.id.desc())).first().register == "plain"


def test_a_reader_of_the_plain_register_gets_the_plain_answer(visitor, words_only_commune):
    visitor.client.set_cookie("hs_doc", "plain")
    visitor.ask(KNOWN)
    with words_only_commune.database() as db:
        assert db.scalars(select(Asked).order_by(Asked.id.desc())).first().register == "plain"


def test_right_is_thanked_and_stays_with_the_machine(visitor, words_only_commune):
    path = visitor.ask(KNOWN)
    came = visitor.post(path + "/danh-gia", y="dung")
    assert came.status_code == 303
    page = visitor.page(came.location)
    assert "Cảm ơn bạn" in words(page)
    with words_only_commune.database() as db:
        asked = db.scalars(select(Asked).order_by(Asked.id.desc())).first()
        assert asked.helpful is True
        assert db.scalar(select(Ticket).where(Ticket.asked_id == asked.id)) is None


def test_not_right_leads_to_a_person(visitor, words_only_commune):
    path = visitor.ask(KNOWN)
    visitor.post(path + "/danh-gia", y="chua")
    assert "đang chờ người trả lời" in words(visitor.page(path))
    with words_only_commune.database() as db:
        ticket = db.scalars(select(Ticket).order_by(Ticket.id.desc())).first()
        assert (ticket.origin, ticket.status, ticket.question) == ("wrong", "waiting", KNOWN)


def test_a_judgement_that_is_none_is_refused(visitor):
    assert visitor.post(visitor.ask(KNOWN) + "/danh-gia", y="có lẽ").status_code == 400


def test_asking_a_person_twice_makes_one_ticket(visitor, words_only_commune):
    path = visitor.ask(KNOWN)
    for _ in range(2):
        visitor.post(path + "/nguoi-that")
    page = visitor.page(path)
    assert "Bàn hỗ trợ Xã Mẫu" in words(page) and "0251 000 000" in words(page)
    assert "01/11/2026" in words(page)
    with words_only_commune.database() as db:
        last = db.scalars(select(Asked).order_by(Asked.id.desc())).first()
        assert db.scalar(select(func.count()).where(Ticket.asked_id == last.id)) == 1


def test_what_the_assistant_does_not_know_waits_for_a_person_at_once(visitor, words_only_commune):
    page = visitor.page(visitor.ask(UNKNOWN))
    assert "đang chờ người trả lời" in words(page)
    assert len(page.select(".src blockquote")) <= 2
    with words_only_commune.database() as db:
        ticket = db.scalars(select(Ticket).order_by(Ticket.id.desc())).first()
        assert (ticket.origin, ticket.question) == ("unknown", UNKNOWN)


def test_what_the_assistant_turns_down_does_not_fill_the_queue(visitor, words_only_commune):
    with words_only_commune.database() as db:
        before = db.scalar(select(func.count()).select_from(Ticket))
    page = visitor.page(visitor.ask("Đau bụng thì uống thuốc gì?"))
    assert "bác sĩ" in words(page)
    assert page.select_one('form[action$="/nguoi-that"]')
    with words_only_commune.database() as db:
        assert db.scalar(select(func.count()).select_from(Ticket)) == before


def test_in_need_the_first_steps_stand_in_an_alarm(visitor):
    page = visitor.page(visitor.ask("Tôi vừa chuyển tiền cho kẻ lừa đảo, phải làm gì?"))
    alarm = page.select_one(".note-alarm")
    assert alarm.select("ol.steps li")
    assert "Làm ngay" in alarm.get_text()


def test_the_page_for_need_shows_every_card_without_typing(visitor):
    page = visitor.page("/viec-gap")
    assert len(page.select("details")) >= 4
    assert all(card.select("ol.steps li") for card in page.select("details"))
    assert "0251 000 000" in words(page)


def test_a_question_that_follows_keeps_what_went_before(visitor, words_only_commune):
    path = visitor.ask("Đăng ký tạm trú ở đâu?")
    token = visitor.page(path).select_one("input[name=truoc]")["value"]
    visitor.ask("bao nhiêu tiền?", truoc=token)
    with words_only_commune.database() as db:
        assert "tạm trú" in db.scalars(select(Asked).order_by(Asked.id.desc())).first().answer["heard_as"]


def test_asking_is_slowed_down_and_what_was_typed_stays(visitor, words_only_commune, monkeypatch):
    monkeypatch.setattr(service, "MOST_OF_PERSON", 2)
    visitor.ask(KNOWN)  # makes the guest: counted for the address alone
    visitor.ask(KNOWN)
    visitor.ask(KNOWN)
    came = visitor.post("/hoi", question="Câu thứ tư có còn được hỏi không?")
    assert came.status_code == 429
    assert int(came.headers["Retry-After"]) > 0
    assert "Câu thứ tư có còn được hỏi không?" in came.get_data(as_text=True)
    assert words_only_commune.visitor().ask(KNOWN), "somebody else at the same address may ask"


def test_who_asks_much_behind_an_address_keeps_nobody_else_there_from_asking(words_only_commune, monkeypatch):
    """A script without cookies asked 300 times in eight seconds: all the village waited ten minutes."""
    pupil, member = words_only_commune.visitor(), words_only_commune.member("canbo")
    with words_only_commune.database() as db:
        officer = db.scalars(select(Person).where(Person.login == "canbo")).one()
        code = classes.create_class(db, officer, officer.unit_id, "Lớp tối").join_code
        db.commit()
    assert pupil.get(f"/vao-lop/{code}").status_code == 200
    monkeypatch.setattr(service, "MOST_OF_ADDRESS", 1)
    words_only_commune.visitor().post("/hoi", question=KNOWN)
    assert words_only_commune.visitor().post("/hoi", question=KNOWN).status_code == 429, "so it is used up"
    assert member.post("/hoi", question=KNOWN).status_code == 303, "who has an account asks"
    assert pupil.post("/hoi", question=KNOWN).status_code == 303, "so does who showed the code of a class"
    assert pupil.post("/hoi", question=KNOWN).status_code == 429, "as often as an address may"


def test_wiping_takes_my_questions_and_nobody_elses(words_only_commune):
    mine, other = words_only_commune.visitor(), words_only_commune.visitor()
    my_path, other_path = mine.ask(UNKNOWN + " Xin chỉ."), other.ask(KNOWN)
    assert mine.post("/cau-da-hoi/xoa").status_code == 303
    assert mine.get(my_path).status_code == 404
    assert other.get(other_path).status_code == 200
    with words_only_commune.database() as db:
        assert db.scalar(select(Ticket).where(Ticket.question == UNKNOWN + " Xin chỉ.")) is None


def test_questions_of_a_guest_come_along_into_the_account(words_only_commune):
    words_only_commune.add("thuha")
    someone = words_only_commune.visitor()
    path = someone.ask(KNOWN)
    someone.post("/dang-nhap", login="thuha", secret="258036")
    assert someone.page("/cau-da-hoi").select_one(f'a[href="{path}"]')
    assert words_only_commune.member("thuha").page("/cau-da-hoi").select_one(f'a[href="{path}"]')


def test_the_audit_log_never_holds_a_question(visitor, words_only_commune):
    visitor.post(visitor.ask(KNOWN) + "/nguoi-that")
    with words_only_commune.database() as db:
        for entry in db.scalars(select(AuditEntry)):
            assert "VNeID" not in entry.action + entry.subject


def test_the_form_needs_its_token(words_only_commune):
    app = words_only_commune.app
    app.config["WTF_CSRF_ENABLED"] = True
    try:
        assert words_only_commune.visitor().post("/hoi", question=KNOWN).status_code == 400
        answered = words_only_commune.visitor().client.post("/api/v1/ask", json={"question": KNOWN})
        assert answered.status_code == 200, "programs have no form"
    finally:
        app.config["WTF_CSRF_ENABLED"] = False


def api(visitor, body, **more):
    """What a program gets: status and JSON."""
    came = visitor.client.post("/api/v1/ask", json=body, **more)
    return came.status_code, json.loads(came.get_data(as_text=True))


def test_a_program_gets_the_contract_in_its_order_and_nothing_is_kept(visitor, words_only_commune):
    with words_only_commune.database() as db:
        before = db.scalar(select(func.count()).select_from(Asked))
    status, body = api(visitor, {"question": KNOWN, "register": "plain"})
    assert status == 200
    assert list(body)[:10] == [
        "id", "question", "outcome", "text", "steps", "citations", "confidence", "register", "engine",
        "elapsed_ms",
    ]  # fmt: skip
    assert (body["outcome"], body["register"]) == ("answered", "plain")
    with words_only_commune.database() as db:
        assert db.scalar(select(func.count()).select_from(Asked)) == before


def test_a_program_gets_what_the_assistant_says(visitor, words_only_commune):
    assistant = words_only_commune.app.extensions["assistant"]
    _, body = api(visitor, {"question": KNOWN})
    said = assistant.ask(KNOWN).to_json()
    for key in set(said) - {"id", "elapsed_ms"}:
        assert body[key] == said[key], key


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ({}, "question"),
        ([], "question"),
        ({"question": 7}, "question"),
        ({"question": "x" * 501}, "500"),
        ({"question": KNOWN, "register": "fancy"}, "register"),
        ({"question": KNOWN, "audience": "nobody"}, "audience"),
        ({"question": KNOWN, "audience": ["x"]}, "audience"),
        ({"question": KNOWN, "register": ["plain"]}, "register"),
    ],
)
def test_a_program_that_asks_wrongly_is_told_what_is_wrong(visitor, body, named):
    status, told = api(visitor, body)
    assert status == 400
    assert named in told["error"]["message"]


def test_a_body_that_is_no_json_is_refused_in_json(visitor):
    came = visitor.client.post("/api/v1/ask", data="câu hỏi", content_type="text/plain")
    assert came.status_code == 400
    assert came.get_json()["error"]["code"] == 400


def test_programs_are_slowed_down(visitor, words_only_commune, monkeypatch):
    monkeypatch.setattr(service, "MOST_OF_PROGRAM", 0)
    came = visitor.client.post("/api/v1/ask", json={"question": KNOWN})
    # The first counts; from then on the address has to wait.
    came = visitor.client.post("/api/v1/ask", json={"question": KNOWN})
    assert came.status_code == 429 and int(came.headers["Retry-After"]) > 0
    with words_only_commune.database() as db:
        assert all("127.0.0.1" not in row.key for row in db.scalars(select(Throttle)))
