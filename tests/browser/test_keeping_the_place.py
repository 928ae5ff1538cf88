"""“Dễ hiểu” in the middle of a lesson: the reader stays where they were, with and without a script."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.sample_site import LESSON

EYE = 640 / 3
HEADING_AT_THE_EYE = """eye => {
    const above = [...document.querySelectorAll('main section[id]')]
        .filter(one => one.getBoundingClientRect().top <= eye);
    return above.length ? above[above.length - 1].id : '';
}"""


def read_on_to(page: Page, section: str, far: float) -> None:
    """Scroll until this part of the section is where one reads."""
    page.evaluate(
        """([id, far, eye]) => {
            const box = document.getElementById(id).getBoundingClientRect();
            scrollTo({top: scrollY + box.top + far * box.height - eye, behavior: 'instant'});
        }""",
        [section, far, EYE],
    )


@pytest.mark.parametrize("begin", ["plain", "standard"])
@pytest.mark.parametrize("place", [1, 2])
def test_the_reader_stays_in_the_section(phone_page, sample_site, begin, place):
    page = phone_page
    page.goto(f"{sample_site.url}/doc/{begin}?tiep={LESSON}")
    section = page.locator("main section[id]").nth(place).get_attribute("id")
    for _ in range(2):  # there and back
        title = page.title()
        read_on_to(page, section, 0.5)
        page.locator("nav.tools a[data-keep-place]").click()
        page.wait_for_load_state("load")
        page.wait_for_function("scrollY > 0")
        assert page.evaluate(HEADING_AT_THE_EYE, EYE) == section, f"from {title}"
        far = page.evaluate(
            "([id, eye]) => { const box = document.getElementById(id).getBoundingClientRect();"
            " return (eye - box.top) / box.height; }",
            [section, EYE],
        )
        assert 0.4 < far < 0.6, "as far into the section as before"


def test_at_the_top_it_stays_at_the_top(phone_page, sample_site):
    phone_page.goto(f"{sample_site.url}/doc/plain?tiep={LESSON}")
    phone_page.locator("nav.tools a[data-keep-place]").click()
    phone_page.wait_for_load_state("load")
    assert phone_page.evaluate("scrollY") == 0


def test_without_a_script_each_section_has_its_switch(new_phone, sample_site):
    page = new_phone(java_script_enabled=False)
    page.goto(f"{sample_site.url}/doc/plain?tiep={LESSON}")
    section = page.locator("main section[id]").nth(2)
    anchor = section.get_attribute("id")
    section.get_by_role("link", name="Đọc bản thường").click()
    expect(page).to_have_url(f"{sample_site.url}{LESSON}#{anchor}")
    expect(page.locator(f"section#{anchor} h2")).to_be_in_viewport()
    page.locator(f"section#{anchor}").get_by_role("link", name="Dễ hiểu hơn").click()
    expect(page.locator(f"section#{anchor} h2")).to_be_in_viewport()


def test_both_texts_have_the_same_sections():
    """What makes it possible: a section's name is the same in both registers."""
    from courses.reading import reader
    from courses.rendering.render import lesson_html

    library = reader.load()
    for course in library.courses:
        for one in course.lessons:
            names = [
                [anchor for anchor, _ in lesson_html(library, course, one, register).sections]
                for register in ("standard", "plain")
            ]
            assert names[0] == names[1], f"{course.id}/{one.id}"
