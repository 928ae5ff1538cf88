"""What holds on every page of the sample commune: sizes, room, large text, both schemes, names for all."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.browser import layout
from tests.browser.conftest import CHROMIUM_ARGUMENTS, CHROMIUM_NAMES, DESKTOP, EVERYTHING, PHONE
from tests.browser.sample_site import FIRST_LOOKS

SCREENS = [(360, 640), (320, 640), (640, 360)]
LARGE = "document.documentElement.style.setProperty('font-size', '200%')"


def resized(page: Page) -> Iterator[str]:
    """The page on each small screen, upright and lying; what the screen is called."""
    for width, height in SCREENS:
        page.set_viewport_size({"width": width, "height": height})
        yield f"{page.url} at {width}×{height}"


def breaches(
    page: Page, assert_accessible: Callable[..., None], schemes: tuple[str, ...] = ("dark", "light")
) -> list[str]:
    """What axe finds on the page, in the light and in the dark."""
    found = []
    for scheme in schemes:
        page.emulate_media(color_scheme=scheme)
        try:
            assert_accessible(page, colours_alone=scheme == "dark")
        except AssertionError as breach:
            found.append(f"{scheme}: {breach}")
    return found


def test_on_a_phone(new_context, sample_site, assert_accessible):
    wrong = []
    for page in sample_site.pages(new_context, **PHONE):
        wrong += [f"{page.url}: {one}" for one in layout.sizes(page)]
        wrong += breaches(page, assert_accessible)
        page.evaluate(LARGE)
        for screen in resized(page):
            wrong += [f"{screen}, 200 % text: {one}" for one in layout.crowding(page)]
        page.set_viewport_size(PHONE["viewport"])
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("register", ["standard", "plain"])
def test_at_a_desk(new_context, sample_site, assert_accessible, register):
    """The other register than a phone's walk begins with is looked at here, and page zoom 200 %.

    Colours are the same as on a phone, and the standard register has no element that the plain lacks.
    """
    wrong = []
    schemes = ("dark", "light") if EVERYTHING else ("light",) if register == "plain" else ()
    for page in sample_site.pages(new_context, register=register, **DESKTOP):
        wrong += [f"{page.url}: {one}" for one in layout.widths(page)]
        wrong += breaches(page, assert_accessible, schemes)
        page.set_viewport_size({"width": 360, "height": 320})
        wrong += [f"{page.url}, page zoomed to 200 %: {one}" for one in layout.crowding(page)]
        page.set_viewport_size(DESKTOP["viewport"])
    assert not wrong, "\n".join(wrong)


@pytest.fixture(scope="module")
def browser_with_large_font(browser: Browser) -> Iterator[Browser]:
    """A Chromium whose owner set the font as large as it goes: nothing is drawn below 32 px."""
    large = browser.browser_type.launch(
        executable_path=next(filter(None, map(shutil.which, CHROMIUM_NAMES))),
        args=[*CHROMIUM_ARGUMENTS, "--blink-settings=defaultFontSize=32,minimumFontSize=32"],
    )
    yield large
    large.close()


@pytest.mark.parametrize("path", FIRST_LOOKS)
def test_with_the_browsers_font_as_large_as_it_goes(browser_with_large_font, sample_site, path):
    context = browser_with_large_font.new_context(**PHONE)
    page = context.new_page()
    page.goto(sample_site.url + path)
    assert page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)") >= 32
    wrong = [f"{screen}: {one}" for screen in resized(page) for one in layout.crowding(page)]
    context.close()
    assert not wrong, "\n".join(wrong)


def test_large_text_leaves_the_groups_in_sight(phone_page, sample_site):
    """On the first screen: the way out of a fraud, and the first group, without scrolling."""
    phone_page.goto(sample_site.url + "/")
    phone_page.evaluate(LARGE)
    for name in ("Bị lừa?", "Người cao tuổi"):
        box = phone_page.get_by_role("link", name=name).bounding_box()
        assert box["y"] + box["height"] <= PHONE["viewport"]["height"], f"“{name}” is below the screen"
    home = phone_page.locator("header .home").bounding_box()
    link = phone_page.get_by_role("link", name="Đăng nhập").bounding_box()
    assert home["y"] + home["height"] <= link["y"] or home["x"] + home["width"] <= link["x"]


def test_a_name_without_a_space_stays_in_the_bar(phone_page, sample_site):
    """A class is called as its teacher likes; its name stands in the bar of its pages."""
    phone_page.goto(sample_site.url + "/hoi")
    phone_page.locator("header .home span").first.evaluate(
        "place => { place.textContent = 'x'.repeat(120); }"
    )
    assert not layout.crowding(phone_page)
