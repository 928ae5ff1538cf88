"""Reading classes for screens, print and CSV: all three come from the same functions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from courses.reader import Library
from lms.accounts.models import Consent, Person, SignInCard
from lms.classes.models import Assignment, Class, Enrolment
from lms.learning import queries as learning
from lms.learning.queries import Standing


@dataclass(frozen=True)
class Work:
    """One assignment as a learner sees it."""

    title: str
    url: str
    due_on: date | None
    done: int
    total: int


@dataclass(frozen=True)
class MyClass:
    """A class as its learner sees it."""

    name: str
    teacher: str
    work: tuple[Work, ...]


@dataclass(frozen=True)
class Learner:
    """One learner in the teacher's overview."""

    id: str
    name: str
    login: str | None
    is_child: bool
    added_by_teacher: bool
    has_card: bool
    standing: Standing


@dataclass(frozen=True)
class ClassLine:
    """One class in the list of classes."""

    class_: Class
    learners: int


def target_title(library: Library, kind: str, target_id: str) -> str:
    """The title of what was assigned; its id if the course is gone."""
    if kind == "course":
        course = library.course(target_id)
        return course.title if course else target_id
    return next((one.name for one in library.audiences if one.id == target_id), target_id)


def target_lessons(library: Library, kind: str, target_id: str) -> list[tuple[str, str]]:
    """(course id, lesson id) of all lessons of what was assigned."""
    if kind == "course":
        courses = [library.course(target_id)]
    elif any(one.id == target_id for one in library.audiences):
        courses = list(library.path(target_id))
    else:
        courses = []
    return [(course.id, lesson.id) for course in courses if course for lesson in course.lessons]


def lessons_of(library: Library, assignments: list[Assignment]) -> list[tuple[str, str]]:
    """Every lesson assigned to a class, once."""
    found: dict[tuple[str, str], None] = {}
    for one in assignments:
        found.update(dict.fromkeys(target_lessons(library, one.kind, one.target_id)))
    return list(found)


def classes_of(
    db: Session, teacher_id: str | None, unit_id: int | None, closed: bool = False
) -> list[ClassLine]:
    """A teacher's classes (or all of a unit's), with how many learn in each."""
    count = (
        select(func.count())
        .select_from(Enrolment)
        .where(Enrolment.class_id == Class.id, Enrolment.left_at.is_(None))
        .scalar_subquery()
    )
    query = select(Class, count).options(selectinload(Class.assignments), selectinload(Class.teacher))
    query = (
        query.where(Class.teacher_id == teacher_id) if teacher_id else query.where(Class.unit_id == unit_id)
    )
    query = query.where(Class.closed_at.is_not(None) if closed else Class.closed_at.is_(None))
    return [
        ClassLine(class_, learners) for class_, learners in db.execute(query.order_by(Class.name, Class.id))
    ]


def overview(db: Session, library: Library, class_: Class) -> list[Learner]:
    """Every learner of a class with where they stand in all that was assigned, by name."""
    carded = select(SignInCard.person_id).where(SignInCard.withdrawn_at.is_(None))
    rows = db.execute(
        select(Person, Enrolment.added_by_teacher, Person.id.in_(carded))
        .join(Enrolment, Enrolment.person_id == Person.id)
        .where(Enrolment.class_id == class_.id, Enrolment.left_at.is_(None), Person.retired_at.is_(None))
        .order_by(Person.name, Person.id)
    ).all()
    standings = learning.standings(
        db, [person.id for person, _, _ in rows], lessons_of(library, class_.assignments)
    )
    return [
        Learner(
            person.id,
            person.name or "",
            person.login,
            person.is_child,
            added,
            bool(card),
            standings[person.id],
        )
        for person, added, card in rows
    ]


def guardians(db: Session, person_ids: list[str]) -> dict[str, tuple[str, str]]:
    """Person id → name and relation of the guardian who agreed, for those under 16."""
    rows = db.execute(
        select(Consent.person_id, Consent.guardian_name, Consent.guardian_relation)
        .where(Consent.person_id.in_(person_ids), Consent.kind == "guardian", Consent.withdrawn_at.is_(None))
        .order_by(Consent.given_at)
    )
    return {person_id: (name or "", relation or "") for person_id, name, relation in rows}


def my_classes(db: Session, library: Library, person_id: str) -> list[MyClass]:
    """The open classes of a learner, with what is assigned and how far they are."""
    rows = db.scalars(
        select(Class)
        .join(Enrolment, Enrolment.class_id == Class.id)
        .where(Enrolment.person_id == person_id, Enrolment.left_at.is_(None), Class.closed_at.is_(None))
        .options(selectinload(Class.assignments), selectinload(Class.teacher))
        .order_by(Class.name)
    )
    found = []
    for class_ in rows:
        work = []
        for one in class_.assignments:
            lessons = target_lessons(library, one.kind, one.target_id)
            standing = learning.standings(db, [person_id], lessons)[person_id]
            url = f"/hoc/{one.target_id}" if one.kind == "course" else f"/lo-trinh/{one.target_id}"
            title = target_title(library, one.kind, one.target_id)
            work.append(Work(title, url, one.due_on, standing.finished, standing.total))
        found.append(MyClass(class_.name, class_.teacher.name or "", tuple(work)))
    return found
