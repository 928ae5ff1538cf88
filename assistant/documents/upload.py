"""A file that staff brought, as sections of text. What kind it is, its bytes say, never its name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from assistant.documents import sandbox
from assistant.documents.refusals import (
    BOMB,
    BROKEN,
    BUSY,
    EMPTY,
    LOCKED,
    MOST_LETTERS,
    MOST_LINES,
    MOST_SECTIONS,
    OLD_LETTERS,
    OLD_WORD,
    PICTURE,
    SLOW,
    TOO_LARGE,
    TOO_LONG,
    UNKNOWN_KIND,
    UNREADABLE,
    DocumentFileError,
)
from assistant.documents.sections import Line, Section, sections_of
from i18n.vietnamese import sentences

LIMIT = 20 * 1024 * 1024
PDF, DOCX, HTML, PLAIN = "pdf", "docx", "html", "text"

SECONDS = 40
"""How long a file may be read: an honest one of 20 MB takes a third of it on a small machine."""
MEMORY = 1024 * 1024 * 1024

_PICTURES = (b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"II*\x00", b"MM\x00*")
_HTML_SIGN = re.compile(
    r"<!doctype html|<(?:html|head|body|h[1-6]|p|div|table|article|main)[\s>]", re.IGNORECASE
)
_DECLARED = re.compile(rb"""<meta[^>]{0,200}charset\s*=\s*["']?([\w-]{3,20})""", re.IGNORECASE)
_CHARSETS = {b"windows-1258": "cp1258", b"utf-8": "utf-8"}

# Letters of TCVN3 and VNI fonts, as they look where the font is missing: none is in the Vietnamese alphabet.
_OLD_LETTERS = re.compile("[µ¶·¸¹¨¾»¼½Æ©®ÇËÐÎÏÑÖ×ØÞßäåæçëîïñö÷øûüþÿ§¬«¦]")
_WORD = re.compile(r"\S+")
_LETTER = re.compile(r"[^\W\d_]")
_NO_LETTER = re.compile("[\ufffd\ue000-\uf8ff\x00-\x08\x0e-\x1f]")


@dataclass(frozen=True)
class DocumentText:
    """What was read: `kind` (pdf, docx, html, text), sections, and how many pages had no words."""

    kind: str
    sections: tuple[Section, ...]
    empty_pages: int = 0


def read(data: bytes) -> DocumentText:
    """The sections of a PDF with text, a DOCX, an HTML page, or plain text. Raises DocumentFileError."""
    if len(data) > LIMIT:
        raise DocumentFileError(TOO_LARGE)
    kind = kind_of(data)
    lines, empty_pages = _lines(kind, data)
    _must_be_readable(lines)
    sections = sections_of(lines)
    if not sections:
        raise DocumentFileError(EMPTY)
    said = sum(len(sentences(line.text)) for one in sections for line in one.lines)
    if len(sections) > MOST_SECTIONS or said > MOST_LINES:
        raise DocumentFileError(TOO_LONG)
    return DocumentText(kind, sections, empty_pages)


def _lines(kind: str, data: bytes) -> tuple[list[Line], int]:
    # Each reader is imported when its kind comes: pypdf takes a while.
    if kind == PDF:
        from assistant.documents.pdf import pdf_lines

        return pdf_lines(data)
    if kind == DOCX:
        from assistant.documents.docx import docx_lines

        return docx_lines(data), 0
    from assistant.documents.html import html_lines, text_lines

    return (html_lines if kind == HTML else text_lines)(decoded(data)), 0


def kind_of(data: bytes) -> str:
    """PDF, DOCX, HTML or PLAIN. Raises DocumentFileError for everything else."""
    head = data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n")
    if not data.strip():
        raise DocumentFileError(EMPTY)
    if head.startswith(b"%PDF-"):
        return PDF
    if data.startswith(b"PK\x03\x04"):
        return DOCX
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        is_encrypted = "EncryptedPackage".encode("utf-16-le") in data
        raise DocumentFileError(LOCKED if is_encrypted else OLD_WORD)
    if data.startswith(_PICTURES) or data[4:12] in (b"ftypheic", b"ftypavif") or data[8:12] == b"WEBP":
        raise DocumentFileError(PICTURE)
    if head.startswith(b"{\\rtf"):
        raise DocumentFileError(OLD_WORD)
    words = decoded(data)
    return HTML if _HTML_SIGN.search(words[:4096]) else PLAIN


def decoded(data: bytes) -> str:
    """The text of bytes without a kind of their own. Raises DocumentFileError if it is none."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encoding = "utf-16"
    elif b"\x00" in data:
        raise DocumentFileError(UNKNOWN_KIND)
    else:
        declared = _DECLARED.search(data[:2048])
        encoding = _CHARSETS.get(declared[1].lower(), "utf-8") if declared else "utf-8"
    try:
        words = data.decode("utf-8-sig" if encoding == "utf-8" else encoding)
    except UnicodeDecodeError as error:
        is_old = looks_old(data[:20_000].decode("cp1252", errors="ignore"))
        raise DocumentFileError(OLD_LETTERS if is_old else UNKNOWN_KIND) from error
    if "\x00" in words:
        raise DocumentFileError(UNKNOWN_KIND)
    return words


def _must_be_readable(lines: Sequence[Line]) -> None:
    if len(lines) > MOST_LINES:
        raise DocumentFileError(TOO_LONG)
    words = "\n".join(line.text for line in lines)
    if len(words) > MOST_LETTERS:
        raise DocumentFileError(TOO_LONG)
    if not _LETTER.search(words):
        raise DocumentFileError(EMPTY)
    if looks_old(words):
        raise DocumentFileError(OLD_LETTERS)
    if len(_NO_LETTER.findall(words)) > len(words) / 50:
        raise DocumentFileError(UNREADABLE)


def looks_old(words: str) -> bool:
    """Whether a text was typed for a TCVN3 or VNI font: such letters are in one of five words or more."""
    found = _WORD.findall(words[:200_000])
    return len(found) >= 5 and sum(_OLD_LETTERS.search(word) is not None for word in found) * 5 >= len(found)


def read_in_sandbox(data: bytes, seconds: int = SECONDS) -> DocumentText:
    """As `read`, in a process of its own with little memory and time: no file can stop the server.

    Raises DocumentFileError, with SLOW for one that took too long, BROKEN for one that broke the reader,
    BUSY where too many others are being read.
    """
    if len(data) > LIMIT:
        raise DocumentFileError(TOO_LARGE)
    try:
        came = sandbox.call("assistant.documents.upload:as_json", data, seconds, MEMORY)
    except sandbox.Busy as error:
        raise DocumentFileError(BUSY) from error
    except sandbox.TooSlow as error:
        raise DocumentFileError(SLOW) from error
    except sandbox.TooMuchMemory as error:
        raise DocumentFileError(BOMB) from error
    except sandbox.ApartError as error:
        raise DocumentFileError(BROKEN) from error
    if "refused" in came:
        raise DocumentFileError(came["refused"])
    return _from_json(came)


def _from_json(came: dict) -> DocumentText:
    sections = tuple(
        Section(one["heading"], tuple(Line(**line) for line in one["lines"])) for one in came["sections"]
    )
    return DocumentText(came["kind"], sections, came["empty_pages"])


def as_json(data: bytes) -> dict:
    """As `read`, in plain JSON values; a refusal is {"refused": its reason}. Called in a process apart."""
    try:
        return asdict(read(data))
    except DocumentFileError as error:
        return {"refused": error.reason}
