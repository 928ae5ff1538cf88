"""`/kieu`: every component on one page, in debug mode only."""

from __future__ import annotations

from flask import Flask, abort, render_template
from flask.typing import ResponseReturnValue

from lms.core import current
from lms.core.permissions import EVERYONE, access


@access(EVERYONE)
def styleguide() -> ResponseReturnValue:
    """The components with examples; not there unless `debug` is set."""
    if not current.settings().debug:
        abort(404)
    return render_template("components/styleguide.html")


def init_app(app: Flask) -> None:
    """Add the route."""
    app.add_url_rule("/kieu", "styleguide", styleguide)
