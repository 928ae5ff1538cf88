"""Error pages that say what happened and what to do, and give back what was typed."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from itertools import islice
from urllib.parse import urlsplit

from flask import Flask, current_app, jsonify, render_template, request, session
from flask.typing import ResponseReturnValue
from flask_login import current_user
from flask_wtf.csrf import CSRFError
from itsdangerous import BadData, URLSafeTimedSerializer
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import BadHost, HTTPException

from lms.core import current, permissions
from lms.core.language import gettext as _
from lms.core.language import interface_locale
from lms.core.pages import plainpages
from lms.core.storage import dberrors

log = logging.getLogger("lms")

HIDDEN_FIELDS = re.compile(r"secret|pin|pass|otp|token|event", re.IGNORECASE)
"""Never shown again: secrets, by whatever name, and what the program put in by itself."""

CHOSEN_FIELDS = re.compile(r"tiep|bai|seen|person|device|role|target|age|choice|reason|kind")
"""Not shown again either: what was chosen or stood there already, which nobody has to type a second time."""

TYPED_KINDS = {"text", "search", "tel", "area", "date", "number"}
"""Kinds of fields in which somebody types; the rest is chosen, or a page put it in."""

TAKES_FORM = "takes_form"
"""By what a view says which forms it takes; see `lms.core.submission`."""

WHEN_SIGNED_OUT = "when_signed_out"
"""By what a view says what is answered to somebody whom its own first tap has signed out."""

TOKEN_SALT = "wtf-csrf-token"
"""What Flask-WTF signs the tokens of its forms under."""


class Refusal(Exception):
    """A rule was broken; `message` is a sentence for the person, in catalogue words, `values` stand in it.

    Services raise sub-classes with a message marked by `lazy`. `field` names the field of the form that it
    belongs to, "" where it belongs to none; `status` is what the page that says so answers with.
    """

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    shown: Mapping[str, object] = {}
    """Field → what the page shows there instead of what was typed."""

    def __init__(self, message: str, field: str = "", **values: object) -> None:
        super().__init__(message)
        self.message, self.field, self.values = message, field, values

    def say(self) -> str:
        """The sentence in the language of the request."""
        return _(self.message, **self.values)

    @property
    def errors(self) -> Mapping[str, Refusal]:
        """Field → what is wrong there."""
        return {self.field: self}

    @property
    def headers(self) -> dict[str, str]:
        """What the answer carries besides its page."""
        return {}


class FormRefused(Refusal):
    """A form cannot be saved yet, for one reason or several. `errors`: field → Refusal."""

    def __init__(self, errors: Mapping[str, Refusal], shown: Mapping[str, object] | None = None) -> None:
        first_field, first = next(iter(errors.items()))
        super().__init__(first.message, first_field, **first.values)
        self._errors, self.shown = dict(errors), shown or {}

    @property
    def errors(self) -> Mapping[str, Refusal]:
        """Field → what is wrong there."""
        return self._errors


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


MOST_SHOWN, LONGEST_SHOWN = 20, 5000
"""Fields that are given back, and letters of each."""


def typed() -> list[tuple[str, str]]:
    """What the person had typed in a form of ours, without secrets, so that nothing is lost.

    Nothing for a form that stands on somebody else's page: their words would look like ours.
    """
    try:
        form = request.form
    except HTTPException:
        return []
    if not form or not _is_our_form():
        return []
    unseen = _not_typed()
    shown = (
        (name, value)
        for name, value in form.items()
        # A single letter is a box that was ticked.
        if len(value.strip()) > 1
        and name not in unseen
        and not HIDDEN_FIELDS.search(name)
        and not CHOSEN_FIELDS.fullmatch(name)
    )
    return [(name, value[:LONGEST_SHOWN]) for name, value in islice(shown, MOST_SHOWN)]


def _not_typed() -> set[str]:
    """Names in the form that was sent in which nobody types, as its view declares them."""
    found = getattr(current_app.view_functions.get(request.endpoint or ""), TAKES_FORM, ())
    fields = [one for form in (found if isinstance(found, tuple) else (found,)) for one in form.fields]
    return {one.name for one in fields if one.kind not in TYPED_KINDS} | {
        f"{one.name}_seen" for one in fields if one.keeps_seen
    }


def _is_our_form() -> bool:
    """Whether a request was sent by a page of this site, as far as browser, cookie and token say.

    A browser sends our cookies (SameSite) only from our own pages, and no page of others has a
    token that we signed, unless its maker fetched one. The token may be of an earlier session: a form
    that lay open while somebody signed in or out is still ours. Over plain http many browsers say
    nothing of where a form stood; what they do say must not be another site.
    """
    origin = request.headers.get("Origin", "null")
    if request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
        return False
    if origin != "null" and urlsplit(origin).netloc != request.host:
        return False
    # The device's own cookie outlives the session: who was signed out in another tab loses nothing.
    if not session and current.DEVICE_COOKIE not in request.cookies:
        return False
    field = current_app.config["WTF_CSRF_FIELD_NAME"]
    signer = URLSafeTimedSerializer(current.secret_key(), salt=TOKEN_SALT)
    try:
        signer.loads(request.form.get(field, ""))
    except BadData:
        return False
    return True


def show(
    code: int,
    advice: str | None = None,
    headers: dict[str, str] | None = None,
    title: str | None = None,
    sign_in: str = "",
    again: str = "",
) -> ResponseReturnValue:
    """The error page (or JSON, for programs) of a status code.

    `sign_in`: where somebody who signs in goes on from here; the page then leads to signing in.
    `again`: the page to open again.
    """
    usual_title, usual = words(code)
    title = title or usual_title
    if request.path.startswith("/api/") or request.is_json:
        return (
            jsonify({"error": {"code": code, "message": f"{title}. {advice or usual}"}}),
            code,
            headers or {},
        )
    if isinstance(request.routing_exception, BadHost):
        # No link can be made at an address that is none, and every page has links.
        return _bare(code, title, advice or usual, headers)
    try:
        page = render_template(
            "error.html",
            code=code,
            title=title,
            advice=advice or usual,
            typed=typed(),
            sign_in=sign_in,
            again=again,
        )
    except SQLAlchemyError:
        # Every page shows the unit and who is signed in. With the database away, the words alone.
        return _bare(code, title, advice or usual, headers)
    return page, code, headers or {}


def _bare(code: int, title: str, advice: str, headers: dict[str, str] | None = None) -> ResponseReturnValue:
    html = plainpages.page(
        title,
        advice,
        _("Về trang đầu"),
        lang="en" if interface_locale() == "en" else "vi",
        typed=[value for _name, value in typed()],
        heading=_("Những gì bạn đã gõ"),
    )
    return html, code, {**dict(plainpages.HEADERS), **(headers or {})}


def _not_saved(kind: HTTPStatus) -> ResponseReturnValue:
    """The page for what could not be saved, through no fault of the person nor of the program."""
    log.error("not saved (%s) at %s %s", kind.phrase, request.method, request.endpoint)
    title, advice = dberrors.words(kind, saving=request.method not in {"GET", "HEAD"})
    headers = {"Retry-After": str(dberrors.RETRY_SECONDS[kind])}
    if kind == dberrors.BUSY and not request.path.startswith("/api/") and not request.is_json:
        # A page with the unit's name on it would wait for the same database once more.
        return _bare(kind, title, advice, headers)
    return show(kind, advice, headers, title)


def init_app(app: Flask) -> None:
    """Register the pages."""
    app.jinja_env.globals["page_of_form"] = current.page_of_form

    @app.errorhandler(CSRFError)
    def form_of_another_session(error: CSRFError) -> ResponseReturnValue:
        if _was_signed_out():
            return _signed_out(400)
        advice = _("Trang này mở từ lần trước, nay không dùng được. Bạn mở lại trang rồi gửi lại.")
        return show(400, advice, again=current.page_of_form())

    @app.errorhandler(HTTPException)
    def known(error: HTTPException) -> ResponseReturnValue:
        if error.code is None or error.code < 400:
            return error
        # What breaks while saving, after the view, comes wrapped as an error 500.
        kind = dberrors.kind_of(getattr(error, "original_exception", None))
        if kind is not None:
            return _not_saved(kind)
        if isinstance(error, permissions.Closed):
            return show(error.code, error.advice, title=error.title)
        if error.code == HTTPStatus.FORBIDDEN and _was_signed_out():
            return _signed_out(error.code)
        return show(error.code, headers=dict(_retry(error)))

    @app.errorhandler(Exception)
    def unknown(error: Exception) -> ResponseReturnValue:
        kind = dberrors.kind_of(error)
        if kind is not None:
            return _not_saved(kind)
        # The path alone: what was typed may be personal.
        log.exception("error at %s %s", request.method, request.endpoint)
        return show(500)


def _was_signed_out() -> bool:
    """Whether a form came that only somebody who is signed in has, and nobody is."""
    if request.method != "POST" or request.endpoint is None:
        return False
    if permissions.needed(current_app, request.endpoint) == permissions.EVERYONE:
        return False
    try:
        return not current_user.is_authenticated
    except SQLAlchemyError:
        return False


def _signed_out(code: int) -> ResponseReturnValue:
    answer = getattr(current_app.view_functions.get(request.endpoint or ""), WHEN_SIGNED_OUT, None)
    if answer is not None and not request.is_json:
        return answer()
    kept = bool(typed())
    advice = _("Bạn chép lại chữ ở dưới, đăng nhập rồi gửi lại.") if kept else _("Bạn đăng nhập rồi gửi lại.")
    return show(code, advice, title=_("Bạn đã đăng xuất nên máy chưa lưu"), sign_in=current.page_of_form())


def _retry(error: HTTPException) -> Iterator[tuple[str, str]]:
    after = getattr(error, "retry_after", None)
    if after:
        yield "Retry-After", str(after)
