"""`python -m assistant import-procedures PATH`."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

from tqdm import tqdm

from assistant.knowledge.store import KnowledgeStore, prepare
from assistant.procedures.importing import LinksRefused, Report, import_procedures, write_report
from assistant.procedures.reading.archives import SourceRefused
from assistant.procedures.reading.flags import FlagDataError
from assistant.settings import Settings
from assistant.storage import make_engine
from i18n.dates import local, utc_now

SHOWN_PROBLEMS = 10


def add_command(
    commands: argparse._SubParsersAction, after: Callable[[Settings, KnowledgeStore], None]
) -> None:
    """Add `import-procedures` to the commands of `python -m assistant`; `after` runs when all is stored."""
    parser = commands.add_parser("import-procedures", help="bring procedure records into the store")
    parser.add_argument("path", type=Path, metavar="PATH", help="a .tar.gz, a folder or a .txt file")
    parser.add_argument(
        "--read-on",
        type=date.fromisoformat,
        metavar="YYYY-MM-DD",
        help="the day the source was read",
    )
    parser.add_argument("--links", type=Path, metavar="FILE.csv", help="code, official_url, extracted_at")
    parser.add_argument("--keep-missing", action="store_true", help="retire nothing that PATH does not have")
    parser.add_argument("--report", type=Path, metavar="FILE.json", help="write the whole report there")
    parser.add_argument("--json", action="store_true", help="the whole report on standard output")
    parser.set_defaults(run=run_import, after=after)


def run_import(options: argparse.Namespace) -> int:
    """Import and show the report; exit code 2 if the path was refused."""
    settings = Settings.load()
    settings.instance.mkdir(parents=True, exist_ok=True)
    engine = make_engine(settings.database_url, synchronous=settings.synchronous)
    prepare(engine, settings.instance / "backups" if settings.backup_before_migration else None)
    store = KnowledgeStore(engine)
    try:
        report = _with_bar(store, options)
        if options.report:
            write_report(report, options.report)
    except (SourceRefused, LinksRefused, FlagDataError, OSError) as error:
        _say(str(error))
        return 2
    _tell(report)
    options.after(settings, store)
    shown = report.to_json()
    if not options.json:
        shown["problems"] = shown["problems"][:SHOWN_PROBLEMS]
        shown["missing"], shown["older"] = len(report.missing), len(report.older)
    sys.stdout.write(json.dumps(shown, ensure_ascii=False) + "\n")
    return 0


def _with_bar(store: KnowledgeStore, options: argparse.Namespace) -> Report:
    with tqdm(desc="procedures", file=sys.stderr, unit="", leave=False) as bar:

        def progress(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        return import_procedures(
            store,
            options.path,
            today=local(utc_now()).date(),
            read_on=options.read_on,
            links=options.links,
            keep_missing=options.keep_missing,
            progress=progress,
        )


def _tell(report: Report) -> None:
    """The report in sentences, on standard error."""
    _say(
        f"{report.files} files: {report.added} added, {report.replaced} replaced, "
        f"{report.unchanged} unchanged, {report.retired} retired, "
        f"{len(report.problems)} not read, in {report.seconds} s"
    )
    for problem in report.problems[:SHOWN_PROBLEMS]:
        _say(f"not read: {problem['file']}: {problem['reason']}")
    for message in report.messages:
        _say(message)


def _say(words: str) -> None:
    sys.stderr.write(words + "\n")
