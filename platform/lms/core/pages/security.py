"""Security headers on every answer, and the one style sheet that stands inside each page.

The style sheet is small enough to travel with the page, which saves a slow network one round trip.
The Content-Security-Policy names it by its hash, so nothing else that is inline may run or style.
"""

from __future__ import annotations

import base64
import hashlib

from flask import Flask, Response
from markupsafe import Markup


def hash_source(text: str) -> str:
    """The CSP source expression of an inline text."""
    digest = hashlib.sha256(text.encode("utf-8")).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def policy(style: str) -> str:
    """The Content-Security-Policy: only our own host, and the one inline style sheet."""
    return "; ".join(
        [
            "default-src 'none'",
            "script-src 'self'",
            f"style-src 'self' {hash_source(style)}",
            "img-src 'self' data:",
            "media-src 'self'",
            "font-src 'self'",
            "connect-src 'self'",
            "manifest-src 'self'",
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        ]
    )


def headers(style: str) -> dict[str, str]:
    """The headers every answer carries."""
    return {
        "Content-Security-Policy": policy(style),
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        # A sign-in card's address is a secret: it never travels to another page.
        "Referrer-Policy": "no-referrer",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=(self), payment=()",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
    }


def init_app(app: Flask, secure_cookies: bool) -> None:
    """Add the headers, and give templates `inline_style()`. `assets` must have been added before."""
    style = app.extensions["assets"].style
    fixed = headers(style)
    if secure_cookies:
        fixed["Strict-Transport-Security"] = "max-age=31536000"
    app.extensions["security_headers"] = fixed
    markup = Markup("<style>{}</style>").format(Markup(style))  # noqa: S704 - our own files
    app.jinja_env.globals["inline_style"] = lambda: markup

    @app.after_request
    def add_headers(response: Response) -> Response:
        for name, value in fixed.items():
            response.headers.setdefault(name, value)
        if "Cache-Control" not in response.headers:
            # Pages may show what belongs to one person: no shared cache keeps them.
            response.headers["Cache-Control"] = "private, no-cache"
        return response
