"""With the pseudo-locale every word from a catalogue stands in ⟦ ⟧: what has no marks was hard-coded.

Let through: what courses say (their titles, the groups' words, elements marked lang="vi"), what a unit
says of itself, and names that are the same in every language.
"""

import re
from html import unescape

import pytest
from bs4 import BeautifulSoup, NavigableString, Tag
from bs4.element import PreformattedString

from i18n.messages.translations import PSEUDO
from lms.core import language
from tests.lms.words_only import words_only_commune  # noqa: F401

PAGES = (
    "/",
    "/nhom-khac",
    "/dang-nhap",
    "/dang-ky",
    "/hoi",
    "/cua-toi",
    "/gioi-thieu",
    "/du-lieu",
    "/vao-lop",
    "/viec-gap",
)
SPOKEN = ("alt", "title", "placeholder", "aria-label", "data-stop", "data-wait", "data-show")
MARKED = re.compile(r"⟦[^⟦⟧]*⟧")
WORD = re.compile(r"[^\W\d_]{2,}")
"""Two letters or more: "in" and "xem" are Vietnamese as well, though nothing above them tells."""
NAMES = re.compile(r"\b(?:Enter|Ctrl|Tab|Esc|English|Tiếng Việt|HS)\b")


def unmarked(text: str) -> str:
    """What is left of a text without its marked stretches, one within another too, and without names."""
    while (shorter := MARKED.sub(" ", text)) != text:
        text = shorter
    return " ".join(NAMES.sub(" ", text).split())


def of_content(element: Tag) -> bool:
    """Whether an element stands in one that is marked as Vietnamese content."""
    return any(
        one.get("lang") == "vi"
        for one in (element, *element.parents)
        if one.name not in ("html", "[document]")
    )


def bare_words(html: str, content: frozenset[str] = frozenset()) -> list[str]:
    """Texts and spoken attributes of a page that have words outside the marks."""
    page = BeautifulSoup(html, "html.parser")
    for unspoken in page(["script", "style"]):
        unspoken.decompose()
    said = [
        (text.parent, str(text))
        for text in page.find_all(string=True)
        if isinstance(text, NavigableString) and not isinstance(text, PreformattedString)
    ]
    said += [(one, one[name]) for one in page.find_all(True) for name in SPOKEN if one.get(name)]
    left = [unmarked(unescape(text)) for element, text in said if not of_content(element)]
    return [text for text in left if WORD.search(text) and text not in content]


@pytest.fixture
def pseudo(monkeypatch):
    """Every page comes in the pseudo-locale, and none from those kept."""
    monkeypatch.setattr(language, "interface_locale", lambda: PSEUDO)


@pytest.fixture(scope="module")
def own_words(words_only_commune) -> frozenset[str]:  # noqa: F811
    """What the courses and the unit say, which no catalogue has."""
    library = words_only_commune.app.extensions["library"]
    said = {"Xã Mẫu", "Bàn hỗ trợ Xã Mẫu", "Trực bàn hỗ trợ"}
    for course in library.courses:
        said |= {course.title, course.summary, course.promise, *(lesson.title for lesson in course.lessons)}
    return frozenset(" ".join(text.split()) for text in said)


@pytest.mark.usefixtures("pseudo")
@pytest.mark.parametrize("path", PAGES)
def test_no_word_of_the_interface_is_outside_a_catalogue(words_only_commune, own_words, path):  # noqa: F811
    came = words_only_commune.app.test_client().get(path, follow_redirects=True)
    html = came.get_data(as_text=True)
    assert came.status_code == 200
    assert "⟦" in html, "the pseudo-locale did not reach this page"
    assert bare_words(html, own_words) == []


@pytest.mark.parametrize(
    ("html", "found"),
    [
        ("<p>⟦Chào ⟦Hoa⟧⟧ 3/5</p>", []),
        ("<p>⟦Chào⟧ bạn</p>", ["bạn"]),
        ('<img alt="Con đường">', ["Con đường"]),
        ("<title>⟦Hỏi⟧ · Xem</title>", ["· Xem"]),
        ('<html lang="vi"><p>xem</p></html>', ["xem"]),
        ('<div lang="vi"><p>Lời của bài học</p></div>', []),
        ("<script>let words</script><!-- ghi chú -->", []),
    ],
)
def test_a_word_without_marks_is_seen(html, found):
    assert bare_words(html) == found
