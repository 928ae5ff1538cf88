"""A finger that taps twice sends once, and nothing stays locked for those who come back."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.sample_site import LESSON

QUESTION = LESSON + "/cau-hoi/1"


def posts(page: Page) -> list[str | None]:
    """The bodies that the page sends from now on, in order."""
    bodies: list[str | None] = []
    page.on("request", lambda one: bodies.append(one.post_data) if one.method == "POST" else None)
    return bodies


def test_a_guests_first_answer_tapped_twice_is_sent_once(phone_page, sample_site):
    phone_page.goto(sample_site.url + QUESTION)
    phone_page.locator("main input[name=choice]").first.check()
    sent = posts(phone_page)
    phone_page.get_by_role("button", name="Trả lời").dblclick()
    expect(phone_page.get_by_role("heading", level=1)).to_contain_text("úng")
    assert len(sent) == 1


def test_both_taps_that_arrive_are_one_answer(new_phone, sample_site):
    """Without a script the browser sends twice: the guest is one, and sees the answer."""
    page = new_phone(java_script_enabled=False)
    page.goto(sample_site.url + QUESTION)
    page.locator("main input[name=choice]").first.check()
    page.get_by_role("button", name="Trả lời").dblclick()
    expect(page.get_by_role("heading", level=1)).to_contain_text("úng")


def test_the_pressed_button_keeps_its_name_and_value(desktop_page, sample_site):
    page = desktop_page
    page.goto(sample_site.url + "/hoi")
    page.evaluate(
        """() => { const form = document.querySelector('main form');
        form.insertAdjacentHTML('beforeend', '<button type=submit name=xem value=1>Xem</button>'); }"""
    )
    page.locator("main textarea").fill("Mất thẻ căn cước thì làm gì?")
    sent = posts(page)
    page.get_by_role("button", name="Xem", exact=True).click()
    page.wait_for_url("**/hoi/*")
    assert "xem=1" in sent[0]


@pytest.mark.parametrize("path", [QUESTION, "/dang-nhap"])
def test_who_comes_back_can_send_again(phone_page, sample_site, path):
    """The browser kept the page as it was left, its button marked: it works again."""
    phone_page.goto(sample_site.url + path)
    button = phone_page.locator("main form button[type=submit]").first
    label = button.inner_text()
    phone_page.evaluate(
        """() => { const form = document.querySelector('main form');
        form.addEventListener('submit', event => event.preventDefault());
        form.noValidate = true; form.requestSubmit(); }"""
    )
    expect(button).to_have_attribute("aria-disabled", "true")
    expect(button).to_have_text(re.compile("Đang (gửi|đăng nhập)…"))
    phone_page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))")
    expect(button).not_to_have_attribute("aria-disabled", "true")
    expect(button).to_have_text(label)


def test_going_back_past_a_mistake_finds_the_page(phone_page, sample_site):
    """The form that came back with a mistake is no dead end that asks to send it again."""
    phone_page.goto(sample_site.url + QUESTION)
    phone_page.evaluate("document.querySelector('main form').submit()")
    expect(phone_page.get_by_role("alert")).to_be_visible()
    phone_page.locator("main input[name=choice]").first.check()
    phone_page.get_by_role("button", name="Trả lời").click()
    phone_page.wait_for_url("**tra-loi=*")
    phone_page.go_back()
    expect(phone_page.get_by_role("button", name="Trả lời")).to_be_visible()


def test_the_empty_part_of_the_bar_leads_nowhere(desktop_page, sample_site):
    """A slip of the mouse beside the name must not leave a form that is half filled."""
    desktop_page.goto(sample_site.url + "/dang-nhap")
    desktop_page.locator("main [name=login]").fill("banam")
    desktop_page.mouse.click(640, 30)
    expect(desktop_page.locator("main [name=login]")).to_have_value("banam")
    expect(desktop_page.get_by_role("heading", name="Đăng nhập")).to_be_visible()
