"""Many classes: on pages, found, and with no more statements than one."""

import pytest
from sqlalchemy import event

from i18n.dates import utc_now
from lms.classes.models import Class


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
