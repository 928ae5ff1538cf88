"""The rules of the desk: how a question becomes a ticket, an answer, and knowledge of the assistant."""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Sequence
from datetime import timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session, selectinload

from assistant.knowledge.store import VERIFIED, KnowledgeStore, NotFound
from assistant.knowledge.verified import LONGEST_QUESTION, Verified
from assistant.understanding.query import names_nothing
from courses.model import Library
from i18n.dates import today, utc_now
from i18n.vietnamese import clean
from lms.accounts.models import Person
from lms.asking import service as asking
from lms.asking.models import Asked
from lms.core import audit
from lms.core.database import in_pieces
from lms.core.language import lazy
from lms.desk import wording
from lms.desk.drafts import (  # noqa: F401 - the room shows them at its door
    Draft,
    DraftRefused,
    checked,
    is_source,
    measured,
    starting_draft,
)
from lms.desk.models import ANSWERED, CLOSED, REVIEWED, WAITING, Ticket
from lms.desk.refusals import DeskError, Overtaken
from lms.units.models import Unit

LOOK_AGAIN_AFTER = timedelta(days=180)
"""An answer older than this is due to be compared with its source again."""

CLOSE_REASONS = {
    "told": lazy("Cán bộ đã trả lời riêng cho người hỏi."),
    "unclear": lazy("Câu hỏi chưa rõ. Bạn hỏi lại, kể rõ việc bạn muốn làm."),
    "elsewhere": lazy("Việc này do nơi khác giải quyết. Bạn hỏi nơi đã nhận hồ sơ."),
    "no_question": lazy("Đây chưa phải là câu hỏi. Bạn hỏi lại khi cần."),
}
"""Why a question is closed without an answer: key and what the asker reads. A closed ticket keeps the
key in `answer`, where others keep what the asker is told."""


WIPED_TITLE = lazy("Người hỏi đã xóa câu này")
WIPED_ADVICE = lazy("Máy chưa lưu câu trả lời. Chữ bạn gõ ở dưới, bạn chép lại nếu cần.")


def open_ticket(db: Session, asked: Asked, origin: str, by: Person | None = None) -> Ticket:
    """The ticket of a question; made if it has none. `by`: the officer who put it there."""
    # Held: of two who ask for a person in one moment the second finds the ticket of the first.
    db.execute(select(Asked.id).where(Asked.id == asked.id).with_for_update())
    found = db.scalar(select(Ticket).where(Ticket.asked_id == asked.id).limit(1))
    if found is not None:
        return found
    # As it was understood: “Hết bao nhiêu tiền?” after another question is about the thing asked there, and
    # what is answered to it is no answer to the same words of somebody else.
    ticket = Ticket(
        unit_id=asked.unit_id,
        asked_id=asked.id,
        origin=origin,
        status=WAITING,
        question=asking.understood(asked),
    )
    db.add(ticket)
    db.flush()
    if by is not None:
        audit.record(db, by.id, "desk.queued", f"ticket:{ticket.id}", ticket.unit_id)
    return ticket


def forget(db: Session, store: KnowledgeStore, asked_ids: Sequence[int]) -> None:
    """Their askers erased these questions: what nobody answered goes, an answer stays without its asker.

    Of an answered question only the words stay that the answer has too (see `wording`), here and under
    the checked answer, its history included; words that somebody else asked in as well are nobody's.
    """
    # Held, as all who change answers hold them: an officer who answers, or somebody who asks for a person, at
    # this moment comes before or after, not in between.
    waits = False
    for some in in_pieces(asked_ids):
        db.execute(select(Asked.id).where(Asked.id.in_(some)).order_by(Asked.id).with_for_update())
        waits = waits or db.scalar(select(Ticket.id).where(Ticket.asked_id.in_(some)).limit(1)) is not None
    if not waits:
        return
    store.hold(VERIFIED, db)
    instead: dict[str, str] = {}
    tickets: list[Ticket] = []
    mine = frozenset(asked_ids)
    for some in in_pieces(asked_ids):
        unanswered = Ticket.asked_id.in_(some), Ticket.status.in_((WAITING, CLOSED))
        # All at once, and not compared with what this session has read: one by one, thousands took a minute.
        db.execute(delete(Ticket).where(*unanswered).execution_options(synchronize_session="fetch"))
        held = select(Ticket).where(Ticket.asked_id.in_(some)).order_by(Ticket.id).with_for_update()
        tickets += db.scalars(held.options(selectinload(Ticket.asked)))
    asked_by_others: dict[str, bool] = {}
    instead_of: dict[tuple[str, str, str], str] = {}
    for ticket in tickets:
        said = ticket.question, ticket.answer, ticket.source_title
        if said not in instead_of:
            instead_of[said] = wording.without_asker(*said)
        new = instead_of[said]
        for old in (*_other_wordings([ticket]), ticket.question[:LONGEST_QUESTION]):
            # As it stands in the store: what was cut may end in a space.
            instead[old] = instead[clean(old)] = clean(new[:LONGEST_QUESTION])
        ticket.asked_id, question = None, ticket.question
        if question not in asked_by_others:
            asked_by_others[question] = _asked_by_others(db, question, mine)
        if not asked_by_others[question]:
            ticket.question = new
        else:
            instead.pop(question[:LONGEST_QUESTION], None)
            instead.pop(clean(question[:LONGEST_QUESTION]), None)
    db.flush()
    if instead:
        store.reword(instead, session=db)


def mark_seen(db: Session, asked_id: int) -> None:
    """Note that the asker opened the page with a person's reply."""
    db.execute(update(Ticket).where(Ticket.asked_id == asked_id).values(seen_at=utc_now()))


def _asked_by_others(db: Session, question: str, mine: Collection[int]) -> bool:
    others = select(Ticket.asked_id).where(Ticket.question == question, Ticket.asked_id.is_not(None))
    return any(one not in mine for one in db.scalars(others))


def state_of(ticket: Ticket) -> str:
    """What a form carries along, to notice that somebody else changed the ticket meanwhile."""
    return f"{ticket.status}:{ticket.verified_id or ''}"


def must_be_unchanged(ticket: Ticket, seen: str) -> None:
    """Raise Overtaken when the ticket is not as the officer saw it."""
    if state_of(ticket) != seen:
        raise Overtaken(lazy("Người khác vừa sửa câu này. Bạn xem lại rồi làm tiếp."))


def answer(
    db: Session, store: KnowledgeStore, ticket: Ticket, draft: Draft, by: Person, library: Library
) -> None:
    """Save an answer, or a better one: the next person who asks gets it from the assistant.

    Tickets with the same question, or with the same earlier answer, get it too. Raises DraftRefused.
    """
    answer_group(db, store, [ticket], draft, by, library)


def answer_group(
    db: Session,
    store: KnowledgeStore,
    tickets: Sequence[Ticket],
    draft: Draft,
    by: Person,
    library: Library,
) -> int:
    """Save one answer for several tickets of one unit that ask the same; returns how many got it.

    The first ticket's question leads, the others become its other wordings: whoever asks in any of
    them gets the answer from the assistant. Raises DraftRefused, ValueError for tickets of two units.
    """
    if len({one.unit_id for one in tickets}) != 1:
        raise ValueError("a group has tickets, all of one unit")
    draft = checked(draft, library, store)
    together = _with_same_answers(db, tickets)
    verified = _into_store(db, store, together, draft)
    for one in together:
        what = "desk.corrected" if one.verified_id else "desk.answered"
        _give(one, draft, verified, by)
        audit.record(db, by.id, what, f"ticket:{one.id}", one.unit_id)
    return len(together)


def review(db: Session, store: KnowledgeStore, ticket: Ticket, by: Person) -> None:
    """A second person agrees with an answer. Raises DeskError for its author, or where there is none."""
    if ticket.status != ANSWERED or ticket.verified_id is None:
        raise DeskError(lazy("Câu này chưa có câu trả lời nào để xem lại."))
    if ticket.answered_by == by.id:
        raise DeskError(lazy("Bạn viết câu này, nên nhờ người khác xem lại."))
    together = with_same_answer(db, ticket)
    draft = Draft(ticket.answer, ticket.source_title, ticket.source_url, ticket.source_checked_on)
    verified = _into_store(db, store, together, draft, reviewer=by)
    now = utc_now()
    for one in together:
        one.status, one.verified_id = REVIEWED, verified
        one.reviewed_at, one.reviewed_by = now, by.id
        audit.record(db, by.id, "desk.reviewed", f"ticket:{one.id}", one.unit_id)


def retire(db: Session, store: KnowledgeStore, ticket: Ticket, by: Person) -> None:
    """Stop using an answer; it stays in the history. Raises DeskError where none is in use."""
    if ticket.verified_id is None:
        raise DeskError(lazy("Câu trả lời này đã gỡ xuống."))
    together = with_same_answer(db, ticket)
    # Retired elsewhere already: only our side has to follow.
    with contextlib.suppress(NotFound):
        store.retire(int(ticket.verified_id), session=db)
    for one in together:
        one.verified_id = None
        audit.record(db, by.id, "desk.retired", f"ticket:{one.id}", one.unit_id)


def close(db: Session, ticket: Ticket, reason: str, by: Person) -> None:
    """Close a waiting question without an answer, for a reason of CLOSE_REASONS. Raises DeskError."""
    if reason not in CLOSE_REASONS:
        raise DeskError(lazy("Bạn chọn lý do trong danh sách."))
    if ticket.status != WAITING:
        raise DeskError(lazy("Câu này không còn chờ nữa."))
    ticket.status, ticket.answer = CLOSED, reason
    ticket.answered_at, ticket.answered_by = utc_now(), by.id
    audit.record(db, by.id, f"desk.closed.{reason}", f"ticket:{ticket.id}", ticket.unit_id)


def with_same_answer(db: Session, ticket: Ticket) -> list[Ticket]:
    """The ticket and those that go with it: same answer in use, or the same question still waiting."""
    if ticket.verified_id is not None:
        same = Ticket.verified_id == ticket.verified_id
    else:
        same = (Ticket.question == ticket.question) & (Ticket.status == WAITING)
    if ticket.verified_id is None and names_nothing(ticket.question):
        return [ticket]
    others = select(Ticket).where(same, Ticket.unit_id.is_not_distinct_from(ticket.unit_id))
    return [ticket, *(one for one in db.scalars(others) if one.id != ticket.id)]


def _with_same_answers(db: Session, tickets: Sequence[Ticket]) -> list[Ticket]:
    """As `with_same_answer` for each of them, asking once for all that ask the same."""
    found: dict[int, Ticket] = {}
    seen: set[tuple[str | None, str]] = set()
    for ticket in tickets:
        same = (ticket.verified_id, "" if ticket.verified_id is not None else ticket.question)
        if same in seen:
            found.setdefault(ticket.id, ticket)
            continue
        seen.add(same)
        found |= {one.id: one for one in with_same_answer(db, ticket)}
    return list(found.values())


def confirm(db: Session, store: KnowledgeStore, verified_id: int, by: Person) -> int:
    """Somebody compared a checked answer with its source again: it is good for another while.

    Returns the id under which the store has it now. Raises DeskError where it is no longer in use.
    """
    store.hold(VERIFIED, db)
    old = _in_use(store, verified_id)
    new = _again(db, store, old, Draft(old.answer_text, old.source_title, old.source_url), reviewer=by)
    for one in tickets_with(db, verified_id):
        one.verified_id, one.source_checked_on = str(new), today()
    audit.record(db, by.id, "desk.reviewed", f"verified:{new}", by.unit_id)
    return new


def correct(
    db: Session, store: KnowledgeStore, verified_id: int, draft: Draft, by: Person, library: Library
) -> int:
    """Save a better wording of a checked answer, for all questions that it answers; returns its new id.

    Raises DraftRefused, and DeskError where it is no longer in use.
    """
    draft = checked(draft, library, store)
    store.hold(VERIFIED, db)
    new = _again(db, store, _in_use(store, verified_id), draft)
    for one in tickets_with(db, verified_id):
        _give(one, draft, str(new), by)
        audit.record(db, by.id, "desk.corrected", f"ticket:{one.id}", one.unit_id)
    audit.record(db, by.id, "desk.corrected", f"verified:{new}", by.unit_id)
    return new


def _in_use(store: KnowledgeStore, verified_id: int) -> Verified:
    try:
        old = store.get(verified_id)
    except NotFound:
        old = None
    if old is None or old.retired_at is not None:
        raise DeskError(lazy("Câu trả lời này đã gỡ xuống."))
    return old


def _again(
    db: Session, store: KnowledgeStore, old: Verified, draft: Draft, reviewer: Person | None = None
) -> int:
    """Put a checked answer back under all its wordings, with today's date."""
    try:
        return store.put_verified(
            old.questions[0],
            draft.text,
            draft.source_title,
            draft.source_url,
            unit=old.unit,
            owner=old.owner,
            reviewed_by=reviewer.id if reviewer is not None else None,
            reviewed_on=today(),
            other_questions=old.questions[1:],
            review_due=today() + LOOK_AGAIN_AFTER,
            replaces=old.id,
            session=db,
        )
    except NotFound:
        # Somebody else was quicker by a moment.
        raise DeskError(lazy("Câu trả lời này đã gỡ xuống.")) from None


def _give(ticket: Ticket, draft: Draft, verified: str, by: Person) -> None:
    """Write an answer into a ticket: nobody has reviewed it yet."""
    ticket.status, ticket.verified_id = ANSWERED, verified
    ticket.answer, ticket.source_title, ticket.source_url = draft.text, draft.source_title, draft.source_url
    ticket.source_checked_on = draft.checked_on
    ticket.answered_at, ticket.answered_by = utc_now(), by.id
    ticket.reviewed_at = ticket.reviewed_by = None


def retire_verified(db: Session, store: KnowledgeStore, verified_id: int, by: Person) -> None:
    """Stop using a checked answer, whichever tickets it came from. Raises DeskError if it was already."""
    store.hold(VERIFIED, db)
    try:
        store.retire(verified_id, session=db)
    except NotFound:
        raise DeskError(lazy("Câu trả lời này đã gỡ xuống.")) from None
    for one in tickets_with(db, verified_id):
        one.verified_id = None
    audit.record(db, by.id, "desk.retired", f"verified:{verified_id}", by.unit_id)


def tickets_with(db: Session, verified_id: int) -> list[Ticket]:
    """The tickets that a checked answer answers, the leading one first."""
    mine = select(Ticket).where(Ticket.verified_id == str(verified_id))
    return list(db.scalars(mine.order_by(Ticket.id)))


def _into_store(
    db: Session,
    store: KnowledgeStore,
    together: Sequence[Ticket],
    draft: Draft,
    reviewer: Person | None = None,
) -> str:
    """Put the answer where the assistant finds it, in the same transaction; returns the entry's id."""
    lead = together[0]
    unit = db.get(Unit, lead.unit_id) if lead.unit_id is not None else None
    in_use = [found for one in together if (found := _still_in_use(store, one)) is not None]
    new = store.put_verified(
        lead.question[:LONGEST_QUESTION],
        draft.text,
        draft.source_title,
        draft.source_url,
        unit=asking.unit_name(lead.unit_id),
        owner=(unit.desk_name or unit.name) if unit is not None else "",
        # An id, not a name: who reviewed is for the audit, the day is for everybody.
        reviewed_by=reviewer.id if reviewer is not None else None,
        reviewed_on=today(),
        other_questions=_other_wordings(together),
        review_due=today() + LOOK_AGAIN_AFTER,
        replaces=in_use[0] if in_use else None,
        session=db,
    )
    return str(new)


def _still_in_use(store: KnowledgeStore, ticket: Ticket) -> int | None:
    if ticket.verified_id is None:
        return None
    try:
        entry = store.get(int(ticket.verified_id))
    except NotFound:
        return None
    return entry.id if entry.retired_at is None else None


def _other_wordings(together: Sequence[Ticket]) -> list[str]:
    """The other questions, and each as the assistant heard it with its diacritics, where that differs."""
    asked = [one.question[:LONGEST_QUESTION] for one in together]
    heard = [
        clean((one.asked.answer.get("heard_as") or "") if one.asked is not None else "")[:LONGEST_QUESTION]
        for one in together
    ]
    others = dict.fromkeys(filter(None, [*asked[1:], *heard]))
    others.pop(asked[0], None)
    return list(others)
