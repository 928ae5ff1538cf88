"""What lower floors tell upper ones without importing them."""

from __future__ import annotations

from blinker import Namespace
from sqlalchemy.orm import Session

_signals = Namespace()

guest_joined = _signals.signal("guest-joined")
"""A guest's things now belong to an account. Sent with db, guest_id, person_id."""
person_erased = _signals.signal("person-erased")
"""A person asked for their data to be erased. Sent with db, person_id."""
where_people_learn = _signals.signal("where-people-learn")
"""Where people learn, in words. Sent with db, person_ids; each receiver returns person id → list of words."""
lesson_finished = _signals.signal("lesson-finished")
"""A person finished a lesson. Sent with db, person_id, course_id, lesson_id."""
contacts_changed = _signals.signal("contacts-changed")
"""A unit's list of telephone numbers, or its name, changed. Sent with db, unit (a units.models.Unit)."""
replies_counted = _signals.signal("replies-counted")
"""How many replies of people has somebody not opened? Sent with db, person_id; receivers return a number."""
reply_seen = _signals.signal("reply-seen")
"""An asker opened the page with a person's reply. Sent with db, asked_id."""


def news_for(db: Session, person_id: str) -> int:
    """How many questions of a person got a reply that they have not opened."""
    return sum(number for _receiver, number in replies_counted.send(db, person_id=person_id))
