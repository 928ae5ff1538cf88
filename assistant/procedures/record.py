"""A public administrative procedure as typed fields, each with its unit and its own words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from assistant.procedures.terms import (
    UNITS,
    WAY_NAMES,
    WAYS,
    copies_words,
    duration_words,
    money_words,
)
from i18n.vietnamese.splitting import sentences

HOW_TO_HAND_IN, PAPERS, STEPS, PLACE = "cach-nop", "giay-to", "cac-buoc", "noi-nop"
WHO, RESULT, LAWS, REQUIREMENTS = "doi-tuong", "ket-qua", "can-cu", "yeu-cau"

DISTRICTS, EXPIRED_RULE, OLD, DISPUTED, UNPARSED = "districts", "expired_rule", "old", "disputed", "unparsed"


_COUNTED = re.compile(
    r"(?:^|[:;(]\s*)\d{1,2}\s*(?:\([^()]*\)\s*)?(?:bản|ảnh|tờ|bộ|đơn|phiếu|giấy|văn bản|công văn)\b", re.I
)


class ProcedureError(ValueError):
    """A record that is no procedure; the sentence names the field."""


@dataclass(frozen=True)
class Duration:
    """How long it takes. `number` is None where it could not be read; `text` keeps the record's words."""

    number: float | None
    unit: str
    text: str

    @property
    def words(self) -> str:
        """ "3 ngày làm việc", or the record's own words."""
        return self.text if self.number is None else duration_words(self.number, self.unit)


@dataclass(frozen=True)
class Fee:
    """One amount and when it is due.

    `amount` is None where it could not be read. `doubt` says why the number is not to be trusted,
    such as 20 where the condition beside it says 20.000. `text` is the record's own wording.
    """

    amount: int | None
    currency: str
    condition: str
    text: str
    doubt: str = ""

    @property
    def words(self) -> str:
        """ "7.000 đồng", or the record's own words where the number is unread or in doubt."""
        if self.amount is None or self.doubt:
            return self.text
        return money_words(self.amount, self.currency)


@dataclass(frozen=True)
class Channel:
    """One way of handing in (`online`, `direct` or `postal`) with its time and its fees."""

    way: str
    duration: Duration | None
    fees: tuple[Fee, ...]
    note: str

    @property
    def name(self) -> str:
        """ "Nộp qua mạng" and so on."""
        return WAY_NAMES[self.way]


@dataclass(frozen=True)
class Paper:
    """One paper of the file. `case`: when it is needed, empty: always; None: not counted by the record."""

    name: str
    originals: int | None
    copies: int | None
    case: str

    @property
    def count(self) -> str:
        """ "1 bản chính"; empty where none is counted or its name says another number ("02 ảnh")."""
        return "" if _COUNTED.search(self.name) else copies_words(self.originals, self.copies)


@dataclass(frozen=True)
class Step:
    """One step. `title` may be empty; the lines of `text` are those of the record."""

    title: str
    text: str

    @property
    def lines(self) -> tuple[str, ...]:
        """The step as lines, its title before the first."""
        first, *rest = self.text.split("\n") if self.text else [""]
        separator = " " if self.title.endswith((".", ":", ")")) else ": "
        head = separator.join(part for part in (self.title, first) if part)
        return tuple(line for line in (head, *rest) if line)


@dataclass(frozen=True)
class Law:
    """A law or rule it rests on."""

    title: str
    number: str

    @property
    def words(self) -> str:
        """Its title with its number, once."""
        if not self.number or self.number in self.title:
            return self.title
        return f"{self.title} ({self.number})".strip()


@dataclass(frozen=True)
class Procedure:
    """A procedure record.

    `decision` is the number of the decision that published it, `level` who carries it out, `agency`
    and `competent` the offices, `address` where to hand in. `read_on` is the day the record was read
    at its source. `flags` say what to be careful about; `unread` names the fields that kept only
    their text.
    """

    code: str
    title: str
    decision: str = ""
    level: str = ""
    kind: str = ""
    field: str = ""
    steps: tuple[Step, ...] = ()
    channels: tuple[Channel, ...] = ()
    papers: tuple[Paper, ...] = ()
    who: tuple[str, ...] = ()
    agency: str = ""
    competent: str = ""
    address: str = ""
    result: str = ""
    laws: tuple[Law, ...] = ()
    requirements: str = ""
    keywords: str = ""
    description: str = ""
    source_url: str = ""
    read_on: date | None = None
    flags: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()

    @property
    def locator(self) -> str:
        """The address of its page."""
        return f"/thu-tuc/{self.code}"

    @property
    def source(self) -> str:
        """Whose text it is, for a citation."""
        return f"Thủ tục {self.code}" + (f", quyết định {self.decision}" if self.decision else "")

    def head(self, words: int) -> str:
        """The first `words` words of title, field, and description or first step."""
        first = self.description or (" ".join(self.steps[0].lines) if self.steps else "")
        return " ".join(". ".join(part for part in (self.title, self.field, first) if part).split()[:words])

    def full_text(self) -> str:
        """Everything that is searched, one line each, none twice."""
        lines = [self.title, self.field, self.keywords]
        for section in self.sections().values():
            lines.extend(section)
        lines.extend(sentences(self.description))
        return "\n".join(dict.fromkeys(line for line in lines if line))

    def sections(self) -> dict[str, tuple[str, ...]]:
        """The lines of each section by its anchor, for showing and citing; empty ones are left out."""
        made = {
            HOW_TO_HAND_IN: self._how_to_hand_in(),
            PAPERS: self._papers(),
            STEPS: (line for step in self.steps for line in step.lines),
            PLACE: self._place(),
            WHO: self.who,
            RESULT: sentences(self.result),
            LAWS: (law.words for law in self.laws),
            REQUIREMENTS: sentences(self.requirements),
        }
        kept = {
            anchor: tuple(dict.fromkeys(line for line in lines if line)) for anchor, lines in made.items()
        }
        return {anchor: lines for anchor, lines in kept.items() if lines}

    def _how_to_hand_in(self) -> Iterator[str]:
        for channel in self.channels:
            if channel.duration and channel.duration.words:
                yield f"{channel.name}: {channel.duration.words}"
            for fee in channel.fees:
                text_of_fee = fee.words
                if fee.amount is not None and not fee.doubt and fee.condition:
                    text_of_fee += f" ({fee.condition})"
                yield f"{channel.name}: {text_of_fee}"
            if not channel.duration and not channel.fees and not channel.note:
                yield channel.name
            yield from sentences(channel.note)

    def _papers(self) -> Iterator[str]:
        case = ""
        for paper in self.papers:
            if paper.case != case:
                case = paper.case
                yield case
            yield f"{paper.name} ({paper.count})" if paper.count else paper.name

    def _place(self) -> Iterator[str]:
        yield from sentences(self.address)
        yield from (office for office in (self.agency, self.competent) if office)

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values; `from_json` reads them back."""
        data = asdict(self)
        data["read_on"] = self.read_on.isoformat() if self.read_on else None
        return _listed(data)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Procedure:
        """The procedure that `to_json` wrote. Raises ProcedureError."""
        try:
            return cls._from_json(data)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise ProcedureError(f"the stored record is not a procedure: {error}") from error

    @classmethod
    def _from_json(cls, data: Mapping[str, Any]) -> Procedure:
        values = {name: data[name] for name in cls.__dataclass_fields__ if name in data}
        values["steps"] = tuple(Step(**one) for one in data.get("steps", ()))
        values["channels"] = tuple(_channel(one) for one in data.get("channels", ()))
        values["papers"] = tuple(Paper(**one) for one in data.get("papers", ()))
        values["laws"] = tuple(Law(**one) for one in data.get("laws", ()))
        for name in ("who", "flags", "unread"):
            values[name] = tuple(data.get(name, ()))
        values["read_on"] = date.fromisoformat(data["read_on"]) if data.get("read_on") else None
        return cls(**values)


def _channel(data: Mapping[str, Any]) -> Channel:
    duration = Duration(**data["duration"]) if data["duration"] else None
    if data["way"] not in WAYS or (duration and duration.unit not in UNITS):
        raise ValueError(f"unknown way or unit: {data['way']}")
    return Channel(data["way"], duration, tuple(Fee(**fee) for fee in data["fees"]), data["note"])


def _listed(value: Any) -> Any:
    """Tuples as lists, all the way down: what JSON gives back."""
    if isinstance(value, dict):
        return {name: _listed(one) for name, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_listed(one) for one in value]
    return value
