"""A believable commune for looking around and for screenshots: made-up people, real courses and answers.

Everything goes through the services that the screens use, so the commune is what using makes.
"""

from __future__ import annotations

import random
from datetime import timedelta
from uuid import UUID

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from assistant.service import Assistant
from courses.model import Course
from courses.reading.reader import Library
from i18n import dates
from i18n.dates import utc_now
from lms.accounts import service as accounts
from lms.accounts.models import Person
from lms.app import create_app
from lms.asking import service as asking
from lms.classes import service as classes
from lms.core.config import WebSettings
from lms.core.database import Database
from lms.learning import service as learning
from lms.units import service as units
from lms.units.models import Unit

PIN = "246810"
"""Of every demo account. The demo is for one's own machine; a real unit makes its own accounts."""
SEED = 20261122

EVENING_CLASS = """Nguyễn Thị Lành
H'Bia Niê
Y Thịnh Êban
Trần Văn Bốn
Lò Thị Mai
Giàng A Sử
Đinh Thị Hồng
Ksor H'Lan
Phạm Văn Tám
Bùi Thị Nụ
Hoàng Văn Khải
Triệu Mùi Pham"""

SCHOOL_CLASS = """Vàng Thị Dua;;x;Vàng A Páo;bố
Nguyễn Minh Quân;;x;Trần Thị Thu;mẹ
Rơ Châm H'Nhi;;x;Rơ Châm Tít;ông
Lê Hoài An;;x;Lê Văn Định;bố
Thạch Sô Phia;;x;Thạch Thị Sa;mẹ
Nông Đức Huy"""

QUESTIONS = (
    "Làm VNeID mức 2 ở đâu?",
    "ma otp la gi",
    "Đăng ký tạm trú qua mạng hết bao nhiêu tiền?",
    "Có người gọi nói là công an bắt tôi chuyển tiền thì làm sao?",
    "Chữ trên điện thoại bé quá thì chỉnh thế nào?",
    "Sao lưu danh bạ lên thẻ nhớ cũ của máy đời trước kiểu gì?",
    "Bao giờ xã mình có lớp học tiếng Ê Đê?",
    "Máy cày nhà tôi hỏng thì gọi thợ nào?",
)


def fill(settings: WebSettings) -> list[str]:
    """Make the commune once; returns the lines that say how to look around."""
    app = create_app(settings)
    database: Database = app.extensions["database"]
    with app.app_context(), database.writer.begin() as db:
        if db.scalar(select(Unit.id).limit(1)) is None:
            _commune(app, db)
    return [
        f"Mã PIN của mọi tài khoản xem thử: {PIN}",
        "Quản trị: quantri · Dạy học: cohoa · Cán bộ quầy: canbo · Người học: banam",
    ]


def _commune(app: Flask, db: Session) -> None:
    library: Library = app.extensions["library"]
    chance = random.Random(SEED)  # noqa: S311 - for looking around, not for secrets
    unit = Unit(name="Xã Suối Mây (xã mẫu)", desk_name="Trung tâm Phục vụ hành chính công xã Suối Mây")
    db.add(unit)
    db.flush()
    admin = _account(db, "Đỗ Quang Trí", "quantri", unit)
    accounts.grant_role(db, admin, "admin", unit.id, by=None)
    _contacts(db, unit, admin)
    teacher = _staff(db, "Cô Hoa", "cohoa", "teacher", unit, admin)
    officer = _staff(db, "Anh Bình", "canbo", "officer", unit, admin)
    _staff(db, "Chị Nga", "canbo2", "officer", unit, admin)
    learner = _account(db, "Bà Năm", "banam", unit)
    _study(db, chance, learner, library.courses[0], 3)
    _class(
        db, chance, library, teacher, "Lớp tối thứ Ba", "Nhà văn hóa thôn 3", EVENING_CLASS, "nguoi-cao-tuoi"
    )
    _class(
        db,
        chance,
        library,
        teacher,
        "Lớp 8A, câu lạc bộ số",
        "Trường THCS",
        SCHOOL_CLASS,
        "hoc-sinh-sinh-vien",
    )
    db.flush()
    _ask(app.extensions["assistant"], db, learner, officer, unit)


def _account(db: Session, name: str, login: str, unit: Unit) -> Person:
    return accounts.sign_up(db, name=name, login=login, secret=PIN, consent=True, unit_id=unit.id)


def _staff(db: Session, name: str, login: str, role: str, unit: Unit, admin: Person) -> Person:
    person = _account(db, name, login, unit)
    accounts.grant_role(db, person, role, unit.id, admin.id)
    return person


def _contacts(db: Session, unit: Unit, admin: Person) -> None:
    # The two numbers that may be shown as they are; a real unit adds its own.
    for label, number, hours in (
        ("Hỗ trợ VNeID", "1900.0368", ""),
        ("Bảo vệ trẻ em", "111", "miễn phí, cả ngày đêm"),
    ):
        units.add_contact(
            db, unit, label=label, number=number, hours=hours, source="Bộ dữ liệu của Học Số",
            checked_on=dates.today(), by=admin.id,
        )  # fmt: skip


def _class(
    db: Session,
    chance: random.Random,
    library: Library,
    teacher: Person,
    name: str,
    place: str,
    people: str,
    path: str,
) -> None:
    assert teacher.unit_id is not None, "the sample's teacher works in its unit"
    made = classes.create_class(db, teacher, teacher.unit_id, name, place)
    today = dates.today()
    classes.assign(db, library, made, f"path:{path}", today + timedelta(days=21), teacher.id, today)
    learners = classes.add_learners(db, made, classes.roster.read_text(people), consent=True, by=teacher)
    courses = library.path(path)
    for place_in_class, learner in enumerate(learners):
        if place_in_class % 4 == 0:
            continue  # has not started
        whole = len(courses) if place_in_class % 5 == 1 else 1
        for course in courses[:whole]:
            lessons = len(course.lessons) if whole > 1 else chance.randint(1, max(1, len(course.lessons) - 1))
            _study(db, chance, learner, course, lessons)


def _study(db: Session, chance: random.Random, person: Person, course: Course, lessons: int) -> None:
    moment = utc_now() - timedelta(days=chance.randint(3, 20))
    for lesson in course.lessons[:lessons]:
        for question in lesson.questions:
            right = sorted(question.right_choices)
            other = [place for place in range(len(question.choices)) if place not in right]
            chosen = right if chance.random() < 0.8 or not other else [chance.choice(other)]
            event = UUID(int=chance.getrandbits(128), version=4)
            learning.answer(db, person.id, lesson, question, chosen, str(event), moment)
            moment += timedelta(minutes=1)
        moment += timedelta(hours=20)


def _ask(assistant: Assistant, db: Session, learner: Person, officer: Person, unit: Unit) -> None:
    for number, question in enumerate(QUESTIONS):
        at_desk = number % 3 == 2
        answer = assistant.ask(question, register="plain")
        asked = asking.keep(
            db, answer, person_id=officer.id if at_desk else learner.id, unit_id=unit.id, at_desk=at_desk
        )
        asked.asked_at = utc_now() - timedelta(minutes=7 * number * number + 2)
        if number == 3:
            asking.want_person(db, asked, asking.PERSON)
