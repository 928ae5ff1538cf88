"""What somebody learns in the first lesson, before and after they have an account."""

from sqlalchemy import select

from lms.learning.models import Event


def learn(site, someone, number=1, event="0"):
    """Answer a question of the first lesson; the event's id is made of one letter."""
    lesson = site.lesson
    event_id = f"{event * 8}-{event * 4}-4{event * 3}-8{event * 3}-{event * 12}"
    came = someone.post(f"/hoc/{lesson.course_id}/{lesson.id}/cau-hoi/{number}", choice="0", event=event_id)
    assert came.status_code == 303
    return event_id


def events_of(site, login: str) -> set[str]:
    with site.reading() as db:
        return set(db.scalars(select(Event.question_id).where(Event.person_id == site.person(login))))
