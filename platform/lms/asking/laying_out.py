"""How the words of an answer are laid out: what they are for, line by line, and where they are from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from assistant.procedures.answers.wording import SOURCED
from lms.asking.choice_buttons import CUT, JOINT

FIELDS, EXTRACTIVE = "fields", "extractive"
OPENS, CLOSES = "“", "”"
LONG_QUOTE = 20
"""Words of a record that are set off from the line that leads to them, so that its number is seen."""
LONGEST_NAME = 20
"""Words of an official name that head an answer; its source has the whole."""
_AT_THE_END = " .…"


class Line(NamedTuple):
    """A line of an answer, and the record's own long words that it ends with; "" if there are none."""

    words: str
    quote: str = ""


@dataclass(frozen=True)
class LaidOut:
    """An answer's text: the `name` of its procedure or section, its lines, and which record they are from."""

    name: str
    lines: list[Line]
    record: str


def laid_out(part: Mapping[str, Any], whole: Mapping[str, Any] | None = None) -> LaidOut:
    """The text of an answer, or of a part of the answer `whole`, both as JSON."""
    paragraphs = [line for line in (part.get("text") or "").split("\n") if line.strip()]
    engine = part.get("engine")
    if engine not in (FIELDS, EXTRACTIVE):
        return LaidOut("", [Line(one) for one in paragraphs], "")
    of = part if whole is None else whole
    titles = [one["title"] for one in (*(of.get("citations") or ()), *(of.get("nearest") or ()))]
    if engine == EXTRACTIVE:
        headings = {one.rpartition(JOINT)[2] for one in titles if JOINT in one}
        name = paragraphs.pop(0) if paragraphs and paragraphs[0] in headings else ""
        return LaidOut(name, [Line(one) for one in paragraphs], "")
    name = ""
    while paragraphs and any(_is_name(paragraphs[0], title) for title in titles):
        # A long name may stand here twice, cut short and whole.
        name = name or _short(paragraphs[0])
        del paragraphs[0]
    record = next((one for one in reversed(paragraphs) if one.startswith(SOURCED)), "")
    return LaidOut(name, [_set_off(one) for one in paragraphs if one != record], record)


def _is_name(line: str, title: str) -> bool:
    said, title = line.rstrip(_AT_THE_END).casefold(), title.rstrip(_AT_THE_END).casefold()
    return said == title or (line.rstrip(" .").endswith(CUT) and title.startswith(said))


def _short(line: str) -> str:
    words = line.rstrip(_AT_THE_END).split()
    kept = " ".join(words[:LONGEST_NAME])
    is_cut = len(words) > LONGEST_NAME or line.rstrip(" .").endswith(CUT)
    return f"{kept.rstrip(' ,;(/')} {CUT}" if is_cut else kept


def _set_off(line: str) -> Line:
    """The line without a long quotation at its end, and that; the quotation marks stay with it."""
    words, opens, quote = line.partition(OPENS)
    if not line.rstrip(" .").endswith(CLOSES) or len(quote.split()) < LONG_QUOTE or OPENS in quote:
        return Line(line)
    return Line(words.rstrip(), opens + quote)
