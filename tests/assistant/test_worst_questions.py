"""No question costs much, whatever is typed: whole functions with the texts that each would like least.

CPU seconds with wide bounds, at the largest size that is let in, and how they grow with the text.
"""

from __future__ import annotations

import time

import pytest

from assistant.knowledge.store import prepare
from assistant.knowledge.verified import LONGEST_ANSWER
from assistant.retrieval import calibration
from assistant.service import Assistant
from assistant.settings import Settings
from assistant.storage import make_engine
from assistant.understanding.privacy import mask
from assistant.understanding.query import LONGEST, understand
from assistant.understanding.safety import load_refusals, refusal, urgent_card
from courses import urgent
from courses.reading import reader
from courses.rendering import quote
from i18n import plain
from i18n.foreign import is_foreign
from i18n.plain import glossary
from i18n.vietnamese import Restorer, clean, expand_short_forms
from i18n.vietnamese.quantities import tokenize
from i18n.vietnamese.typed_words import TypedWords
from tests.worst import PIECES, at_best, no_collecting, too_costly

SHIPPED = calibration.load

WHOLE_QUESTION = 1.0
"""CPU seconds of a whole answer; an ordinary question takes 0.05, the longest ones 0.3."""

COSTLIEST = (
    "THU TUC ", "đ", "uơ", "aB", "ﬁ", "㌖", "\ufdfa", "a\u0301\u0323",
    "\U0001f468\u200d\U0001f469\u200d\U0001f467",
    "한글", "không ", "nghieng ", "thẻ the thế ", "bi lua mat tien ", "lệ phí giấy tờ thời hạn ",
    "con 5 tuổi ",
    "01/2020/NĐ-CP ", "29a12345 ", "https://dichvucong.gov.vn/p?a=", ", ", "(a ", "stk a a a a : ",
)  # fmt: skip


@pytest.fixture(scope="module")
def courses():
    """The courses that come with the program."""
    return reader.load()


@pytest.fixture(scope="module")
def whole(courses, tmp_path_factory):
    """An assistant as it is after a first start, with the embedder that comes with the program."""
    settings = Settings.load({"HOCSO_INSTANCE": str(tmp_path_factory.mktemp("instance"))})
    engine = make_engine(settings.database_url)
    prepare(engine)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(calibration, "load", SHIPPED)
        assistant = Assistant.open(settings, courses, engine)
        assistant.ask("Làm giấy khai sinh cần gì?")
        yield assistant
    engine.dispose()


@pytest.fixture(scope="module")
def restorer(courses):
    """A restorer that knows the words of the courses."""
    lessons = [lesson for course in courses.courses for lesson in course.lessons]
    return Restorer.train([f"{lesson.title}. {lesson.goal}" for lesson in lessons])


def test_no_question_costs_a_second(whole):
    costly = {}
    with no_collecting():
        for number, piece in enumerate(COSTLIEST):
            text = (piece * LONGEST)[:LONGEST]
            register = ("standard", "plain")[number % 2]
            cost = at_best(
                lambda text=text, register=register: whole.ask(text, register),
                WHOLE_QUESTION,
                time.process_time,
            )
            if cost > WHOLE_QUESTION:
                costly[piece] = cost
    assert not costly


def test_a_long_conversation_of_the_worst_questions_costs_little_more(whole):
    costly = {}
    with no_collecting():
        for piece in ("uơ", "nghieng", "한글", "29a12345 "):
            text = (piece * LONGEST)[:LONGEST]
            cost = at_best(
                lambda text=text: whole.ask("còn lệ phí?", history=[text] * 8),
                WHOLE_QUESTION,
                time.process_time,
            )
            if cost > WHOLE_QUESTION:
                costly[piece] = cost
    assert not costly


def test_what_is_longer_than_a_question_costs_no_more(whole):
    """A program may hand over any text; it is cut before it is read."""
    with no_collecting():
        text = "a\u0301\u0323 “không” " * 10_000
        assert at_best(lambda: whole.ask(text), 2 * WHOLE_QUESTION) <= 2 * WHOLE_QUESTION


def test_masking(restorer):
    assert not too_costly(mask, LONGEST, 0.2)
    numbers = [piece for piece in PIECES if any(letter.isdigit() for letter in piece)]
    assert not too_costly(
        mask, LONGEST_ANSWER, 1.0, (*numbers, "mat khau a a a a ", "cccd ", "a at a cham a ")
    )


def test_hearing_need_and_what_is_turned_down():
    cards, refusals = urgent.load(), load_refusals()
    assert not too_costly(TypedWords, LONGEST, 0.2)
    assert not too_costly(lambda text: urgent_card(TypedWords(text), cards), LONGEST, 0.3)
    assert not too_costly(lambda text: refusal(TypedWords(text), refusals), LONGEST, 0.3)


def test_understanding_with_a_past(restorer):
    assert not too_costly(lambda text: understand(clean(text), restorer, [clean(text)] * 8), LONGEST, 0.3)


@pytest.mark.parametrize("folded", [True, False])
def test_giving_marks_back(restorer, folded):
    assert not too_costly(lambda text: restorer.mend(text, folded), LONGEST, 0.2)
    assert not too_costly(restorer.restore, LONGEST_ANSWER, 1.0)


def test_short_forms_and_other_languages():
    assert not too_costly(expand_short_forms, LONGEST_ANSWER, 0.5)
    assert not too_costly(is_foreign, LONGEST_ANSWER, 0.5)


def test_how_plain_an_answer_is():
    """An officer's answer is measured at each look at it."""
    assert not too_costly(plain.measure, LONGEST_ANSWER, 0.6)


def test_putting_a_text_plainly():
    assert not too_costly(plain.rewrite, 2000, 0.8)


def test_many_of_the_longest_sentences_are_put_plainly_one_by_one():
    text = ". ".join("Cán bộ xã " + "và " * 600 for _ in range(4))
    assert at_best(lambda: plain.rewrite(text), 2.0) <= 2.0


def test_words_that_are_explained():
    assert not too_costly(glossary.load().find, LONGEST_ANSWER, 0.5)


def test_claims_of_a_text():
    assert not too_costly(lambda text: list(tokenize(text)), LONGEST_ANSWER, 1.0)


def test_quoting():
    name = "5-0123456789"
    assert not too_costly(quote.quote_id, 2 * quote.LONGEST, 0.3)
    assert not too_costly(lambda text: quote.mark(f"<p>{text}</p>", name, "a"), 10_000, 0.3)
    tags = ("<", "<a", "<!--", "<a '", '<a "', "<a b='c'", "</", "&#1;", "&", "<p>a</p>", "<p id=")
    assert not too_costly(lambda text: quote.mark(text, name, "a"), 20_000, 0.5, tags)
