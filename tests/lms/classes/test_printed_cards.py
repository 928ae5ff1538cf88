"""The cards of a class, printed."""

from markupsafe import Markup
from sqlalchemy import update

from lms.classes.models import Class
from tests.lms.site import soup


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
