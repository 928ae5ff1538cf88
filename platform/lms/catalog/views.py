"""The first page, paths, courses, and the pictures and recordings of lessons."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, abort, make_response, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from courses.model import Audience
from lms.accounts import visitor
from lms.accounts.models import Person
from lms.core import current, signals
from lms.core.database import reading, writing
from lms.core.language import (
    AUDIENCE_COOKIE,
    LANGUAGE_COOKIE,
    REGISTER_COOKIE,
    choices,
    chosen_audience,
    remember,
)
from lms.core.pages.pagecache import same_for_guests
from lms.core.permissions import EVERYONE, access
from lms.learning import queries as learning

blueprint = Blueprint("catalog", __name__)

MEDIA_KINDS = {
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".webp": "image/webp",
    ".opus": "audio/ogg",
    ".mp3": "audio/mpeg",
}


def the_audience(audience_id: str | None) -> Audience | None:
    """The audience with this id, or None."""
    return next((one for one in current.library().audiences if one.id == audience_id), None)


@blueprint.get("/")
@access(EVERYONE)
@same_for_guests
def who() -> ResponseReturnValue:
    """Who are you? Five groups, and the others behind one more choice."""
    audiences = current.library().audiences
    person = visitor.visitor()
    return render_template(
        "catalog/who.html",
        audiences=[one for one in audiences if one.first_page],
        chosen=the_audience(chosen_audience()),
        account=visitor.account(),
        going_on=learning.going_on(reading(), current.library(), person.id) if person else None,
        news=signals.news_for(reading(), person.id) if person else 0,
        tab="",
    )


@blueprint.get("/nhom-khac")
@access(EVERYONE)
@same_for_guests
def others() -> ResponseReturnValue:
    """The groups that the first page has no room for."""
    audiences = [one for one in current.library().audiences if not one.first_page]
    return render_template("catalog/others.html", audiences=audiences, tab="")


@blueprint.get("/chon-nhom/<audience_id>")
@access(EVERYONE)
def choose(audience_id: str) -> ResponseReturnValue:
    """Remember who one is, and the register of that group unless one chose another; go to the path."""
    audience = the_audience(audience_id) or abort(404)
    response = make_response(redirect(url_for("catalog.path", audience_id=audience.id), HTTPStatus.SEE_OTHER))
    remember(response, AUDIENCE_COOKIE, audience.id)
    if not choices().register:
        remember(response, REGISTER_COOKIE, audience.register)
    return response


@blueprint.get("/lo-trinh/<audience_id>")
@access(EVERYONE)
@same_for_guests
def path(audience_id: str) -> ResponseReturnValue:
    """One group's path: its courses in order, and what one can do at its end."""
    audience = the_audience(audience_id) or abort(404)
    person = visitor.visitor()
    done = learning.finished_lessons(reading(), person.id) if person else {}
    return render_template(
        "catalog/path.html",
        audience=audience,
        courses=current.library().path(audience.id),
        done=done,
        tab="learn",
    )


@blueprint.get("/hoc")
@access(EVERYONE)
@same_for_guests
def courses() -> ResponseReturnValue:
    """Every course; the reader's own path first."""
    library = current.library()
    audience = the_audience(chosen_audience())
    first = library.path(audience.id) if audience else ()
    person = visitor.visitor()
    return render_template(
        "catalog/courses.html",
        audience=audience,
        first=first,
        rest=[course for course in library.courses if course not in first],
        done=learning.finished_lessons(reading(), person.id) if person else {},
        going_on=learning.going_on(reading(), library, person.id) if person else None,
        tab="learn",
    )


@blueprint.get("/hoc/<course_id>")
@access(EVERYONE)
@same_for_guests
def course(course_id: str) -> ResponseReturnValue:
    """One course: what one can do after it, and its lessons."""
    found = current.library().course(course_id) or abort(404)
    person = visitor.visitor()
    progress = learning.course_progress(reading(), person.id, course_id) if person else {}
    finished = {lesson_id for lesson_id, state in progress.items() if state.finished_at}
    still_open = [one for one in found.lessons if one.id not in finished]
    return render_template(
        "catalog/course.html",
        course=found,
        progress=progress,
        next=(still_open or found.lessons or (None,))[0],
        finished=not still_open,
        tab="learn",
    )


@blueprint.get("/bai-hoc/<course_id>/<path:file>")
@access(EVERYONE)
def media(course_id: str, file: str) -> ResponseReturnValue:
    """A picture or recording of a course; `v` in the address is its version, so it may be kept."""
    found = current.library().course(course_id) or abort(404)
    path = found.media(file)
    kind = MEDIA_KINDS.get(path.suffix.lower()) if path else None
    if path is None or kind is None:
        abort(404)
    response = send_file(path, mimetype=kind, max_age=30 * 24 * 3600, conditional=True)
    # A drawing may not run anything, whoever wrote it.
    response.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    return response


@blueprint.get("/ngon-ngu/<code>")
@access(EVERYONE, temporary=True)
def language(code: str) -> ResponseReturnValue:
    """Choose the language of the interface."""
    if code not in {"vi", "en"}:
        abort(404)
    response = make_response(redirect(url_for("catalog.who"), HTTPStatus.SEE_OTHER))
    remember(response, LANGUAGE_COOKIE, code)
    return response


@blueprint.get("/doc/<register>")
@access(EVERYONE, temporary=True)
def register(register: str) -> ResponseReturnValue:
    """Choose the standard or the plain register: one tap, remembered, back to where one was."""
    if register not in {"standard", "plain"}:
        abort(404)
    target = current.safe_next(request.args.get("tiep"), url_for("catalog.courses"))
    response = make_response(redirect(target, HTTPStatus.SEE_OTHER))
    remember(response, REGISTER_COOKIE, register)
    account = visitor.account()
    if account is not None and account.register != register:
        # Brought to the next device they sign in on. The change is theirs and harms nobody.
        mine = writing().get(Person, account.id)
        if mine is not None:  # erased meanwhile, in another tab
            mine.register = register
    return response


@blueprint.get("/gioi-thieu")
@access(EVERYONE)
@same_for_guests
def about() -> ResponseReturnValue:
    """What Học Số is, and that the assistant is a machine."""
    return render_template("catalog/about.html")
