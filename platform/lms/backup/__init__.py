"""Backup: one checksummed file of everything, made while the site is served; verified, and brought back."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask


def init_app(app: Flask) -> None:
    """Show the age of the last backup in `/healthz`."""
    # Not above: the process that waits for the night imports this package, and should stay small.
    from lms.backup import state
    from lms.core.pages import health

    instance = app.extensions["settings"].instance
    health.add_part(app, "backup", lambda: state.health(instance))
