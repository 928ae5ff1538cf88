"""How much a form may hold, looked at before anything reads it."""

from __future__ import annotations

from flask import Flask, Request, request
from werkzeug.exceptions import RequestEntityTooLarge

MOST_FIELDS = 1000


class BoundedRequest(Request):
    """A request whose form has at most MOST_FIELDS fields, whatever way it was sent.

    Werkzeug counts the parts of a form with files only; the letters of the other kind are counted here.
    """

    max_form_parts = MOST_FIELDS

    def _load_form_data(self) -> None:
        if self.mimetype == "application/x-www-form-urlencoded" and "form" not in self.__dict__:
            body = self.get_data(cache=True, parse_form_data=False)
            if body.count(b"&") >= self.max_form_parts:
                raise RequestEntityTooLarge
        super()._load_form_data()


def init_app(app: Flask) -> None:
    """Use these requests. Call it before anything else that looks at requests is added."""
    app.request_class = BoundedRequest
    app.before_request(_bound_json)


def _bound_json() -> None:
    """Let no program send more JSON than a person can type, not even where files are taken.

    Reading two megabytes of brackets takes seconds, in which no other thread gets on.
    """
    most = request.max_form_memory_size
    if request.is_json and most is not None:
        request.max_content_length = min(most, request.max_content_length or most)
