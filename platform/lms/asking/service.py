"""The rules of asking: what may be asked, what is kept of it, and when a person is called."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

import segno
from blinker import Namespace
from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from assistant.answer import ABSTAINED, Answer
from i18n.vietnamese import clean
from lms.asking import queries, urgent_cards
from lms.asking.models import Asked
from lms.asking.suggestions import Place
from lms.core.database import in_pieces
from lms.core.language import lazy
from lms.core.pages.errors import Refusal
from lms.core.rate_limit import Pace

QUESTION_LIMIT = 500
TYPED_LIMIT = 20 * QUESTION_LIMIT
TEN_MINUTES = timedelta(minutes=10)
# A whole class may sit behind one address; one person asks far less.
MOST_OF_ADDRESS, MOST_OF_PERSON, MOST_OF_PROGRAM = 300, 30, 300

EXTRACTIVE, GENERATIVE = "extractive", "generative"

UNKNOWN, PERSON, WRONG, DESK = "unknown", "person", "wrong", "desk"
"""Why a question goes to a person: the assistant did not know, the asker wishes it, the answer was not
right, an officer put it there."""

emergency_numbers = urgent_cards.numbers
_signals = Namespace()
person_wanted = _signals.signal("person-wanted")
"""A question needs a person. Sent with db, asked, origin (one of the four above)."""
questions_wiped = _signals.signal("questions-wiped")
"""These questions are about to be erased. Sent with db, asked_ids (a list)."""


@dataclass(frozen=True)
class Turn:
    """A place in a conversation; `number` counts from 1."""

    conversation_id: str
    number: int


class AskingError(Refusal):
    """A rule of asking was broken; it belongs to the one field that there is."""

    def __init__(self, message: str, field: str = "question", **values: object) -> None:
        super().__init__(message, field, **values)


class NotTheAsker(AskingError):
    """Somebody else than the asker wants to change a conversation."""


def checked_question(typed: object) -> str:
    """The question on one line, NFC. Raises AskingError for an empty or too long one."""
    # What cleaning takes away counts too where there is so much of it: reading it all takes seconds.
    question = typed if isinstance(typed, str) else ""
    question = question if len(question) > TYPED_LIMIT else clean(question)
    if not question:
        raise AskingError(lazy("Bạn gõ câu hỏi vào ô, rồi bấm Hỏi."))
    if len(question) > QUESTION_LIMIT:
        raise AskingError(
            lazy("Câu hỏi dài %(length)s chữ cái. Bạn rút ngắn còn dưới %(limit)s."),
            length=len(question),
            limit=QUESTION_LIMIT,
        )
    return question


def paces(address_key: str | None, person_key: str | None) -> list[Pace]:
    """How much may be asked from one address, and by one person; None for what does not count."""
    counted = ((address_key, MOST_OF_ADDRESS), (person_key, MOST_OF_PERSON))
    return [Pace(key, most, TEN_MINUTES) for key, most in counted if key is not None]


def unit_name(unit_id: int | None) -> str | None:
    """A unit as the assistant's store knows it; None: answers of every unit."""
    return None if unit_id is None else str(unit_id)


def keep(
    db: Session,
    answer: Answer,
    *,
    person_id: str | None,
    unit_id: int | None,
    here: Place | None = None,
    at_desk: bool = False,
    turn: Turn | None = None,
    once_key: str | None = None,
) -> Asked:
    """Keep a question with its answer as it is shown; the question is stored masked.

    `once_key`: what tells the form that was sent; the same key again is the same question.
    `turn`: its place in a conversation that goes on; without it a conversation begins.
    A question that the assistant looked for in vain goes to a person at once, except at the desk,
    where a person sits already. One that it turned down (it looked for nothing) does not.
    """
    token = secrets.token_urlsafe(16)
    turn = turn or Turn(token, 1)
    asked = Asked(
        token=token,
        person_id=person_id,
        conversation_id=turn.conversation_id,
        turn=turn.number,
        unit_id=unit_id,
        course_id=here.course.id if here else None,
        lesson_id=here.lesson.id if here else None,
        at_desk=at_desk,
        question=answer.question,
        register=answer.register,
        outcome=answer.outcome,
        answer=answer.to_json(),
        once_key=once_key,
    )
    try:
        with db.begin_nested():
            db.add(asked)
    except IntegrityError:
        # The same form was sent twice, and the other one was quicker.
        before = queries.by_once_key(db, once_key)
        if before is None:
            raise
        return before
    if answer.outcome == ABSTAINED and answer.looked_for and not at_desk:
        want_person(db, asked, UNKNOWN)
    return asked


def may_change(db: Session, asked: Asked) -> bool:
    """Whether an answer may still be put into other words.

    One that somebody judged, or that went to a person, stays as it was read.
    """
    return asked.helpful is None and not queries.replies(db, [asked.id])


def keep_rewritten(db: Session, token: str, person_id: str, answer: Answer) -> Asked | None:
    """Put an answer in a model's words in the place of the one it was made from, once.

    Returns the question as it is kept then; None if it was erased meanwhile, or is nobody's any more.
    """
    own = select(Asked).where(Asked.token == token, Asked.person_id == person_id)
    asked = db.scalar(own.with_for_update())
    if asked is None:
        return None
    # Two pages of one answer may be open: what the first of them got is what stays.
    if asked.answer["engine"] == EXTRACTIVE and may_change(db, asked):
        asked.answer = answer.to_json()
        db.flush()
    return asked


def judge(db: Session, asked: Asked, helpful: bool) -> None:
    """Keep whether the answer helped. One that did not goes on to a person."""
    asked.helpful = helpful
    if not helpful:
        want_person(db, asked, WRONG)


def want_person(db: Session, asked: Asked, origin: str) -> None:
    """Hand a question to a person; asking for it twice changes nothing."""
    person_wanted.send(db, asked=asked, origin=origin)


def followed(turns: Sequence[Asked]) -> tuple[str, ...]:
    """What was asked before, oldest first, for understanding a question that follows it.

    The oldest is given as it was heard: it may have its topic from a turn that is forgotten by now.
    """
    heard = [one.answer.get("heard_as") or one.question for one in turns[:1]]
    return (*heard, *(one.question for one in turns[1:]))


def understood(asked: Asked) -> str:
    """A question with its topic, where that stood in the question before it."""
    return (asked.answer.get("heard_as") or asked.question) if asked.turn > 1 else asked.question


def next_turn(before: Asked | None, person_id: str | None) -> Turn | None:
    """The turn after a question of one's own; None, where a conversation begins.

    Who only holds the address of somebody's answer does not write into that conversation.
    """
    if before is None or person_id is None or before.person_id != person_id:
        return None
    return Turn(before.conversation_id, before.turn + 1) if before.conversation_id else None


def next_turn_at_desk(before: Asked | None) -> Turn | None:
    """The turn after a question that an officer asked for the same citizen; None, where one begins."""
    if before is None or not before.at_desk or not before.conversation_id:
        return None
    return Turn(before.conversation_id, before.turn + 1)


def same_turn(before: Asked, person_id: str | None) -> Turn | None:
    """The turn of a question of one's own that is asked again; None, where a conversation begins."""
    following = next_turn(before, person_id)
    return replace(following, number=before.turn) if following else None


def join_guest(db: Session, guest_id: str, person_id: str) -> None:
    """A guest's questions now belong to an account."""
    db.execute(update(Asked).where(Asked.person_id == guest_id).values(person_id=person_id))


def wipe(db: Session, person_id: str) -> int:
    """Erase a person's questions and their answers, those still waiting included; returns how many."""
    return _erase(db, list(db.scalars(select(Asked.id).where(Asked.person_id == person_id))))


def wipe_conversation(db: Session, asked: Asked, person_id: str | None) -> int:
    """Erase the conversation that a question belongs to; returns how many questions it had.

    Raises NotTheAsker for everybody but the person who asked.
    """
    if person_id is None or asked.person_id != person_id:
        raise NotTheAsker(lazy("Chỉ người đã hỏi mới xóa được cuộc trò chuyện này."))
    own = select(Asked.id).where(Asked.person_id == person_id, Asked.conversation_id == asked.conversation_id)
    return _erase(db, list(db.scalars(own)))


def _erase(db: Session, ids: list[int]) -> int:
    if ids:
        questions_wiped.send(db, asked_ids=ids)
        for some in in_pieces(ids):
            db.execute(delete(Asked).where(Asked.id.in_(some)).execution_options(synchronize_session=False))
    return len(ids)


def qr_svg(url: str) -> str:
    """A QR code of an address as inline SVG that fills the width it is given."""
    # Comparing all eight masks takes four times as long. Our addresses end in letters by chance: each mask is
    # as good as the others for them.
    code = segno.make(url, error="m", micro=False, boost_error=False, mask=2)
    return code.svg_inline(omitsize=True, svgclass="qr", lineclass=None, border=2)
