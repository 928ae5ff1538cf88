"""Two requests that change the same thing at one moment: the later one is done again.

SQLite lets one write after the other. On PostgreSQL both may find a name free, or a row still there, and
the database refuses the second: done again, its view gives the answer it has for that case.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from flask import Flask, g, request, session
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import IntegrityError, NoResultFound, OperationalError
from sqlalchemy.orm.exc import ObjectDeletedError, StaleDataError

from lms.core.database import flush, start_again

log = logging.getLogger("lms")

DEADLOCK = ("40001", "40P01")
"""SQLSTATE of a transaction that another one made impossible."""
CLASHES = (IntegrityError, NoResultFound, StaleDataError, ObjectDeletedError, OperationalError)
OF_REQUEST = ("_login_user", "csrf_valid")
"""What libraries keep of a request's first try."""


def init_app(app: Flask) -> None:
    """Have every view done once more that met such a clash."""
    # Flask calls this attribute of the application for each request.
    app.dispatch_request = _once_more(app, app.dispatch_request)  # type: ignore[method-assign]


def _once_more(app: Flask, dispatch: Callable[[], ResponseReturnValue]) -> Callable[[], Any]:
    def dispatch_request() -> ResponseReturnValue:
        # Looked at first: the view may sign somebody in before it meets the clash.
        came_signed_in = bool(session.get("_user_id"))
        try:
            came = dispatch()
            # What was not sent to the database yet would meet the clash when it is too late to begin again.
            flush()
            return came
        except CLASHES as error:
            if not is_clash(error) or not start_again():
                raise
            log.info("%s: two requests changed the same (%s)", request.endpoint, type(error).__name__)
        for name in OF_REQUEST:
            g.pop(name, None)
        g.lost_its_session = came_signed_in
        for file in request.files.values():
            file.stream.seek(0)
        # Who asks, and whether they may, is looked up anew: the other request may have changed that too.
        early = app.preprocess_request()
        return early if early is not None else dispatch()

    return dispatch_request


def is_clash(error: Exception) -> bool:
    """Whether another request may have caused it, so that trying again gives another answer."""
    if isinstance(error, OperationalError):
        return getattr(error.orig, "sqlstate", None) in DEADLOCK
    return True
