"""The list of learners as a teacher saves it and takes it out again."""

import io

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import func, select

from lms.accounts.models import Consent, Person
from lms.classes import roster
from lms.classes.models import Class
from tests.lms.classes.lists import workbook
from tests.lms.classes.members import names
from tests.lms.site import soup
from tests.lms.words_only import words

LIST = """Họ và tên;Số điện thoại;Dưới 16;Người giám hộ;Quan hệ
Nguyễn Thị Lành;0912 345 678
H'Bia Niê
Vàng Thị Dua;;x;Vàng A Páo;bố"""


def people(site) -> int:
    with site.reading() as db:
        return db.scalar(select(func.count()).select_from(Person))


def preview(teacher, class_id, text: str) -> BeautifulSoup:
    return soup(teacher.post(f"/lop/{class_id}/them", list=text))


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
