"""Cutting the lines of a document into sections with headings, as officials and web pages write them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from i18n.vietnamese import clean, fold, sentences, syllables

TEXT, POINT, HEADING = "text", "point", "heading"
LONGEST = 300
"""Syllables in a section: with its titles it stays below what an embedder reads well."""
LETTERS_OF_SYLLABLE, LONGEST_WORD = 7, 1000
LONGEST_HEADING = 30
LONGEST_NUMBERED_HEADING = 15
HEADING_LETTERS = 300
"""What is longer is a paragraph, however it is marked: each piece of its section repeats the heading."""

_ARTICLE = re.compile(r"(?P<label>Điều\s+\d{1,3}[a-zđ]?)\s*(?:[.:]\s*|$)(?P<rest>.*)", re.IGNORECASE)
_CHAPTER = re.compile(
    r"(?:Chương|Mục|Phần|Phụ\s+lục|Tiểu\s+mục)\s+(?:thứ\s+\w+|[IVXLC]+|\d{1,2}|[A-ZĐ])(?:\s*[.:].*|\s+[A-ZĐÀ-Ỹ]{2}.*|)",
)
_ROMAN = re.compile(r"[IVXLC]{1,6}[.)]\s+\S.*")
_NUMBERED = re.compile(r"(?P<number>\d{1,2}(?:\.\d{1,2}){0,3})[.)]?\s+(?=[^\W\d_])(?P<rest>.*)")
_BARE_LABEL = re.compile(
    r"(?:Chương|Mục|Phần|Phụ\s+lục)\s+(?:thứ\s+\w+|[\dIVXLCA-ZĐ]+)\s*[.:]?", re.IGNORECASE
)
_COUNTED = re.compile(
    rf"(?:{_BARE_LABEL.pattern}|[IVXLC]{{1,6}}[.)]|\d{{1,2}}(?:\.\d{{1,2}}){{0,3}}[.)]?|[a-zđ]\))(?=\s|$)\s*",
    re.IGNORECASE,
)
_POINT = re.compile(r"(?:[-–—•●▪◦+*]|[a-zđ]{1,2}\)|\d{1,2}(?:\.\d{1,2})*[.)])\s+\S")
_BULLET = re.compile(r"[-–—•●▪◦+*·]\s+")
_LETTERHEAD = frozenset(
    {
        "cong hoa xa hoi chu nghia viet nam",
        "doc lap tu do hanh phuc",
        "viet nam",
        "doc lap - tu do - hanh phuc",
    }
)
_CLOSES = (".", ";", ":", ",", "!", "?")


@dataclass(frozen=True)
class Line:
    """A paragraph, a point of a list, or a heading: `kind` is TEXT, POINT or HEADING."""

    kind: str
    text: str


@dataclass(frozen=True)
class Section:
    """A heading (empty before the first one) and the paragraphs and points under it."""

    heading: str
    lines: tuple[Line, ...]

    @property
    def size(self) -> int:
        """Syllables under the heading (see `size_of`)."""
        return sum(size_of(line.text) for line in self.lines)


def size_of(text: str) -> int:
    """Syllables of a text; where it has few (a row of signs, one word without end), as many as would fit."""
    return max(len(syllables(text)), -(-len(text) // LETTERS_OF_SYLLABLE))


def starts_a_part(text: str) -> bool:
    """Whether a line begins something of its own: an article, a chapter, a point of a list."""
    return any(one.match(text) for one in (_ARTICLE, _CHAPTER, _POINT)) or _ROMAN.match(text) is not None


def bare_heading(heading: str) -> str:
    """The words of a heading without its number: “Điều 2. Mức thu” is “Mức thu”, “Chương II” nothing."""
    article = _ARTICLE.fullmatch(heading)
    if article is not None:
        return article["rest"].strip()
    return _COUNTED.sub("", heading, count=1).strip(" .:")


def sections_of(lines: Iterable[Line]) -> tuple[Section, ...]:
    """Sections in reading order, each with some text and at most LONGEST syllables."""
    found = [Line(line.kind, clean(line.text)) for line in lines]
    found = [line for line in found if line.text and not _is_letterhead(line.text)]
    return tuple(piece for whole in _gathered(list(_with_headings(found))) for piece in _cut(whole))


def _is_letterhead(text: str) -> bool:
    return " ".join(syllables(fold(text))) in _LETTERHEAD


def _with_headings(lines: Sequence[Line]) -> Iterator[Line]:
    """The lines, those that read like a heading made into one."""
    for place, line in enumerate(lines):
        following = lines[place + 1].text if place + 1 < len(lines) else ""
        for one in [line] if line.kind == HEADING else _read(line, following):
            is_heading = one.kind == HEADING and len(one.text) <= HEADING_LETTERS
            yield one if is_heading or one.kind != HEADING else Line(TEXT, one.text)


def _read(line: Line, following: str) -> list[Line]:
    article = _ARTICLE.fullmatch(line.text)
    if article is not None:
        return _article(line.text, article)
    if _is_chapter(line.text) or _is_capitals(line.text) or _is_numbered_heading(line, following):
        return [Line(HEADING, line.text)]
    if line.kind == TEXT and _POINT.match(line.text):
        return [Line(POINT, _BULLET.sub("", line.text, count=1) if _BULLET.match(line.text) else line.text)]
    return [line]


def _article(text: str, found: re.Match[str]) -> list[Line]:
    """An article's heading; where its whole text stands in the first line, the number alone is one."""
    rest = found["rest"].strip()
    is_title = len(syllables(rest)) <= LONGEST_HEADING and not rest.endswith((".", ";", ":"))
    if is_title:
        return [Line(HEADING, text)]
    return [Line(HEADING, found["label"]), Line(TEXT, rest)]


def _is_chapter(text: str) -> bool:
    short = len(syllables(text)) <= LONGEST_HEADING and not text.endswith((";", ","))
    return short and (_CHAPTER.fullmatch(text) is not None or _is_roman(text))


def _is_roman(text: str) -> bool:
    return _ROMAN.fullmatch(text) is not None and len(syllables(text)) <= LONGEST_NUMBERED_HEADING


def _is_capitals(text: str) -> bool:
    letters = [letter for letter in text if letter.isalpha()]
    words = syllables(text)
    return (
        len(letters) >= 6
        and 2 <= len(words) <= 20
        and all(letter.isupper() for letter in letters)
        and not text.endswith((",", ";"))
    )


def _is_numbered_heading(line: Line, following: str) -> bool:
    """“1. Hồ sơ” with text under it is a heading; “1. Tờ khai;” above “2. …” is a point of a list."""
    found = _NUMBERED.fullmatch(line.text)
    if found is None or line.text.endswith(_CLOSES):
        return False
    short = len(syllables(found["rest"])) <= LONGEST_NUMBERED_HEADING
    next_point = _NUMBERED.match(following)
    deeper = next_point is not None and next_point["number"].startswith(found["number"] + ".")
    return short and bool(following) and (next_point is None or deeper)


def _gathered(lines: Sequence[Line]) -> Iterator[Section]:
    heading, under = "", []
    for line in lines:
        if line.kind != HEADING:
            under.append(line)
            continue
        if under:
            yield Section(heading, tuple(under))
            heading, under = "", []
        # “Chương II” and the words below it are one heading.
        is_label = heading and _BARE_LABEL.fullmatch(heading) and not starts_a_part(line.text)
        heading = f"{heading.rstrip('.: ')}. {line.text}" if is_label else line.text
    if under:
        yield Section(heading, tuple(under))


def _cut(whole: Section) -> Iterator[Section]:
    """A section in pieces that are short enough, cut between two lines, else between two sentences."""
    if whole.size <= LONGEST:
        yield whole
        return
    piece: list[Line] = []
    length = 0
    for line in (short for long in whole.lines for short in _short_lines(long)):
        size = size_of(line.text)
        if piece and length + size > LONGEST:
            yield Section(whole.heading, tuple(piece))
            piece, length = [], 0
        piece.append(line)
        length += size
    yield Section(whole.heading, tuple(piece))


def _short_lines(line: Line) -> Iterator[Line]:
    """A line in stretches of at most LONGEST syllables: whole sentences, as long as these are short."""
    if size_of(line.text) <= LONGEST:
        yield line
        return
    row: list[str] = []
    length = 0
    for piece in (part for sentence in sentences(line.text) for part in _short_pieces(sentence)):
        size = size_of(piece)
        if row and length + size > LONGEST:
            yield Line(line.kind, " ".join(row))
            row, length = [], 0
        row.append(piece)
        length += size
    yield Line(line.kind, " ".join(row))


def _short_pieces(sentence: str) -> Iterator[str]:
    """A sentence without an end (a list without full stops) in stretches of words."""
    row: list[str] = []
    length = 0
    words = (
        word[at : at + LONGEST_WORD]
        for word in sentence.split(" ")
        for at in range(0, len(word), LONGEST_WORD)
    )
    for word in words:
        size = size_of(word)
        if row and length + size > LONGEST:
            yield " ".join(row)
            row, length = [], 0
        row.append(word)
        length += size
    yield " ".join(row)
