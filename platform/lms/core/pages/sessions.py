"""The session cookie, signed without a clock.

The database holds when a sign-in ends (`accounts`), and can end it. A time in the cookie would only add
that a clock set back throws away what everybody has: a cookie from the future is as good as any.
"""

from __future__ import annotations

from typing import Any

from flask import Flask, Request, Response
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin
from itsdangerous import BadSignature

from lms.core.language import cookies_of


class Sessions(SecureCookieSessionInterface):
    """Flask's signed cookies; their age is not looked at, and the browser counts seconds, not dates."""

    def read(self, app: Flask, cookie: str) -> dict[str, Any] | None:
        """What a cookie holds, or None if it was not signed here."""
        signer = self.get_signing_serializer(app)
        if signer is None:
            return None
        try:
            return signer.loads(cookie)
        except BadSignature:
            return None

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession:
        """The session of a request; empty without a cookie of ours."""
        cookie = cookies_of(request.environ).get(self.get_cookie_name(app))
        held = self.read(app, cookie) if cookie else None
        return self.session_class(held) if held is not None else self.session_class()

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """As Flask does it, with `Max-Age` alone: a server whose clock is behind must not name a day."""
        super().save_session(app, session, response)
        name = f"{self.get_cookie_name(app)}="
        cookies = response.headers.getlist("Set-Cookie")
        if session and session.permanent and any(one.startswith(name) for one in cookies):
            lifetime = int(app.permanent_session_lifetime.total_seconds())
            response.headers.setlist(
                "Set-Cookie", [_by_age(one, lifetime) if one.startswith(name) else one for one in cookies]
            )


def _by_age(cookie: str, seconds: int) -> str:
    parts = [part for part in cookie.split("; ") if not part.lower().startswith("expires=")]
    return "; ".join([*parts, f"Max-Age={seconds}"])


def init_app(app: Flask) -> None:
    """Use these sessions."""
    app.session_interface = Sessions()
