"""What visitors without an account left is forgotten, and what has run out is deleted.

This happens beside the site, in one worker at a time and a few rows at a time: nobody's question waits
for it, and no start of the site does.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from flask import Flask
from sqlalchemy import delete, or_, select, update
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlalchemy.orm import Session

from i18n.dates import utc_now
from lms.accounts import service as accounts
from lms.accounts import tries
from lms.accounts.models import Person
from lms.asking import queries
from lms.asking.models import Asked
from lms.core import throttle
from lms.core.database import Database, flush_erased, rows_changed
from lms.core.throttle import Throttle, from_the_future

KEPT_FOR = timedelta(hours=24)
REPLY_KEPT_FOR = timedelta(days=7)
"""For so long a person's answer can be read by whoever kept the address of the question."""
EVERY = timedelta(hours=1)
LONG_AWAY = timedelta(days=2)
LOOK_FIRST = timedelta(minutes=10)
"""After a long pause the clock may be wrong: it gets so long to be put right before anything goes."""
LONGER_AWAY = timedelta(days=30)
HOURS_TO_LOOK = 24
"""After a pause in which all guests and sessions would run out, so many hours in which the machine runs:
a clock that is a year ahead after a power cut is seen by somebody within a day."""
AT_ONCE = 200
"""Rows of one transaction: others write between two of them."""
BREATH_SECONDS = 0.05
FIRST_LOOK_SECONDS, LOOK_SECONDS = 60, 300
MARK = "asking:guests-forgotten"
"""The row among the throttles that says when this was last done, in whichever worker."""

log = logging.getLogger("lms")


def keep_forgetting(app: Flask) -> threading.Event:
    """Look every five minutes whether something is due, in a thread of its own; set the event to end it."""
    end = threading.Event()

    def run() -> None:
        pause = FIRST_LOOK_SECONDS
        while not end.wait(pause):
            pause = LOOK_SECONDS
            with app.app_context():
                forget_now_and_then(app.extensions["database"])

    threading.Thread(target=run, name="forgetting", daemon=True).start()
    return end


def forget_now_and_then(database: Database, now: datetime | None = None) -> int:
    """Forget all that is due, at most once an hour and in one worker at a time; returns how many rows.

    Raises nothing for a database that refuses: it comes round again.
    """
    now = now or utc_now()
    try:
        with database.writer() as db:
            due = _is_due(db, now)
            db.commit()
        return forget_all(database, now) if due else 0
    except SQLAlchemyError as error:
        log.warning("what is due was not forgotten: %s", type(error).__name__)
        return 0


def forget_all(database: Database, now: datetime, most: int = AT_ONCE) -> int:
    """Forget all that is due at this moment, a few rows a transaction; returns how many rows are gone."""
    # The questions first, while they still lead to their guests.
    gone = sum(_questions(database, now, most, _of_guests)) + sum(_questions(database, now, most, _of_nobody))
    gone += _again_and_again(database, most, lambda db: forget_talks_at_desk(db, now, most))
    gone += _again_and_again(database, most, lambda db: accounts.forget_guests(db, now, most))
    gone += _again_and_again(database, most, lambda db: accounts.forget_sessions(db, now, most))
    with database.writer() as db:
        gone += throttle.forget_old(db, now, keep=[MARK]) + tries.forget_places(db, now)
        db.commit()
    if gone:
        flush_erased(database.engine)
    return gone


def forget_guests_questions(db: Session, now: datetime, most: int = AT_ONCE) -> int:
    """Erase what guests asked more than a day ago, oldest first; returns how many questions are gone.

    A question that waits for a person, or was answered by one in the last seven days, stays at its
    address, but nothing leads from it to its asker or to the rest of the conversation any more. What
    the desk has of it stays there, without its asker too. Questions that an officer put for a citizen
    are not guests' questions.
    """
    return _settle(db, _of_guests(db, now, most, 0), now) + _settle(db, _of_nobody(db, now, most, 0), now)


def forget_talks_at_desk(db: Session, now: datetime, most: int = AT_ONCE) -> int:
    """Forget which questions, asked at a desk more than a day ago, were one citizen's; returns how many."""
    due = Asked.at_desk.is_(True), Asked.conversation_id.is_not(None), Asked.asked_at < now - KEPT_FOR
    ids = list(db.scalars(select(Asked.id).where(*due).order_by(Asked.id).limit(most)))
    cut = update(Asked).where(Asked.id.in_(ids)).values(conversation_id=None)
    return rows_changed(db, cut.execution_options(synchronize_session=False)) if ids else 0


def _questions(
    database: Database, now: datetime, most: int, of: Callable[[Session, datetime, int, int], list[int]]
) -> Iterator[int]:
    """Settle questions in the order of their ids; those that have to stay are passed by."""
    after = 0
    while True:
        with database.reader() as db:
            ids = of(db, now, most, after)
        if not ids:
            return
        with database.writer() as db:
            gone = _settle(db, ids, now)
            db.commit()
        yield gone
        after = ids[-1]
        time.sleep(BREATH_SECONDS)


def _again_and_again(database: Database, most: int, forget: Callable[[Session], int]) -> int:
    total = 0
    while True:
        with database.writer() as db:
            gone = forget(db)
            db.commit()
        total += gone
        if gone < most:
            return total
        time.sleep(BREATH_SECONDS)


def _of_guests(db: Session, now: datetime, most: int, after: int) -> list[int]:
    query = (
        select(Asked.id)
        .join(Person, Person.id == Asked.person_id)
        .where(Person.is_guest, Asked.asked_at < now - KEPT_FOR, Asked.id > after)
        .order_by(Asked.id)
        .limit(most)
    )
    return list(db.scalars(query))


def _of_nobody(db: Session, now: datetime, most: int, after: int) -> list[int]:
    """Questions whose guest is gone."""
    query = (
        select(Asked.id)
        .where(
            Asked.person_id.is_(None),
            Asked.at_desk.is_(False),
            Asked.asked_at < now - KEPT_FOR,
            Asked.id > after,
        )
        .order_by(Asked.id)
        .limit(most)
    )
    return list(db.scalars(query))


def _settle(db: Session, ids: list[int], now: datetime) -> int:
    """Erase these questions, or cut those loose that have to stay; returns how many are gone."""
    replies = queries.replies(db, ids)
    staying = [one for one in ids if _has_to_stay(replies.get(one), now)]
    gone = [one for one in ids if one not in set(staying)]
    # A guest may have become an account since these were looked up: then the questions are theirs.
    still = or_(Asked.person_id.is_(None), Asked.person_id.in_(select(Person.id).where(Person.is_guest)))
    if staying:
        cut = update(Asked).where(Asked.id.in_(staying), still).values(person_id=None, conversation_id=None)
        db.execute(cut.execution_options(synchronize_session=False))
    if gone:
        # Without “questions_wiped”: nobody took the question back, so the desk keeps what it has of it.
        erased = delete(Asked).where(Asked.id.in_(gone), still)
        return rows_changed(db, erased.execution_options(synchronize_session=False))
    return 0


def _has_to_stay(reply: queries.Reply | None, now: datetime) -> bool:
    if reply is None:
        return False
    if reply.state == queries.WAITING:
        return True
    return reply.answered_at is not None and reply.answered_at > now - REPLY_KEPT_FOR


def _is_due(db: Session, now: datetime) -> bool:
    """Whether an hour has passed; who hears yes has taken the turn.

    After a pause of days, or when the mark lies in the future, somebody's clock is or was wrong, or the
    machine was off: then nothing goes for ten minutes more, after a month for a day. The hours that are
    still to wait stand in the mark's `failures`.
    """
    found = db.execute(select(Throttle.updated_at, Throttle.failures).where(Throttle.key == MARK)).first()
    if found is None:
        return _first_mark(db, now)
    last, hours = found
    wrong = from_the_future(last, now) or now - last > LONG_AWAY
    if not wrong and now - last < EVERY:
        return False
    waits = wrong or hours > 0
    mark, left = (now - EVERY + LOOK_FIRST, 0) if wrong else (now, max(0, hours - 1))
    if now - last > LONGER_AWAY:
        mark, left = now, HOURS_TO_LOOK
    turn = update(Throttle).where(Throttle.key == MARK, Throttle.updated_at == last)
    turn = turn.values(updated_at=mark, failures=left).execution_options(synchronize_session=False)
    return rows_changed(db, turn) > 0 and not waits


def _first_mark(db: Session, now: datetime) -> bool:
    try:
        with db.begin_nested():
            db.add(Throttle(key=MARK, failures=0, updated_at=now - EVERY + LOOK_FIRST))
    except IntegrityError:
        pass  # another worker was quicker
    return False
