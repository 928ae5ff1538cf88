"""What the desk refuses."""

from __future__ import annotations

from http import HTTPStatus

from lms.core.pages.errors import Refusal


class DeskError(Refusal):
    """A rule of the desk was broken."""


class Overtaken(DeskError):
    """Somebody else changed meanwhile what an officer was working on."""

    status = HTTPStatus.CONFLICT
