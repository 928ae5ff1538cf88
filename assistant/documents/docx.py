"""A Word file (DOCX) as paragraphs, points and headings, read straight from its XML.

The parser is Python's own (expat), told to stop at any document type declaration: without one there
are no entities, neither outside ones nor ones that grow.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from xml.parsers import expat

from assistant.documents.refusals import (
    BOMB,
    BROKEN,
    LOCKED,
    MACROS,
    MOST_LETTERS,
    TOO_LONG,
    UNKNOWN_KIND,
    DocumentFileError,
)
from assistant.documents.sections import HEADING, POINT, TEXT, Line

MOST_PARTS = 4000
LARGEST_PART = 60 * 1024 * 1024
LARGEST_WHOLE = 300 * 1024 * 1024
STEEPEST = 200
"""Times that a part may grow when it is unpacked; text shrinks ten to twenty times."""

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main "
_MC = "http://schemas.openxmlformats.org/markup-compatibility/2006 "
_UNREAD = {_W + "del", _W + "moveFrom", _W + "instrText", _MC + "Fallback"}
_HEADING_STYLE = re.compile(r"(?:heading|tiêu đề|đầu đề)\s*[1-6]|title|heading", re.IGNORECASE)
_HEADING_LEVELS = frozenset("012345")
_BETWEEN_CELLS = " | "


def docx_lines(data: bytes) -> list[Line]:
    """The paragraphs of a DOCX. Raises DocumentFileError: bomb, macros, locked, broken, another kind."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as parts:
            _look_inside(parts)
            body = _Body(_styles(_part(parts, "word/styles.xml")))
            _parse(_part(parts, "word/document.xml"), body.start, body.end, body.words)
    except (DocumentFileError, MemoryError):
        raise
    except Exception as error:  # zipfile, zlib and expat fail in more ways on a mangled file than they say
        raise DocumentFileError(BROKEN, type(error).__name__) from error
    return body.lines


def _look_inside(parts: zipfile.ZipFile) -> None:
    entries = parts.infolist()
    names = {entry.filename.lower() for entry in entries}
    if "word/document.xml" not in names:
        raise DocumentFileError(UNKNOWN_KIND)
    if any(entry.flag_bits & 0x1 for entry in entries):
        raise DocumentFileError(LOCKED)
    whole = sum(entry.file_size for entry in entries)
    if len(entries) > MOST_PARTS or whole > LARGEST_WHOLE:
        raise DocumentFileError(BOMB)
    if any("vbaproject" in name or "vbadata" in name for name in names):
        raise DocumentFileError(MACROS)
    if b"macroEnabled" in _part(parts, "[Content_Types].xml"):
        raise DocumentFileError(MACROS)


def _part(parts: zipfile.ZipFile, name: str) -> bytes:
    """One part, unpacked; what it says of its size is not believed. b"" if there is none."""
    try:
        entry = parts.getinfo(name)
    except KeyError:
        return b""
    most = min(LARGEST_PART, max(1024 * 1024, entry.compress_size * STEEPEST))
    with parts.open(entry) as packed:
        unpacked = packed.read(most + 1)
    if len(unpacked) > most:
        raise DocumentFileError(BOMB)
    return unpacked


def _parse(xml: bytes, start: Callable, end: Callable, words: Callable) -> None:
    def refuse(*_declared: object) -> None:
        raise DocumentFileError(BOMB, "document type declaration")

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler = words
    parser.buffer_text = True
    parser.Parse(xml, True)


def _styles(xml: bytes) -> dict[str, str]:
    """HEADING or POINT by the id of a style: by its name, its outline level, or the list it belongs to."""
    found: dict[str, str] = {}
    now = ""

    def start(tag: str, given: dict[str, str]) -> None:
        nonlocal now
        value = given.get(_W + "val", "")
        if tag == _W + "style":
            now = given.get(_W + "styleId", "")
        elif tag == _W + "numPr":
            found.setdefault(now, POINT)
        elif (tag == _W + "name" and _HEADING_STYLE.fullmatch(value)) or (
            tag == _W + "outlineLvl" and value in _HEADING_LEVELS
        ):
            found[now] = HEADING

    if xml:
        _parse(xml, start, lambda tag: None, lambda words: None)
    return found


class _Body:
    """Gathers the words of each paragraph; a row of a table becomes one point."""

    def __init__(self, styles: dict[str, str]) -> None:
        self.lines: list[Line] = []
        self._styles = styles
        self._paragraph: list[str] = []
        self._row: list[str] = []
        self._rows = 0
        self._unread = 0
        self._in_text = self._hidden = False
        self._kind = TEXT
        self._length = 0

    def start(self, tag: str, given: dict[str, str]) -> None:
        """An element begins."""
        if self._unread or tag in _UNREAD:
            self._unread += 1
            return
        name = tag.removeprefix(_W)
        if name == "p":
            self._kind = TEXT
        elif name == "r":
            self._hidden = False
        elif name == "t":
            self._in_text = True
        elif name == "tr":
            self._rows += 1
        elif name in ("tab", "br", "cr"):
            self._paragraph.append(" ")
        else:
            self._mark(name, given.get(_W + "val", ""))

    def _mark(self, name: str, value: str) -> None:
        if name == "pStyle":
            self._kind = self._styles.get(value, TEXT)
        elif name == "outlineLvl" and value in _HEADING_LEVELS:
            self._kind = HEADING
        elif name == "numPr" and self._kind == TEXT:
            self._kind = POINT
        elif name == "vanish" and value not in ("0", "false"):
            self._hidden = True

    def end(self, tag: str) -> None:
        """An element ends."""
        if self._unread:
            self._unread -= 1
            return
        name = tag.removeprefix(_W)
        if name == "t":
            self._in_text = False
        elif name == "p":
            self._end_paragraph()
        elif name == "tc" and self._row and self._row[-1] != _BETWEEN_CELLS:
            self._row.append(_BETWEEN_CELLS)
        elif name == "tr":
            self._end_row()

    def words(self, words: str) -> None:
        """Letters between two elements."""
        if self._in_text and not self._hidden and not self._unread:
            self._length += len(words)
            if self._length > MOST_LETTERS:
                raise DocumentFileError(TOO_LONG)
            self._paragraph.append(words)

    def _end_paragraph(self) -> None:
        text = " ".join("".join(self._paragraph).split())
        self._paragraph = []
        if text and self._rows:
            self._row.append(text + " ")
        elif text:
            self.lines.append(Line(self._kind, text))

    def _end_row(self) -> None:
        self._rows -= 1
        text = " ".join("".join(self._row).split()).strip(" |")
        if text and not self._rows:
            self.lines.append(Line(POINT, text))
        if not self._rows:
            self._row = []
