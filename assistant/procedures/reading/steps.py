"""Reading the steps of a procedure record, and lines that were broken where a page ended."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from assistant.procedures.record import Step

_BULLET = re.compile(r"^(?:[-–—+*•·●▪⃰∗]+\s*)+(?=\S)")
_TITLED = re.compile(r"^ {0,3}\*\s*(.*)$")
_STEP = re.compile(
    r"^(?:[-+*]\s*)*(?:(?:[a-zđ]|\d{1,2})[).]\s*)?(?P<name>Bước\s+(?:\d{1,2}|[IVX]{1,4})[a-z]?)\b\s*[:.\-–]*\s*"
    r"(?P<rest>.*)$",
    re.I,
)
_MARK = re.compile(
    r"^(?:(?P<letter>[a-zđ])[).]|(?P<number>\d{1,2})[).]|(?P<roman>[IVX]{1,4})[).]|(?P<sign>[-–+*•]))\s*"
)
_GOES_ON = re.compile(r"^[a-zà-ỹđ(](?![).])")
_ENDS = re.compile(r"[.;:!?…]['\"”)]*$")
_NO_TITLE = re.compile(r"\W*(?:trình tự thực hiện|mặc định|các bước thực hiện)\W*", re.I)


def tight(text: str) -> str:
    """A text on one line, one space between words."""
    return " ".join(text.split())


def joined(lines: Iterable[str]) -> list[str]:
    """Lines without empty ones; a sentence broken in two lines is one line again."""
    made: list[str] = []
    for raw in lines:
        line = tight(raw)
        if not line:
            continue
        if made and not _ENDS.search(made[-1]) and _GOES_ON.match(line) and not _MARK.match(line):
            made[-1] = f"{made[-1]} {line}"
        else:
            made.append(line)
    return made


def bare(line: str) -> str:
    """A line without the bullets before it: "- + Tờ khai" → "Tờ khai"; "a)" and "1." stay."""
    return _BULLET.sub("", tight(line)).strip()


def read_steps(text: str) -> tuple[Step, ...]:
    """The steps: those with a star of their own, those that say "Bước 1", else one for each main line."""
    lines = text.split("\n")
    if any(_TITLED.match(line) for line in lines):
        made = _titled(lines)
    else:
        whole = [line for line in joined(lines) if not _NO_TITLE.fullmatch(line)]
        made = _named(whole) if any(_STEP.match(line) for line in whole) else _plain(whole)
    return tuple(step for step in made if step.title or step.text)


def _titled(lines: list[str]) -> Iterator[Step]:
    title, body = "", []
    for line in lines:
        star = _TITLED.match(line)
        if not star:
            body.append(line)
            continue
        yield _step(title, joined(body))
        title, body = bare(star[1]), []
    yield _step(title, joined(body))


def _named(lines: list[str]) -> Iterator[Step]:
    """Steps named in the text. A line that leads to a "Bước" is a heading of its own."""
    title = ""
    body: list[str] = []
    heads: set[str] = set()
    for place, line in enumerate(lines):
        named = _STEP.match(line)
        leads = place + 1 < len(lines) and _STEP.match(lines[place + 1]) and _kind(line)
        if named:
            yield _step(title, body)
            title, body = named["name"], [named["rest"]]
        elif leads and not _STEP.match(line) and (_kind(line) in heads or _first(line) or not title):
            yield _step(title, body)
            heads.add(_kind(line))
            title, body = bare(line), []
        elif _kind(line) in heads - {"sign"}:
            yield _step(title, body)
            title, body = bare(line), []
        else:
            body.append(line)
    yield _step(title, body)


def _plain(lines: list[str]) -> Iterator[Step]:
    """One step for each line that is marked as the first one is; the others belong to the one before."""
    body: list[str] = []
    main = _kind(lines[0]) if lines else ""
    for line in lines:
        if body and _kind(line) == main:
            yield _step("", body)
            body = []
        body.append(line)
    yield _step("", body)


def _kind(line: str) -> str:
    """How a line is marked: letter, number, roman, a sign such as "-", or not at all."""
    mark = _MARK.match(line)
    if not mark:
        return ""
    return mark["sign"] or next(name for name, value in mark.groupdict().items() if value)


def _first(line: str) -> bool:
    """Whether its mark is the first of a row: a), 1., I."""
    mark = _MARK.match(line)
    sign = (mark["letter"] or mark["number"] or mark["roman"] or "") if mark else ""
    return sign.lower() in ("a", "1", "i")


def _step(title: str, lines: Iterable[str]) -> Step:
    name = "" if _NO_TITLE.fullmatch(title) else title.rstrip(" :")
    return Step(name, "\n".join(line for line in (bare(line) for line in lines) if line))
