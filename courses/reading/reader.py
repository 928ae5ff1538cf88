"""Folder to Library. What is broken is named with file and line and left out; the rest is read."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from pathlib import Path

from courses.digest import digest
from courses.model import (
    PLAIN,
    REGISTERS,
    STANDARD,
    Audience,
    Course,
    Drawing,
    Lesson,
    LessonText,
    Library,
    Question,
    Skill,
    SkillFrame,
    Source,
)
from courses.problems import Problems, words
from courses.reading.asked import read_asked
from courses.reading.drawings import read_drawings
from courses.reading.lessonfiles import LessonFile, lesson_files, read_lesson_text
from courses.reading.questions import read_questions
from courses.reading.teaching import read_teaching
from courses.validation import Invalid, Problem
from courses.yamlfile import Record

FOLDER = Path(__file__).resolve().parents[1]
AUDIO = (".opus", ".mp3")


def load(path: Path | str | None = None) -> Library:
    """The library in a folder that holds audiences.yaml, skills.yaml and library/ (ours by default).

    Never raises for what stands in the files: problems are in `errors`.
    """
    root = Path(path).resolve() if path else FOLDER
    problems = Problems(root)
    audiences = _audiences(root / "audiences.yaml", problems)
    frames = _frames(root / "skills.yaml", problems)
    folders = sorted(_folders(root / "library"))
    courses = tuple(course for folder in folders if (course := _course(folder, problems)))
    if not folders:
        problems.add(
            root / "library", 1, "Chưa có khóa học nào. Hãy chạy: python -m courses new TÊN-KHÓA-HỌC."
        )
    version = digest([*(course.version for course in courses), *map(repr, audiences), *map(repr, frames)])
    return Library(audiences, courses, frames, tuple(sorted(set(problems.found))), root, version)


def _folders(library: Path) -> Iterable[Path]:
    if not library.is_dir():
        return ()
    return (one for one in library.iterdir() if one.is_dir() and not one.name.startswith((".", "_")))


def _audiences(path: Path, problems: Problems) -> tuple[Audience, ...]:
    audiences: dict[str, Audience] = {}
    for row in problems.records(path, problems.yaml(path)):
        audience = problems.attempt(partial(_audience, row), path, row)
        if audience and audience.id in audiences:
            problems.add(path, row.line, f"Nhóm “{audience.id}” viết hai lần. Hãy bỏ một.")
        elif audience:
            audiences[audience.id] = audience
    return tuple(audiences.values())


def _audience(row: Record) -> Audience:
    names = ("id", "name", "tagline", "promise", "register", "icon")
    values = {name: row.get(name) for name in names}
    return Audience(**values, first_page=row.get("first_page", False), path=words(row, "path"))


def _frames(path: Path, problems: Problems) -> tuple[SkillFrame, ...]:
    record = problems.record(path)
    rows = problems.records(path, record.get("frames"), record.line_of("frames")) if record else []
    frames = (problems.attempt(partial(_frame, row, path, problems), path, row) for row in rows)
    return tuple(frame for frame in frames if frame)


def _frame(row: Record, path: Path, problems: Problems) -> SkillFrame:
    skills = (
        problems.attempt(partial(Skill, one.get("id"), one.get("name"), row.get("id")), path, one)
        for one in problems.records(path, row.get("skills"), row.line_of("skills"))
    )
    return SkillFrame(
        id=row.get("id"),
        title=row.get("title"),
        version=row.get("version"),
        source=row.get("source"),
        checked=row.get("checked") or None,
        note=row.get("note") or "",
        skills=tuple(skill for skill in skills if skill),
    )


def _course(folder: Path, problems: Problems) -> Course | None:
    path = folder / "course.yaml"
    before = len(problems.found)
    record = problems.record(path)
    if record is None:
        return None
    sources = _sources(path, record, problems)
    drawings = read_drawings(folder, problems)
    lessons = _lessons(folder, sources, drawings, problems)
    teaching = read_teaching(folder / "teaching.yaml", problems)
    asked = [repr(lesson.asked) for lesson in lessons]
    version = digest(
        [
            repr(sorted(map(str, record.items()))),
            *(lesson.version for lesson in lessons),
            repr(teaching),
            *asked,
        ]
    )
    course = problems.attempt(
        lambda: Course(
            id=_folder_id(folder, record),
            title=record.get("title"),
            summary=record.get("summary"),
            promise=record.get("promise"),
            audiences=words(record, "audiences"),
            default_register=record.get("default_register"),
            licence=record.get("licence"),
            updated=record.get("updated"),
            sources=sources,
            lessons=lessons,
            teaching=teaching,
            drawings=drawings,
            version=version,
            folder=folder,
            screens=words(record, "screens"),
        ),
        path,
        record,
    )
    if course is None:
        return None
    if not lessons:
        problems.add(path, 1, "Khóa học chưa có bài nào đọc được. Hãy viết tệp 01-ten-bai.md.")
        return None
    return replace(course, errors=tuple(sorted(set(problems.found[before:]))))


def _folder_id(folder: Path, record: Record) -> str:
    if record.get("id") != folder.name:
        raise Invalid("id", f"“id” phải giống tên thư mục. Hãy ghi: id: {folder.name}")
    return folder.name


def _sources(path: Path, record: Record, problems: Problems) -> tuple[Source, ...]:
    sources: dict[str, Source] = {}
    for row in problems.records(path, record.get("sources"), record.line_of("sources")):
        source = problems.attempt(partial(_source, row), path, row)
        if source and source.id in sources:
            problems.add(path, row.line, f"Nguồn “{source.id}” viết hai lần. Hãy bỏ một.")
        elif source:
            sources[source.id] = source
    return tuple(sources.values())


def _source(row: Record) -> Source:
    dated = row.get("dated")
    if isinstance(dated, dt.date | int):
        dated = str(dated)
    values = {name: row.get(name) for name in ("id", "title", "publisher", "checked_on", "sure")}
    return Source(**values, url=row.get("url") or "", dated=dated)


def _lessons(
    folder: Path, sources: tuple[Source, ...], drawings: dict[str, Drawing], problems: Problems
) -> tuple[Lesson, ...]:
    path = folder / "questions.yaml"
    questions = read_questions(path, problems)
    shared = repr(sources)
    lessons = []
    files_by_lesson = lesson_files(folder, problems)
    for lesson_id, files in files_by_lesson.items():
        lesson = _lesson(folder, files, questions.pop(lesson_id, []), (shared, drawings), problems)
        if lesson:
            lessons.append(lesson)
    for question in (one for left in questions.values() for one in left):
        problems.add(path, question.line, f"Không có bài “{question.lesson_id}”. Hãy sửa mục lesson.")
    return _with_asked(_chained(_one_each(lessons, problems)), folder / "asked.yaml", problems)


def _with_asked(lessons: tuple[Lesson, ...], path: Path, problems: Problems) -> tuple[Lesson, ...]:
    """The lessons with what people ask of them, which changes no lesson's version."""
    asked = read_asked(path, problems)
    for lesson_id in asked.keys() - {lesson.id for lesson in lessons}:
        problems.add(path, asked[lesson_id][0].line, f"Không có bài “{lesson_id}”. Hãy sửa tên bài.")
    return tuple(replace(lesson, asked=tuple(asked.get(lesson.id, ()))) for lesson in lessons)


def _one_each(lessons: list[Lesson], problems: Problems) -> list[Lesson]:
    by_number: dict[int, Lesson] = {}
    for lesson in lessons:
        other = by_number.setdefault(lesson.number, lesson)
        if other is not lesson:
            path = next(iter(lesson.texts.values())).file
            problems.add(path, 1, f"Số {lesson.number:02d} đã dùng cho bài “{other.id}”. Hãy đổi số.")
    return [by_number[number] for number in sorted(by_number)]


def _chained(lessons: list[Lesson]) -> tuple[Lesson, ...]:
    ids = [None, *(lesson.id for lesson in lessons), None]
    return tuple(
        replace(lesson, previous=ids[place], next=ids[place + 2]) for place, lesson in enumerate(lessons)
    )


def _lesson(
    folder: Path,
    files: list[LessonFile],
    questions: list[Question],
    context: tuple[str, dict[str, Drawing]],
    problems: Problems,
) -> Lesson | None:
    by_variant = {file.variant: file for file in files}
    if STANDARD not in by_variant:
        problems.add(files[0].path, 1, f"Thiếu tệp {files[0].stem}.md. Hãy viết bài bản thường trước.")
        return None
    standard = read_lesson_text(by_variant[STANDARD], None, problems)
    if standard is None:
        return None
    record = standard[0]
    texts = {STANDARD: standard[1]} | _other_texts(files, record, problems)
    audio = _audio(folder, files[0].stem)
    shared, drawings = context
    return problems.attempt(
        lambda: Lesson(
            course_id=folder.name,
            id=files[0].lesson_id,
            number=files[0].number,
            title=record.get("title"),
            minutes=record.get("minutes"),
            goal=record.get("goal"),
            skills=words(record, "skills"),
            texts={one: texts[one] for one in REGISTERS if one in texts},
            translations={one: text for one, text in texts.items() if one not in REGISTERS},
            questions=tuple(questions),
            audio_files=tuple(name for name, _ in audio),
            version=digest([shared, *_content(record, texts, tuple(questions), drawings), repr(audio)]),
        ),
        by_variant[STANDARD].path,
        record,
    )


def _other_texts(files: list[LessonFile], record: Record, problems: Problems) -> dict[str, LessonText]:
    texts = {}
    for file in files:
        if file.variant != STANDARD and (read := read_lesson_text(file, record, problems)):
            texts[file.variant] = read[1]
    return texts


def _content(record: Record, texts: dict, questions: tuple, drawings: dict[str, Drawing]) -> Iterable[str]:
    yield repr(sorted(map(str, record.items())))
    yield repr(questions)
    for variant in sorted(texts):
        text = texts[variant]
        yield f"{variant}\n{text.title}\n{text.goal}\n{text.markdown}"
    everything = "\n".join(text.markdown for text in texts.values())
    for file, drawing in drawings.items():
        if f"media/{file}" in everything:
            yield f"{file} {drawing.digest}"


def _audio(folder: Path, stem: str) -> list[tuple[str, int]]:
    """Recordings of a lesson with their sizes: hashing whole recordings at every start would take seconds."""
    names = [f"{stem}{register}{kind}" for kind in AUDIO for register in ("", f".{PLAIN}")]
    paths = [folder / "media" / "audio" / name for name in names]
    return [(f"audio/{path.name}", path.stat().st_size) for path in paths if path.is_file()]


def problems_of(library: Library, course_id: str) -> tuple[Problem, ...]:
    """The problems found in one course's folder, also when the whole course was left out."""
    return tuple(one for one in library.errors if one.file.startswith(f"library/{course_id}/"))
