"""A visitor without a browser: keeps cookies, fills in forms. For getting to the page to be measured."""

from __future__ import annotations

import http.client
import re
from http.cookies import SimpleCookie
from urllib.parse import urlencode

TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


class Refused(RuntimeError):
    """The server did not do what a form asked for; the sentence says which and how it answered."""


class Visitor:
    """One device that visits a server of this machine."""

    def __init__(self, host: str, port: int) -> None:
        self.connection = http.client.HTTPConnection(host, port, timeout=30)
        self.host = f"{host}:{port}"
        self.cookies: dict[str, str] = {}

    @property
    def cookie(self) -> str:
        """The value of a Cookie header."""
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())

    def get(self, path: str) -> tuple[int, str]:
        """Status and text of a page (redirects are not followed)."""
        return self._ask("GET", path)

    def post(self, path: str, fields: dict[str, str]) -> tuple[int, str]:
        """Send a form. Returns status and text."""
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Origin": f"http://{self.host}"}
        return self._ask("POST", path, urlencode(fields), headers)

    def token(self, path: str) -> str:
        """The form token of the page at `path`. Raises Refused if it has no form."""
        status, text = self.get(path)
        found = TOKEN.search(text)
        if found is None:
            raise Refused(f"{path} answers {status} and has no form")
        return found.group(1)

    def close(self) -> None:
        """End the connection."""
        self.connection.close()

    def _ask(self, method: str, path: str, body: str | None = None, headers: dict | None = None):
        headers = {"Cookie": self.cookie, "Accept-Language": "vi"} | (headers or {})
        self.connection.request(method, path, body, headers)
        response = self.connection.getresponse()
        text = response.read().decode("utf-8", "replace")
        for header in response.headers.get_all("Set-Cookie") or []:
            for name, morsel in SimpleCookie(header).items():
                self.cookies[name] = morsel.value
        return response.status, text


def sign_up(visitor: Visitor, login: str) -> None:
    """Make an account for the visitor. Raises Refused."""
    fields = {
        "csrf_token": visitor.token("/dang-ky"),
        "name": "Người học thử",
        "login": login,
        "secret": "270418",
        "secret_again": "270418",
        "age": "16",
        "consent": "y",
    }
    status, text = visitor.post("/dang-ky", fields)
    if status != http.client.SEE_OTHER:
        heading = re.sub(r"<[^>]+>", " ", text)[:300]
        raise Refused(f"/dang-ky answers {status}: {' '.join(heading.split())}")
