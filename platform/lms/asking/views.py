"""Pages of asking: the form, one answer, and what one may do with it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from http import HTTPStatus

from flask import (
    Blueprint,
    Flask,
    Response,
    abort,
    current_app,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from sqlalchemy.exc import SQLAlchemyError

from assistant.answer import Answer, AnswerError, Improved
from lms.accounts import tries, visitor
from lms.asking import forms, queries, service, streaming, suggestions, urgent_cards
from lms.asking.models import Asked
from lms.core import current, once, pool, rate_limit, signals
from lms.core.counting import MustWait, busy_at, waits_at
from lms.core.database import done_reading, reading, save_erasure, writing
from lms.core.forms import BUTTON, Filled
from lms.core.language import chosen_audience, chosen_register, lazy
from lms.core.language import gettext as _
from lms.core.pages.pagecache import same_for_guests
from lms.core.permissions import EVERYONE, access
from lms.core.storage import dberrors
from lms.core.submission import takes
from lms.core.throttle import key_for
from lms.units import service as units

blueprint = Blueprint("asking", __name__)

PAGE = 20
SEND_AGAIN = lazy("Nhiều người đang hỏi cùng lúc. Bạn chờ vài giây rồi bấm Gửi lại.")
PRESS_AGAIN = lazy("Nhiều người đang hỏi cùng lúc. Bạn chờ vài giây rồi bấm lại.")
PLACES = "asking_streams"


@blueprint.record_once
def _make_places(state: BlueprintSetupState) -> None:
    """Each process has its own places for streams."""
    state.app.extensions[PLACES] = streaming.Places(
        min(state.app.extensions["settings"].threads, streaming.MOST)
    )


def reader_register(here: suggestions.Place | None = None) -> str:
    """The register the reader chose; in a lesson of a plain course, plain unless they chose another."""
    return chosen_register(here.course.default_register if here else "standard")


def reader_audience() -> str | None:
    """The audience the reader chose, if there is one of that name."""
    chosen = chosen_audience()
    return chosen if any(one.id == chosen for one in current.library().audiences) else None


def paces() -> list[rate_limit.Pace]:
    """What limits this visitor: an account its own questions, everybody else those of the address too.

    What strangers ask beside somebody, behind the same address, must not keep them from asking: not an
    account, and not who showed the code of a class, which is counted by itself.
    """
    secret, person = current.secret_key(), visitor.visitor()
    person_key = key_for(secret, "ask-person", person.id) if person is not None else None
    if person is not None and not person.is_guest:
        return service.paces(None, person_key)
    here = tries.shared(current.address(), visitor.room_of_class())
    return service.paces(key_for(secret, "ask", here), person_key)


def too_fast(seconds: int, field: str, status: HTTPStatus) -> MustWait:
    """How long to wait before the next question."""
    message = lazy("Bạn hỏi hơi nhanh. Bạn chờ %(minutes)s phút rồi hỏi lại.")
    return MustWait(message, field, seconds, status, minutes=-(-seconds // 60))


def here_of(filled: Filled) -> suggestions.Place | None:
    """The lesson that somebody asks from, or None."""
    return suggestions.place(current.library(), request.args.get("bai") or filled.raw("bai"))


def _ask_page(filled: Filled) -> str:
    """The form, with what was typed and what was wrong with it, and the answer it follows."""
    here, before = here_of(filled), queries.by_token(reading(), filled.raw("truoc"))
    filled.start(question=request.args.get("cau", ""))
    filled.instead(
        lan=once.new_token(), bai=here.id if here else "", truoc=before.token if before is not None else ""
    )
    return render_template(
        "asking/ask.html",
        here=here,
        before=before,
        filled=filled,
        suggested=suggestions.suggest(current.library(), reader_register(here), here),
        tab="ask",
        again=filled.found.get("again", False),
    )


@blueprint.route("/hoi", methods=["GET", "POST"])
@access(EVERYONE)
@takes(forms.QUESTION, page=_ask_page)
def ask(filled: Filled) -> ResponseReturnValue:
    """Ask the assistant: a box, a few suggestions, and what to do at once in need."""
    here = here_of(filled)
    before = queries.by_token(reading(), filled.raw("truoc"))
    form = filled.raw("lan") or filled.raw("truoc")
    with waits_at("question", HTTPStatus.TOO_MANY_REQUESTS, too_fast), busy_at("question", SEND_AGAIN):
        try:
            return to_answer(follow(filled["question"], here, reader_register(here), before, form))
        except pool.AllBusy:
            # Nothing was wrong: the same is only to be sent again.
            filled.found["again"] = True
            raise


def follow(
    question: str, here: suggestions.Place | None, register: str, before: Asked | None, form: str = ""
) -> Asked:
    """Put a checked question to the assistant, as the next turn after `before`. Raises TooManyTries, AllBusy.

    `form`: what tells the form it came by from every other one; the same form twice is one question.
    """
    me = my_id()
    history = [*queries.earlier(reading(), before, me), before] if before is not None else []
    turn = service.next_turn(before, me)
    return put(question, here, register, history[-queries.KEPT_TURNS :], turn, form)


def put(
    question: str,
    here: suggestions.Place | None,
    register: str,
    history: Sequence[Asked] = (),
    turn: service.Turn | None = None,
    form: str = "",
) -> Asked:
    """Put a checked question to the assistant and keep it. Raises TooManyTries, AllBusy."""
    key = once_key(form, register, question)
    known = queries.by_once_key(reading(), key)
    if known is not None:
        visitor.visitor_for_writing(writing())
        return known
    limits = paces()
    rate_limit.check(reading(), limits)
    me = visitor.visitor()
    unit_id = (me.unit_id if me is not None else None) or units.current_unit_id(reading())
    audience, unit = reader_audience(), service.unit_name(unit_id)
    numbers = service.emergency_numbers(units.contacts_of(reading(), unit_id))
    # The slow part comes before the transaction that writes, and holds no connection while it lasts.
    by = pool.asker()
    done_reading()
    with pool.pool().place(by):
        answer = current.assistant().ask(
            question,
            register=register,
            audience=audience,
            history=service.followed(history),
            lesson=here.id if here else None,
            unit=unit,
            numbers=numbers,
        )
    db = writing()
    rate_limit.count(db, limits)
    person = visitor.visitor_for_writing(db)
    return service.keep(db, answer, person_id=person.id, unit_id=unit_id, here=here, turn=turn, once_key=key)


def once_key(form: str, register: str, question: str) -> str | None:
    """What tells this question from every other one; None where nothing does, and each is a new one."""
    who = visitor.id_of_page()
    if not form or len(form) > 64 or who is None:
        return None
    return key_for(current.secret_key(), "asked", f"{who}|{form}|{register}|{question}")


def my_id() -> str | None:
    """The id of the person of this request, a guest's too, or None."""
    me = visitor.visitor()
    return me.id if me is not None else None


def to_answer(asked: Asked, anchor: str | None = None) -> ResponseReturnValue:
    """Go and look at an answer."""
    address = url_for("asking.answer", token=asked.token, _anchor=anchor)
    return redirect(address, HTTPStatus.SEE_OTHER)


@blueprint.get("/hoi/<token>")
@access(EVERYONE)
def answer(token: str) -> ResponseReturnValue:
    """One answer, for everybody who holds its long address; it does not say who asked."""
    asked = queries.by_token(reading(), token) or abort(404)
    me = visitor.visitor()
    is_mine = me is not None and asked.person_id == me.id
    reply = queries.replies(reading(), [asked.id]).get(asked.id)
    if is_mine and reply is not None and reply.is_new:
        dberrors.saved_if_possible(lambda db: signals.reply_seen.send(db, asked_id=asked.id))
    here = suggestions.place(current.library(), f"{asked.course_id}/{asked.lesson_id}")
    page = render_template(
        "asking/answer.html",
        asked=asked,
        answer=asked.answer,
        may_be_rewritten=is_mine and rewritable(asked) is not None,
        reply=reply,
        # Who holds the address of one answer sees that one; the conversation is its owner's.
        is_mine=is_mine,
        is_guests=me is None or me.is_guest,
        earlier=queries.earlier(reading(), asked, me.id if me is not None else None),
        here=here,
        follow_form=forms.QUESTION.blank(
            lan=once.new_token(), truoc=asked.token, bai=here.id if here else ""
        ),
        # Made by ourselves from our own address.
        qr=Markup(service.qr_svg(current.outside_url(request.path))),  # noqa: S704
        tab="ask",
    )
    response = make_response(page)
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


def rewritable(asked: Asked) -> Answer | None:
    """The answer to a question, if a language model may put it into easier words."""
    if not service.may_change(reading(), asked):
        return None
    try:
        answer = Answer.from_json(asked.answer)
    except AnswerError:
        return None  # of an older version: it is shown as it is
    return answer if current.assistant().may_improve(answer) else None


@blueprint.get("/hoi/<token>/loi-de-hon")
@access(EVERYONE)
def rewritten(token: str) -> ResponseReturnValue:
    """The answer in a language model's words, sentence by sentence, as server-sent events; see `streaming`.

    For the asker alone: every stream takes time of the one model, and a thread.
    """
    asked = queries.by_token(reading(), token) or abort(404)
    if asked.person_id is None or asked.person_id != my_id():
        abort(404)
    before = rewritable(asked)
    if before is None:
        return Response(status=HTTPStatus.NO_CONTENT)
    app = current_app._get_current_object()  # type: ignore[attr-defined]  # it is a proxy
    settle = partial(settled, app, request.environ, token, asked.person_id)
    improve = partial(current.assistant().improve, before)
    return app.extensions[PLACES].response(improve, settle, current.settings().shared.model_seconds)


def settled(app: Flask, environ: dict, token: str, person_id: str, improved: Improved | None) -> dict:
    """What the last event of a stream says. Stores the answer if it is in the model's words."""
    # The request is over by now, and its sessions with it; these words still need its language.
    with app.request_context(environ):
        asked = kept(token, person_id, improved.answer) if improved and improved.is_written else None
        if asked is None or asked.answer["engine"] != service.GENERATIVE:
            return {"html": "", "sources": "", "written": False}
        return {
            "html": part("asking/machine.html", asked),
            "sources": part("asking/sources.html", asked),
            "written": True,
        }


def kept(token: str, person_id: str, answer: Answer) -> Asked | None:
    """The question with the answer that is stored for it now; None if that cannot be had."""
    try:
        asked = service.keep_rewritten(writing(), token, person_id, answer)
        writing().commit()
    except SQLAlchemyError as error:
        current_app.logger.warning("a rewritten answer was not stored: %s", type(error).__name__)
        writing().rollback()
        return None
    return asked


def part(template: str, asked: Asked) -> str:
    """A part of the page of an answer, just as the whole page shows it."""
    return render_template("asking/part.html", template=template, asked=asked, answer=asked.answer)


def asked_for_writing(token: str) -> Asked:
    """The question at this address, in the session that writes; 404 if there is none."""
    return queries.by_token(writing(), token) or abort(404)


@blueprint.post("/hoi/<token>/de-hieu")
@access(EVERYONE)
@takes(BUTTON, back=lambda token: url_for("asking.answer", token=token))
def plainer(filled: Filled, token: str) -> ResponseReturnValue:
    """Ask the same again in the plain register."""
    before = queries.by_token(reading(), token) or abort(404)
    here = suggestions.place(current.library(), f"{before.course_id}/{before.lesson_id}")
    me = my_id()
    history = queries.earlier(reading(), before, me)
    # Without the turns before it, for somebody who scanned the page's code, a question is asked as it was
    # understood, and as it stands on the page: its own words may name nothing.
    question = before.question if history else service.understood(before)
    turn = service.same_turn(before, me)
    with waits_at("", words=too_fast), busy_at("", PRESS_AGAIN):
        return to_answer(put(question, here, "plain", history, turn, before.token))


@blueprint.post("/hoi/<token>/danh-gia")
@access(EVERYONE)
@takes(forms.JUDGE)
def judge(filled: Filled, token: str) -> ResponseReturnValue:
    """Say whether the answer helped; if it did not, a person is called."""
    helpful = {"dung": True, "chua": False}.get(filled.raw("y"))
    if helpful is None:
        abort(400)
    asked = asked_for_writing(token)
    service.judge(writing(), asked, helpful)
    return to_answer(asked, "y-kien" if helpful else "nguoi-that")


@blueprint.post("/hoi/<token>/nguoi-that")
@access(EVERYONE)
@takes(BUTTON)
def person(filled: Filled, token: str) -> ResponseReturnValue:
    """Hand the question to a person at the desk."""
    asked = asked_for_writing(token)
    service.want_person(writing(), asked, service.PERSON)
    return to_answer(asked, "nguoi-that")


@blueprint.post("/hoi/<token>/xoa")
@access(EVERYONE, erases=True)
@takes(BUTTON)
def wipe_conversation(filled: Filled, token: str) -> ResponseReturnValue:
    """Erase the conversation that this answer belongs to; only its owner may."""
    asked = queries.by_token(writing(), token)
    if asked is None:
        # Tapped twice: the first tap has erased it. Nobody guesses an address, so this tells nothing.
        flash(_("Cuộc trò chuyện này không còn ở đây."), "good")
        return redirect(url_for("asking.ask"), HTTPStatus.SEE_OTHER)
    try:
        service.wipe_conversation(writing(), asked, my_id())
    except service.NotTheAsker:
        abort(404)
    save_erasure()
    flash(_("Đã xóa cuộc trò chuyện."), "good")
    return redirect(url_for("asking.ask"), HTTPStatus.SEE_OTHER)


@blueprint.get("/viec-gap")
@access(EVERYONE, temporary=True)
@same_for_guests
def urgent() -> ResponseReturnValue:
    """What to do at once, case by case: read without typing anything."""
    return render_template(
        "asking/urgent.html",
        cards=urgent_cards.cards(),
        numbers=service.emergency_numbers(units.contacts_of(reading(), None)),
        register=chosen_register(),
        tab="ask",
    )


@blueprint.get("/cau-da-hoi")
@access(EVERYONE)
def mine() -> ResponseReturnValue:
    """Everything I asked, newest first, and the button that erases it."""
    me = visitor.visitor()
    page = max(1, request.args.get("trang", 1, type=int))
    found = queries.my_questions(reading(), me.id, PAGE + 1, (page - 1) * PAGE) if me else []
    return render_template(
        "asking/mine.html", questions=found[:PAGE], page=page, more=len(found) > PAGE, tab="mine"
    )


@blueprint.post("/cau-da-hoi/xoa")
@access(EVERYONE, erases=True)
@takes(BUTTON)
def wipe(filled: Filled) -> ResponseReturnValue:
    """Erase all my questions."""
    me = visitor.visitor()
    if me is not None:
        service.wipe(writing(), me.id)
        save_erasure()
    flash(_("Đã xóa các câu bạn hỏi."), "good")
    return redirect(url_for("asking.mine"), HTTPStatus.SEE_OTHER)
