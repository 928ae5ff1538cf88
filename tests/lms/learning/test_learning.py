"""Learning as events: saved once, counted by the newest answer, continued where one stopped."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError

from i18n.dates import utc_now
from lms.accounts import service as accounts
from lms.accounts.models import Person
from lms.core import signals
from lms.learning import queries, service
from lms.learning.models import Event, LessonProgress
from lms.learning.service import LearningError
from tests.lms.site import soup
from tests.lms.words_only import words


def id_of(number: int) -> str:
    return str(UUID(int=number, version=4))


def right(question) -> list[int]:
    return sorted(question.right_choices)


def wrong(question) -> list[int]:
    return [next(place for place in range(len(question.choices)) if place not in question.right_choices)]


@pytest.fixture
def learner(site):
    """The id of somebody new."""
    with site.database() as db:
        person = accounts.new_guest(db)
        db.commit()
        return person.id


@pytest.fixture
def answer(site, learner):
    """`answer(place, chosen, event)`: the learner answers a question, in a session of its own."""

    def give(place, chosen=None, event=None, person=None, at=None):
        question = site.lesson.questions[place]
        chosen = right(question) if chosen is None else chosen
        with site.database() as db:
            saved = service.answer(
                db, person or learner, site.lesson, question, chosen, event or str(uuid4()), at
            )
            db.commit()
            return saved

    return give


def progress(site, person) -> LessonProgress:
    with site.reading() as db:
        return db.get(LessonProgress, (person, site.lesson.course_id, site.lesson.id))


def count(site, person, kind="answered") -> int:
    with site.reading() as db:
        return db.scalar(select(func.count()).where(Event.person_id == person, Event.kind == kind))


def test_the_same_event_twice_is_saved_once(site, learner, answer):
    first, again = answer(0, event=id_of(1)), answer(0, event=id_of(1))
    assert (first.new, again.new, again.event_id) == (True, False, first.event_id)
    assert count(site, learner) == 1


def test_the_same_event_is_the_same_however_its_id_is_written(site, learner, answer):
    event = uuid4()
    assert answer(0, event=str(event)).new
    assert not answer(0, event=event.hex.upper()).new
    assert not answer(0, event=f"{{{event}}}").new


def test_the_same_event_with_another_answer_keeps_the_first(site, learner, answer):
    question = site.lesson.questions[0]
    answer(0, right(question), id_of(2))
    assert answer(0, wrong(question), id_of(2)).right is True
    assert progress(site, learner).right == 1


def test_somebody_elses_event_is_refused(site, learner, answer):
    answer(0, event=id_of(3))
    with site.database() as db:
        other = accounts.new_guest(db)
        db.commit()
    with pytest.raises(LearningError):
        answer(0, event=id_of(3), person=other.id)
    with pytest.raises(LearningError):
        answer(1, event=id_of(3))
    assert count(site, other.id) == 0


@pytest.mark.parametrize("event", ["", "1", "no uuid", "g" * 32, None])
def test_an_event_without_a_real_id_is_refused(site, answer, event):
    with pytest.raises(LearningError):
        service.event_id_of(event)


@pytest.mark.parametrize("chosen", [[], [-1], [99], [0, 1, 2, 3]])
def test_an_answer_that_is_none_is_refused(site, learner, answer, chosen):
    assert site.lesson.questions[0].kind == "one"
    with pytest.raises(LearningError):
        answer(0, chosen)
    assert count(site, learner) == 0


def test_at_once_the_same_event_is_saved_once(site, learner, answer):
    with ThreadPoolExecutor(8) as pool:
        saved = list(pool.map(lambda _: answer(0, event=id_of(4)), range(8)))
    assert sum(one.new for one in saved) == 1
    assert count(site, learner) == 1


def test_at_once_every_question_is_counted_and_the_lesson_ends_once(site, learner, answer):
    finished = []

    def heard(db, person_id, **_):
        finished.append(person_id)

    with signals.lesson_finished.connected_to(heard), ThreadPoolExecutor(8) as pool:
        list(pool.map(answer, range(len(site.lesson.questions))))
    standing = progress(site, learner)
    assert standing.answered == standing.right == len(site.lesson.questions)
    assert standing.finished_at and count(site, learner, "finished") == 1
    assert finished == [learner]


def test_twenty_learners_at_once_lose_nothing(site):
    lesson = site.lesson
    with site.database() as db:
        people = [accounts.new_guest(db).id for _ in range(20)]
        db.commit()

    def study(person):
        for question in lesson.questions:
            with site.database() as db:
                service.answer(db, person, lesson, question, right(question), str(uuid4()))
                db.commit()

    with ThreadPoolExecutor(20) as pool:
        list(pool.map(study, people))
    with site.reading() as db:
        rows = db.scalars(select(LessonProgress).where(LessonProgress.person_id.in_(people))).all()
        saved = db.scalar(select(func.count()).where(Event.person_id.in_(people), Event.kind == "answered"))
    assert saved == 20 * len(lesson.questions)
    assert len(rows) == 20 and all(row.finished_at for row in rows)


def test_the_lesson_is_finished_with_the_last_question(site, learner, answer):
    places = range(len(site.lesson.questions))
    assert [answer(place).finished for place in places] == [place == places[-1] for place in places]


def test_the_newest_answer_counts(site, learner, answer):
    question, now = site.lesson.questions[0], utc_now() - timedelta(hours=2)
    answer(0, wrong(question), at=now)
    assert (progress(site, learner).answered, progress(site, learner).right) == (1, 0)
    answer(0, right(question), at=now + timedelta(minutes=1))
    assert (progress(site, learner).answered, progress(site, learner).right) == (1, 1)
    # Saved late, but older: a phone that was without a network.
    answer(0, wrong(question), at=now + timedelta(seconds=30))
    assert progress(site, learner).right == 1
    with site.reading() as db:
        assert queries.answered_questions(db, learner, site.lesson)[question.id] is True


def test_however_often_somebody_answers_only_so_many_answers_are_kept(site, learner, answer, monkeypatch):
    monkeypatch.setattr(service, "MOST_ANSWERS", 6)
    first, second = site.lesson.questions[:2]
    answer(1, right(second))
    for _round in range(20):
        answer(0, right(first))
        answer(0, wrong(first))
        assert count(site, learner) <= 7
    row = progress(site, learner)
    assert (row.answered, row.right) == (2, 1), "the newest answer to each question stays"
    again = answer(0, right(first))
    assert again.new and progress(site, learner).right == 2


def test_an_answer_of_somebody_who_is_gone_by_then_is_done_again_and_not_lost(site, learner, answer):
    """Signed in in another tab just then: the guest was joined to the account, and the answer an error."""
    with site.database() as db:
        db.execute(delete(Person).where(Person.id == learner))
        db.commit()
    with pytest.raises(IntegrityError):
        answer(0)


def test_a_lesson_read_by_somebody_who_is_gone_by_then_is_done_again(site):
    """It was an error of the server, whatever else had gone wrong: nothing that could be done once more."""
    lesson = replace(site.lesson, questions=())
    with site.database() as db, pytest.raises(IntegrityError):
        service.finish_reading(db, "0" * 32, lesson, str(uuid4()))


EVENTS = st.lists(
    st.tuples(st.integers(0, 2), st.booleans(), st.integers(0, 5)),
    min_size=1,
    max_size=7,
    unique_by=lambda event: event[2],
)


@settings(max_examples=20)  # each writes to a real database
@given(st.data())
def test_in_any_order_and_repeated_the_same_is_saved(site, data):
    events = data.draw(EVENTS)
    orders = [events, data.draw(st.permutations(events + data.draw(st.lists(st.sampled_from(events)))))]
    start, found = utc_now() - timedelta(hours=2), []
    for order in orders:
        with site.database() as db:
            person = accounts.new_guest(db)
            for place, well, minute in order:
                question = site.lesson.questions[place]
                chosen = right(question) if well else wrong(question)
                event = str(UUID(int=minute + 1000, version=4))
                at = start + timedelta(minutes=minute)
                service.answer(db, person.id, site.lesson, question, chosen, event, at)
            rows = db.scalars(select(Event).where(Event.person_id == person.id, Event.kind == "answered"))
            saved = {(row.id, row.question_id, row.data["right"]) for row in rows}
            row = db.get(LessonProgress, (person.id, site.lesson.course_id, site.lesson.id))
            found.append((saved, row.answered, row.right, row.last_at, row.finished_at is None))
            db.rollback()
    assert found[0] == found[1]


def test_a_lesson_with_questions_is_not_finished_by_reading(site, learner):
    with site.database() as db, pytest.raises(LearningError):
        service.finish_reading(db, learner, site.lesson, str(uuid4()))


def test_opening_is_noted_once(site):
    someone = site.on("mobai")
    path = f"/hoc/{site.lesson.course_id}/{site.lesson.id}"
    someone.get(path), someone.get(path)
    assert count(site, site.person("mobai"), "opened") == 1
    assert site.visitor().get(path).headers.get("Set-Cookie") is None, "reading alone makes no guest"


@pytest.mark.parametrize("first", ["guest", "account"])
def test_when_a_guest_joins_an_account_the_earlier_beginning_stays(site, first):
    """Whoever opened the lesson first: the page says since when it is being learned."""
    earlier, later = utc_now() - timedelta(days=9), utc_now() - timedelta(days=2)
    opened = (
        {"guest": earlier, "account": later} if first == "guest" else {"guest": later, "account": earlier}
    )
    with site.database() as db:
        people = {who: accounts.new_guest(db) for who in opened}
        for who, day in opened.items():
            row = LessonProgress(
                person_id=people[who].id, course_id="khoa", lesson_id="bai",
                opened_at=day, last_at=day, answered=0, right=0,
            )  # fmt: skip
            db.add(row)
        db.flush()
        service.join_guest(db, people["guest"].id, people["account"].id, site.library)
        joined = db.get(LessonProgress, (people["account"].id, "khoa", "bai"))
        assert (joined.opened_at, joined.last_at) == (earlier, later)
        assert db.get(LessonProgress, (people["guest"].id, "khoa", "bai")) is None
        db.rollback()


def test_what_a_guest_began_and_the_account_ended_is_finished(site, answer):
    """All four of four were answered, and the page still said that some were open."""
    total = len(site.lesson.questions)
    with site.database() as db:
        guest, account = accounts.new_guest(db).id, accounts.new_guest(db).id
        db.commit()
    for place in range(total):
        answer(place, person=guest if place < total // 2 else account)
    told = []
    listening = signals.lesson_finished.connected_to(lambda _db, **values: told.append(values["person_id"]))
    with listening, site.database() as db:
        service.join_guest(db, guest, account, site.library)
        db.commit()
    with site.reading() as db:
        row = db.get(LessonProgress, (account, site.lesson.course_id, site.lesson.id))
        assert (row.answered, row.right) == (total, total) and row.finished_at is not None
    assert told == [account]


def test_what_was_answered_while_the_clock_was_ahead_is_older_than_what_comes_now(
    site, learner, answer, monkeypatch
):
    total, real = len(site.lesson.questions), service.utc_now
    monkeypatch.setattr(service, "utc_now", lambda: real() + timedelta(days=400))
    for place in range(total):
        answer(place, wrong(site.lesson.questions[place]))
    monkeypatch.undo()
    for place in range(total):
        answer(place)
    with site.reading() as db:
        row = db.get(LessonProgress, (learner, site.lesson.course_id, site.lesson.id))
        assert row.right == total and row.last_at <= real()
        assert all(queries.answered_questions(db, learner, site.lesson).values())


def test_a_clock_set_right_twice_keeps_the_order_of_answers(site, learner, answer, monkeypatch):
    """Each time all answers of the wrong hour got one moment, and the oldest of them counted."""
    total, real = len(site.lesson.questions), service.utc_now
    for ahead, choose in ((80, wrong), (40, right), (0, right)):
        with monkeypatch.context() as patch:
            patch.setattr(service, "utc_now", lambda ahead=ahead: real() + timedelta(minutes=ahead))
            for place in range(total):
                answer(place, choose(site.lesson.questions[place]))
    with site.reading() as db:
        assert db.get(LessonProgress, (learner, site.lesson.course_id, site.lesson.id)).right == total


def test_one_goes_on_with_the_newest_lesson_that_is_not_finished(site, learner):
    course = site.course
    other = next(one for one in site.library.courses if one is not course and one.lessons)
    first, second = course.lessons[:2]
    start = utc_now() - timedelta(hours=2)

    def here(lesson, minute, whole=False):
        with site.database() as db:
            service.open_lesson(db, learner, lesson, str(uuid4()), start + timedelta(minutes=minute))
            for question in lesson.questions if whole else ():
                at = start + timedelta(minutes=minute)
                service.answer(db, learner, lesson, question, right(question), str(uuid4()), at)
            db.commit()
        with site.reading() as db:
            going = queries.going_on(db, site.library, learner)
            return (going.course.id, going.lesson.id) if going else None

    assert here(first, 1) == (course.id, first.id)
    assert here(first, 2, whole=True) == (course.id, second.id)
    assert here(other.lessons[0], 3) == (other.id, other.lessons[0].id)
    assert here(second, 4) == (course.id, second.id)
    for lesson in course.lessons:
        last = here(lesson, 10 + lesson.number, whole=True)
    assert last == (other.id, other.lessons[0].id), "a finished course gives way to the one begun"


def test_a_course_that_is_gone_troubles_nobody(site, learner):
    with site.database() as db:
        row = LessonProgress(
            person_id=learner, course_id="khoa-cu", lesson_id="bai-cu", opened_at=utc_now(), last_at=utc_now()
        )
        db.add(row)
        db.commit()
    with site.reading() as db:
        assert queries.going_on(db, site.library, learner) is None
        assert queries.my_courses(db, site.library, learner) == []
    with site.database() as db:
        db.execute(delete(LessonProgress).where(LessonProgress.course_id == "khoa-cu"))
        db.commit()


def test_after_an_answer_one_reads_why(site):
    lesson, someone = site.lesson, site.visitor()
    question = lesson.questions[0]
    path = f"/hoc/{lesson.course_id}/{lesson.id}/cau-hoi/1"
    event = someone.page(path).select_one("input[name=event]")["value"]
    came = someone.post(path, choice=str(wrong(question)[0]), event=event)
    page = someone.page(came.location)
    assert page.select_one("h1").get_text() == "Chưa đúng"
    assert question.choices[wrong(question)[0]].why in words(page)
    again = someone.post(path, choice=str(wrong(question)[0]), event=event)
    assert again.location == came.location, "sent twice by an impatient finger"
    stranger = site.visitor()
    assert "Chưa đúng" not in words(stranger.page(came.location)), "an answer is shown to its owner only"


def test_without_a_choice_the_question_stays_with_a_sentence(site):
    lesson = site.lesson
    came = site.visitor().post(f"/hoc/{lesson.course_id}/{lesson.id}/cau-hoi/1", event=str(uuid4()))
    assert came.status_code == 422
    assert "Bạn chọn một câu trả lời" in soup(came).select_one("[role=alert]").get_text()


def test_a_lesson_from_question_to_question_to_its_end(site):
    lesson, someone = site.lesson, site.visitor()
    base = f"/hoc/{lesson.course_id}/{lesson.id}"
    for number, question in enumerate(lesson.questions, 1):
        assert someone.get(f"{base}/cau-hoi").location == f"{base}/cau-hoi/{number}"
        choices = [str(place) for place in right(question)]
        someone.client.post(f"{base}/cau-hoi/{number}", data={"choice": choices, "event": str(uuid4())})
    page = someone.page(f"{base}/xong")
    assert "Bạn đã học xong bài này" in words(page)
    assert f"Đúng {len(lesson.questions)} trong {len(lesson.questions)} câu" in words(page)
    assert someone.get(f"{base}/cau-hoi/99").status_code == 404
    assert "✓ Đã xong" in words(someone.page(f"/hoc/{lesson.course_id}"))
