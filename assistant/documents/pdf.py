"""A PDF with text as paragraphs: page headers and footers gone, the lines of a paragraph joined again."""

from __future__ import annotations

import io
import logging
import re
from collections import Counter
from collections.abc import Iterator, Sequence

from pypdf import PdfReader
from pypdf.errors import PdfReadError, PyPdfError

from assistant.documents.paragraphs import paragraphs
from assistant.documents.refusals import (
    BROKEN,
    LOCKED,
    MOST_LETTERS,
    SCANNED,
    TOO_LONG,
    DocumentFileError,
)
from assistant.documents.sections import TEXT, Line, starts_a_part
from i18n.vietnamese import clean

MOST_PAGES = 1000
FEWEST_LETTERS = 20
"""A page with fewer letters than this is a picture, or empty."""
EDGE_LINES = 2
REPEATED_ON = 3

_LETTER = re.compile(r"[^\W\d_]")
_PAGE_NUMBER = re.compile(r"(?:trang\s*+)?[-–—|\s]*+\d{1,4}+(?:\s*+/\s*+\d{1,4}+)?[-–—|\s]*+", re.IGNORECASE)
# Runs are read whole and from their beginning alone: a line may be nothing but dots or digits.
_NUMBER_FIRST = re.compile(r"\W*+\d++\W*+")
_NUMBER_LAST = re.compile(r"(?:(?<!\W)\W++|(?<![\W\d]))\d++(?:\s*+/\s*+\d++)?\W*+$")


def pdf_lines(data: bytes) -> tuple[list[Line], int]:
    """Paragraphs of a PDF, and how many of its pages have no words.

    Raises DocumentFileError: locked, scanned (most pages have no words), broken, too long.
    """
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        pages = list(_pages(data))
    except DocumentFileError:
        raise
    except (PyPdfError, PdfReadError, ValueError, KeyError, TypeError, AttributeError, IndexError,
            RecursionError, OSError, NotImplementedError, AssertionError) as error:  # fmt: skip
        # A damaged file breaks pypdf in many ways; whatever it was, the file cannot be read.
        raise DocumentFileError(BROKEN, type(error).__name__) from error
    empty = sum(len(_LETTER.findall(" ".join(page))) < FEWEST_LETTERS for page in pages)
    if not pages or empty * 2 > len(pages):
        raise DocumentFileError(SCANNED)
    return [Line(TEXT, text) for text in paragraphs(without_edges(pages))], empty


def _pages(data: bytes) -> Iterator[list[str]]:
    reader = PdfReader(io.BytesIO(data))
    if reader.is_encrypted:
        raise DocumentFileError(LOCKED)
    if len(reader.pages) > MOST_PAGES:
        raise DocumentFileError(TOO_LONG)
    length = 0
    for page in reader.pages:
        words = page.extract_text() or ""
        length += len(words)
        if length > MOST_LETTERS:
            raise DocumentFileError(TOO_LONG)
        yield [line for line in map(clean, words.split("\n")) if line]


def without_edges(pages: Sequence[Sequence[str]]) -> list[str]:
    """All lines, without page numbers and without what stands at the edge of page after page."""
    edges = Counter(
        shape
        for page in pages
        for shape in {_shape(line) for line in (*page[:EDGE_LINES], *page[-EDGE_LINES:])}
    )
    needed = max(REPEATED_ON, len(pages) // 2)
    repeated = {shape for shape, count in edges.items() if count >= needed}
    return [line for page in pages for line in _inside(page, repeated)]


def _inside(page: Sequence[str], repeated: set[str]) -> list[str]:
    """A page without its edges: from the outside in, as far as the lines stand on other pages too."""
    inside = list(page)
    for place in (0, -1):
        for number in range(EDGE_LINES):
            is_number = number == 0 and inside and _PAGE_NUMBER.fullmatch(inside[place])
            if not inside or not (is_number or _shape(inside[place]) in repeated):
                break
            if starts_a_part(inside[place]) and not is_number:
                break
            inside.pop(place)
    return inside


def _shape(line: str) -> str:
    first = _NUMBER_FIRST.match(line)
    rest = line[first.end() :] if first else line
    return ("#" if first else "") + _NUMBER_LAST.sub("#", rest).lower()
