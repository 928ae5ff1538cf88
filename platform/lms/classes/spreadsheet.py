"""The cells of an .xlsx file. It runs in a process of its own: see `assistant.documents.sandbox`.

A file of 59 kB may hold a million and more words that belong to no cell, each of which a reader keeps.
"""

from __future__ import annotations

import io
import zipfile

UNPACKED_LIMIT = 30 * 1024 * 1024
WORDS_LIMIT = 6 * 1024 * 1024
"""Bytes of the words that the cells of a workbook share; a list of 500 people has a tenth of one megabyte."""
MOST_ROWS, MOST_COLUMNS = 502, 8
LONGEST_CELL = 300
"""Letters: names end long before. One cell of twenty million made a page of sixty megabytes."""

Cell = str | int | float | bool | None


def cells(data: bytes) -> dict[str, object]:
    """{"rows": the first sheet's cells}, or {"refused": "size", "heavy" or "broken"}.

    A cell is text, a number or None; a formula that nobody has worked out is its text.
    """
    from openpyxl import load_workbook

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            # A small file may unpack into gigabytes: look before opening.
            if sum(entry.file_size for entry in packed.infolist()) > UNPACKED_LIMIT:
                return {"refused": "size"}
            words = (one.file_size for one in packed.infolist() if one.filename.endswith("sharedStrings.xml"))
            if max(words, default=0) > WORDS_LIMIT:
                return {"refused": "heavy"}
        # Twice: a formula without a value must not vanish with its row.
        books = (load_workbook(io.BytesIO(data), read_only=True, data_only=only) for only in (True, False))
        values, formulas = (
            sheet.iter_rows(max_row=MOST_ROWS, max_col=MOST_COLUMNS, values_only=True)
            for sheet in (book.active for book in books)
            if sheet is not None
        )
        rows = [
            [_plain(formula if value is None else value) for value, formula in zip(one, other, strict=True)]
            for one, other in zip(values, formulas, strict=True)
        ]
    except MemoryError:
        raise
    except Exception:  # openpyxl raises many kinds for a damaged file
        return {"refused": "broken"}
    return {"rows": rows}


def _plain(value: object) -> Cell:
    if value is None or isinstance(value, (int, float, bool)):
        return value
    return str(value)[:LONGEST_CELL]
