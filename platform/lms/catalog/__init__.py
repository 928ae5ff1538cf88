"""What can be learned, and for whom."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Add the room's routes."""
    from lms.catalog import views

    app.register_blueprint(views.blueprint)
