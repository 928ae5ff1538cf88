"""An editor's work on the shelf, in a real browser: upload, look through, use, and be asked about it."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.assistant.documents.document_samples import DECISION, docx, pdf, scanned_pdf
from tests.browser.steps import Walk, make_person, sign_in

EDITOR = "bientap"


@pytest.fixture(scope="module")
def shelf(live_server):
    """The server with an officer who keeps the shelf."""
    make_person(live_server, "Cô Biên", EDITOR, "officer")
    return live_server


@pytest.fixture
def at_the_shelf(shelf, assert_accessible):
    """`at_the_shelf(page)`: signed in on this page, and come to the shelf as an editor does."""

    def come(page) -> Walk:
        walk = Walk(page, shelf.url, assert_accessible)
        sign_in(page, shelf.url, EDITOR)
        walk.press("Kho kiến thức")
        return walk

    return come


def send(walk: Walk, name: str, data: bytes, **fields: str) -> None:
    """Fill the form of a document with a file of this name, and send it."""
    walk.page.locator("[name=file]").set_input_files({"name": name, "mimeType": "", "buffer": data})
    walk.fill(**fields)
    walk.press("Đọc tệp")


def ask_until(walk: Walk, question: str, words: str) -> None:
    """Ask again until the answer has these words: what is published is taken in beside, within seconds."""
    for _ in range(30):
        walk.go("/hoi")
        walk.fill(question=question)
        walk.press("Hỏi", exact=True)
        if walk.page.locator("main").get_by_text(words).count():
            return
        walk.page.wait_for_timeout(1000)
    raise AssertionError(f"“{question}” is never answered with “{words}”")


def test_upload_a_document_on_a_phone_and_see_it_listed(at_the_shelf, phone_page, screenshot):
    walk = at_the_shelf(phone_page)
    walk.press("Thêm tài liệu")
    send(walk, "anh-chup.pdf", scanned_pdf(), title="Mức thu lệ phí chứng thực", source="Ủy ban nhân dân xã")
    walk.shows("Tệp này là ảnh chụp, máy không đọc được chữ.")
    expect(phone_page.locator("[name=title]")).to_have_value("Mức thu lệ phí chứng thực")
    send(walk, "quyet-dinh.pdf", pdf(DECISION), number="12/QĐ-UBND", in_force_on="2026-01-01")
    walk.shows("Xem lại rồi dùng")
    walk.shows("1. Chứng thực bản sao: 2.000 đồng một trang.")
    screenshot(phone_page, "knowledge-draft", whole=True)
    walk.press("Dùng tài liệu này")
    walk.shows("Trợ lý trả lời theo tài liệu này từ bây giờ.")
    walk.go("/kho")
    walk.shows("Mức thu lệ phí chứng thực")
    screenshot(phone_page, "knowledge", whole=True)


def test_a_word_file_at_a_desk_and_its_public_page(
    at_the_shelf, shelf, desktop_page, new_phone, assert_accessible
):
    walk = at_the_shelf(desktop_page)
    walk.press("Thêm tài liệu")
    send(
        walk, "huong-dan.docx", docx(), title="Hướng dẫn chứng thực", source="Xã Mẫu", expires_on="2026-02-01"
    )
    walk.press("Dùng tài liệu này")
    walk.shows("Đã hết hiệu lực")
    reader = Walk(new_phone(), shelf.url, assert_accessible)
    reader.go("/tai-lieu/huong-dan-chung-thuc#muc-2")
    reader.shows("Đã hết hiệu lực")
    reader.shows("Bản sao cần chứng thực")
    walk.go("/kho/can-xem-lai")
    walk.shows("Đã hết hiệu lực. Trợ lý không dùng nữa")
    walk.page.locator("main summary", has_text="Gỡ xuống").click()
    walk.press("Đúng, làm vậy")
    walk.shows("Không có gì phải xem lại.")


def test_a_local_fact(at_the_shelf, shelf, phone_page, new_phone, assert_accessible):
    walk = at_the_shelf(phone_page)
    walk.press("Thêm thông tin")
    phone_page.get_by_label("Giờ làm việc", exact=True).check()
    walk.fill(label="Giờ tiếp dân", value="7 giờ đến 11 giờ 30")
    walk.press("Lưu")
    walk.shows("7 giờ đến 11 giờ 30")
    reader = Walk(new_phone(), shelf.url, assert_accessible)
    reader.go("/dia-phuong")
    reader.shows("Giờ tiếp dân")


def test_a_local_fact_is_answered_at_once_and_its_page_shows_how(
    at_the_shelf, shelf, phone_page, new_phone, assert_accessible, screenshot
):
    walk = at_the_shelf(phone_page)
    walk.press("Thêm thông tin")
    phone_page.get_by_label("Giờ làm việc", exact=True).check()
    walk.fill(place="Trạm y tế xã Mẫu", label="Lịch tiêm chủng", value="sáng ngày 5 và ngày 20")
    walk.press("Lưu")
    tried = phone_page.locator("#tra-loi-thu")
    expect(tried.locator(".me")).to_contain_text("Lịch tiêm chủng của Trạm y tế xã Mẫu?")
    expect(tried.locator(".note-good")).to_contain_text("Đúng điều bạn đã lưu.")
    expect(tried).to_contain_text("sáng ngày 5 và ngày 20")
    screenshot(phone_page, "knowledge-answer", whole=True)
    # Whichever worker answers, and however it is typed: nobody waits for a thread.
    for question in ("lich tiem chung cua tram y te xa mau?", "Lịch tiêm chủng ở trạm y tế là ngày nào?") * 2:
        asker = Walk(new_phone(), shelf.url, assert_accessible)
        asker.go("/hoi")
        asker.fill(question=question)
        asker.press("Hỏi", exact=True)
        expect(asker.page.locator("#loi-dap")).to_contain_text("sáng ngày 5 và ngày 20")


def test_upload_a_document_and_ask_about_it(at_the_shelf, shelf, desktop_page, new_phone, assert_accessible):
    walk = at_the_shelf(desktop_page)
    notice = (
        "# Lịch phun thuốc muỗi\n\nĐội phun thuốc muỗi đến thôn Suối Cạn sáng ngày 5 tháng 12 năm 2026.\n"
    )
    walk.press("Thêm tài liệu")
    send(walk, "lich.md", notice.encode(), title="Lịch phun thuốc muỗi các thôn", source="Trạm y tế xã")
    walk.press("Dùng tài liệu này")
    asker = Walk(new_phone(), shelf.url, assert_accessible)
    ask_until(asker, "Bao giờ phun thuốc muỗi ở thôn Suối Cạn?", "Đội phun thuốc muỗi")
    asker.shows("Đội phun thuốc muỗi đến thôn Suối Cạn sáng ngày 5 tháng 12 năm 2026.")
    source = asker.page.locator("main .src").first
    expect(source).to_contain_text("Lịch phun thuốc muỗi")
    source.get_by_role("link").first.click()
    asker.page.wait_for_url("**/tai-lieu/lich-phun-thuoc-muoi-cac-thon*")


def test_what_people_ask_is_ticked_and_mended_before_a_document_is_used(
    at_the_shelf, shelf, phone_page, new_phone, assert_accessible, screenshot
):
    walk = at_the_shelf(phone_page)
    rules = (
        "# Mức thu chỗ ngồi\n\n- Quầy rau, củ, quả: 90.000 đồng một tháng.\n"
        "- Sạp vải, quần áo: 180.000 đồng một tháng.\n"
    )
    walk.press("Thêm tài liệu")
    send(walk, "cho.md", rules.encode(), title="Quyết định về chợ Cầu Mẫu", source="Ủy ban xã")
    lines = phone_page.locator(".asked-line")
    expect(lines.filter(has_text="Quầy rau, củ, quả").get_by_role("checkbox")).to_be_checked()
    lines.first.get_by_role("checkbox").uncheck()
    lines.nth(1).locator("textarea").fill("Ngồi chợ Cầu Mẫu nộp bao nhiêu tiền?")
    phone_page.get_by_label("Thêm câu của bạn").fill("rau")
    screenshot(phone_page, "knowledge-asked", whole=True)
    walk.press("Dùng tài liệu này")
    walk.shows("Câu “rau” chưa nói hỏi về việc gì.")
    expect(lines.nth(1).locator("textarea")).to_have_value("Ngồi chợ Cầu Mẫu nộp bao nhiêu tiền?")
    expect(lines.first.get_by_role("checkbox")).not_to_be_checked()
    lines.filter(has_text="rau").last.locator("textarea").fill("Bà bán rau muống ngồi chợ thì nộp mấy tiền?")
    walk.press("Dùng tài liệu này")
    walk.shows("Trợ lý trả lời theo tài liệu này từ bây giờ.")
    asker = Walk(new_phone(), shelf.url, assert_accessible)
    ask_until(asker, "Bán rau muống ngồi chợ nộp mấy tiền?", "90.000 đồng một tháng")


def test_one_answer_for_a_group_of_questions(at_the_shelf, shelf, desktop_page, new_phone, assert_accessible):
    asked = ("Giống lúa ST25 gieo mấy cân một sào?", "Một sào gieo mấy cân giống lúa ST25?")
    for question in asked:
        asker = Walk(new_phone(), shelf.url, assert_accessible)
        asker.go("/hoi")
        asker.fill(question=question)
        asker.press("Hỏi", exact=True)
    walk = at_the_shelf(desktop_page)
    walk.press("Câu chưa biết")
    group = walk.page.locator("main .src", has_text="ST25")
    group.get_by_role("link", name="Trả lời cả nhóm").click()
    walk.fill(text="Bạn hỏi cô Mẫu ở bàn khuyến nông.", source_title="Sổ tay khuyến nông")
    walk.press("Lưu và trả lời")
    walk.shows("Một câu trả lời cho 2 câu hỏi.")
    asker = Walk(new_phone(), shelf.url, assert_accessible)
    ask_until(asker, asked[1], "Bạn hỏi cô Mẫu ở bàn khuyến nông.")
