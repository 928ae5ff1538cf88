"""The commune for looking around is made once, and its accounts open."""

from sqlalchemy import func, select

from assistant.storage import make_engine
from lms import cli, demo
from lms.accounts import service as accounts
from lms.accounts.models import Person
from lms.classes.models import Class
from lms.core.config import WebSettings
from lms.core.database import Database
from lms.desk.models import Ticket
from lms.units.models import Unit


def test_the_demo_commune_is_made_once(tmp_path):
    settings = WebSettings.load({"HOCSO_INSTANCE": str(tmp_path), "HOCSO_EMBEDDER": "none"})
    cli.prepare(settings)
    lines = demo.fill(settings)
    assert demo.PIN in " ".join(lines)
    assert demo.fill(settings) == lines
    engine = make_engine(settings.shared.database_url)
    with Database(engine).reader() as db:
        assert db.scalar(select(func.count()).select_from(Unit)) == 1
        assert db.scalar(select(func.count()).select_from(Class)) == 2
        assert db.scalar(select(func.count()).select_from(Ticket)) >= 1, "questions wait at the desk"
        for login, role in (("quantri", "admin"), ("cohoa", "teacher"), ("canbo", "officer")):
            assert accounts.verify(db, login, demo.PIN).roles == {role}
        assert accounts.verify(db, "banam", demo.PIN).roles == set()
        children = db.scalars(select(Person).where(Person.is_child)).all()
        assert children
    engine.dispose()
