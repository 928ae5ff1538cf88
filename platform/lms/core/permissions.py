"""The one table of permissions, and how a route says what it needs.

Every view function carries `@access(...)`; an application with a route that does not will not start.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import TypeVar

from flask import Flask, abort, current_app, g, redirect, request, url_for
from flask_login import current_user
from werkzeug import Response
from werkzeug.exceptions import Forbidden

from lms.core.database import LOOK_AGAIN
from lms.core.language import gettext as _

EVERYONE = "everyone"
"""No sign-in needed."""
SIGNED_IN = "signed_in"
"""Any person with an account."""

ROLES: dict[str, frozenset[str]] = {
    # A person has roles within a unit. Everybody with an account may learn, ask and see what is theirs.
    "teacher": frozenset({"classes.manage"}),
    "officer": frozenset({"desk.answer", "knowledge.edit"}),
    "admin": frozenset(
        {"classes.manage", "desk.answer", "knowledge.edit", "unit.manage", "people.manage", "audit.read"}
    ),
}
WITHOUT_A_PERSON = frozenset(
    {None, "static", "script", "healthz", "api_ask", "catalog.media", "units.emblem"}
)
"""Endpoints that never look who is there: asking would cost them a query."""
PERMISSIONS = frozenset().union(*ROLES.values())

View = TypeVar("View", bound=Callable)
ATTRIBUTE = "needs_permission"
CARD, TEMPORARY, ERASES = "open_to_cards", "open_to_temporary_secrets", "erases_what_is_ones_own"
BY_CARD = "card"
"""`session_how` of a device that a card opened."""


class Closed(Forbidden):
    """Refused to somebody who is signed in: `title` and `advice` say why, and what to do."""

    def __init__(self, title: str, advice: str) -> None:
        super().__init__()
        self.title, self.advice = title, advice


def access(
    permission: str, *, card: bool = False, temporary: bool = False, erases: bool = False
) -> Callable[[View], View]:
    """Declare who may call a view: EVERYONE, SIGNED_IN, or a permission of the table.

    `card`: also somebody whom only a card signed in. A card can be lost, so that is the exception.
    `erases`: open to guests, who have nothing but their cookie, but never to a card: who found one must
    not be able to erase what its owner keeps.
    `temporary`: also somebody whose secret is a temporary one. Everywhere else they are led to choosing
    their own.
    """
    if permission not in PERMISSIONS | {EVERYONE, SIGNED_IN}:
        raise ValueError(f"unknown permission {permission}")

    def mark(view: View) -> View:
        setattr(view, ATTRIBUTE, permission)
        setattr(view, CARD, card)
        setattr(view, TEMPORARY, temporary)
        setattr(view, ERASES, erases)
        return view

    return mark


def allowed(roles: Iterable[str], permission: str) -> bool:
    """Whether somebody with these roles has the permission."""
    return any(permission in ROLES.get(role, ()) for role in roles)


def needed(app: Flask, endpoint: str) -> str | None:
    """What an endpoint declared, or None if it declared nothing."""
    return getattr(app.view_functions.get(endpoint), ATTRIBUTE, None)


def init_app(app: Flask) -> None:
    """Guard every request, and refuse to start with a route that declared nothing."""
    setattr(app.view_functions["static"], ATTRIBUTE, EVERYONE) if "static" in app.view_functions else None
    app.before_request(_guard)
    app.extensions[LOOK_AGAIN] = guard_again
    for rule in app.url_map.iter_rules():
        if needed(app, rule.endpoint) is None:
            raise RuntimeError(f"route {rule.rule} ({rule.endpoint}) does not say who may use it")


def marked(app: Flask, endpoint: str | None, mark: str) -> bool:
    """Whether a view declared `card`, `temporary` or `erases`."""
    return endpoint is not None and bool(getattr(app.view_functions.get(endpoint), mark, False))


def _guard() -> Response | None:
    endpoint = request.endpoint
    permission = needed(current_app, endpoint) if endpoint else EVERYONE
    if permission != EVERYONE and not current_user.is_authenticated:
        if request.method in {"GET", "HEAD"}:
            return redirect(url_for("accounts.sign_in", tiep=request.full_path.rstrip("?")))
        abort(403)
    if endpoint not in WITHOUT_A_PERSON and not marked(current_app, endpoint, TEMPORARY) and _has_to_choose():
        return redirect(url_for("accounts.settings"), HTTPStatus.SEE_OTHER)
    if permission == EVERYONE:
        if marked(current_app, endpoint, ERASES) and current_user.session_how == BY_CARD:
            raise _closed_to_cards()
        return None
    if permission is None or (permission != SIGNED_IN and not allowed(current_user.roles, permission)):
        raise Closed(
            _("Tài khoản của bạn chưa mở được trang này"),
            _("Trang này dành cho người có quyền. Bạn hỏi người quản trị của đơn vị."),
        )
    if current_user.session_how == BY_CARD and not marked(current_app, endpoint, CARD):
        raise _closed_to_cards()
    return None


def guard_again() -> None:
    """As at the beginning of the request, with who is there now: a role may have been taken meanwhile.

    Raises what `abort` raises for somebody who may not any more. What everybody may do is done for whoever
    sent it.
    """
    if not request or needed(current_app, request.endpoint or "") in (None, EVERYONE):
        return
    g.pop("_login_user", None)
    early = _guard()
    if early is not None:
        abort(early)


def _closed_to_cards() -> Closed:
    return Closed(
        _("Thẻ không mở được trang này"),
        _("Muốn làm việc này, bạn đăng nhập bằng mã PIN. Chưa có mã PIN? Bạn xin thầy cô một mã tạm."),
    )


def _has_to_choose() -> bool:
    """Whether the visitor signed in with a temporary secret, and has not chosen their own yet."""
    return (
        current_user.is_authenticated
        and current_user.must_change_secret
        and current_user.session_how != BY_CARD
    )
