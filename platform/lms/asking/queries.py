"""Reading questions and answers for screens."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from blinker import Namespace
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from lms.asking.models import Asked

KEPT_TURNS = 5
"""Earlier questions of a conversation that are still understood, and shown; before them all is forgotten."""

WAITING, ANSWERED, CLOSED, RETIRED = "waiting", "answered", "closed", "retired"

replies_wanted = Namespace().signal("replies-wanted")
"""Who knows what people replied? Sent with db, asked_ids; receivers return {asked id: Reply}."""


@dataclass(frozen=True)
class Reply:
    """What became of a question that went to a person.

    `state`: waiting, answered, closed (`reason` says why, in catalogue words) or retired (the answer
    was right once and is not used any more).
    """

    state: str
    since: datetime
    text: str = ""
    source_title: str = ""
    source_url: str = ""
    source_checked_on: date | None = None
    answered_at: datetime | None = None
    reviewed_at: datetime | None = None
    reason: str = ""
    is_new: bool = False
    """The asker has not opened it yet."""


@dataclass(frozen=True)
class MyQuestion:
    """One line of “Câu đã hỏi”."""

    token: str
    question: str
    outcome: str
    asked_at: datetime
    reply: Reply | None

    @property
    def waiting(self) -> bool:
        """Whether a person still has to answer."""
        return self.reply is not None and self.reply.state == WAITING

    @property
    def answered_by_person(self) -> bool:
        """Whether a person answered."""
        return self.reply is not None and self.reply.state == ANSWERED


def by_token(db: Session, token: str) -> Asked | None:
    """The question whose answer stands at this address, or None."""
    return db.scalar(select(Asked).where(Asked.token == token))


def by_once_key(db: Session, key: str | None) -> Asked | None:
    """The question that a form made when it was sent the first time, or None."""
    return db.scalar(select(Asked).where(Asked.once_key == key)) if key else None


def earlier(db: Session, asked: Asked, person_id: str | None) -> list[Asked]:
    """The turns before this one in its conversation, oldest first: at most five, and the asker's own only.

    Of a question that was asked again in plainer words the newest counts.
    """
    if person_id is None or asked.person_id != person_id:
        return []
    return _turns_before(db, asked, Asked.person_id == person_id)


def earlier_at_desk(db: Session, asked: Asked) -> list[Asked]:
    """The same of a question that an officer asked for a citizen: nobody's own, and all of one desk."""
    return _turns_before(db, asked, Asked.at_desk.is_(True)) if asked.at_desk else []


def _turns_before(db: Session, asked: Asked, own: ColumnElement[bool]) -> list[Asked]:
    if asked.conversation_id is None:
        return []
    rows = db.scalars(
        select(Asked)
        .where(
            Asked.conversation_id == asked.conversation_id,
            own,
            Asked.turn < asked.turn,
            Asked.turn >= asked.turn - KEPT_TURNS,
            Asked.id < asked.id,
        )
        .order_by(Asked.turn, Asked.id)
    )
    return list({row.turn: row for row in rows}.values())


def replies(db: Session, asked_ids: list[int]) -> dict[int, Reply]:
    """What people replied to these questions; a question that went to nobody is not in it."""
    found: dict[int, Reply] = {}
    if asked_ids:
        for _, known in replies_wanted.send(db, asked_ids=asked_ids):
            found.update(known)
    return found


def my_questions(db: Session, person_id: str, limit: int = 20, offset: int = 0) -> list[MyQuestion]:
    """What a person asked, newest first, each with what became of it."""
    rows = list(
        db.scalars(
            select(Asked)
            .where(Asked.person_id == person_id)
            .order_by(Asked.id.desc())
            .limit(limit)
            .offset(offset)
        )
    )
    known = replies(db, [row.id for row in rows])
    return [MyQuestion(row.token, row.question, row.outcome, row.asked_at, known.get(row.id)) for row in rows]


def own_data(db: Session, person_id: str) -> list[dict]:
    """Everything kept of a person's questions, as plain values, for “tải dữ liệu của tôi”."""
    rows = list(db.scalars(select(Asked).where(Asked.person_id == person_id).order_by(Asked.id)))
    known = replies(db, [row.id for row in rows])
    return [
        {
            "question": row.question,
            "asked_at": row.asked_at.isoformat(),
            "course": row.course_id,
            "lesson": row.lesson_id,
            "conversation": row.conversation_id,
            "turn": row.turn,
            "outcome": row.outcome,
            "answer": row.answer,
            "helpful": row.helpful,
            "reply": _reply_data(known.get(row.id)),
        }
        for row in rows
    ]


def _reply_data(reply: Reply | None) -> dict | None:
    """What a person replied, as plain values."""
    if reply is None:
        return None
    return {
        "state": reply.state,
        "text": reply.text,
        "reason": reply.reason,
        "source": reply.source_title,
        "source_url": reply.source_url,
        "answered_at": reply.answered_at.isoformat() if reply.answered_at else None,
    }
