"""Teachers, classes, join codes, assigned paths."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Add the room's routes."""
    from lms.classes import views

    app.register_blueprint(views.blueprint)
