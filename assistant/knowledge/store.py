"""Everything the assistant keeps in the database besides lessons: one store, made of its kinds of rows."""

from __future__ import annotations

import builtins
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, insert, select, update

from assistant.knowledge.entry_rows import EntryRows
from assistant.knowledge.rows import NotFound, id_of
from assistant.knowledge.tables import Base, Import
from assistant.knowledge.verified_rows import VERIFIED, VerifiedRows
from assistant.storage import upgrade
from i18n.dates import utc_now
from i18n.vietnamese import clean

__all__ = ["VERIFIED", "KnowledgeStore", "NotFound", "prepare"]

MIGRATIONS = Path(__file__).resolve().parent.parent / "migrations"
VERSION_TABLE = "assistant_version"


def prepare(engine: Engine, backups: Path | None = None) -> str:
    """Bring the assistant's tables up to date; see `assistant.storage.upgrade`."""
    return upgrade(engine, MIGRATIONS, VERSION_TABLE, Base.metadata, backups)


class KnowledgeStore(VerifiedRows, EntryRows):
    """Knowledge in the database. Each change takes an optional `session`: see `Rows`."""

    def begin_import(self, kind: str, name: str, digest: str) -> int:
        """Note that a file is being read; returns the import's id."""
        with self.engine.begin() as connection:
            made = connection.execute(
                insert(Import).values(
                    kind=kind, name=clean(name), digest=digest, started_at=utc_now(), report={}
                )
            )
        return id_of(made)

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
