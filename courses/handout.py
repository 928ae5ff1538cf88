"""A course's handout: one HTML page that prints on one A4 sheet in black and white."""

import segno
from markdown_it.common.utils import escapeHtml

from courses.model import Course
from courses.render import fragment_html
from courses.words import style

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


def _code(course: Course, site: str | None) -> str:
    if not site:
        return ""
    address = f"{site.rstrip('/')}/hoc/{course.id}"
    image = segno.make(address, error="m").svg_inline(scale=3, border=2, omitsize=True)
    return f'<div style="width:30mm;flex:none;font-size:9pt;text-align:center">{image}Quét để học</div>'
