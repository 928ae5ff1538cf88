"""The administrator: from the one-time link to a unit with numbers, an emblem, people and a log."""

from __future__ import annotations

import struct
import zlib

import pytest
from playwright.sync_api import expect

from tests.browser.steps import PIN, Walk, make_person, reload_until, sign_in, sign_up

PASSWORD = "ca-phe-buon-ho-7"


def png(side: int = 64) -> bytes:
    """A green square as a PNG picture."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    row = b"\x00" + bytes((10, 92, 68)) * side
    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(row * side)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


@pytest.fixture(scope="module")
def started(live_server, browser):
    """The server after its one-time link was used by the first administrator."""
    page = browser.new_page()
    page.goto(live_server.first_administrator_link())
    fields = {"unit_name": "Xã Mẫu", "name": "Anh Trí", "login": "quantri", "secret": PASSWORD}
    for name, text in (fields | {"secret_again": PASSWORD}).items():
        page.locator(f"main [name={name}]").fill(text)
    page.get_by_role("button", name="Bắt đầu").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Quản trị")
    page.close()
    return live_server


def test_the_one_time_link_names_the_unit_and_works_once(
    live_server, new_phone, assert_accessible, screenshot, request
):
    walk = Walk(new_phone(), live_server.url, assert_accessible)
    link = live_server.first_administrator_link().removeprefix(live_server.url)
    walk.go(link)
    screenshot(walk.page, "administrator-start", whole=True)
    walk.fill(unit_name="Xã Mẫu", name="Anh Trí", login="quantri", secret=PASSWORD, secret_again="khác hẳn")
    walk.press("Bắt đầu")
    walk.shows("Hai lần gõ chưa giống nhau.")
    expect(walk.page.locator("[name=unit_name]")).to_have_value("Xã Mẫu")

    request.getfixturevalue("started")
    reload_until(walk.page, live_server.url + "/", "Xã Mẫu")
    walk.go(link)
    walk.shows("đã dùng rồi")


def test_numbers_have_a_date_and_the_emblem_is_seen(started, new_phone, assert_accessible, screenshot):
    walk = Walk(new_phone(), started.url, assert_accessible)
    sign_in(walk.page, started.url, "quantri", PASSWORD)
    walk.press("Quản trị")
    walk.fill(label="Công an xã", number="gọi mẹ")
    walk.press("Thêm số")
    walk.shows("Còn chỗ cần sửa")
    expect(walk.page.locator("[name=label]")).to_have_value("Công an xã")
    walk.fill(number="0262 3 851 111", hours="7 giờ đến 17 giờ", checked_on="2026-11-02")
    walk.press("Thêm số")
    walk.shows("Đã thêm số điện thoại.")

    walk.page.locator("[name=emblem]").set_input_files(
        {"name": "bieu-trung.png", "mimeType": "image/png", "buffer": png()}
    )
    walk.fill(name="Phường Mẫu", desk_name="Bàn hỗ trợ phường Mẫu")
    walk.press("Lưu", exact=True)
    walk.shows("Đã lưu.")
    screenshot(walk.page, "administrator-unit", whole=True)

    citizen = Walk(new_phone(), started.url, assert_accessible)
    reload_until(citizen.page, started.url + "/gioi-thieu", "Bàn hỗ trợ phường Mẫu")
    citizen.seen()
    expect(citizen.page.get_by_role("link", name="0262 3 851 111")).to_have_attribute(
        "href", "tel:02623851111"
    )
    citizen.shows("Kiểm tra ngày 02/11/2026")
    expect(citizen.page.locator("header")).to_contain_text("Phường Mẫu")
    emblem = citizen.page.locator("header img.mark")
    assert emblem.evaluate("one => one.complete && one.naturalWidth") == 64


def test_roles_are_given_and_taken_and_an_account_is_closed(
    started, new_phone, assert_accessible, screenshot
):
    member = Walk(new_phone(), started.url, assert_accessible)
    sign_up(member.page, started.url, "Chị Nga", "chinga")
    expect(member.page.get_by_role("link", name="Bàn hỗ trợ")).to_have_count(0)

    admin = Walk(new_phone(), started.url, assert_accessible)
    sign_in(admin.page, started.url, "quantri", PASSWORD)
    admin.go("/quan-tri/nguoi")
    admin.fill(tim="chi nga")
    admin.press("Tìm", exact=True)
    admin.press("Chị Nga")
    admin.page.locator("main summary", has_text="Giao quyền: Cán bộ bàn hỗ trợ").click()
    admin.shows("Chị Nga sẽ đọc câu hỏi của người dân")
    admin.press("Đúng, làm vậy")
    admin.shows("đang có")
    screenshot(admin.page, "administrator-person", whole=True)
    member.go("/cua-toi")
    expect(member.page.get_by_role("link", name="Bàn hỗ trợ")).to_be_visible()

    admin.page.locator("main summary", has_text="Thu quyền: Cán bộ bàn hỗ trợ").click()
    admin.press("Đúng, làm vậy")
    member.page.goto(started.url + "/quay")
    member.seen()
    member.shows("Trang này dành cho người có quyền.")

    admin.page.locator("main summary", has_text="Đóng tài khoản").click()
    admin.shows("Người này không vào được nữa.")
    admin.press("Đúng, làm vậy")
    admin.shows("Tài khoản đã đóng ngày")
    member.page.goto(started.url + "/cua-toi")
    expect(member.page.get_by_role("heading", level=1)).to_have_text("Của tôi")
    sign_in(member.page, started.url, "chinga")
    member.shows("Tên hoặc mã PIN chưa đúng.")

    admin.go("/quan-tri/nhat-ky")
    for deed in ("Giao quyền: Cán bộ bàn hỗ trợ", "Thu quyền: Cán bộ bàn hỗ trợ", "Đóng tài khoản"):
        admin.shows(deed)
    screenshot(admin.page, "administrator-log")


def test_the_last_administrator_stays(started, new_phone):
    page = new_phone()
    sign_in(page, started.url, "quantri", PASSWORD)
    page.goto(started.url + "/quan-tri/nguoi?tim=quantri")
    page.locator("a.tile", has_text="Anh Trí").click()
    page.locator("main summary", has_text="Thu quyền: Quản trị").click()
    page.get_by_role("button", name="Đúng, làm vậy").click()
    expect(page.get_by_text("Phải còn ít nhất một người quản trị.")).to_be_visible()


def test_a_forgotten_pin_is_set_anew_and_devices_are_signed_out(started, new_phone, assert_accessible):
    make_person(started, "Bà Quên", "baquen")
    member, admin = new_phone(), Walk(new_phone(), started.url, assert_accessible)
    sign_in(member, started.url, "baquen")
    sign_in(admin.page, started.url, "quantri", PASSWORD)
    admin.page.goto(started.url + "/quan-tri/nguoi?tim=baquen")
    admin.press("Bà Quên")
    admin.page.locator("main summary", has_text="Đặt mã mới").click()
    admin.shows("hết hiệu lực ngay")
    admin.press("Đúng, làm vậy")
    new_pin = admin.page.locator(".joincode").inner_text()
    assert new_pin != PIN

    member.goto(started.url + "/cua-toi")
    expect(member.get_by_role("heading", level=1)).to_have_text("Của tôi")
    sign_in(member, started.url, "baquen", new_pin)
    expect(member).to_have_url(started.url + "/tai-khoan")
