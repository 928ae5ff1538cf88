"""What holds on every page of the sample commune: sizes, room, zoom, the dark scheme, and names for all."""

from __future__ import annotations

import pytest

from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.sample_site import sample_site  # noqa: F401
from tests.browser.steps import SMALLEST_TARGET, SMALLEST_TEXT, fits, too_wide

SMALL_TEXT = """smallest => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const found = [];
    while (walker.nextNode()) {
        const place = walker.currentNode.parentElement;
        if (!walker.currentNode.textContent.trim()) continue;
        if (place.closest('sup, svg, .hidden-text, script')) continue;
        if (!place.checkVisibility({visibilityProperty: true})) continue;
        if (parseFloat(getComputedStyle(place).fontSize) < smallest)
            found.push(getComputedStyle(place).fontSize + ' ' + place.outerHTML.slice(0, 100));
    }
    return found.slice(0, 5);
}"""
# Links inside a sentence are as high as its line (WCAG 2.5.8 says so too).
SMALL_TARGETS = """smallest => [...document.querySelectorAll(
        'button, .btn, .tile, .choice, .tools > a, .bar a, .foot a, input, select, textarea, summary')]
    .filter(one => one.checkVisibility() && !one.matches('.choice input, [type=hidden], [hidden]'))
    .map(one => [one.getBoundingClientRect().height, one.outerHTML.slice(0, 100)])
    .filter(([height]) => height < smallest - 0.5).slice(0, 5)"""


def test_on_a_phone(new_context, sample_site, assert_accessible):  # noqa: F811
    for page in sample_site.pages(new_context, **PHONE):
        assert fits(page), f"{page.url}: {too_wide(page)}"
        assert not (small := page.evaluate(SMALL_TEXT, SMALLEST_TEXT)), f"{page.url}: small text {small}"
        assert not (low := page.evaluate(SMALL_TARGETS, SMALLEST_TARGET)), f"{page.url}: low {low}"
        assert page.locator("h1").count() == 1, f"{page.url} has not one h1"
        assert_accessible(page)


def test_in_the_dark(new_context, sample_site, assert_accessible):  # noqa: F811
    for page in sample_site.pages(new_context, **PHONE, color_scheme="dark"):
        assert_accessible(page)


def test_at_a_desk(new_context, sample_site):  # noqa: F811
    for page in sample_site.pages(new_context, **DESKTOP):
        assert fits(page), f"{page.url}: {too_wide(page)}"


@pytest.mark.parametrize("zoom", ["page", "text"])
def test_zoomed_to_200_percent(new_context, sample_site, zoom):  # noqa: F811
    """The page twice as large on a 720 px screen, or its text twice as large on a phone."""
    device = DESKTOP | {"viewport": {"width": 360, "height": 320}} if zoom == "page" else PHONE
    for page in sample_site.pages(new_context, **device):
        if zoom == "text":
            page.evaluate("document.documentElement.style.setProperty('font-size', '200%')")
        assert fits(page), f"{page.url}: {too_wide(page)}"
