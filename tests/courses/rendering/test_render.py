"""What a learner's browser gets from a lesson."""

import re
from datetime import date

import nh3
import pytest
from bs4 import BeautifulSoup
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from courses.reading.reader import load
from courses.rendering.render import _CLEANER, fragment_html, lesson_html


def page(html: str) -> BeautifulSoup:
    return BeautifulSoup(html, "html.parser")


def test_steps_key_caps_and_sections(written):
    soup = page(written("Mở đầu.\n\n## Làm {#lam}\n\n1. Bấm `Gửi`.\n2. Xong.\n"))
    assert [item.get_text() for item in soup.select("section#lam ol.steps > li")] == ["Bấm Gửi.", "Xong."]
    assert soup.select_one("ol.steps kbd").get_text() == "Gửi"
    assert soup.h2.get_text() == "Làm"


def test_a_drawing_has_its_size_and_words_and_loads_late(written):
    html = written(
        "![Tờ giấy <phẳng>](media/cho-chup.svg)", media_url=lambda course, file: f"/m/{course}/{file}"
    )
    image = page(html).select_one("figure.drawing > img")
    assert image["src"] == "/m/chup-anh-ro/cho-chup.svg"
    assert (image["width"], image["height"], image["loading"]) == ("328", "190", "lazy")
    assert image["alt"] == "Tờ giấy <phẳng>"


def test_a_drawing_that_is_missing_leaves_its_words(written):
    soup = page(written("![Hai cái nút](media/khong-co.svg)\n\n![Bảng](https://a.vn/b.svg)"))
    assert soup.img is None
    assert [span.get_text() for span in soup.select(".no-drawing")] == ["Hai cái nút", "Bảng"]


@pytest.mark.parametrize(
    ("name", "label"),
    [("warning", "Cẩn thận:"), ("tip", "Mẹo:"), ("today", "Việc hôm nay:"), ("practice", "Tập làm:")],
)
def test_a_note_says_in_words_what_it_is(written, name, label):
    note = page(written(f"::: {name}\nLàm đi.\n:::")).select_one(f"div.note.note-{name}")
    assert note.get_text(strip=True, separator=" ") == f"{label} Làm đi."
    assert note.strong.get_text() == label


def test_an_authors_own_bold_word_stays_alone_and_a_list_gets_a_label_above(written):
    soup = page(written("::: warning\n**Dừng lại!** Đừng bấm.\n:::\n\n::: today\n1. Một.\n2. Hai.\n:::"))
    assert [strong.get_text() for strong in soup.select(".note-warning strong")] == ["Dừng lại!"]
    assert soup.select_one(".note-today > p").get_text(strip=True) == "Việc hôm nay:"


def test_blocks_for_an_audience_are_for_that_audience_alone(written):
    farmers = "::: for nong-dan\nVườn.\n\n::: tip\nCân.\n:::\n:::"
    text = f"Chung.\n\n{farmers}\n\n::: for nguoi-cao-tuoi\nCháu.\n:::\n\nHết."
    assert page(written(text)).get_text(" ", strip=True) == "Chung. Hết."
    farmer = page(written(text, audience="nong-dan"))
    assert farmer.get_text(" ", strip=True) == "Chung. Vườn. Mẹo: Cân. Hết."
    assert farmer.select_one(".for-nong-dan .note-tip")
    assert "Vườn" not in written(text, audience="nguoi-cao-tuoi")


def test_a_section_that_only_others_see_is_not_announced(written):
    text = "Chung.\n\n## Vườn {#vuon}\n\n::: for nong-dan\nCân.\n:::\n\n## Hết {#het}\n\nHết."
    assert [section["id"] for section in page(written(text)).select("section")] == ["het"]


def test_references_are_numbered_as_met_and_lead_to_the_list(written):
    soup = page(written("Một. [@ban-sao] Hai. [@kinh-nghiem] Ba. [@ban-sao] Bốn. [@vi-du] Năm. [@khong-co]"))
    links = soup.select("sup.ref > a")
    assert [link.get_text() for link in links] == ["1", "2", "1"]
    assert links[0]["aria-label"] == "Nguồn 1"
    items = soup.select("section#nguon ol > li")
    assert [item["id"] for item in items] == ["nguon-ban-sao", "nguon-kinh-nghiem"]
    assert links[0]["href"] == f"#{items[0]['id']}"
    assert "nguồn chính thức" in items[0].get_text()
    assert "ra tháng 7/2026. Xem lại ngày 22/11/2026" in items[0].get_text()
    assert items[0].a["rel"] == ["noopener", "noreferrer"]
    assert items[1].a is None


def test_terms_lead_to_their_explanation_at_the_end(written):
    soup = page(written("Đừng đọc [[mã OTP]]. [[ứng dụng|App]] lạ, [[từ lạ]], [[mã OTP|mã]]."))
    assert [link["href"] for link in soup.select("a.term")] == ["#tu-ma-otp", "#tu-ung-dung", "#tu-ma-otp"]
    assert "từ lạ" in soup.p.get_text()
    assert [term["id"] for term in soup.select("section#tu-ngu dt")] == ["tu-ma-otp", "tu-ung-dung"]
    assert soup.select("dd")[1].get_text() == "Phần mềm <cài> trong máy."


def test_marks_inside_a_button_name_stay_as_they_are(written):
    assert "<kbd>[@ban-sao] [[x]]</kbd>" in written("Bấm `[@ban-sao] [[x]]`.")


def test_links_inside_the_site_can_be_moved_and_others_are_closed_off(written):
    text = "[Bài](/hoc/a/b#c) [ngoài](https://a.vn) [trong](#x) [gọi](tel:111) [xấu](javascript:alert(1))"
    links = page(written(text, page_url=lambda address: f"moved{address}")).select("a")
    assert [link["href"] for link in links] == ["moved/hoc/a/b#c", "https://a.vn", "#x", "tel:111"]
    assert [link.get("rel") is not None for link in links[:3]] == [False, True, False]


def test_what_is_given_back_beside_the_html(shelf, glossary):
    library = shelf.load()
    course = library.courses[0]
    plain = lesson_html(library, course, course.lessons[0], "plain", glossary=glossary)
    assert plain.register == "plain"
    assert plain.sections == (("chuan-bi", "Chuẩn bị chỗ chụp"), ("tung-buoc", "Chụp từng bước"))
    standard = lesson_html(library, course, course.lessons[0], "standard", glossary=glossary)
    assert [source.id for source in standard.sources] == ["ban-sao"]
    assert standard.words > plain.words > 60
    assert standard.version != plain.version
    again = lesson_html(library, course, course.lessons[0], "standard", glossary=glossary)
    assert again == standard


def test_a_handouts_title_is_a_heading_below_the_pages_own():
    assert fragment_html("# Một\n\n[@nguon]Hai") == "<h2>Một</h2>\n<p>Hai</p>\n"


ATTACKS = st.sampled_from(
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[a](javascript:alert(1))",
        "![a](javascript:alert(1))",
        '![x](media/cho-chup.svg "onload=1")',
        "[a](data:text/html;base64,AAAA)",
        '## H {#x" onmouseover=alert(1) y="}',
        '[[a"><svg onload=1>]]',
        "[@ban-sao]",
        "`<b>`",
        "::: for nong-dan",
        "::: warning",
        ":::",
        "> ",
        "1. ",
        "\n\n",
        "```",
        "<!--",
        "&#x6A;avascript:",
        "| a | b |\n|---|---|\n| <i> | 2 |",
    ]
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    parts=st.lists(ATTACKS | st.text(max_size=12), max_size=8), glue=st.sampled_from(["", " ", "\n", "\n\n"])
)
def test_nothing_an_author_types_becomes_code(parts, glue):
    html = fragment_html(glue.join(parts))
    soup = page(html)
    assert not soup.select("script, style, iframe, svg, object, embed, form, input")
    for tag in soup.find_all(True):
        assert not [name for name in tag.attrs if name.startswith("on") or name == "style"]
        for name in ("href", "src"):
            assert not re.match(r"\s*(javascript|data|vbscript):", tag.get(name, ""), re.I)
    assert _CLEANER.clean(html) == html
    assert nh3.is_html(html) or "<" not in html


@pytest.mark.parametrize(
    ("day", "is_over"), [(date(2026, 12, 30), False), (date(2026, 12, 31), False), (date(2027, 1, 1), True)]
)
def test_a_sentence_that_says_until_when_it_holds_is_marked_after_that_day(written, day, is_over):
    soup = page(
        written(
            "1. Lệ phí là 70.000 đồng, nhưng đến hết ngày 31/12/2026 chỉ thu một nửa.\n\n"
            "Đến hết ngày 31/12/2026 chỉ thu một nửa. Một nửa là 35.000 đồng.\n\nMang theo thẻ.",
            day=day,
        )
    )
    note = "Mức này chỉ đến hết ngày 31/12/2026. Ngày đó đã qua."
    marked = [place.get_text(" ", strip=True).endswith(note) for place in soup.select("li, p")]
    assert marked == [is_over, is_over, False]


def test_a_day_that_goes_on_marks_nothing_and_one_that_is_over_does_beside_it(written):
    text = "Đến hết ngày 1/6/2026 thu 5.000 đồng. Đến hết ngày 31/12/2026 thu 7.000 đồng."
    assert "Mức này chỉ đến hết ngày 01/06/2026" in written(text, day=date(2026, 7, 1))
    assert "Ngày đó đã qua" not in written(text, day=date(2026, 5, 1))


@pytest.mark.parametrize("register", ["standard", "plain"])
def test_the_lesson_on_a_lost_phone_says_that_the_half_price_is_over(register):
    library = load()
    course = library.course("vneid-tu-dau")
    lesson = course.lesson("doi-may-mat-may")
    now, later = (
        lesson_html(library, course, lesson, register, day=date(year, 1, 1)) for year in (2026, 2027)
    )
    assert "Ngày đó đã qua" not in now.html
    marked = page(later.html).find(string=lambda words: "Ngày đó đã qua" in words).find_parent(["li", "p"])
    assert "35.000 đồng" in marked.get_text()
    assert now.version != later.version
