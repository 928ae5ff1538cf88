"""Without a mouse or a finger: one sees where one is, and can skip the bar."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from lms import demo
from tests.browser.conftest import PHONE
from tests.browser.sample_site import LESSON
from tests.browser.steps import SMALLEST_TARGET, sign_in

FOCUS = """() => {
    const one = document.activeElement, style = getComputedStyle(one), box = one.getBoundingClientRect();
    const bar = document.querySelector('nav.tools')?.getBoundingClientRect();
    return {
        name: one.outerHTML.slice(0, 100),
        ring: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2,
        onScreen: box.bottom > 0 && box.top < innerHeight,
        hidden: !one.closest('nav.tools') && bar && box.height < innerHeight / 2
            && box.bottom > bar.top + 1 && box.top < bar.bottom,
        isBody: one === document.body,
    };
}"""


def test_the_first_tab_skips_to_the_content(phone_page, sample_site):
    phone_page.goto(sample_site.url + "/")
    phone_page.keyboard.press("Tab")
    skip = phone_page.locator("a.skip")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    phone_page.keyboard.press("Enter")
    expect(phone_page).to_have_url(sample_site.url + "/#noi-dung")
    phone_page.keyboard.press("Tab")
    assert phone_page.evaluate("document.activeElement.closest('main') !== null")


@pytest.mark.parametrize("path", ["/", LESSON, LESSON + "/cau-hoi/1", "/dang-ky", "/hoc", "/viec-gap"])
def test_one_sees_where_one_is(new_desktop, sample_site, path):
    # Without smooth scrolling the page stands still when it is looked at.
    page = new_desktop(viewport={"width": 360, "height": 640}, reduced_motion="reduce")
    page.goto(sample_site.url + path)
    seen = []
    for _ in range(40):
        page.keyboard.press("Tab")
        focus = page.evaluate(FOCUS)
        if focus["isBody"]:
            break
        seen.append(focus["name"])
        assert focus["ring"], f"no ring around {focus['name']}"
        assert focus["onScreen"] and not focus["hidden"], f"out of sight: {focus['name']}"
    assert len(seen) >= 5


def test_a_question_is_answered_with_keys_alone(desktop_page, sample_site):
    page = desktop_page
    page.goto(sample_site.url + LESSON + "/cau-hoi/1")
    page.locator("main input[name=choice]").first.focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("úng")
    expect(page.locator(".why").first).to_be_visible()


def test_a_slip_is_read_out_and_leads_to_its_field(desktop_page, sample_site):
    page = desktop_page
    page.goto(sample_site.url + "/dang-ky")
    page.get_by_role("button", name="Tạo tài khoản").click()
    page.get_by_role("alert").get_by_role("link").first.click()
    field = page.evaluate("location.hash.slice(1)")
    assert page.locator(f"#{field}").count() == 1, "the link of the summary leads to the field"


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_a_form_at_the_end_of_a_page_comes_back_in_sight(new_context, sample_site, scripts):
    page = new_context(**PHONE, java_script_enabled=scripts).new_page()
    sign_in(page, sample_site.url, "quantri", demo.PIN)
    page.goto(sample_site.url + "/quan-tri/nguoi")
    page.get_by_role("button", name="Thêm", exact=True).click()
    expect(page.locator("#loi")).to_be_focused()
    expect(page.locator("#loi li").first).to_be_in_viewport()
    for link in page.locator("#loi a").all():
        assert link.bounding_box()["height"] >= SMALLEST_TARGET, "each is for a finger"
    page.get_by_role("link", name="Bạn chọn một quyền.").click()
    expect(page.locator("#f-role")).to_be_in_viewport()
    page.keyboard.press("Tab")
    expect(page.locator("[name=role]").first).to_be_focused()
