"""Teachers, classes, join codes, assigned paths."""

from flask import Flask
from sqlalchemy.orm import Session

from lms.core import signals


def init_app(app: Flask) -> None:
    """Add the room's routes."""
    from lms.classes import join_views, roster_views, temporary_codes, views  # noqa: F401 - add their routes

    app.register_blueprint(views.blueprint)


@signals.person_erased.connect
def person_erased(db: Session, person_id: str) -> None:
    """The classes of somebody who leaves stay, with another teacher."""
    from lms.classes import service

    service.hand_over(db, person_id)


@signals.where_people_learn.connect
def where_people_learn(db: Session, person_ids: list[str]) -> dict[str, list[str]]:
    """The names of the open classes of some people."""
    from lms.classes import queries

    return queries.classes_of_people(db, person_ids)
