"""What a good teaching sheet holds: 30-minute plans, a one-page handout, texts fit to be read out."""

import re
from collections.abc import Iterator

from courses import markup
from courses.checking.claims import figures_in, same_figure, unknown_figure
from courses.checking.lesson_text import check_words, linked_terms
from courses.exchange.handout import PAGE_HEIGHT, printed_height
from courses.model import STANDARD, Course, Library
from courses.teaching import Session, Teaching
from courses.validation import Problem

SESSION_MINUTES = 30
LOUDSPEAKER_WORDS = range(150, 221)
LED_CHARACTERS = 60
QUESTIONS = 3
_UNSPEAKABLE = re.compile(r"https?://|www\.|\[@|\[\[|\*\*|[#_`<>{}|]|[^\w\s]{3,}")

Found = tuple[str, str]
"""A part of the sheet, and what to do."""


def check_teaching(library: Library, course: Course, known_figures: frozenset[str]) -> Iterator[Problem]:
    """Everything to mend in a course's teaching.yaml."""
    file = library.relative(course.folder / "teaching.yaml")
    teaching = course.teaching
    if teaching is None:
        if not (course.folder / "teaching.yaml").exists():
            yield Problem(file, 1, "Thiếu teaching.yaml. Hãy viết kế hoạch buổi học, tờ phát tay và lời loa.")
        return
    for part, message in _check_all(course, teaching, known_figures):
        yield Problem(file, teaching.lines.get(part, 1), message)


def _check_all(course: Course, teaching: Teaching, known_figures: frozenset[str]) -> Iterator[Found]:
    yield from _check_sessions(course, teaching)
    yield from _check_sizes(teaching)
    explained = frozenset().union(
        *(linked_terms(text) for lesson in course.lessons for text in lesson.texts.values())
    )
    for part, written in _texts(teaching):
        text = markup.words_of(written)
        yield from ((part, message) for message in check_words(text, STANDARD, explained))
        for kind, figure in figures_in(text):
            if same_figure(figure) not in known_figures:
                yield part, unknown_figure(kind, figure)


def _check_sessions(course: Course, teaching: Teaching) -> Iterator[Found]:
    if not teaching.sessions:
        yield "sessions", "Thiếu kế hoạch buổi học. Hãy thêm ít nhất một buổi 30 phút."
    for place, session in enumerate(teaching.sessions):
        yield from ((f"sessions.{place}", message) for message in _check_session(course, session))
    taught = {lesson for session in teaching.sessions for lesson in session.lessons}
    for lesson in course.lessons:
        if teaching.sessions and lesson.id not in taught:
            yield "sessions", f"Chưa buổi nào dạy bài “{lesson.id}”. Hãy thêm vào một buổi."


def _check_session(course: Course, session: Session) -> Iterator[str]:
    for lesson in session.lessons:
        if course.lesson(lesson) is None:
            yield f"Không có bài “{lesson}”. Hãy sửa mục lessons."
    minute = 0
    for step in session.plan:
        if step.start != minute or step.end <= step.start:
            yield f"Bước “{step.start}–{step.end}” không nối tiếp phút {minute}. Hãy sửa minutes."
        minute = step.end
    if minute != SESSION_MINUTES:
        yield f"Buổi học hết ở phút {minute}. Hãy sắp đúng {SESSION_MINUTES} phút."


def _check_sizes(teaching: Teaching) -> Iterator[Found]:
    if not teaching.handout.strip():
        yield "handout", "Thiếu tờ phát tay. Hãy viết handout, vừa một trang A4."
    elif (height := printed_height(teaching.handout)) > PAGE_HEIGHT:
        yield (
            "handout",
            f"Tờ phát tay cao {height} mm, quá {PAGE_HEIGHT} mm. Hãy rút cho vừa trang A4.",
        )
    if len(teaching.faq) < QUESTIONS:
        yield "faq", f"Có {len(teaching.faq)} câu người ta hay hỏi. Hãy viết ít nhất {QUESTIONS} câu."
    if teaching.broadcast is None:
        yield "broadcast", "Thiếu broadcast. Hãy viết loudspeaker, led và zalo."
        return
    spoken = len(teaching.broadcast.loudspeaker.split())
    if spoken not in LOUDSPEAKER_WORDS:
        low, high = LOUDSPEAKER_WORDS.start, LOUDSPEAKER_WORDS.stop - 1
        yield "loudspeaker", f"Lời loa dài {spoken} chữ. Hãy viết từ {low} đến {high} chữ (60–90 giây)."
    if found := _UNSPEAKABLE.search(teaching.broadcast.loudspeaker):
        yield "loudspeaker", f"Lời loa có “{found[0]}” không đọc lên được. Hãy viết bằng lời."
    if len(teaching.broadcast.led) > LED_CHARACTERS:
        length = len(teaching.broadcast.led)
        yield "led", f"Dòng chữ bảng LED dài {length} ký tự, quá {LED_CHARACTERS}. Hãy rút ngắn."


def _texts(teaching: Teaching) -> Iterator[tuple[str, str]]:
    yield "handout", teaching.handout
    for place, pair in enumerate(teaching.faq):
        yield f"faq.{place}", f"{pair.q}\n{pair.a}"
    for place, session in enumerate(teaching.sessions):
        yield f"sessions.{place}", "\n".join([session.title, *(step.do for step in session.plan)])
    if teaching.broadcast:
        yield "loudspeaker", teaching.broadcast.loudspeaker
        yield "led", teaching.broadcast.led
        yield "zalo", teaching.broadcast.zalo
