"""What stands on the buttons of a question back."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.answer import NOT_THESE

MOST = 6
"""More fill a telephone's screen and are read by nobody."""
JOINT = " – "
"""Between a lesson's title and its section's heading, as the assistant writes them."""


def told_apart(choices: Sequence[str]) -> list[tuple[str, str]]:
    """(choice, words on its button) of the first ones: the heading alone, where it tells them apart.

    The way to a person is no question: every page has it beside the choices, whether it is named or not.
    """
    shown = [choice for choice in choices if choice != NOT_THESE][:MOST]
    headings = [choice.rpartition(JOINT)[2] for choice in shown]
    words = headings if len(set(headings)) == len(headings) else shown
    return list(zip(shown, words, strict=True))
