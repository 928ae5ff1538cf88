"""Everything works with JavaScript switched off: a learner and a teacher, from one end to the other."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.steps import Walk, finish, lesson, make_person, path_of, sign_in, sign_up

# What the browser can do does not depend on the database.
pytestmark = pytest.mark.parametrize("server_factory", ["sqlite"], indirect=True, scope="module")


def test_a_learner_from_the_first_page_to_an_answer(new_phone, live_server):
    # axe is a script itself: the same pages are checked in test_journey_learner.
    walk = Walk(new_phone(java_script_enabled=False), live_server.url, lambda page: None)
    page = walk.page
    walk.go("/")
    walk.press("Người cao tuổi")
    walk.press("Làm quen với điện thoại thông minh")
    walk.press("Bắt đầu học")
    expect(page.get_by_role("button", name="Nghe")).to_have_count(0)
    walk.press("✓ Dễ hiểu")
    # One for the page, and one at each heading that leads to the same heading in the other words.
    expect(page.get_by_role("link", name="Dễ hiểu hơn").last).to_be_visible()

    finish(page, live_server.url, lesson(1))
    sign_up(page, live_server.url, "Bà Năm", "banam")
    walk.shows("Đã xong 1 trong 5 bài")
    walk.press("Tài khoản của tôi")
    expect(page.get_by_role("button", name="Hiện chữ")).to_have_count(0)
    walk.go("/cua-toi")
    walk.press("Đăng xuất")

    there = Walk(new_phone(java_script_enabled=False), live_server.url, lambda page: None)
    sign_in(there.page, live_server.url, "banam")
    there.press(lesson(2).title)
    expect(there.page).to_have_url(live_server.url + path_of(lesson(2)))
    there.press("Hỏi trợ lý")
    there.fill(question="Chữ nhỏ quá thì làm chữ to lên thế nào?")
    there.press("Hỏi", exact=True)
    expect(there.page.locator(".src a").first).to_be_visible()
    for only_with_scripts in ("Nghe", "In"):
        expect(there.page.get_by_role("button", name=only_with_scripts, exact=True)).to_have_count(0)


def test_a_teacher_fills_a_class_prints_cards_and_closes_it(new_phone, live_server):
    make_person(live_server, "Thầy Ba", "thayba", "teacher")
    walk = Walk(new_phone(java_script_enabled=False), live_server.url, lambda page: None)
    sign_in(walk.page, live_server.url, "thayba")
    walk.press("Lớp của tôi")
    walk.fill(name="Lớp tối")
    walk.press("Mở lớp")
    walk.press("Thêm học viên")
    walk.fill(list="Bà Lành\nÔng Bốn")
    walk.press("Xem trước")
    walk.page.locator("[name=consent]").check()
    walk.press("Lưu 2 người")
    class_url = walk.page.url
    walk.press("In thẻ cho người chưa có")
    expect(walk.page.locator(".paper svg")).to_have_count(2)
    walk.page.goto(class_url)
    expect(walk.page.get_by_role("button", name="Đúng, làm vậy").first).to_be_hidden()
    walk.page.locator("summary", has_text="Đóng lớp").click()
    walk.press("Đúng, làm vậy")
    walk.shows("Lớp đã đóng. Kết quả vẫn giữ.")
