"""Local facts of a unit: office hours, addresses, telephone numbers, fees, and when each was checked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple

from sqlalchemy.orm import Session

from assistant.knowledge.entry import FACT, LONGEST_KEY, Entry, Put, key_of
from assistant.knowledge.passage import POINTS, Part, Passage
from assistant.knowledge.store import KnowledgeStore
from i18n.vietnamese import clean, fold

HOURS, ADDRESS, PHONE, FEE, OTHER = "hours", "address", "phone", "fee", "other"
TOPICS = (HOURS, ADDRESS, PHONE, FEE, OTHER)
LOOK_AGAIN_AFTER = timedelta(days=180)
"""A fact that nobody checked for so long is to be looked at again."""
PAGE = "/dia-phuong"
TYPED, CONTACT = "typed", "contact"
"""Where a fact comes from: typed as one, or a telephone number of the unit's own list."""
_CONTACT_KEY = "so-dien-thoai-"


@dataclass(frozen=True)
class Fact:
    """One fact: at `place` (whose it is), `label` (what) is `value`. `detail` adds a sentence.

    `unit`: the only unit whose people are told, or None. `checked_on`: the day somebody made sure.
    """

    key: str
    topic: str
    place: str
    label: str
    value: str
    checked_on: date
    detail: str = ""
    source: str = ""
    unit: str | None = None
    origin: str = TYPED

    @property
    def words(self) -> str:
        """The fact on one line: whose, what, and the value."""
        return f"{self.place} · {self.label}: {self.value}"

    @property
    def question(self) -> str:
        """What people ask to hear it: “Giờ làm việc của Ủy ban xã Mẫu?”."""
        asked, has = _ASKED_FOR[self.topic]
        said = f" {clean(self.label).lower()} "
        what = self.label if any(f" {word} " in said for word in has) else asked.format(self.label)
        return f"{what}?" if fold(self.place) in fold(self.label) else f"{what} của {self.place}?"

    @property
    def address(self) -> str:
        """The path of the fact on the page of local facts."""
        return f"{PAGE}#{self.key}"

    def to_json(self) -> dict[str, Any]:
        """What an entry keeps as its data."""
        return {
            "topic": self.topic,
            "place": self.place,
            "label": self.label,
            "value": self.value,
            "detail": self.detail,
            "origin": self.origin,
        }

    @classmethod
    def from_entry(cls, entry: Entry) -> Fact:
        """The fact of an entry of the store."""
        checked_on = entry.read_on or entry.created_at.date()
        return cls(**entry.data, key=entry.key, checked_on=checked_on, source=entry.source, unit=entry.unit)


class ContactNumber(NamedTuple):
    """A telephone number as the unit keeps it."""

    label: str
    number: str
    hours: str
    checked_on: date
    source: str = ""


def fact_key(place: str, label: str) -> str:
    """What the key of a new fact begins with: letters without marks, so other words may have it too."""
    return key_of(f"{label} {place}")


def free_key(store: KnowledgeStore, place: str, label: str, unit: str | None) -> str:
    """A key that no fact of this unit has: “Thôn Mạ” and “Thôn Mã” are two places, and long words are cut."""
    key, number = fact_key(place, label), 1
    taken = {one.key for one in store.each_entry(FACT) if one.unit == unit}
    while key in taken:
        number += 1
        key = f"{fact_key(place, label)[: LONGEST_KEY - 6]}-{number}"
    return key


def same_said(store: KnowledgeStore, place: str, label: str, unit: str | None, but: str = "") -> Entry | None:
    """The fact in use that says something of the same place under the same label, or None.

    `but`: the key of one that does not count.
    """
    wanted = clean(place).casefold(), clean(label).casefold()
    for one in store.each_entry(FACT):
        said = clean(one.data["place"]).casefold(), clean(one.data["label"]).casefold()
        if one.unit == unit and said == wanted and one.key != but:
            return one
    return None


def put(store: KnowledgeStore, fact: Fact, *, owner: str, session: Session | None = None) -> Put:
    """Keep a fact; what stood under its key for its unit is retired. Raises EntryError."""
    return store.put_entry(
        FACT,
        fact.key,
        title=f"{fact.place} · {fact.label}",
        data=fact.to_json(),
        unit=fact.unit,
        source=fact.source,
        read_on=fact.checked_on,
        review_due=fact.checked_on + LOOK_AGAIN_AFTER,
        owner=owner,
        session=session,
    )


def follow_contacts(
    store: KnowledgeStore,
    unit: str,
    place: str,
    numbers: Sequence[ContactNumber],
    *,
    session: Session | None = None,
) -> int:
    """Make the unit's own list of telephone numbers known as facts; returns how many changed.

    `unit` as the store knows it, `place` its name. Numbers that left the list are retired; the same
    list again changes nothing.
    """
    if session is not None:
        store.hold(FACT, session)
    wanted = {fact.key: fact for fact in _as_facts(unit, place, numbers)}
    known = [one for one in store.each_entry(FACT) if one.unit == unit and one.data["origin"] == CONTACT]
    gone = [one for one in known if one.key not in wanted]
    for one in gone:
        store.retire_entry(one.id, session=session)
    changes = [put(store, fact, owner=place, session=session).change for fact in wanted.values()]
    return len(gone) + sum(change != "unchanged" for change in changes)


def _as_facts(unit: str, place: str, numbers: Sequence[ContactNumber]) -> Iterable[Fact]:
    for one in numbers:
        yield Fact(
            key=_CONTACT_KEY + _number_key(one),
            topic=PHONE,
            place=place,
            label=one.label,
            value=one.number,
            detail=f"Giờ nghe máy: {clean(one.hours)}." if clean(one.hours) else "",
            checked_on=one.checked_on,
            source=one.source,
            unit=unit,
            origin=CONTACT,
        )


def _number_key(one: ContactNumber) -> str:
    """A number's key; under a long label the number comes first, for what is cut off must not be it."""
    key = key_of(f"{one.label} {one.number}")
    return key if len(key) < LONGEST_KEY else key_of(f"{one.number} {one.label}")


_ASKED_FOR: dict[str, tuple[str, tuple[str, ...]]] = {
    HOURS: ("Giờ {}", ("giờ", "lịch", "ngày", "buổi", "lúc", "khi")),
    ADDRESS: ("Địa chỉ {}", ("địa chỉ", "ở đâu", "chỗ", "nơi", "trụ sở")),
    PHONE: ("Số điện thoại {}", ("số", "điện thoại", "gọi", "đường dây")),
    FEE: ("Số tiền {}", ("tiền", "phí", "giá", "mức thu")),
    OTHER: ("{}", ()),
}
"""How a topic is asked for, and the words of which a label needs one to say it by itself."""

_SEARCHED_AS = {
    HOURS: "giờ làm việc, giờ mở cửa, mấy giờ",
    ADDRESS: "địa chỉ, ở đâu, chỗ nào",
    PHONE: "số điện thoại, gọi số nào, liên hệ",
    FEE: "lệ phí, bao nhiêu tiền, giá",
    OTHER: "",
}
"""What people ask with, where the fact itself says it in other words: it stands in the titles."""


def fact_passages(entries: Iterable[Entry], today: date) -> tuple[Passage, ...]:
    """The facts in use as passages; one that has expired by `today` gives none."""
    return tuple(
        _passage(Fact.from_entry(entry))
        for entry in entries
        if entry.kind == FACT and not entry.is_expired(today)
    )


class Said(NamedTuple):
    """A fact as it stands in its passage."""

    topic: str
    place: str
    label: str
    value: str


def said_in(passage: Passage) -> Said:
    """What the passage of a fact says: the reverse of `_passage`."""
    what, place, label = passage.titles
    topic = next(
        (one for one, asked in _SEARCHED_AS.items() if asked and what.endswith(f" ({asked})")), OTHER
    )
    return Said(topic, place, label, passage.items[0].removeprefix(f"{place} · {label}: "))


def _passage(fact: Fact) -> Passage:
    own = f"{fact.address}|{fact.unit or ''}"
    what = f"{fact.label} ({_SEARCHED_AS[fact.topic]})" if _SEARCHED_AS[fact.topic] else fact.label
    return Passage(
        key=f"fact:{own}",
        kind=FACT,
        titles=(what, fact.place, fact.label),
        parts=(Part(POINTS, tuple(filter(None, (fact.words, fact.detail)))),),
        locator=fact.address,
        source=fact.source or fact.place,
        twin=own,
        group=f"fact:{fact.unit or ''}",
        checked_on=fact.checked_on,
        unit=fact.unit,
    )
