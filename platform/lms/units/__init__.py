"""Administrative units: their names, emblems and contact numbers."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Add the room's routes, and the unit's name and numbers for every page."""
    from lms.core import current
    from lms.core.database import reading
    from lms.units import service, views

    app.register_blueprint(views.blueprint)
    app.jinja_env.globals["only_here"] = current.only_here

    @app.context_processor
    def unit_of_the_page() -> dict[str, object]:
        return {"unit": service.current_unit(reading())}
