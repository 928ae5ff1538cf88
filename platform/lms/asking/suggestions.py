"""Questions that are offered to somebody who does not know what to ask."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from assistant.answering.question import content_words
from courses.model import Course, Lesson, Library

MOST = 4
MOST_ASKED = 3
"""Authors put those first that a reader asks next; what follows is there for search."""

LONGEST = 80
"""Letters of a question that is still read at a glance."""

GENERAL = (
    ("nhan-ra-lua-dao", "Công an gọi điện đòi chuyển tiền, có thật không?"),  # i18n: ignore
    ("vneid-tu-dau", "Làm VNeID mức độ 2 ở đâu, hết bao lâu?"),  # i18n: ignore
    ("dien-thoai-thong-minh", "Chữ trên điện thoại nhỏ quá, làm to lên thế nào?"),  # i18n: ignore
    ("cong-dich-vu-cong", "Đăng ký tạm trú hết bao nhiêu tiền?"),  # i18n: ignore
)
"""Course and question. They are asked of a Vietnamese library, so they are content, not screen words."""

SPOKEN_OF = 0.8
"""Share of a question's telling words that its lesson must have: it cannot answer what it does not say."""

_ASKS = re.compile(
    r"\b(?:[gG]ì|đâu|[nN]ào|làm sao|vì sao|thì sao|bao nhiêu|bao lâu|mấy ngày)\b"  # i18n: ignore
    r"|^(?:Vì|Làm) sao\b| hay |\b(?:ai|không)$"  # i18n: ignore
)
_BEGINS_WITH_A_DEED = re.compile(
    r"(?:Bán|Báo|Bật|Cất|Chia|Chụp|Chốt|Chuyển|Dùng|Đăng|Đặt|Đưa|Đổi|Gói|Gọi|Gửi|Kiểm tra"  # i18n: ignore
    r"|Khóa|Làm|Lưu|Mở|Nhận|Nộp|Nối|Sạc|So|Tải|Theo dõi|Tìm|Trả|Vào|Viết|Xem|Xóa) "  # i18n: ignore
)
_TASK = re.compile(r"\s*Chọn (?:mọi|tất cả)[^.?!]*\.$")  # i18n: ignore
_ABOUT_SOMEBODY = re.compile(
    r"\b(?:[Aa]nh|[Cc]hị|[Bb]ác|[Cc]ô|[Cc]hú|[Ôô]ng|[Bb]à|[Ee]m|[Cc]háu) (?:[A-ZĐ]|nên|làm)"  # i18n: ignore
    r"|\b[Bb]ạn em\b"  # i18n: ignore
)
_ONLY_A_TEST = re.compile(
    r"\b(?:câu|điều) nào|\bnhất\b|\bhơn\b|(?:nghĩ|hiểu|nói|chọn|cho thấy) gì|nói sao"  # i18n: ignore
    r"|(?:hiểu|chọn) thế nào|trả lời sao|đó là|giống|là đủ|tháng \d",  # i18n: ignore
    re.IGNORECASE,
)
_YOU = ((re.compile(r"\bBạn\b"), "Tôi"), (re.compile(r"\bbạn\b(?! bè)"), "tôi"))  # i18n: ignore


@dataclass(frozen=True)
class Place:
    """The lesson from which somebody asks."""

    course: Course
    lesson: Lesson

    @property
    def id(self) -> str:
        """`course/lesson`, as it stands in addresses."""
        return f"{self.course.id}/{self.lesson.id}"


def place(library: Library, named: str | None) -> Place | None:
    """The lesson named `course/lesson`, or None for anything the library does not have."""
    course_id, _, lesson_id = (named or "").partition("/")
    course = library.course(course_id)
    lesson = course.lesson(lesson_id) if course is not None else None
    return Place(course, lesson) if course is not None and lesson is not None else None


def suggest(library: Library, register: str, here: Place | None = None) -> tuple[str, ...]:
    """At most four questions, each of at most 80 letters.

    In a lesson: what people ask of it; if its author wrote none, what its course and its sections ask,
    in the reader's register; elsewhere general ones.
    """
    if here is not None:
        return _of_lesson(here, register)
    return tuple(question for course_id, question in GENERAL if library.course(course_id))[:MOST]


def _of_lesson(here: Place, register: str) -> tuple[str, ...]:
    asked = [one.question for one in here.lesson.asked if len(one.question) <= LONGEST]
    if asked:
        return tuple(asked[:MOST_ASKED])
    blocks = here.lesson.text(register).blocks
    headings = list(dict.fromkeys(block.heading for block in blocks if block.heading))
    spoken_of = set(content_words(" ".join(f"{block.heading} {block.text}" for block in blocks)))
    often = [pair.q for pair in here.course.teaching.faq] if here.course.teaching else []
    tested = _as_asked(question.prompt_in(register) for question in here.lesson.questions)
    # The shorter a question, the less it is the story of somebody in particular.
    fitting = sorted((one for one in (*tested, *often) if _share(one, spoken_of) >= SPOKEN_OF), key=len)
    found = _each_topic_once(one for one in (*_as_questions(headings), *fitting) if len(one) <= LONGEST)
    return tuple(found or headings)[:MOST]


def _share(question: str, spoken_of: set[str]) -> float:
    """Which share of a question's telling words is among these words; 0 for a question without any."""
    words = content_words(question)
    return len(spoken_of.intersection(words)) / len(words) if words else 0.0


def _as_questions(headings: Iterable[str]) -> Iterator[str]:
    """The headings that ask something, then those that name a deed: how is it done?"""
    deeds = []
    for heading in headings:
        topic, _, more = (part.strip() for part in heading.rstrip("?").partition(":"))
        if _ASKS.search(more):
            yield f"{topic}: {more}?"
        elif _ASKS.search(topic):
            yield f"{topic}?"
        elif _BEGINS_WITH_A_DEED.match(topic):
            deeds.append(f"{topic} thế nào?")  # i18n: ignore
    yield from deeds


def _as_asked(prompts: Iterable[str]) -> Iterator[str]:
    """The test's questions that somebody would ask on their own account, put in their mouth."""
    for prompt in prompts:
        question = _TASK.sub("", prompt)
        if (
            question.endswith("?")
            and not _ABOUT_SOMEBODY.search(question)
            and not _ONLY_A_TEST.search(question)
        ):
            for pattern, word in _YOU:
                question = pattern.sub(word, question)
            yield question


def _each_topic_once(questions: Iterable[str]) -> list[str]:
    """Without those whose telling words stand in an earlier one."""
    kept: list[str] = []
    for question in questions:
        words = set(content_words(question))
        if not any(words <= set(content_words(other)) for other in kept):
            kept.append(question)
    return kept
