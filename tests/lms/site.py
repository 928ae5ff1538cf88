"""A whole site on a database of either kind, its assistant without an embedder, and people on it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from assistant.knowledge.store import prepare as prepare_knowledge
from assistant.storage import make_engine
from lms.accounts import service as accounts
from lms.accounts.models import Person
from lms.app import create_app
from lms.classes import service as classes
from lms.core.config import WebSettings
from lms.tables import upgrade_schema
from lms.units.models import Unit
from tests.lms.words_only import Commune, Visitor


class Site(Commune):
    """As `Commune`, with shorter ways to people and classes."""

    @property
    def library(self):
        """The courses this site teaches."""
        return self.app.extensions["library"]

    @property
    def course(self):
        """A course that is whole: it has lessons, and each has questions."""
        whole = (
            one for one in self.library.courses if one.lessons and all(two.questions for two in one.lessons)
        )
        return next(whole)

    @property
    def lesson(self):
        """A lesson with questions: the first of that course."""
        return self.course.lessons[0]

    def reading(self) -> Session:
        """A session that reads: it waits for nobody, not even for a test that is writing."""
        return self.app.extensions["database"].reader()

    def unit(self, name: str = "Xã Mẫu") -> int:
        """The id of a unit that `add` made."""
        with self.reading() as db:
            return db.scalars(select(Unit.id).where(Unit.name == name)).one()

    def person(self, login: str) -> str:
        """The id of the account with this login."""
        with self.reading() as db:
            return db.scalars(select(Person.id).where(Person.login == login)).one()

    def device_of(self, person_id: str) -> Visitor:
        """A device that is signed in as this person already; quicker than typing a PIN."""
        with self.database() as db:
            token = accounts.start_session(db, db.get(Person, person_id), "pin")
            db.commit()
        someone = self.visitor()
        with someone.client.session_transaction() as session:
            session["_user_id"] = token
        return someone

    def on(self, login: str, role: str = "", unit: str = "Xã Mẫu") -> Visitor:
        """Make an account if there is none, and a device signed in to it."""
        return self.device_of(self.add(login, role, unit))

    def class_of(self, teacher: str, name: str = "Lớp tối", unit: str = "Xã Mẫu") -> int:
        """The id of a new class of a teacher, who is made if there is none of that login."""
        teacher_id = self.add(teacher, "teacher", unit)
        with self.database() as db:
            person = db.get(Person, teacher_id)
            made = classes.create_class(db, person, person.unit_id, name)
            db.commit()
            return made.id

    def fill(self, class_id: int, rows: list[list[str]], by: str) -> list[str]:
        """Add learners as the teacher's list would; returns their ids."""
        with self.database() as db:
            teacher = db.scalars(select(Person).where(Person.login == by)).one()
            class_ = db.get(classes.Class, class_id)
            added = classes.add_learners(db, class_, rows, consent=True, by=teacher)
            db.commit()
            return [one.id for one in added]


def soup(came: TestResponse) -> BeautifulSoup:
    """A page that came, whatever its status."""
    return BeautifulSoup(came.get_data(as_text=True), "html.parser")


@pytest.fixture(scope="module")
def site(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The application of this test module; forms need no token in it (see test_forms)."""
    settings = WebSettings.load(
        {
            "HOCSO_INSTANCE": str(tmp_path_factory.mktemp("instance")),
            "HOCSO_DATABASE_URL": database_url,
            "HOCSO_EMBEDDER": "none",
        }
    )
    engine = make_engine(database_url)
    upgrade_schema(engine, None)
    prepare_knowledge(engine)
    engine.dispose()
    app = create_app(settings)
    app.config["WTF_CSRF_ENABLED"] = False
    site = Site(app)
    site.add("quantri", "admin")
    yield site
    app.extensions["database"].engine.dispose()
