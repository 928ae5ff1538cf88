"""The one table of permissions, and how a route says what it needs.

Every view function carries `@access(...)`; an application with a route that does not will not start.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from flask import Flask, abort, redirect, request, url_for
from flask_login import current_user

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
PERMISSIONS = frozenset().union(*ROLES.values())

View = TypeVar("View", bound=Callable)
ATTRIBUTE = "needs_permission"


def access(permission: str) -> Callable[[View], View]:
    """Declare who may call a view: EVERYONE, SIGNED_IN, or a permission of the table."""
    if permission not in PERMISSIONS | {EVERYONE, SIGNED_IN}:
        raise ValueError(f"unknown permission {permission}")

    def mark(view: View) -> View:
        setattr(view, ATTRIBUTE, permission)
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
    for rule in app.url_map.iter_rules():
        if needed(app, rule.endpoint) is None:
            raise RuntimeError(f"route {rule.rule} ({rule.endpoint}) does not say who may use it")


def _guard():
    from flask import current_app

    permission = needed(current_app, request.endpoint) if request.endpoint else EVERYONE
    if permission == EVERYONE:
        return None
    if not current_user.is_authenticated:
        if request.method in {"GET", "HEAD"}:
            return redirect(url_for("accounts.sign_in", tiep=request.full_path.rstrip("?")))
        abort(403)
    if permission != SIGNED_IN and not allowed(current_user.roles, permission):
        abort(403)
    return None
