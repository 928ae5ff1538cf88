"""Lists of learners: read from what a teacher pasted or uploaded, checked row by row, written out again.

One row a learner: name; user name or telephone number (may be empty); `x` for under 16; guardian's name;
what the guardian is to the child. Names are unique within a class, so that importing a list twice
changes nothing. A table with other columns, or with its heading elsewhere, is refused whole with what was
read in it (lms/classes/headings.py): nobody becomes a learner by accident.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from assistant.documents import sandbox
from i18n.person_names import same_name
from i18n.vietnamese import clean, fold
from lms.accounts import service as accounts
from lms.classes import headings
from lms.classes.spreadsheet import LONGEST_CELL
from lms.core.language import lazy
from lms.core.pages.errors import Refusal

ROW_LIMIT = 500
LINES_LIMIT = 10 * ROW_LIMIT
"""Lines of a file or a pasted text that are looked at: a cell in quotes may have several."""
COLUMNS_LIMIT = 50
"""Columns that are looked at; a table with more than a list has is refused by the first of them."""
FILE_LIMIT = 1024 * 1024
SHEET_SECONDS, SHEET_MEMORY = 8, 512 * 1024 * 1024
"""What reading a spreadsheet may take: a list of 500 rows takes a second and a tenth of that."""
YES = {"x", "1", "co", "yes", "true", "duoi 16", "✓"}
NO = {"", "0", "khong", "no", "false", "-"}
GUARD = "'"
"""Put before what a spreadsheet would take for a formula; taken away again when read."""
FORMULA = r"=+\-@\t\r\uff1d\uff0b\uff0d\uff20"
"""The inside of a character class: what a formula begins with, full-width letters too."""
_QUOTED = re.compile(r'(?:^|(?<=[\t;,]))( *)"(?:[^"]|"")*+"(?=[\t;,]|$)')
"""A cell in quotes. Only where a cell begins, and never read back: a line of nothing but quotes was read
again from each of them, for minutes."""
_BARE = re.compile(f"(^|;[ ]*)(?=[{FORMULA}{GUARD}])")
"""Where a formula may begin: in a cell, and after a semicolon, which parts the columns in some countries."""
_GUARDED = re.compile(f"(^|;[ ]*){GUARD}(?=[{FORMULA}{GUARD}])")


class RosterError(Refusal):
    """A whole list that cannot be read, or a row of it; the sentence says what to do."""

    def __init__(self, message: str, field: str = "list", **values: object) -> None:
        super().__init__(message, field, **values)


@dataclass(frozen=True)
class Row:
    """One learner of a list. `number` is the line in the list, from 1; `problem` what is wrong, or None."""

    number: int
    name: str
    login: str
    is_child: bool
    guardian_name: str
    guardian_relation: str
    problem: Refusal | None = None
    known: bool = False
    """Already in the class: nothing to do."""
    returns: bool = False
    """Was in the class before: comes back with what they learned, nobody new is made."""


def read_file(name: str, data: bytes) -> list[list[str]]:
    """The cells of an uploaded list: .xlsx, .csv or .txt, at most 1 MB. Raises RosterError."""
    if len(data) > FILE_LIMIT:
        raise RosterError(lazy("Tệp quá lớn. Bạn chọn tệp dưới 1 MB."))
    if data.startswith(b"PK\x03\x04"):
        return _read_spreadsheet(data)
    wide = data[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
    other = name.lower().endswith((".xls", ".xlsx", ".ods", ".pdf", ".doc", ".docx"))
    if other or (b"\x00" in data and not wide):
        raise RosterError(
            lazy("Không đọc được tệp này. Bạn lưu danh sách thành .xlsx hoặc .csv rồi gửi lại.")
        )
    try:
        text = data.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError:
        raise RosterError(lazy("Chữ trong tệp bị lỗi. Bạn lưu danh sách thành .xlsx rồi gửi lại.")) from None
    return read_text(text)


def _read_spreadsheet(data: bytes) -> list[list[str]]:
    """Apart from the server: a small file may hold more than a reader has memory and time for."""
    broken = lazy("Không đọc được tệp này. Bạn lưu danh sách thành .xlsx hoặc .csv rồi gửi lại.")
    heavy = lazy("Tệp chứa quá nhiều thứ ngoài danh sách. Bạn chép tên sang tệp mới rồi gửi lại.")
    try:
        came = sandbox.call("lms.classes.spreadsheet:cells", data, SHEET_SECONDS, SHEET_MEMORY)
    except sandbox.Busy as error:
        raise RosterError(lazy("Máy đang đọc nhiều tệp khác. Bạn chờ một phút rồi gửi lại.")) from error
    except (sandbox.TooSlow, sandbox.TooMuchMemory) as error:
        raise RosterError(heavy) from error
    except sandbox.ApartError as error:
        raise RosterError(broken) from error
    if "refused" in came:
        size = lazy("Tệp quá lớn. Bạn chọn tệp dưới 1 MB.")
        raise RosterError({"size": size, "heavy": heavy}.get(came["refused"], broken))
    rows = [[_cell(value) for value in row] for row in came["rows"]]
    return [row for row in rows if any(row)]


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool) and len(str(value)) == 9:
        # A spreadsheet takes a telephone number for a number and drops its first 0.
        return f"0{value}"
    return clean(str(value))


def read_text(text: str) -> list[list[str]]:
    """The cells of a pasted list: a name a line, or columns parted by tab, semicolon or comma.

    Raises RosterError for more lines than any list has.
    """
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    lines = [line for line in text.split("\n") if line.strip()]
    if not lines:
        return []
    if len(lines) > LINES_LIMIT:
        # Reading a quarter of a million of them only to refuse takes eight seconds from everybody.
        raise RosterError(lazy("Danh sách dài quá. Mỗi lần tối đa %(limit)s người."), limit=ROW_LIMIT)
    return [
        [_GUARDED.sub(r"\1", clean(cell[:LONGEST_CELL])) for cell in row[:COLUMNS_LIMIT]]
        for row in _columns(lines, _mark(lines))
    ]


def _mark(lines: list[str]) -> str:
    """What parts the columns: the first line says it (names may hold commas), else any line that does."""
    # What stands in quotes parts nothing: a name may hold any mark.
    lines = [_QUOTED.sub(r'\1""', line) for line in lines]
    for some in (lines[:1], lines):
        for mark in ("\t", ";", ","):
            if any(mark in line for line in some):
                return mark
    return ","


def _columns(lines: list[str], mark: str) -> list[list[str]]:
    try:
        return list(
            csv.reader(io.StringIO("\n".join(lines)), delimiter=mark, skipinitialspace=True, strict=True)
        )
    except csv.Error:
        # Quotes that are part of a name, not of the file: a line is a row, so that nobody is merged.
        return [line.split(mark) for line in lines]


def write_text(cells: Iterable[Sequence[str]]) -> str:
    """Cells as text that can be mended in a box, and that `read_text` reads as the same cells."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter="\t", lineterminator="\n")
    for row in cells:
        # A tab in every line: without one, a comma in a name would be taken for the end of a column.
        cleaned = [clean(cell) for cell in row]
        guarded = [_GUARDED.sub(rf"\1{GUARD * 2}", cell) for cell in cleaned]
        writer.writerow(guarded if len(guarded) > 1 else [*guarded, ""])
    return out.getvalue()


def name_key(name: str) -> str:
    """What makes two names of a class the same: letters and tones, not case, spaces or apostrophe."""
    return same_name(name)


def check(
    cells: Iterable[Sequence[str]],
    in_class: dict[str, str | None],
    taken: Iterable[str],
    before: dict[str, str | None] | None = None,
    is_table: bool = True,
) -> list[Row]:
    """Check every row; nothing is saved.

    `in_class`: name_key → login of learners who are in the class; `before`: of those who were and left;
    `taken`: logins that other accounts have; `is_table`: somebody made the columns, and may have made others
    than ours. Raises RosterError for a list that is empty, too long, or
    laid out in a way that cannot be read: then with the columns that were found.
    """
    rows = [list(row) for row in cells if any(clean(cell) for cell in row)]
    unread = headings.unread(rows) if is_table else None
    if unread is not None:
        message, values = unread
        raise RosterError(message, "list", **values)
    first = 1
    if is_table and rows and headings.is_heading(rows[0]):
        rows, first = rows[1:], 2
    if not rows:
        raise RosterError(lazy("Danh sách còn trống. Bạn dán tên học viên, mỗi người một dòng."))
    if len(rows) > ROW_LIMIT:
        raise RosterError(lazy("Danh sách dài quá. Mỗi lần tối đa %(limit)s người."), limit=ROW_LIMIT)
    taken, before = set(taken), before or {}
    names: dict[str, int] = {}
    logins: dict[str, int] = {}
    return [
        _check_row(number, row, in_class, before, taken, names, logins)
        for number, row in enumerate(rows, first)
    ]


def _check_row(
    number: int,
    cells: list[str],
    in_class: dict[str, str | None],
    before: dict[str, str | None],
    taken: set[str],
    names: dict[str, int],
    logins: dict[str, int],
) -> Row:
    name, login, child, guardian, relation = [clean(cell) for cell in (*cells, "", "", "", "", "")[:5]]
    problem: Refusal | None = None
    is_child, known, returns = False, False, False
    try:
        if name_key(name) not in in_class:
            name = headings.without_number(name)
        name = accounts.person_name(name)
        key = name_key(name)
        if key in names:
            raise RosterError(
                lazy("Trùng tên với dòng %(line)s. Bạn thêm năm sinh hoặc tên cha mẹ để phân biệt."),
                line=names[key],
            )
        names[key] = number
        known = key in in_class
        odd = None if known else headings.no_name(name)
        if odd:
            raise RosterError(odd, "name")
        login = accounts.login_form(login) if login else ""
        returns = not known and key in before and login in ("", before[key])
        if login and login in logins:
            raise RosterError(lazy("Trùng số hoặc tên đăng nhập với dòng %(line)s."), line=logins[login])
        if login:
            logins[login] = number
        if known and login and in_class[key] != login:
            raise RosterError(
                lazy("Lớp đã có người tên này, với tên đăng nhập khác. Bạn đổi tên cho khác."), "name"
            )
        if login and not known and not returns and login in taken:
            raise RosterError(
                lazy("Số hoặc tên này đã có tài khoản. Bạn đưa mã lớp để người đó tự vào lớp."), "login"
            )
        is_child = _is_yes(child)
        if is_child and not known and not returns and not guardian:
            raise RosterError(lazy("Dưới 16 tuổi cần tên cha mẹ hoặc người giám hộ."), "guardian")
    except Refusal as refusal:
        problem = refusal
    return Row(number, name, login, is_child, guardian[:80], relation[:40], problem, known, returns)


def _is_yes(cell: str) -> bool:
    word = fold(cell).strip()
    if word in YES:
        return True
    if word in NO:
        return False
    raise RosterError(lazy("Cột “dưới 16 tuổi” ghi x, hoặc để trống."))


def safe_cell(text: str) -> str:
    """A cell that no spreadsheet takes for a formula; what looks like our guard is guarded too."""
    return _BARE.sub(rf"\1{GUARD}", text)


def write_csv(rows: Iterable[Sequence[str]]) -> str:
    """Rows as CSV that Excel opens with its diacritics (a byte order mark first), every cell in quotes."""
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL)
    for row in rows:
        writer.writerow([safe_cell(re.sub(r"[\r\n\t]+", " ", cell).strip()) for cell in row])
    return "\ufeff" + out.getvalue()
