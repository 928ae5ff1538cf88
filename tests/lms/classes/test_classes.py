"""Classes as a teacher meets them: a name and a code, who comes in and who goes, and how it is closed."""

from sqlalchemy import func, select

from lms.accounts.models import Person
from lms.classes import service
from lms.classes.models import Class, Enrolment
from lms.core.audit import AuditEntry
from tests.lms.classes.members import names
from tests.lms.words_only import words


def test_a_class_needs_a_name_and_gets_a_code_that_can_be_read_aloud(site, teacher):
    assert teacher.post("/lop", name="  ").status_code == 422
    made = teacher.post("/lop", name="Lớp tối thứ Ba", place="Nhà văn hóa")
    page = teacher.page(f"{made.location}/ma-lop")
    assert "chỉ mở được trên máy này" in page.text, "the tests come by http://localhost"
    code = page.select_one(".joincode").get_text()
    assert len(code) == 6 and not set(code) & set("0O1IlJ2Z")
    assert page.select_one("svg.qr")


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


def test_a_closed_class_takes_no_list_and_no_assignment(site):
    class_id = site.class_of("co-dong-roi")
    teacher = site.on("co-dong-roi", "teacher")
    teacher.post(f"/lop/{class_id}/dong")
    came = teacher.post(f"/lop/{class_id}/them", list="Vừ Thị Mai", save="1", consent="1")
    assert came.status_code == 422 and "Lớp đã đóng" in came.get_data(as_text=True)
    came = teacher.post(f"/lop/{class_id}/giao", target=f"course:{site.course.id}")
    assert came.status_code == 422 and "Lớp đã đóng" in came.get_data(as_text=True)
