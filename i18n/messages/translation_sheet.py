"""Catalogues as spreadsheets, out and in again, for translators who work in one."""

import csv
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message

from i18n.messages.po_files import mismatch, sources, strings
from i18n.vietnamese.letters import nfc

COLUMNS = ("context", "source", "source_plural", "translation", "translation_plural", "where", "note")
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "'")
_LARGEST = 5_000_000


class SheetError(ValueError):
    """The file is not a translation sheet: too large, not UTF-8 text, or without its columns."""


@dataclass(frozen=True)
class Row:
    """One fault of a sheet: `number` as the spreadsheet counts rows, and what to do."""

    number: int
    message: str


def to_csv(catalogue: Catalog) -> str:
    """The catalogue as CSV text, one message a row; no cell can start a formula."""
    out = StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for message in catalogue:
        if message.id:
            writer.writerow([_safe(cell) for cell in _cells(message)])
    return out.getvalue()


def read_sheet(path: Path) -> str:
    """The text of a sheet. Raises SheetError saying what is wrong with the file."""
    try:
        if path.stat().st_size > _LARGEST:
            raise SheetError(f"{path.name}: larger than {_LARGEST // 1_000_000} MB")
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SheetError(f"{path.name}: save it as CSV in UTF-8") from error
    except OSError as error:
        raise SheetError(f"{path.name}: {error.strerror}") from error


def from_csv(catalogue: Catalog, text: str) -> tuple[int, list[Row]]:
    """Put the translations of a sheet into `catalogue`; returns how many changed, and the bad rows.

    A row whose message is unknown, or whose translation lost a value or a tag, changes nothing.
    An empty translation changes nothing either. Raises SheetError if the columns are missing.
    """
    reader = csv.DictReader(StringIO(text, newline=""), delimiter=_delimiter(text))
    lacking = [column for column in COLUMNS[:5] if column not in (reader.fieldnames or ())]
    if lacking:
        raise SheetError(f"columns missing: {', '.join(lacking)}")
    changed, faults = 0, []
    for number, row in enumerate(reader, 2):
        cells = {column: _plain(row.get(column) or "") for column in COLUMNS}
        fault, change = _take(catalogue, cells)
        changed += change
        if fault:
            faults.append(Row(number, fault))
    return changed, faults


def _cells(message: Message) -> list[str]:
    source, translated = sources(message), strings(message)
    return [
        message.context or "",
        source[0],
        source[1] if len(source) > 1 else "",
        translated[0],
        translated[1] if len(translated) > 1 else "",
        " ".join(sorted({file for file, _line in message.locations})),
        " ".join(message.auto_comments),
    ]


def _take(catalogue: Catalog, cells: dict[str, str]) -> tuple[str | None, int]:
    """(what is wrong or None, 1 if the catalogue changed)."""
    message = catalogue.get(cells["source"], cells["context"] or None)
    if message is None:
        return f"no such message: {cells['source']!r}", 0
    forms = [nfc(cells["translation"]), nfc(cells["translation_plural"])][: len(strings(message))]
    if not any(forms):
        return None, 0
    if not all(forms):
        return f"one of the plural forms is empty: {cells['source']!r}", 0
    wrong = next(filter(None, (mismatch(message, form) for form in forms)), None)
    if wrong:
        return wrong, 0
    if tuple(forms) == strings(message):
        return None, 0
    message.string = forms[0] if isinstance(message.string, str) else tuple(forms)
    return None, 1


def _delimiter(text: str) -> str:
    """Spreadsheets in a Vietnamese setting write semicolons."""
    head = text.split("\n", 1)[0]
    return ";" if head.count(";") > head.count(",") else ","


def _safe(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _plain(cell: str) -> str:
    return cell[1:] if cell.startswith("'") else cell
