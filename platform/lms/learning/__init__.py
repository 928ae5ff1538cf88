"""The lesson player: reading, answering, continuing where one was."""

from flask import Flask
from sqlalchemy.orm import Session

from lms.core import current, signals


def init_app(app: Flask) -> None:
    """Add the room's routes."""
    from lms.learning import views

    app.register_blueprint(views.blueprint)


@signals.guest_joined.connect
def guest_joined(db: Session, guest_id: str, person_id: str) -> None:
    """What a guest learned goes to the account."""
    from lms.learning import service

    service.join_guest(db, guest_id, person_id, current.library())
