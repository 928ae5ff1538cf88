"""What must hold of any page's layout, asked of the browser: each gives what is wrong, in words."""

from __future__ import annotations

from playwright.sync_api import Page

from tests.browser.steps import SMALLEST_TARGET, SMALLEST_TEXT, fits, too_wide

LARGEST_BARS = 0.25
"""The share of the screen's height that bars which stay in place may cover."""

SMALL_TEXT = """smallest => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const found = [];
    while (walker.nextNode()) {
        const place = walker.currentNode.parentElement;
        if (!walker.currentNode.textContent.trim()) continue;
        if (place.closest('sup, svg, .hidden-text, script, noscript')) continue;
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
# A link that breaks over two lines has a box a line; a choice and its own circle belong together.
OVERLAPS = """() => {
    const ones = [...document.querySelectorAll(
            'a[href], button, input, select, textarea, summary, .bar .home')]
        .filter(one => one.checkVisibility({visibilityProperty: true})
            && !one.closest('.tools, .skip') && !one.matches('[type=hidden]'));
    const boxes = ones.flatMap(one => [...one.getClientRects()].map(box => ({one, box})));
    const found = [];
    boxes.forEach((a, place) => boxes.slice(place + 1).forEach(b => {
        if (a.one === b.one || a.one.contains(b.one) || b.one.contains(a.one)) return;
        const wide = Math.min(a.box.right, b.box.right) - Math.max(a.box.left, b.box.left);
        const high = Math.min(a.box.bottom, b.box.bottom) - Math.max(a.box.top, b.box.top);
        // Lines of one sentence stand closer than their boxes are high.
        const sameSentence = a.one.parentElement === b.one.parentElement
            && getComputedStyle(a.one).display === 'inline' && getComputedStyle(b.one).display === 'inline';
        if (wide > 1 && high > (sameSentence ? 12 : 2))
            found.push(a.one.outerHTML.slice(0, 90) + '  ×  ' + b.one.outerHTML.slice(0, 90));
    }));
    return found.slice(0, 5);
}"""
DRAWN = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
# In the middle of a long page: what stays on the screen although it was scrolled.
BARS = """() => {
    const before = scrollY;
    scrollTo({top: (document.documentElement.scrollHeight - innerHeight) / 2, behavior: 'instant'});
    const covered = [...document.querySelectorAll('body *')]
        .filter(one => ['fixed', 'sticky'].includes(getComputedStyle(one).position) && one.checkVisibility())
        .map(one => one.getBoundingClientRect())
        .filter(box => box.right > 0)
        .reduce((sum, box) =>
            sum + Math.max(0, Math.min(box.bottom, innerHeight) - Math.max(box.top, 0)), 0);
    const long = document.documentElement.scrollHeight > 2.5 * innerHeight;
    scrollTo({top: before, behavior: 'instant'});
    return long ? covered / innerHeight : 0;
}"""


def sizes(page: Page) -> list[str]:
    """Text and targets that are too small, a wide page, and a heading that is not alone."""
    found = widths(page)
    found += [f"small text {one}" for one in page.evaluate(SMALL_TEXT, SMALLEST_TEXT)]
    found += [f"low {one}" for one in page.evaluate(SMALL_TARGETS, SMALLEST_TARGET)]
    headings = page.locator("h1").count()
    return found + ([] if headings == 1 else [f"{headings} h1"])


def widths(page: Page) -> list[str]:
    """What is wider than the screen."""
    return [] if fits(page) else [f"wider than the screen: {too_wide(page)}"]


def crowding(page: Page) -> list[str]:
    """What is wider than the screen, lies over something else, or keeps the page from being seen."""
    found = widths(page) + [f"one over the other: {one}" for one in page.evaluate(OVERLAPS)]
    # The script that lets a tall bar scroll with the page hears of another size a frame or two later.
    page.evaluate(DRAWN)
    if (covered := page.evaluate(BARS)) >= LARGEST_BARS:
        found.append(f"bars cover {covered:.0%} of the height")
    return found
