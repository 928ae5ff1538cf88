"""Bringing procedure records into the store: repeatable, resumable, and it says what it could not read."""

from __future__ import annotations

import csv
import hashlib
import json
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import select

from assistant.knowledge.entry import ADDED, PROCEDURE, REPLACED
from assistant.knowledge.store import KnowledgeStore
from assistant.knowledge.tables import EntryRow
from assistant.knowledge.verified import VerifiedError, checked_url
from assistant.procedures.reading import flags as procedureflags
from assistant.procedures.reading.archives import RecordFile, Source, SourceRefused, open_source
from assistant.procedures.reading.record_text import RecordError, read_record
from assistant.procedures.record import Procedure
from assistant.storage import READ_ONLY

READER = "1"
"""Raise it when records are read differently: every record is then read again at the next import."""

CHUNK = 200
ENOUGH = 0.5
"""Share of the known codes that a newer file must hold before what it lacks is retired."""

OLDEST_READING = date(2015, 1, 1)

Progress = Callable[[int, int], None]


class LinksRefused(ValueError):
    """The table of links cannot be used; the sentence says why."""


class Link(NamedTuple):
    """Where a record stands at its source, and when it was read there."""

    url: str
    read_on: date | None


class Known(NamedTuple):
    """What the store has under a code."""

    id: int
    read_on: date | None
    source_url: str
    digest: str


@dataclass
class Report:
    """What an import did. `problems`: every file that was not read, and why.

    `older`: codes whose record in the store was read later, so that it stays. `missing`: codes in the
    store that the file does not have; `retired` says how many of them are no longer used.
    """

    name: str
    digest: str
    read_on: date | None
    files: int = 0
    added: int = 0
    replaced: int = 0
    unchanged: int = 0
    retired: int = 0
    older: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    problems: list[dict[str, str]] = field(default_factory=list)
    unread: dict[str, int] = field(default_factory=dict)
    flags: dict[str, int] = field(default_factory=dict)
    messages: list[str] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def changed(self) -> int:
        """How many entries are different from before."""
        return self.added + self.replaced + self.retired

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values."""
        data = asdict(self)
        data["read_on"] = self.read_on.isoformat() if self.read_on else None
        return {**data, "changed": self.changed}


class Read(NamedTuple):
    """A record that is to be put, with the mark by which it is known again."""

    procedure: Procedure
    digest: str


def import_procedures(
    store: KnowledgeStore,
    path: Path,
    *,
    today: date,
    read_on: date | None = None,
    links: Path | None = None,
    keep_missing: bool = False,
    progress: Progress | None = None,
) -> Report:
    """Bring the records of a `.tar.gz`, a folder or a file into the store.

    `read_on` is the day they were read at their source; without it the newest day in `links`, else the
    newest day that an archive notes for its files. Each some 200 records are kept at once, so that a
    stopped import goes on where it was. Raises SourceRefused or LinksRefused before anything is kept.
    """
    started = time.monotonic()
    source = open_source(path)
    linked = read_links(links) if links else {}
    day = read_on or max((link.read_on for link in linked.values() if link.read_on), default=None)
    day = day or _plausible(source.written_on, today)
    if day and day > today:
        raise SourceRefused(f"{day.isoformat()} is not over yet: records cannot have been read then")
    report = Report(source.path.name, source.digest, day, source.count)
    known = known_records(store)
    import_id = store.begin_import(PROCEDURE, source.path.name, source.digest)
    seen = _put_all(store, source, linked, known, report, import_id, progress)
    _retire_missing(store, source, known, seen, report, keep_missing)
    _sum_up(report)
    report.seconds = round(time.monotonic() - started, 1)
    store.finish_import(import_id, report.to_json())
    return report


def known_records(store: KnowledgeStore) -> dict[str, Known]:
    """What is in use, by code: enough to pass over a record without reading it again."""
    wanted = select(
        EntryRow.key,
        EntryRow.id,
        EntryRow.read_on,
        EntryRow.source_url,
        EntryRow.data["digest"].as_string(),
    ).where(EntryRow.kind == PROCEDURE, EntryRow.retired_at.is_(None), EntryRow.unit.is_(None))
    with store.engine.connect() as connection:
        rows = connection.execution_options(**{READ_ONLY: True}).execute(wanted)
        return {key: Known(id, day, url or "", digest or "") for key, id, day, url, digest in rows}


def read_links(path: Path) -> dict[str, Link]:
    """A CSV with `code`, `official_url` and `extracted_at`. Raises LinksRefused."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            rows = list(csv.DictReader(stream))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise LinksRefused(f"{path} cannot be read: {error}") from error
    if not rows or not {"code", "official_url"} <= set(rows[0]):
        raise LinksRefused(f"{path} has no columns “code” and “official_url”")
    made = {}
    for number, row in enumerate(rows, 2):
        try:
            day = date.fromisoformat(row["extracted_at"]) if row.get("extracted_at") else None
            made[(row["code"] or "").strip()] = Link(checked_url(row["official_url"] or ""), day)
        except (ValueError, VerifiedError) as error:
            raise LinksRefused(f"{path}, line {number}: {error}") from error
    return made


def _plausible(day: date | None, today: date) -> date | None:
    return day if day and OLDEST_READING <= day <= today else None


def _put_all(
    store: KnowledgeStore,
    source: Source,
    linked: dict[str, Link],
    known: dict[str, Known],
    report: Report,
    import_id: int,
    progress: Progress | None,
) -> set[str]:
    """Put every record; returns the codes that the source has, read or not."""
    seen: dict[str, str] = {}
    present: set[str] = set()
    done = 0
    for files in _chunks(source.files()):
        fresh = []
        for file in files:
            present.add(file.stem)
            made = _read(file, linked, known, report, seen)
            if made:
                fresh.append(made)
        if fresh:
            _put(store, fresh, report, import_id)
        done += len(files)
        if progress:
            progress(done, source.count)
    return present | set(seen)


def _chunks(files: Iterable[RecordFile]) -> Iterator[list[RecordFile]]:
    files = iter(files)
    while chunk := list(islice(files, CHUNK)):
        yield chunk


def _read(
    file: RecordFile,
    linked: dict[str, Link],
    known: dict[str, Known],
    report: Report,
    seen: dict[str, str],
) -> Read | None:
    """The record of a file if it has to be put; what happens otherwise is noted in the report."""
    if file.problem:
        _noted(report, file, file.problem)
        return None
    digest = _mark(file.content)
    before = known.get(file.stem)
    url = linked[file.stem].url if file.stem in linked else ""
    if before and before.digest == digest and _says_nothing_new(before, url, report.read_on):
        if file.stem in seen:
            _noted(report, file, f"the code is also in {seen[file.stem]}")
            return None
        seen[file.stem] = file.name
        report.unchanged += 1
        return None
    try:
        text = decoded(file.content)
        procedure = read_record(text)
    except RecordError as error:
        _noted(report, file, str(error))
        return None
    except Exception as error:  # a record must never stop the others
        _noted(report, file, f"unexpected {type(error).__name__}: {error}")
        return None
    if procedure.code in seen:
        _noted(report, file, f"the code {procedure.code} is also in {seen[procedure.code]}")
        return None
    seen[procedure.code] = file.name
    flags = procedureflags.flags_of(procedure, text)
    link = linked.get(procedure.code)
    procedure = replace(procedure, read_on=report.read_on, source_url=link.url if link else "", flags=flags)
    return _against(known.get(procedure.code), procedure, digest, report)


def _against(before: Known | None, procedure: Procedure, digest: str, report: Report) -> Read | None:
    """What is to be put, given what is known: a newer reading stays, a link once given too."""
    if before is None:
        return Read(procedure, digest)
    is_older = bool(before.read_on and procedure.read_on and procedure.read_on < before.read_on)
    if is_older and before.digest != digest:
        report.older.append(procedure.code)
        return None
    days = [day for day in (before.read_on, procedure.read_on) if day]
    day = max(days) if before.digest == digest and days else procedure.read_on
    return Read(replace(procedure, read_on=day, source_url=procedure.source_url or before.source_url), digest)


def _says_nothing_new(before: Known, url: str, day: date | None) -> bool:
    is_later = day is not None and (before.read_on is None or day > before.read_on)
    return not is_later and url in ("", before.source_url)


def _mark(content: bytes) -> str:
    """By which a record is known again: its bytes, how they are read, and what is known to be wrong."""
    fingerprint = hashlib.sha256(READER.encode())
    fingerprint.update(repr((procedureflags.expired_rules(), procedureflags.disputes())).encode())
    fingerprint.update(content)
    return fingerprint.hexdigest()[:24]


def decoded(content: bytes) -> str:
    """The text of a record. Raises RecordError."""
    encoding = "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        raise RecordError(f"not written in {encoding.upper().removesuffix('-SIG')}") from error
    if "\0" in text:
        raise RecordError("not a text: it has NUL bytes")
    return text


def _noted(report: Report, file: RecordFile, reason: str) -> None:
    report.problems.append({"file": file.name, "reason": reason})


def _put(store: KnowledgeStore, fresh: list[Read], report: Report, import_id: int) -> None:
    """Keep some records in one step."""
    with store.bulk(PROCEDURE) as connection:
        for procedure, digest in fresh:
            put = store.put_entry(
                PROCEDURE,
                procedure.code,
                title=procedure.title,
                data={**procedure.to_json(), "digest": digest},
                number=procedure.decision,
                source=procedure.source,
                source_url=procedure.source_url,
                read_on=procedure.read_on,
                flags=procedure.flags,
                import_id=import_id,
                connection=connection,
            )
            report.added += put.change == ADDED
            report.replaced += put.change == REPLACED
            report.unchanged += put.change not in (ADDED, REPLACED)
    for procedure, _digest in fresh:
        _count(report.unread, procedure.unread)
        _count(report.flags, procedure.flags)


def _count(counts: dict[str, int], names: Iterable[str]) -> None:
    for name, number in Counter(names).items():
        counts[name] = counts.get(name, 0) + number


def _retire_missing(
    store: KnowledgeStore,
    source: Source,
    known: dict[str, Known],
    seen: set[str],
    report: Report,
    keep_missing: bool,
) -> None:
    """Retire what a newer, whole source no longer has."""
    report.missing = sorted(set(known) - seen) if source.is_whole else []
    if not report.missing:
        return
    held = 1 - len(report.missing) / len(known)
    if keep_missing:
        report.messages.append(
            f"{len(report.missing)} procedures are not in this file; they were kept, as asked."
        )
        return
    if held < ENOUGH:
        report.messages.append(
            f"This file has only {held:.0%} of the known procedures. It is not the whole catalogue: "
            f"the {len(report.missing)} others were kept."
        )
        return
    newer = [code for code in report.missing if _is_newer(known[code].read_on, report.read_on)]
    gone = [code for code in report.missing if code not in set(newer)]
    if newer:
        report.messages.append(f"{len(newer)} procedures that are not in this file were read later: kept.")
    if gone:
        with store.bulk(PROCEDURE) as connection:
            for code in gone:
                store.retire_entry(known[code].id, connection=connection)
    report.retired = len(gone)


def _is_newer(stored: date | None, read_on: date | None) -> bool:
    """Whether the stored reading is later; without a date for this file, every dated one counts so."""
    return stored is not None and (read_on is None or stored > read_on)


def _sum_up(report: Report) -> None:
    if report.older:
        report.messages.append(
            f"{len(report.older)} procedures in the store were read later than this file: they stay."
        )
    if report.read_on is None:
        report.messages.append("No day of reading is known: give --read-on, or the answers have no date.")
    if not report.changed and not report.older:
        report.messages.append("Nothing is new in this file: the store is as it was.")
    if report.problems:
        report.messages.append(f"{len(report.problems)} files were not read; the report names each.")


def write_report(report: Report, path: Path) -> None:
    """The report as a JSON file."""
    path.write_text(json.dumps(report.to_json(), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
