"""Reading progress for screens. Every function takes the reading session; nothing here writes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from courses.model import Course, Lesson
from courses.reading.reader import Library
from lms.learning.models import Event, LessonProgress


@dataclass(frozen=True)
class GoingOn:
    """The lesson to continue with."""

    course: Course
    lesson: Lesson


@dataclass(frozen=True)
class MyCourse:
    """A course that somebody began; `done` holds the numbers of the finished lessons."""

    course: Course
    done: tuple[int, ...]


@dataclass(frozen=True)
class Standing:
    """Where one person stands in a set of lessons."""

    total: int
    begun: int
    finished: int

    @property
    def state(self) -> str:
        """`not_started`, `on_the_way` or `finished`."""
        if self.total and self.finished >= self.total:
            return "finished"
        return "on_the_way" if self.begun else "not_started"


def _rows(db: Session, person_id: str) -> list[LessonProgress]:
    return list(
        db.scalars(
            select(LessonProgress)
            .where(LessonProgress.person_id == person_id)
            .order_by(LessonProgress.last_at.desc())
        )
    )


def going_on(db: Session, library: Library, person_id: str) -> GoingOn | None:
    """Where the person stopped: the newest lesson if it is not finished, else the one after it."""
    rows = _rows(db, person_id)
    finished = {(row.course_id, row.lesson_id) for row in rows if row.finished_at}
    for row in rows:
        course = library.course(row.course_id)
        if course is None:
            continue
        lesson = course.lesson(row.lesson_id)
        while lesson is not None and (course.id, lesson.id) in finished:
            lesson = course.lesson(lesson.next) if lesson.next else None
        if lesson is not None:
            return GoingOn(course, lesson)
    return None


def my_courses(db: Session, library: Library, person_id: str) -> list[MyCourse]:
    """The courses a person began, newest first."""
    finished: dict[str, set[str]] = {}
    for row in _rows(db, person_id):
        lessons = finished.setdefault(row.course_id, set())
        if row.finished_at:
            lessons.add(row.lesson_id)
    found = []
    for course_id, lessons in finished.items():
        course = library.course(course_id)
        if course is not None:
            found.append(MyCourse(course, tuple(one.number for one in course.lessons if one.id in lessons)))
    return found


def finished_lessons(db: Session, person_id: str) -> dict[str, set[str]]:
    """Course id → ids of its finished lessons."""
    done: dict[str, set[str]] = defaultdict(set)
    rows = db.execute(
        select(LessonProgress.course_id, LessonProgress.lesson_id).where(
            LessonProgress.person_id == person_id, LessonProgress.finished_at.is_not(None)
        )
    )
    for course_id, lesson_id in rows:
        done[course_id].add(lesson_id)
    return done


def course_progress(db: Session, person_id: str, course_id: str) -> dict[str, LessonProgress]:
    """Lesson id → progress, for one course."""
    rows = db.scalars(
        select(LessonProgress).where(
            LessonProgress.person_id == person_id, LessonProgress.course_id == course_id
        )
    )
    return {row.lesson_id: row for row in rows}


def answer_shown(db: Session, person_id: str, question_id: str, event_id: str) -> Event | None:
    """A person's own answer to a question, by its event id: for showing its explanation."""
    event = db.get(Event, event_id)
    if event is None or event.person_id != person_id or event.question_id != question_id:
        return None
    return event


def answered_questions(db: Session, person_id: str, lesson: Lesson) -> dict[str, bool]:
    """Question id → whether the newest answer was right, for one lesson."""
    rows = db.execute(
        select(Event.question_id, Event.data)
        .where(
            Event.person_id == person_id,
            Event.course_id == lesson.course_id,
            Event.lesson_id == lesson.id,
            Event.kind == "answered",
        )
        .order_by(Event.happened_at, Event.saved_at, Event.id)
    )
    return {question_id: bool(data.get("right")) for question_id, data in rows}


def standings(
    db: Session, person_ids: Iterable[str], lessons: Iterable[tuple[str, str]]
) -> dict[str, Standing]:
    """Person id → where they stand in a set of (course id, lesson id); one query for a whole class."""
    wanted, people = set(lessons), list(person_ids)
    begun: dict[str, int] = defaultdict(int)
    finished: dict[str, int] = defaultdict(int)
    if people and wanted:
        rows = db.execute(
            select(
                LessonProgress.person_id,
                LessonProgress.course_id,
                LessonProgress.lesson_id,
                LessonProgress.finished_at,
            ).where(
                LessonProgress.person_id.in_(people),
                LessonProgress.course_id.in_({course_id for course_id, _ in wanted}),
            )
        )
        for person_id, course_id, lesson_id, finished_at in rows:
            if (course_id, lesson_id) in wanted:
                begun[person_id] += 1
                finished[person_id] += finished_at is not None
    return {one: Standing(len(wanted), begun[one], finished[one]) for one in people}


def own_data(db: Session, person_id: str) -> list[dict]:
    """Everything a person did, as plain values, for “tải dữ liệu của tôi”."""
    rows = db.scalars(select(Event).where(Event.person_id == person_id).order_by(Event.happened_at))
    return [
        {
            "kind": row.kind,
            "course": row.course_id,
            "lesson": row.lesson_id,
            "question": row.question_id,
            "data": row.data,
            "at": row.happened_at.isoformat(),
        }
        for row in rows
    ]
