"""What people ask of each section of a document: proposed, then ticked, mended and added to by staff."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from assistant.documents import document as documents
from assistant.documents.document import Document
from assistant.documents.proposing import LONGEST, Proposal, proposals, propose_apart, told_apart
from assistant.documents.sections import Section
from assistant.knowledge.entry import Entry
from assistant.knowledge.store import KnowledgeStore
from assistant.understanding.privacy import mask
from assistant.understanding.query import names_nothing
from i18n.vietnamese import clean, syllables
from lms.accounts.models import Person
from lms.core import audit
from lms.core.fields import WRONG_KIND
from lms.core.language import lazy
from lms.knowledge.service import KnowledgeError, must_be_in_use

SECTIONS_A_PAGE = 8
"""Sections whose questions one form holds: a form has a thousand fields at most."""
MOST_OF_A_SECTION = 30
SHOWN_LETTERS = 60

Asked = tuple[tuple[str, ...], ...]
"""The questions of each section of a document."""


@dataclass(frozen=True)
class Line:
    """A question on the page. `of_a_row`: of one row of a table, and not of the section as a whole."""

    text: str
    is_kept: bool
    of_a_row: bool = False


@dataclass(frozen=True)
class Typed:
    """A question as the form sent it: of which section (from 1), and whether it is ticked."""

    section: int
    text: str
    is_kept: bool


def at_first(title: str, sections: Sequence[Section], before: Document | None = None) -> Asked:
    """What is ticked before anybody looked: what the machine is sure of, and what staff wrote `before`.

    `before`: the document of which this is a new version; what was written there by hand goes on under the
    same heading. It takes seconds where there are hundreds of sections: before the transaction.
    """
    found = [[one.text for one in some if one.is_sure] for some in propose_apart(title, sections)]
    by_hand = _by_hand(before) if before else {}
    for place, section in enumerate(sections):
        found[place] = [*by_hand.pop(section.heading, ()), *found[place]][:MOST_OF_A_SECTION]
    return tuple(map(_each_once, found))


def _by_hand(document: Document) -> dict[str, list[str]]:
    """By its heading, the questions of a section that no machine proposed."""
    proposed = propose_apart(document.title, document.sections)
    machine = {told_apart(one.text) for some in proposed for one in some}
    found: dict[str, list[str]] = {}
    for number, section in enumerate(document.sections, start=1):
        own = [one for one in document.asked_of(number) if told_apart(one) not in machine]
        found.setdefault(section.heading, []).extend(own)
    return found


def _each_once(texts: Iterable[str]) -> tuple[str, ...]:
    known = {told_apart(text): text for text in reversed(list(texts))}
    return tuple(reversed(known.values()))


def pages(document: Document) -> int:
    """How many forms the questions of a document are asked for in."""
    return max(1, -(-len(document.sections) // SECTIONS_A_PAGE))


def offered(document: Document, page: int) -> dict[int, list[Line]]:
    """By section (from 1), of one page: the questions that are kept, then those proposed besides.

    Of a document that nobody was asked about yet, those are ticked that the machine is sure of.
    """
    first = (page - 1) * SECTIONS_A_PAGE
    shown = document.sections[first : first + SECTIONS_A_PAGE]
    found = proposals(document.title, shown)
    return {number: _lines(document, number, some) for number, some in enumerate(found, start=first + 1)}


def _lines(document: Document, number: int, proposed: Sequence[Proposal]) -> list[Line]:
    of_rows = {told_apart(one.text) for one in proposed if one.of_a_row}
    kept = document.asked_of(number)
    known = set(map(told_apart, kept))
    lines = [Line(text, True, told_apart(text) in of_rows) for text in kept]
    lines += [
        Line(one.text, document.asked is None and one.is_sure, one.of_a_row)
        for one in proposed
        if told_apart(one.text) not in known
    ]
    return lines[:MOST_OF_A_SECTION]


def typed(texts: Sequence[str], sections: Sequence[str], ticked: Iterable[str]) -> list[Typed]:
    """What a form sent: the questions, the number of each one's section, the places of those ticked.

    Raises KnowledgeError for what no page sends.
    """
    places = set(ticked)
    if len(texts) != len(sections) or not all(one.isascii() and one.isdecimal() for one in sections):
        raise KnowledgeError(WRONG_KIND, "cau")
    pairs = enumerate(zip(texts, sections, strict=True))
    return [Typed(int(section[:9]), text, str(place) in places) for place, (text, section) in pairs]


def mended(document: Document, sent: Sequence[Typed]) -> Asked:
    """The document's questions, those of the sections that were sent replaced by what was ticked there.

    Raises KnowledgeError with the question that cannot be kept.
    """
    count = len(document.sections)
    found = [list(document.asked_of(number)) for number in range(1, count + 1)]
    if not all(1 <= one.section <= count for one in sent):
        raise KnowledgeError(WRONG_KIND, "cau")
    for number in {one.section for one in sent}:
        found[number - 1] = [
            text for one in sent if one.section == number and one.is_kept and (text := _checked(one.text))
        ]
    for texts in found:
        if len(texts) > MOST_OF_A_SECTION:
            told = lazy("Một mục có nhiều nhất %(most)s câu. Bạn bỏ bớt câu gần giống nhau.")
            raise KnowledgeError(told, "cau", most=MOST_OF_A_SECTION)
    return tuple(map(_each_once, found))


def _checked(sent: str) -> str:
    """A question as it is kept; empty for none. Raises KnowledgeError."""
    # Many times too long is not cleaned first.
    text = clean(sent[: 20 * LONGEST])
    shown = text[:SHOWN_LETTERS]
    if len(text) > LONGEST:
        raise KnowledgeError(lazy("Câu “%(text)s…” dài quá. Bạn viết ngắn lại."), "cau", text=shown)
    if not text:
        return ""
    if len(syllables(text)) < 2 or names_nothing(text):
        told = lazy("Câu “%(text)s” chưa nói hỏi về việc gì. Bạn thêm tên việc, hoặc bỏ dấu.")
        raise KnowledgeError(told, "cau", text=shown)
    if mask(text).kinds:
        raise KnowledgeError(lazy("Có câu ghi số của một người. Bạn bỏ số đó đi."), "cau")
    return text


def save(db: Session, store: KnowledgeStore, entry: Entry, asked: Asked, unit_id: int, by: Person) -> int:
    """Keep what people ask of a document, draft or in use; its text, dates and address stay. Returns its id.

    Raises KnowledgeError for one that is out of use.
    """
    must_be_in_use(entry)
    document = Document.from_entry(entry)
    if document.asked == asked:
        return entry.id
    made = documents.put(
        store,
        replace(document, asked=asked),
        owner=entry.owner,
        review_due=entry.review_due,
        draft=documents.is_draft(entry),
        session=db,
    )
    audit.record(db, by.id, "knowledge.changed", f"entry:{made.id}", unit_id)
    return made.id
