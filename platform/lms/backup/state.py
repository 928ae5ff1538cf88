"""When the last backup was made, and what went wrong since: a small file in the instance.

A file and not a table: it must be read when the database is away, and must not come back with an old
copy of it. Nothing but the standard library is imported: the process that waits for the night is small.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

STATE = "last-backup.json"
OLD = timedelta(days=2)
"""A backup that is older is warned of."""
AHEAD = timedelta(minutes=5)
"""A moment further in the future was written by a wrong clock, and counts as none."""


@dataclass(frozen=True)
class LastBackup:
    """The last backup that went well, and the last that did not."""

    made_at: datetime | None = None
    file: str = ""
    bytes: int = 0
    verified: bool = False
    failed_at: datetime | None = None
    error: str = ""
    """Why the last try failed; empty after one that went well."""

    def age(self, now: datetime) -> timedelta | None:
        """How old it is; None if there is none, or only one from the future."""
        if self.made_at is None or self.made_at > now + AHEAD:
            return None
        return max(timedelta(0), now - self.made_at)

    def word(self, now: datetime) -> str:
        """`ok`, `none`, `old` or `failed`."""
        age = self.age(now)
        if age is None:
            return "failed" if self.error else "none"
        if age > OLD:
            return "old"
        return "failed" if self.error else "ok"


def read(instance: Path) -> LastBackup:
    """What is known of an instance's backups; nothing, if the file is missing or unreadable."""
    try:
        words = json.loads((instance / STATE).read_text(encoding="utf-8"))
        return LastBackup(
            made_at=_moment(words["made_at"]),
            file=str(words["file"]),
            bytes=int(words["bytes"]),
            verified=bool(words["verified"]),
            failed_at=_moment(words["failed_at"]),
            error=str(words["error"]),
        )
    except (OSError, ValueError, KeyError, TypeError):
        return LastBackup()


def _moment(word: str | None) -> datetime | None:
    moment = datetime.fromisoformat(word) if word else None
    if moment is not None and moment.tzinfo is None:
        raise ValueError("a moment without a time zone")
    return moment


def succeeded(instance: Path, file: Path, made_at: datetime, verified: bool) -> None:
    """Remember a backup that went well."""
    size = file.stat().st_size
    _write(instance, LastBackup(made_at=made_at, file=str(file), bytes=size, verified=verified))


def failed(instance: Path, error: str) -> None:
    """Remember that one did not; the last good one stays known."""
    _write(instance, replace(read(instance), failed_at=datetime.now(UTC), error=error[:300]))


def _write(instance: Path, last: LastBackup) -> None:
    words = {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in asdict(last).items()
    }
    part = instance / f"{STATE}.part"
    number = os.open(part, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
    with os.fdopen(number, "w", encoding="utf-8") as file:
        json.dump(words, file, ensure_ascii=False)
        file.flush()
        os.fsync(file.fileno())
    part.replace(instance / STATE)


def health(instance: Path) -> dict[str, object]:
    """The part of `/healthz`: `{"state": ok|none|old|failed, "age_hours": number or null}`."""
    now = datetime.now(UTC)
    last = read(instance)
    age = last.age(now)
    return {
        "state": last.word(now),
        "age_hours": None if age is None else round(age.total_seconds() / 3600, 1),
    }
