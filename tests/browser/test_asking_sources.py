"""A source opens at its sentence, and a talk of several turns, on a phone of 360×640 and at a desk."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_asking import UNKNOWN, ask, fits

KNOWN = "Làm VNeID mức độ 2 ở đâu?"
BETWEEN_THE_BARS = """mark => {
    const top = document.querySelector('.bar').getBoundingClientRect().bottom;
    const bottom = document.querySelector('nav.tools').getBoundingClientRect().top;
    const place = mark.getBoundingClientRect();
    return place.top >= Math.max(0, top) && place.bottom <= bottom && place.height > 0;
}"""
CONTRAST = """mark => {
    const light = colour => {
        const parts = colour.match(/[\\d.]+/g).slice(0, 3).map(one => {
            const share = one / 255;
            return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
        });
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2];
    };
    const style = getComputedStyle(mark);
    const [low, high] = [light(style.color), light(style.backgroundColor)].sort((a, b) => a - b);
    return (high + 0.05) / (low + 0.05);
}"""


def open_the_source(page: Page, url: str) -> None:
    """Ask, and follow the first source; the quoted sentence can be read where one comes out."""
    page.goto(url + "/hoi")
    ask(page, KNOWN)
    quoted = page.locator(".src blockquote").first.inner_text()
    page.locator('.src a[href*="trich="]').first.click()
    page.wait_for_url("**#trich")
    mark = page.locator("mark#trich")
    for _ in range(60):  # the page may still glide there
        if mark.evaluate(BETWEEN_THE_BARS):
            break
        page.wait_for_timeout(100)
    assert mark.evaluate(BETWEEN_THE_BARS)
    assert mark.inner_text().strip()[:20] in quoted
    assert mark.evaluate(CONTRAST) >= 7
    assert fits(page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_quoted_sentence_is_marked_and_in_sight(
    new_phone, live_server, assert_accessible, screenshot, scheme
):
    page = new_phone(color_scheme=scheme)
    open_the_source(page, live_server.url)
    assert_accessible(page)
    screenshot(page, f"asking-quote-{scheme}")


def test_the_quoted_sentence_is_marked_without_javascript(new_phone, live_server):
    page = new_phone(java_script_enabled=False)
    page.goto(live_server.url + "/hoi")
    ask(page, KNOWN)
    page.locator('.src a[href*="trich="]').first.click()
    page.wait_for_url("**#trich")
    expect(page.locator("mark#trich")).to_be_in_viewport()


def test_the_quoted_sentence_is_marked_at_a_desk(new_desktop, live_server):
    open_the_source(new_desktop(), live_server.url)


def test_a_talk_of_three_turns_and_its_end(phone_page, live_server, assert_accessible, screenshot):
    phone_page.goto(live_server.url + "/hoi")
    ask(phone_page, "Đăng ký tạm trú ở đâu?")
    ask(phone_page, "bao nhiêu tiền?")
    ask(phone_page, "thế mất bao lâu?")
    summary = phone_page.get_by_text("2 câu hỏi trước")
    expect(phone_page.locator(".me")).to_be_in_viewport()
    summary.click()
    expect(phone_page.get_by_role("link", name="Đăng ký tạm trú ở đâu?")).to_be_visible()
    assert fits(phone_page)
    assert_accessible(phone_page)
    screenshot(phone_page, "asking-talk", whole=True)
    address = phone_page.url
    phone_page.get_by_text("Xóa cuộc trò chuyện này").click()
    phone_page.get_by_role("button", name="Đúng, làm vậy").click()
    expect(phone_page.get_by_text("Đã xóa cuộc trò chuyện.")).to_be_visible()
    assert phone_page.goto(address).status == 404


def test_everything_one_may_do_can_be_hit(phone_page, live_server):
    phone_page.goto(live_server.url + "/hoi")
    ask(phone_page, KNOWN)
    for role, name in (
        ("button", "Dễ hiểu hơn"), ("button", "In"), ("link", "Hỏi người thật"), ("button", "Đúng ý"),
        ("button", "Chưa đúng"), ("button", "Gửi câu này cho người thật"),
    ):  # fmt: skip
        control = phone_page.get_by_role(role, name=name, exact=True)
        control.scroll_into_view_if_needed()
        expect(control).to_be_in_viewport()
        assert control.bounding_box()["height"] >= 48, name


def test_a_question_back_is_answered_with_a_tap(phone_page, live_server, assert_accessible, screenshot):
    phone_page.goto(live_server.url + "/hoi")
    ask(phone_page, "mật khẩu")
    choices = phone_page.locator("main form:has(input[name=question]) button")
    assert 2 <= choices.count() <= 3
    for place in range(choices.count()):
        box = choices.nth(place).bounding_box()
        assert box["height"] >= 48 and box["width"] >= 300
    assert_accessible(phone_page)
    screenshot(phone_page, "asking-question-back")
    words = choices.first.inner_text()
    choices.first.click()
    phone_page.wait_for_url("**/hoi/*")
    expect(phone_page.locator(".me")).to_contain_text(words)
    expect(phone_page.get_by_text("1 câu hỏi trước")).to_be_visible()


def test_a_guest_reads_how_long_a_waiting_question_is_kept(phone_page, live_server):
    phone_page.goto(live_server.url + "/hoi")
    ask(phone_page, UNKNOWN)
    expect(phone_page.get_by_text("Sau một ngày, máy không nhớ ai đã hỏi.")).to_be_visible()
