"""The commands of `python -m i18n.messages`."""

import argparse
import sys
from pathlib import Path

from i18n.locales import LOCALES
from i18n.messages import po_files, translation_sheet
from i18n.messages.extraction import extract, hard_coded
from i18n.messages.translations import CatalogueError, read_catalogue

ROOT = Path(__file__).resolve().parents[2]


def main(arguments: list[str] | None = None) -> int:
    """Run one command; returns the exit code: 0 done, 1 something is to be mended."""
    options = _parser().parse_args(arguments)
    try:
        return options.run(options)
    except (CatalogueError, translation_sheet.SheetError, ValueError) as error:
        print(error, file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m i18n.messages", description="Words of the screens.")
    parser.add_argument("--root", type=Path, default=ROOT, help="the project (default: this one)")
    parser.add_argument(
        "--catalogues", type=Path, help="folder of the catalogues (default: ROOT/i18n/catalogues)"
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for name, run, text in (
        ("extract", _extract, "collect the messages of templates and code into messages.pot"),
        ("update", _update, "bring every catalogue up to date"),
        ("check", _check, "name what is missing, wrong, or in no catalogue; exit 1 if anything is"),
    ):
        commands.add_parser(name, help=text).set_defaults(run=run)
    for name, run, text in (
        ("export-csv", _export, "write a catalogue as a spreadsheet"),
        ("import-csv", _import, "take a spreadsheet's translations into a catalogue"),
    ):
        command = commands.add_parser(name, help=text)
        command.add_argument("locale", choices=list(LOCALES))
        command.add_argument("file", type=Path)
        command.set_defaults(run=run)
        if run is _import:
            command.add_argument("--dry-run", action="store_true", help="only say what would happen")
    return parser


def _folder(options: argparse.Namespace) -> Path:
    return options.catalogues or options.root / "i18n" / "catalogues"


def _extract(options: argparse.Namespace) -> int:
    template = extract(options.root)
    path = po_files.write_template(template, _folder(options))
    print(f"{len(template)} messages in {path.name}")
    return 0


def _update(options: argparse.Namespace) -> int:
    template = extract(options.root)
    for locale_id, missing in po_files.update(template, _folder(options)).items():
        print(f"{locale_id}: {len(template)} messages, {missing} without words of their own")
    return 0


def _check(options: argparse.Namespace) -> int:
    template = extract(options.root)
    problems = po_files.check(template, _folder(options)) + hard_coded(options.root)
    for problem in problems:
        print(problem)
    print(f"{len(template)} messages, {len(problems)} problems")
    return 1 if problems else 0


def _export(options: argparse.Namespace) -> int:
    text = translation_sheet.to_csv(read_catalogue(options.locale, _folder(options)))
    # The mark at the start tells spreadsheets that the file is UTF-8.
    options.file.write_text(text, encoding="utf-8-sig", newline="")
    print(f"{options.file}: written")
    return 0


def _import(options: argparse.Namespace) -> int:
    catalogue = read_catalogue(options.locale, _folder(options))
    changed, faults = translation_sheet.from_csv(catalogue, translation_sheet.read_sheet(options.file))
    for fault in faults:
        print(f"{options.file.name}, row {fault.number}: {fault.message}")
    if not options.dry_run and not faults:
        po_files.write_catalogue(catalogue, options.locale, _folder(options))
    print(
        f"{changed} changed, {len(faults)} bad rows"
        + (", nothing saved" if faults or options.dry_run else "")
    )
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
