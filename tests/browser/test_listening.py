"""“Nghe” on a lesson: a recording if there is one, else the phone's voice, else why there is none."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.sample_site import prepared, served
from tests.browser.steps import lesson, path_of

FAKE_VIETNAMESE_VOICE = """
    const fakeVoice = {name: 'Giọng giả', lang: 'vi-VN', default: true, localService: true, voiceURI: 'fake'};
    window.fakeSpoken = [];
    window.SpeechSynthesisUtterance = function (text) { this.text = text; };
    Object.defineProperty(window, 'speechSynthesis', {value: {
        getVoices: () => [fakeVoice],
        addEventListener: () => {},
        cancel: () => {},
        speak: utterance => { window.fakeSpoken.push(utterance); },
    }});
"""
FAKE_PLAYING = """
    window.fakePlayed = [];
    HTMLMediaElement.prototype.play = function () { fakePlayed.push(this.querySelector('source').src); };
    HTMLMediaElement.prototype.pause = function () { fakePlayed.push('paused'); };
"""


def listen(page: Page):
    """The button on the bar of a lesson."""
    return page.locator("nav.tools [data-listen]")


@pytest.fixture(scope="module")
def site(root: Path, tmp_path_factory) -> Iterator[str]:
    """The address of a site where only the plain register of the first lesson has a recording."""
    library = tmp_path_factory.mktemp("library") / "courses"
    shutil.copytree(root / "courses", library, ignore=shutil.ignore_patterns("__pycache__", "*.py"))
    one = lesson(1)
    sound = library / "library" / one.course_id / "media" / "audio" / f"{one.number:02d}-{one.id}.plain.mp3"
    sound.parent.mkdir(parents=True, exist_ok=True)
    sound.write_bytes(b"ID3 a fake recording")
    with served(prepared(tmp_path_factory.mktemp("instance"), courses=str(library))) as url:
        yield url


@pytest.mark.parametrize("path", [path_of(lesson(2)), path_of(lesson(2)) + "/cau-hoi/1"])
def test_without_a_vietnamese_voice_the_button_says_what_to_do(phone_page, site, assert_accessible, path):
    phone_page.goto(site + path)
    listen(phone_page).click()
    told = phone_page.get_by_role("status").filter(has_text="chưa có giọng đọc tiếng Việt")
    expect(told).to_be_in_viewport()
    expect(told).to_contain_text("Mở Cài đặt")
    expect(listen(phone_page)).to_have_attribute("aria-pressed", "false")
    assert_accessible(phone_page)
    listen(phone_page).click()
    expect(told).to_be_hidden()


def test_no_word_of_it_where_there_is_a_voice(phone_page, site):
    phone_page.add_init_script(FAKE_VIETNAMESE_VOICE)
    phone_page.goto(site + path_of(lesson(2)))
    listen(phone_page).click()
    expect(phone_page.locator("[data-no-voice]")).to_be_hidden()
    assert not any("giọng đọc" in one for one in phone_page.evaluate("fakeSpoken.map(one => one.text)"))


def test_the_phones_voice_reads_the_lesson(phone_page, site, assert_accessible):
    phone_page.add_init_script(FAKE_VIETNAMESE_VOICE)
    phone_page.goto(site + path_of(lesson(2)))
    button = listen(phone_page)
    expect(button).to_have_text("Nghe")
    assert_accessible(phone_page)

    button.click()
    expect(button).to_have_text("Dừng")
    expect(button).to_have_attribute("aria-pressed", "true")
    title = phone_page.get_by_role("heading", level=1).inner_text()
    assert phone_page.evaluate("fakeSpoken[0].text") == title
    phone_page.evaluate("fakeSpoken[0].onend()")
    assert phone_page.evaluate("fakeSpoken.length") == 2, "the next part is read when one is done"
    assert phone_page.evaluate("fakeSpoken.every(one => one.lang === 'vi-VN')")

    button.click()
    expect(button).to_have_text("Nghe")


def test_a_recording_is_played_before_any_voice(phone_page, site, assert_accessible):
    phone_page.add_init_script(FAKE_VIETNAMESE_VOICE)
    phone_page.add_init_script(FAKE_PLAYING)
    phone_page.goto(site + "/doc/plain")
    phone_page.goto(site + path_of(lesson(1)))
    assert_accessible(phone_page)
    button = listen(phone_page)
    button.click()
    assert ".plain.mp3" in phone_page.evaluate("fakePlayed[0]")
    assert phone_page.evaluate("fakeSpoken.length") == 0
    button.click()
    assert phone_page.evaluate("fakePlayed[1]") == "paused"

    phone_page.goto(site + "/doc/standard")
    phone_page.goto(site + path_of(lesson(1)))
    expect(phone_page.locator("audio")).to_have_count(0)
    expect(listen(phone_page)).to_be_visible()


def test_without_javascript_the_recording_has_its_own_controls(new_phone, site):
    page = new_phone(java_script_enabled=False)
    page.goto(site + "/doc/plain")
    page.goto(site + path_of(lesson(1)))
    expect(page.locator("audio[controls]")).to_be_visible()
    expect(listen(page)).to_be_hidden()
