"""Classes as a teacher meets them: the list, the cards, the code, what is assigned, who stands where."""

import io

import pytest
from bs4 import BeautifulSoup
from markupsafe import Markup
from sqlalchemy import event, func, select, update

from i18n.dates import today, utc_now
from lms.accounts.models import Consent, Person
from lms.classes import queries, roster, service
from lms.classes.models import Class, Enrolment
from lms.core.audit import AuditEntry
from lms.learning import service as learning
from tests.lms.site import soup
from tests.lms.words_only import words

LIST = """Họ và tên;Số điện thoại;Dưới 16;Người giám hộ;Quan hệ
Nguyễn Thị Lành;0912 345 678
H'Bia Niê
Vàng Thị Dua;;x;Vàng A Páo;bố"""


@pytest.fixture(scope="module")
def teacher(site):
    site.add("cohoa", "teacher")
    return site.on("cohoa")


@pytest.fixture
def class_id(site):
    return site.class_of("cohoa")


def people(site) -> int:
    with site.reading() as db:
        return db.scalar(select(func.count()).select_from(Person))


def names(site, class_id) -> list[str]:
    with site.reading() as db:
        return [one.name for one in service.members(db, db.get(Class, class_id))]


def preview(teacher, class_id, text: str) -> BeautifulSoup:
    return soup(teacher.post(f"/lop/{class_id}/them", list=text))


def test_a_class_needs_a_name_and_gets_a_code_that_can_be_read_aloud(site, teacher):
    assert teacher.post("/lop", name="  ").status_code == 422
    made = teacher.post("/lop", name="Lớp tối thứ Ba", place="Nhà văn hóa")
    page = teacher.page(f"{made.location}/ma-lop")
    assert "chỉ mở được trên máy này" in page.text, "the tests come by http://localhost"
    code = page.select_one(".joincode").get_text()
    assert len(code) == 6 and not set(code) & set("0O1IlJ2Z")
    assert page.select_one("svg.qr")


def test_first_one_looks_then_one_saves(site, teacher, class_id):
    before = people(site)
    page = preview(teacher, class_id, LIST)
    assert people(site) == before, "looking saves nothing"
    assert "3 người mới" in words(page)
    text = page.select_one("textarea[name=list][hidden]").get_text()
    came = teacher.post(f"/lop/{class_id}/them", list=text, save="1", consent="1")
    assert came.status_code == 303
    assert sorted(names(site, class_id)) == ["H'Bia Niê", "Nguyễn Thị Lành", "Vàng Thị Dua"]
    with site.reading() as db:
        child = db.scalars(select(Person).where(Person.name == "Vàng Thị Dua")).one()
        consent = db.scalars(
            select(Consent).where(Consent.person_id == child.id, Consent.kind == "guardian")
        ).one()
        assert child.is_child and consent.guardian_name == "Vàng A Páo"
        assert consent.recorded_by == site.person("cohoa")


def test_without_consent_nobody_is_saved(site, teacher, class_id):
    came = teacher.post(f"/lop/{class_id}/them", list="Lan", save="1")
    assert came.status_code == 422 and "đã đồng ý" in words(soup(came))
    assert names(site, class_id) == []


def test_one_bad_row_saves_nobody_and_is_named(site, teacher, class_id):
    before = people(site)
    came = teacher.post(f"/lop/{class_id}/them", list="Lan\nHuệ\nlan", save="1", consent="1")
    page = soup(came)
    assert came.status_code == 422 and people(site) == before
    assert "Dòng 3 (lan): Trùng tên với dòng 1" in words(page)
    assert "Huệ" in page.select_one("textarea#f-list").get_text(), "the list can be mended"


def test_one_learner_with_a_comma_in_the_name(site, teacher, class_id):
    page = soup(teacher.post(f"/lop/{class_id}/them", name="Lan, con bà Bảy"))
    text = page.select_one("textarea[name=list][hidden]").get_text()
    teacher.post(f"/lop/{class_id}/them", list=text, save="1", consent="1")
    assert names(site, class_id) == ["Lan, con bà Bảy"]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_file_is_taken_as_well(site, teacher, class_id, kind):
    if kind == "csv":
        data = "Tên\nLan\nHuệ".encode("utf-16")
    else:
        from tests.lms.classes.test_roster import workbook

        data = workbook([["Tên"], ["Lan"], ["Huệ"]])
    came = teacher.client.post(f"/lop/{class_id}/them", data={"file": (io.BytesIO(data), f"lop.{kind}")})
    assert "2 người mới" in words(soup(came))


@pytest.mark.parametrize(
    ("name", "data"), [("lop.pdf", b"%PDF"), ("lop.csv", b"\xff\xfe\xfd"), ("l.xlsx", b"PK\x03\x04")]
)
def test_what_is_wrong_with_a_file_is_said_beside_it(teacher, class_id, name, data):
    page = soup(teacher.client.post(f"/lop/{class_id}/them", data={"file": (io.BytesIO(data), name)}))
    assert page.select_one("#e-file") and not page.select_one("#e-list")


def test_one_learner_without_a_name_is_said_at_the_name(teacher, class_id):
    came = teacher.post(f"/lop/{class_id}/them", name=" ", login="0912345678", guardian="")
    page = soup(came)
    assert came.status_code == 422
    assert [link["href"] for link in page.select("#loi a")] == ["#f-name"]
    assert page.select_one("#f-login")["value"] == "0912345678"


def test_a_file_that_is_no_list_is_said_beside_its_field(teacher, class_id):
    came = teacher.client.post(f"/lop/{class_id}/them", data={"file": (io.BytesIO(b"%PDF-1.7"), "lop.xlsx")})
    assert came.status_code == 422
    assert "Không đọc được tệp này" in soup(came).select_one("#e-file").get_text()


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"login": "a!"}, "login"),
        ({"login": "09123"}, "login"),
        ({"login": "cohoa"}, "login"),
        ({"name": "x" * 200}, "name"),
        ({"child": "1"}, "guardian"),
    ],
)
def test_what_is_wrong_with_one_learner_is_said_at_their_field(teacher, class_id, typed, field):
    """Never by line and column: whoever fills single fields has made no table."""
    sent = {"name": "Lò Thị Mai", "login": "", "guardian": ""} | typed
    came = teacher.post(f"/lop/{class_id}/them", **sent)
    page = soup(came)
    assert came.status_code == 422
    assert [link["href"] for link in page.select("#loi a")] == [f"#f-{field}"]
    assert page.select_one(f".wrong #f-{field}")
    assert page.select_one("#f-name")["value"] == sent["name"]
    assert not page.select_one("#f-list").get_text().strip()


def test_one_learner_may_be_typed_as_people_type(teacher, class_id):
    page = soup(teacher.post(f"/lop/{class_id}/them", name="Hồ Lan", login="Hồ Lan 58", guardian=""))
    assert "1 người mới" in words(page) and "holan58" in words(page)


def test_exported_and_imported_again_nothing_changes(site, teacher, class_id):
    site.fill(class_id, roster.read_text(LIST.replace("678", "679")), by="cohoa")
    before = (people(site), names(site, class_id))
    out = teacher.get(f"/lop/{class_id}/danh-sach.csv")
    assert out.mimetype == "text/csv" and out.get_data().startswith(b"\xef\xbb\xbf")
    came = teacher.client.post(
        f"/lop/{class_id}/them", data={"file": (io.BytesIO(out.get_data()), "lop.csv")}
    )
    assert "Ai cũng có trong lớp rồi" in words(soup(came))
    teacher.client.post(
        f"/lop/{class_id}/them",
        data={"list": out.get_data(as_text=True), "save": "1", "consent": "1"},
    )
    assert (people(site), names(site, class_id)) == before


def test_the_export_says_who_is_a_child_and_who_agreed(site, teacher, class_id):
    site.fill(class_id, [["Vàng Thị Sua", "", "x", "Vàng A Páo", "bố"], ["Lan"]], by="cohoa")
    lines = teacher.get(f"/lop/{class_id}/danh-sach.csv").get_data(as_text=True).splitlines()
    assert lines[1].startswith('"Lan","","","","",')
    assert lines[2].startswith('"Vàng Thị Sua","","x","Vàng A Páo","bố"')


def test_a_list_gives_no_number_of_who_made_their_own_account(site, teacher, class_id):
    site.fill(class_id, [["Lan", "lanlop"]], by="cohoa")
    someone = site.on("0912345678")
    with site.reading() as db:
        someone.post(f"/vao-lop/{db.get(Class, class_id).join_code}")
    listed = teacher.get(f"/lop/{class_id}/danh-sach.csv").get_data(as_text=True)
    assert "lanlop" in listed and "0912345678" not in listed


# Cards


def test_cards_are_printed_for_those_whom_the_teacher_added(site, teacher, class_id):
    site.fill(class_id, [["Lan"], ["Huệ"]], by="cohoa")
    someone = site.on("tuvao")
    with site.reading() as db:
        someone.post(f"/vao-lop/{db.get(Class, class_id).join_code}")
    page = soup(teacher.post(f"/lop/{class_id}/the"))
    cards = [card.select_one("b").get_text() for card in page.select(".cards .paper")]
    assert cards == ["Huệ", "Lan"], "who made their own account keeps it to themselves"
    assert len(page.select(".cards svg.qr")) == 2
    assert soup(teacher.post(f"/lop/{class_id}/the", missing="1")).select(".cards .paper") == []


def test_others_save_while_the_cards_of_a_class_are_drawn(site, teacher, class_id, monkeypatch):
    """Five hundred cards took a minute, in which nobody in the commune could save anything."""
    site.fill(class_id, [["Lan"], ["Huệ"]], by="cohoa")
    free = []

    def draw(text):
        with site.database() as db:
            db.execute(update(Class).where(Class.id == class_id).values(place="Nhà văn hóa"))
            db.commit()
        free.append(text)
        return Markup("<svg></svg>")

    monkeypatch.setattr("lms.classes.roster_views.qr", draw)
    assert teacher.post(f"/lop/{class_id}/the").status_code == 200
    assert len(free) == 2


# Joining


def test_the_code_enrols_who_is_signed_in(site, teacher, class_id):
    with site.reading() as db:
        code = db.get(Class, class_id).join_code
    someone = site.on("vaolop")
    assert someone.get(f"/vao-lop?ma={code[:3].lower()}+{code[3:]}").location == f"/vao-lop/{code}"
    assert someone.page(f"/vao-lop/{code}").select_one("form[method=post]")
    for _ in range(2):
        assert someone.post(f"/vao-lop/{code}").status_code == 303
    assert names(site, class_id) == ["Người vaolop"]
    assert "Lớp tối" in words(someone.page("/cua-toi"))


def test_a_new_code_replaces_the_old_and_nobody_leaves(site, teacher, class_id):
    site.fill(class_id, [["Lan"]], by="cohoa")
    with site.reading() as db:
        code = db.get(Class, class_id).join_code
    teacher.post(f"/lop/{class_id}/ma-moi")
    assert site.visitor().get(f"/vao-lop/{code}").status_code == 404
    assert names(site, class_id) == ["Lan"]


def test_a_closed_class_cannot_be_entered_and_keeps_its_results(site, teacher, class_id):
    site.fill(class_id, [["Lan"]], by="cohoa")
    with site.reading() as db:
        code = db.get(Class, class_id).join_code
    teacher.post(f"/lop/{class_id}/dong")
    assert site.on("vaolop").post(f"/vao-lop/{code}").status_code == 404
    assert "Lan" in words(teacher.page(f"/lop/{class_id}"))


def test_who_is_taken_out_can_come_back(site, teacher, class_id):
    [learner] = site.fill(class_id, [["Lan"]], by="cohoa")
    teacher.post(f"/lop/{class_id}/hoc-vien/{learner}/bo")
    assert names(site, class_id) == []
    with site.database() as db:
        assert service.enrol(db, db.get(Class, class_id), db.get(Person, learner)) is True
        db.rollback()
        assert db.get(Person, learner) is not None, "the account is theirs"


# What is assigned


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
    about_the_class = [one for one in asked if "sign_in_sessions" not in one.split("WHERE")[0]]
    assert len(about_the_class) <= 6, about_the_class


def test_an_empty_assignment_is_no_finished_one(site, class_id):
    with site.reading() as db:
        assert queries.overview(db, site.library, db.get(Class, class_id)) == []


def test_the_audit_log_of_classes_holds_no_name(site, teacher, class_id):
    [learner] = site.fill(class_id, [["Tên Rất Riêng", "rieng.lam"]], by="cohoa")
    teacher.post(f"/lop/{class_id}/the")
    teacher.post(f"/lop/{class_id}/hoc-vien/{learner}/thu-the")
    teacher.post(f"/lop/{class_id}/hoc-vien/{learner}/bo")
    with site.reading() as db:
        entries = db.scalars(select(AuditEntry)).all()
        assert {one.action for one in entries} >= {
            "classes.learners_added", "classes.learner_removed",
            "accounts.card_issued", "accounts.card_withdrawn",
        }  # fmt: skip
        kept = " ".join(f"{one.action} {one.subject}" for one in entries)
        assert "Riêng" not in kept and "rieng" not in kept


def test_enrolments_are_one_a_person(site, class_id):
    [learner] = site.fill(class_id, [["Lan"]], by="cohoa")
    with site.database() as db:
        class_, person = db.get(Class, class_id), db.get(Person, learner)
        assert service.enrol(db, class_, person) is False
        assert db.scalar(select(func.count()).where(Enrolment.person_id == learner)) == 1


# Many classes


@pytest.fixture(scope="module")
def many_classes(site):
    """A commune of its own with 130 classes, and its administrator."""
    admin = site.on("nhieulop", "admin", unit="Xã Nhiều Lớp")
    with site.database() as db:
        db.add_all(
            Class(
                unit_id=site.unit("Xã Nhiều Lớp"),
                teacher_id=site.person("nhieulop"),
                name=f"Lớp buổi tối {number:03}",
                place="Nhà văn hóa buôn Đung" if number == 77 else "",
                join_code=f"NL{number:06}",
                closed_at=utc_now() if number >= 120 else None,
            )
            for number in range(130)
        )
        db.commit()
    return admin


def names_on(page) -> list[str]:
    return [tile.find(string=True).strip() for tile in page.select("ul.tiles .what")]


def test_many_classes_stand_on_pages(site, many_classes):
    first, last = many_classes.page("/lop"), many_classes.page("/lop?trang=99")
    assert names_on(first) == [f"Lớp buổi tối {number:03}" for number in range(50)]
    assert names_on(last) == [f"Lớp buổi tối {number:03}" for number in range(100, 120)]
    assert first.select_one('a[href="/lop?trang=2"]') and not last.select_one('a[href*="trang=4"]')


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("buon+dung", [77]),
        ("TỐI+077", [77]),
        ("tối+04", range(40, 50)),
        ("dong=1", range(120, 130)),
        ("zzz", []),
    ],
)
def test_a_class_is_found_among_many(site, many_classes, typed, found):
    page = many_classes.page("/lop?" + (typed if "=" in typed else f"tim={typed}"))
    assert names_on(page) == [f"Lớp buổi tối {number:03}" for number in found]


def test_the_list_of_classes_asks_as_often_however_many_there_are(site, many_classes):
    site.class_of("motlop", "Một lớp", unit="Xã Một Lớp")
    alone = site.on("motlop")
    assert selects(site, many_classes, "/lop") <= selects(site, alone, "/lop") + 1


def selects(site, someone, path: str) -> int:
    """How many statements a page takes when the connection is warm."""
    someone.page(path)
    engine, seen = site.app.extensions["database"].engine, []

    def note(*words):
        seen.append(words[2])

    event.listen(engine, "before_cursor_execute", note)
    try:
        someone.page(path)
    finally:
        event.remove(engine, "before_cursor_execute", note)
    return len(seen)


def test_a_closed_class_takes_no_list_and_no_assignment(site):
    class_id = site.class_of("co-dong-roi")
    teacher = site.on("co-dong-roi", "teacher")
    teacher.post(f"/lop/{class_id}/dong")
    came = teacher.post(f"/lop/{class_id}/them", list="Vừ Thị Mai", save="1", consent="1")
    assert came.status_code == 422 and "Lớp đã đóng" in came.get_data(as_text=True)
    came = teacher.post(f"/lop/{class_id}/giao", target=f"course:{site.course.id}")
    assert came.status_code == 422 and "Lớp đã đóng" in came.get_data(as_text=True)
