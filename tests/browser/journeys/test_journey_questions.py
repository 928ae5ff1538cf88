"""Questions as they come, to a server with its real ear, on a phone: several in one, one that is not clear,
one of nothing, and a greeting."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.steps import SMALLEST_TARGET, Walk

SEVERAL = "Làm VNeID mức độ 2 ở đâu và cần mang gì? Giá vàng hôm nay bao nhiêu?"
LIKELY = (
    "Sap rau cua chi muon co tam ma QR de khach quet tra tien, lam o dau em?",
    "đóng tiền điện kiểu gì cho khỏi ra bưu điện",
    "lương hưu",
    "rút tiền bảo hiểm",
    "học nghề",
    "quên mật khẩu email",
    "gửi ảnh cho con",
)
"""Neither clear nor unknown: the first of these that is asked back shows how that looks."""
ASKED_BACK = re.compile("Có phải bạn hỏi|Bạn muốn hỏi điều nào")
LONGEST_BUTTON = 16
"""Words that are read at a glance."""


@pytest.fixture
def walk(live_server, phone_page, assert_accessible):
    """A phone that was never here before."""
    return Walk(phone_page, live_server.url, assert_accessible)


def ask(walk: Walk, question: str) -> None:
    """Ask from an empty page; ends on the answer, looked at."""
    walk.go("/hoi")
    walk.fill(question=question)
    walk.press("Hỏi", exact=True)
    expect(walk.page.locator(".me")).to_contain_text(question)


def buttons(page: Page) -> Locator:
    """The questions to tap."""
    return page.locator(".choices button")


def are_tapped_and_read_at_a_glance(page: Page) -> None:
    """Each button is large enough for a thumb, and short enough to be read."""
    for one in buttons(page).all():
        assert one.bounding_box()["height"] >= SMALLEST_TARGET
        assert len(one.inner_text().split()) <= LONGEST_BUTTON


def test_each_part_of_a_question_stands_under_its_own_words(walk, new_desktop, screenshot):
    ask(walk, SEVERAL)
    parts = walk.page.locator("#loi-dap .part")
    expect(parts).to_have_count(3)
    for part, question, answer in (
        (0, "Làm VNeID mức độ 2 ở đâu?", "công an xã"),
        (1, "Cần mang gì?", "Thẻ căn cước"),
        (2, "Giá vàng hôm nay bao nhiêu?", "chưa trả lời được phần này"),
    ):
        expect(parts.nth(part).get_by_role("heading", name=question, exact=True)).to_be_visible()
        expect(parts.nth(part)).to_contain_text(answer)
    left_open = walk.page.locator("#loi-dap > p").first
    expect(left_open).to_contain_text("“Giá vàng hôm nay bao nhiêu?”")
    expect(left_open).to_be_in_viewport()
    expect(walk.page.get_by_text("Đọc là:")).to_have_count(0)
    expect(parts.nth(1)).to_contain_text("Nguồn 2")
    expect(walk.page.locator("main .src")).to_have_count(2)
    screenshot(walk.page, "journey-several", whole=True)
    walk.page.emulate_media(media="print")
    expect(parts.nth(2)).to_be_visible()
    screenshot(walk.page, "journey-several-print", whole=True)
    walk.page.emulate_media(media="screen")
    at_desk = new_desktop()
    at_desk.goto(walk.page.url)
    expect(at_desk.locator("#loi-dap .part")).to_have_count(3)
    screenshot(at_desk, "journey-several-desktop", whole=True)
    walk.press("Dễ hiểu hơn")
    expect(parts).to_have_count(3)
    expect(parts.nth(0)).to_contain_text("công an xã")


def test_did_you_mean_is_a_tap_or_a_way_to_a_person(walk, screenshot):
    for question in LIKELY:
        ask(walk, question)
        if walk.page.locator("#loi-dap").get_by_text(ASKED_BACK).count():
            break
    expect(walk.page.locator("#loi-dap")).to_contain_text(ASKED_BACK)
    are_tapped_and_read_at_a_glance(walk.page)
    screenshot(walk.page, "journey-did-you-mean", whole=True)
    asked_back = walk.page.url
    buttons(walk.page).first.click()
    walk.page.wait_for_url(lambda url: url != asked_back)
    walk.shows("1 câu hỏi trước")
    expect(walk.page.locator("#loi-dap")).not_to_contain_text(ASKED_BACK)
    expect(walk.page.locator("main .src").first).to_be_visible()
    walk.page.goto(asked_back)
    walk.page.locator(".choices").get_by_role("button", name="Không phải, hỏi cán bộ").click()
    walk.shows("Câu hỏi đang chờ người trả lời")
    walk.shows("Mở câu trả lời trên máy khác")


def test_a_fee_of_nothing_is_asked_back_in_few_words(walk, screenshot):
    ask(walk, "Phí bao nhiêu?")
    expect(walk.page.locator("#loi-dap")).to_contain_text("của việc gì?")
    are_tapped_and_read_at_a_glance(walk.page)
    expect(buttons(walk.page).first).to_be_in_viewport()
    name = buttons(walk.page).first.inner_text()
    assert "bao nhiêu" not in name, "what all buttons ask is asked once, above them"
    screenshot(walk.page, "journey-of-what")
    buttons(walk.page).first.click()
    expect(walk.page.locator(".me")).to_contain_text(f"{name}: hết bao nhiêu tiền?")


def test_a_greeting_is_answered_kindly_and_leads_on(walk, screenshot):
    ask(walk, "xin chao")
    expect(walk.page.locator("#loi-dap")).to_contain_text("Chào bạn.")
    expect(walk.page.locator("main .src, main .choices, main .qr")).to_have_count(0)
    expect(walk.page.get_by_text("chờ người trả lời")).to_have_count(0)
    expect(walk.page.get_by_role("heading", name="Hỏi tiếp")).to_be_in_viewport()
    screenshot(walk.page, "journey-greeting")
    walk.fill(question="Làm VNeID mức độ 2 ở đâu?")
    walk.press("Hỏi", exact=True)
    expect(walk.page.locator("#loi-dap")).to_contain_text("công an xã")
