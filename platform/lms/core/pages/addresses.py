"""Addresses and forms that no page of ours makes, refused before any room looks at them.

A number that no database column holds, or a NUL, would be an error of the database: 500 where the
truth is that there is no such page.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import Flask, abort, request
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import BadHost
from werkzeug.routing import IntegerConverter, Map

LARGEST_ID = 2**31 - 1
LARGEST_PAGE = 10_000
PAGE = "trang"
"""The name that every list uses for the number of its page."""


class IdConverter(IntegerConverter):
    """`<int:…>` of an address: a number that can be an id."""

    def __init__(self, map: Map, **options: Any) -> None:
        options.setdefault("max", LARGEST_ID)
        super().__init__(map, **options)


def read_id(typed: str) -> int | None:
    """The id in a field of a form, or None: not a number, or none that a column holds."""
    is_number = len(typed) <= len(str(LARGEST_ID)) and typed.isascii() and typed.isdecimal()
    return int(typed) if is_number and int(typed) <= LARGEST_ID else None


def init_app(app: Flask) -> None:
    """Look at every request first. Call it before routes are added."""
    app.url_map.converters["int"] = IdConverter
    app.before_request(_refuse)


def _refuse() -> None:
    if isinstance(request.routing_exception, BadHost):
        raise request.routing_exception
    asked = [request.path, *_all_values(request.args)]
    if any("\x00" in text for text in asked) or request.args.get(PAGE, 1, type=int) > LARGEST_PAGE:
        abort(404)
    if request.method == "POST" and any("\x00" in text for text in _all_values(request.form)):
        abort(400)


def _all_values(typed: MultiDict[str, str]) -> Iterator[str]:
    """Every value, also where a name comes more than once."""
    return (value for _name, value in typed.items(multi=True))
