"""Entries of knowledge as rows: procedures, documents, local facts, and the versions they had."""

from __future__ import annotations

import builtins
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, Select, Text, cast, func, insert, or_, select, update
from sqlalchemy.orm import Session

from assistant.knowledge.entry import (
    ADDED,
    KINDS,
    REPLACED,
    UNCHANGED,
    Entry,
    EntryError,
    Put,
    Summary,
    Version,
    fingerprint_of,
)
from assistant.knowledge.rows import NotFound, Rows, id_of
from assistant.knowledge.tables import EntryRow, Revision
from assistant.knowledge.verified import (
    checked_url,
)
from i18n.dates import utc_now
from i18n.vietnamese import clean


def _must_be_named(kind: str, key: str, title: str) -> None:
    if kind not in KINDS:
        raise EntryError(f"kind is “{kind}”, not one of {', '.join(KINDS)}")
    if not clean(key) or not clean(title):
        raise EntryError("an entry needs a key and a title")


class EntryRows(Rows):
    """Entries: a change makes a new one, the old one is retired and stays in the history."""

    def put_entry(
        self,
        kind: str,
        key: str,
        *,
        title: str,
        data: dict[str, Any],
        unit: str | None = None,
        number: str = "",
        source: str = "",
        source_url: str = "",
        read_on: date | None = None,
        in_force_on: date | None = None,
        expires_on: date | None = None,
        review_due: date | None = None,
        flags: Sequence[str] = (),
        owner: str = "",
        import_id: int | None = None,
        session: Session | None = None,
        connection: Connection | None = None,
    ) -> Put:
        """Keep a procedure, document or local fact; what stood under its key is retired.

        The same content again changes nothing. `connection`: the one that `bulk` gave. Raises
        EntryError for an unknown kind, an empty key or an empty title.
        """
        _must_be_named(kind, key, title)
        content = {
            "title": clean(title),
            "number": clean(number),
            "data": data,
            "source": clean(source),
            "source_url": checked_url(source_url),
            "read_on": read_on,
            "in_force_on": in_force_on,
            "expires_on": expires_on,
            "review_due": review_due,
            "flags": list(flags),
        }
        values = {
            **content,
            "kind": kind,
            "key": clean(key),
            "unit": unit,
            "owner": clean(owner),
            "import_id": import_id,
            "fingerprint": fingerprint_of(content),
            "created_at": utc_now(),
        }
        if connection is not None:
            return self._put(connection, values)
        with self._writing(session) as own:
            # Two that put under one key come one after the other: the second replaces what the first made.
            own.execute(select(Revision.number).where(Revision.kind == kind).with_for_update())
            put = self._put(own, values)
            if put.change != UNCHANGED:
                self._raise_revision(own, kind)
        return put

    def _put(self, connection: Connection, values: dict[str, Any]) -> Put:
        known = (
            EntryRow.kind == values["kind"],
            EntryRow.key == values["key"],
            EntryRow.unit.is_not_distinct_from(values["unit"]),
            EntryRow.retired_at.is_(None),
        )
        old = connection.execute(select(EntryRow.id, EntryRow.fingerprint).where(*known)).first()
        if old is not None and old.fingerprint == values["fingerprint"]:
            return Put(old.id, UNCHANGED)
        if old is not None:
            connection.execute(update(EntryRow).where(EntryRow.id == old.id).values(retired_at=utc_now()))
            values = {**values, "replaces_id": old.id}
        made = connection.execute(insert(EntryRow).values(values))
        return Put(id_of(made), ADDED if old is None else REPLACED)

    @contextmanager
    def bulk(self, kind: str) -> Iterator[Connection]:
        """One transaction for many changes of one kind: workers notice it once, when it is whole."""
        with self.engine.begin() as connection:
            yield connection
            self._raise_revision(connection, kind)

    def hold(self, kind: str, session: Session) -> None:
        """Let nobody else change entries of a kind before this session's transaction ends.

        Whoever looks whether an entry is still in use looks after this.
        """
        session.execute(select(Revision.number).where(Revision.kind == kind).with_for_update())

    def retire_entry(
        self, id: int, *, session: Session | None = None, connection: Connection | None = None
    ) -> None:
        """Stop using an entry; it stays in the history. Raises NotFound."""
        if connection is not None:
            self._retire_entry(connection, id)
            return
        with self._writing(session) as own:
            self._raise_revision(own, self._retire_entry(own, id))

    def _retire_entry(self, connection: Connection, id: int) -> str:
        # Changed before it is looked at: of two at once only one finds it in use.
        alive = EntryRow.id == id, EntryRow.retired_at.is_(None)
        if not connection.execute(update(EntryRow).where(*alive).values(retired_at=utc_now())).rowcount:
            raise NotFound(f"there is no entry {id} in use")
        return connection.execute(select(EntryRow.kind).where(EntryRow.id == id)).scalar_one()

    def entry(self, id: int) -> Entry:
        """One entry, retired or not. Raises NotFound."""
        found = self._entries(select(EntryRow).where(EntryRow.id == id))
        if not found:
            raise NotFound(f"there is no entry {id}")
        return found[0]

    def current_entry(self, kind: str, key: str, unit: str | None = None) -> Entry | None:
        """The entry in use under a key: the unit's own before the one for everybody; or None."""
        wanted = _alive(kind).where(EntryRow.key == key)
        wanted = wanted.where(or_(EntryRow.unit.is_(None), EntryRow.unit == unit))
        found = self._entries(wanted)
        return max(found, key=lambda one: one.unit is not None, default=None)

    def entries(
        self,
        kind: str,
        *,
        unit: str | None = None,
        retired: bool = False,
        search: str = "",
        limit: int = 100,
        offset: int = 0,
    ) -> builtins.list[Entry]:
        """Entries of a kind, newest first, a page at a time.

        `unit`: those of this unit and those for everybody; None: all. `search`: only those with these
        letters in their title or key.
        """
        wanted = select(EntryRow).where(
            EntryRow.kind == kind,
            EntryRow.retired_at.is_not(None) if retired else EntryRow.retired_at.is_(None),
        )
        if unit is not None:
            wanted = wanted.where(or_(EntryRow.unit == unit, EntryRow.unit.is_(None)))
        if search:
            either = EntryRow.title.icontains(search, autoescape=True)
            wanted = wanted.where(or_(either, EntryRow.key.icontains(search, autoescape=True)))
        return self._entries(wanted.order_by(EntryRow.id.desc()).limit(limit).offset(offset))

    def each_entry(self, kind: str) -> Iterator[Entry]:
        """Every entry of a kind in use, by key, read a few hundred at a time."""
        with self._reading() as connection:
            rows = connection.execution_options(yield_per=200).execute(
                _alive(kind).order_by(EntryRow.key, EntryRow.id)
            )
            for row in rows:
                yield _entry(row)

    def summaries(self, kind: str) -> builtins.list[Summary]:
        """Every entry of a kind in use, newest first, without its record: thousands are read at once."""
        columns = [getattr(EntryRow, name) for name in Summary._fields]
        wanted = select(*columns).where(EntryRow.kind == kind, EntryRow.retired_at.is_(None))
        with self._reading() as connection:
            rows = connection.execute(wanted.order_by(EntryRow.id.desc()))
            return [Summary(**{**row._mapping, "flags": tuple(row.flags)}) for row in rows]

    def fingerprints(self, kind: str) -> builtins.list[tuple[str, int, str]]:
        """(key, id, fingerprint) of every entry of a kind in use, by key."""
        wanted = select(EntryRow.key, EntryRow.id, EntryRow.fingerprint).where(
            EntryRow.kind == kind, EntryRow.retired_at.is_(None)
        )
        with self._reading() as connection:
            rows = connection.execute(wanted.order_by(EntryRow.key, EntryRow.id))
            return [(key, id, fingerprint) for key, id, fingerprint in rows]

    def versions(self, kind: str, key: str) -> builtins.list[Version]:
        """Everything that ever stood under a key, newest first, without its record: that may be long."""
        columns = [getattr(EntryRow, name) for name in Version._fields]
        wanted = select(*columns).where(EntryRow.kind == kind, EntryRow.key == key)
        with self._reading() as connection:
            return [Version(*row) for row in connection.execute(wanted.order_by(EntryRow.id.desc()))]

    def stale(
        self, today: date, *, unit: str | None = None, limit: int = 100, offset: int = 0
    ) -> builtins.list[Entry]:
        """Entries in use that somebody should look at: expired, or due for another look; oldest first."""
        due = or_(EntryRow.review_due <= today, EntryRow.expires_on < today)
        wanted = select(EntryRow).where(EntryRow.retired_at.is_(None), due)
        if unit is not None:
            wanted = wanted.where(or_(EntryRow.unit == unit, EntryRow.unit.is_(None)))
        return self._entries(wanted.order_by(EntryRow.id).limit(limit).offset(offset))

    def count(self, kind: str, flag: str = "") -> int:
        """How many entries of a kind are in use (with this flag)."""
        wanted = select(func.count()).where(EntryRow.kind == kind, EntryRow.retired_at.is_(None))
        if flag:
            wanted = wanted.where(cast(EntryRow.flags, Text).contains(f'"{flag}"', autoescape=True))
        with self._reading() as connection:
            return int(connection.execute(wanted).scalar_one())

    def _entries(self, wanted: Select[Any]) -> builtins.list[Entry]:
        with self._reading() as connection:
            return [_entry(row) for row in connection.execute(wanted)]


def _alive(kind: str) -> Select[Any]:
    return select(EntryRow).where(EntryRow.kind == kind, EntryRow.retired_at.is_(None))


def _entry(row: Row[Any]) -> Entry:
    values = dict(row._mapping)
    return Entry(**{**values, "flags": tuple(values["flags"])})
