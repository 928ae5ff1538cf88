"""A drawing in the dark is as quiet as the page around it, and can still be read."""

from __future__ import annotations

from base64 import b64encode

import pytest

from tests.browser.sample_site import LESSON

# How light the drawing is as it is drawn (0 to 1): all of it, its lightest and its darkest twentieth.
LIGHT = """async shot => {
    const image = new Image();
    image.src = 'data:image/png;base64,' + shot;
    await image.decode();
    const canvas = new OffscreenCanvas(image.width, image.height), pen = canvas.getContext('2d');
    pen.drawImage(image, 0, 0);
    const data = pen.getImageData(0, 0, image.width, image.height).data, all = [];
    for (let i = 0; i < data.length; i += 4)
        all.push((0.2126 * data[i] + 0.7152 * data[i + 1] + 0.0722 * data[i + 2]) / 255);
    all.sort((a, b) => a - b);
    const mean = part => part.reduce((sum, one) => sum + one, 0) / part.length;
    const few = Math.ceil(all.length / 50);
    return {mean: mean(all), lightest: mean(all.slice(-few)), darkest: mean(all.slice(0, few))};
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_drawing_follows_the_scheme(new_phone, sample_site, scheme):
    # The picture is read back into a page of our own: the site's policy lets no script read it.
    blank = new_phone(bypass_csp=True)
    page = new_phone(color_scheme=scheme)
    page.goto(sample_site.url + LESSON)
    seen = 0
    for drawing in page.locator("figure.drawing, .drawing").all():
        drawing.scroll_into_view_if_needed()
        picture = drawing.locator("img").first
        if scheme == "dark":
            frame = drawing.evaluate("drawing => getComputedStyle(drawing).backgroundColor")
            assert frame != "rgb(255, 255, 255)", "a white frame glows around it"
        picture.evaluate("one => one.decode()")
        light = blank.evaluate(LIGHT, b64encode(drawing.screenshot()).decode())
        seen += 1
        name = picture.get_attribute("src")
        assert (light["mean"] < 0.35) if scheme == "dark" else (light["mean"] > 0.6), f"{name}: {light}"
        assert light["lightest"] - light["darkest"] > 0.5, f"{name} is pale: {light}"
    assert seen
