"""The rules of learning: what counts as opened, answered and finished."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import NAMESPACE_OID, UUID, uuid5

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from courses.model import Lesson, Library, Question
from i18n.dates import utc_now
from lms.core import signals
from lms.core.language import lazy
from lms.core.pages.errors import Refusal
from lms.learning.models import Event, LessonProgress

OLD_PAGE = lazy("Trang này cũ rồi. Bạn mở lại câu hỏi và chọn lần nữa.")
AHEAD = timedelta(minutes=1)
"""What lies further ahead was written by a wrong clock; two machines may differ by seconds."""
MOST_OF_PAGE = 50
"""Answers that one page may send, each with another choice than the one before."""
MOST_ANSWERS = 200
"""Answers of one person in one lesson that are kept beside the newest; twenty rounds of a long lesson."""


class LearningError(Refusal):
    """An answer that cannot be taken; the sentence says what to do."""


@dataclass(frozen=True)
class Saved:
    """What became of an answer. `new` is False when the same event had come before."""

    event_id: str
    right: bool
    new: bool
    finished: bool


def event_id_of(text: str) -> str:
    """The id of an event as it is kept. Raises LearningError for one that is no UUID."""
    try:
        return str(UUID(text))
    except (ValueError, AttributeError, TypeError):
        raise LearningError(OLD_PAGE) from None


def _save(db: Session, event: Event) -> Event | None:
    """Save an event once. None if it is new, else the event that stands under this id already."""
    found = db.get(Event, event.id)
    if found is not None:
        return found
    try:
        with db.begin_nested():
            db.add(event)
            db.flush()
    except IntegrityError:
        # Another request with the same id was quicker: that one counts. Where there is none, whoever answers
        # has just become somebody else (signed in beside, or erased): the request is done again.
        same = db.get(Event, event.id, populate_existing=True)
        if same is None:
            raise
        return same
    return None


def open_lesson(
    db: Session, person_id: str, lesson: Lesson, event_id: str, now: datetime | None = None
) -> None:
    """Note that somebody opened a lesson, the first time they do."""
    now = now or utc_now()
    event = Event(
        id=event_id_of(event_id),
        person_id=person_id,
        kind="opened",
        course_id=lesson.course_id,
        lesson_id=lesson.id,
        data={},
        happened_at=now,
    )
    if _save(db, event) is None:
        _progress(db, person_id, lesson, now)


def checked_choice(question: Question, chosen: Iterable[int]) -> list[int]:
    """The places of the chosen choices, from 0, in order. Raises LearningError (see `answer`)."""
    places = sorted(set(chosen))
    if not places:
        raise LearningError(lazy("Bạn chọn một câu trả lời rồi bấm nút."))
    if places[0] < 0 or places[-1] >= len(question.choices) or (question.kind == "one" and len(places) > 1):
        raise LearningError(OLD_PAGE)
    return places


def event_of_page(
    db: Session, person_id: str, question: Question, chosen: Iterable[int], event_id: str
) -> str:
    """The id of the event that a page's form means. Raises LearningError.

    `event_id` stands in the page and is that of its first answer. Sent again as it was, it means that one;
    gone back to and sent with another choice, it is another answer, whose id follows from it.
    """
    first, places = UUID(event_id_of(event_id)), checked_choice(question, chosen)
    newest: Event | None = None
    for number in range(MOST_OF_PAGE):
        id = str(uuid5(first, str(number)) if number else first)
        found = db.get(Event, id)
        if found is None:
            return newest.id if newest is not None and newest.data["chosen"] == places else id
        if not _is_answer_of(found, person_id, question):
            break
        newest = found
    raise LearningError(OLD_PAGE)


def _is_answer_of(event: Event, person_id: str, question: Question) -> bool:
    return event.person_id == person_id and event.question_id == question.id


def _bring_back(db: Session, person_id: str, lesson: Lesson, clock: datetime) -> None:
    """Answers that a wrong clock put into the future were given before now, in the order they have."""
    later = (
        Event.person_id == person_id,
        Event.course_id == lesson.course_id,
        Event.lesson_id == lesson.id,
        Event.happened_at > clock + AHEAD,
    )
    found = db.scalars(
        select(Event).where(*later).order_by(Event.happened_at, Event.saved_at, Event.id)
    ).all()
    for back, event in enumerate(reversed(found), start=1):
        event.happened_at = event.saved_at = clock - timedelta(microseconds=back)
    if found:
        db.flush()


def answer(
    db: Session,
    person_id: str,
    lesson: Lesson,
    question: Question,
    chosen: Iterable[int],
    event_id: str,
    now: datetime | None = None,
) -> Saved:
    """Save the answer to one question; the same event twice is saved once.

    `chosen` are places of choices, from 0. Raises LearningError when nothing, or something that is
    not there, was chosen.
    """
    clock = utc_now()
    now = now or clock
    places = checked_choice(question, chosen)
    _bring_back(db, person_id, lesson, clock)
    event = Event(
        id=event_id_of(event_id),
        person_id=person_id,
        kind="answered",
        course_id=lesson.course_id,
        lesson_id=lesson.id,
        question_id=question.id,
        data={"chosen": places, "right": question.score(places), "version": lesson.version},
        happened_at=now,
    )
    right, new_id = event.data["right"], event.id
    before = _save(db, event)
    if before is not None:
        if not _is_answer_of(before, person_id, question):
            raise LearningError(OLD_PAGE)
        progress = db.get(LessonProgress, (person_id, lesson.course_id, lesson.id))
        return Saved(
            before.id, bool(before.data.get("right")), False, bool(progress and progress.finished_at)
        )
    progress = _progress(db, person_id, lesson, now)
    _count(db, progress, lesson)
    if progress.answered >= len(lesson.questions):
        _finish(db, progress, new_id, now)
    return Saved(new_id, right, True, progress.finished_at is not None)


def finish_reading(
    db: Session, person_id: str, lesson: Lesson, event_id: str, now: datetime | None = None
) -> None:
    """Note that somebody finished a lesson that has no questions. Raises LearningError if it has some."""
    if lesson.questions:
        raise LearningError(lazy("Bài này có câu hỏi. Bạn trả lời hết là xong bài."))
    now = now or utc_now()
    _finish(db, _progress(db, person_id, lesson, now), event_id_of(event_id), now)


def _progress(db: Session, person_id: str, lesson: Lesson, now: datetime) -> LessonProgress:
    key = (person_id, lesson.course_id, lesson.id)
    row = db.get(LessonProgress, key, with_for_update=True)
    if row is None:
        row = LessonProgress(
            person_id=person_id, course_id=lesson.course_id, lesson_id=lesson.id,
            opened_at=now, last_at=now, answered=0, right=0,
        )  # fmt: skip
        try:
            with db.begin_nested():
                db.add(row)
                db.flush()
        except IntegrityError:
            row = db.get(LessonProgress, key, with_for_update=True, populate_existing=True)
            if row is None:  # not another tab's: the person was erased meanwhile
                raise
    is_ahead = row.last_at > utc_now() + AHEAD
    row.last_at = now if is_ahead else max(row.last_at, now)
    return row


def _newest_answers(db: Session, progress: LessonProgress) -> dict[str, dict]:
    """Question id → data of its newest answer, in one lesson.

    Of somebody who answered more often than MOST_ANSWERS only the newest ones stay: they are all read here,
    while everybody else who wants to save waits.
    """
    rows = db.execute(
        select(Event.question_id, Event.data, Event.id)
        .where(
            Event.person_id == progress.person_id,
            Event.course_id == progress.course_id,
            Event.lesson_id == progress.lesson_id,
            Event.kind == "answered",
        )
        .order_by(Event.happened_at, Event.saved_at, Event.id)
    ).all()
    if len(rows) > MOST_ANSWERS:
        newest = {question_id: event_id for question_id, _data, event_id in rows}
        old = [event_id for question_id, _data, event_id in rows if newest[question_id] != event_id]
        # In pieces: a database takes only so many values in one statement.
        for start in range(0, len(old), 500):
            db.execute(delete(Event).where(Event.id.in_(old[start : start + 500])))
    return {question_id: data for question_id, data, _id in rows}


def _count(db: Session, progress: LessonProgress, lesson: Lesson) -> None:
    """Count anew from the events: the newest answer to each question is the one that counts."""
    newest = _newest_answers(db, progress)
    known = {question.id for question in lesson.questions}
    progress.answered = len(known & newest.keys())
    progress.right = sum(bool(newest[one].get("right")) for one in known & newest.keys())


def _finish(db: Session, progress: LessonProgress, cause: str, now: datetime) -> None:
    if progress.finished_at is not None:
        return
    progress.finished_at = now
    event = Event(
        # Made from the event that caused it: sent again, it is the same event.
        id=str(uuid5(NAMESPACE_OID, f"finished:{cause}")),
        person_id=progress.person_id,
        kind="finished",
        course_id=progress.course_id,
        lesson_id=progress.lesson_id,
        data={},
        happened_at=now,
    )
    if _save(db, event) is None:
        signals.lesson_finished.send(
            db, person_id=progress.person_id, course_id=progress.course_id, lesson_id=progress.lesson_id
        )


def join_guest(db: Session, guest_id: str, person_id: str, library: Library) -> None:
    """Give a guest's events to an account; where both know a lesson, the answers of both are counted.

    What one of them began and the other ended is finished.
    """
    db.execute(update(Event).where(Event.person_id == guest_id).values(person_id=person_id))
    for row in db.scalars(select(LessonProgress).where(LessonProgress.person_id == guest_id)).all():
        mine = db.get(LessonProgress, (person_id, row.course_id, row.lesson_id))
        if mine is None:
            mine = LessonProgress(
                person_id=person_id,
                course_id=row.course_id,
                lesson_id=row.lesson_id,
                opened_at=row.opened_at,
                finished_at=row.finished_at,
                last_at=row.last_at,
                answered=row.answered,
                right=row.right,
            )
            db.add(mine)
        else:
            finished = [one for one in (mine.finished_at, row.finished_at) if one]
            mine.opened_at = min(mine.opened_at, row.opened_at)
            mine.finished_at = min(finished) if finished else None
            mine.last_at = max(mine.last_at, row.last_at)
            _count_both(db, mine, library, guest_id)
        db.delete(row)
    db.flush()


def _count_both(db: Session, mine: LessonProgress, library: Library, guest_id: str) -> None:
    course = library.course(mine.course_id)
    lesson = course.lesson(mine.lesson_id) if course is not None else None
    if lesson is None:
        newest = _newest_answers(db, mine)
        mine.answered = len(newest)
        mine.right = sum(bool(data.get("right")) for data in newest.values())
        return
    _count(db, mine, lesson)
    if lesson.questions and mine.answered >= len(lesson.questions):
        _finish(db, mine, f"{guest_id}:{mine.course_id}:{mine.lesson_id}", utc_now())
