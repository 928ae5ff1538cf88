"""What a pasted table is: our own columns, bare names, or something else that must not become people.

The first column holds names, the second telephone numbers or user names, the third an `x` for under 16,
then a guardian and what they are to the child. Everything else is named and refused, until columns can
be chosen.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from i18n.vietnamese import clean, fold
from i18n.vietnamese.letters import place_tones
from lms.core.language import lazy

_NAME = {
    "ten", "ho ten", "hoten", "ho va ten", "hovaten", "ten hoc vien", "hoc vien", "ten hoc sinh",
    "ho va ten hoc sinh", "ho ten hoc sinh", "ho va ten hoc vien", "name", "full name",
}  # fmt: skip
_LOGIN = {
    "ten dang nhap", "so dien thoai", "sdt", "dien thoai", "so dt", "so", "login", "user name", "username",
    "phone", "so dien thoai hoac ten dang nhap", "phone number", "sign-in name",
}  # fmt: skip
_CHILD = {"duoi 16", "duoi 16 tuoi", "under 16"}
_GUARDIAN = {"nguoi giam ho", "giam ho", "cha me", "phu huynh", "guardian", "cha me hoac nguoi giam ho"}
_RELATION = {"quan he", "relation", "relationship"}
COLUMNS = (_NAME, _LOGIN, _CHILD, _GUARDIAN, _RELATION)
_STANDING = {
    "tinh trang", "bai da xong", "tong so bai",
    "status", "state", "standing", "lessons done", "lessons finished", "all lessons", "lessons in total",
}  # fmt: skip
"""The last columns of our own export: where a learner stands; read by nobody."""
_OTHER = {
    "stt", "tt", "so tt", "so thu tu", "no", "no.",
    "#", "ho", "ho dem", "ho va dem", "ho va ten dem", "ho lot",
    "ten dem", "ngay sinh", "nam sinh", "ngay thang nam sinh", "sinh ngay", "gioi tinh", "nam/nu", "nam nu",
    "nu", "lop", "khoi", "ma hs", "mahs", "ma hoc sinh", "ma sv", "ma so", "ma dinh danh", "cccd",
    "so cccd", "dan toc", "dia chi", "noi sinh", "que quan",
    "ghi chu", "email", "e-mail", "ho ten cha", "ho ten me",
    "sdt phu huynh", "first name", "last name", "surname", "given name", "firstname", "lastname", "class",
    "birthday", "date of birth", "sourcedid", "id", "diem", "ho va ten cha", "ho va ten me", "thon", "buon",
}  # fmt: skip
_WORDS = frozenset().union(*COLUMNS, _OTHER)
_SURE = _WORDS - {
    "ten",
    "name",
    "so",
    "ho",
    "tt",
    "no",
    "nu",
    "id",
    "#",
    "hoc vien",
    "thon",
    "buon",
    "class",
    "lop",
}
_LOOK = 15
"""Rows in which a heading may stand under titles."""
_USER_NAME = re.compile(r"[a-z0-9][a-z0-9._-]*|[A-Za-z._-]*\d[A-Za-z0-9._-]*|\+?[\d\s.()\-]+")
_DATE = re.compile(r"\d{1,4}[/.\-]\d|\d{2,}")
_NUMBER = re.compile(r"\d{1,3}\s*[.)\-/:]\s*(?=[^\W\d])|\d{1,3}\s+(?=[^\W\d])")
_TITLES = (
    "danh sách", r"phòng (gd|giáo dục)", r"sở (gd|giáo dục)", "ubnd", "ủy ban nhân dân",  # i18n: ignore
    "cộng hòa xã hội", "độc lập", "năm học", r"lớp\b", r"khối \d", "giáo viên", "gvcn",  # i18n: ignore
    "người lập", "hiệu trưởng", r"tổng (số|cộng)", "sĩ số", "ghi chú", "hướng dẫn", "sep=",  # i18n: ignore
    r"trường (mầm non|mẫu giáo|tiểu học|trung học|phổ thông|đại học|cao đẳng)",  # i18n: ignore
    r"trường (thcs|thpt|th\b|ptdt)", r"stt\b", "họ và tên",  # i18n: ignore
)  # fmt: skip
_TITLE = re.compile("|".join(_TITLES))
_FORMULA = re.compile(r"=.*[(&!:]|=\$?[A-Za-z]{1,3}\$?\d")
_MAIL = re.compile(r"[^\s@]@[^\s@.]+\.[^\s@]")
"""A mail address; no part may run over an `@`, so that a heap of them is read once."""


def _bare(cell: str) -> str:
    return fold(clean(cell)).strip(" :*.")


def is_heading(row: Sequence[str]) -> bool:
    """Whether a first row names columns, its first the names."""
    return bool(row) and _bare(row[0]) in _NAME


def unread(rows: Sequence[Sequence[str]]) -> tuple[str, dict[str, object]] | None:
    """Why a table cannot be read as it is, as a message and its values; None if it can."""
    if not rows:
        return None
    place = next((number for number, row in enumerate(rows[:_LOOK]) if _names_columns(row)), None)
    if place is not None and not is_heading(rows[0]):
        return _columns_found(rows[place])
    if is_heading(rows[0]):
        row = rows[0]
        if any(not _fits(number, cell) for number, cell in enumerate(row)):
            return _columns_found(row)
        titled = len(row)
        rows = rows[1:]
        if titled > 5:
            return None
    else:
        titled = 1
    return _unfit(rows, titled)


def _names_columns(row: Sequence[str]) -> bool:
    words = [_bare(cell) for cell in row]
    return any(word in _SURE for word in words) and all(not word or len(word) < 40 for word in words)


def _fits(number: int, heading: str) -> bool:
    word = _bare(heading)
    return not word or word in (COLUMNS[number] if number < len(COLUMNS) else _STANDING)


def _columns_found(row: Sequence[str]) -> tuple[str, dict[str, object]]:
    found = ", ".join(
        f"{number} “{clean(cell)[:30]}”" for number, cell in enumerate(row[:8], 1) if clean(cell)
    )
    return (
        lazy(
            "Bảng này có cột %(columns)s. Máy chưa đọc được bảng như vậy."
            " Bạn để họ tên ở cột 1, số điện thoại ở cột 2. Hoặc chỉ dán cột họ tên."
        ),
        {"columns": found},
    )


def _unfit(rows: Sequence[Sequence[str]], titled: int) -> tuple[str, dict[str, object]] | None:
    """What in columns without a heading is not what would be read there."""
    wrong = lazy(
        "Cột %(column)s ghi “%(cell)s”. Máy không biết cột này là gì."
        " Bạn để họ tên ở cột 1, số điện thoại ở cột 2. Hoặc chỉ dán cột họ tên."
    )
    for row in rows:
        cells = [clean(cell) for cell in row]
        if cells[0].isdecimal() and any(cells[1:]):
            return wrong, {"column": 1, "cell": cells[0][:30]}
        for number, cell in enumerate(cells[titled:], titled):
            strange = (
                (number == 1 and not _USER_NAME.fullmatch(cell))
                or (number == 2 and cell not in ("0", "1") and _DATE.search(cell))
                or number >= len(COLUMNS)
            )
            if cell and strange:
                return wrong, {"column": number + 1, "cell": cell[:30]}
    return None


def without_number(name: str) -> str:
    """A name without its number in the list: `1. Nguyễn Văn An` is Nguyễn Văn An."""
    return _NUMBER.sub("", name, count=1) if _NUMBER.match(name) else name


def no_name(name: str) -> str | None:
    """Why this is no person's name, as a sentence, or None: a number, a title, a formula, an address."""
    if _FORMULA.match(name):
        return lazy("Ô tên là công thức. Bạn mở tệp, chép tên thành chữ rồi gửi lại.")
    if _TITLE.match(place_tones(name.lower())) or _bare(name) in _SURE:
        return lazy("Dòng này giống tiêu đề, không phải tên người. Bạn xóa dòng này.")
    first = name.split(" ", 1)[0]
    if not any(letter.isalpha() for letter in name) or any(letter.isdigit() for letter in first):
        return lazy("Đây là số hoặc mã, không phải tên người. Bạn gõ họ tên.")
    if _MAIL.search(name):
        return lazy("Đây là địa chỉ thư, không phải tên người. Bạn gõ họ tên.")
    return None
