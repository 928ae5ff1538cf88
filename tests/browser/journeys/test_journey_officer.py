"""An officer's day at the public service desk, in a real browser.

A citizen is asked for, a question that the assistant could not answer is answered, a second person
reviews it, and the next person who asks gets that answer.
"""

from __future__ import annotations

from datetime import date

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy.orm import Session

from assistant.storage import make_engine
from lms.accounts import service as accounts
from lms.units.models import Contact, Unit
from tests.browser.steps import SMALLEST_TARGET

PIN = "258036"
UNKNOWN = "Giống lúa ST25 gieo mấy cân một sào?"
ANSWER = "Bạn đến bàn khuyến nông của xã.\nHỏi cô Mẫu. Không mất tiền."


@pytest.fixture(scope="module")
def desk(live_server):
    """The server with a unit, its number, and two officers."""
    engine = make_engine(live_server.database_url)
    with Session(engine) as db:
        place = Unit(name="Xã Mẫu", desk_name="Bàn hỗ trợ xã Mẫu")
        place.contacts = [
            Contact(label="Trực bàn hỗ trợ", number="0251 000 000", checked_on=date(2026, 11, 1))
        ]
        db.add(place)
        db.flush()
        for name, login in (("Cô Một", "canbomot"), ("Chú Hai", "canbohai")):
            person = accounts.sign_up(db, name=name, login=login, secret=PIN, consent=True, unit_id=place.id)
            accounts.grant_role(db, person, "officer", place.id, by=None)
        db.commit()
    engine.dispose()
    return live_server


def sign_in(page: Page, url: str, login: str) -> None:
    """Sign in with the PIN, and go to the desk the way an officer does."""
    page.goto(url + "/dang-nhap")
    page.locator("[name=login]").fill(login)
    page.locator("[name=secret]").fill(PIN)
    page.locator("main button[type=submit]").click()
    page.get_by_role("link", name="Bàn hỗ trợ").click()
    expect(page.get_by_role("heading", name="Bàn hỗ trợ", exact=True)).to_be_visible()


def fits(page: Page) -> bool:
    """Whether nothing on the page is wider than the screen."""
    return page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def ask_as_learner(page: Page, url: str, question: str) -> str:
    """A learner asks on a phone; returns the address of the answer."""
    page.goto(url + "/hoi")
    page.locator("textarea[name=question]").fill(question)
    page.get_by_role("button", name="Hỏi", exact=True).click()
    page.wait_for_url("**/hoi/*")
    return page.url


def test_asking_for_a_citizen_with_the_keyboard_alone(desk, desktop_page, assert_accessible, screenshot):
    sign_in(desktop_page, desk.url, "canbomot")
    box = desktop_page.locator("[data-desk-question]")
    expect(box).to_be_focused()
    assert_accessible(desktop_page)
    screenshot(desktop_page, "desk")
    desktop_page.keyboard.type("làm vneid mức độ 2 ở đâu")
    desktop_page.keyboard.press("Enter")
    desktop_page.wait_for_url("**/quay/hoi/*")
    expect(desktop_page.locator(".work .me")).to_contain_text("làm vneid mức độ 2 ở đâu")
    expect(desktop_page.locator(".beside .src blockquote").first).to_be_visible()
    expect(desktop_page.get_by_role("button", name="In cho người dân")).to_be_visible()
    expect(desktop_page.locator("svg.qr")).to_be_visible()
    assert_accessible(desktop_page)
    screenshot(desktop_page, "desk-answer")
    desktop_page.keyboard.press("F2")
    desktop_page.wait_for_url("**/quay")
    expect(desktop_page.locator("[data-desk-question]")).to_be_focused()
    expect(desktop_page.locator("[data-desk-question]")).to_have_value("")


def ask_at_desk(page: Page, question: str) -> None:
    """Ask in the desk's box with Enter; ends on the answer."""
    page.locator("[data-desk-question]").fill(question)
    page.locator("[data-desk-question]").press("Enter")
    expect(page.locator(".work .me")).to_contain_text(question)


def test_a_follow_up_at_the_desk_and_the_next_citizen(desk, desktop_page, assert_accessible, screenshot):
    sign_in(desktop_page, desk.url, "canbomot")
    ask_at_desk(desktop_page, "Đăng ký tạm trú cần giấy gì?")
    expect(desktop_page.locator("#h-question")).to_contain_text("Đăng ký tạm trú cần giấy gì?")
    ask_at_desk(desktop_page, "Mất bao lâu?")
    heard = desktop_page.locator(".work").get_by_text("Đọc là:")
    expect(heard).to_contain_text("tạm trú")
    expect(desktop_page.locator("#loi-dap")).to_contain_text("3 ngày")
    assert "Mất" not in desktop_page.url and "tru" not in desktop_page.url
    assert_accessible(desktop_page)
    screenshot(desktop_page, "desk-follow-up")
    desktop_page.keyboard.press("F2")
    desktop_page.wait_for_url("**/quay")
    expect(desktop_page.locator("[data-desk-question]")).to_be_focused()
    expect(desktop_page.locator("[data-desk-question]")).to_have_value("")
    ask_at_desk(desktop_page, "Mất bao lâu?")
    expect(desktop_page.locator(".work")).to_contain_text("của việc gì")


def test_a_follow_up_at_the_desk_without_scripts_on_a_phone(desk, new_phone, screenshot):
    page = new_phone(java_script_enabled=False)
    sign_in(page, desk.url, "canbomot")
    for question in ("Đăng ký tạm trú cần giấy gì?", "Mất bao lâu?"):
        page.locator("[data-desk-question]").fill(question)
        page.get_by_role("button", name="Hỏi", exact=True).click()
        page.wait_for_url("**/quay/hoi/*")
    expect(page.locator(".work").get_by_text("Đọc là:")).to_contain_text("tạm trú")
    screenshot(page, "desk-follow-up-phone", whole=True)
    page.get_by_role("link", name="Người tiếp theo").click()
    page.wait_for_url("**/quay")
    expect(page.locator("#h-question")).to_have_count(0)


def test_a_question_back_at_the_desk_and_its_tap(desk, new_phone, new_desktop, assert_accessible, screenshot):
    for name, page in (("phone", new_phone()), ("desktop", new_desktop())):
        sign_in(page, desk.url, "canbomot")
        ask_at_desk(page, "mật khẩu")
        buttons = page.locator(".work .choices button")
        assert buttons.count() >= 2
        assert all(one.bounding_box()["height"] >= SMALLEST_TARGET for one in buttons.all())
        assert fits(page)
        assert_accessible(page)
        screenshot(page, f"desk-choice-{name}")
        first = page.url
        buttons.first.click()
        page.wait_for_url(lambda url, first=first: url != first)
        expect(page.locator(".work").get_by_text("1 câu hỏi trước")).to_be_visible()
        expect(page.locator("#loi-dap")).to_be_visible()


def test_what_is_printed_is_for_the_citizen(desk, desktop_page):
    sign_in(desktop_page, desk.url, "canbomot")
    desktop_page.locator("[data-desk-question]").fill("làm vneid mức độ 2 ở đâu")
    desktop_page.keyboard.press("Enter")
    desktop_page.wait_for_url("**/quay/hoi/*")
    desktop_page.emulate_media(media="print")
    expect(desktop_page.locator(".queue")).to_be_hidden()
    expect(desktop_page.locator("[data-desk-question]")).to_be_hidden()
    expect(desktop_page.locator("svg.qr")).to_be_visible()
    expect(desktop_page.locator(".work .src blockquote").first).to_be_visible()
    expect(desktop_page.locator(".work").get_by_text("0251 000 000")).to_be_visible()


def test_the_citizen_scans_the_code(desk, desktop_page, phone_page):
    sign_in(desktop_page, desk.url, "canbomot")
    desktop_page.locator("[data-desk-question]").fill("làm vneid mức độ 2 ở đâu")
    desktop_page.keyboard.press("Enter")
    desktop_page.wait_for_url("**/quay/hoi/*")
    token = desktop_page.url.rsplit("/", 1)[1]
    phone_page.goto(f"{desk.url}/hoi/{token}")
    expect(phone_page.locator(".me")).to_contain_text("làm vneid mức độ 2 ở đâu")


def test_from_a_question_nobody_could_answer_to_knowledge(
    desk, new_phone, new_desktop, assert_accessible, screenshot
):
    learner = new_phone()
    address = ask_as_learner(learner, desk.url, UNKNOWN)
    expect(learner.get_by_text("Câu hỏi đang chờ người trả lời")).to_be_visible()

    officer = new_desktop()
    sign_in(officer, desk.url, "canbomot")
    line = officer.locator("a.ticket", has_text=UNKNOWN).first
    expect(line).to_contain_text("Trợ lý chưa biết")
    line.click()
    assert_accessible(officer)
    officer.get_by_label("Câu trả lời").fill(
        "Bạn đến bàn khuyến nông của xã để hỏi về giống lúa và cách gieo sạ cho đúng thời vụ năm nay nhé."
    )
    officer.get_by_role("button", name="Xem câu có dễ hiểu").click()
    expect(officer.get_by_text("Nên cắt còn 15 chữ trở xuống.")).to_be_visible()
    officer.get_by_label("Câu trả lời").fill(ANSWER)
    officer.get_by_role("button", name="Lưu và trả lời").click()
    # The source's name is missing: the browser says so before anything is sent.
    assert officer.locator("[name=source_title]").evaluate("field => !field.validity.valid")
    officer.get_by_label("Nguồn: tên văn bản hoặc tài liệu").fill("Sổ tay khuyến nông của xã")
    officer.get_by_role("button", name="Lưu và trả lời").click()
    expect(officer.get_by_text("Đã lưu. Người hỏi sau sẽ nhận câu trả lời này.")).to_be_visible()
    assert_accessible(officer)
    screenshot(officer, "desk-ticket", whole=True)

    second = new_desktop()
    sign_in(second, desk.url, "canbohai")
    second.goto(officer.url)
    second.get_by_role("button", name="Tôi xem lại, câu này đúng").click()
    expect(second.locator(".work .tag").first).to_have_text("Đã xem lại")

    learner.goto(address)
    reply = learner.locator(".note-good")
    expect(reply).to_contain_text("Người ở bàn hỗ trợ trả lời")
    expect(reply).to_contain_text("Hỏi cô Mẫu")
    expect(reply).to_contain_text("Người thứ hai xem lại ngày")
    expect(reply).to_be_in_viewport()
    assert_accessible(learner)
    screenshot(learner, "asking-reply", whole=True)

    other = new_phone()
    ask_as_learner(other, desk.url, "giong lua ST25 gieo may can mot sao")
    expect(other.get_by_text("Người thật đã kiểm tra ngày")).to_be_visible()
    expect(other.locator("main")).to_contain_text("Hỏi cô Mẫu")
    assert_accessible(other)
    screenshot(other, "asking-verified", whole=True)


def test_the_desk_can_be_used_on_a_phone(desk, new_phone, assert_accessible, screenshot):
    learner, officer = new_phone(), new_phone()
    ask_as_learner(learner, desk.url, "Tiêm phòng dại cho chó Nàng Hương thì gặp ai?")
    sign_in(officer, desk.url, "canbomot")
    assert fits(officer)
    assert_accessible(officer)
    screenshot(officer, "desk-phone", whole=True)
    officer.locator("a.ticket", has_text="Nàng Hương").first.click()
    assert fits(officer)
    assert_accessible(officer)
    officer.get_by_label("Lý do, người hỏi sẽ đọc").select_option("elsewhere")
    officer.get_by_role("button", name="Đóng câu hỏi").click()
    expect(officer.get_by_text("Đã đóng câu hỏi.")).to_be_visible()
    learner.reload()
    expect(learner.get_by_text("Việc này do nơi khác giải quyết.")).to_be_visible()
