"""What good questions hold: their number, their reasons, and no way to guess the right answer."""

from collections import Counter
from collections.abc import Iterator, Sequence

from courses.checking.claims import figures_in, same_figure, unknown_figure
from courses.checking.lesson_text import check_words, linked_terms
from courses.model import PLAIN, STANDARD, Course, Lesson, Library, Question
from courses.validation import Problem
from i18n.plain import MOST_WORDS, word_count
from i18n.vietnamese import sentences, syllables

PER_LESSON = range(3, 6)
CHOICES = range(3, 5)
GUESSABLE = 0.7
"""From this share on, a habit of the author lets a learner guess without reading."""


def check_questions(library: Library, course: Course, known_figures: frozenset[str]) -> Iterator[Problem]:
    """Everything to mend in a course's questions. `known_figures` are those its lessons have a source for."""
    file = library.relative(course.folder / "questions.yaml")
    for lesson in course.lessons:
        yield from (Problem(file, line, message) for line, message in _check_lesson(lesson, known_figures))
    questions = [question for lesson in course.lessons for question in lesson.questions]
    if len(questions) >= 2 * PER_LESSON.start:
        for message in guessable(questions, GUESSABLE):
            yield Problem(file, 1, f"Cả khóa học: {message}")


def check_repeats(library: Library) -> Iterator[Problem]:
    """The same question asked twice anywhere in the library."""
    seen: dict[tuple[str, ...], str] = {}
    for course in library.courses:
        file = library.relative(course.folder / "questions.yaml")
        for question in (one for lesson in course.lessons for one in lesson.questions):
            key = tuple(syllables(question.prompt))
            if key in seen:
                yield Problem(file, question.line, f"Câu này đã hỏi ở {seen[key]}. Hãy hỏi câu khác.")
            seen.setdefault(key, f"{course.id}/{question.lesson_id} ({question.id})")


def guessable(questions: Sequence[Question], share: float = 1.0) -> Iterator[str]:
    """What gives the right answers of these questions away, when at least `share` of them do it."""
    single = [question for question in questions if question.kind == "one"]
    if len(single) < PER_LESSON.start:
        return
    place, times = Counter(min(one.right_choices) for one in single).most_common(1)[0]
    if times >= share * len(single):
        yield f"{times}/{len(single)} câu có lựa chọn đúng ở vị trí {place + 1}. Hãy đổi chỗ vài câu."
    longest = sum(map(_right_is_longest, single))
    if longest >= share * len(single):
        yield f"{longest}/{len(single)} câu có lựa chọn đúng dài nhất. Hãy viết các lựa chọn dài bằng nhau."


def _right_is_longest(question: Question) -> bool:
    right = len(question.choices[min(question.right_choices)].text)
    return all(len(choice.text) < right for choice in question.choices if not choice.right)


def _check_lesson(lesson: Lesson, known_figures: frozenset[str]) -> Iterator[tuple[int, str]]:
    count = len(lesson.questions)
    line = lesson.questions[0].line if lesson.questions else 1
    if count not in PER_LESSON:
        yield line, f"Bài “{lesson.id}” có {count} câu hỏi. Hãy viết từ 3 đến 5 câu."
    for message in guessable(lesson.questions):
        yield line, f"Bài “{lesson.id}”: {message}"
    explained = frozenset().union(*(linked_terms(text) for text in lesson.texts.values()))
    for question in lesson.questions:
        yield from ((question.line, one) for one in _check_one(question, explained, known_figures))


def _check_one(question: Question, explained: frozenset[str], known_figures: frozenset[str]) -> Iterator[str]:
    if len(question.choices) not in CHOICES:
        yield f"Câu “{question.id}” có {len(question.choices)} lựa chọn. Hãy viết 3 hoặc 4."
    if len({choice.text for choice in question.choices}) < len(question.choices):
        yield f"Câu “{question.id}” có hai lựa chọn giống nhau. Hãy sửa một."
    for text in (question.prompt, *(part for one in question.choices for part in (one.text, one.why))):
        yield from check_words(text, STANDARD, explained)
    if question.prompt_plain:
        yield from check_words(question.prompt_plain, PLAIN, explained)
        for sentence in sentences(question.prompt_plain):
            if word_count(sentence) > MOST_WORDS:
                yield f"Câu dễ hiểu “{sentence[:30]}…” quá {MOST_WORDS} chữ. Hãy tách làm hai."
    for choice in question.choices:
        for kind, figure in figures_in(choice.why):
            if same_figure(figure) not in known_figures:
                yield unknown_figure(kind, figure)
