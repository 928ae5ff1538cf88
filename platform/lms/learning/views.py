"""The lesson player."""

from __future__ import annotations

import gzip
import re
from datetime import date
from functools import lru_cache
from http import HTTPStatus
from uuid import uuid4

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue

from courses.model import REGISTERS, Course, Lesson, Question
from courses.rendering import quote
from courses.rendering.render import Rendered, lesson_html
from i18n import dates
from lms.accounts import visitor
from lms.core import current
from lms.core.database import reading, writing
from lms.core.forms import Filled
from lms.core.language import chosen_audience, chosen_register, interface_locale
from lms.core.pages.pagecache import same_for_guests
from lms.core.permissions import EVERYONE, access
from lms.core.storage import dberrors
from lms.core.submission import takes
from lms.learning import forms, queries, service

blueprint = Blueprint("learning", __name__)

_SECTION_HEADING = re.compile(r'<section id="(?P<anchor>[^"]+)">\n<h2>.*?</h2>')


def the_lesson(course_id: str, lesson_id: str) -> tuple[Course, Lesson]:
    """The course and lesson of an address, or a page that says there is none."""
    course = current.library().course(course_id) or abort(404)
    return course, course.lesson(lesson_id) or abort(404)


@lru_cache(maxsize=600)
def _rendered(
    version: str, course_id: str, lesson_id: str, register: str, audience: str | None, day: date
) -> Rendered:
    course, found = the_lesson(course_id, lesson_id)
    return lesson_html(current.library(), course, found, register, audience, media_url=media_url, day=day)


def rendered(course: Course, lesson: Lesson, register: str, audience: str | None) -> Rendered:
    """A lesson as HTML; fixed by its course's version and the day, so it is made once a day and process."""
    return _rendered(course.version, course.id, lesson.id, register, audience, dates.today())


def media_url(course_id: str, file: str) -> str:
    """Address of a picture or recording, with its course's version so that browsers may keep it."""
    course = current.library().course(course_id) or abort(404)
    return f"/bai-hoc/{course_id}/{file.removeprefix('media/')}?v={course.version[:8]}"


@blueprint.get("/hoc/<course_id>/<lesson_id>")
@access(EVERYONE)
@same_for_guests
def lesson(course_id: str, lesson_id: str) -> ResponseReturnValue:
    """Read a lesson in one's register."""
    course, found = the_lesson(course_id, lesson_id)
    quoted = request.args.get(quote.MARK_ID, "")
    register = register_of_quote(quoted) or chosen_register(course.default_register)
    audience = chosen_audience()
    known = {one.id for one in current.library().audiences}
    person = visitor.visitor()
    progress = queries.course_progress(reading(), person.id, course_id) if person else {}
    if person and found.id not in progress:
        note_opened(person.id, found)
    done = tuple(one.number for one in course.lessons if one.id in progress and progress[one.id].finished_at)
    key = (course.version, course.id, found.id, register, audience if audience in known else None, done)
    if quoted:
        return _lesson_page(*key, quoted, request.args.get(quote.SECTION, ""))
    if person is None or "_flashes" in session or current_app.debug:
        return _lesson_page(*key)
    return _as_accepted(*_kept_page(*key, interface_locale(), dates.today()))


def note_opened(person_id: str, lesson: Lesson) -> None:
    """Note that somebody reads a lesson; where nothing can be saved now, they read it all the same."""
    dberrors.saved_if_possible(lambda db: service.open_lesson(db, person_id, lesson, str(uuid4())))


def register_of_quote(quoted: str) -> str | None:
    """The register that a citation was read in, for an address that leads to its sentence; else None."""
    wanted = request.args.get(quote.REGISTER, "")
    return wanted if quoted and wanted in REGISTERS else None


def _lesson_page(
    version: str,
    course_id: str,
    lesson_id: str,
    register: str,
    audience: str | None,
    done: tuple[int, ...],
    quoted: str = "",
    section: str = "",
) -> str:
    """A lesson's page; `quoted` names the sentence of a section that is marked in it (`rendering.quote`)."""
    course, found = the_lesson(course_id, lesson_id)
    page = rendered(course, found, register, audience)
    return render_template(
        "learning/lesson.html",
        course=course,
        lesson=found,
        text=found.text(register),
        register=register,
        parts=_cut_below_headings(quote.mark(page.html, quoted, section) if quoted else page.html),
        audio=[media_url(course.id, file) for file in found.audio(register)],
        done=done,
    )


def _cut_below_headings(html: str) -> list[tuple[str, str]]:
    """A lesson's HTML in pieces, each with the anchor of the section whose heading ends it ("" for the last).

    Without a script, the switch to the other register stands there: it leads to the same section.
    """
    pieces, begun = [], 0
    for heading in _SECTION_HEADING.finditer(html):
        pieces.append((html[begun : heading.end()], heading["anchor"]))
        begun = heading.end()
    return [*pieces, (html[begun:], "")]


@lru_cache(maxsize=800)
def _kept_page(
    version: str,
    course_id: str,
    lesson_id: str,
    register: str,
    audience: str | None,
    done: tuple[int, ...],
    locale: str,
    day: date,
) -> tuple[bytes, bytes]:
    """A lesson's page as somebody with an account sees it, plain and compressed.

    No name stands on it: it is the same for all who finished the same lessons, for one day.
    """
    page = _lesson_page(version, course_id, lesson_id, register, audience, done).encode("utf-8")
    return page, gzip.compress(page, 6)


def _as_accepted(page: bytes, packed: bytes) -> Response:
    """The compressed page for a browser that takes it, else the plain one."""
    zipped = "gzip" in request.headers.get("Accept-Encoding", "")
    response = Response(packed if zipped else page, mimetype="text/html")
    if zipped:
        response.headers["Content-Encoding"] = "gzip"
    response.vary.update(["Accept-Encoding", "Cookie"])
    return response


def the_question(course_id: str, lesson_id: str, number: int) -> tuple[Course, Lesson, Question]:
    """The course, lesson and question of an address, or a page that says there is none."""
    course, found = the_lesson(course_id, lesson_id)
    if not 1 <= number <= len(found.questions):
        abort(404)
    return course, found, found.questions[number - 1]


def _question(filled: Filled, course_id: str, lesson_id: str, number: int) -> str:
    course, found, asked = the_question(course_id, lesson_id, number)
    person = visitor.visitor()
    shown = request.args.get("tra-loi", "")
    event = queries.answer_shown(reading(), person.id, asked.id, shown) if person and shown else None
    return render_template(
        "learning/question.html",
        course=course,
        lesson=found,
        question=asked,
        number=number,
        register=chosen_register(course.default_register),
        event=event,
        chosen=event.data["chosen"] if event else forms.chosen_of(filled),
        filled=filled.instead(event=str(uuid4())),
    )


@blueprint.route("/hoc/<course_id>/<lesson_id>/cau-hoi/<int:number>", methods=["GET", "POST"])
@access(EVERYONE)
@takes(forms.ANSWER, page=_question, keeps=True)
def question(filled: Filled, course_id: str, lesson_id: str, number: int) -> ResponseReturnValue:
    """One question a screen; after the answer, why it is right or not."""
    _course, found, asked = the_question(course_id, lesson_id, number)
    chosen = forms.chosen_of(filled)
    # First: nobody becomes a guest by a page that is refused.
    service.checked_choice(asked, chosen)
    if visitor.has_left():
        raise service.LearningError(service.OLD_PAGE)
    db = writing()
    person = visitor.visitor_for_writing(db)
    event_id = service.event_of_page(db, person.id, asked, chosen, filled.raw("event"))
    saved = service.answer(db, person.id, found, asked, chosen, event_id)
    here = url_for(".question", course_id=course_id, lesson_id=lesson_id, number=number)
    return redirect(f"{here}?tra-loi={saved.event_id}", HTTPStatus.SEE_OTHER)


@blueprint.get("/hoc/<course_id>/<lesson_id>/cau-hoi")
@access(EVERYONE)
def questions(course_id: str, lesson_id: str) -> ResponseReturnValue:
    """Go to the first question that was not answered yet."""
    _, found = the_lesson(course_id, lesson_id)
    if not found.questions:
        return redirect(url_for(".end", course_id=course_id, lesson_id=lesson_id))
    person = visitor.visitor()
    answered = queries.answered_questions(reading(), person.id, found) if person else {}
    open_ones = [place for place, one in enumerate(found.questions, 1) if one.id not in answered]
    number = open_ones[0] if open_ones else 1
    return redirect(url_for(".question", course_id=course_id, lesson_id=lesson_id, number=number))


def _end(filled: Filled, course_id: str, lesson_id: str) -> str:
    course, found = the_lesson(course_id, lesson_id)
    person = visitor.visitor()
    progress = queries.course_progress(reading(), person.id, course_id) if person else {}
    return render_template(
        "learning/end.html",
        course=course,
        lesson=found,
        progress=progress.get(found.id),
        done=[one.number for one in course.lessons if one.id in progress and progress[one.id].finished_at],
        next=course.lesson(found.next) if found.next else None,
        filled=filled.instead(event=str(uuid4())),
    )


@blueprint.route("/hoc/<course_id>/<lesson_id>/xong", methods=["GET", "POST"])
@access(EVERYONE)
@takes(forms.FINISH, page=_end)
def end(filled: Filled, course_id: str, lesson_id: str) -> ResponseReturnValue:
    """The end of a lesson: how it went, and what comes next."""
    _course, found = the_lesson(course_id, lesson_id)
    if found.questions or visitor.has_left():
        return _end(filled, course_id, lesson_id)
    db = writing()
    person = visitor.visitor_for_writing(db)
    try:
        service.finish_reading(db, person.id, found, filled.raw("event"))
    except service.LearningError:
        abort(400)
    return redirect(url_for(".end", course_id=course_id, lesson_id=lesson_id), HTTPStatus.SEE_OTHER)
