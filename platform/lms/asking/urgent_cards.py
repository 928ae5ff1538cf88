"""The cards of first safe steps: all of them for their page, and the numbers that a unit adds to them."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Protocol

from markupsafe import Markup

from courses import urgent
from i18n.vietnamese import clean

log = logging.getLogger("lms")


_NUMBER = re.compile(
    r"(?<![\d./-])(?:11[1-5]|0\d{1,3}(?:[ .]?\d{3,4}){2,3}|1[89]00[ .]?\d{4})(?![\d/]|[.,]\d)"
)
"""An emergency number, or a telephone number as a unit writes it."""


class Contact(Protocol):
    """A telephone number of a unit."""

    @property
    def label(self) -> str:
        """Whose it is."""

    @property
    def number(self) -> str:
        """The number as it is written."""


def cards() -> tuple[urgent.Card, ...]:
    """Every card in its order; none, with a line in the log, if the file cannot be read."""
    return _all().cards


def numbers(contacts: Sequence[Contact]) -> Mapping[str, str]:
    """What the cards say for each emergency number: the country's, and the unit's own for the same need."""
    return {one.number: _with_own(one, contacts) for one in _all().numbers}


def with_calls(text: str) -> Markup:
    """The text with each telephone number to tap."""
    parts, begin = [], 0
    for found in _NUMBER.finditer(text):
        dialled = re.sub(r"\D", "", found[0])
        parts.append(
            Markup('{}<a class="number" href="tel:{}">{}</a>').format(
                text[begin : found.start()], dialled, found[0]
            )
        )
        begin = found.end()
    return Markup("").join([*parts, text[begin:]])


def _with_own(number: urgent.Number, contacts: Sequence[Contact]) -> str:
    own = next(
        (one for one in contacts if any(name in clean(one.label).lower() for name in number.local)), None
    )
    if own is None or re.sub(r"\D", "", own.number) == number.number:
        return number.number
    return f"{number.number} ({clean(own.label)}: {own.number})"


@cache
def _all() -> urgent.Cards:
    try:
        return urgent.load()
    except urgent.UrgentBroken as error:
        log.error("urgent cards left out: %s", error)  # noqa: TRY400 - the sentence says where
        return urgent.Cards({}, ())
