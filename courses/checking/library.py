"""What a good library must hold. Every error names file, line and what to do."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from courses import urgent
from courses.checking import wording
from courses.checking.asked import check_asked, check_asked_twice
from courses.checking.claims import claims_of, same_figure
from courses.checking.lesson_text import check_course_texts, check_words, linked_terms, without_quotes
from courses.checking.questions import check_questions, check_repeats
from courses.checking.sentences import sentences_of
from courses.checking.teaching import check_teaching
from courses.model import PLAIN, STANDARD, Course, Library
from courses.reading.drawings import LIMIT
from courses.textfile import FileRefused, decode, read_bytes
from courses.validation import Problem
from courses.yamlfile import Record, YamlBroken, parse
from i18n.dates import day_of_end, show_date
from i18n.locales import languages
from i18n.plain import office_words
from i18n.plain.glossary import Glossary
from i18n.plain.glossary import load as load_glossary

FIRST_PAGE_CHOICES = 5
SOON = dt.timedelta(days=30)
TEXT_FILES = (".md", ".yaml", ".svg")


@dataclass(frozen=True, slots=True)
class Report:
    """Counts, errors (must be mended) and notices (worth a look; they fail nothing)."""

    audiences: int
    courses: int
    lessons: int
    questions: int
    errors: tuple[Problem, ...]
    notices: tuple[Problem, ...]

    def of_course(self, course_id: str) -> "Report":
        """The same counts with only what was found in one course's folder."""
        folder = f"library/{course_id}/"
        return replace(
            self,
            errors=tuple(one for one in self.errors if one.file.startswith(folder)),
            notices=tuple(one for one in self.notices if one.file.startswith(folder)),
        )

    def to_json(self) -> dict:
        """The contract's JSON object: counts and errors."""
        errors = [{"file": one.file, "line": one.line, "message": one.message} for one in self.errors]
        counts = {name: getattr(self, name) for name in ("audiences", "courses", "lessons", "questions")}
        return {**counts, "errors": errors}


def check(library: Library, glossary: Glossary | None = None, today: dt.date | None = None) -> Report:
    """Look at everything in a library, what the reader left out included."""
    glossary = glossary or load_glossary()
    errors = [*library.errors, *_check_audiences(library), *check_repeats(library), *_check_letters(library)]
    errors += [*_check_urgent(library), *check_asked_twice(library)]
    for course in library.courses:
        errors += check_course(library, course, glossary, today or dt.date.today())
    lessons = library.lessons
    return Report(
        audiences=len(library.audiences),
        courses=len(library.courses),
        lessons=len(lessons),
        questions=sum(len(lesson.questions) for lesson in lessons),
        errors=tuple(sorted(set(errors))),
        notices=tuple(sorted({*_notices(library), *ending(library, today or dt.date.today())})),
    )


def check_course(library: Library, course: Course, glossary: Glossary, today: dt.date) -> list[Problem]:
    """Everything to mend in one course."""
    figures = frozenset(
        same_figure(claim.figure)
        for claim in claims_of(library, course)
        if claim.covered_by in ("source", "example")
    )
    return [
        *_check_head(library, course, today),
        *check_course_texts(library, course, glossary),
        *check_questions(library, course, figures),
        *check_asked(library, course),
        *check_teaching(library, course, figures),
    ]


def ending(library: Library, today: dt.date) -> Iterator[Problem]:
    """Sentences of lessons that say themselves until when they hold: soon over, or over."""
    for course in library.courses:
        for lesson in course.lessons:
            for path in sorted(course.folder.glob(f"*{lesson.id}*.md")):
                for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
                    end = day_of_end(line)
                    if end is None or end - today > SOON:
                        continue
                    day = show_date(end)
                    yield Problem(
                        library.relative(path),
                        number,
                        f"Con số đến hết ngày {day} thì hết hạn. Hãy xem lại nguồn rồi viết lại."
                        if end >= today
                        else f"Con số đã hết hạn từ ngày {day}. Hãy xem lại nguồn rồi viết lại.",
                    )


def _check_audiences(library: Library) -> Iterator[Problem]:
    path = library.folder / "audiences.yaml"
    lines = {row.get("id"): row for row in _rows(path)}
    shown = [audience for audience in library.audiences if audience.first_page]
    for audience in library.audiences:
        row = lines[audience.id]
        for course_id in audience.path:
            if library.course(course_id) is None:
                message = f"Lộ trình có khóa “{course_id}” không đọc được. Hãy sửa tên, hoặc sửa khóa học đó."
                yield Problem("audiences.yaml", row.line_of("path"), message)
        for message in check_words(f"{audience.name}. {audience.tagline}. {audience.promise}", STANDARD):
            yield Problem("audiences.yaml", row.line, message)
    for audience in shown[FIRST_PAGE_CHOICES:]:
        message = f"Trang đầu chỉ hiện {FIRST_PAGE_CHOICES} nhóm. Hãy ghi first_page: false."
        yield Problem("audiences.yaml", lines[audience.id].line_of("first_page"), message)


def _check_head(library: Library, course: Course, today: dt.date) -> Iterator[Problem]:
    path = course.folder / "course.yaml"
    file = library.relative(path)
    record = _record(path)
    for audience in course.audiences:
        if library.audience(audience) is None:
            message = f"Không có nhóm “{audience}”. Hãy xem tên nhóm trong audiences.yaml."
            yield Problem(file, record.line_of("audiences"), message)
    for source_id in course.screens:
        if course.source(source_id) is None:
            yield Problem(
                file, record.line_of("screens"), f"Không có nguồn “{source_id}”. Hãy thêm vào sources."
            )
    for key in ("title", "summary", "promise"):
        for message in check_words(getattr(course, key), STANDARD):
            yield Problem(file, record.line_of(key), message)
    rows = {row.get("id"): row for row in record.get("sources") or () if isinstance(row, Record)}
    for source in course.sources:
        if source.checked_on > today:
            message = f"Nguồn “{source.id}” có ngày xem lại ở tương lai. Hãy sửa checked_on."
            yield Problem(file, rows[source.id].line_of("checked_on"), message)
    yield from _check_lesson_heads(library, course)


def _check_lesson_heads(library: Library, course: Course) -> Iterator[Problem]:
    known = {skill.id for skill in library.skills}
    for lesson in course.lessons:
        file = library.relative(lesson.text(STANDARD).file)
        if not 5 <= lesson.minutes <= 8:
            yield Problem(file, 2, f"Bài dài {lesson.minutes} phút. Hãy để từ 5 đến 8 phút.")
        if not lesson.skills:
            yield Problem(file, 2, 'Bài chưa ghi năng lực. Hãy thêm skills, như ["4.1"].')
        for skill in lesson.skills:
            if skill not in known:
                yield Problem(file, 2, f"Không có năng lực “{skill}” trong skills.yaml. Hãy sửa mã.")
        for locale, text in lesson.translations.items():
            if locale not in languages():
                message = f"Không có tiếng “{locale}” trong i18n/data/languages.yaml. Hãy sửa tên tệp."
                yield Problem(library.relative(text.file), 1, message)


def _check_letters(library: Library) -> Iterator[Problem]:
    """Unicode form and tone places of every text file, and the weight of every picture."""
    for path in [*sorted(library.folder.glob("library/**/*")), library.folder / "audiences.yaml"]:
        file = library.relative(path)
        if path.suffix == ".svg" and path.is_file() and path.stat().st_size > LIMIT:
            yield Problem(file, 1, f"Hình nặng quá {LIMIT // 1024} KB. Hãy vẽ đơn giản hơn.")
        if path.suffix not in TEXT_FILES or not path.is_file():
            continue
        try:
            text = decode(read_bytes(path, library.folder))
        except FileRefused:
            continue  # the reader has named it
        for line, words in enumerate(text.split("\n"), 1):
            if wrong := wording.wrong_form(words):
                yield Problem(file, line, f"Chữ “{wrong}” không ở dạng NFC. Hãy gõ lại chữ đó.")
            for written, mended in wording.misplaced_tones(words):
                yield Problem(file, line, f"“{written}” đặt dấu kiểu khác. Hãy viết “{mended}”.")


def _check_urgent(library: Library) -> Iterator[Problem]:
    """The cards for urgent cases: that they can be read, and that the sections they lead to are there."""
    path = library.folder / urgent.FILE.name
    if not path.exists():
        return
    try:
        cards = urgent.load(path)
    except urgent.UrgentBroken as error:
        yield from error.problems
        return
    for card in urgent.missing_places(cards, library):
        message = f"Thẻ “{card}” dẫn tới một mục không có. Hãy sửa lesson hoặc anchor."
        yield Problem(path.name, 1, message)


def _office_hints(library: Library) -> Iterator[Problem]:
    """Words of the plain texts that i18n knows an everyday word for: hints, since a few have their place."""
    for lesson in library.lessons:
        text = lesson.texts.get(PLAIN)
        if text is None:
            continue
        explained = tuple(linked_terms(text))
        for sentence in sentences_of(text):
            for hit in office_words(without_quotes(sentence.words), explained):
                message = f"Dòng {sentence.line}: “{hit.found}” có thể nói: {hit.say}."
                yield Problem(library.relative(text.file), sentence.line, message)


def _notices(library: Library) -> Iterator[Problem]:
    taught = {skill for lesson in library.lessons for skill in lesson.skills}
    untaught = [skill for skill in library.skills if skill.id not in taught]
    if untaught:
        names = ", ".join(f"{skill.id} {skill.name}" for skill in untaught)
        yield Problem("skills.yaml", 1, f"Chưa bài nào dạy {len(untaught)} năng lực: {names}.")
    yield from _office_hints(library)
    for course in library.courses:
        file = library.relative(course.folder / "course.yaml")
        texts = "\n".join(text.markdown for lesson in course.lessons for text in lesson.texts.values())
        for source in course.sources:
            if f"[@{source.id}]" not in texts and source.id not in course.screens:
                yield Problem(file, 1, f"Nguồn “{source.id}” chưa bài nào dùng.")
        for drawing in course.drawings:
            if f"media/{drawing}" not in texts:
                yield Problem(file, 1, f"Hình media/{drawing} chưa bài nào dùng.")
        for audience in library.audiences:
            if course.id in audience.path and audience.id not in course.audiences:
                yield Problem(file, 1, f"Khóa ở trong lộ trình “{audience.id}” mà audiences chưa ghi.")


def _rows(path: Path) -> list[Record]:
    value = _value(path)
    return [row for row in value if isinstance(row, Record)] if isinstance(value, list) else []


def _record(path: Path) -> Record:
    value = _value(path)
    if isinstance(value, Record):
        return value
    raise AssertionError(f"{path.name} was a mapping when it was read")


def _value(path: Path) -> object:
    try:
        return parse(decode(path.read_bytes()))
    except (OSError, FileRefused, YamlBroken):
        return None
