"""An application whose assistant searches by words alone (no embedder), and people of one commune."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from lms import cli
from lms.accounts import service as accounts
from lms.accounts.models import Person
from lms.app import create_app
from lms.core.config import WebSettings
from lms.units.models import Contact, Unit

PIN = "258036"
KNOWN = "Làm VNeID mức độ 2 ở đâu?"
UNKNOWN = "Giống lúa ST25 gieo mấy cân một sào?"
"""A question that no lesson answers."""


@dataclass
class Commune:
    """The application and its database; each visitor is a client of its own."""

    app: Flask

    def database(self) -> Session:
        """A session of our own: use it as a context, commit what you change."""
        return self.app.extensions["database"].writer()

    def visitor(self) -> Visitor:
        """Somebody on a device that was never here."""
        return Visitor(self.app.test_client())

    def member(self, login: str) -> Visitor:
        """Somebody with an account, signed in."""
        someone = self.visitor()
        came = someone.post("/dang-nhap", login=login, secret=PIN)
        assert came.status_code == 303, came.get_data(as_text=True)
        return someone

    def add(self, login: str, role: str = "", unit: str = "Xã Mẫu") -> str:
        """Make an account, with a role within a unit; returns the person's id."""
        with self.database() as db:
            place = db.scalar(select(Unit).where(Unit.name == unit))
            if place is None:
                place = Unit(name=unit, desk_name=f"Bàn hỗ trợ {unit}")
                place.contacts = [
                    Contact(label="Trực bàn hỗ trợ", number="0251 000 000", checked_on=date(2026, 11, 1))
                ]
                db.add(place)
                db.flush()
            person = db.scalar(select(Person).where(Person.login == login))
            if person is None:
                person = accounts.sign_up(
                    db, name=f"Người {login}", login=login, secret=PIN, consent=True, unit_id=place.id
                )
            if role:
                accounts.grant_role(db, person, role, place.id, by=None)
            db.commit()
            return person.id


class Visitor:
    """A device in somebody's hand: opens pages and sends forms."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def get(self, path: str) -> TestResponse:
        """Open a page."""
        return self.client.get(path)

    def page(self, path: str) -> BeautifulSoup:
        """The page at `path`, which must be there."""
        came = self.client.get(path)
        assert came.status_code == 200, f"{path}: {came.status_code}"
        return BeautifulSoup(came.get_data(as_text=True), "html.parser")

    def post(self, path: str, **form: str) -> TestResponse:
        """Send a form."""
        return self.client.post(path, data=form)

    def ask(self, question: str, **more: str) -> str:
        """Ask the assistant; returns the path of the answer."""
        came = self.post("/hoi", question=question, **more)
        assert came.status_code == 303, came.get_data(as_text=True)
        return came.location


def words(page: BeautifulSoup) -> str:
    """All that a person reads on the page's main part, spaces folded."""
    return " ".join((page.select_one("main") or page).get_text(" ").split())


@pytest.fixture(scope="module")
def words_only_commune(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Commune]:
    """A commune with an application of its own, its assistant without an embedder."""
    settings = WebSettings.load(
        {"HOCSO_INSTANCE": str(tmp_path_factory.mktemp("instance")), "HOCSO_EMBEDDER": "none"}
    )
    cli.prepare(settings)
    app = create_app(settings)
    # The tokens of forms are tested by those who made them; here every form is sent as it stands.
    app.config["WTF_CSRF_ENABLED"] = False
    commune = Commune(app)
    commune.add("canbo", "officer")
    yield commune
    app.extensions["database"].engine.dispose()


@pytest.fixture
def visitor(words_only_commune: Commune) -> Visitor:
    """Somebody new."""
    return words_only_commune.visitor()


@pytest.fixture(scope="module")
def officer(words_only_commune: Commune) -> Visitor:
    """The officer of the desk, signed in."""
    return words_only_commune.member("canbo")


@pytest.fixture
def new_officer(words_only_commune: Commune) -> Callable[..., Visitor]:
    """`new_officer("lan")`: one more officer, signed in; `unit` names another commune."""

    def make(login: str, unit: str = "Xã Mẫu") -> Visitor:
        words_only_commune.add(login, "officer", unit)
        return words_only_commune.member(login)

    return make
