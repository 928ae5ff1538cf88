"""Reading the shelf for screens: lists with search and flags, and what should be looked at again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from assistant.documents import document
from assistant.knowledge.entry import DOCUMENT, FACT, PROCEDURE, Entry, Summary, Version
from assistant.knowledge.store import VERIFIED, KnowledgeStore, NotFound
from assistant.knowledge.verified import Verified
from assistant.understanding.query import names_nothing
from i18n.vietnamese import fold
from lms.accounts.models import Person
from lms.core.audit import AuditEntry
from lms.core.permissions import allowed
from lms.desk import queries as desk
from lms.desk.models import Ticket
from lms.knowledge import similar_questions

PERMISSION = "knowledge.edit"
PAGE = 25
GROUPS_A_PAGE = 10
MOST_GROUPED = 600
"""Waiting questions that are grouped at once, the newest. Each is compared with the others: these take a
second at most, whatever is in them; three times as many took ten."""
KINDS = (DOCUMENT, FACT, VERIFIED, PROCEDURE)

WAITS, EXPIRED, NOT_YET, OLD, DISPUTED = "waits", "expired", "not_yet", "old", "disputed"
_HISTORY = 30


@dataclass(frozen=True)
class Row:
    """One line of a list. `searched` is everything that is searched in, without diacritics."""

    kind: str
    id: int
    key: str
    unit: str | None
    title: str
    number: str
    flags: tuple[str, ...]
    read_on: date | None
    in_force_on: date | None
    expires_on: date | None
    review_due: date | None
    searched: str

    def reason(self, today: date) -> str:
        """Why somebody should look at it: WAITS, EXPIRED, NOT_YET, DISPUTED, OLD, or nothing."""
        if document.DRAFT in self.flags:
            return WAITS
        if self.expires_on is not None and self.expires_on < today:
            return EXPIRED
        if self.in_force_on is not None and self.in_force_on > today:
            return NOT_YET
        if DISPUTED in self.flags:
            return DISPUTED
        return OLD if self.review_due is not None and self.review_due <= today else ""


@dataclass(frozen=True)
class Listed:
    """One page of a list: its rows, which page of how many, and how many rows there are in all."""

    rows: tuple[Row, ...]
    page: int
    pages: int
    total: int


_kept: WeakKeyDictionary[Engine, dict[str, tuple[int, tuple[Row, ...]]]] = WeakKeyDictionary()


def unit_of(person: Person) -> int | None:
    """The unit whose shelf a person keeps: their own, if they may there, else the first they may."""
    units = {grant.unit_id for grant in person.grants if allowed([grant.role], PERMISSION)}
    return person.unit_id if person.unit_id in units else min(units, default=None)


def rows(store: KnowledgeStore, kind: str) -> tuple[Row, ...]:
    """Everything of a kind in use, as lists show it; read again only when something changed."""
    kept = _kept.setdefault(store.engine, {})
    revision = store.revision(kind)
    if kind not in kept or kept[kind][0] != revision:
        made = _verified_rows(store) if kind == VERIFIED else _entry_rows(store, kind)
        kept[kind] = (revision, tuple(made))
    return kept[kind][1]


def _entry_rows(store: KnowledgeStore, kind: str) -> list[Row]:
    return [_entry_row(kind, one) for one in store.summaries(kind)]


def _entry_row(kind: str, one: Summary) -> Row:
    return Row(kind=kind, searched=fold(f"{one.title} {one.key} {one.number}"), **one._asdict())


def _verified_rows(store: KnowledgeStore) -> list[Row]:
    return [_verified_row(one) for one in reversed(store.in_use())]


def _verified_row(one: Verified) -> Row:
    return Row(
        kind=VERIFIED,
        id=one.id,
        key=str(one.id),
        unit=one.unit,
        title=one.questions[0],
        number=one.source_title,
        flags=(),
        read_on=one.reviewed_on,
        in_force_on=None,
        expires_on=None,
        review_due=one.review_due,
        searched=fold(" ".join((*one.questions, one.source_title))),
    )


def mine(store: KnowledgeStore, kind: str, unit: str | None) -> list[Row]:
    """The rows of a kind that are this unit's, or everybody's."""
    return [row for row in rows(store, kind) if row.unit in (None, unit)]


def listed(
    store: KnowledgeStore, kind: str, unit: str | None, search: str = "", flag: str = "", page: int = 1
) -> Listed:
    """One page of a kind; every word of `search` must be there, with diacritics or without."""
    words = fold(search).split()
    found = [
        row
        for row in mine(store, kind, unit)
        if (not flag or flag in row.flags) and all(word in row.searched for word in words)
    ]
    return paged(found, page)


def paged(found: Sequence[Row], page: int) -> Listed:
    """A page of rows; past the end stands the last page."""
    pages = max(1, -(-len(found) // PAGE))
    page = min(max(1, page), pages)
    return Listed(tuple(found[(page - 1) * PAGE : page * PAGE]), page, pages, len(found))


def flags(store: KnowledgeStore, kind: str, unit: str | None) -> dict[str, int]:
    """How many entries of a kind carry each flag, the commonest first."""
    counts = Counter(flag for row in mine(store, kind, unit) for flag in row.flags)
    return dict(counts.most_common())


def counts(store: KnowledgeStore, unit: str | None) -> dict[str, int]:
    """How many there are of each kind."""
    return {kind: len(mine(store, kind, unit)) for kind in KINDS}


def stale(store: KnowledgeStore, unit: str | None, today: date) -> list[Row]:
    """What somebody should look at: what waits first, then what is wrong already, then what is old."""
    order = (WAITS, EXPIRED, DISPUTED, OLD, NOT_YET)
    found = [row for kind in KINDS for row in mine(store, kind, unit) if row.reason(today)]
    return sorted(found, key=lambda row: (order.index(row.reason(today)), row.review_due or today, row.id))


def entry(store: KnowledgeStore, entry_id: int, unit: str | None) -> Entry | None:
    """An entry of this unit or of everybody, retired or not; None for any other."""
    try:
        found = store.entry(entry_id)
    except NotFound:
        return None
    return found if found.unit in (None, unit) else None


def verified(store: KnowledgeStore, verified_id: int, unit: str | None) -> Verified | None:
    """A checked answer of this unit or of everybody; None for any other."""
    try:
        found = store.get(verified_id)
    except NotFound:
        return None
    return found if found.unit in (None, unit) else None


def newest(store: KnowledgeStore, entry: Entry) -> Entry | None:
    """What is in use in the place of an entry that was changed; None where nothing is."""
    found = next((one for one in history(store, entry) if one.retired_at is None), None)
    return store.entry(found.id) if found is not None else None


def newest_verified(store: KnowledgeStore, answer: Verified) -> Verified | None:
    """What is in use in the place of a checked answer that was changed; None where nothing is."""
    found = store.successor(answer.id)
    return found if found is not None and found.unit == answer.unit else None


def history(store: KnowledgeStore, entry: Entry) -> list[Version]:
    """What stood under an entry's key in its unit, newest first."""
    return [one for one in store.versions(entry.kind, entry.key) if one.unit == entry.unit][:_HISTORY]


def who_did(db: Session, entries: Sequence[Version]) -> dict[int, str | None]:
    """The names of those who last touched these entries, by the entry's id."""
    subjects = {f"entry:{one.id}": one.id for one in entries}
    found = db.execute(
        select(AuditEntry.subject, Person.name)
        .join(Person, Person.id == AuditEntry.actor_id)
        .where(AuditEntry.subject.in_(subjects))
        .order_by(AuditEntry.id)
    )
    return {subjects[subject]: name for subject, name in found}


@dataclass(frozen=True)
class Group:
    """Waiting questions that ask the same: the newest first."""

    tickets: tuple[Ticket, ...]

    @property
    def wordings(self) -> list[tuple[str, int]]:
        """Each different wording, and how often it was asked."""
        return list(Counter(one.question for one in self.tickets).items())


def groups(db: Session, units: frozenset[int]) -> list[Group]:
    """Waiting questions that the assistant did not know, grouped by likeness, the largest group first."""
    waiting = {one.id: one for one in desk.unanswered(db, units, MOST_GROUPED)}
    wordings = [similar_questions.Wording(one.id, _owner_of(one), heard_as(one)) for one in waiting.values()]
    return [Group(tuple(waiting[one.id] for one in group)) for group in _grouped(tuple(wordings))]


def _owner_of(ticket: Ticket) -> object:
    """Only questions of one owner go together: of a unit; one that names nothing is its own."""
    return ticket.unit_id if not names_nothing(heard_as(ticket)) else (ticket.unit_id, ticket.id)


@lru_cache(maxsize=8)
def _grouped(wordings: tuple[similar_questions.Wording, ...]) -> list[list[similar_questions.Wording]]:
    """Grouping takes up to a second: done again only when a question came or went."""
    return similar_questions.grouped(wordings)


def group_of(db: Session, units: frozenset[int], ticket_id: int) -> Group | None:
    """The group that a waiting question stands in, or None."""
    within: Callable[[Group], bool] = lambda group: any(one.id == ticket_id for one in group.tickets)  # noqa: E731
    return next(filter(within, groups(db, units)), None)


def heard_as(ticket: Ticket) -> str:
    """The question with its diacritics, as the assistant heard it; else as it was typed."""
    said = ticket.asked.answer if ticket.asked is not None else {}
    return said.get("heard_as") or ticket.question
