"""Lists of learners for tests, and what is read from them."""

import io

from openpyxl import Workbook

from lms.classes import roster


def rows(*names: str) -> list[list[str]]:
    return [[name] for name in names]


def checked(cells, in_class=None, taken=()) -> list[roster.Row]:
    return roster.check(cells, in_class or {}, taken)


def names_of(cells) -> list[str]:
    return [row.name for row in checked(cells) if not row.problem]


def workbook(cells) -> bytes:
    book, out = Workbook(), io.BytesIO()
    for row in cells:
        book.active.append(row)
    book.save(out)
    return out.getvalue()
