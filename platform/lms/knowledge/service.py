"""The rules of the shelf: how a file becomes a document in use, and how what is kept stays right."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from datetime import date, timedelta
from http import HTTPStatus

from sqlalchemy import select
from sqlalchemy.orm import Session

from assistant.documents import document as documents
from assistant.documents import refusals, upload
from assistant.documents.document import Document
from assistant.documents.refusals import DocumentFileError
from assistant.knowledge import facts
from assistant.knowledge.entry import DOCUMENT, FACT, LONGEST_KEY, Entry, key_of
from assistant.knowledge.facts import CONTACT, Fact
from assistant.knowledge.store import KnowledgeStore, NotFound
from i18n.dates import today
from i18n.vietnamese import clean
from lms.accounts.models import Person
from lms.asking.service import unit_name
from lms.core import audit
from lms.core.language import lazy
from lms.core.pages.errors import Refusal
from lms.knowledge import personal
from lms.units import service as units
from lms.units.models import Contact, Unit

TITLE_LIMIT, NUMBER_LIMIT, URL_LIMIT, VALUE_LIMIT = 200, 80, 500, 300
DOCUMENT_GOOD_FOR = timedelta(days=365)
"""A document that nobody compared with its source for so long is to be looked at again."""

FILE_WORDS = {
    refusals.EMPTY: lazy("Tệp này không có chữ nào. Bạn chọn tệp khác."),
    refusals.TOO_LARGE: lazy("Tệp lớn quá. Bạn chọn tệp dưới 20 MB."),
    refusals.TOO_LONG: lazy("Tệp dài quá. Bạn tách ra thành nhiều tệp nhỏ."),
    refusals.UNKNOWN_KIND: lazy("Máy không đọc được kiểu tệp này. Bạn chọn PDF, Word (.docx) hoặc HTML."),
    refusals.OLD_WORD: lazy("Đây là tệp Word kiểu cũ. Bạn mở ra, lưu lại thành .docx rồi tải lên."),
    refusals.PICTURE: lazy("Tệp này là ảnh chụp, máy không đọc được chữ. Bạn tải bản có chữ, hoặc tệp Word."),
    refusals.SCANNED: lazy("Tệp này là ảnh chụp, máy không đọc được chữ. Bạn tải bản có chữ, hoặc tệp Word."),
    refusals.LOCKED: lazy("Tệp này bị khóa bằng mật khẩu. Bạn bỏ khóa rồi tải lên lại."),
    refusals.OLD_LETTERS: lazy("Tệp này dùng phông chữ cũ (TCVN3, VNI). Bạn chuyển sang Unicode đã."),
    refusals.UNREADABLE: lazy("Chữ trong tệp này bị lỗi, máy đọc không ra. Bạn tải bản khác."),
    refusals.BOMB: lazy("Tệp này bung ra quá lớn, có thể gây hại. Bạn tải bản khác."),
    refusals.MACROS: lazy("Tệp này có chương trình chạy kèm (macro). Bạn lưu lại thành .docx rồi tải lên."),
    refusals.BROKEN: lazy("Tệp này bị hỏng. Bạn mở thử trên máy, lưu lại rồi tải lên."),
    refusals.BUSY: lazy("Máy đang đọc nhiều tệp khác. Bạn chờ một phút rồi gửi lại."),
    refusals.SLOW: lazy("Máy đọc tệp này lâu quá nên đã dừng. Bạn tách ra thành nhiều tệp nhỏ."),
}  # fmt: skip
"""What an editor reads for each reason why a file is refused."""


class KnowledgeError(Refusal):
    """A rule of the shelf was broken."""


class Overtaken(KnowledgeError):
    """Somebody else changed meanwhile what an editor was working on, or said it already."""

    status = HTTPStatus.CONFLICT


@dataclass(frozen=True)
class Details:
    """Everything about a document but its text."""

    title: str
    number: str
    source: str
    source_url: str
    read_on: date
    in_force_on: date | None
    expires_on: date | None


def web_address(typed: str) -> str:
    """The address of a source on the web. Raises KnowledgeError for one that is none."""
    url = clean(typed)
    good = len(url) <= URL_LIMIT and url.startswith(("https://", "http://")) and "." in url and " " not in url
    if not good:
        raise KnowledgeError(lazy("Địa chỉ bắt đầu bằng https://."), "source_url")
    return url


def read_file(data: bytes) -> upload.DocumentText:
    """The sections of an uploaded file. Raises KnowledgeError for the field `file`."""
    if not data:
        raise KnowledgeError(lazy("Bạn chọn tệp ở đây."), "file")
    try:
        return upload.read_in_sandbox(data)
    except DocumentFileError as error:
        raise KnowledgeError(FILE_WORDS[error.reason], "file") from error


def keep_draft(
    db: Session,
    store: KnowledgeStore,
    details: Details,
    text: upload.DocumentText,
    found: personal.Found,
    asked: tuple[tuple[str, ...], ...],
    unit_id: int,
    by: Person,
    becomes: str = "",
) -> int:
    """Keep what was read until somebody has looked through it; returns the entry's id.

    `found`: the personal numbers in it, of `personal.find`, `asked`: what people ask, of `asked.at_first`;
    both take seconds: before the transaction.

    `becomes`: the key of the document in use that it is a new version of.
    """
    draft = Document(
        key=documents.DRAFT_KEY + secrets.token_hex(8),
        unit=unit_name(unit_id),
        sections=text.sections,
        kind=text.kind,
        empty_pages=text.empty_pages,
        personal=found.kinds,
        searched=found.whole,
        becomes=becomes,
        asked=asked,
        **vars(details),
    )
    made = documents.put(store, draft, owner=_owner(db, unit_id), draft=True, session=db)
    _record(db, by, "knowledge.read", made.id, unit_id)
    return made.id


def _key_for(store: KnowledgeStore, title: str, unit: str | None) -> str:
    """The key that a document of this title will have: that of the one in use with this title, or a new one.

    Keys are letters without marks, cut: another title may have the same.
    """
    key, number = key_of(title), 1
    while True:
        current = store.current_entry(DOCUMENT, key, unit)
        if current is None or current.unit != unit:
            return key
        if _same_title(current.title, title):
            return key
        number += 1
        key = f"{key_of(title)[: LONGEST_KEY - 6]}-{number}"


def _has_the_title(store: KnowledgeStore, title: str, unit: str | None, but: str) -> bool:
    """Whether a document in use has this title, beside the one of the key `but`."""
    other = store.current_entry(DOCUMENT, _key_for(store, title, unit), unit)
    return other is not None and other.unit == unit and other.key != but


def _same_title(one: str, other: str) -> bool:
    return clean(one).casefold() == clean(other).casefold()


def use_draft(
    db: Session,
    store: KnowledgeStore,
    draft: Entry,
    unit_id: int,
    by: Person,
    seen: int | None,
    asked: tuple[tuple[str, ...], ...] | None = None,
) -> int:
    """Put a document that was looked through to use; returns its id. Raises KnowledgeError.

    `seen`: the id of the document in use that the page said it replaces; another one is not replaced unsaid.
    `asked`: what people ask of each section; None: what was kept with the draft.
    """
    if draft.retired_at is not None or not documents.is_draft(draft):
        raise KnowledgeError(lazy("Tài liệu này đã dùng rồi, hoặc đã bỏ."))
    read, replaces = Document.from_entry(draft), replaced_by(store, draft)
    if replaces is not None and replaces.id != seen:
        raise KnowledgeError(
            lazy("Có bản khác cùng tên vừa được dùng. Bạn xem bản đó rồi bấm lần nữa nếu vẫn muốn thay.")
        )
    key = _key_of_draft(store, draft)
    if _has_the_title(store, read.title, draft.unit, but=key):
        raise KnowledgeError(lazy("Đã có tài liệu tên này. Bạn gỡ một bản xuống, hoặc đặt tên khác."))
    try:
        store.retire_entry(draft.id, session=db)
    except NotFound:
        raise KnowledgeError(lazy("Tài liệu này đã dùng rồi, hoặc đã bỏ.")) from None
    whole = replace(read, key=key, becomes="", personal=(), searched=False, asked=asked or read.asked)
    made = documents.put(store, whole, owner=draft.owner, review_due=today() + DOCUMENT_GOOD_FOR, session=db)
    _record(db, by, "knowledge.used", made.id, unit_id)
    return made.id


def _key_of_draft(store: KnowledgeStore, draft: Entry) -> str:
    """The key that a draft has once it is used: of the document it is a version of, else by its title now."""
    return Document.from_entry(draft).becomes or _key_for(store, draft.title, draft.unit)


def replaced_by(store: KnowledgeStore, draft: Entry) -> Entry | None:
    """The document in use that a draft would replace, or None."""
    found = store.current_entry(DOCUMENT, _key_of_draft(store, draft), draft.unit)
    return found if found is not None and found.unit == draft.unit else None


def change_details(
    db: Session, store: KnowledgeStore, entry: Entry, details: Details, unit_id: int, by: Person
) -> int:
    """Correct a document's title, number or dates; its text and its address stay. Returns the new id.

    Raises Overtaken where another document in use has this title: one of the two would be out of date.
    """
    must_be_in_use(entry)
    if not documents.is_draft(entry) and _has_the_title(store, details.title, entry.unit, but=entry.key):
        told = lazy("Đã có tài liệu tên này. Bạn gỡ một bản xuống, hoặc đặt tên khác.")
        raise Overtaken(told, "title")
    changed = replace(Document.from_entry(entry), **vars(details))
    made = documents.put(
        store,
        changed,
        owner=entry.owner,
        review_due=today() + DOCUMENT_GOOD_FOR,
        draft=documents.is_draft(entry),
        session=db,
    )
    _record(db, by, "knowledge.changed", made.id, unit_id)
    return made.id


def add_fact(db: Session, store: KnowledgeStore, fact: Fact, unit_id: int, by: Person) -> int:
    """Keep a fact that is new; returns its id. Raises Overtaken where this is said already.

    Somebody else may rely on what stands there: nothing is replaced by adding.
    """
    must_say_it_alone(store, fact)
    key = facts.free_key(store, fact.place, fact.label, fact.unit)
    return keep_fact(db, store, replace(fact, key=key), unit_id, by)


def must_say_it_alone(store: KnowledgeStore, fact: Fact) -> None:
    """Raise Overtaken where another fact in use says something of this place under this name."""
    other = facts.same_said(store, fact.place, fact.label, fact.unit, but=fact.key)
    if other is not None:
        said = lazy("Nơi này đã có thông tin với tên này. Bạn tìm mục đó trong kho rồi sửa.")
        raise Overtaken(said, "label")


def keep_fact(db: Session, store: KnowledgeStore, fact: Fact, unit_id: int, by: Person) -> int:
    """Keep a local fact, or a better wording of it; returns its id."""
    made = facts.put(store, fact, owner=_owner(db, unit_id), session=db)
    _record(db, by, "knowledge.changed", made.id, unit_id)
    return made.id


def confirm(db: Session, store: KnowledgeStore, entry: Entry, unit_id: int, by: Person) -> int:
    """Somebody made sure today that a document or fact is still right; returns its new id.

    Raises KnowledgeError for one that is out of use, expired or neither of the two.
    """
    must_be_in_use(entry)
    if entry.kind == DOCUMENT and documents.is_draft(entry):
        raise KnowledgeError(lazy("Bạn xem hết tài liệu rồi bấm “Dùng tài liệu này”."))
    if entry.is_expired(today()):
        raise KnowledgeError(lazy("Tài liệu đã hết hiệu lực. Bạn sửa ngày, hoặc gỡ xuống."))
    if entry.kind == FACT:
        return _confirm_fact(db, store, entry, unit_id, by)
    if entry.kind != DOCUMENT:
        raise KnowledgeError(lazy("Thủ tục đổi khi nạp bản mới, không sửa ở đây."))
    document = replace(Document.from_entry(entry), read_on=today())
    made = documents.put(
        store, document, owner=entry.owner, review_due=today() + DOCUMENT_GOOD_FOR, session=db
    )
    _record(db, by, "knowledge.confirmed", made.id, unit_id)
    return made.id


def _confirm_fact(db: Session, store: KnowledgeStore, entry: Entry, unit_id: int, by: Person) -> int:
    fact = Fact.from_entry(entry)
    contact = contact_of(db, fact, unit_id)
    if contact is not None:
        # The number lives in the unit's own list; the fact follows it.
        units.recheck_contact(db, units.hold(db, db.get_one(Unit, unit_id)), contact, by.id)
        return entry.id
    made = facts.put(store, replace(fact, checked_on=today()), owner=entry.owner, session=db)
    _record(db, by, "knowledge.confirmed", made.id, unit_id)
    return made.id


def retire(db: Session, store: KnowledgeStore, entry: Entry, unit_id: int, by: Person) -> None:
    """Stop using an entry; it stays in the history. Raises KnowledgeError."""
    must_be_in_use(entry)
    fact = Fact.from_entry(entry) if entry.kind == FACT else None
    if fact is not None and contact_of(db, fact, unit_id) is not None:
        raise KnowledgeError(lazy("Số này ở danh sách của đơn vị. Người quản trị bỏ ở đó."))
    try:
        store.retire_entry(entry.id, session=db)
    except NotFound:
        raise KnowledgeError(lazy("Điều này đã gỡ xuống.")) from None
    _record(db, by, "knowledge.retired", entry.id, unit_id)


def must_be_in_use(entry: Entry) -> None:
    """Raise KnowledgeError for an entry that was retired, perhaps by somebody else just now."""
    if entry.retired_at is not None:
        raise KnowledgeError(lazy("Người khác vừa sửa hoặc gỡ xuống mục này. Bạn xem bản mới."))


def overtaken(is_newer: bool) -> Overtaken:
    """What is said to somebody whose form was opened before another person changed the entry.

    `is_newer`: another wording is in use now; else it was taken down.
    """
    if is_newer:
        return Overtaken(
            lazy("Người khác vừa sửa mục này. Chữ của bạn ở dưới. Bạn xem bản mới, rồi lưu nếu vẫn cần.")
        )
    return Overtaken(lazy("Mục này đã gỡ xuống. Chữ của bạn ở dưới, bạn chép lại nếu cần."))


def contact_of(db: Session, fact: Fact, unit_id: int) -> Contact | None:
    """The telephone number of the unit's own list that a fact follows, or None."""
    if fact.origin != CONTACT:
        return None
    same = Contact.unit_id == unit_id, Contact.label == fact.label, Contact.number == fact.value
    return db.scalar(select(Contact).where(*same).limit(1))


def may_change(entry_unit: str | None, unit_id: int, main_unit_id: int | None) -> bool:
    """Whether staff of a unit may change it: their own; what is for everybody, those who host the site."""
    return entry_unit == unit_name(unit_id) or (entry_unit is None and unit_id == main_unit_id)


def follow_contacts(db: Session, store: KnowledgeStore, unit: Unit) -> int:
    """Make the unit's list of telephone numbers known as local facts; returns how many changed."""
    numbers = [
        facts.ContactNumber(one.label, one.number, one.hours, one.checked_on, one.source)
        for one in unit.contacts
    ]
    return facts.follow_contacts(store, str(unit.id), unit.name, numbers, session=db)


def follow_all_contacts(db: Session, store: KnowledgeStore) -> int:
    """As `follow_contacts`, for every unit: lists older than this room are caught up with at the start."""
    every = db.scalars(select(Unit).order_by(Unit.id)).all()
    return sum(follow_contacts(db, store, units.hold(db, unit)) for unit in every)


def _owner(db: Session, unit_id: int) -> str:
    unit = db.get(Unit, unit_id)
    return (unit.desk_name or unit.name) if unit is not None else ""


def _record(db: Session, by: Person, action: str, entry_id: int, unit_id: int) -> None:
    audit.record(db, by.id, action, f"entry:{entry_id}", unit_id)
