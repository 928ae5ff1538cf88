"""What a model writes, cut into sentences with the numbers of the passages they name, as it comes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from i18n.vietnamese import clean, sentences

_NUMBERS = re.compile(r"(?<!\s)(?:\s*+\[\s*+\d{1,2}(?:\s*+,\s*+\d{1,2})*+\s*+\])+")
_LEADING = re.compile(r"^\s*+(?:(?:[-*•]|\d{1,2}[.)])\s*+)?(\[\s*+\d{1,2}(?:\s*+,\s*+\d{1,2})*+\s*+\])")
_LIST_MARK = re.compile(r"^\s*(?:[-*•]+|\d{1,2}[.)])\s+")
_THOUGHT = re.compile(r"<think>.*?(?:</think>|\Z)", re.DOTALL)
_THINKING = "<think>"

FEWEST_NEW, MORE = 32, 0.25
"""Letters, and share of what waits, that must have come before it is read again."""


@dataclass(frozen=True)
class Numbered:
    """A sentence, and the numbers of the passages that it names; none if it names none."""

    text: str
    numbers: tuple[int, ...]


class NumberedSentences:
    """Cuts a stream. A sentence is given soon after its number has come; one without, after its line ends.

    “Câu một. [1] Câu hai [2].” and “[1] Câu một.” are both understood. What a model thinks aloud
    (<think>…</think>) is left out. What waits is read again only when a quarter more of it has come, so
    that the work stays in proportion to the length of the stream, however it is cut.
    """

    def __init__(self) -> None:
        self._text = ""
        self._pieces: list[str] = []
        self._new = 0

    def feed(self, piece: str) -> Iterator[Numbered]:
        """Take the next piece; sentences that are complete now."""
        self._pieces.append(piece)
        self._new += len(piece)
        if self._new < max(FEWEST_NEW, len(self._text) * MORE):
            return
        self._gather()
        if self._is_thinking():
            return
        *lines, rest = self._text.split("\n")
        for line in lines:
            yield from cut_line(line)
        if _LEADING.match(rest) or len(rest) < 2:
            self._text = rest
            return
        # A number at the very end may go on: “[1” or “[1][2]”.
        done = [match.end() for match in _NUMBERS.finditer(rest) if goes_on_otherwise(rest, match.end())]
        at = done[-1] if done else 0
        yield from cut_line(rest[:at])
        self._text = rest[at:]

    def end(self) -> Iterator[Numbered]:
        """The sentences that were still waiting for more."""
        self._gather()
        self._is_thinking(at_end=True)
        for line in self._text.split("\n"):
            yield from cut_line(line)
        self._text = ""

    def _gather(self) -> None:
        """Put what came behind what waits."""
        self._text = "".join((self._text, *self._pieces))
        self._pieces, self._new = [], 0

    def _is_thinking(self, at_end: bool = False) -> bool:
        """Take away thoughts; whether one is still going on, or may be about to begin."""
        start = self._text.lstrip()
        if start and len(start) < len(_THINKING) and _THINKING.startswith(start):
            return not at_end
        if not start.startswith(_THINKING):
            return False
        if "</think>" not in start and not at_end:
            return True
        self._text = _THOUGHT.sub("", self._text, count=1)
        return False


def goes_on_otherwise(text: str, place: int) -> bool:
    """Whether after a number something has come that is no further number."""
    following = text[place:].lstrip()
    return bool(following) and not following.startswith("[")


def cut_line(line: str) -> Iterator[Numbered]:
    """The sentences of a line with their numbers."""
    leading = _LEADING.match(line)
    if leading:
        yield from numbered(line[leading.end() :], numbers_in(leading[1]))
        return
    start = 0
    for match in _NUMBERS.finditer(line):
        yield from numbered(line[start : match.start()], numbers_in(match[0]))
        start = match.end()
    yield from numbered(line[start:], ())


def numbered(text: str, numbers: tuple[int, ...]) -> Iterator[Numbered]:
    """The last sentence of a text has the numbers that follow it; those before it have none."""
    words = clean(_LIST_MARK.sub("", _NUMBERS.sub(" ", text))).lstrip(".,;:!?) ")
    found = sentences(words)
    for place, sentence in enumerate(found):
        whole = sentence if sentence[-1] in ".!?…:" else f"{sentence}."
        yield Numbered(whole, numbers if place == len(found) - 1 else ())


def numbers_in(written: str) -> tuple[int, ...]:
    """The numbers in “[1][2]” or “[1, 2]”, each once."""
    return tuple(dict.fromkeys(int(one) for one in re.findall(r"\d+", written)))
