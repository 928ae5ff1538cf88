"""Reading classes for screens, print and CSV: all three come from the same functions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from courses.reading.reader import Library
from i18n.vietnamese import clean, fold
from lms.accounts.models import Consent, Person, SignInCard
from lms.classes.models import Assignment, Class, Enrolment
from lms.learning import queries as learning
from lms.learning.queries import Standing

PAGE = 50
"""Classes on one page of the list."""


@dataclass(frozen=True)
class Work:
    """One assignment as a learner sees it."""

    title: str
    url: str
    due_on: date | None
    done: int
    total: int
    is_late: bool = False
    """The day has passed, in Vietnam, and something is left."""


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
    secret_set_at: datetime | None = None
    secret_is_temporary: bool = False


@dataclass(frozen=True)
class ClassLine:
    """One class in the list of classes."""

    class_: Class
    learners: int


@dataclass(frozen=True)
class ListedClasses:
    """One page of the list of classes; `total`: on all pages."""

    lines: tuple[ClassLine, ...]
    page: int
    pages: int
    total: int


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


def lessons_in(library: Library, value: str) -> int:
    """How many lessons are in what can be assigned (`course:ID` or `path:ID`)."""
    kind, _, target_id = value.partition(":")
    return len(set(target_lessons(library, kind, target_id)))


def lessons_of(library: Library, assignments: list[Assignment]) -> list[tuple[str, str]]:
    """Every lesson assigned to a class, once."""
    found: dict[tuple[str, str], None] = {}
    for one in assignments:
        found.update(dict.fromkeys(target_lessons(library, one.kind, one.target_id)))
    return list(found)


def classes_of(
    db: Session,
    teacher_id: str | None,
    unit_id: int | None,
    closed: bool = False,
    search: str = "",
    page: int = 1,
) -> ListedClasses:
    """A page of a teacher's classes (or of all of a unit's), with how many learn in each.

    `search`: words of the name or the place, with or without their marks. Past the end is the last page.
    """
    mine = Class.teacher_id == teacher_id if teacher_id else Class.unit_id == unit_id
    here = (mine, Class.closed_at.is_not(None) if closed else Class.closed_at.is_(None))
    order = (Class.name, Class.id)
    if search:
        wanted = fold(clean(search))
        rows = db.execute(select(Class.id, Class.name, Class.place).where(*here).order_by(*order))
        ids = [one for one, name, place in rows if wanted in fold(f"{name} {place}")]
        total = len(ids)
    else:
        total = db.scalar(select(func.count()).select_from(Class).where(*here)) or 0
    pages = max(1, -(-total // PAGE))
    page = min(max(1, page), pages)
    start = (page - 1) * PAGE
    if search:
        ids = ids[start : start + PAGE]
    else:
        ids = list(db.scalars(select(Class.id).where(*here).order_by(*order).limit(PAGE).offset(start)))
    # Counted for the classes of the page only: an inner query beside a sort runs for every row sorted.
    count = (
        select(func.count())
        .select_from(Enrolment)
        .where(Enrolment.class_id == Class.id, Enrolment.left_at.is_(None))
        .scalar_subquery()
    )
    lines = db.execute(select(Class, count).where(Class.id.in_(ids)).order_by(*order))
    return ListedClasses(tuple(ClassLine(one, learners) for one, learners in lines), page, pages, total)


def overview(db: Session, library: Library, class_: Class) -> list[Learner]:
    """Every learner of a class with where they stand in all that was assigned, by name."""
    return _learners(db, library, class_)


def one_learner(db: Session, library: Library, class_: Class, person_id: str) -> Learner | None:
    """One learner of a class, or None for somebody else."""
    return next(iter(_learners(db, library, class_, person_id)), None)


def _learners(db: Session, library: Library, class_: Class, only: str = "") -> list[Learner]:
    # EXISTS, not IN: with IN the database gathers the cards of everybody first.
    carded = (
        select(SignInCard.id)
        .where(SignInCard.person_id == Person.id, SignInCard.withdrawn_at.is_(None))
        .exists()
    )
    query = (
        select(Person, Enrolment.added_by_teacher, carded)
        .join(Enrolment, Enrolment.person_id == Person.id)
        .where(Enrolment.class_id == class_.id, Enrolment.left_at.is_(None), Person.retired_at.is_(None))
        .order_by(Person.name_key, Person.name, Person.id)
    )
    rows = db.execute(query.where(Person.id == only) if only else query).all()
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
            person.secret_set_at if person.secret_hash else None,
            person.must_change_secret,
        )
        for person, added, card in rows
    ]


def former_learners(db: Session, class_: Class) -> list[Person]:
    """Who was taken out of a class and can come back, by name."""
    return list(
        db.scalars(
            select(Person)
            .join(Enrolment, Enrolment.person_id == Person.id)
            .where(
                Enrolment.class_id == class_.id, Enrolment.left_at.is_not(None), Person.retired_at.is_(None)
            )
            .order_by(Person.name_key, Person.name, Person.id)
        )
    )


def classes_of_people(db: Session, person_ids: list[str]) -> dict[str, list[str]]:
    """Person id → names of the open classes they learn in."""
    found: dict[str, list[str]] = {}
    rows = db.execute(
        select(Enrolment.person_id, Class.name)
        .join(Class, Class.id == Enrolment.class_id)
        .where(Enrolment.person_id.in_(person_ids), Enrolment.left_at.is_(None), Class.closed_at.is_(None))
        .order_by(Class.name, Class.id)
    )
    for person_id, name in rows:
        found.setdefault(person_id, []).append(name)
    return found


def guardians(db: Session, person_ids: list[str]) -> dict[str, tuple[str, str]]:
    """Person id → name and relation of the guardian who agreed, for those under 16."""
    rows = db.execute(
        select(Consent.person_id, Consent.guardian_name, Consent.guardian_relation)
        .where(Consent.person_id.in_(person_ids), Consent.kind == "guardian", Consent.withdrawn_at.is_(None))
        .order_by(Consent.given_at)
    )
    return {person_id: (name or "", relation or "") for person_id, name, relation in rows}


def my_classes(db: Session, library: Library, person_id: str, today: date) -> list[MyClass]:
    """The open classes of a learner, with what is assigned and how far they are."""
    rows = db.scalars(
        select(Class)
        .join(Enrolment, Enrolment.class_id == Class.id)
        .where(Enrolment.person_id == person_id, Enrolment.left_at.is_(None), Class.closed_at.is_(None))
        .options(selectinload(Class.assignments), selectinload(Class.teacher))
        .order_by(Class.name)
    ).all()
    finished = learning.finished_lessons(db, person_id) if rows else {}
    return [
        MyClass(
            class_.name,
            class_.teacher.name or "",
            tuple(_work(library, one, finished, today) for one in class_.assignments),
        )
        for class_ in rows
    ]


def _work(library: Library, one: Assignment, finished: dict[str, set[str]], today: date) -> Work:
    lessons = set(target_lessons(library, one.kind, one.target_id))
    done = sum(lesson_id in finished.get(course_id, ()) for course_id, lesson_id in lessons)
    return Work(
        target_title(library, one.kind, one.target_id),
        f"/hoc/{one.target_id}" if one.kind == "course" else f"/lo-trinh/{one.target_id}",
        one.due_on,
        done,
        len(lessons),
        one.due_on is not None and one.due_on < today and done < len(lessons),
    )


def own_data(db: Session, person_id: str) -> dict:
    """The classes a person learns or learned in, and teaches, for “tải dữ liệu của tôi”."""
    rows = db.execute(
        select(Enrolment, Class)
        .join(Class, Class.id == Enrolment.class_id)
        .where(Enrolment.person_id == person_id)
        .options(selectinload(Class.teacher), selectinload(Class.assignments))
        .order_by(Enrolment.enrolled_at)
    )
    learned = [
        {
            "class": class_.name,
            "place": class_.place,
            "teacher": class_.teacher.name,
            "since": row.enrolled_at.isoformat(),
            "left_at": row.left_at.isoformat() if row.left_at else None,
            "added_by_teacher": row.added_by_teacher,
            "assigned": [
                {
                    "what": f"{one.kind}:{one.target_id}",
                    "due_on": one.due_on.isoformat() if one.due_on else None,
                }
                for one in class_.assignments
            ],
        }
        for row, class_ in rows
    ]
    taught = db.scalars(select(Class).where(Class.teacher_id == person_id).order_by(Class.created_at))
    return {
        "learned_in": learned,
        "taught": [{"class": one.name, "since": one.created_at.isoformat()} for one in taught],
    }
