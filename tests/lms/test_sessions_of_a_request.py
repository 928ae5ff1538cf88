"""Reading changes nothing; what a request wrote is kept whole or not at all."""

import pytest
from sqlalchemy import delete, func, insert, select, update

from lms.core.database import reading, writing
from lms.units.models import Unit


def add_unit(db):
    db.add(Unit(name="Xã Vẽ"))
    db.flush()


@pytest.mark.parametrize(
    "deed",
    [
        add_unit,
        lambda db: db.execute(insert(Unit).values(name="Xã Vẽ")),
        lambda db: db.execute(update(Unit).values(name="Xã Vẽ")),
        lambda db: db.execute(delete(Unit)),
        lambda db: setattr(db.scalars(select(Unit)).first(), "name", "Xã Vẽ") or db.flush(),
    ],
    ids=["add", "insert", "update", "delete", "change"],
)
def test_the_reading_session_refuses_to_write(site, deed):
    with site.app.test_request_context("/"), pytest.raises(RuntimeError, match="only reads"):
        deed(reading())


def test_what_was_read_stays_usable_when_writing_begins(site):
    with site.app.test_request_context("/"):
        unit = reading().scalars(select(Unit)).first()
        writing().scalar(select(func.count()).select_from(Unit))
        assert unit.name == "Xã Mẫu"


@pytest.fixture
def writer(site, monkeypatch):
    """`writer(end)`: a page writes a unit, then `end()`; returns the status and how many units stayed."""

    def call(end):
        def view():
            add_unit(writing())
            return end()

        view.needs_permission = "everyone"
        monkeypatch.setitem(site.app.view_functions, "catalog.about", view)
        came = site.visitor().get("/gioi-thieu?moi")
        with site.database() as db:
            left = db.scalar(select(func.count()).where(Unit.name == "Xã Vẽ"))
            db.execute(delete(Unit).where(Unit.name == "Xã Vẽ"))
            db.commit()
        return came.status_code, left

    return call


def test_a_request_that_ends_well_is_kept(writer):
    assert writer(lambda: "xong") == (200, 1)


def test_a_request_that_fails_is_not_kept(writer):
    assert writer(lambda: 1 / 0) == (500, 0)
