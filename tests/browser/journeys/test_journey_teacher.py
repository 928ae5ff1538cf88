"""A teacher: from the first password to an overview of a class, and cards that open only one's own door."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from openpyxl import Workbook
from playwright.sync_api import Locator, Page, expect

from tests.browser.qr_reader import text_of
from tests.browser.steps import COURSE, Walk, finish, finish_unseen, library, make_person, sign_in

PASSWORD = "lua-nep-thom-2026"


@pytest.fixture(scope="module")
def school(live_server):
    """The server with an administrator and a teacher who has a PIN already."""
    make_person(live_server, "Chị Quản", "quantri", "admin")
    make_person(live_server, "Thầy Ba", "thayba", "teacher")
    return live_server


def qr_in(place: Page | Locator) -> str:
    """What a camera reads from the (first) QR code there."""
    return text_of(place.locator("svg.qr").first.evaluate("one => one.outerHTML"))


def open_class(walk: Walk, name: str) -> str:
    """Make a class; its address."""
    walk.page.goto(walk.url + "/lop")
    walk.fill(name=name, place="Nhà văn hóa")
    walk.press("Mở lớp")
    expect(walk.page.get_by_role("heading", level=1)).to_have_text(name)
    return walk.page.url


def add_list(walk: Walk, class_url: str, people: str) -> None:
    """Paste a list of learners, look it over and save it."""
    walk.page.goto(class_url + "/them")
    walk.fill(list=people)
    walk.page.get_by_role("button", name="Xem trước").click()
    walk.page.locator("[name=consent]").check()
    walk.page.locator("button[name=save]").click()
    expect(walk.page).to_have_url(class_url)


def print_cards(walk: Walk, class_url: str) -> dict[str, str]:
    """Print the missing cards; the name on each, and the address its QR code holds."""
    walk.page.goto(class_url)
    walk.press("In thẻ cho người chưa có")
    cards = walk.page.locator(".paper").all()
    return {card.locator("b").inner_text(): qr_in(card) for card in cards}


def test_the_first_password_is_changed_at_once(school, new_phone, assert_accessible, screenshot):
    admin = Walk(new_phone(), school.url, assert_accessible)
    sign_in(admin.page, school.url, "quantri")
    admin.press("Quản trị")
    admin.press("Tài khoản và quyền")
    admin.fill(name="Cô Hoa", login="cohoa")
    admin.page.get_by_label("Thầy cô, người dạy").check()
    admin.press("Thêm", exact=True)
    admin.shows("Mã này chỉ hiện một lần.")
    first_password = admin.page.locator(".joincode").inner_text()

    teacher = Walk(new_phone(), school.url, assert_accessible)
    sign_in(teacher.page, school.url, "cohoa", first_password)
    expect(teacher.page).to_have_url(school.url + "/tai-khoan")
    teacher.shows("của riêng bạn")
    teacher.seen()
    screenshot(teacher.page, "teacher-first-password")
    teacher.fill(secret=PASSWORD, secret_again=PASSWORD)
    teacher.press("Đổi mã", exact=True)
    teacher.page.goto(school.url + "/cua-toi")
    teacher.press("Đăng xuất")

    sign_in(teacher.page, school.url, "cohoa", first_password)
    teacher.shows("Tên hoặc mã PIN chưa đúng.")
    sign_in(teacher.page, school.url, "cohoa", PASSWORD)
    teacher.press("Lớp của tôi")
    teacher.shows("Bạn chưa có lớp nào.")


def test_a_class_its_code_and_its_learners(school, phone_page, assert_accessible, screenshot, tmp_path):
    page, walk = phone_page, Walk(phone_page, school.url, assert_accessible)
    sign_in(page, school.url, "thayba")
    class_url = open_class(walk, "Lớp tối thứ Ba")

    walk.press("Mã lớp")
    code = page.locator(".joincode").inner_text()
    assert qr_in(page) == f"{school.url}/vao-lop/{code}"
    screenshot(page, "teacher-join-code")

    walk.go(class_url.removeprefix(school.url) + "/them")
    walk.fill(name="Bà Lành", login="balanh")
    walk.press("Xem lại")
    page.locator("[name=consent]").check()
    walk.press("Lưu 1 người")
    walk.shows("Đã thêm 1 người.")

    page.goto(class_url + "/them")
    walk.fill(list="H'Bia Niê\nEm Tý;;x;;\nY Thịnh Êban;12")
    walk.press("Xem trước")
    walk.shows("Chưa lưu ai.")
    expect(page.get_by_role("alert")).to_contain_text("Dòng 2 (Em Tý)")
    expect(page.get_by_role("alert")).to_contain_text("Dòng 3 (Y Thịnh Êban)")
    expect(page.locator("button[name=save]")).to_have_count(0)
    screenshot(page, "teacher-bad-rows", whole=True)
    walk.fill(list="H'Bia Niê\nEm Tý;;x;Mẹ Tý;mẹ\nY Thịnh Êban;ythinh")
    walk.press("Xem trước")
    page.locator("[name=consent]").check()
    walk.press("Lưu 3 người")

    book = Workbook()
    book.active.append(["Tên", "Tên đăng nhập"])
    book.active.append(["Giàng A Sử", ""])
    book.active.append(["H'Bia Niê", ""])
    book.save(tmp_path / "lop.xlsx")
    page.goto(class_url + "/them")
    page.locator("[name=file]").set_input_files(tmp_path / "lop.xlsx")
    walk.press("Xem trước")
    walk.shows("Đã có trong lớp")
    page.locator("[name=consent]").check()
    walk.press("Lưu 1 người")
    expect(page.locator("a.tile")).to_have_count(5)

    assert sorted(print_cards(walk, class_url)) == sorted(
        ["Bà Lành", "Em Tý", "Giàng A Sử", "H'Bia Niê", "Y Thịnh Êban"]
    )
    screenshot(page, "teacher-cards")
    page.emulate_media(media="print")
    expect(page.locator("header.bar")).to_be_hidden()
    expect(page.locator("nav.tools")).to_be_hidden()
    expect(page.get_by_text("Các thẻ này chỉ hiện một lần")).to_be_hidden()
    expect(page.locator(".paper")).to_have_count(5)


def test_a_card_opens_its_owners_door_until_it_is_withdrawn(school, new_phone, assert_accessible):
    teacher = Walk(new_phone(), school.url, assert_accessible)
    sign_in(teacher.page, school.url, "thayba")
    class_url = open_class(teacher, "Lớp có thẻ")
    add_list(teacher, class_url, "Bà Bốn")
    address = print_cards(teacher, class_url)["Bà Bốn"]
    assert address.startswith(school.url + "/the/")

    learner = Walk(new_phone(), school.url, assert_accessible)
    learner.go(address.removeprefix(school.url))
    expect(learner.page.get_by_role("heading", level=1)).to_have_text("Bạn là Bà Bốn?")
    learner.page.goto(school.url + "/cua-toi")
    expect(learner.page.get_by_role("link", name="Đăng nhập").first).to_be_visible()
    learner.page.goto(address)
    learner.press("Đúng, vào học")
    expect(learner.page.get_by_role("heading", level=1)).to_have_text("Chào Bà Bốn")

    teacher.page.goto(class_url)
    teacher.press("Bà Bốn")
    teacher.page.locator("main summary", has_text="Thu thẻ").click()
    teacher.press("Đúng, làm vậy")
    teacher.shows("Chưa có thẻ.")
    learner.page.goto(school.url + "/cua-toi")
    expect(learner.page.get_by_role("heading", level=1)).to_have_text("Của tôi")
    learner.go(address.removeprefix(school.url))
    learner.shows("Thẻ này đã hết dùng.")


def test_a_class_code_enrols_and_signs_nobody_in(school, new_phone, assert_accessible):
    teacher = Walk(new_phone(), school.url, assert_accessible)
    sign_in(teacher.page, school.url, "thayba")
    class_url = open_class(teacher, "Lớp có mã")
    teacher.page.goto(class_url + "/ma-lop")
    code = teacher.page.locator(".joincode").inner_text()

    make_person(school, "Ông Chín", "ongchin")
    learner = Walk(new_phone(), school.url, assert_accessible)
    learner.go("/vao-lop")
    learner.fill(ma=code.lower())
    learner.press("Tìm lớp")
    learner.shows("Bạn cần tài khoản để vào lớp.")
    expect(learner.page.get_by_role("button", name="Vào lớp này")).to_have_count(0)
    learner.page.goto(school.url + "/cua-toi")
    expect(learner.page.get_by_role("link", name="Đăng nhập").first).to_be_visible()

    learner.page.goto(f"{school.url}/vao-lop/{code}")
    learner.page.locator("main").get_by_role("link", name="Đăng nhập").click()
    learner.fill(login="ongchin", secret="258036")
    learner.press("Đăng nhập", exact=True)
    learner.press("Vào lớp này")
    learner.shows("Bạn đã vào lớp: Lớp có mã.")
    teacher.page.goto(class_url)
    teacher.shows("Ông Chín")


def test_at_a_glance_who_has_begun_and_who_has_finished(school, new_phone, assert_accessible, screenshot):
    teacher = Walk(new_phone(), school.url, assert_accessible)
    sign_in(teacher.page, school.url, "thayba")
    class_url = open_class(teacher, "Lớp giao bài")
    add_list(teacher, class_url, "Chưa Học\nĐang Học\nĐã Xong")
    course = library().course(COURSE)
    due = date.today() + timedelta(days=14)
    teacher.page.locator("[name=target]").select_option(f"course:{course.id}")
    teacher.fill(due_on=due.isoformat())
    teacher.press("Giao cho lớp")
    teacher.shows(f"đến hết ngày {due:%d/%m/%Y}")

    cards = print_cards(teacher, class_url)
    finish_unseen(school, "Đã Xong", course.lessons[:-1])
    for name, one in (("Đang Học", course.lessons[0]), ("Đã Xong", course.lessons[-1])):
        phone = new_phone()
        phone.goto(cards[name])
        phone.get_by_role("button", name="Đúng, vào học").click()
        expect(phone.get_by_role("link", name=course.title).first).to_be_visible()
        finish(phone, school.url, one)

    teacher.page.goto(class_url)
    teacher.seen()
    for heading, name in (("Chưa bắt đầu", "Chưa Học"), ("Đang học", "Đang Học"), ("Đã xong", "Đã Xong")):
        group = teacher.page.get_by_role("heading", name=re.compile(f"^{heading} 1$"))
        expect(group.locator("xpath=following-sibling::ul[1]")).to_contain_text(name)
    screenshot(teacher.page, "teacher-overview", whole=True)
    teacher.page.get_by_role("link", name="Đã Xong").click()
    teacher.shows(f"xong {len(course.lessons)} trong {len(course.lessons)} bài")
