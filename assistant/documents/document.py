"""Documents that staff brought: kept whole, with their number and dates, and found section by section."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from sqlalchemy.orm import Session

from assistant.documents.sections import POINT, Line, Section
from assistant.knowledge.entry import DOCUMENT, Entry, Put
from assistant.knowledge.passage import POINTS, PROSE, Part, Passage
from assistant.knowledge.store import KnowledgeStore
from i18n.vietnamese import sentences

DRAFT = "draft"
"""The flag of a document that was read but that nobody has looked through yet: it answers nothing."""
DRAFT_KEY = "nhap-"

IN_FORCE, NOT_YET, EXPIRED = "in_force", "not_yet", "expired"


@dataclass(frozen=True)
class Document:
    """A document as it is kept. `unit`: the only unit it is for, or None; `read_on`: when it was checked.

    `kind` is that of its file, `empty_pages` how many of its pages had no words; `becomes` the key
    of the document that a draft is a new version of, if it is one; `personal` the kinds of personal
    numbers that were found in a draft, and `searched` whether all of it was searched for them. `asked`: what
    people ask of each section, in their order; None where nobody was shown any questions yet.
    """

    key: str
    title: str
    number: str
    source: str
    source_url: str
    unit: str | None
    sections: tuple[Section, ...]
    kind: str = ""
    empty_pages: int = 0
    becomes: str = ""
    personal: tuple[str, ...] = ()
    searched: bool = False
    read_on: date | None = None
    in_force_on: date | None = None
    expires_on: date | None = None
    asked: tuple[tuple[str, ...], ...] | None = None

    def to_json(self) -> dict[str, Any]:
        """What an entry keeps as its data: the text. Title, number and dates are columns of the entry."""
        return {
            "kind": self.kind,
            "empty_pages": self.empty_pages,
            "becomes": self.becomes,
            "personal": list(self.personal),
            "searched": self.searched,
            "sections": [
                {"heading": one.heading, "lines": [[line.kind, line.text] for line in one.lines]}
                for one in self.sections
            ],
            "asked": None if self.asked is None else [list(texts) for texts in self.asked],
        }

    @classmethod
    def from_entry(cls, entry: Entry) -> Document:
        """The document of an entry of the store."""
        sections = tuple(
            Section(one["heading"], tuple(Line(kind, text) for kind, text in one["lines"]))
            for one in entry.data.get("sections", ())
        )
        return cls(
            key=entry.key,
            title=entry.title,
            number=entry.number,
            source=entry.source,
            source_url=entry.source_url,
            unit=entry.unit,
            sections=sections,
            kind=entry.data.get("kind", ""),
            empty_pages=entry.data.get("empty_pages", 0),
            becomes=entry.data.get("becomes", ""),
            personal=tuple(entry.data.get("personal", ())),
            searched=entry.data.get("searched", False),
            read_on=entry.read_on,
            in_force_on=entry.in_force_on,
            expires_on=entry.expires_on,
            asked=_asked(entry.data.get("asked")),
        )

    def asked_of(self, number: int) -> tuple[str, ...]:
        """What people ask of a section, counted from 1."""
        return self.asked[number - 1] if self.asked and number <= len(self.asked) else ()

    @property
    def cited_as(self) -> str:
        """Title and number, as an answer names its source."""
        return ", ".join(filter(None, (self.title, self.number)))

    def address(self, number: int | None = None) -> str:
        """The path of its page, or of a section of it (counted from 1)."""
        return f"/tai-lieu/{self.key}" + (f"#{anchor(number)}" if number else "")


def _asked(kept: list[list[str]] | None) -> tuple[tuple[str, ...], ...] | None:
    return None if kept is None else tuple(map(tuple, kept))


def anchor(number: int) -> str:
    """The anchor of a section, counted from 1."""
    return f"muc-{number}"


def validity(entry: Entry, today: date) -> str:
    """IN_FORCE, NOT_YET or EXPIRED on a day."""
    if entry.is_expired(today):
        return EXPIRED
    if entry.in_force_on is not None and entry.in_force_on > today:
        return NOT_YET
    return IN_FORCE


def is_draft(entry: Entry) -> bool:
    """Whether nobody has looked through it yet."""
    return DRAFT in entry.flags


def put(
    store: KnowledgeStore,
    document: Document,
    *,
    owner: str,
    review_due: date | None = None,
    draft: bool = False,
    session: Session | None = None,
) -> Put:
    """Keep a document; what stood under its key for its unit is retired. Raises EntryError.

    `draft`: it waits for somebody to look through it, and answers nothing yet.
    """
    return store.put_entry(
        DOCUMENT,
        document.key,
        title=document.title,
        data=document.to_json(),
        unit=document.unit,
        number=document.number,
        source=document.source,
        source_url=document.source_url,
        read_on=document.read_on,
        in_force_on=document.in_force_on,
        expires_on=document.expires_on,
        review_due=None if draft else review_due,
        flags=(DRAFT,) if draft else (),
        owner=owner,
        session=session,
    )


def document_passages(entries: Iterable[Entry], today: date) -> tuple[Passage, ...]:
    """The sections of all documents in force on a day; drafts, expired and future ones give none."""
    return tuple(
        passage
        for entry in entries
        if entry.kind == DOCUMENT and not is_draft(entry) and validity(entry, today) == IN_FORCE
        for passage in _passages(Document.from_entry(entry))
    )


def _passages(document: Document) -> Iterator[Passage]:
    for number, section in enumerate(document.sections, start=1):
        place = document.address(number)
        own = f"{place}|{document.unit or ''}"
        yield Passage(
            key=f"document:{own}",
            kind=DOCUMENT,
            titles=(document.title, section.heading or document.title),
            parts=tuple(_parts(section)),
            locator=place,
            source=document.cited_as,
            twin=own,
            group=f"document:{document.key}",
            checked_on=document.read_on,
            unit=document.unit,
            asked=document.asked_of(number),
        )


def _parts(section: Section) -> Iterator[Part]:
    for is_list, lines in groupby(section.lines, lambda line: line.kind == POINT):
        if is_list:
            yield Part(POINTS, tuple(line.text for line in lines))
        else:
            yield from (Part(PROSE, tuple(sentences(line.text))) for line in lines)
