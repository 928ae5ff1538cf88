"""Lines as they were set on a page, joined to the paragraphs that were written."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from assistant.documents.sections import starts_a_part

FULL_SHARE = 0.6
"""A line shorter than this share of a full one was ended by its writer, not by the page."""

_BROKEN_WORD = re.compile(r"[^\W\d_]-$")


def paragraphs(lines: Sequence[str]) -> Iterator[str]:
    """The paragraphs of these lines: a word broken at the end of a line is whole again."""
    width = sorted(map(len, lines))[len(lines) * 4 // 5] if lines else 0
    row: list[str] = []
    for line in lines:
        if row and _begins_anew(row[-1], line, width):
            yield "".join(row)
            row = []
        if row and _BROKEN_WORD.search(row[-1]) and line[0].islower():
            row[-1] = row[-1][:-1]
        elif row:
            row.append(" ")
        row.append(line)
    if row:
        yield "".join(row)


def _begins_anew(last: str, line: str, width: int) -> bool:
    if starts_a_part(line):
        return True
    if line[0].islower() or not line[0].isalnum():
        return last.endswith((";", ":")) and line[0] not in ',.;:)”"'
    if last.endswith((".", ";", ":", "!", "?")):
        return True
    return len(last) < width * FULL_SHARE or line.isupper() != last.isupper()
