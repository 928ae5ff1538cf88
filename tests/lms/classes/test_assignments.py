"""What is assigned to a class, and who stands where."""

import pytest
from sqlalchemy import event

from i18n.dates import today
from lms.classes import queries, service
from lms.classes.models import Class
from lms.learning import service as learning
from tests.lms.site import soup
from tests.lms.words_only import words


def test_a_course_is_assigned_by_a_day_and_the_learner_sees_it(site, teacher, class_id):
    course = site.course
    due = today().isoformat()
    with site.reading() as db:
        code = db.get(Class, class_id).join_code
    someone = site.on("duocgiao")
    someone.post(f"/vao-lop/{code}")
    assert teacher.post(f"/lop/{class_id}/giao", target=f"course:{course.id}", due_on=due).status_code == 303
    page = someone.page("/cua-toi")
    assert page.select_one(f'a[href="/hoc/{course.id}"]') and f"0/{len(course.lessons)}" in words(page)


@pytest.mark.parametrize(
    ("target", "due", "field"),
    [
        ("course:khong-co", "", "target"),
        ("", "", "target"),
        ("path:", "", "target"),
        (None, "2020-01-01", "due_on"),
        (None, "hôm nay", "due_on"),
    ],
)
def test_what_cannot_be_assigned_is_said(site, teacher, class_id, target, due, field):
    target = f"course:{site.course.id}" if target is None else target
    came = teacher.post(f"/lop/{class_id}/giao", target=target, due_on=due)
    assert came.status_code == 422
    assert soup(came).select_one(f'#loi a[href="#f-{field}"]')


def test_assigned_twice_is_assigned_once_with_the_newer_day(site, teacher, class_id):
    target = f"path:{site.library.audiences[0].id}"
    for due in ("", today().isoformat()):
        teacher.post(f"/lop/{class_id}/giao", target=target, due_on=due)
    with site.reading() as db:
        [one] = db.get(Class, class_id).assignments
        assert one.due_on == today()
        teacher.post(f"/lop/{class_id}/giao/{one.id}/bo")
    with site.reading() as db:
        assert db.get(Class, class_id).assignments == []


@pytest.fixture
def forty(site, class_id):
    """A class of forty with one course assigned; the first has finished, the second is on the way."""
    course = site.course
    learners = site.fill(class_id, [[f"Người {number:02}"] for number in range(40)], by="cohoa")
    with site.database() as db:
        class_ = db.get(Class, class_id)
        service.assign(db, site.library, class_, f"course:{course.id}", None, site.person("cohoa"), today())
        for number, lessons in ((0, course.lessons), (1, course.lessons[:1])):
            for lesson in lessons:
                for place, question in enumerate(lesson.questions):
                    event_id = f"{number:08}-{lesson.number:04}-4{place:03}-8000-{class_id:012}"
                    learning.answer(db, learners[number], lesson, question, [0], event_id)
        db.commit()
    return learners


def test_the_overview_says_who_stands_where(site, teacher, class_id, forty):
    page = teacher.page(f"/lop/{class_id}")
    counts = {
        heading.get_text().split()[0] + " " + heading.get_text().split()[1]: heading.select_one(".tag")
        for heading in page.select("h2")
        if heading.select_one(".tag")
    }
    assert {name: tag.get_text() for name, tag in counts.items()} == {
        "Chưa bắt": "38",
        "Đang học": "1",
        "Đã xong": "1",
    }
    total = len(site.course.lessons)
    lines = teacher.get(f"/lop/{class_id}/danh-sach.csv").get_data(as_text=True).splitlines()
    assert lines[1].endswith(f'"đã xong","{total}","{total}"')
    assert lines[2].endswith(f'"đang học","1","{total}"')
    assert lines[3].endswith(f'"chưa bắt đầu","0","{total}"'), "screen and file come from one query"


@pytest.mark.parametrize("page", ["", "/danh-sach.csv"])
def test_forty_learners_need_no_more_queries_than_one(site, teacher, class_id, forty, page):
    engine = site.app.extensions["database"].engine
    asked = []

    def note(connection, cursor, statement, *_):
        if statement.startswith("SELECT"):
            asked.append(statement)

    teacher.get(f"/lop/{class_id}{page}")
    event.listen(engine, "before_cursor_execute", note)
    try:
        teacher.get(f"/lop/{class_id}{page}")
    finally:
        event.remove(engine, "before_cursor_execute", note)
    # Who it is, and the unit, which is kept for five seconds only, are asked for beside it.
    aside = ("sign_in_sessions", "FROM units", "FROM unit_contacts")
    about_the_class = [one for one in asked if not any(it in one.split("WHERE")[0] for it in aside)]
    assert len(about_the_class) <= 6, about_the_class


def test_an_empty_assignment_is_no_finished_one(site, class_id):
    with site.reading() as db:
        assert queries.overview(db, site.library, db.get(Class, class_id)) == []
