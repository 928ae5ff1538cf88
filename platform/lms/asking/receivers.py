"""What asking does when something happens to a person."""

from __future__ import annotations

from sqlalchemy.orm import Session

from lms.asking import service
from lms.core import signals


def _joined(db: Session, *, guest_id: str, person_id: str) -> None:
    service.join_guest(db, guest_id, person_id)


def _erased(db: Session, *, person_id: str) -> None:
    service.wipe(db, person_id)


def connect() -> None:
    """Begin to listen; doing it twice changes nothing."""
    signals.guest_joined.connect(_joined)
    signals.person_erased.connect(_erased)
