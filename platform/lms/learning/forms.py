"""What a learner answers. The words of a question are its lesson's; the page shows them."""

from __future__ import annotations

from lms.core.forms import Field, Filled, Form, Kind
from lms.core.language import lazy

MOST_CHOICES = 20
EVENT = Field("event", kind=Kind.HIDDEN, required=False)
"""The id of what is done: the same twice is saved once."""

ANSWER = Form((Field("choice", lazy("Câu trả lời"), Kind.CHOICES, longest=MOST_CHOICES), EVENT))
FINISH = Form((EVENT,))


def chosen_of(filled: Filled) -> list[int]:
    """The places of the chosen choices, from 0; what is no place is left out."""
    typed = filled.value_of("choice")[:MOST_CHOICES]
    return [int(value) for value in typed if value.isdecimal() and len(value) <= 2]
