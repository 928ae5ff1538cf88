"""Error pages that say what happened and what to do, and give back what was typed."""

from __future__ import annotations

import logging

from flask import Flask, jsonify, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from lms.core.language import gettext as _

log = logging.getLogger("lms")

HIDDEN_FIELDS = ("csrf_token", "event", "pin", "pin_again", "secret", "password", "password_again", "token")
"""Never shown again: secrets, and what the program put in by itself."""


class Refusal(Exception):
    """A rule was broken; `message` is a sentence for the person, in catalogue words.

    Services raise sub-classes with a message marked by `lazy`, and values for it.
    """

    def __init__(self, message: str, **values: object) -> None:
        super().__init__(message)
        self.message = message
        self.values = values

    def say(self) -> str:
        """The sentence in the language of the request."""
        return _(self.message, **self.values)


def words(code: int) -> tuple[str, str]:
    """Title and advice of an error page."""
    pages = {
        400: (_("Trang chưa hiểu yêu cầu này"), _("Bạn quay lại, xem lại chỗ vừa điền rồi gửi lại.")),
        403: (
            _("Bạn chưa vào được trang này"),
            _("Trang này dành cho người có quyền. Bạn đăng nhập rồi thử lại."),
        ),
        404: (_("Không có trang này"), _("Địa chỉ có thể gõ sai, hoặc trang đã được chuyển đi.")),
        405: (_("Trang chưa hiểu yêu cầu này"), _("Bạn quay lại và bấm nút trong trang.")),
        413: (_("Tệp quá lớn"), _("Bạn chọn tệp nhỏ hơn rồi gửi lại.")),
        429: (_("Bạn thử hơi nhiều lần"), _("Bạn chờ một lúc rồi thử lại.")),
        500: (_("Máy gặp lỗi"), _("Lỗi này không phải do bạn. Bạn chờ một phút rồi thử lại.")),
    }
    return pages.get(code, pages[500] if code >= 500 else pages[400])


def typed() -> list[tuple[str, str]]:
    """What the person had typed in the form, without secrets, so that nothing is lost."""
    try:
        form = request.form
    except HTTPException:
        return []
    return [(name, value) for name, value in form.items() if value.strip() and name not in HIDDEN_FIELDS]


def show(code: int, advice: str | None = None, headers: dict[str, str] | None = None):
    """The error page (or JSON, for programs) of a status code."""
    title, usual = words(code)
    if request.path.startswith("/api/"):
        return (
            jsonify({"error": {"code": code, "message": f"{title}. {advice or usual}"}}),
            code,
            headers or {},
        )
    page = render_template("error.html", code=code, title=title, advice=advice or usual, typed=typed())
    return page, code, headers or {}


def init_app(app: Flask) -> None:
    """Register the pages."""

    @app.errorhandler(CSRFError)
    def form_too_old(error: CSRFError):
        return show(400, _("Trang để quá lâu nên hết hạn. Bạn mở lại trang rồi gửi lại."))

    @app.errorhandler(HTTPException)
    def known(error: HTTPException):
        if error.code is None or error.code < 400:
            return error
        return show(error.code, headers=dict(_retry(error)))

    @app.errorhandler(Exception)
    def unknown(error: Exception):
        # The path alone: what was typed may be personal.
        log.exception("error at %s %s", request.method, request.endpoint)
        return show(500)


def _retry(error: HTTPException):
    if getattr(error, "retry_after", None):
        yield "Retry-After", str(error.retry_after)
