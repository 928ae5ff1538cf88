"""Teachers, classes, join codes, assigned paths."""

from flask import Blueprint, Flask

from lms.core.permissions import access

blueprint = Blueprint("classes", __name__)


@blueprint.get("/lop")
@access("classes.manage")
def home():
    """The teacher's classes."""
    return ""


def init_app(app: Flask) -> None:
    """Add the room's routes."""
    app.register_blueprint(blueprint)
