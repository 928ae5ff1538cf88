"""The assistant in the web: ask, see the sources, say if it helped, ask a person."""

from flask import Flask

from courses.rendering import quote


def init_app(app: Flask) -> None:
    """Add the room's routes, for people and for programs, and listen to what happens to people."""
    from lms.asking import api, choice_buttons, laying_out, receivers, urgent_cards, views
    from lms.core import pool

    app.register_blueprint(views.blueprint)
    # A citation opens at the quoted sentence, wherever it is shown.
    app.jinja_env.globals["quote_link"] = quote.link
    app.jinja_env.filters["told_apart"] = choice_buttons.told_apart
    app.jinja_env.filters["laid_out"] = laying_out.laid_out
    app.jinja_env.filters["with_calls"] = urgent_cards.with_calls
    app.add_url_rule("/api/v1/ask", api.ENDPOINT, api.ask, methods=["POST"])
    app.url_value_preprocessor(api.take_little)
    # A program has no form to carry a token in, and no cookie of a person that could be misused.
    app.extensions["csrf"].exempt(api.ask)
    pool.init_app(app)
    receivers.connect()
