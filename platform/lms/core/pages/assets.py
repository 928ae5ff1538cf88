"""Styles, scripts and pictures of the program, and addresses that change when one of them does.

`static/css` and `static/js` hold one readable file for each room. When the application starts, the style
sheets become one text that stands inside every page (`security`), and the scripts are made smaller; a page
names the parts that it uses and loads them, after `base`, as one file. Browsers may keep what has an
address with a fingerprint for a year.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from http import HTTPStatus
from pathlib import Path

import rcssmin
import rjsmin
from flask import Flask, Response, abort, request, url_for
from markupsafe import Markup

from lms.core.permissions import EVERYONE, access

STATIC = Path(__file__).resolve().parents[2] / "static"
LARGEST_FILE = 512 * 1024
"""Bytes of a file that a worker keeps in its memory."""
STYLES_FIRST = (
    "colours", "base", "bar", "tiles", "buttons", "notes", "sources", "forms", "tables", "foot",
)  # fmt: skip
STYLES_LAST = ("large-text", "print")
"""What all rooms share stands before their own sheets (by name), and what overrules them after."""
BASE = "base"
"""The script that every page loads. Its name, and those of the other parts, hold no hyphen."""
YEAR = 365 * 24 * 3600


@dataclass(frozen=True)
class Assets:
    """The style sheet of all pages, and the scripts (part → its text), both as they are served."""

    style: str
    parts: Mapping[str, str]

    @classmethod
    def read(cls, static: Path) -> Assets:
        """Join and minify what lies in `static/css` and `static/js`. Raises OSError."""
        sheets = {path.stem: path.read_text(encoding="utf-8") for path in (static / "css").glob("*.css")}
        shared = (*STYLES_FIRST, *STYLES_LAST)
        rooms = sorted(sheets.keys() - set(shared))
        in_order = [name for name in (*STYLES_FIRST, *rooms, *STYLES_LAST) if name in sheets]
        return cls(
            style=rcssmin.cssmin("\n".join(sheets[name] for name in in_order)),
            parts={
                path.stem: rjsmin.jsmin(path.read_text(encoding="utf-8"))
                for path in (static / "js").glob("*.js")
            },
        )

    def bundle(self, parts: Iterable[str]) -> tuple[str, str]:
        """Name and text of the one script that does what these parts do. Raises KeyError if there is none."""
        names = (BASE, *sorted(set(parts) - {BASE}))
        return "-".join(names), "\n".join(self.parts[name] for name in names)


@cache
def fingerprint(name: str) -> str:
    """The first letters of the hash of a file in `static`."""
    return fingerprint_of((STATIC / name).read_bytes())


def fingerprint_of(content: bytes) -> str:
    """The first letters of a content's hash."""
    return hashlib.sha256(content).hexdigest()[:10]


def init_app(app: Flask, static: Path = STATIC) -> None:
    """Give templates `static(name)` and `script(parts…)`; serve scripts below `/static/js/`."""
    assets = Assets.read(static)
    app.extensions["assets"] = assets

    def script(*parts: str) -> Markup:
        name, text = assets.bundle(parts)
        source = url_for("script", parts=name, v=fingerprint_of(text.encode("utf-8")))
        return Markup('<script src="{}" defer></script>').format(source)

    @access(EVERYONE)
    def serve_script(parts: str) -> Response:
        """The parts that the address names, `base` first, as one file. 404 for any other name."""
        try:
            name, text = assets.bundle(parts.split("-"))
        except KeyError:
            abort(HTTPStatus.NOT_FOUND)
        if name != parts:
            # One file has one address: others would fill the places of kept files.
            abort(HTTPStatus.NOT_FOUND)
        response = Response(text, mimetype="text/javascript")
        response.cache_control.public = True
        response.cache_control.max_age = YEAR
        response.add_etag()
        response.make_conditional(request)
        return response

    app.add_url_rule("/static/js/<parts>.js", "script", serve_script)
    app.jinja_env.globals["static"] = lambda name: url_for("static", filename=name, v=fingerprint(name))
    app.jinja_env.globals["script"] = script


def in_one_piece(response: Response) -> Response:
    """A small file as a whole: packed as a stream it could not be kept, and was packed anew for everybody."""
    is_small = 0 < (response.content_length or 0) <= LARGEST_FILE
    if request.endpoint == "static" and response.status_code == HTTPStatus.OK and is_small:
        response.direct_passthrough = False
        response.get_data()
    return response
