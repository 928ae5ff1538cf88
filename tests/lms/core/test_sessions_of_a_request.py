"""Reading changes nothing; what a request wrote is kept whole or not at all."""

import threading

import pytest
from sqlalchemy import delete, event, func, insert, select, update
from sqlalchemy.exc import OperationalError

from lms.core.database import reading, writing
from lms.units import service as units
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


def test_a_database_that_goes_after_the_page_was_made_takes_nothing_with_it(site, monkeypatch):
    """PostgreSQL was restarted just then: the page was lost, and the request's place in the database too."""
    ours = site.app.extensions["database"]
    places = threading.BoundedSemaphore(2)
    monkeypatch.setattr(ours, "_places", places)
    monkeypatch.setattr(units, "current_unit", lambda db: db.scalar(select(Unit.name)) and None)
    someone, gone = site.visitor(), []

    def is_gone(connection):
        gone.append(connection)
        raise OperationalError("ROLLBACK", {}, Exception("server closed the connection unexpectedly"))

    event.listen(ours.engine, "rollback", is_gone)
    try:
        answers = [someone.get("/dang-nhap").status_code for _ in range(3)]
    finally:
        event.remove(ours.engine, "rollback", is_gone)
    assert gone, "the page was read from the database"
    assert answers == [200] * 3
    assert all(places.acquire(blocking=False) for _ in range(2)), "both places are free again"
    places.release(2)
    assert someone.get("/dang-nhap").status_code == 200
