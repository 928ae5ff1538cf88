"""Web pages and plain text as paragraphs, points and headings."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import nh3

from assistant.documents.paragraphs import paragraphs
from assistant.documents.sections import HEADING, POINT, TEXT, Line

_HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
_BLOCKS = _HEADINGS | {"p", "div", "li", "tr", "dt", "dd", "blockquote", "section", "article", "main", "body",
                       "header", "ul", "ol", "table", "tbody", "thead", "caption", "figcaption", "br", "pre",
                       "center"}  # fmt: skip
_CELLS = {"td", "th"}
_KEPT = _BLOCKS | _CELLS
_UNREAD = {"script", "style", "nav", "footer", "aside", "form", "noscript", "template", "svg", "math",
           "button", "select", "textarea", "iframe", "object", "head", "title"}  # fmt: skip
_BETWEEN_CELLS = " | "
_MARKDOWN_HEADING = re.compile(r"#{1,6}\s+(?P<words>.+)")
_MARKDOWN_MARKS = re.compile(r"\*\*|__|`|(?<!\w)\*(?=\S)|(?<=\S)\*(?!\w)")
_MARKDOWN_LINK = re.compile(r"!?\[([^\]]{0,300})\]\([^)\s]{0,300}\)")
_RULE = re.compile(r"[-=*_]{3,}")


class _Reader(HTMLParser):
    """Gathers the words of each block; a row of a table becomes one point."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lines: list[Line] = []
        self._words: list[str] = []
        self._open: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag in _BLOCKS:
            self.flush()
        if tag in _CELLS and any(one.strip() for one in self._words):
            self._words.append(_BETWEEN_CELLS)
        if tag != "br":
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in _BLOCKS:
            self.flush()
        if tag in self._open:
            self._open.reverse()
            self._open.remove(tag)
            self._open.reverse()

    def handle_data(self, data: str) -> None:
        in_row = "tr" in self._open
        # Inside a row the blocks of its cells would cut it apart.
        self._words.append(data.replace("\n", " ") if in_row else data)

    def flush(self) -> None:
        """End the block that is being read."""
        if "td" in self._open or "th" in self._open:
            self._words.append(" ")
            return
        text = " ".join("".join(self._words).split()).strip(" |")
        self._words = []
        if text:
            self.lines.append(Line(self._kind(), text))

    def _kind(self) -> str:
        if self._open and self._open[-1] in _HEADINGS:
            return HEADING
        return POINT if {"li", "tr"} & set(self._open) else TEXT


def html_lines(page: str) -> list[Line]:
    """The paragraphs of a web page, without menus, scripts and forms.

    An HTML parser as in browsers (html5ever, inside nh3) puts the page in order first: what is left
    is well-formed, and holds nothing but blocks of text.
    """
    ordered = nh3.clean(
        page, tags=_KEPT, clean_content_tags=_UNREAD, attributes={}, strip_comments=True, link_rel=None
    )
    reader = _Reader()
    reader.feed(ordered)
    reader.close()
    reader.flush()
    return reader.lines


def text_lines(words: str) -> list[Line]:
    """Plain text or Markdown: a blank line ends a paragraph, and so does a line that begins a point."""
    found: list[Line] = []
    block: list[str] = []
    for line in [*words.replace("\r\n", "\n").replace("\r", "\n").split("\n"), ""]:
        text = _without_marks(line.strip())
        heading = _MARKDOWN_HEADING.fullmatch(line.strip())
        if text and not heading and not _RULE.fullmatch(line.strip()):
            block.append(text)
            continue
        found += [Line(TEXT, one) for one in paragraphs(block)]
        block = []
        if heading:
            found.append(Line(HEADING, _without_marks(heading["words"].rstrip("#"))))
    return found


def _without_marks(line: str) -> str:
    return _MARKDOWN_MARKS.sub("", _MARKDOWN_LINK.sub(r"\1", line)).strip()
