"""What stands on the buttons of a question back."""

from __future__ import annotations

from collections.abc import Sequence

MOST = 3
JOINT = " – "
"""Between a lesson's title and its section's heading, as the assistant writes them."""


def told_apart(choices: Sequence[str]) -> list[tuple[str, str]]:
    """(choice, words on its button) of the first three: the heading alone, where it tells them apart."""
    shown = list(choices[:MOST])
    headings = [choice.rpartition(JOINT)[2] for choice in shown]
    words = headings if len(set(headings)) == len(headings) else shown
    return list(zip(shown, words, strict=True))
