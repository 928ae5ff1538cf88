"""Records come to the assistant of a site that runs; a phone asks for a fee, asks on, and taps a choice.

The records are made up, and another process brings them in, as whoever installs the program does.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.sample_site import prepared, served
from tests.browser.steps import SMALLEST_TARGET, Walk
from tests.factories import channel, paper, record

FEE = "Đăng ký nuôi ong hết bao nhiêu tiền?"
PAPERS = "Đăng ký nuôi tằm cần giấy tờ gì?"
URGENT = "toi vua bi lua chyen tien"
KINDS = ("tằm dâu", "tằm sắn")


def records(online: int = 7000) -> dict[str, str]:
    """Two made-up records by code; `online`: what keeping bees costs through the network, in đồng."""
    ways = "\n".join(
        (
            channel("ONLINE", fees=f"{online} VNĐ ()"),
            channel("DIRECT", fees="15000 VNĐ ()", note="Nộp tại quầy một cửa của xã."),
        )
    )
    papers = "\n".join(
        line
        for kind in KINDS
        for line in (f"  [ Trường hợp nuôi {kind} ]", *(paper(f"Giấy nuôi {kind} số {n}") for n in range(7)))
    )
    silkworms = record("9.000004", "Đăng ký nuôi tằm", "15/QĐ-TAM", papers=papers)
    return {"9.000001": record(channels=ways), "9.000004": silkworms}


class RunningSite:
    """A site without an embedder at `url`, and the folder of its instance."""

    def __init__(self, url: str, instance: Path) -> None:
        self.url, self.instance = url, instance

    def take_in(self, texts: dict[str, str], read_on: str) -> None:
        """Import these records with the command, in a process of its own."""
        folder = self.instance / "records"
        folder.mkdir(exist_ok=True)
        for code, text in texts.items():
            (folder / f"{code}.txt").write_text(text, encoding="utf-8")
        ours = {name: value for name, value in os.environ.items() if not name.startswith("HOCSO_")}
        subprocess.run(
            [sys.executable, "-m", "assistant", "import-procedures", folder, "--read-on", read_on],
            env=ours | {"HOCSO_INSTANCE": str(self.instance), "HOCSO_EMBEDDER": "none"},
            check=True,
            capture_output=True,
            timeout=120,
        )


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A site that was running before it knew any procedure, and then got two."""
    instance = tmp_path_factory.mktemp("instance")
    with served(prepared(instance)) as url:
        running = RunningSite(url, instance)
        running.take_in(records(), "2026-10-01")
        yield running


@pytest.fixture
def walk(site, phone_page, assert_accessible):
    """A phone that was never here before."""
    return Walk(phone_page, site.url, assert_accessible)


def ask(walk: Walk, question: str) -> None:
    """Ask from an empty page; ends on the answer."""
    walk.go("/hoi")
    send(walk, question)


def send(walk: Walk, question: str) -> None:
    """Send a question from the page one is on; ends on its answer."""
    walk.fill(question=question)
    walk.press("Hỏi", exact=True)
    expect(walk.page.locator(".me")).to_contain_text(question)


def says(page: Page, *words: str) -> None:
    """All of this can be read in the answer itself, not only in its sources."""
    for one in words:
        expect(page.locator("#loi-dap")).to_contain_text(one)


def choices(walk: Walk) -> Locator:
    """The buttons that ask one of the questions meant."""
    return walk.page.locator("main form:has(input[name=question]) button")


def test_a_fee_and_the_line_of_the_record_that_says_so(walk, screenshot):
    ask(walk, FEE)
    says(walk.page, "Nộp qua mạng: 7.000 đồng", "Nộp trực tiếp: 15.000 đồng", "quyết định 12/QĐ-ONG")
    screenshot(walk.page, "journey-fee")
    screenshot(walk.page, "journey-fee-whole", whole=True)
    walk.page.locator("main .src").first.get_by_role("link").first.click()
    walk.page.wait_for_url(re.compile(r"/thu-tuc/9\.000001"))
    walk.seen()
    marked = walk.page.locator("mark").first
    expect(marked).to_be_in_viewport()
    expect(marked).to_contain_text("7.000 đồng")
    screenshot(walk.page, "journey-record")
    screenshot(walk.page, "journey-record-whole", whole=True)


def test_asking_on_is_about_the_same_procedure(walk):
    ask(walk, FEE)
    send(walk, "thế mất bao lâu?")
    says(walk.page, "3 ngày làm việc", "9.000001")
    walk.shows("1 câu hỏi trước")


def test_two_fields_of_one_record_and_what_no_record_knows(walk, screenshot):
    ask(walk, "Đăng ký nuôi ong hết bao nhiêu tiền và mất bao lâu? Giá vàng hôm nay bao nhiêu?")
    fee, time, gold = walk.page.locator("#loi-dap .part").all()
    expect(fee).to_contain_text("Nộp qua mạng: 7.000 đồng")
    expect(time).to_contain_text("3 ngày làm việc")
    expect(time).not_to_contain_text("7.000 đồng")
    expect(gold).to_contain_text("chưa trả lời được phần này")
    for part in (fee, time):
        expect(part.locator(".of")).to_have_text("Đăng ký nuôi ong")
    screenshot(walk.page, "journey-two-fields", whole=True)


def test_a_question_that_means_two_cases_is_asked_back(walk, screenshot):
    ask(walk, PAPERS)
    expect(choices(walk)).to_have_count(2)
    for one in walk.page.locator(".choices button").all():
        assert one.bounding_box()["height"] >= SMALLEST_TARGET
    to_a_person = walk.page.locator(".choices").get_by_role("button", name="Không phải, hỏi cán bộ")
    expect(to_a_person).to_be_visible()
    screenshot(walk.page, "journey-choice")
    screenshot(walk.page, "journey-choice-whole", whole=True)
    to_a_person.click()
    expect(walk.page.get_by_text("Câu hỏi đang chờ người trả lời")).to_be_in_viewport()
    walk.seen()
    expect(choices(walk)).to_have_count(2)


def test_choices_go_on_with_the_talk_and_the_lesson_without_scripts(site, new_phone, new_desktop, screenshot):
    for name, page in (("phone", new_phone(java_script_enabled=False)), ("desktop", new_desktop())):
        page.goto(site.url + "/hoi?bai=vneid-tu-dau/len-muc-do-2")
        page.locator("textarea[name=question]").fill(PAPERS)
        page.get_by_role("button", name="Hỏi", exact=True).click()
        screenshot(page, f"journey-choice-{name}")
        page.locator(".choices button").nth(1).click()
        expect(page.locator("#loi-dap")).to_contain_text("Giấy nuôi tằm sắn số 0")
        expect(page.get_by_text("1 câu hỏi trước")).to_be_visible()
        expect(page.locator(".bar")).to_contain_text("Lên mức độ 2")


def test_a_tap_on_a_case_tells_its_papers(walk):
    ask(walk, PAPERS)
    choices(walk).nth(1).click()
    walk.page.wait_for_load_state()
    walk.seen()
    says(walk.page, "Giấy nuôi tằm sắn số 0", "Giấy nuôi tằm sắn số 6")


def test_in_need_no_record_stands_in_the_way(walk):
    ask(walk, URGENT)
    alarm = walk.page.locator("#loi-dap.note-alarm")
    expect(alarm.get_by_text("Làm ngay")).to_be_in_viewport()
    expect(alarm.locator("ol.steps li").first).to_contain_text("Dừng lại")


def test_a_warning_stands_above_an_answer(walk, screenshot):
    ask(walk, "Bạn rủ sang Campuchia làm việc nhẹ lương cao, có nên đi không?")
    warning = walk.page.locator("main .note-alarm")
    expect(warning.locator(".note-title")).to_be_in_viewport()
    expect(warning.locator("ol.steps li").first).to_be_visible()
    says(walk.page, "việc nhẹ")
    above, below = warning.bounding_box(), walk.page.locator("#loi-dap").bounding_box()
    assert above["y"] + above["height"] <= below["y"]
    screenshot(walk.page, "journey-warning", whole=True)


def test_one_tap_tells_the_fee_in_plain_words_and_explains_them(walk, screenshot):
    ask(walk, FEE)
    walk.press("Dễ hiểu hơn")
    says(walk.page, "7.000 đồng", "15.000 đồng", "12/QĐ-ONG")
    expect(walk.page.locator("h2", has_text="Từ mới")).to_be_visible()
    walk.shows("Các bước bạn phải làm khi xin giấy tờ ở cơ quan nhà nước.")
    screenshot(walk.page, "journey-plain", whole=True)


def test_a_new_fee_is_answered_without_a_restart(walk, site):
    ask(walk, FEE)
    site.take_in(records(online=6000), "2026-11-01")
    walk.page.wait_for_timeout(2000)
    ask(walk, FEE)
    says(walk.page, "Nộp qua mạng: 6.000 đồng", "Nộp trực tiếp: 15.000 đồng", "đọc ngày 1/11/2026")
    expect(walk.page.locator("main")).not_to_contain_text("7.000 đồng")
