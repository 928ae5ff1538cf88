"""An answer in a language model's words, as it comes to the page. The model here is a fake one."""

from __future__ import annotations

import json
import threading
import time
from dataclasses import dataclass

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from werkzeug.test import TestResponse

from assistant.models.generator import GeneratorBusy
from lms.asking import service, streaming
from lms.asking.models import Asked
from tests.assistant.generation.fake_generator import FakeGenerator
from tests.lms.site import Site, soup
from tests.lms.words_only import Visitor, words

QUESTION = "Đăng ký tạm trú bao nhiêu tiền?"
FIRST, SECOND = "Nộp qua mạng thì mất 7.000 đồng mỗi lần.", "Nộp trực tiếp thì mất 15.000 đồng."
THIRD = "Có người được miễn, hãy hỏi khi nộp."
TRUE = f"{FIRST} [1]\n{SECOND} [1]\n{THIRD} [1]\n"
REWRITTEN = f"{FIRST} {SECOND} {THIRD}"
UNTRUE = "Nộp qua mạng thì mất 9.000 đồng mỗi lần. [1]\n"
STREAM = "/loi-de-hon"


@dataclass(frozen=True)
class Event:
    """One server-sent event."""

    name: str
    data: dict


def events(text: str) -> list[Event]:
    """What a browser hears of a stream; comments say nothing."""
    blocks = [block.split("\n") for block in text.split("\n\n") if block and not block.startswith(":")]
    return [
        Event(name.removeprefix("event: "), json.loads(data.removeprefix("data: "))) for name, data in blocks
    ]


@pytest.fixture
def model(site: Site, monkeypatch):
    """`model(generator)`: give the assistant of this site a fake model."""

    def put(generator: FakeGenerator) -> FakeGenerator:
        monkeypatch.setattr(site.app.extensions["assistant"], "_generator", generator)
        return generator

    return put


@pytest.fixture
def someone(site: Site) -> Visitor:
    """A guest who may ask."""
    return site.visitor()


def opened(someone: Visitor, path: str) -> TestResponse:
    """A stream of which only the beginning was read."""
    came = someone.client.get(path + STREAM, buffered=False)
    assert came.status_code == 200, came.status
    return came


def rest(came: TestResponse) -> list[Event]:
    """What is still to come of a stream; then it is closed, as a server closes it."""
    with came:
        return events(came.get_data(as_text=True))


def heard(someone: Visitor, path: str) -> list[Event]:
    """All events of a stream."""
    return rest(opened(someone, path))


def stored(site: Site, path: str) -> dict:
    """The answer as it is kept."""
    with site.reading() as db:
        return db.scalars(select(Asked).where(Asked.token == path.rsplit("/", 1)[1])).one().answer


def machine_part(page: BeautifulSoup, name: str) -> str:
    """What a part of the page holds."""
    return page.select_one(f"[data-part={name}]").decode_contents().strip()


def until(condition) -> bool:
    """Whether a thing comes true within a few seconds."""
    end = time.monotonic() + 10
    while not condition() and time.monotonic() < end:
        time.sleep(0.01)
    return condition()


def test_the_extractive_answer_is_there_at_once_and_the_page_offers_more(site, someone, model):
    model(FakeGenerator(TRUE))
    path = someone.ask(QUESTION)
    page = someone.page(path)
    assert stored(site, path)["engine"] == "extractive"
    assert stored(site, path)["text"].split("\n")[0] in page.select_one("#loi-dap").get_text()
    box = page.select_one("[data-rewriting]")
    assert box["data-rewriting"] == path + STREAM
    assert box.has_attr("hidden"), "without a script there is nothing to wait for"
    assert box.select_one("button").get_text() == "Thôi, giữ câu trên"


def test_without_a_model_nothing_is_offered(someone):
    path = someone.ask(QUESTION)
    assert someone.page(path).select_one("[data-rewriting]") is None
    assert someone.get(path + STREAM).status_code == 204


@pytest.mark.parametrize("question", ["Làm VNeID mức độ 2 ở đâu?", "Giống lúa ST25 gieo mấy cân một sào?"])
def test_steps_and_i_do_not_know_stay_as_they_are(someone, model, question):
    model(FakeGenerator(TRUE))
    path = someone.ask(question)
    assert someone.page(path).select_one("[data-rewriting]") is None
    assert someone.get(path + STREAM).status_code == 204


def test_what_is_streamed_is_stored_and_shown_again(site, someone, model):
    model(FakeGenerator(TRUE))
    path = someone.ask(QUESTION)
    extract = stored(site, path)["text"]
    came = heard(someone, path)
    pieces = [one.data["text"] for one in came if one.name == "text"]
    assert len(pieces) == 3, "sentence by sentence"
    assert "".join(pieces) == REWRITTEN == stored(site, path)["text"]
    assert stored(site, path)["engine"] == "generative"
    last = came[-1]
    assert (last.name, last.data["written"]) == ("answer", True)
    again = someone.page(path)
    for name in ("html", "sources"):
        told = BeautifulSoup(last.data[name], "html.parser").decode().strip()
        assert told == machine_part(again, name)
    assert REWRITTEN in words(again)
    assert "Máy viết lại từ nguồn dưới đây." in words(again)
    assert extract.split("\n")[0] in again.select_one("#cau-goc").get_text(), (
        "the wording of the source stays"
    )
    assert again.select_one("[data-rewriting]") is None
    assert someone.get(path + STREAM).status_code == 204


def test_the_last_event_speaks_the_readers_language(someone, model):
    model(FakeGenerator(TRUE))
    someone.client.set_cookie("hs_lang", "en")
    path = someone.ask(QUESTION)
    html = heard(someone, path)[-1].data["html"]
    assert BeautifulSoup(html, "html.parser").decode().strip() == machine_part(someone.page(path), "html")
    assert "Máy trả lời, không phải người." not in html


def test_the_queue_is_told(someone, model):
    model(FakeGenerator(TRUE))
    came = heard(someone, someone.ask(QUESTION))
    assert [one.data["before"] for one in came if one.name == "waiting"] == [1, 0]
    assert came[0].name == "waiting"


@pytest.mark.parametrize(
    "generator",
    [
        FakeGenerator(UNTRUE),
        FakeGenerator(""),
        FakeGenerator(f"{FIRST} [1]\n", error=GeneratorBusy("too many are waiting")),
    ],
    ids=["untrue", "nothing", "busy"],
)
def test_what_fails_leaves_the_answer_that_was_there(site, someone, model, generator):
    model(generator)
    path = someone.ask(QUESTION)
    before = stored(site, path)
    last = heard(someone, path)[-1]
    assert (last.name, last.data) == ("answer", {"html": "", "sources": "", "written": False})
    assert stored(site, path) == before


def test_a_failure_nobody_thought_of_ends_the_stream_too(site, someone, model, monkeypatch):
    def broken(answer, **more):
        raise RuntimeError("not thought of")

    model(FakeGenerator(TRUE))
    path = someone.ask(QUESTION)
    monkeypatch.setattr(site.app.extensions["assistant"], "improve", broken)
    assert heard(someone, path)[-1].data["written"] is False


def test_a_database_that_refuses_leaves_the_answer_that_was_there(site, someone, model, monkeypatch):
    def refuse(*_arguments):
        raise OperationalError("UPDATE", {}, Exception("database is locked"))

    model(FakeGenerator(TRUE))
    path = someone.ask(QUESTION)
    monkeypatch.setattr(service, "keep_rewritten", refuse)
    assert heard(someone, path)[-1].data["written"] is False
    assert stored(site, path)["engine"] == "extractive"


def test_a_model_that_does_not_keep_to_its_time_is_given_up(someone, model, site, monkeypatch):
    monkeypatch.setattr(streaming, "PULSE_SECONDS", 0.02)
    monkeypatch.setattr(streaming, "SPARE_SECONDS", -59.8)
    generator = model(FakeGenerator(f"{FIRST} [1]\n", hold=True))
    path = someone.ask(QUESTION)
    assert heard(someone, path)[-1].data["written"] is False
    assert until(lambda: generator.is_closed)


def test_who_stops_it_stops_the_model_and_nothing_is_stored(site, someone, model, monkeypatch):
    monkeypatch.setattr(streaming, "PULSE_SECONDS", 0.05)
    generator = model(FakeGenerator(f"{FIRST} [1]\n{SECOND} [1]\n", hold=True))
    path = someone.ask(QUESTION)
    came = opened(someone, path)
    read = ""
    for piece in came.response:
        read += piece.decode() if isinstance(piece, bytes) else piece
        if read.count(streaming.PULSE) > 4:
            break
    assert FIRST not in read, "nothing is shown before all has passed"
    assert not generator.is_closed
    came.close()
    assert until(lambda: generator.is_closed)
    assert stored(site, path)["engine"] == "extractive"


def test_while_nothing_comes_the_server_looks_whether_somebody_still_listens(someone, model, monkeypatch):
    monkeypatch.setattr(streaming, "PULSE_SECONDS", 0.01)
    model(FakeGenerator("", hold=True))
    came = opened(someone, someone.ask(QUESTION))
    pulses = [next(came.response) for _ in range(8)]
    assert pulses.count(streaming.PULSE.encode()) >= 4
    came.close()


def test_streams_leave_threads_for_pages(site, someone, model):
    model(FakeGenerator("", hold=True))
    most = min(site.app.extensions["settings"].threads, streaming.MOST) - streaming.KEPT_FREE
    path = someone.ask(QUESTION)
    taken = [opened(someone, path) for _ in range(most)]
    refused = someone.get(path + STREAM)
    assert refused.status_code == 503
    assert int(refused.headers["Retry-After"]) > 0
    assert QUESTION in words(someone.page(path))
    for one in taken:
        one.close()
    model(FakeGenerator(TRUE))
    assert heard(someone, path)[-1].data["written"] is True, "the places are free again"


def test_places_are_never_none():
    def never(**more):
        raise AssertionError("nobody reads this stream")

    for threads in (1, 2, 3):
        places = streaming.Places(threads)
        first = places.response(never, dict, 1.0)
        assert first.status_code == 200
        assert places.response(never, dict, 1.0).status_code == 503
        first.close()  # never read: its place is free all the same
        assert places.response(never, dict, 1.0).status_code == 200


def test_a_look_at_the_headers_starts_nothing(someone, model):
    generator = model(FakeGenerator(TRUE))
    path = someone.ask(QUESTION)
    for _ in range(5):
        with someone.client.head(path + STREAM) as came:
            assert came.status_code == 200
    assert generator.told == ()


def test_the_stream_is_neither_kept_nor_gathered_nor_compressed(someone, model):
    model(FakeGenerator(TRUE))
    came = someone.client.get(
        someone.ask(QUESTION) + STREAM, headers={"Accept-Encoding": "br, gzip", "Accept": "text/event-stream"}
    )
    assert came.mimetype == "text/event-stream"
    assert came.headers["Cache-Control"] == "no-store"
    assert came.headers["X-Accel-Buffering"] == "no"
    assert "Content-Encoding" not in came.headers
    assert rest(came)[-1].data["written"] is True


def test_only_the_asker_may_open_it(site, someone, model):
    generator = model(FakeGenerator(TRUE))
    path = someone.ask(QUESTION)
    other = site.visitor()
    other.ask(QUESTION)
    for stranger in (site.visitor(), other, site.on("canbo", "officer"), site.on("quantri", "admin")):
        assert stranger.get(path + STREAM).status_code == 404
        assert stranger.page(path).select_one("[data-rewriting]") is None
    assert someone.get("/hoi/khong-co-dau" + STREAM).status_code == 404
    assert generator.told == ()


def test_a_question_of_nobody_is_not_the_one_of_a_stranger(site, someone, model):
    model(FakeGenerator(TRUE))
    path = someone.ask(QUESTION)
    with site.database() as db:
        db.scalars(select(Asked).where(Asked.token == path.rsplit("/", 1)[1])).one().person_id = None
        db.commit()
    assert site.visitor().get(path + STREAM).status_code == 404


@pytest.mark.parametrize(("deed", "form"), [("/danh-gia", {"y": "dung"}), ("/nguoi-that", {})])
def test_what_was_judged_or_sent_to_a_person_stays_as_it_was_read(site, someone, model, deed, form):
    model(FakeGenerator(TRUE))
    path = someone.ask(QUESTION)
    came = opened(someone, path)
    someone.post(path + deed, **form)
    last = rest(came)[-1]
    assert last.data["written"] is False
    assert stored(site, path)["engine"] == "extractive"
    assert someone.page(path).select_one("[data-rewriting]") is None
    assert someone.get(path + STREAM).status_code == 204


def test_what_was_erased_meanwhile_is_not_brought_back(site, someone, model):
    model(FakeGenerator(TRUE))
    path = someone.ask(QUESTION)
    came = opened(someone, path)
    someone.post("/cau-da-hoi/xoa")
    assert rest(came)[-1].data["written"] is False
    assert someone.get(path).status_code == 404


def test_of_two_open_pages_the_first_answer_stays(site, someone, model):
    model(FakeGenerator(TRUE))
    path = someone.ask(QUESTION)
    one, other = opened(someone, path), opened(someone, path)
    first = rest(one)[-1]
    model(FakeGenerator(f"{SECOND} [1]\n{FIRST} [1]\n{THIRD} [1]\n"))
    second = rest(other)[-1]
    assert second.data == first.data
    assert stored(site, path)["text"] == REWRITTEN


def test_no_thread_is_left_behind(someone, model):
    model(FakeGenerator(TRUE))
    heard(someone, someone.ask(QUESTION))
    assert until(lambda: not [one for one in threading.enumerate() if one.name == "rewriting"])


def test_the_privacy_page_says_how_long_a_guests_questions_are_kept(someone):
    page = words(soup(someone.get("/du-lieu")))
    assert "câu hỏi được giữ một ngày" in page and "câu trả lời được giữ bảy ngày" in page
