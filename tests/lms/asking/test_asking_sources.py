"""A source opens at the quoted sentence: marked, in the register it was read in, for guests and accounts."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

import pytest

from courses.rendering import quote
from lms.asking.suggestions import Place, suggest
from tests.lms.words_only import KNOWN, words

PAGE = "/hoc/vneid-tu-dau/len-muc-do-2"


def letters(text: str) -> str:
    """Letters and digits alone."""
    return re.sub(r"\W+", "", text).lower()


def marked(page) -> str:
    """The marked text of a page."""
    return " ".join(one.get_text(" ") for one in page.select("article mark"))


def a_sentence(commune, register: str) -> tuple[str, str]:
    """A sentence of the lesson that stands in this register alone, and its section."""
    lesson = commune.app.extensions["library"].course("vneid-tu-dau").lesson("len-muc-do-2")
    other = lesson.text("plain" if register == "standard" else "standard").markdown
    steps = next(block for block in lesson.text(register).blocks if block.kind == "steps")
    line = next(one for one in steps.text.split("\n") if one.partition(". ")[2] not in other)
    return line.partition(". ")[2], steps.anchor


@pytest.mark.parametrize("register", ["standard", "plain"])
def test_the_source_of_an_answer_opens_at_its_sentence(visitor, register):
    visitor.client.set_cookie("hs_doc", register)
    source = visitor.page(visitor.ask(KNOWN)).select_one(".src")
    to = source.select_one("a")["href"]
    assert urlsplit(to).fragment == "trich" and parse_qs(urlsplit(to).query)["doc"] == [register]
    visitor.client.delete_cookie("hs_doc")
    page = visitor.page(to)
    assert letters(marked(page)) == letters(source.select_one("blockquote").get_text())
    assert len(page.select("#trich")) == 1
    assert page.select_one("#trich").name == "mark"


def test_a_plain_answer_opens_the_plain_text_whatever_the_reader_chose(visitor, words_only_commune):
    sentence, section = a_sentence(words_only_commune, "plain")
    visitor.client.set_cookie("hs_doc", "standard")
    page = visitor.page(quote.link(f"{PAGE}#{section}", sentence, "plain"))
    assert letters(marked(page)) == letters(sentence)
    assert page.select_one('nav.tools a.on[aria-current="true"]'), "the bar says that this is the plain text"
    assert not visitor.page(PAGE).select("mark"), "the choice on the device stays"


def test_a_sentence_that_is_gone_leads_to_its_section(visitor):
    page = visitor.page(quote.link(f"{PAGE}#mang-gi", "Câu này không còn trong bài nữa."))
    assert not page.select("mark")
    assert page.select_one("section#mang-gi > #trich") or page.select_one("#trich") is None


@pytest.mark.parametrize("made_up", ["", "x", "5-0000000000", "%3Cscript%3E", "9" * 50])
@pytest.mark.parametrize("section", ["", "mang-gi", "%22%3E%3Cb%3E"])
def test_a_made_up_address_shows_the_lesson(visitor, made_up, section):
    page = visitor.page(f"{PAGE}?trich={made_up}&muc={section}&doc=la")
    assert page.select_one("article h1") and not page.select("mark")


def test_the_kept_page_of_a_guest_and_of_an_account_stay_unmarked(words_only_commune):
    sentence, section = a_sentence(words_only_commune, "standard")
    to = quote.link(f"{PAGE}#{section}", sentence, "standard")
    words_only_commune.add("bich")
    for someone in (words_only_commune.visitor(), words_only_commune.member("bich")):
        someone.get("/hoi")
        for _ in range(2):
            assert not someone.page(PAGE).select("mark")
            assert letters(marked(someone.page(to))) == letters(sentence)
        first, again = someone.page(PAGE), someone.page(to)
        assert words(first) == words(again), "the mark changes no word"


def test_opening_a_source_counts_as_opening_the_lesson(words_only_commune):
    words_only_commune.add("lien")
    member = words_only_commune.member("lien")
    sentence, section = a_sentence(words_only_commune, "standard")
    member.get(quote.link(f"{PAGE}#{section}", sentence, "standard"))
    assert "VNeID" in words(member.page("/cua-toi"))


def test_the_sources_at_the_desk_open_at_the_sentence_too(words_only_commune, officer):
    came = officer.post("/quay/hoi", question=KNOWN)
    links = [one["href"] for one in officer.page(came.location).select('.src a[href^="/hoc/"]')]
    assert links and all("trich=" in one for one in links)
    assert marked(officer.page(links[0]))


def test_a_source_elsewhere_keeps_its_address():
    assert quote.link("https://vbpl.vn/van-ban?id=1", "Một câu.") == "https://vbpl.vn/van-ban?id=1"


def test_every_lesson_offers_questions_that_are_read_at_a_glance(words_only_commune):
    library = words_only_commune.app.extensions["library"]
    for course in library.courses:
        for lesson in course.lessons:
            for register in lesson.texts:
                offered = suggest(library, register, Place(course, lesson))
                assert 2 <= len(offered) <= 4, (lesson.id, offered)
                assert len(set(offered)) == len(offered)
                for question in offered:
                    assert question.endswith("?") and len(question) <= 80, (lesson.id, question)
                    assert "Chọn mọi" not in question and "Chọn tất cả" not in question


def test_most_suggestions_of_a_lesson_are_answered(words_only_commune):
    library = words_only_commune.app.extensions["library"]
    assistant = words_only_commune.app.extensions["assistant"]
    outcomes = []
    for course in library.courses:
        for lesson in course.lessons[:2]:
            here = Place(course, lesson)
            outcomes += [
                assistant.ask(one, lesson=here.id).outcome for one in suggest(library, "standard", here)
            ]
    answered = sum(one in ("answered", "urgent") for one in outcomes)
    assert answered >= 0.75 * len(outcomes), f"{answered} of {len(outcomes)}"


def test_a_test_that_tells_of_somebody_is_no_question_of_ones_own(words_only_commune):
    library = words_only_commune.app.extensions["library"]
    course = library.course("vneid-tu-dau")
    for lesson in course.lessons:
        for question in suggest(library, "standard", Place(course, lesson)):
            assert not re.search(r"Chị Lan|Bác Tư|Anh Y Bhăm|Cô Hoa|\bbạn\b", question), question
