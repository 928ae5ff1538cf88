"""What to be careful about in a procedure record: districts, expired rules, disputed fields, age."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import TypeVar

import yaml

from assistant.procedures.record import DISPUTED, DISTRICTS, EXPIRED_RULE, UNPARSED, Procedure
from i18n import tables
from i18n.vietnamese.phrase_patterns import listed

Flag = TypeVar("Flag")

DATA = Path(__file__).resolve().parents[2] / "data"

_OFFICES = (
    r"(?:ubnd|[uủ][yỷ] ban nhân dân|công an|bhxh|bảo hiểm xã hội|tòa án nhân dân|phòng \S+(?: \S+){0,6}|"
    r"trung tâm y tế|bệnh viện|thanh tra|chi cục thuế|ban chỉ huy quân sự|bchqs|hội đồng nhân dân)"
)
_DISTRICT = re.compile(
    rf"(?P<level>(?:cấp|tuyến)\s+(?:quận|huyện))"
    rf"|{_OFFICES}[^.;:\n]{{0,12}}?\b(?:quận|huyện)\b"
    rf"|\b(?:quận|xã|tỉnh)\s*[,/]\s*huyện\b|\bhuyện\s*[,/]\s*(?:quận|thị xã|thành phố)\b",
    re.I,
)
_NAMED = re.compile(r"huyện|quận", re.I)
_DENIED = re.compile(rf"(?:{listed('records', 'district_is_gone').pattern})[^.;\n]{{0,25}}$", re.I)
_NUMBER = re.compile(r"(?<!\d)\d{1,5}(?:\.\d{1,5})?/\d{4}/[A-ZĐƯ0-9][A-ZĐƯ0-9\-]*")


class FlagDataError(ValueError):
    """A file of known expired rules or disputed fields is not as it should be."""


@dataclass(frozen=True)
class ExpiredRule:
    """A rule that was replaced: from when, by what, where that was read and when."""

    number: str
    name: str
    replaced_by: str
    since: date
    source: str
    checked_on: date


@dataclass(frozen=True)
class Dispute:
    """A field of a record of which another source says something else."""

    code: str
    field: str
    here: str
    elsewhere: str
    source: str
    checked_on: date


def flags_of(procedure: Procedure, text: str) -> tuple[str, ...]:
    """The flags of a record; `text` is the record as it was read. Age is told by `is_old`."""
    found = (
        (DISTRICTS, speaks_of_districts(text)),
        (EXPIRED_RULE, any(True for _rule in expired_rules_of(procedure))),
        (DISPUTED, bool(disputes_of(procedure.code))),
        (UNPARSED, bool(procedure.unread)),
    )
    return tuple(flag for flag, is_so in found if is_so)


def speaks_of_districts(text: str) -> bool:
    """Whether a text names the district as a level or as an office, not only as a place or a road."""
    lines = (line for line in text.split("\n") if _NAMED.search(line))
    return any(_is_level_or_office(line, match) for line in lines for match in _DISTRICT.finditer(line))


def _is_level_or_office(line: str, match: re.Match[str]) -> bool:
    before = line[max(0, match.start() - 60) : match.start()]
    return not (match["level"] and _DENIED.search(before))


def expired_rules_of(procedure: Procedure) -> Iterator[ExpiredRule]:
    """The rules it cites of which we know that they were replaced."""
    numbers = {number for law in procedure.laws for number in _NUMBER.findall(law.number)}
    yield from (rule for rule in expired_rules() if rule.number in numbers)


def disputes_of(code: str) -> tuple[Dispute, ...]:
    """What is disputed in the record of this code."""
    return tuple(one for one in disputes() if one.code == code)


def is_old(read_on: date | None, today: date, days: int) -> bool:
    """Whether a record was read more than `days` ago. One without a date counts as old."""
    return read_on is None or (today - read_on).days > days


@cache
def expired_rules(path: Path = DATA / "expired_rules.yaml") -> tuple[ExpiredRule, ...]:
    """The rules known to be replaced. Raises FlagDataError."""
    return _read(path, ExpiredRule)


@cache
def disputes(path: Path = DATA / "disputed.yaml") -> tuple[Dispute, ...]:
    """The disputed fields that are known. Raises FlagDataError."""
    return _read(path, Dispute)


def _read(path: Path, kind: Callable[..., Flag]) -> tuple[Flag, ...]:
    try:
        listed = tables.read(path.read_text(encoding="utf-8")) or []
        return tuple(kind(**one) for one in listed)
    except (OSError, TypeError, yaml.YAMLError) as error:
        raise FlagDataError(f"{path.name}: {error}") from error
