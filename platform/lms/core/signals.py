"""What lower floors tell upper ones without importing them."""

from __future__ import annotations

from blinker import Namespace

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
