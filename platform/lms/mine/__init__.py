"""What is mine: continue, my classes, my questions, my data."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Add the room's routes."""
    from lms.mine import views

    app.register_blueprint(views.blueprint)
