"""Who learns and works in the unit: roles, new PINs, closed accounts, and what staff did."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Add the room's routes."""
    from lms.people import views

    app.register_blueprint(views.blueprint)
