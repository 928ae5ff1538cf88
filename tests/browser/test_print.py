"""On paper there are words and pictures, no bars and no buttons."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.sample_site import LESSON


@pytest.mark.parametrize("path", [LESSON, "/viec-gap"])
def test_a_page_prints_without_bars(phone_page, sample_site, path):
    phone_page.goto(sample_site.url + path)
    phone_page.emulate_media(media="print")
    for one in ("header.bar", "nav.tools", "footer.foot", ".skip"):
        expect(phone_page.locator(one)).to_be_hidden()
    expect(phone_page.get_by_role("heading", level=1)).to_be_visible()
    assert phone_page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"


def test_a_lesson_prints_black_on_white_from_a_dark_phone(new_phone, sample_site):
    page = new_phone(color_scheme="dark")
    page.goto(sample_site.url + LESSON)
    page.emulate_media(media="print", color_scheme="dark")
    pale = page.evaluate(
        """[...document.querySelectorAll('main *')].filter(one => one.childElementCount === 0
              && one.textContent.trim() && one.checkVisibility() && !one.closest('svg'))
           .filter(one => getComputedStyle(one).color.match(/\\d+/g).slice(0, 3).every(part => part > 150))
           .map(one => one.outerHTML.slice(0, 80)).slice(0, 5)"""
    )
    assert not pale, f"pale words on white paper: {pale}"
