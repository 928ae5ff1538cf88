"""What this room does when a unit changes its telephone numbers or its name."""

from __future__ import annotations

from sqlalchemy.orm import Session

from assistant.knowledge.store import KnowledgeStore
from lms.core import signals
from lms.knowledge import service
from lms.units.models import Unit


def _contacts_changed(db: Session, *, unit: Unit) -> None:
    service.follow_contacts(db, KnowledgeStore(db.get_bind().engine), unit)


def connect() -> None:
    """Begin to listen; doing it twice changes nothing."""
    signals.contacts_changed.connect(_contacts_changed)
