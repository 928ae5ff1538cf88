"""An answer as an officer writes it: what it begins with, and whether it can be kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from assistant.knowledge.entry import DOCUMENT, PROCEDURE
from assistant.knowledge.store import KnowledgeStore
from assistant.knowledge.verified import LONGEST_ANSWER
from assistant.understanding.privacy import Masked, mask
from courses.model import Library
from i18n import plain
from i18n.dates import today
from i18n.vietnamese import clean, nfc
from lms.asking import service as asking
from lms.core.language import lazy
from lms.core.pages.errors import FormRefused, Refusal
from lms.desk.models import CLOSED, Ticket
from lms.desk.refusals import DeskError

TITLE_LIMIT, URL_LIMIT = 300, 500
KNOWN_PAGES, LOCAL_FACTS = {"thu-tuc": PROCEDURE, "tai-lieu": DOCUMENT}, "dia-phuong"
"""Pages of what the assistant knows besides lessons, by the first part of their address."""


@dataclass(frozen=True)
class Draft:
    """An answer as an officer typed it; `checked_on` is None where it was no date."""

    text: str = ""
    source_title: str = ""
    source_url: str = ""
    checked_on: date | None = None


class DraftRefused(FormRefused):
    """An answer cannot be saved yet. `errors`: field → Refusal; `draft`: what to show again, masked."""

    def __init__(self, errors: Mapping[str, Refusal], draft: Draft) -> None:
        shown = {"text": draft.text, "source_title": draft.source_title, "source_url": draft.source_url}
        super().__init__(errors, shown)
        self.draft = draft


def starting_draft(ticket: Ticket) -> Draft:
    """What the form begins with: the answer there is, else what the assistant had said."""
    if ticket.status != CLOSED and ticket.answer:
        return Draft(ticket.answer, ticket.source_title, ticket.source_url, ticket.source_checked_on)
    said = ticket.asked.answer if ticket.asked is not None else {}
    if ticket.origin != asking.DESK or said.get("outcome") != "answered":
        return Draft()
    lines = [said.get("text", ""), *(f"{n}. {step}" for n, step in enumerate(said.get("steps", ()), start=1))]
    source: dict[str, str] = next(iter(said.get("citations", ())), {})
    return Draft("\n".join(line for line in lines if line), source.get("title", ""), source.get("url", ""))


def checked(draft: Draft, library: Library, store: KnowledgeStore) -> Draft:
    """The draft, clean. Raises DraftRefused with a sentence a field; personal numbers are covered."""
    errors: dict[str, Refusal] = {}
    # Browsers send lines that end in CR LF.
    text = draft.text.replace("\r\n", "\n").strip()
    # The length before any work: reading half a million letters would hold everybody up.
    is_too_long = len(text) > LONGEST_ANSWER
    text = text if is_too_long else nfc(text)
    # Some signs are taken apart by it.
    is_too_long = len(text) > LONGEST_ANSWER
    masked = Masked(text, ()) if is_too_long else mask(text)
    title = draft.source_title.strip()
    title = title if len(title) > TITLE_LIMIT else clean(title)
    url = draft.source_url.strip()
    url = url if len(url) > URL_LIMIT else clean(url)
    if not text or not (is_too_long or clean(masked.text)):
        # Also of signs alone that nobody sees.
        errors["text"] = DeskError(lazy("Bạn viết câu trả lời vào đây."))
    elif is_too_long:
        errors["text"] = DeskError(
            lazy("Câu trả lời dài quá. Bạn rút còn dưới %(limit)s chữ cái."), limit=LONGEST_ANSWER
        )
    elif masked.kinds:
        errors["text"] = DeskError(
            lazy("Máy đã che %(kinds)s trong câu trả lời. Bạn xem lại rồi lưu."),
            kinds=", ".join(masked.kinds),
        )
    if not title:
        errors["source_title"] = DeskError(lazy("Bạn ghi tên văn bản hoặc tài liệu làm nguồn."))
    elif len(title) > TITLE_LIMIT:
        errors["source_title"] = DeskError(lazy("Tên nguồn dài quá. Bạn viết ngắn lại."))
    if url and not is_source(url, library, store):
        errors["source_url"] = DeskError(
            lazy("Địa chỉ bắt đầu bằng https://. Bài học thì ghi như /hoc/khoa/bai.")
        )
    if draft.checked_on is None:
        errors["checked_on"] = DeskError(lazy("Bạn chọn ngày đã xem lại nguồn."))
    elif draft.checked_on > today():
        errors["checked_on"] = DeskError(lazy("Ngày này chưa tới. Bạn chọn ngày đã xem nguồn."))
    clean_draft = replace(draft, text=masked.text, source_title=title, source_url=url)
    if errors:
        raise DraftRefused(errors, clean_draft)
    return clean_draft


def measured(text: str) -> plain.Measures | None:
    """How plain a draft is; None for an empty one, and for one that is too long to be read."""
    return plain.measure(text) if text.strip() and len(text) <= LONGEST_ANSWER else None


def is_source(url: str, library: Library, store: KnowledgeStore) -> bool:
    """Whether an address may be a source: a web address, or a lesson, record or document that is there."""
    if len(url) > URL_LIMIT or " " in url:
        return False
    if url.startswith(("https://", "http://")):
        return url.isprintable() and "." in url.split("/")[2]
    parts = url.partition("#")[0].split("/")
    if len(parts) == 3 and parts[1] in KNOWN_PAGES:
        return any(one.retired_at is None for one in store.versions(KNOWN_PAGES[parts[1]], parts[2]))
    if parts == ["", LOCAL_FACTS]:
        return True
    if len(parts) != 4 or parts[:2] != ["", "hoc"]:
        return False
    course = library.course(parts[2])
    return course is not None and course.lesson(parts[3]) is not None
