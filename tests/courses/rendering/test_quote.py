"""A quoted sentence is found again by its short name and marked, and nothing else of the page changes."""

from __future__ import annotations

import re
import unicodedata
from html import escape, unescape
from html.parser import HTMLParser
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.checking.sentences import sentences_of
from courses.reading import reader
from courses.rendering import quote
from courses.rendering.render import lesson_html
from tests.worst import at_best, no_collecting

MARKS = re.compile(r'<mark(?: id="trich")?>|</mark>')
VOID = {"br", "hr", "img"}


class Reader(HTMLParser):
    """Reads a page as a browser does: its text, what is marked of it, and whether every tag is closed."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.text, self.marked, self.open, self.ids = "", "", [], []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.ids += [value for name, value in attrs if name == "id"]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open and self.open.pop() == tag, f"</{tag}> closes another tag"

    def handle_data(self, data):
        self.text += data
        if "mark" in self.open:
            self.marked += data


def read(html: str) -> Reader:
    """The page, which must be balanced."""
    found = Reader(html)
    assert not found.open, f"never closed: {found.open}"
    return found


def words(text: str) -> str:
    """Letters and digits alone."""
    return "".join(one for one in unicodedata.normalize("NFC", text).casefold() if one.isalnum())


def marked(html: str, sentence: str, section: str = "") -> Reader:
    """The page with the sentence marked."""
    return read(quote.mark(html, quote.quote_id(sentence), section))


def test_the_sentence_is_marked_with_its_full_stop():
    page = "<p>Đừng vội. Ai hỏi mã OTP là lừa đảo. Hãy tắt máy.</p>"
    assert quote.mark(page, quote.quote_id("Ai hỏi mã OTP là lừa đảo.")) == (
        '<p>Đừng vội. <mark id="trich">Ai hỏi mã OTP là lừa đảo.</mark> Hãy tắt máy.</p>'
    )


def test_the_mark_goes_on_through_links_buttons_and_bold_words():
    page = '<li>Bấm <kbd>Cài đặt</kbd>, rồi <a href="#tu-otp">mã <em>OTP</em></a> hiện ra.</li>'
    shown = marked(page, "Bấm Cài đặt, rồi mã OTP hiện ra.")
    assert shown.marked == shown.text == "Bấm Cài đặt, rồi mã OTP hiện ra."
    assert shown.ids == ["trich"], "one anchor, on the first piece"


def test_the_number_of_a_source_does_not_hide_a_sentence():
    page = '<p>Miễn phí<sup class="ref"><a href="#nguon-a">1</a></sup> cho trẻ em. Còn lại.</p>'
    assert marked(page, "Miễn phí cho trẻ em.").marked == "Miễn phí cho trẻ em."


def test_what_follows_a_label_is_found_where_a_table_has_it_apart():
    page = "<table><tr><th>Nộp qua mạng</th><td>3 ngày</td><td>7.000 đồng (một lần)</td></tr></table>"
    assert marked(page, "Nộp qua mạng: 7.000 đồng (một lần)").marked == "7.000 đồng (một lần)"
    assert (
        marked(f"<p>Nộp qua mạng: 3 ngày.</p>{page}", "Nộp qua mạng: 3 ngày").marked
        == "Nộp qua mạng: 3 ngày."
    )


def test_letters_written_as_entities_are_found_and_left_as_they_are():
    page = "<p>Chọn A&nbsp;&amp;&#32;B &lt;nút&gt; xanh.</p>"
    html = quote.mark(page, quote.quote_id("Chọn A & B <nút> xanh."))
    assert html == f'<p><mark id="trich">{page[3:-4]}</mark></p>'


def test_spaces_between_two_blocks_are_not_marked():
    page = "<ul>\n<li>Một việc</li>\n<li>hai việc</li>\n</ul>"
    assert "\n<mark" not in quote.mark(page, quote.quote_id("Một việc hai việc"))
    assert marked(page, "Một việc hai việc").marked == "Một việchai việc"


def test_part_of_a_word_is_no_sentence():
    assert quote.mark("<p>ngang hàng</p>", quote.quote_id("ngan")) == "<p>ngang hàng</p>"
    assert quote.mark("<p>ngang hàng</p>", quote.quote_id("gang")) == "<p>ngang hàng</p>"


def test_the_place_in_the_section_that_is_cited_counts():
    page = '<section id="a"><p>Bấm Lưu.</p></section><section id="b"><p>Bấm Lưu.</p></section>'
    html = quote.mark(page, quote.quote_id("Bấm Lưu."), "b")
    assert html.index("<mark") > html.index('id="b"')
    assert quote.mark(page, quote.quote_id("Bấm Lưu."), "a").index("<mark") < page.index('id="b"')
    assert "<mark" in quote.mark(page, quote.quote_id("Bấm Lưu."), "khong-co")


def test_a_sentence_that_is_gone_leads_to_its_section():
    page = '<h1>Bài</h1>\n<section class="x" id="phi">\n<p>Miễn phí.</p></section>'
    html = quote.mark(page, quote.quote_id("Bảy nghìn đồng."), "phi")
    assert html == page.replace('id="phi">', 'id="phi"><span id="trich"></span>')
    assert quote.mark(page, quote.quote_id("Bảy nghìn đồng.")) == page


@pytest.mark.parametrize(
    "made_up", ["", "1", "0-0000000000", "9999-zzzzzzzzzz", "<b>", "5-00000000000", None]
)
def test_a_made_up_name_changes_nothing(made_up):
    assert quote.mark('<p id="a">Chữ</p>', made_up, "a") == '<p id="a">Chữ</p>'


def test_a_made_up_section_changes_nothing():
    page = '<p id="a.b">Chữ</p>'
    assert quote.mark(page, quote.quote_id("khác"), '"><b>') == page
    assert quote.mark(page, quote.quote_id("khác"), "axb") == page


def test_a_whole_page_is_marked_in_its_body_only():
    page = "<!doctype html><html><head><title>Mã OTP</title><style>p{}</style></head><!-- Mã OTP -->"
    page += "<body><textarea>Mã OTP</textarea><p>Mã OTP</p></body></html>"
    assert quote.mark(page, quote.quote_id("Mã OTP")) == page.replace(
        "<p>Mã OTP</p>", '<p><mark id="trich">Mã OTP</mark></p>'
    )


def test_what_does_not_change_the_words_does_not_change_the_name():
    name = quote.quote_id("Ai hỏi mã OTP là lừa đảo.")
    assert name == quote.quote_id(unicodedata.normalize("NFD", "ai hỏi  mã “OTP”\nlà lừa đảo"))
    assert name != quote.quote_id("Ai hỏi mã OTP là lừa dảo.")
    assert quote.quote_id(" … ") == "" == quote.quote_id("a" * 6001)


def test_the_address_holds_no_words():
    url = quote.link("/hoc/vneid-tu-dau/len-muc-do-2#mang-gi", "Mang căn cước gốc theo.", "plain")
    parts = urlsplit(url)
    assert (parts.path, parts.fragment) == ("/hoc/vneid-tu-dau/len-muc-do-2", "trich")
    assert parse_qs(parts.query) == {
        "trich": [quote.quote_id("Mang căn cước gốc theo.")], "muc": ["mang-gi"], "doc": ["plain"],
    }  # fmt: skip
    assert quote.link("/thu-tuc/1.004222", "Miễn phí.").startswith("/thu-tuc/1.004222?trich=10-")


def test_a_page_is_marked_as_its_address_says():
    page = '<section id="phi"><p>Miễn phí.</p></section><section id="le-phi"><p>Miễn phí.</p></section>'

    def shown_at(url: str) -> str:
        values = {name: found[0] for name, found in parse_qs(urlsplit(url).query).items()}
        return quote.mark_at(page, values)

    assert shown_at(quote.link("/tai-lieu/noi-quy#le-phi", "Miễn phí.")).startswith(
        '<section id="phi"><p>Miễn phí.</p></section><section id="le-phi"><p><mark id="trich">'
    )
    assert shown_at(quote.link("/tai-lieu/noi-quy#phi", "Hai nghìn.")).startswith(
        '<section id="phi"><span id="trich"></span>'
    )
    assert shown_at("/tai-lieu/noi-quy?muc=phi") == page


@pytest.mark.parametrize("url", ["", "https://dichvucong.gov.vn/x", "/hoc/a/b?x=1", "/quay", "//ke.xau/hoc/"])
def test_other_addresses_stay_as_they_are(url):
    assert quote.link(url, "Miễn phí.") == url


def test_without_a_quote_the_address_stays_as_it_is():
    assert quote.link("/hoc/a/b#c", "") == "/hoc/a/b#c"


def test_sentences_of_every_lesson_are_found_in_its_page():
    library = reader.load()
    for course in library.courses:
        for lesson in course.lessons:
            for text in lesson.texts.values():
                page = lesson_html(library, course, lesson, text.register).html
                for sentence in sentences_of(text)[::5]:  # each fifth: all of them take half a minute
                    if sentence.audience is None and words(sentence.text):
                        shown = marked(page, sentence.text, sentence.anchor)
                        assert words(shown.marked) == words(sentence.text), sentence


TEXT = st.text(alphabet="aAđếậ7 .,“&<\u0301\n", min_size=1, max_size=12)
WRAPPED = st.sampled_from(["p", "li", "kbd", "a", "em", "section"])
REFERENCE = '<sup class="ref"><a href="#nguon-x">12</a></sup>'


def elements(inside):
    """Lists of pieces of HTML, some of them in tags."""
    wrapped = st.tuples(WRAPPED, inside).map(lambda one: f"<{one[0]}>{one[1]}</{one[0]}>")
    return st.lists(st.one_of(inside, wrapped, st.just(REFERENCE), st.just("<br>")), max_size=5).map("".join)


HTML = st.recursive(TEXT.map(escape), elements, max_leaves=12)


@given(HTML, st.data())
def test_marking_changes_nothing_but_the_marks(html, data):
    spoken = unescape(re.sub(r"<[^>]*>", "", html.replace(REFERENCE, "")))
    start = data.draw(st.integers(0, len(spoken)))
    sentence = spoken[start : data.draw(st.integers(start, len(spoken)))]
    changed = quote.mark(html, quote.quote_id(sentence))
    assert MARKS.sub("", changed) == html
    assert read(changed).text == read(html).text
    if changed != html:
        assert quote.quote_id(read(changed).marked) == quote.quote_id(sentence)


@given(HTML, st.text(alphabet="aAđếậ7 ", min_size=1, max_size=12))
def test_a_sentence_put_into_any_page_is_found(html, sentence):
    page = f"<section>{html}</section><p>{escape(sentence)}</p>"
    if quote.quote_id(sentence):
        assert quote.quote_id(marked(page, sentence).marked) == quote.quote_id(sentence)


def law(sections: int) -> str:
    """A page as long as a law: numbered sections, each with a sentence of its own."""
    parts = (
        f'<section id="dieu-{number}"><h2>Điều {number}</h2><p>Việc thứ {number} làm tại xã.</p><p>'
        + "Người dân nộp hồ sơ ở trung tâm xã. " * 30
        + "</p></section>"
        for number in range(1, sections + 1)
    )
    return f"<main>{''.join(parts)}</main>"


def test_in_a_long_page_the_sentence_of_the_named_section_is_found():
    page = law(400)
    assert len(page) > 5 * quote.LARGEST
    for number in (1, 200, 400):
        sentence = f"Việc thứ {number} làm tại xã."
        assert marked(page, sentence, f"dieu-{number}").marked == sentence
        opening = f'<section id="dieu-{number}">'
        assert f'{opening}<span id="trich">' in quote.mark(page, "5-0123456789", f"dieu-{number}")
    assert marked(page, "Việc thứ 3 làm tại xã.").marked, "without a section its beginning is searched"
    assert quote.mark(page, quote.quote_id("Việc thứ 400 làm tại xã.")) == page
    assert quote.mark("a" * 3 * quote.LARGEST, "5-0123456789", "b") == "a" * 3 * quote.LARGEST


@pytest.mark.parametrize("name", ["300-0123456789.299-0123456789", "6000-0123456789.5999-0123456789"])
def test_no_made_up_name_makes_a_long_page_costly(name):
    """Tenths of a second; where the whole page was searched, ten seconds."""
    page = law(1500)
    with no_collecting():
        assert at_best(lambda: quote.mark(page, name), 2.0) <= 2.0
        assert at_best(lambda: quote.mark(page, name, "dieu-700"), 2.0) <= 2.0


@pytest.mark.parametrize("marks", ["\u0301\u0323", "\U0001d16d\U0001d165"])
def test_a_heap_of_marks_on_one_letter_costs_little(marks):
    text = "a" + marks[0] * 20_000 + marks[1] * 20_000
    assert at_best(lambda: quote.quote_id(text), 0.5) <= 0.5
