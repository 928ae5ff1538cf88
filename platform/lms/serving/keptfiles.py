"""Scripts, styles and pictures of the program, answered from memory once they were asked for.

Some small files that only an upgrade changes. A flood of requests for them takes no thread from anybody.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

MOST = 100
LARGEST = 512 * 1024

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
        self._files: dict[str, KeptFile] = {}

    def find(self, environ: Mapping[str, str]) -> tuple[int, Headers, bytes] | None:
        """Status, headers and body of what was kept, or None. Who asks for a part gets the whole."""
        if environ["REQUEST_METHOD"] != "GET":
            return None
        file = self._files.get(environ["PATH_INFO"])
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
            and len(body) <= LARGEST
            and len(self._files) < MOST
            and environ["REQUEST_METHOD"] == "GET"
            and environ["PATH_INFO"].startswith(self.under)
            and "set-cookie" not in names
        ):
            self._files[environ["PATH_INFO"]] = KeptFile(list(headers), body, names.get("etag", ""))
