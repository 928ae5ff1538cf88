"""A language model puts the answer into easier words while one reads it, on a phone of 360×640.

The model is a fake one that writes what the test gives it, but for the last test, which has a real tiny one.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from werkzeug.serving import make_server

from lms.app import create_app
from lms.core.config import WebSettings
from tests.assistant.generation.fake_generator import FakeGenerator
from tests.assistant.models.tiny_model import tiny_model
from tests.browser.sample_site import _SilentHandler, prepared
from tests.browser.test_asking import ask, fits
from tests.lms.asking.test_asking_stream import FIRST, QUESTION, REWRITTEN, SECOND, TRUE, UNTRUE

BUSY = "Máy đang viết lại cho dễ đọc…"
STOP = "Thôi, giữ câu trên"
EXTRACT = "Tiền: 7.000 đồng mỗi lần nếu nộp qua mạng"


class PausingFakeGenerator(FakeGenerator):
    """A fake generator that says how many are before it, writes one sentence, and waits to be let on."""

    def __init__(self, text: str, before: int = 0) -> None:
        super().__init__(text, size=7)
        self.before, self.calls = before, 0
        self.may_begin, self.may_go_on = threading.Event(), threading.Event()

    def generate(self, messages, *, limit, deadline, stop, on_waiting=None):
        """As FakeGenerator, with a pause before the first sentence and one after it."""
        self.calls += 1
        on_waiting(self.before)
        first, rest = self.text.split("\n", 1)
        try:
            self._wait(self.may_begin, deadline, stop)
            on_waiting(0)
            yield first + "\n"
            self._wait(self.may_go_on, deadline, stop)
            yield rest
        finally:
            self.is_closed = True

    def _wait(self, event: threading.Event, deadline: float, stop: threading.Event) -> None:
        while not event.wait(0.02):
            self._look(deadline, stop)


@dataclass
class Site:
    """A site in a thread of this process; its assistant can be given a fake model."""

    url: str
    app: Flask

    def write_with(self, generator: FakeGenerator) -> FakeGenerator:
        """Give the assistant this model."""
        self.app.extensions["assistant"]._generator = generator
        return generator


@contextmanager
def serving(settings: WebSettings) -> Iterator[Site]:
    """Serve the application from a thread."""
    app = create_app(settings)
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_SilentHandler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield Site(f"http://127.0.0.1:{server.port}", app)
    server.shutdown()
    thread.join()
    app.extensions["database"].engine.dispose()


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Iterator[Site]:
    """A site without people; shared by the tests of this module."""
    with serving(prepared(tmp_path_factory.mktemp("instance"))) as site:
        yield site


def ask_there(page: Page, site: Site) -> None:
    """Ask what has an extractive answer."""
    page.goto(site.url + "/hoi")
    ask(page, QUESTION)


def test_sentences_become_the_answer_when_all_have_passed(phone_page, site, assert_accessible, screenshot):
    generator = site.write_with(PausingFakeGenerator(TRUE, before=2))
    ask_there(phone_page, site)
    box, answer = phone_page.locator("[data-rewriting]"), phone_page.locator("#loi-dap")
    expect(box.get_by_role("status")).to_have_text("Còn 2 câu trước câu này.")
    expect(answer).to_contain_text(EXTRACT)
    generator.may_begin.set()
    expect(box.get_by_role("status")).to_have_text(BUSY)
    phone_page.wait_for_timeout(300)
    expect(box).not_to_contain_text(FIRST)
    expect(box).not_to_contain_text(SECOND)
    expect(answer).to_contain_text(EXTRACT)
    assert box.get_by_role("button", name=STOP).bounding_box()["height"] >= 48
    assert fits(phone_page)
    assert_accessible(phone_page)
    screenshot(phone_page, "asking-rewriting", whole=True)
    generator.may_go_on.set()
    expect(answer).to_have_text(REWRITTEN)
    expect(box.get_by_role("status")).to_contain_text("Máy viết lại xong rồi.")
    expect(box.get_by_role("button")).to_have_count(0)
    expect(phone_page.get_by_text("Máy viết lại từ nguồn dưới đây.")).to_be_visible()
    expect(phone_page.locator("#cau-goc")).to_contain_text(EXTRACT)
    assert fits(phone_page)
    assert_accessible(phone_page)
    screenshot(phone_page, "asking-rewritten", whole=True)
    parts = phone_page.locator("[data-part]")
    streamed = [" ".join(one.split()) for one in parts.all_inner_texts()]
    phone_page.reload()
    assert [" ".join(one.split()) for one in parts.all_inner_texts()] == streamed
    expect(box).to_have_count(0)


def test_who_stops_it_keeps_the_answer_above_for_good(phone_page, site):
    generator = site.write_with(PausingFakeGenerator(TRUE))
    generator.may_begin.set()
    ask_there(phone_page, site)
    box = phone_page.locator("[data-rewriting]")
    expect(box.get_by_role("status")).to_have_text(BUSY)
    box.get_by_role("button", name=STOP).click()
    expect(box).to_be_hidden()
    expect(phone_page.locator("#loi-dap")).to_be_focused()
    generator_is_closed(phone_page, generator)
    generator.may_go_on.set()
    phone_page.reload()
    expect(phone_page.locator("#loi-dap")).to_contain_text(EXTRACT)
    phone_page.wait_for_timeout(500)
    expect(box).to_be_hidden()
    assert generator.calls == 1


def test_who_leaves_the_page_stops_it(phone_page, site):
    generator = site.write_with(PausingFakeGenerator(TRUE))
    generator.may_begin.set()
    ask_there(phone_page, site)
    expect(phone_page.locator("[data-rewriting]").get_by_role("status")).to_have_text(BUSY)
    phone_page.goto(site.url + "/viec-gap")
    generator_is_closed(phone_page, generator)


def generator_is_closed(page: Page, generator: FakeGenerator) -> None:
    """The server notices with its next sign of life that nobody listens."""
    for _ in range(100):
        if generator.is_closed:
            return
        page.wait_for_timeout(100)
    pytest.fail("the model still writes")


def test_what_does_not_hold_is_never_shown(phone_page, site, assert_accessible):
    generator = site.write_with(PausingFakeGenerator(f"{FIRST} [1]\n{UNTRUE}{UNTRUE}"))
    generator.may_begin.set()
    ask_there(phone_page, site)
    box = phone_page.locator("[data-rewriting]")
    expect(box.get_by_role("status")).to_have_text(BUSY)
    phone_page.wait_for_timeout(300)
    expect(box).not_to_contain_text(FIRST)
    generator.may_go_on.set()
    expect(box).to_be_hidden()
    expect(phone_page.locator("#loi-dap")).to_contain_text(EXTRACT)
    expect(phone_page.locator("#loi-dap")).not_to_contain_text(FIRST)
    assert_accessible(phone_page)


def test_in_the_plain_register_each_sentence_has_its_line(phone_page, site):
    lines = ["Nộp qua mạng thì mất 7.000 đồng.", "Đến tận nơi thì mất 15.000 đồng."]
    generator = site.write_with(PausingFakeGenerator("".join(f"{one} [1]\n" for one in lines)))
    generator.may_begin.set()
    generator.may_go_on.set()
    phone_page.goto(site.url + "/doc/plain?tiep=/hoi")
    ask(phone_page, QUESTION)
    expect(phone_page.locator("#loi-dap p")).to_have_text(lines)


def test_a_site_that_is_busy_shows_the_answer_and_nothing_else(phone_page, site):
    places = site.app.extensions["asking_streams"]
    generator = site.write_with(PausingFakeGenerator(TRUE))
    taken = [one for one in (places.response(None, None, 1.0) for _ in range(9)) if one.status_code == 200]
    try:
        ask_there(phone_page, site)
        phone_page.wait_for_timeout(500)
        expect(phone_page.locator("[data-rewriting]")).to_be_hidden()
        expect(phone_page.locator("#loi-dap")).to_contain_text(EXTRACT)
        assert generator.calls == 0
    finally:
        for one in taken:
            one.close()


def test_without_a_script_there_is_the_answer_and_nothing_to_wait_for(new_phone, site):
    generator = site.write_with(PausingFakeGenerator(TRUE))
    page = new_phone(java_script_enabled=False)
    ask_there(page, site)
    expect(page.locator("#loi-dap")).to_contain_text(EXTRACT)
    expect(page.get_by_text(BUSY)).to_be_hidden()
    assert generator.calls == 0


@pytest.mark.slow
def test_with_a_real_model_that_writes_gibberish_the_page_stays_usable(phone_page, tmp_path):
    settings = prepared(tmp_path, model=str(tiny_model()), model_seconds="15", model_threads="1")
    with serving(settings) as site:
        try:
            ask_there(phone_page, site)
            box = phone_page.locator("[data-rewriting]")
            expect(box.get_by_role("status")).to_be_visible()
            expect(phone_page.locator("#loi-dap")).to_contain_text(EXTRACT)
            expect(box).to_be_hidden(timeout=40_000)
            expect(phone_page.locator("#loi-dap")).to_contain_text(EXTRACT)
            phone_page.goto(site.url + "/hoi")
            ask(phone_page, "Mã OTP là gì?")
            expect(phone_page.locator("#loi-dap")).to_contain_text("Không đọc cho ai")
        finally:
            site.app.extensions["assistant"]._generator.end()
