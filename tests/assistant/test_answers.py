"""What a person gets back: answers with their sources, or an honest "I don't know"."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answer import Answer, AnswerError, Citation
from assistant.answering.grounding import stands_in
from assistant.knowledge.lessons import lesson_passages
from assistant.service import Assistant
from assistant.understanding.query import understand
from i18n.vietnamese import Restorer

CONTRACT = ["id", "question", "outcome", "text", "steps", "citations", "confidence", "register", "engine"]


def test_a_fee_is_answered_with_its_quote_place_source_and_date(assistant):
    answer = assistant.ask("Xin giấy tạm vắng hết bao nhiêu tiền?")
    assert answer.outcome == "answered"
    assert "12.000 đồng" in answer.text
    cited = answer.citations[0]
    assert cited.url == "/hoc/giay-to/tam-vang#phi"
    assert "12.000" in cited.quote
    assert "Nhóm thử" in cited.source
    assert cited.checked_on.isoformat() == "2026-11-01"


@pytest.mark.parametrize(
    "typed",
    [
        "Xin giấy tạm vắng thế nào?",
        "xin giay tam vang the nao",
        "XIN GIẤY TẠM VẮNG THẾ NÀO",
        "xin giấy tạm vắng ntn",
    ],
)
def test_a_numbered_list_becomes_steps_however_the_question_is_typed(assistant, typed):
    answer = assistant.ask(typed)
    assert answer.steps == ("Điền tờ khai TV99.", "Nộp tờ khai cho cán bộ trực.", "Nhận giấy hẹn.")
    assert answer.text == "Bạn làm tại công an xã."


def test_the_plain_register_answers_from_the_plain_text(assistant):
    answer = assistant.ask("Xin giấy tạm vắng thế nào?", register="plain")
    assert answer.steps[0] == "Viết tờ khai TV99."
    assert answer.register == "plain"


def test_a_lesson_without_plain_text_still_answers_in_the_plain_register(assistant):
    assert "dùng một lần" in assistant.ask("Mã OTP là gì?", register="plain").text


def test_a_sentence_that_leans_back_is_never_shown_alone(assistant):
    answer = assistant.ask("Mỗi lần đi có phải xin giấy tạm vắng mới không?")
    assert "Tuy nhiên" not in answer.text or "giá trị trong cả nước" in answer.text


def test_what_is_meant_for_one_group_is_shown_to_that_group_only(assistant):
    question = "Đi hái cà phê thuê ở tỉnh khác thì hỏi ai?"
    assert "chủ vườn" in assistant.ask(question, audience="nong-dan").text
    assert "chủ vườn" not in assistant.ask(question).text
    assert "chủ vườn" not in assistant.ask(question, audience="khong-co-nhom-nay").text


def test_what_no_lesson_says_is_not_answered_but_nearest_places_and_a_person_are_offered(assistant):
    answer = assistant.ask("Cách nấu phở bò Nam Định?")
    assert answer.outcome == "abstained"
    assert "phở bò" in answer.text and "phở bò" in answer.looked_for
    assert "cán bộ" in answer.text
    assert len(answer.nearest) == 2
    assert not answer.citations


def test_an_empty_question_is_asked_back(assistant):
    assert assistant.ask("  \u200b ").outcome == "clarify"


def test_a_follow_up_is_understood_from_the_question_before(assistant):
    first = assistant.ask("Xin giấy tạm vắng thế nào?")
    answer = assistant.ask("thế mất bao lâu?", history=[first])
    assert "4 ngày làm việc" in answer.text


def test_an_unknown_register_is_refused_by_name(assistant):
    with pytest.raises(ValueError, match="formal"):
        assistant.ask("Mã OTP là gì?", register="formal")


def test_every_sentence_shown_stands_in_a_cited_passage(assistant, library):
    places = {}
    for passage in lesson_passages(library):
        places.setdefault((passage.locator, passage.register), []).append(passage)
    for question in (
        "Mã OTP là gì?",
        "Đặt mật khẩu thế nào?",
        "Giấy tạm vắng mấy ngày có?",
        "tạm vắng bao nhiêu tiền",
    ):
        answer = assistant.ask(question)
        passages = [p for cited in answer.citations for p in places[cited.url, "standard"]]
        for line in (*answer.text.split("\n"), *answer.steps, *(cited.quote for cited in answer.citations)):
            assert stands_in(line, passages), line


def test_threads_get_the_answers_to_their_own_questions(assistant):
    asked = ["Mã OTP là gì?", "Xin giấy tạm vắng thế nào?"] * 20
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(assistant.ask, asked))
    assert [one.question for one in answers] == asked
    assert len({one.id for one in answers}) == len(asked)
    assert all(("OTP" in one.text) == ("OTP" in one.question) for one in answers)


def test_the_json_has_the_contract_keys_first_and_comes_back_the_same(assistant):
    answer = assistant.ask("Xin giấy tạm vắng thế nào?")
    shown = json.loads(json.dumps(answer.to_json()))
    assert list(shown)[:10] == [*CONTRACT, "elapsed_ms"]
    assert list(shown["citations"][0]) == ["title", "url", "quote", "source", "checked_on"]
    again = Answer.from_json(shown)
    assert again.to_json() == answer.to_json()


@given(st.text(max_size=80), st.lists(st.text(min_size=1, max_size=20), max_size=4).map(tuple))
def test_any_answer_survives_json(text, steps):
    answer = Answer("hỏi", "answered", text, steps, (Citation("bài", "/hoc/a/b#c"),), 0.5)
    assert Answer.from_json(json.loads(json.dumps(answer.to_json()))) == answer


def test_an_answer_with_an_unknown_outcome_is_refused():
    with pytest.raises(AnswerError, match="outcome"):
        Answer("hỏi", "maybe", "có lẽ")


def test_a_missing_embedder_leaves_search_by_words_and_says_so(settings, library, store_engine):
    opened = Assistant.open(replace(settings, embedder="/no/such/folder"), library, store_engine)
    status = opened.status()
    assert status["search"] == "lexical"
    assert "/no/such/folder" in " ".join(status["problems"])
    assert opened.ask("Mã OTP là gì?").outcome == "answered"


def test_a_broken_index_file_is_built_anew(settings, library, store_engine):
    Assistant.open(settings, library, store_engine)
    for path in (settings.instance / "index").glob("*.npz"):
        path.write_bytes(b"broken")
    assert Assistant.open(settings, library, store_engine).ask("Mã OTP là gì?").outcome == "answered"


def test_an_english_question_is_searched_as_it_was_typed():
    restorer = Restorer.train(["Tôi đỡ hỏi thẻ căn cước ở đâu.", "Phở ăn thế nào."])
    asked = "How do I register for the card?"
    assert understand(asked, restorer).heard_as == asked
    assert understand("the can cuoc o dau", restorer).heard_as == "thẻ căn cước ở đâu"
