"""Real files made for the tests: PDF by fpdf2, Word by python-docx, and what mischief makes of them."""

from __future__ import annotations

import io
import shutil
import struct
import subprocess
import zipfile
import zlib
from pathlib import Path

import pytest
from docx import Document as WordDocument
from fpdf import FPDF
from fpdf.enums import EncryptionMethod

DECISION = (
    "ỦY BAN NHÂN DÂN XÃ MẪU\n"
    "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\n"
    "Độc lập - Tự do - Hạnh phúc\n"
    "Số: 12/QĐ-UBND\n"
    "Chương I\n"
    "QUY ĐỊNH CHUNG\n"
    "Điều 1. Phạm vi điều chỉnh\n"
    "Quyết định này quy định mức thu lệ phí chứng thực bản sao tại bàn một cửa của xã, "
    "áp dụng cho người dân trong xã và người ở nơi khác đến nộp hồ sơ.\n"
    "Điều 2. Mức thu\n"
    "1. Chứng thực bản sao: 2.000 đồng một trang.\n"
    "2. Chứng thực chữ ký: 10.000 đồng một trường hợp.\n"
    "Điều 3. Quyết định này có hiệu lực từ ngày 01 tháng 01 năm 2026. Văn phòng xã, trưởng các thôn "
    "và những người có liên quan chịu trách nhiệm thi hành quyết định này.\n"
)


def font() -> str:
    """A font of this machine with Vietnamese letters; its path. Skips where there is none."""
    for name in ("DejaVu Sans", "Noto Sans", "Liberation Sans"):
        if shutil.which("fc-match"):
            found = subprocess.run(
                ["fc-match", "-f", "%{file}", f"{name}:lang=vi"],
                capture_output=True,
                text=True,
                check=False,
            ).stdout
            if found.endswith((".ttf", ".otf")) and Path(found).is_file():
                return found
    pytest.skip("no font with Vietnamese letters: sudo apt install fonts-dejavu")


def _paper() -> FPDF:
    paper = FPDF()
    paper.add_font("Own", "", font())
    paper.set_font("Own", size=12)
    return paper


def pdf(*pages: str, header: str = "", locked: bool = False) -> bytes:
    """A PDF with these pages; `header` and the page's number stand on each."""
    paper = _paper()
    paper.set_auto_page_break(False)
    if locked:
        paper.set_encryption(
            owner_password="chu", user_password="khach", encryption_method=EncryptionMethod.RC4
        )
    for number, words in enumerate(pages, start=1):
        paper.add_page()
        if header:
            paper.cell(text=header)
            paper.ln(10)
        paper.multi_cell(0, 7, words)
        if header:
            paper.set_y(-20)
            paper.cell(text=f"- {number} -")
    return bytes(paper.output())


def scanned_pdf(pages: int = 2) -> bytes:
    """A PDF whose pages are pictures of paper: no letter in it can be read."""
    paper = FPDF()
    for _ in range(pages):
        paper.add_page()
        paper.image(io.BytesIO(_grey_picture(60, 80)), 0, 0, 210)
    return bytes(paper.output())


def _grey_picture(width: int, height: int) -> bytes:
    """A PNG, all grey."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        check = zlib.crc32(kind + content)
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", check)

    rows = (b"\x00" + b"\xc8" * width) * height
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


def docx() -> bytes:
    """A Word file with heading styles, a list and a table."""
    word = WordDocument()
    word.add_heading("Hướng dẫn chứng thực", level=1)
    word.add_paragraph("Bàn một cửa nhận hồ sơ mỗi sáng.")
    word.add_heading("Giấy tờ", level=2)
    word.add_paragraph("Bản chính", style="List Bullet")
    word.add_paragraph("Bản sao cần chứng thực", style="List Bullet")
    word.add_heading("Lệ phí", level=2)
    table = word.add_table(rows=2, cols=2)
    for row, cells in zip(table.rows, (("Việc", "Tiền"), ("Chứng thực bản sao", "2.000 đồng")), strict=True):
        for cell, text in zip(row.cells, cells, strict=True):
            cell.text = text
    return saved(word)


def saved(word) -> bytes:
    """The bytes of a Word document."""
    made = io.BytesIO()
    word.save(made)
    return made.getvalue()


def with_part(data: bytes, name: str, content: bytes) -> bytes:
    """A zip with one of its parts replaced or added."""
    made = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as old,
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for entry in old.infolist():
            if entry.filename != name:
                new.writestr(entry, old.read(entry))
        new.writestr(name, content)
    return made.getvalue()


def word_xml(body: str, declared: str = "") -> bytes:
    """A word/document.xml with this body."""
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    inside = f'<w:document xmlns:w="{space}"><w:body>{body}</w:body></w:document>'
    return f'<?xml version="1.0"?>{declared}{inside}'.encode()
