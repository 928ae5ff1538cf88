"""The cards of first safe steps, for the page that shows them all."""

from __future__ import annotations

import logging
from functools import cache

from courses import urgent

log = logging.getLogger("lms")


@cache
def cards() -> tuple[urgent.Card, ...]:
    """Every card in its order; none, with a line in the log, if the file cannot be read."""
    try:
        return urgent.load().cards
    except urgent.UrgentBroken as error:
        log.error("urgent cards left out: %s", error)  # noqa: TRY400 - the sentence says where
        return ()
