"""The pictures of a course: SVG files, their size on the page, and what may not be in them."""

import re
from functools import lru_cache
from pathlib import Path

from courses.digest import digest
from courses.model import Drawing
from courses.problems import Problems
from courses.textfile import FileRefused, read_bytes

LIMIT = 40 * 1024
_READ_LIMIT = 2 * 1024 * 1024
_VIEW_BOX = re.compile(
    rb"<svg\b[^>]*?\bviewBox\s*=\s*[\"']\s*([-\d.eE]+[\s,]+[-\d.eE]+)[\s,]+([\d.eE+]+)[\s,]+([\d.eE+]+)"
)
_FORBIDDEN = (
    (re.compile(rb"<script\b", re.I), "có đoạn mã (script)"),
    (
        re.compile(rb"<(?:foreignObject|iframe|embed|object|animate|set)\b", re.I),
        "có phần tử không được dùng",
    ),
    (re.compile(rb"\son[a-z]+\s*=", re.I), "có lệnh chạy khi bấm (on…)"),
    (re.compile(rb"(?:href|src)\s*=\s*[\"'](?!#)", re.I), "trỏ ra ngoài tệp (href)"),
    (re.compile(rb"url\s*\(\s*[\"']?(?!#)", re.I), "trỏ ra ngoài tệp (url)"),
    (re.compile(rb"@import|<!ENTITY|<!DOCTYPE", re.I), "có khai báo bên ngoài"),
)


def read_drawings(folder: Path, problems: Problems) -> dict[str, Drawing]:
    """The drawings of a course by file name (relative to `media/`); a bad one is named and left out."""
    media = folder / "media"
    drawings = {}
    for path in sorted(media.glob("*.svg")):
        try:
            data = read_bytes(path, problems.root, _READ_LIMIT)
        except FileRefused as error:
            problems.add(path, 1, str(error))
            continue
        drawing = _drawing(path.name, data)
        if isinstance(drawing, Drawing):
            drawings[drawing.file] = drawing
        else:
            problems.add(path, 1, drawing)
    return drawings


@lru_cache(maxsize=4096)
def _drawing(name: str, data: bytes) -> Drawing | str:
    """The drawing, or what is wrong with it. A file with code in it is never served."""
    for pattern, what in _FORBIDDEN:
        if pattern.search(data):
            return f"Hình {what}. Hãy bỏ phần đó."
    found = _VIEW_BOX.search(data)
    if found is None:
        return 'Hình thiếu viewBox. Hãy thêm, như viewBox="0 0 328 190".'
    try:
        width, height = round(float(found[2])), round(float(found[3]))
    except (ValueError, OverflowError):
        return 'Hình có viewBox không phải số. Hãy sửa, như viewBox="0 0 328 190".'
    if width < 1 or height < 1:
        return "Hình có viewBox rộng hoặc cao bằng 0. Hãy sửa lại."
    return Drawing(name, width, height, len(data), digest(data))
