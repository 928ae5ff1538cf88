"""What visitors without an account asked is forgotten after a day."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlalchemy.orm import Session

from lms.accounts.models import Person
from lms.asking import queries
from lms.asking.models import Asked
from lms.core.throttle import Throttle

KEPT_FOR = timedelta(hours=24)
REPLY_KEPT_FOR = timedelta(days=7)
"""For so long a person's answer can be read by whoever kept the address of the question."""
EVERY = timedelta(hours=1)
AT_ONCE = 200
"""Questions of one run: it happens inside somebody's request."""
MARK = "asking:guests-forgotten"
"""The row among the throttles that says when this was last done, in whichever worker."""

log = logging.getLogger("lms")


def forget_guests_questions(db: Session, now: datetime, most: int = AT_ONCE) -> int:
    """Erase what guests asked more than a day ago, oldest first; returns how many questions are gone.

    A question that waits for a person, or was answered by one in the last seven days, stays at its
    address, but nothing leads from it to its asker or to the rest of the conversation any more. What
    the desk has of it stays there, without its asker too. Questions that an officer put for a citizen
    are not guests' questions.
    """
    return _settle(db, _of_guests(db, now, most), now) + _settle(db, _of_nobody(db, now, most), now)


def forget_now_and_then(db: Session, now: datetime) -> int:
    """`forget_guests_questions`, at most once an hour and in one worker at a time; 0 if it is not due.

    Raises nothing for a database that refuses: what somebody just asked is more important.
    """
    try:
        with db.begin_nested():
            return forget_guests_questions(db, now) if _is_due(db, now) else 0
    except SQLAlchemyError as error:
        log.warning("guests' questions were not forgotten: %s", type(error).__name__)
        return 0


def _of_guests(db: Session, now: datetime, most: int) -> list[int]:
    query = (
        select(Asked.id)
        .join(Person, Person.id == Asked.person_id)
        .where(Person.is_guest, Asked.asked_at < now - KEPT_FOR)
        .order_by(Asked.asked_at)
        .limit(most)
    )
    return list(db.scalars(query))


def _of_nobody(db: Session, now: datetime, most: int) -> list[int]:
    """Questions whose guest is gone. Any of them, since those that have to stay would come first for ever."""
    query = (
        select(Asked.id)
        .where(Asked.person_id.is_(None), Asked.at_desk.is_(False), Asked.asked_at < now - KEPT_FOR)
        .order_by(func.random())
        .limit(most)
    )
    return list(db.scalars(query))


def _settle(db: Session, ids: list[int], now: datetime) -> int:
    """Erase these questions, or cut those loose that have to stay; returns how many are gone."""
    replies = queries.replies(db, ids)
    staying = [one for one in ids if _has_to_stay(replies.get(one), now)]
    gone = [one for one in ids if one not in set(staying)]
    if staying:
        db.execute(update(Asked).where(Asked.id.in_(staying)).values(person_id=None, conversation_id=None))
    if gone:
        # Without “questions_wiped”: nobody took the question back, so the desk keeps what it has of it.
        db.execute(delete(Asked).where(Asked.id.in_(gone)))
    return len(gone)


def _has_to_stay(reply: queries.Reply | None, now: datetime) -> bool:
    if reply is None:
        return False
    if reply.state == queries.WAITING:
        return True
    return reply.answered_at is not None and reply.answered_at > now - REPLY_KEPT_FOR


def _is_due(db: Session, now: datetime) -> bool:
    """Whether an hour has passed; who hears yes has taken the turn."""
    turn = update(Throttle).where(Throttle.key == MARK, Throttle.updated_at <= now - EVERY)
    if db.execute(turn.values(updated_at=now)).rowcount:
        return True
    if db.get(Throttle, MARK) is not None:
        return False
    try:
        with db.begin_nested():
            db.add(Throttle(key=MARK, failures=0, updated_at=now))
    except IntegrityError:
        return False  # another worker was quicker
    return True
