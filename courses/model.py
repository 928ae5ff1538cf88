"""What a library of courses is made of: frozen values, each valid once it exists."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from courses.blocks import Block, cut
from courses.teaching import Teaching
from courses.validation import (
    SKILL_ID,
    Invalid,
    Problem,
    is_dated,
    need_date,
    need_id,
    need_one_of,
    need_text,
    need_web_address,
)

STANDARD, PLAIN = "standard", "plain"
REGISTERS = (STANDARD, PLAIN)
KINDS = ("one", "many")
SURETIES = ("official", "press", "own")
EXAMPLE = "vi-du"  # the reserved reference `[@vi-du]`: a made-up figure in an example, not a claim


@dataclass(frozen=True, slots=True)
class Skill:
    """One competence of a frame, for example 4.2."""

    id: str
    name: str
    frame_id: str

    def __post_init__(self) -> None:
        if not isinstance(self.id, str) or not SKILL_ID.fullmatch(self.id):
            raise Invalid("id", f'Mã năng lực “{self.id}” phải viết như "4.2", trong ngoặc kép.')
        need_text("name", self.name)


@dataclass(frozen=True, slots=True)
class SkillFrame:
    """A versioned table of competences. `checked` is the date it was compared with its source, or None."""

    id: str
    title: str
    version: str
    source: str
    checked: dt.date | None
    note: str
    skills: tuple[Skill, ...]

    def __post_init__(self) -> None:
        need_id("id", self.id)
        need_text("title", self.title)
        need_text("version", self.version)
        need_text("source", self.source)
        if self.checked is not None:
            need_date("checked", self.checked)


@dataclass(frozen=True, slots=True)
class Audience:
    """A group of learners: what they are called, their register and their path of course ids."""

    id: str
    name: str
    tagline: str
    promise: str
    register: str
    icon: str
    first_page: bool
    path: tuple[str, ...]

    def __post_init__(self) -> None:
        need_id("id", self.id)
        for name in ("name", "tagline", "promise", "icon"):
            need_text(name, getattr(self, name))
        need_one_of("register", self.register, REGISTERS)
        if not isinstance(self.first_page, bool):
            raise Invalid("first_page", "“first_page” phải là true hoặc false.")
        if not self.path:
            raise Invalid("path", "Lộ trình còn trống. Hãy thêm ít nhất một khóa học.")


@dataclass(frozen=True, slots=True)
class Source:
    """Where a fact comes from. `dated` is the source's own date as text (YYYY-MM-DD, YYYY-MM or YYYY)."""

    id: str
    title: str
    publisher: str
    url: str
    checked_on: dt.date
    sure: str
    dated: str | None = None

    def __post_init__(self) -> None:
        need_id("id", self.id)
        if self.id == EXAMPLE:
            raise Invalid("id", f"“{EXAMPLE}” là tên dành riêng cho ví dụ. Hãy đặt tên khác.")
        for name in ("title", "publisher"):
            need_text(name, getattr(self, name))
        need_one_of("sure", self.sure, SURETIES)
        need_date("checked_on", self.checked_on)
        if self.dated is not None and not is_dated(self.dated):
            raise Invalid("dated", "“dated” viết như 2026-07 hoặc 2026-07-15.")
        if self.url:
            need_web_address(self.url)
        elif self.sure != "own":
            raise Invalid("url", "Thiếu địa chỉ của nguồn. Hãy thêm “url”.")


@dataclass(frozen=True, slots=True)
class Choice:
    """One choice of a question, and why it is right or wrong."""

    text: str
    right: bool
    why: str

    def __post_init__(self) -> None:
        need_text("text", self.text)
        need_text("why", self.why)
        if not isinstance(self.right, bool):
            raise Invalid("right", "“right” phải là true hoặc false.")


@dataclass(frozen=True, slots=True)
class Question:
    """A question of a lesson: `one` has exactly one right choice, `many` at least one."""

    id: str
    lesson_id: str
    kind: str
    prompt: str
    prompt_plain: str | None
    choices: tuple[Choice, ...]
    line: int = field(default=0, repr=False, compare=False)

    def __post_init__(self) -> None:
        need_id("id", self.id)
        need_id("lesson", self.lesson_id)
        need_one_of("kind", self.kind, KINDS)
        need_text("prompt", self.prompt)
        if self.prompt_plain is not None:
            need_text("prompt_plain", self.prompt_plain)
        if len(self.choices) < 2:
            raise Invalid("choices", "Câu hỏi cần ít nhất hai lựa chọn.")
        right = len(self.right_choices)
        if right == 0:
            raise Invalid("choices", "Chưa có lựa chọn đúng. Hãy ghi “right: true” cho lựa chọn đúng.")
        if self.kind == "one" and right > 1:
            raise Invalid("choices", "Câu “one” chỉ có một lựa chọn đúng. Hãy sửa, hoặc đổi thành “many”.")

    @property
    def right_choices(self) -> frozenset[int]:
        """Places (from 0) of the right choices."""
        return frozenset(place for place, choice in enumerate(self.choices) if choice.right)

    def score(self, chosen: Iterable[int]) -> bool:
        """True when exactly the right choices (places from 0) were chosen."""
        return frozenset(chosen) == self.right_choices

    def prompt_in(self, register: str) -> str:
        """The prompt in a register; the standard one where there is no plain one."""
        return self.prompt_plain or self.prompt if register == PLAIN else self.prompt


@dataclass(frozen=True, slots=True)
class Drawing:
    """A picture of a course: `file` is relative to the course's media folder; size in pixels and bytes."""

    file: str
    width: int
    height: int
    size: int
    digest: str


@dataclass(frozen=True)
class LessonText:
    """One lesson in one register and one language. `first_line` is the line where `markdown` begins."""

    register: str
    title: str
    goal: str
    markdown: str
    file: Path
    first_line: int
    locale: str = "vi"
    reviewed_by: str | None = None
    reviewed_on: dt.date | None = None

    def __post_init__(self) -> None:
        need_one_of("register", self.register, REGISTERS)
        need_text("title", self.title)
        if not self.markdown.strip():
            raise Invalid("body", "Bài học còn trống. Hãy viết bài dưới dòng ---.")
        if self.locale != "vi":
            need_text("reviewed_by", self.reviewed_by)
            need_date("reviewed_on", self.reviewed_on)

    @cached_property
    def blocks(self) -> tuple[Block, ...]:
        """The text cut into pieces: paragraphs, steps, notes and drawings, in reading order."""
        return cut(self.markdown, self.first_line)


@dataclass(frozen=True, slots=True)
class Asked:
    """What people ask of a lesson, in their words, and the anchor of the section that answers it.

    Search finds the section by it, and the lesson's page offers it; it belongs to no version of the lesson.
    """

    question: str
    section: str
    line: int = 1


@dataclass(frozen=True)
class Lesson:
    """One lesson of 5–8 minutes, in every register it is written in."""

    course_id: str
    id: str
    number: int
    title: str
    minutes: int
    goal: str
    skills: tuple[str, ...]
    texts: Mapping[str, LessonText]
    questions: tuple[Question, ...]
    version: str
    translations: Mapping[str, LessonText] = field(default_factory=dict)
    audio_files: tuple[str, ...] = ()
    previous: str | None = None
    next: str | None = None
    asked: tuple[Asked, ...] = ()

    def __post_init__(self) -> None:
        need_id("id", self.id)
        need_text("title", self.title)
        need_text("goal", self.goal)
        if not isinstance(self.minutes, int) or isinstance(self.minutes, bool) or self.minutes < 1:
            raise Invalid("minutes", "“minutes” phải là số phút, như 6.")
        for skill in self.skills:
            if not isinstance(skill, str):
                raise Invalid("skills", f'Mã năng lực {skill} phải đặt trong ngoặc kép, như "4.1".')

    def text(self, register: str, locale: str = "vi") -> LessonText:
        """The lesson in a register; in the other one where it is missing (`.register` tells which).

        A `locale` that has a reviewed translation comes first.
        """
        if locale in self.translations:
            return self.translations[locale]
        return self.texts.get(register) or next(iter(self.texts.values()))

    def has(self, register: str) -> bool:
        """Whether the lesson is written in that register."""
        return register in self.texts

    def audio(self, register: str) -> tuple[str, ...]:
        """Recordings of that register, relative to the course's media folder; Opus first."""
        is_plain = register == PLAIN
        return tuple(file for file in self.audio_files if (".plain." in file) == is_plain)

    def question(self, question_id: str) -> Question | None:
        """A question of this lesson, or None."""
        return next((question for question in self.questions if question.id == question_id), None)


@dataclass(frozen=True)
class Course:
    """A course: its lessons in order, its sources, and what was wrong with the parts left out."""

    id: str
    title: str
    summary: str
    promise: str
    audiences: tuple[str, ...]
    default_register: str
    licence: str
    updated: dt.date
    sources: tuple[Source, ...]
    lessons: tuple[Lesson, ...]
    teaching: Teaching | None
    drawings: Mapping[str, Drawing]
    version: str
    folder: Path
    errors: tuple[Problem, ...] = ()
    screens: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        need_id("id", self.id)
        for name in ("title", "summary", "promise", "licence"):
            need_text(name, getattr(self, name))
        need_one_of("default_register", self.default_register, REGISTERS)
        need_date("updated", self.updated)

    def lesson(self, lesson_id: str) -> Lesson | None:
        """A lesson by its id, or None."""
        return self._lessons_by_id.get(lesson_id)

    def source(self, source_id: str) -> Source | None:
        """A source by its id, or None."""
        return next((source for source in self.sources if source.id == source_id), None)

    def drawing(self, file: str) -> Drawing | None:
        """A picture by its file, with or without `media/` before it, or None."""
        return self.drawings.get(file.removeprefix("media/"))

    def media(self, file: str) -> Path | None:
        """Path of a picture or recording that belongs to this course; None for anything else.

        Only names that the reader found are answered, so a path made by a stranger opens nothing.
        """
        file = file.removeprefix("media/")
        known = file in self.drawings or any(file in lesson.audio_files for lesson in self.lessons)
        return self.folder / "media" / file if known else None

    @property
    def minutes(self) -> int:
        """Minutes of all lessons together."""
        return sum(lesson.minutes for lesson in self.lessons)

    @cached_property
    def _lessons_by_id(self) -> dict[str, Lesson]:
        return {lesson.id: lesson for lesson in self.lessons}


@dataclass(frozen=True)
class Library:
    """Everything that can be learned, and every problem found while reading it."""

    audiences: tuple[Audience, ...]
    courses: tuple[Course, ...]
    frames: tuple[SkillFrame, ...]
    errors: tuple[Problem, ...]
    folder: Path
    version: str

    def course(self, course_id: str) -> Course | None:
        """A course by its id, or None."""
        return self._courses_by_id.get(course_id)

    def audience(self, audience_id: str | None) -> Audience | None:
        """An audience by its id, or None."""
        return next((audience for audience in self.audiences if audience.id == audience_id), None)

    def path(self, audience_id: str) -> tuple[Course, ...]:
        """Courses of an audience's path in order, those that could be read; empty if nobody has that id."""
        audience = self.audience(audience_id)
        wanted = audience.path if audience else ()
        return tuple(self._courses_by_id[one] for one in wanted if one in self._courses_by_id)

    @property
    def skills(self) -> tuple[Skill, ...]:
        """The competences of all frames."""
        return tuple(skill for frame in self.frames for skill in frame.skills)

    def skill(self, skill_id: str) -> Skill | None:
        """A competence by its id, or None."""
        return next((skill for skill in self.skills if skill.id == skill_id), None)

    @property
    def lessons(self) -> tuple[Lesson, ...]:
        """The lessons of all courses."""
        return tuple(lesson for course in self.courses for lesson in course.lessons)

    def relative(self, path: Path) -> str:
        """A file's name as problems show it."""
        return path.relative_to(self.folder).as_posix() if path.is_relative_to(self.folder) else path.name

    @cached_property
    def _courses_by_id(self) -> dict[str, Course]:
        return {course.id: course for course in self.courses}
