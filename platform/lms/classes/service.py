"""The rules of classes: making one, learners in and out, cards, assignments."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from courses.reading.reader import Library
from i18n.dates import utc_now
from i18n.vietnamese import clean, fold
from lms.accounts import service as accounts
from lms.accounts.models import Person, SignInCard, new_id
from lms.classes import join_codes, roster
from lms.classes.models import Assignment, Class, Enrolment
from lms.core import audit
from lms.core.language import lazy
from lms.core.pages.errors import Refusal

NAME_LIMIT, PLACE_LIMIT = 120, 160
MOST_IN_CLASS = 1000
"""Learners of one class: its page and its cards are made at once."""
TEACHER_LIMIT = 80
TEACHER_WORDS = 8
"""Letters and words of a teacher's name as somebody types it: `cô Nguyễn Thị Hoa`."""


class ClassError(Refusal):
    """A rule of classes was broken; `field` names the field of the form."""


@dataclass(frozen=True)
class PrintedCard:
    """A sign-in card to print. The token is known now and never again."""

    person: Person
    token: str


def checked_name(typed: str) -> str:
    """The name of a class, clean. Raises ClassError for one that is empty or too long."""
    name = clean(typed)
    if not name:
        raise ClassError(lazy("Bạn đặt tên cho lớp."), "name")
    if len(name) > NAME_LIMIT:
        raise ClassError(
            lazy("Tên dài quá. Bạn viết ngắn lại, tối đa %(limit)s chữ."), "name", limit=NAME_LIMIT
        )
    return name


def create_class(db: Session, teacher: Person, unit_id: int, name: str, place: str = "") -> Class:
    """Make a class with a fresh join code. Raises ClassError for an empty name."""
    made = Class(
        unit_id=unit_id,
        teacher_id=teacher.id,
        name=checked_name(name),
        place=clean(place)[:PLACE_LIMIT],
        join_code=new_code(db),
    )
    db.add(made)
    db.flush()
    audit.record(db, teacher.id, "classes.made", f"class:{made.id}", unit_id)
    return made


def new_code(db: Session) -> str:
    """A join code that no class has."""
    while True:
        code = join_codes.make()
        if db.scalar(select(Class.id).where(Class.join_code == code)) is None:
            return code


def class_by_code(db: Session, typed: str) -> Class:
    """The open class with this join code, as it is written or as a keyboard mangled it. Raises ClassError."""
    found: list[Class] = []
    for codes in (join_codes.written(typed), join_codes.mangled(typed)):
        found = list(
            db.scalars(select(Class).where(Class.join_code.in_(codes), Class.closed_at.is_(None)).limit(2))
            if codes
            else ()
        )
        if found:
            break
    if len(found) != 1:
        raise ClassError(lazy("Không có lớp với mã này. Bạn xem lại mã trên giấy hoặc hỏi thầy cô."), "ma")
    return found[0]


def class_of_teacher(db: Session, typed: str, teacher: str) -> Class | None:
    """The open class of a code that is written as it is, if `teacher` holds the given name of its teacher.

    For who must wait because others of their network try codes: whoever guesses has to guess both.
    """
    codes = join_codes.written(typed)
    words = set(fold(clean(teacher[:TEACHER_LIMIT])).split())
    if len(codes) != 1 or not 0 < len(words) <= TEACHER_WORDS:
        return None
    found = db.scalar(select(Class).where(Class.join_code.in_(codes), Class.closed_at.is_(None)))
    given = fold(clean(found.teacher.name or "")).split()[-1:] if found is not None else []
    return found if given and given[0] in words else None


def change_code(db: Session, class_: Class, by: str) -> None:
    """Give a class a new join code: the old one stops working, nobody leaves."""
    class_.join_code = new_code(db)
    audit.record(db, by, "classes.code_changed", f"class:{class_.id}", class_.unit_id)


def close(db: Session, class_: Class, by: str) -> None:
    """Close a class: nobody can join it, its results stay."""
    class_.closed_at = class_.closed_at or utc_now()
    audit.record(db, by, "classes.closed", f"class:{class_.id}", class_.unit_id)


def hand_over(db: Session, teacher_id: str) -> None:
    """Give the classes of somebody who leaves to an administrator of the unit, for the learners' sake.

    Raises AccountError where there is nobody to take them.
    """
    for class_ in db.scalars(select(Class).where(Class.teacher_id == teacher_id)).all():
        heir = accounts.an_administrator(db, class_.unit_id)
        if heir is None:
            raise accounts.AccountError(
                lazy("Phải còn ít nhất một người quản trị. Bạn giao quyền cho người khác trước.")
            )
        class_.teacher_id = heir
        audit.record(db, None, "classes.handed_over", f"class:{class_.id}", class_.unit_id)


def must_be_open(class_: Class) -> None:
    """Raise ClassError for a class that was closed: its results stay as they are."""
    if class_.closed_at is not None:
        raise ClassError(lazy("Lớp đã đóng. Bạn tạo lớp mới rồi làm tiếp ở đó."))


def enrol(db: Session, class_: Class, person: Person, by_teacher: bool = False) -> bool:
    """Put a learner into a class; False if they were in it. Enrolling signs nobody in."""
    row = db.get(Enrolment, (class_.id, person.id))
    if row is None:
        db.add(Enrolment(class_id=class_.id, person_id=person.id, added_by_teacher=by_teacher))
        db.flush()
        return True
    came_back = row.left_at is not None
    row.left_at = None
    return came_back


def remove(db: Session, class_: Class, person_id: str, by: str) -> None:
    """Take a learner out of a class; their account and progress stay theirs."""
    row = db.get(Enrolment, (class_.id, person_id))
    if row is not None and row.left_at is None:
        row.left_at = utc_now()
        audit.record(db, by, "classes.learner_removed", f"person:{person_id}", class_.unit_id)


def members(db: Session, class_: Class) -> list[Person]:
    """The learners of a class, by name."""
    return list(
        db.scalars(
            select(Person)
            .join(Enrolment, Enrolment.person_id == Person.id)
            .where(Enrolment.class_id == class_.id, Enrolment.left_at.is_(None), Person.retired_at.is_(None))
            .order_by(Person.name_key, Person.name, Person.id)
        )
    )


def member(db: Session, class_: Class, person_id: str) -> Person:
    """One learner of a class. Raises ClassError for somebody else."""
    row = db.get(Enrolment, (class_.id, person_id))
    if row is None or row.left_at is not None:
        raise ClassError(lazy("Người này không có trong lớp."))
    return row.person


def member_for_code(db: Session, class_: Class, person_id: str) -> Person:
    """A learner of a class to whom its teacher may give a temporary code. Raises ClassError for others.

    Of a class that was closed only those whom a teacher listed: who made their own account has learned there,
    and the teacher of then has no business with it any more.
    """
    person = member(db, class_, person_id)
    if db.get_one(Enrolment, (class_.id, person_id)).added_by_teacher:
        return person
    if class_.closed_at is not None:
        raise ClassError(lazy("Lớp đã đóng. Người này xin mã tạm ở bàn hỗ trợ của đơn vị."))
    listed = select(Enrolment.person_id).where(Enrolment.person_id == person.id, Enrolment.added_by_teacher)
    if db.scalar(listed.limit(1)) is not None:
        # They may have a card: whoever found it could enter a class of their own with it, and come to a PIN.
        raise ClassError(lazy("Người này ở danh sách của lớp khác. Thầy cô lớp ấy đặt mã tạm giúp họ."))
    return person


def check_list(db: Session, class_: Class, cells: list[list[str]], is_table: bool = True) -> list[roster.Row]:
    """Check a list against the class and the accounts there are. Raises RosterError."""
    in_class = {roster.name_key(one.name or ""): one.login for one in members(db, class_)}
    before = {key: one.login for key, one in former_learners(db, class_).items()}
    logins = set()
    for row in cells:
        if len(row) > 1 and row[1].strip():
            try:
                logins.add(accounts.login_form(row[1]))
            except accounts.AccountError:
                continue
    taken = db.scalars(select(Person.login).where(Person.login.in_(logins))) if logins else ()
    return roster.check(cells, in_class, (one for one in taken if one), before, is_table)


def former_learners(db: Session, class_: Class) -> dict[str, Person]:
    """name_key → learner whom a teacher added and took out again; of one name, who left last."""
    rows = db.scalars(
        select(Person)
        .join(Enrolment, Enrolment.person_id == Person.id)
        .where(
            Enrolment.class_id == class_.id,
            Enrolment.left_at.is_not(None),
            Enrolment.added_by_teacher,
            Person.retired_at.is_(None),
        )
        .order_by(Enrolment.left_at)
    )
    return {roster.name_key(one.name or ""): one for one in rows}


def listed_learner(db: Session, class_: Class, person_id: str) -> Person:
    """A learner of a class whom a teacher added and who holds no role. Raises ClassError for others.

    Who made their own account keeps it to themselves: they mend their name on their own page.
    """
    row = db.get(Enrolment, (class_.id, person_id))
    if row is None or row.left_at is not None or not row.added_by_teacher or row.person.roles:
        raise ClassError(lazy("Người này tự giữ tài khoản của mình. Họ tự sửa ở mục Của tôi."))
    return row.person


def check_new_name(db: Session, class_: Class, person: Person, name: str) -> None:
    """Names are unique within a class. Raises ClassError where another learner has this one."""
    key = roster.name_key(name)
    if any(one.id != person.id and roster.name_key(one.name or "") == key for one in members(db, class_)):
        raise ClassError(lazy("Lớp đã có người tên này. Bạn thêm năm sinh hoặc tên cha mẹ."), "name")


def take_back(db: Session, class_: Class, person_id: str, by: str) -> Person:
    """Put somebody who was taken out of a class into it again, as they were. Raises ClassError.

    Only whom a teacher had put there: who came by themselves and left is asked for nothing, and comes again
    by the code. Else a teacher could reach an account whose owner has left the class.
    """
    row = db.get(Enrolment, (class_.id, person_id))
    if row is None or row.person.retired_at is not None or not row.added_by_teacher:
        raise ClassError(lazy("Người này chưa từng ở trong lớp."))
    if row.left_at is not None:
        row.left_at = None
        audit.record(db, by, "classes.learner_returned", f"person:{person_id}", class_.unit_id)
    return row.person


def add_learners(
    db: Session, class_: Class, cells: list[list[str]], *, consent: bool, by: Person
) -> list[Person]:
    """Add every learner of a list, or none. Raises ClassError if a row is wrong or consent is missing.

    Somebody of that name who was taken out of the class comes back as they were; nobody new is made.

    They sign in with a card that the teacher prints; a user name in the list lets them get a PIN later.
    """
    must_be_open(class_)
    rows = check_list(db, class_, cells)
    wrong = [row for row in rows if row.problem]
    if wrong:
        raise ClassError(lazy("Còn %(count)s dòng cần sửa. Chưa lưu ai."), "rows", count=len(wrong))
    if not consent:
        raise ClassError(lazy("Bạn đánh dấu vào ô đồng ý. Em dưới 16 tuổi cần cha mẹ đồng ý."), "consent")
    known = sum(row.known for row in rows)
    if len(members(db, class_)) + len(rows) - known > MOST_IN_CLASS:
        raise ClassError(
            lazy("Lớp đông quá. Mỗi lớp tối đa %(most)s người, bạn chia thành nhiều lớp."),
            "list",
            most=MOST_IN_CLASS,
        )
    former = former_learners(db, class_)
    added, new = [], []
    for row in rows:
        if row.known:
            continue
        if row.returns:
            added.append(take_back(db, class_, former[roster.name_key(row.name)].id, by.id))
            continue
        person = Person(
            id=new_id(), name=row.name, login=row.login or None, unit_id=class_.unit_id, is_child=row.is_child
        )
        new.append((person, row))
        added.append(person)
    # All at once, not person by person: five hundred of them kept everybody else from saving for seconds.
    db.add_all(person for person, _row in new)
    db.flush()
    for person, row in new:
        guardian = accounts.Guardian(row.guardian_name, row.guardian_relation) if row.is_child else None
        accounts.record_consent(db, person, guardian=guardian, recorded_by=by.id)
        db.add(Enrolment(class_id=class_.id, person_id=person.id, added_by_teacher=True))
    db.flush()
    audit.record(db, by.id, "classes.learners_added", f"class:{class_.id} +{len(added)}", class_.unit_id)
    return added


def print_cards(
    db: Session,
    class_: Class,
    by: Person,
    only: list[str] | None = None,
    missing: bool = False,
    seed: str = "",
) -> list[PrintedCard]:
    """New sign-in cards for learners of a class (all, some, or those without one); old ones stop working.

    Only for learners whom a teacher of this site added: somebody who made their own account keeps it
    to themselves. `seed`: what tells the sent form from others; sent twice, it gives the same cards again.
    """
    carded = (
        select(SignInCard.id)
        .where(SignInCard.person_id == Person.id, SignInCard.withdrawn_at.is_(None))
        .exists()
    )
    query = (
        select(Person)
        .join(Enrolment, Enrolment.person_id == Person.id)
        .where(
            Enrolment.class_id == class_.id,
            Enrolment.left_at.is_(None),
            Enrolment.added_by_teacher,
            Person.retired_at.is_(None),
        )
        .options(selectinload(Person.grants))
        .order_by(Person.name_key, Person.name, Person.id)
    )
    if only is not None:
        query = query.where(Person.id.in_(only))
    # Two that print for one class come one after the other: the second sees the cards of the first.
    db.execute(select(Class.id).where(Class.id == class_.id).with_for_update())
    if seed:
        again = accounts.made_by_form(db, list(db.scalars(query)), seed)
        if again:
            return [PrintedCard(person, token) for person, token in again]
    if missing:
        query = query.where(~carded)
    people = [person for person in db.scalars(query) if not person.roles]
    if not people:
        return []
    tokens = accounts.issue_cards(db, people, by.id, seed)
    # One line for one print: forty would bury what else was done that day.
    about = f"class:{class_.id} +{len(people)}" if len(people) > 1 else f"person:{people[0].id}"
    action = "classes.cards_printed" if len(people) > 1 else "accounts.card_issued"
    audit.record(db, by.id, action, about, class_.unit_id)
    return [PrintedCard(person, token) for person, token in zip(people, tokens, strict=True)]


def withdraw_card(db: Session, class_: Class, person_id: str, by: str) -> None:
    """Withdraw a learner's card: it stops working at once, and devices it opened sign out."""
    row = db.get(Enrolment, (class_.id, person_id))
    if row is None or row.left_at is not None or not row.added_by_teacher:
        raise ClassError(lazy("Người này không có trong lớp."))
    accounts.withdraw_cards(db, person_id, by)


def assign(
    db: Session, library: Library, class_: Class, target: str, due_on: date | None, by: str, today: date
) -> Assignment:
    """Assign a path (`path:ID`) or a course (`course:ID`), by a day. Raises ClassError."""
    must_be_open(class_)
    kind, _, target_id = target.partition(":")
    known = {
        "path": {one.id for one in library.audiences},
        "course": {one.id for one in library.courses},
    }
    if target_id not in known.get(kind, ()):
        raise ClassError(lazy("Bạn chọn một lộ trình hoặc một khóa học."), "target")
    if due_on is not None and due_on < today:
        raise ClassError(lazy("Ngày này đã qua. Bạn chọn ngày từ hôm nay trở đi."), "due_on")
    for one in class_.assignments:
        if (one.kind, one.target_id) == (kind, target_id):
            one.due_on = due_on
            return one
    made = Assignment(class_id=class_.id, kind=kind, target_id=target_id, due_on=due_on)
    class_.assignments.append(made)
    db.flush()
    audit.record(db, by, "classes.assigned", f"class:{class_.id} {target}", class_.unit_id)
    return made


def unassign(db: Session, class_: Class, assignment_id: int, by: str) -> None:
    """Take an assignment back; what was learned stays."""
    for one in class_.assignments:
        if one.id == assignment_id:
            class_.assignments.remove(one)
            audit.record(db, by, "classes.unassigned", f"class:{class_.id}", class_.unit_id)
            return
