"""What the assistant knows besides lessons and verified answers: procedures, documents, local facts."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from i18n.vietnamese import clean, fold

PROCEDURE, DOCUMENT, FACT = "procedure", "document", "fact"
KINDS = (PROCEDURE, DOCUMENT, FACT)

ADDED, REPLACED, UNCHANGED = "added", "replaced", "unchanged"

LONGEST_KEY = 80


def key_of(title: str) -> str:
    """A title as a key for addresses: letters without marks, digits and hyphens; never empty."""
    words = re.sub(r"[^a-z0-9]+", "-", fold(clean(title))).strip("-")
    return words[:LONGEST_KEY].rstrip("-") or "tai-lieu"


class EntryError(ValueError):
    """An entry that cannot be kept; the sentence names the field."""


class Put(NamedTuple):
    """What became of an entry that was put: its id, and added, replaced or unchanged."""

    id: int
    change: str


class Summary(NamedTuple):
    """What a list shows of an entry in use: all but its record."""

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


class Version(NamedTuple):
    """What a list of versions shows of something that stood under a key."""

    id: int
    unit: str | None
    created_at: datetime
    retired_at: datetime | None


@dataclass(frozen=True)
class Entry:
    """One entry of the store. A change makes a new one; the old one is retired and stays in the history.

    `key` is the code of a procedure or the slug of a document or fact: among entries in use it is
    unique for its kind and unit. `unit`: the only unit it is for, or None. `number`: of the decision
    or document. `data`: the typed record as plain JSON values. `flags` say what to be careful about.
    """

    id: int
    kind: str
    key: str
    unit: str | None
    title: str
    number: str
    data: dict[str, Any]
    source: str
    source_url: str
    read_on: date | None
    in_force_on: date | None
    expires_on: date | None
    review_due: date | None
    flags: tuple[str, ...]
    owner: str
    import_id: int | None
    fingerprint: str
    created_at: datetime
    retired_at: datetime | None
    replaces_id: int | None

    def is_expired(self, today: date) -> bool:
        """Whether it was in force until a day before `today`."""
        return self.expires_on is not None and self.expires_on < today

    def is_stale(self, today: date) -> bool:
        """Whether somebody should look at it: expired, or its day for looking again has come."""
        return self.is_expired(today) or (self.review_due is not None and self.review_due <= today)


def fingerprint_of(values: Mapping[str, Any]) -> str:
    """Changes when anything that people see of an entry changes; not with the day it was put."""
    plain = json.dumps(values, ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(plain.encode()).hexdigest()[:32]
