"""Error pages that say what happened and what to do, and give back what was typed."""

from __future__ import annotations

import logging
import re

from flask import Flask, jsonify, render_template, request
from flask_wtf.csrf import CSRFError
from markupsafe import Markup
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException

from lms.core.language import gettext as _

log = logging.getLogger("lms")

HIDDEN_FIELDS = re.compile(r"secret|pin|pass|otp|token|event", re.IGNORECASE)
"""Never shown again: secrets, by whatever name, and what the program put in by itself."""


BARE_PAGE = Markup(
    '<!doctype html><html lang="vi"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
    '<title>{title}</title><main><h1>{title}</h1><p>{advice}</p><p><a href="/">{back}</a></p></main></html>'
)


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
        400: (_("Máy chưa hiểu điều bạn vừa gửi"), _("Bạn quay lại, xem lại chỗ vừa điền rồi gửi lại.")),
        403: (
            _("Bạn chưa vào được trang này"),
            _("Trang này dành cho người có quyền. Bạn đăng nhập rồi thử lại."),
        ),
        404: (_("Không có trang này"), _("Địa chỉ có thể gõ sai, hoặc trang đã được chuyển đi.")),
        405: (_("Máy chưa hiểu điều bạn vừa gửi"), _("Bạn quay lại và bấm nút trong trang.")),
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
    return [(name, value) for name, value in form.items() if value.strip() and not HIDDEN_FIELDS.search(name)]


def show(code: int, advice: str | None = None, headers: dict[str, str] | None = None):
    """The error page (or JSON, for programs) of a status code."""
    title, usual = words(code)
    if request.path.startswith("/api/"):
        return (
            jsonify({"error": {"code": code, "message": f"{title}. {advice or usual}"}}),
            code,
            headers or {},
        )
    return _page(code, title, advice or usual), code, headers or {}


def _page(code: int, title: str, advice: str) -> str:
    try:
        return render_template("error.html", code=code, title=title, advice=advice, typed=typed())
    except SQLAlchemyError:
        # Every page shows the unit and who is signed in. With the database away, the words alone.
        log.exception("error page without the database")
        return str(BARE_PAGE.format(title=title, advice=advice, back=_("Về trang đầu")))


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
