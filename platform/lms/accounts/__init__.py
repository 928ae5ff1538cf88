"""People: who they are, how they sign in, what they agreed to."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Add the room's routes and the visitor of each request."""
    from flask_login import current_user

    from lms.accounts import settings_views, views, visitor  # noqa: F401 - adds its routes

    visitor.init_app(app)
    app.register_blueprint(views.blueprint)
    app.jinja_env.globals["signed_in"] = lambda: current_user.is_authenticated
    app.jinja_env.globals["may"] = views.may
