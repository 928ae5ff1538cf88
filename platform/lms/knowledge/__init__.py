"""The editor's shelf: what the assistant knows besides the lessons, and who keeps it right."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Add the room's routes, and follow the unit's telephone numbers."""
    from lms.knowledge import public_views, receivers, views

    app.register_blueprint(views.blueprint)
    app.register_blueprint(public_views.blueprint)
    receivers.connect()
