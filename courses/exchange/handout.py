"""A course's handout: one HTML page that prints on one A4 sheet in black and white."""

import math
from itertools import pairwise

import segno
from markdown_it.common.utils import escapeHtml

from courses import markup
from courses.data_files import style
from courses.model import Course
from courses.rendering.render import fragment_html

LINE_LENGTH = 88
LINE_HEIGHT, HEADING_HEIGHT, GAP = 5.85, 10.8, 1.0  # millimetres
PAGE_HEIGHT = 205
"""Millimetres between head and foot of one A4 page."""
_STYLE = style("handout")


def handout_html(course: Course, site: str | None = None) -> str:
    """A whole HTML document. With the site's address it carries a QR code that opens the course.

    Returns an empty string for a course without a handout.
    """
    if course.teaching is None or not course.teaching.handout.strip():
        return ""
    title = escapeHtml(course.title)
    head = f"<div><h1>{title}</h1><p>{escapeHtml(course.promise)}</p></div>{_code(course, site)}"
    foot = f"Học Số. {escapeHtml(course.licence)}. Cập nhật {course.updated:%d/%m/%Y}."
    return (
        f'<!doctype html>\n<html lang="vi">\n<head>\n<meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width">\n<title>{title}: tờ phát tay</title>\n'
        f"<style>{_STYLE}</style>\n</head>\n<body>\n<header>{head}</header>\n"
        f"<main>\n{fragment_html(course.teaching.handout)}</main>\n"
        f'<footer><span>Cần giúp, gọi:</span><span class="line"></span></footer>\n'
        f"<footer><span>{foot}</span></footer>\n</body>\n</html>\n"
    )


def printed_height(markdown: str) -> int:
    """About how many millimetres a handout's text takes between the page's head and foot.

    Counted in lines of LINE_LENGTH letters with the sizes of data/handout.css: 202 for one that Chromium
    printed 192 mm high. Pictures are not counted.
    """
    height = 0.0
    tokens = markup.read(markdown)
    for before, token in pairwise(tokens):
        if token.type != "inline":
            continue
        lines = math.ceil(len(markup.plain_text(token)) / LINE_LENGTH)
        heading = before.type == "heading_open"
        height += HEADING_HEIGHT * lines if heading else LINE_HEIGHT * lines + GAP
    return round(height)


def _code(course: Course, site: str | None) -> str:
    if not site:
        return ""
    address = f"{site.rstrip('/')}/hoc/{course.id}"
    image = segno.make(address, error="m").svg_inline(scale=3, border=2, omitsize=True)
    return f'<div style="width:30mm;flex:none;font-size:9pt;text-align:center">{image}Quét để học</div>'
