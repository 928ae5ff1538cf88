"""A learner at home, on a phone of 360×640: from the first page to the second device."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.steps import (
    PIN,
    Walk,
    answer,
    finish,
    lesson,
    path_of,
    sign_in,
    sign_up,
)

STANDARD_COURSE = "vneid-tu-dau"
"""A course that is read in the standard register unless the reader chose another."""


def test_from_the_first_page_to_the_end_of_a_lesson(phone_page, live_server, assert_accessible, screenshot):
    page, first = phone_page, lesson(1)
    walk = Walk(page, live_server.url, assert_accessible)

    walk.go("/")
    alarm = page.get_by_role("link", name="Bị lừa?").bounding_box()
    assert alarm["y"] + alarm["height"] <= page.locator("nav.tools").bounding_box()["y"]
    screenshot(page, "learner-first-page")

    walk.press("Người cao tuổi")
    expect(page).to_have_url(live_server.url + "/lo-trinh/nguoi-cao-tuoi")
    walk.shows("Làm quen với điện thoại thông minh")
    walk.press("Làm quen với điện thoại thông minh")
    walk.press("Bắt đầu học")
    expect(page).to_have_url(live_server.url + path_of(first))
    expect(page.get_by_role("heading", level=1)).to_have_text(first.text("plain").title)
    screenshot(page, "learner-lesson-plain")

    walk.press("Làm câu hỏi")
    for number, question in enumerate(first.questions, 1):
        right = sorted(question.right_choices)
        chosen = right if number > 1 else [next(n for n in range(9) if n not in right)]
        answer(page, chosen)
        walk.seen()
        expect(page.get_by_role("heading", level=1)).to_contain_text(
            "Chưa đúng" if number == 1 else "Đúng rồi"
        )
        for place in {*chosen, *right}:
            walk.shows(question.choices[place].why)
        screenshot(page, f"learner-answer-{number}")
        walk.press("Câu tiếp" if number < len(first.questions) else "Xem kết quả")
    walk.shows(f"Đúng {len(first.questions) - 1} trong {len(first.questions)} câu.")
    walk.press("Bài tiếp")
    expect(page).to_have_url(live_server.url + path_of(lesson(2)))

    walk.go("/cua-toi")
    walk.shows(lesson(2).title)


def test_one_tap_changes_the_register_and_it_is_remembered(phone_page, live_server, assert_accessible):
    page, walk = phone_page, Walk(phone_page, live_server.url, assert_accessible)
    first, second = lesson(1, STANDARD_COURSE), lesson(2, STANDARD_COURSE)
    own_words = first.text("plain").blocks[0].text.split("\n")[0].strip()[:40]
    assert own_words not in first.text("standard").markdown

    page.goto(live_server.url + path_of(first))
    expect(page.get_by_text(own_words)).to_have_count(0)
    walk.press("Dễ hiểu hơn")
    walk.shows(own_words)
    expect(page.get_by_role("link", name="✓ Dễ hiểu")).to_be_visible()

    page.goto(live_server.url + path_of(second))
    expect(page.get_by_role("link", name="✓ Dễ hiểu")).to_be_visible()
    walk.press("✓ Dễ hiểu")
    expect(page.get_by_role("link", name="Dễ hiểu hơn")).to_be_visible()
    page.goto(live_server.url + path_of(first))
    expect(page.get_by_text(own_words)).to_have_count(0)


def test_an_account_keeps_what_was_done_and_goes_on_elsewhere(
    new_phone, live_server, assert_accessible, screenshot
):
    here = new_phone()
    walk = Walk(here, live_server.url, assert_accessible)
    here.goto(live_server.url + "/doc/plain")
    finish(here, live_server.url, lesson(1))
    walk.press("Tạo tài khoản")
    screenshot(here, "learner-sign-up", whole=True)
    sign_up(here, live_server.url, "Bà Năm", "Bà Năm 1950")
    walk.seen()
    walk.shows("Đã xong 1 trong 5 bài")
    screenshot(here, "learner-mine", whole=True)

    there = new_phone()
    there_walk = Walk(there, live_server.url, assert_accessible)
    there_walk.go("/dang-nhap")
    sign_in(there, live_server.url, "banam1950")
    there_walk.seen()
    there_walk.shows("Đã xong 1 trong 5 bài")
    there_walk.press(lesson(2).title)
    expect(there).to_have_url(live_server.url + path_of(lesson(2)))
    expect(there.get_by_role("link", name="✓ Dễ hiểu")).to_be_visible()

    there_walk.go("/tai-khoan")
    there_walk.shows("Máy đang đăng nhập")
    there_walk.press("Đăng xuất mọi máy khác")
    here.goto(live_server.url + "/cua-toi")
    expect(here.get_by_role("link", name="Đăng nhập").first).to_be_visible()


def test_a_telephone_number_may_be_typed_in_any_way(new_phone, live_server):
    here, there = new_phone(), new_phone()
    sign_up(here, live_server.url, "Ông Sáu", "0912 345 678")
    expect(here.get_by_role("heading", name="Chào Ông Sáu")).to_be_visible()
    sign_in(there, live_server.url, "+84 912.345.678")
    expect(there.get_by_role("heading", name="Chào Ông Sáu")).to_be_visible()


def test_slips_when_signing_up_are_named_and_nothing_else_is_lost(
    phone_page, live_server, assert_accessible, screenshot
):
    page, walk = phone_page, Walk(phone_page, live_server.url, assert_accessible)
    slips = (
        (PIN, "852963", "Hai lần gõ chưa giống nhau"),
        ("123456", "123456", "Mã PIN này dễ đoán"),
        ("12345", "12345", "mã PIN 6 chữ số"),
    )
    walk.go("/dang-ky")
    walk.fill(name="Cô Tư", login="cotu")
    page.get_by_label("Từ 16 tuổi trở lên").check()
    page.locator("[name=consent]").check()
    for pin, again, words in slips:
        walk.fill(secret=pin, secret_again=again)
        walk.press("Tạo tài khoản")
        walk.shows("Còn chỗ cần sửa")
        walk.shows(words)
        expect(page.locator("[name=name]")).to_have_value("Cô Tư")
        expect(page.locator("[name=login]")).to_have_value("cotu")
        expect(page.get_by_label("Từ 16 tuổi trở lên")).to_be_checked()
        expect(page.locator("[name=consent]")).to_be_checked()
        expect(page.locator("[name=secret]")).to_have_value("")
    screenshot(page, "learner-sign-up-slip")


def test_a_wrong_pin_says_so_and_keeps_the_name(phone_page, live_server, assert_accessible):
    page, walk = phone_page, Walk(phone_page, live_server.url, assert_accessible)
    sign_in(page, live_server.url, "khongcoai", "112358")
    walk.seen()
    walk.shows("Tên hoặc mã PIN chưa đúng.")
    expect(page.locator("[name=login]")).to_have_value("khongcoai")
    expect(page.locator("[name=secret]")).to_have_value("")


def test_a_pin_can_be_looked_at_while_typing(phone_page, live_server):
    phone_page.goto(live_server.url + "/dang-nhap")
    field = phone_page.locator("[name=secret]")
    field.fill(PIN)
    phone_page.get_by_role("button", name="Hiện chữ").click()
    expect(field).to_have_attribute("type", "text")
    phone_page.get_by_role("button", name="Giấu chữ").click()
    expect(field).to_have_attribute("type", "password")


def test_a_child_needs_a_guardian(phone_page, live_server, assert_accessible):
    page, walk = phone_page, Walk(phone_page, live_server.url, assert_accessible)
    walk.go("/dang-ky")
    walk.fill(name="Em Na", login="emna", secret=PIN, secret_again=PIN)
    page.get_by_label("Dưới 16 tuổi", exact=True).check()
    page.locator("[name=consent]").check()
    walk.press("Tạo tài khoản")
    walk.shows("đánh dấu vào ô đồng ý")
    walk.fill(guardian_name="Mẹ Hoa", guardian_relation="mẹ", secret=PIN, secret_again=PIN)
    page.locator("[name=guardian_consent]").check()
    walk.press("Tạo tài khoản")
    walk.press("Tài khoản của tôi")
    walk.shows("Mẹ Hoa đồng ý ngày")


def test_asking_from_a_lesson_answers_in_its_register(phone_page, live_server, assert_accessible, screenshot):
    page, walk = phone_page, Walk(phone_page, live_server.url, assert_accessible)
    page.goto(live_server.url + "/doc/plain")
    page.goto(live_server.url + path_of(lesson(2)))
    walk.press("Hỏi trợ lý")
    expect(page.locator("header")).to_contain_text(lesson(2).title)
    walk.fill(question="Chữ nhỏ quá thì làm chữ to lên thế nào?")
    walk.press("Hỏi", exact=True)
    expect(page.locator("[data-speak]").first).not_to_be_empty()
    source = page.locator(".src").first
    expect(source.get_by_role("link")).to_have_attribute("href", re.compile("^/hoc/.+#"))
    expect(page.get_by_role("button", name="Dễ hiểu hơn")).to_have_count(0)
    screenshot(page, "learner-answer")
    page.get_by_role("link", name="Quay lại").click()
    expect(page.locator("header")).to_contain_text(lesson(2).title)
