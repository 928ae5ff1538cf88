"""What is kept of a person can be mended, nobody is lost by leaving a class, nothing is made twice."""

import pytest
from sqlalchemy import event, func, select

from lms.accounts import service as accounts
from lms.accounts.models import Person, SignInCard
from lms.classes import service
from lms.classes.models import Class, Enrolment
from lms.core.audit import AuditEntry
from lms.core.once import TakenForm
from tests.lms.site import soup
from tests.lms.words_only import PIN, words


@pytest.fixture(scope="module")
def teacher(site):
    site.add("cosua", "teacher")
    return site.on("cosua")


@pytest.fixture
def class_id(site):
    return site.class_of("cosua")


def one(site, person_id: str) -> tuple[str, str | None]:
    with site.reading() as db:
        found = db.get(Person, person_id)
        return found.name, found.login


def deeds(site, person_id: str) -> list[tuple[str, str]]:
    with site.reading() as db:
        rows = db.scalars(
            select(AuditEntry).where(AuditEntry.subject == f"person:{person_id}").order_by(AuditEntry.id)
        )
        return [(row.action, row.subject) for row in rows]


# Mending


def test_a_teacher_mends_a_misspelt_name_and_adds_a_number(site, teacher, class_id):
    [lanh] = site.fill(class_id, [["Nguyễn Thị Lanh"]], by="cosua")
    page = f"/lop/{class_id}/hoc-vien/{lanh}"
    assert "Sửa tên và số" in words(teacher.page(page))
    assert "0 trong 0" not in words(teacher.page(page)), "nothing was assigned yet"
    came = teacher.post(f"{page}/sua", name="Nguyễn Thị Lành", login="+84 911 222 333")
    assert came.status_code == 303
    assert one(site, lanh) == ("Nguyễn Thị Lành", "0911222333")
    assert [action for action, _ in deeds(site, lanh)] == [
        "accounts.corrected.name",
        "accounts.corrected.login",
    ]
    with site.reading() as db:
        kept = " ".join(f"{row.action} {row.subject}" for row in db.scalars(select(AuditEntry)))
    assert "Lanh" not in kept and "0911" not in kept, "the log says what kind of thing, not what stood there"


def test_a_teacher_hears_that_a_learner_signs_in_by_another_name_now(site, teacher, class_id):
    """Who types it does not know of the change, and would be locked out."""
    with_pin, by_card = site.fill(class_id, [["Lò Thị Mai", "mailo"], ["Giàng A Sử"]], by="cosua")
    teacher.post(f"/lop/{class_id}/hoc-vien/{with_pin}/ma-tam")
    page = f"/lop/{class_id}/hoc-vien"
    teacher.post(f"{page}/{with_pin}/sua", name="Lò Thị Mai", login="0911 222 444")
    assert "từ nay đăng nhập bằng 0911222444" in words(teacher.page(f"{page}/{with_pin}"))
    teacher.post(f"{page}/{with_pin}/sua", name="Lò Thị Mây", login="0911222444")
    assert "từ nay" not in words(teacher.page(f"{page}/{with_pin}"))
    teacher.post(f"{page}/{by_card}/sua", name="Giàng A Sử", login="asu")
    assert "từ nay" not in words(teacher.page(f"{page}/{by_card}")), "a card needs no name"


@pytest.mark.parametrize(
    ("name", "login", "word"),
    [
        ("", "", "gõ tên"),
        ("Lan", "09", "10 chữ số"),
        ("Lan", "bacosan", "đã có tài khoản khác"),
        ("Trần Văn Tám", "", "Lớp đã có người tên này"),
        ("A" * 81, "", "dài quá"),
    ],
)
def test_a_bad_correction_changes_nothing_and_keeps_what_was_typed(site, teacher, name, login, word):
    class_id = site.class_of("cosua")
    site.add("bacosan")
    first, _ = site.fill(class_id, [["Ba"], ["Trần Văn Tám"]], by="cosua")
    came = teacher.post(f"/lop/{class_id}/hoc-vien/{first}/sua", name=name, login=login)
    page = soup(came)
    assert came.status_code == 422 and word in words(page)
    assert page.select_one("#f-login")["value"] == login
    assert one(site, first) == ("Ba", None) and deeds(site, first) == []


def test_a_teacher_mends_nobody_who_made_their_own_account_or_is_elsewhere(site, teacher, class_id):
    own = site.add("tutao")
    site.on("tutao").post(f"/vao-lop/{code_of(site, class_id)}")
    assert "Sửa tên và số" not in words(teacher.page(f"/lop/{class_id}/hoc-vien/{own}"))
    assert teacher.post(f"/lop/{class_id}/hoc-vien/{own}/sua", name="Khác").status_code == 422
    other = site.class_of("cokhac")
    [theirs] = site.fill(other, [["Của cô khác"]], by="cokhac")
    assert teacher.post(f"/lop/{other}/hoc-vien/{theirs}/sua", name="Khác").status_code == 404
    assert teacher.post(f"/lop/{class_id}/hoc-vien/{theirs}/sua", name="Khác").status_code in (404, 422)
    assert one(site, own)[0] == "Người tutao" and one(site, theirs)[0] == "Của cô khác"


def code_of(site, class_id: int) -> str:
    with site.reading() as db:
        return db.get(Class, class_id).join_code


def test_the_administrator_mends_anybody_of_the_unit(site):
    person = site.add("saiten")
    admin = site.on("quantri")
    assert admin.post(f"/quan-tri/nguoi/{person}/sua", name="Đỗ Thị Sáu", login="dosau").status_code == 303
    assert one(site, person) == ("Đỗ Thị Sáu", "dosau")
    came = admin.post(f"/quan-tri/nguoi/{person}/sua", name="Đỗ Thị Sáu", login="")
    assert came.status_code == 422 and "cần tên đăng nhập" in words(soup(came))
    assert one(site, person) == ("Đỗ Thị Sáu", "dosau")


def test_mending_one_name_leaves_lists_and_search_in_step(site):
    person = site.add("doiten")
    admin = site.on("quantri")
    admin.post(f"/quan-tri/nguoi/{person}/sua", name="Zơ Râm Út", login="doiten")
    assert "doiten" in words(admin.page("/quan-tri/nguoi?tim=zo+ram+ut"))


# Leaving and coming back


def test_who_was_taken_out_and_is_listed_again_is_the_same_person(site, teacher, class_id):
    [an] = site.fill(class_id, [["Hòa An"]], by="cosua")
    teacher.post(f"/lop/{class_id}/hoc-vien/{an}/bo")
    seen = soup(teacher.post(f"/lop/{class_id}/them", list="HOÀ AN\nBình Mới"))
    assert "Vào lại lớp" in words(seen)
    text = seen.select_one("textarea[name=list]").get_text()
    came = teacher.post(f"/lop/{class_id}/them", list=text, consent="1", save="1")
    assert came.status_code == 303
    with site.reading() as db:
        members = service.members(db, db.get(Class, class_id))
        assert [person.name for person in members] == ["Hòa An", "Bình Mới"]
        assert members[0].id == an


def test_the_class_page_takes_somebody_back(site, teacher, class_id):
    [an] = site.fill(class_id, [["Về Lại"]], by="cosua")
    teacher.post(f"/lop/{class_id}/hoc-vien/{an}/bo")
    page = teacher.page(f"/lop/{class_id}")
    assert "Đã ra khỏi lớp" in words(page) and "Cho vào lại: Về Lại" in words(page)
    assert teacher.post(f"/lop/{class_id}/hoc-vien/{an}/vao-lai").status_code == 303
    with site.reading() as db:
        assert db.get(Enrolment, (class_id, an)).left_at is None
    stranger = site.add("nguoila")
    teacher.post(f"/lop/{class_id}/hoc-vien/{stranger}/vao-lai")
    with site.reading() as db:
        assert db.get(Enrolment, (class_id, stranger)) is None


def test_who_came_by_themselves_and_left_is_not_fetched_back(site, teacher, class_id):
    """Else a teacher could take a new PIN for an account whose owner has left the class."""
    own = site.add("tudi")
    with site.database() as db:
        service.enrol(db, db.get(Class, class_id), db.get(Person, own))
        db.commit()
    teacher.post(f"/lop/{class_id}/hoc-vien/{own}/bo")
    teacher.post(f"/lop/{class_id}/hoc-vien/{own}/vao-lai")
    with site.reading() as db:
        assert db.get(Enrolment, (class_id, own)).left_at is not None
    assert teacher.post(f"/lop/{class_id}/hoc-vien/{own}/ma-tam").status_code == 404


def test_another_login_is_another_person(site, teacher, class_id):
    [an] = site.fill(class_id, [["Trùng Tên", "trungten1"]], by="cosua")
    teacher.post(f"/lop/{class_id}/hoc-vien/{an}/bo")
    [other] = site.fill(class_id, [["Trùng Tên", "trungten2"]], by="cosua")
    assert other != an


# Once


def count(site, table) -> int:
    with site.reading() as db:
        return db.scalar(select(func.count()).select_from(table))


def token_of(page) -> str:
    return page.select_one("input[name=once_token]")["value"]


def test_two_clicks_make_one_class(site, teacher):
    token = token_of(teacher.page("/lop"))
    before = count(site, Class)
    first = teacher.post("/lop", name="Một lớp thôi", once_token=token)
    second = teacher.post("/lop", name="Một lớp thôi", once_token=token)
    assert first.status_code == second.status_code == 303 and first.location == second.location
    assert count(site, Class) == before + 1
    third = teacher.post("/lop", name="Một lớp thôi", once_token=token_of(teacher.page("/lop")))
    assert third.location != first.location, "a new form is a new class"


def test_a_form_that_came_back_with_mistakes_may_be_sent_again(site, teacher):
    token = token_of(teacher.page("/lop"))
    assert teacher.post("/lop", name=" ", once_token=token).status_code == 422
    assert teacher.post("/lop", name="Đã sửa", once_token=token).status_code == 303


def test_a_form_that_met_an_error_page_may_be_sent_again(site, teacher, class_id):
    before = count(site, TakenForm)
    assert teacher.post("/lop/999999/giao", target="", once_token="mot-ma-nao-do").status_code == 404
    assert count(site, TakenForm) == before


def test_the_token_of_one_person_stops_nobody_else(site, teacher):
    token = token_of(teacher.page("/lop"))
    teacher.post("/lop", name="Của tôi", once_token=token)
    site.add("cothubay", "teacher")
    other = site.on("cothubay").post("/lop", name="Của tôi nữa", once_token=token)
    with site.reading() as db:
        assert db.get(Class, int(other.location.rsplit("/", 1)[1])).name == "Của tôi nữa"


def test_a_list_saved_twice_leads_to_the_class(site, teacher, class_id):
    seen = soup(teacher.post(f"/lop/{class_id}/them", list="Đôi Một\nĐôi Hai"))
    form = {"list": seen.select_one("textarea[name=list]").get_text(), "consent": "1", "save": "1"}
    token = token_of(seen)
    before = count(site, Person)
    first = teacher.post(f"/lop/{class_id}/them", once_token=token, **form)
    second = teacher.post(f"/lop/{class_id}/them", once_token=token, **form)
    assert first.location == second.location and count(site, Person) == before + 2


# Orders and searches


def test_a_class_stands_in_vietnamese_order_everywhere(site, teacher, class_id):
    want = ["Đinh Văn An", "Ẩn Văn Bình", "Lê Dũng", "Lê Đông", "Zơ Râm Út"]
    site.fill(class_id, [[name] for name in reversed(want)], by="cosua")
    page = teacher.page(f"/lop/{class_id}")
    assert [tile.get_text().strip() for tile in page.select("ul.tiles .what")] == want
    lines = teacher.get(f"/lop/{class_id}/danh-sach.csv").get_data(as_text=True).splitlines()[1:]
    assert [line.split('"')[1] for line in lines] == want
    cards = soup(teacher.post(f"/lop/{class_id}/the"))
    assert [card.select_one("b").get_text() for card in cards.select(".cards .paper")] == want


@pytest.mark.parametrize(
    "typed", ["lanh", "nguyen+lanh", "LÀNH", "H’Quyên", "h'quyen", "đỗ", "Hoà", "0911 777 888"]
)
def test_people_are_found_as_they_are_typed(site, typed):
    class_id = site.class_of("cotim", "Lớp tìm người")
    known = {"Nguyễn Thị Lành": "", "H'Quyên Niê": "", "Đỗ Quang Trí": "0911777888", "Lê Văn Hòa": ""}
    with site.reading() as db:
        there = set(db.scalars(select(Person.name).where(Person.name.in_(known))))
    new = [[name, login] for name, login in known.items() if name not in there]
    if new:
        site.fill(class_id, new, by="cotim")
    page = words(site.on("quantri").page(f"/quan-tri/nguoi?tim={typed}"))
    want = {"l": "Lành", "n": "Lành", "L": "Lành", "H": "H'Quyên", "h": "H'Quyên", "đ": "Đỗ", "0": "Đỗ"}
    assert ("Hòa" if typed == "Hoà" else want[typed[0]]) in page


def test_two_of_one_name_are_told_apart(site):
    for name in ("Lớp Sáng", "Lớp Chiều"):
        site.fill(site.class_of("cotach", name), [["Vừ A Trùng"]], by="cotach")
    page = words(site.on("quantri").page("/quan-tri/nguoi?tim=vu+a+trung"))
    assert "Lớp Sáng" in page and "Lớp Chiều" in page and "vào bằng thẻ" in page


def test_staff_are_taken_and_given_roles_only_after_a_question(site):
    person = site.add("sapduocquyen")
    page = site.on("quantri").page(f"/quan-tri/nguoi/{person}")
    for form in page.select("form"):
        if form["action"].endswith(("/quyen", "/pin", "/dong")):
            assert form.find_parent("details"), form["action"]


# By oneself


def test_one_mends_ones_own_name_and_with_the_secret_the_number(site):
    person = site.add("tusua")
    someone = site.on("tusua")
    assert someone.post("/tai-khoan/sua", name="Tên Đúng", login="tusua").status_code == 303
    assert one(site, person) == ("Tên Đúng", "tusua")
    for secret in ("", "111222"):
        came = someone.post("/tai-khoan/sua", name="Tên Đúng", login="0977 666 555", secret=secret)
        assert came.status_code == 422 and one(site, person)[1] == "tusua"
    assert (
        someone.post("/tai-khoan/sua", name="Tên Đúng", login="0977 666 555", secret=PIN).status_code == 303
    )
    assert one(site, person) == ("Tên Đúng", "0977666555")
    assert site.visitor().post("/dang-nhap", login="+84977666555", secret=PIN).status_code == 303
    assert [action for action, _ in deeds(site, person)][-2:] == [
        "accounts.corrected.name",
        "accounts.corrected.login",
    ]


def test_a_secret_that_was_left_out_is_asked_for_and_is_no_guess(site):
    site.add("quenma")
    someone = site.on("quenma")
    for _try in range(12):
        page = soup(someone.post("/tai-khoan/sua", name="Quên", login="quenma2", secret=" "))
        assert page.select_one("#e-secret").get_text() == "Bạn gõ mã PIN hoặc mật khẩu đang dùng."
    came = someone.post("/tai-khoan/sua", name="Quên", login="quenma2", secret=PIN)
    assert came.status_code == 303, "nobody waits after mistakes that were none"


def test_who_came_by_card_mends_nothing(site, teacher, class_id):
    [lan] = site.fill(class_id, [["Lan Thẻ"]], by="cosua")
    with site.database() as db:
        token = accounts.issue_card(db, db.get(Person, lan), site.person("cosua"))
        db.commit()
    someone = site.visitor()
    someone.post(f"/the/{token}")
    assert someone.post("/tai-khoan/sua", name="Kẻ nhặt thẻ").status_code in (302, 303, 403)
    assert one(site, lan) == ("Lan Thẻ", None)


# Cards of a class


def queries_of(site, deed) -> int:
    seen = []
    engine = site.app.extensions["database"].engine

    def note(_connection, _cursor, statement, *_more):
        seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        deed()
    finally:
        event.remove(engine, "before_cursor_execute", note)
    return len(seen)


def test_cards_of_a_class_are_one_line_in_the_log_and_the_old_ones_end(site, teacher):
    class_id = site.class_of("cosua")
    pupils = site.fill(class_id, [[f"Em {number}"] for number in range(12)], by="cosua")
    first = soup(teacher.post(f"/lop/{class_id}/the"))
    assert len(first.select(".cards .paper")) == 12
    with site.reading() as db:
        lines = db.scalars(select(AuditEntry).where(AuditEntry.subject == f"class:{class_id} +12")).all()
        assert [line.action for line in lines] == ["classes.learners_added", "classes.cards_printed"]
        old = db.scalars(select(SignInCard.id).where(SignInCard.person_id.in_(pupils))).all()
    teacher.post(f"/lop/{class_id}/the")
    with site.reading() as db:
        assert all(db.get(SignInCard, card).withdrawn_at for card in old)
    assert not soup(teacher.post(f"/lop/{class_id}/the", missing="1")).select(".cards .paper")


@pytest.mark.parametrize("page", ["lop", "the", "nguoi", "csv"])
def test_pages_ask_the_database_as_often_for_five_as_for_fifty(site, page):
    asked = []
    for size in (5, 50):
        login = f"codem{page.replace('-', '')}{size}"
        class_id = site.class_of(login)
        site.fill(class_id, [[f"Học viên {page} {size} {number}"] for number in range(size)], by=login)
        someone = site.on(login) if page in ("lop", "the", "csv") else site.on("quantri")
        deed = {
            "lop": lambda who=someone, which=class_id: who.get(f"/lop/{which}"),
            "csv": lambda who=someone, which=class_id: who.get(f"/lop/{which}/danh-sach.csv"),
            "the": lambda who=someone, which=class_id: who.post(f"/lop/{which}/the"),
            "nguoi": lambda who=someone, of=size: who.get(f"/quan-tri/nguoi?tim=hoc+vien+nguoi+{of}"),
        }[page]
        for _ in range(2):  # what a connection asks once is asked by now
            deed()
        # The fewest of three: on a busy machine something else asks the same database meanwhile.
        asked.append(min(queries_of(site, deed) for _ in range(3)))
    assert asked[1] <= asked[0], asked


def test_a_form_opened_earlier_takes_nothing_back(site):
    """The person chose a new login; the administrator, whose page was older, mended only the name."""
    admin = site.on("qt-sua-cu", "admin")
    person_id = site.add("so-cu")
    page = admin.page(f"/quan-tri/nguoi/{person_id}")
    form = page.select_one("form[action$='/sua']") or page.select_one("input[name=login]").find_parent("form")
    filled = {one["name"]: one.get("value") or "" for one in form.select("input[name]")}
    with site.database() as db:
        db.get(Person, person_id).login = "so-moi"
        db.commit()
    came = admin.post(f"/quan-tri/nguoi/{person_id}/sua", **filled | {"name": "Tên Đã Sửa"})
    assert came.status_code == 303
    with site.reading() as db:
        person = db.get(Person, person_id)
        assert (person.name, person.login) == ("Tên Đã Sửa", "so-moi")
