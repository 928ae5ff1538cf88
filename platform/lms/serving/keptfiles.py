"""Scripts, styles and pictures of the program, answered from memory once they were asked for.

Some small files that only an upgrade changes. A flood of requests for them takes no thread from anybody.
"""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from dataclasses import dataclass

from lms.core.pages.assets import LARGEST_FILE

MOST = 200
ENCODINGS = ("br", "gzip")
"""As `COMPRESS_ALGORITHM` of the application has them."""

Headers = list[tuple[str, str]]


@dataclass(frozen=True)
class KeptFile:
    """A whole answer to GET, and the tag by which a browser knows it."""

    headers: Headers
    body: bytes
    tag: str


class KeptFiles:
    """The files under one path of addresses. Belongs to the event loop of a worker: no lock is needed."""

    def __init__(self, under: str) -> None:
        self.under = under
        self._files: dict[tuple[str, str], KeptFile] = {}

    def find(self, environ: Mapping[str, str]) -> tuple[int, Headers, bytes] | None:
        """Status, headers and body of what was kept, or None. Who asks for a part gets the whole."""
        if environ["REQUEST_METHOD"] != "GET":
            return None
        file = self._files.get((environ["PATH_INFO"], wanted_encoding(environ)))
        if file is None:
            return None
        if file.tag and file.tag in environ.get("HTTP_IF_NONE_MATCH", ""):
            kept = [(name, value) for name, value in file.headers if not name.lower().startswith("content-")]
            return 304, kept, b""
        return 200, file.headers, file.body

    def keep(self, environ: Mapping[str, str], status: int, headers: Headers, body: object) -> None:
        """Remember an answer, if it is a whole file and the same for everybody."""
        names = {name.lower(): value for name, value in headers}
        if (
            status == 200
            and isinstance(body, bytes)
            and len(body) <= LARGEST_FILE
            and len(self._files) < MOST
            and environ["REQUEST_METHOD"] == "GET"
            and environ["PATH_INFO"].startswith(self.under)
            # One file has one address: others would fill the places.
            and posixpath.normpath(environ["PATH_INFO"]) == environ["PATH_INFO"]
            and "set-cookie" not in names
            and names.get("content-encoding", "") in ("", wanted_encoding(environ))
        ):
            # A picture is the same for all: it is not packed once more.
            key = environ["PATH_INFO"], wanted_encoding(environ)
            self._files[key] = KeptFile(list(headers), body, names.get("etag", ""))


def wanted_encoding(environ: Mapping[str, str]) -> str:
    """How a file may be packed for who asks, the best first: br, gzip or not at all."""
    accepted = environ.get("HTTP_ACCEPT_ENCODING", "").replace(" ", "").lower().split(",")
    ways = [one.partition(";q=") for one in accepted[:20]]
    taken = {name for name, _sign, weight in ways if not weight.startswith("0") or weight.strip("0.")}
    return next((name for name in ENCODINGS if name in taken), "")
