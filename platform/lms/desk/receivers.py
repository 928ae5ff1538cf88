"""What the desk does when asking calls for a person, and what it tells asking."""

from __future__ import annotations

from sqlalchemy.orm import Session

from assistant.knowledge.store import KnowledgeStore
from lms.asking import queries as asking_queries
from lms.asking import service as asking
from lms.asking.models import Asked
from lms.core import signals
from lms.desk import queries, service


def _wanted(db: Session, *, asked: Asked, origin: str) -> None:
    service.open_ticket(db, asked, origin)


def _wiped(db: Session, *, asked_ids: list[int]) -> None:
    service.forget(db, KnowledgeStore(db.get_bind().engine), asked_ids)


def _replies(db: Session, *, asked_ids: list[int]) -> dict[int, asking_queries.Reply]:
    return queries.replies(db, asked_ids)


def _unseen(db: Session, *, person_id: str) -> int:
    return queries.unseen_replies(db, person_id)


def _seen(db: Session, *, asked_id: int) -> None:
    service.mark_seen(db, asked_id)


def connect() -> None:
    """Begin to listen; doing it twice changes nothing."""
    asking.person_wanted.connect(_wanted)
    asking.questions_wiped.connect(_wiped)
    asking_queries.replies_wanted.connect(_replies)
    signals.replies_counted.connect(_unseen)
    signals.reply_seen.connect(_seen)
