"""The editor's shelf: what the assistant knows besides the lessons, and who keeps it right."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Add the room's routes, and follow the unit's telephone numbers."""
    from lms.knowledge import (  # noqa: F401 - add their routes
        answer_views,
        asked_views,
        document_views,
        entry_views,
        fact_views,
        pages,
        public_views,
        receivers,
        unanswered_views,
    )

    app.register_blueprint(pages.blueprint)
    app.register_blueprint(public_views.blueprint)
    receivers.connect()
