"""A learner asks the assistant, on a phone of 360×640: from a lesson, in need, and in vain."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

LESSON = "/hoc/vneid-tu-dau/len-muc-do-2"
UNKNOWN = "Giống lúa ST25 gieo mấy cân một sào?"


def fits(page: Page) -> bool:
    """Whether nothing on the page is wider than the screen."""
    return page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def ask(page: Page, question: str) -> None:
    """Type a question into the box of the page and send it."""
    page.locator("textarea[name=question]").last.fill(question)
    page.get_by_role("button", name="Hỏi", exact=True).click()
    page.wait_for_url("**/hoi/*")


def test_the_alarm_is_seen_without_scrolling(phone_page, live_server, assert_accessible, screenshot):
    phone_page.goto(live_server.url + "/hoi")
    alarm = phone_page.get_by_text("Bạn đang bị lừa đảo?").bounding_box()
    bar = phone_page.locator("nav.tools").bounding_box()
    assert alarm["y"] + alarm["height"] <= bar["y"], "the bar below hides it"
    assert fits(phone_page)
    assert_accessible(phone_page)
    screenshot(phone_page, "asking-form")
    phone_page.get_by_role("link", name="Việc cần làm ngay").click()
    card = phone_page.locator("details").first
    card.locator("summary").click()
    expect(card.locator("ol.steps li").first).to_be_visible()
    assert fits(phone_page)
    assert_accessible(phone_page)
    screenshot(phone_page, "asking-urgent-page")


def test_from_a_lesson_in_the_register_one_reads_in(phone_page, live_server, assert_accessible, screenshot):
    phone_page.goto(f"{live_server.url}/doc/plain?tiep={LESSON}")
    phone_page.get_by_role("link", name="Hỏi trợ lý").click()
    expect(phone_page.locator(".bar")).to_contain_text("Lên mức độ 2")
    offered = phone_page.locator("main ul.tiles a").first
    words = offered.inner_text()
    offered.click()
    expect(phone_page.locator("textarea[name=question]")).to_have_value(words)
    ask(phone_page, "Làm mức độ 2 phải mang gì đi?")
    expect(phone_page.locator(".me")).to_contain_text("phải mang gì đi")
    expect(phone_page.get_by_text("Máy trả lời, không phải người.")).to_be_visible()
    expect(phone_page.get_by_role("button", name="Dễ hiểu hơn")).to_have_count(0)
    expect(phone_page.get_by_role("button", name="In", exact=True)).to_be_visible()
    assert fits(phone_page)
    assert_accessible(phone_page)
    screenshot(phone_page, "asking-answer", whole=True)
    # Who reads the plain register has the plain words of the interface.
    phone_page.get_by_role("link", name="Đọc hết đoạn này").first.click()
    assert "/hoc/" in phone_page.url and phone_page.url.endswith("#trich")
    expect(phone_page.locator("mark#trich")).to_be_in_viewport()


def test_one_tap_makes_it_easier(phone_page, live_server):
    phone_page.goto(live_server.url + "/hoi")
    ask(phone_page, "Làm VNeID mức độ 2 ở đâu?")
    before = phone_page.url
    phone_page.get_by_role("button", name="Dễ hiểu hơn").click()
    phone_page.wait_for_url(lambda url: url != before)
    expect(phone_page.locator(".me")).to_contain_text("Làm VNeID mức độ 2 ở đâu?")


def test_in_need_the_first_steps_come_first(phone_page, live_server, assert_accessible, screenshot):
    phone_page.goto(live_server.url + "/hoi")
    ask(phone_page, "toi vua chuyen tien cho ke lua dao")
    expect(phone_page.locator(".note-alarm ol.steps li").first).to_be_in_viewport()
    assert_accessible(phone_page)
    screenshot(phone_page, "asking-urgent")


def test_a_warning_stands_above_an_answer(phone_page, live_server, assert_accessible, screenshot):
    """What was asked is answered, and what is about to go wrong is read first, without a scroll."""
    phone_page.goto(live_server.url + "/hoi")
    ask(phone_page, "Làm mức độ 2 cần mang gì, với lại có anh cán bộ xin mật khẩu VNeID")
    alarm = phone_page.locator(".note-alarm").first
    expect(alarm).to_be_in_viewport()
    expect(alarm).to_contain_text("Đừng đưa mã")
    expect(phone_page.locator("#loi-dap")).to_contain_text("mang")
    assert fits(phone_page)
    assert_accessible(phone_page)
    screenshot(phone_page, "asking-warning", whole=True)


def test_an_honest_i_do_not_know_calls_a_person(phone_page, live_server, assert_accessible, screenshot):
    phone_page.goto(live_server.url + "/hoi")
    ask(phone_page, UNKNOWN)
    expect(phone_page.get_by_text("Câu hỏi đang chờ người trả lời")).to_be_visible()
    assert fits(phone_page)
    assert_accessible(phone_page)
    screenshot(phone_page, "asking-unknown", whole=True)
    phone_page.goto(live_server.url + "/cua-toi")
    expect(phone_page.get_by_role("link", name=UNKNOWN)).to_contain_text("Đang chờ người trả lời")


def test_not_right_leads_to_a_person(phone_page, live_server, assert_accessible):
    phone_page.goto(live_server.url + "/hoi")
    ask(phone_page, "Làm VNeID mức độ 2 ở đâu?")
    phone_page.get_by_role("button", name="Chưa đúng").click()
    expect(phone_page.get_by_text("Câu hỏi đang chờ người trả lời")).to_be_in_viewport()
    assert_accessible(phone_page)


def test_a_slip_keeps_what_was_typed(phone_page, live_server, assert_accessible):
    phone_page.goto(live_server.url + "/hoi")
    long = "Tôi muốn hỏi một chuyện rất dài. " * 16
    phone_page.locator("textarea[name=question]").fill(long)
    phone_page.get_by_role("button", name="Hỏi", exact=True).click()
    # On top of the page, and beside the field.
    for place in ("#loi", "#e-question"):
        expect(phone_page.locator(place)).to_contain_text("Bạn rút ngắn còn dưới 500.")
        expect(phone_page.locator(place)).to_be_visible()
    expect(phone_page.locator("textarea[name=question]")).to_have_value(long)
    assert_accessible(phone_page)


@pytest.mark.parametrize("question", ["Làm VNeID mức độ 2 ở đâu?", UNKNOWN])
def test_everything_works_without_javascript(new_phone, live_server, question):
    page = new_phone(java_script_enabled=False)
    page.goto(live_server.url + "/hoi")
    ask(page, question)
    expect(page.locator(".me")).to_contain_text(question)
    expect(page.locator("svg.qr")).to_be_visible()
    # Buttons that need a script stay away.
    expect(page.get_by_role("button", name="In", exact=True)).to_have_count(0)
