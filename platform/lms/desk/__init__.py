"""The public service desk: questions that wait for a person, and the answers people checked."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Add the room's routes, and listen for questions that need a person."""
    from lms.desk import receivers, temporary_codes, views  # noqa: F401 - adds its route

    app.register_blueprint(views.blueprint)
    receivers.connect()
