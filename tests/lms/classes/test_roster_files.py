"""Files with lists of learners: what is none is refused, and what is long to read costs the server little."""

import io
import time
import zipfile

import pytest
from openpyxl import Workbook

from lms.classes import roster
from lms.classes.roster import RosterError
from tests.lms.classes.lists import checked, names_of, workbook


@pytest.mark.parametrize(
    "data", [b"An\n" * 300_000, b"An,b\n" * 200_000, b'"\n' * 500_000, b"\n An" * 60_000]
)
def test_a_text_with_too_many_lines_is_refused_before_it_is_read(data, monkeypatch):
    """Reading all of it first held up everybody of the worker for seconds."""
    monkeypatch.setattr(roster, "_columns", lambda *_: pytest.fail("it was read"))
    monkeypatch.setattr(roster, "clean", lambda _: pytest.fail("it was read"))
    with pytest.raises(RosterError, match="dài quá"):
        roster.read_file("list.csv", data)


def test_of_a_very_wide_line_only_its_beginning_is_looked_at(monkeypatch):
    looked_at = []
    monkeypatch.setattr(roster, "clean", lambda cell: looked_at.append(cell) or cell)
    roster.read_file("list.csv", b"a," * 400_000)
    assert len(looked_at) <= roster.COLUMNS_LIMIT


def test_a_list_whose_cells_have_several_lines_is_read():
    rows = [[f"Nguyễn An {number}", "", "", "", "chị\nem"] for number in range(500)]
    text = "\n".join(f'"{row[0]}",,,,"{row[4]}"' for row in rows)
    assert len(roster.read_text(text)) == 500


def test_a_spreadsheet_is_read_with_its_numbers():
    data = workbook(
        [["Họ tên", "Số điện thoại"], ["Nguyễn Thị Lành", 912345678], [], ["H'Bia", "0912 345 679"]]
    )
    assert [(row.name, row.login, row.problem) for row in checked(roster.read_file("lop.xlsx", data))] == [
        ("Nguyễn Thị Lành", "0912345678", None),
        ("H'Bia", "0912345679", None),
    ]


def test_a_very_long_spreadsheet_is_refused():
    data = workbook([[f"Người {number}"] for number in range(3000)])
    with pytest.raises(RosterError, match="dài quá"):
        checked(roster.read_file("lop.xlsx", data))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_a_csv_of_any_program_is_read(encoding):
    text = "Tên,Tên đăng nhập\nNguyễn Thị Lành,lanh1\nĐinh Thị Hồng,\n"
    if encoding in {"utf-16-le", "utf-16-be"}:
        text = "\ufeff" + text
    cells = roster.read_file("lop.csv", text.encode(encoding))
    assert names_of(cells) == ["Nguyễn Thị Lành", "Đinh Thị Hồng"]


def zipped(**files: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in files.items():
            packed.writestr(name, data)
    return out.getvalue()


BOMB = zipped(**{"xl/worksheets/sheet1.xml": b"0" * (31 * 1024 * 1024), "[Content_Types].xml": b"<x/>"})


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("lop.csv", b"x" * (roster.FILE_LIMIT + 1)),
        ("lop.xlsx", BOMB),
        ("lop.xlsx", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj"),
        ("lop.xlsx", zipped(**{"word/document.xml": b"<x/>"})),
        ("lop.xlsx", workbook([["Lan"]])[:-200]),
        ("lop.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 100),
        ("lop.csv", b"\x89PNG\r\n\x1a\n\x00\x00\x00"),
        ("lop.csv", "Nguyễn".encode("cp1258", errors="replace") + b"\xff\xc0"),
        ("lop.ods", b"PK\x05\x06" + b"\x00" * 18),
    ],
    ids=["large", "bomb", "pdf", "docx", "cut", "xls", "png", "cp1258", "ods"],
)
def test_a_file_that_is_no_list_is_refused_before_anything_else(name, data):
    assert len(BOMB) < roster.FILE_LIMIT, "small to send, large to open"
    with pytest.raises(RosterError) as refused:
        roster.read_file(name, data)
    assert refused.value.message.startswith(("Tệp quá lớn", "Không đọc được", "Chữ trong tệp"))


def with_many_words(count: int) -> bytes:
    """A workbook with words that no cell has: small to send, long to read."""
    plain = zipfile.ZipFile(io.BytesIO(workbook([["Nguyễn Văn An"], ["Lê Thị Bé"]])))
    parts = {name: plain.read(name) for name in plain.namelist()}
    words = "xl/sharedStrings.xml"
    sheet = b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    parts[words] = sheet + b"<si><t/></si>" * count + b"</sst>"
    return zipped(**parts)


@pytest.mark.parametrize("count", [1_400_000, 400_000])
def test_a_small_file_that_is_long_to_read_costs_the_server_nothing(count):
    """1.4 million shared words in 59 kB took eleven seconds of computing and 131 MB in the server."""
    data = with_many_words(count)
    assert len(data) < 100_000
    began = time.process_time()
    try:
        roster.read_file("lop.xlsx", data)
    except RosterError as refused:
        assert refused.message.startswith("Tệp chứa quá nhiều")
    assert time.process_time() - began < 3, "of this process: the reader has its own"


@pytest.mark.parametrize(("rows", "letters"), [(1, 20_000_000), (499, 50_000)])
def test_cells_without_end_are_cut_before_the_server_sees_them(rows, letters):
    """A file of twenty kilobytes cost eighteen CPU seconds and a page of sixty megabytes."""
    book, out = Workbook(write_only=True), io.BytesIO()
    sheet = book.create_sheet()
    for number in range(rows):
        sheet.append([f"Lan {number} " + "a" * min(letters, 32_000)])
    book.save(out)
    data = out.getvalue()
    if letters > 32_000:
        # No spreadsheet program writes a longer cell: by hand.
        data = with_longer_cells(data, letters)
    found = roster.read_file("ds.xlsx", data)
    assert len(found) == rows and max(len(cell) for row in found for cell in row) <= 300
    text = "\n".join("b" * 2_000 for _row in range(100))
    assert max(len(cell) for row in roster.read_text(text) for cell in row) <= 300


def with_longer_cells(data: bytes, letters: int) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, content.replace(b"a" * 32_000, b"a" * letters))
    return out.getvalue()
