"""`POST /api/v1/ask`: the assistant for other programs. Nothing of the question is kept."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Any

from flask import Response, request

from assistant.answer import REGISTERS
from lms.asking import service
from lms.core import current, pool, rate_limit
from lms.core.database import done_reading, reading, writing
from lms.core.language import gettext as _
from lms.core.language import lazy
from lms.core.pages.errors import Refusal
from lms.core.permissions import EVERYONE, access
from lms.core.throttle import TooManyTries, key_for
from lms.units import service as units

ENDPOINT = "api_ask"
LONGEST_BODY = 64 * 1024
"""Bytes of a request: a question of five hundred letters, however they are written, many times over."""


def take_little(endpoint: str | None, values: object) -> None:
    """Let no program send more; before anything reads the request.

    Reading two megabytes of brackets takes a second and a half, in which no other thread gets on.
    """
    if endpoint == ENDPOINT:
        request.max_content_length = LONGEST_BODY


@access(EVERYONE)
def ask() -> Response:
    """Answer {"question", "register"?, "audience"?} with the contract's JSON, as the command line does."""
    limits = [
        rate_limit.Pace(
            key_for(current.secret_key(), "ask-api", current.address()),
            service.MOST_OF_PROGRAM,
            service.TEN_MINUTES,
        )
    ]
    try:
        rate_limit.check(reading(), limits)
        wanted = checked(body())
        wanted["numbers"] = service.emergency_numbers(units.contacts_of(reading(), None))
        by = pool.asker()
        done_reading()
        with pool.pool().place(by):
            answer = current.assistant().ask(**wanted)
    except Refusal as refusal:
        return refused(HTTPStatus.BAD_REQUEST, refusal.say())
    except TooManyTries as wait:
        response = refused(
            HTTPStatus.TOO_MANY_REQUESTS, _("Bạn hỏi hơi nhiều lần. Bạn chờ một lúc rồi hỏi lại.")
        )
        response.headers["Retry-After"] = str(wait.seconds)
        return response
    except pool.AllBusy as busy:
        response = refused(
            HTTPStatus.SERVICE_UNAVAILABLE, _("Nhiều người đang hỏi cùng lúc. Bạn chờ vài giây rồi hỏi lại.")
        )
        response.headers["Retry-After"] = str(busy.retry_after)
        return response
    rate_limit.count(writing(), limits)
    return as_json(answer.to_json())


def body() -> object:
    """The JSON of the request; None if it is none, or nested deeper than Python reads."""
    try:
        return request.get_json(silent=True)
    except RecursionError:
        return None


def checked(body: object) -> dict[str, Any]:
    """The arguments of `Assistant.ask` in a request's JSON. Raises Refusal that names what is wrong."""
    if not isinstance(body, dict):
        raise Refusal(lazy("Phần thân phải là một đối tượng JSON, có “question”."))
    if not isinstance(body.get("question"), str):
        raise Refusal(lazy("Thiếu “question”, hoặc “question” không phải là chữ."))
    register = body.get("register", "standard")
    if register not in REGISTERS:
        raise Refusal(lazy("“register” phải là một trong: %(known)s."), known=", ".join(REGISTERS))
    audience = body.get("audience")
    known = [one.id for one in current.library().audiences]
    if audience is not None and audience not in known:
        raise Refusal(lazy("“audience” phải là một trong: %(known)s."), known=", ".join(known))
    return {
        "question": service.checked_question(body["question"]),
        "register": register,
        "audience": audience,
    }


def refused(status: HTTPStatus, sentence: str) -> Response:
    """An error as programs read it, in the shape of every other error of the site."""
    response = as_json({"error": {"code": int(status), "message": sentence}})
    response.status_code = status
    return response


def as_json(body: dict) -> Response:
    """JSON with its keys in the order they have, and letters as they are."""
    return Response(json.dumps(body, ensure_ascii=False), mimetype="application/json")
