"""Library to files for people without a network: a zip of lessons to read, and printed handouts."""

import re
import zipfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from urllib.parse import urlsplit

from markdown_it.common.utils import escapeHtml

from courses.data_files import style
from courses.exchange.handout import handout_html
from courses.model import PLAIN, REGISTERS, STANDARD, Choice, Course, Lesson, Library, Question
from courses.rendering.render import lesson_html

_ZIP_TIME = (2020, 1, 1, 0, 0, 0)  # the same content gives the same file
_LESSON_LINK = re.compile(r"/hoc/([a-z0-9-]+)/([a-z0-9-]+)(#.*)?")
_REGISTER_NAMES = {STANDARD: "Bản thường", PLAIN: "Dễ hiểu hơn"}
_STYLE = style("offline")


class PackRefused(ValueError):
    """Nothing was packed. Its text says why and what to do."""


def pack(library: Library, to: Path, course_ids: Sequence[str] = (), site: str | None = None) -> list[Path]:
    """Write `hoc-so.zip` (lessons that open without a network) and a handout for each course into `to`.

    `course_ids` picks courses (all when empty); `site` puts the course's address on the handouts as a QR.
    Returns the files written. Raises PackRefused for an unknown course or a wrong address.
    """
    courses = _chosen(library, course_ids)
    if site and (urlsplit(site).scheme not in ("http", "https") or not urlsplit(site).hostname):
        raise PackRefused(f"Địa chỉ “{site}” không đúng. Hãy viết đủ, như https://hoc.xa.gov.vn.")
    to.mkdir(parents=True, exist_ok=True)
    written = [_write_zip(library, courses, to / "hoc-so.zip", site)]
    for course in courses:
        html = handout_html(course, site)
        if html:
            path = to / f"to-phat-tay-{course.id}.html"
            path.write_text(html, encoding="utf-8")
            written.append(path)
    return written


def _chosen(library: Library, course_ids: Sequence[str]) -> list[Course]:
    unknown = [one for one in course_ids if library.course(one) is None]
    if unknown:
        raise PackRefused(f"Không có khóa “{unknown[0]}”. Hãy xem tên bằng: python -m courses list")
    chosen = [course for course in library.courses if not course_ids or course.id in course_ids]
    if not chosen:
        raise PackRefused("Chưa có khóa học nào để đóng gói.")
    return chosen


def _write_zip(library: Library, courses: list[Course], path: Path, site: str | None) -> Path:
    unfinished = path.with_suffix(".part")
    with zipfile.ZipFile(unfinished, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in pack_files(library, courses, site):
            entry = zipfile.ZipInfo(name, _ZIP_TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, data)
    return unfinished.replace(path)


def pack_files(
    library: Library, courses: Sequence[Course], site: str | None = None
) -> Iterator[tuple[str, bytes]]:
    """(name in the pack, content) of every file of an offline pack; index.html comes first."""
    yield "index.html", _page("Học Số", _index(courses)).encode()
    inside = {course.id for course in courses}
    for course in courses:
        for lesson in course.lessons:
            for register in REGISTERS:
                html = _lesson_page(library, course, lesson, register, inside)
                yield f"{course.id}/{_file(lesson.id, register)}", html.encode()
        media = [*course.drawings, *(file for lesson in course.lessons for file in lesson.audio_files)]
        for file in media:
            yield f"{course.id}/media/{file}", (course.folder / "media" / file).read_bytes()
        if html := handout_html(course, site):
            yield f"{course.id}/to-phat-tay.html", html.encode()


def _file(lesson_id: str, register: str) -> str:
    return f"{lesson_id}.html" if register == STANDARD else f"{lesson_id}.de-hieu.html"


def _page(title: str, body: str) -> str:
    return (
        f'<!doctype html>\n<html lang="vi">\n<head>\n<meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width">\n<title>{escapeHtml(title)}</title>\n'
        f"<style>{_STYLE}</style>\n</head>\n<body>\n{body}</body>\n</html>\n"
    )


def _index(courses: Sequence[Course]) -> str:
    parts = ["<h1>Học Số</h1>\n<p>Các bài này mở được khi không có mạng.</p>\n"]
    for course in courses:
        rows = "".join(_index_row(course, lesson) for lesson in course.lessons)
        about = f"<h2>{escapeHtml(course.title)}</h2>\n<p>{escapeHtml(course.summary)}</p>"
        parts.append(f"{about}\n<ol>\n{rows}</ol>\n")
    return "".join(parts)


def _index_row(course: Course, lesson: Lesson) -> str:
    text = lesson.text(course.default_register)
    address = f"{course.id}/{_file(lesson.id, course.default_register)}"
    return f'<li><a href="{address}">{escapeHtml(text.title)}</a></li>\n'


def _lesson_page(library: Library, course: Course, lesson: Lesson, register: str, inside: set[str]) -> str:
    rendered = lesson_html(library, course, lesson, register, page_url=_beside(course, register, inside))
    text = lesson.text(register)
    audio = "".join(_player(file) for file in lesson.audio(register)[:1])
    body = f"{_links(lesson, register)}<main>\n<h1>{escapeHtml(text.title)}</h1>\n{audio}{rendered.html}"
    return _page(text.title, f"{body}{_questions(lesson, register)}</main>\n")


def _player(file: str) -> str:
    return f'<p><audio controls preload="none" src="media/{file}"></audio></p>\n'


def _links(lesson: Lesson, register: str) -> str:
    other = PLAIN if register == STANDARD else STANDARD
    links = ['<a href="../index.html">Mọi bài</a>']
    if lesson.previous:
        links.append(f'<a href="{_file(lesson.previous, register)}">Bài trước</a>')
    if lesson.next:
        links.append(f'<a href="{_file(lesson.next, register)}">Bài sau</a>')
    if lesson.has(other):
        links.append(f'<a href="{_file(lesson.id, other)}">{_REGISTER_NAMES[other]}</a>')
    return f"<nav>{''.join(links)}</nav>\n"


def _questions(lesson: Lesson, register: str) -> str:
    if not lesson.questions:
        return ""
    return "<h2>Câu hỏi</h2>\n" + "".join(_question(question, register) for question in lesson.questions)


def _question(question: Question, register: str) -> str:
    choices = "".join(f"<li>{escapeHtml(choice.text)}</li>" for choice in question.choices)
    reasons = "".join(_reason(choice) for choice in question.choices)
    return (
        f"<p><b>{escapeHtml(question.prompt_in(register))}</b></p>\n<ul>{choices}</ul>\n"
        f"<details><summary>Xem trả lời</summary><ul>{reasons}</ul></details>\n"
    )


def _reason(choice: Choice) -> str:
    verdict = "Đúng" if choice.right else "Chưa đúng"
    return f"<li><b>{verdict}:</b> {escapeHtml(choice.text)}. {escapeHtml(choice.why)}</li>"


def _beside(course: Course, register: str, inside: set[str]) -> Callable[[str], str]:
    def page_url(address: str) -> str:
        """A link between lessons of the pack, from one page to another; other pages need the network."""
        found = _LESSON_LINK.fullmatch(address)
        if not found or found[1] not in inside:
            return "../index.html"
        folder = "" if found[1] == course.id else f"../{found[1]}/"
        return f"{folder}{_file(found[2], register)}{found[3] or ''}"

    return page_url
