"""The one place to add, replace and retire what the assistant knows besides the lessons."""

from __future__ import annotations

import builtins
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Text, cast, func, insert, or_, select, update
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
from assistant.knowledge.tables import Base, EntryRow, Import, Revision, VerifiedAnswer
from assistant.knowledge.verified import (
    Verified,
    VerifiedError,
    checked_answer,
    checked_question,
    checked_url,
)
from assistant.storage import READ_ONLY, upgrade
from i18n.dates import utc_now
from i18n.vietnamese import clean

MIGRATIONS = Path(__file__).resolve().parent.parent / "migrations"
VERSION_TABLE = "assistant_version"
VERIFIED = "verified"


class NotFound(LookupError):
    """There is no such entry, or it was retired already."""


def prepare(engine: Engine, backups: Path | None = None) -> str:
    """Bring the assistant's tables up to date; see `assistant.storage.upgrade`."""
    return upgrade(engine, MIGRATIONS, VERSION_TABLE, Base.metadata, backups)


class KnowledgeStore:
    """Knowledge in the database: every worker and every machine sees the same.

    Each change takes an optional `session`: the caller's own open one, so that the change is saved
    or undone together with the caller's rows. Without it the store commits by itself.
    """

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def put_verified(
        self,
        question: str,
        answer_text: str,
        source_title: str,
        source_url: str,
        unit: str | None,
        owner: str,
        reviewed_by: str | None = None,
        reviewed_on: date | None = None,
        *,
        other_questions: Sequence[str] = (),
        review_due: date | None = None,
        replaces: int | None = None,
        session: Session | None = None,
    ) -> int:
        """Keep an answer that a person wrote or checked; returns its id.

        `unit` limits it to one unit (None: everybody). `replaces` retires the answer of that id in
        the same step. Raises VerifiedError for an empty or too long field, NotFound for `replaces`.
        """
        if reviewed_by and reviewed_on is None:
            raise VerifiedError("reviewed_on is missing: the day of the review is shown with the answer")
        values = {
            "question": checked_question(question),
            "other_questions": [checked_question(one) for one in other_questions],
            "answer_text": checked_answer(answer_text),
            "source_title": clean(source_title),
            "source_url": checked_url(source_url),
            "unit": unit,
            "owner": clean(owner),
            "reviewed_by": reviewed_by,
            "reviewed_on": reviewed_on,
            "review_due": review_due,
            "replaces_id": replaces,
            "created_at": utc_now(),
        }
        with self._writing(session) as connection:
            if replaces is not None:
                self._retire(connection, replaces)
            made = connection.execute(insert(VerifiedAnswer).values(values))
            self._raise_revision(connection, VERIFIED)
        return int(made.inserted_primary_key[0])

    def retire(self, id: int, *, session: Session | None = None) -> None:
        """Stop using a verified answer; it stays in the history. Raises NotFound."""
        with self._writing(session) as connection:
            self._retire(connection, id)
            self._raise_revision(connection, VERIFIED)

    def reword(self, instead: Mapping[str, str], *, session: Session | None = None) -> int:
        """Put other words in the place of questions that were taken back, in the history too.

        `instead`: question as it is kept → what stands there from now on. Returns how many answers it
        touched.
        """
        touched = 0
        with self._writing(session) as connection:
            rows = connection.execute(
                select(VerifiedAnswer.id, VerifiedAnswer.question, VerifiedAnswer.other_questions)
            ).all()
            for id, question, others in rows:
                new = instead.get(question, question)
                new_others = [
                    one for one in dict.fromkeys(instead.get(one, one) for one in others) if one != new
                ]
                if (new, new_others) != (question, list(others)):
                    touched += 1
                    connection.execute(
                        update(VerifiedAnswer)
                        .where(VerifiedAnswer.id == id)
                        .values(question=new, other_questions=new_others)
                    )
            if touched:
                self._raise_revision(connection, VERIFIED)
        return touched

    def get(self, id: int) -> Verified:
        """One verified answer, retired or not. Raises NotFound."""
        found = self._read(select(VerifiedAnswer).where(VerifiedAnswer.id == id))
        if not found:
            raise NotFound(f"there is no verified answer {id}")
        return found[0]

    def successor(self, id: int) -> Verified | None:
        """What is in use in the place of a verified answer, over all the wordings between; or None."""
        while True:
            later = self._read(
                select(VerifiedAnswer)
                .where(VerifiedAnswer.replaces_id == id, VerifiedAnswer.id > id)
                .order_by(VerifiedAnswer.id.desc())
                .limit(1)
            )
            if not later:
                return None
            if later[0].retired_at is None:
                return later[0]
            id = later[0].id

    def list(
        self,
        *,
        unit: str | None = None,
        retired: bool = False,
        due_by: date | None = None,
        limit: int = 100,
        offset: int = 0,
    ) -> builtins.list[Verified]:
        """Verified answers, newest first, a page at a time.

        `unit`: those of this unit and those for everybody; None: all. `due_by`: only those whose
        review is due on that day or before. `retired`: the retired ones instead.
        """
        wanted = select(VerifiedAnswer).order_by(VerifiedAnswer.id.desc()).limit(limit).offset(offset)
        wanted = wanted.where(
            VerifiedAnswer.retired_at.is_not(None) if retired else VerifiedAnswer.retired_at.is_(None)
        )
        if unit is not None:
            wanted = wanted.where(or_(VerifiedAnswer.unit == unit, VerifiedAnswer.unit.is_(None)))
        if due_by is not None:
            wanted = wanted.where(VerifiedAnswer.review_due <= due_by)
        return self._read(wanted)

    def in_use(self) -> builtins.list[Verified]:
        """Every verified answer that is not retired, oldest first."""
        alive = select(VerifiedAnswer).where(VerifiedAnswer.retired_at.is_(None))
        return self._read(alive.order_by(VerifiedAnswer.id))

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
        if kind not in KINDS:
            raise EntryError(f"kind is “{kind}”, not one of {', '.join(KINDS)}")
        if not clean(key) or not clean(title):
            raise EntryError("an entry needs a key and a title")
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
        return Put(int(made.inserted_primary_key[0]), ADDED if old is None else REPLACED)

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
            return [tuple(row) for row in connection.execute(wanted.order_by(EntryRow.key, EntryRow.id))]

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

    def begin_import(self, kind: str, name: str, digest: str) -> int:
        """Note that a file is being read; returns the import's id."""
        with self.engine.begin() as connection:
            made = connection.execute(
                insert(Import).values(
                    kind=kind, name=clean(name), digest=digest, started_at=utc_now(), report={}
                )
            )
        return int(made.inserted_primary_key[0])

    def finish_import(self, id: int, report: dict[str, Any]) -> None:
        """Keep what an import did, and of each record it could not read why."""
        done = update(Import).where(Import.id == id).values(finished_at=utc_now(), report=report)
        with self.engine.begin() as connection:
            connection.execute(done)

    def imports(self, kind: str, limit: int = 20) -> builtins.list[dict[str, Any]]:
        """The last imports of a kind, newest first, as plain values."""
        wanted = select(Import).where(Import.kind == kind).order_by(Import.id.desc()).limit(limit)
        with self._reading() as connection:
            return [dict(row._mapping) for row in connection.execute(wanted)]

    def revision(self, kind: str | None = None) -> int:
        """A number that every change (of a kind) raises; cheap enough to ask before each question."""
        wanted = select(Revision.number)
        if kind is not None:
            wanted = wanted.where(Revision.kind == kind)
        with self._reading() as connection:
            return sum(connection.execute(wanted).scalars())

    def revisions(self) -> dict[str, int]:
        """The counter of every kind."""
        with self._reading() as connection:
            return dict(tuple(row) for row in connection.execute(select(Revision.kind, Revision.number)))

    @contextmanager
    def _writing(self, session: Session | None) -> Iterator[Connection]:
        if session is not None:
            yield session.connection()
            return
        with self.engine.begin() as connection:
            yield connection

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with self.engine.connect() as connection:
            yield connection.execution_options(**{READ_ONLY: True})

    def _entries(self, wanted) -> builtins.list[Entry]:
        with self._reading() as connection:
            return [_entry(row) for row in connection.execute(wanted)]

    def _read(self, wanted) -> builtins.list[Verified]:
        with self._reading() as connection:
            return [_verified(row) for row in connection.execute(wanted)]

    def _retire(self, connection: Connection, id: int) -> None:
        alive = VerifiedAnswer.id == id, VerifiedAnswer.retired_at.is_(None)
        done = connection.execute(update(VerifiedAnswer).where(*alive).values(retired_at=utc_now()))
        if done.rowcount == 0:
            raise NotFound(f"there is no verified answer {id} in use")

    def _raise_revision(self, connection: Connection, kind: str) -> None:
        raised = update(Revision).where(Revision.kind == kind).values(number=Revision.number + 1)
        connection.execute(raised)


def _alive(kind: str):
    return select(EntryRow).where(EntryRow.kind == kind, EntryRow.retired_at.is_(None))


def _entry(row) -> Entry:
    values = dict(row._mapping)
    return Entry(**{**values, "flags": tuple(values["flags"])})


def _verified(row) -> Verified:
    values = dict(row._mapping)
    questions = (values.pop("question"), *values.pop("other_questions"))
    return Verified(questions=questions, **values)
