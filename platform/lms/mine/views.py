"""Pages that gather what belongs to one person from all the rooms below."""

from __future__ import annotations

import json

from flask import Blueprint, Response, render_template
from flask.typing import ResponseReturnValue

from i18n import dates
from lms.accounts import queries as accounts
from lms.accounts import visitor
from lms.asking import queries as asked
from lms.classes import queries as classes
from lms.core import current, signals
from lms.core.database import reading
from lms.core.permissions import EVERYONE, SIGNED_IN, access
from lms.desk import queries as desk
from lms.learning import queries as learning

blueprint = Blueprint("mine", __name__)


@blueprint.get("/cua-toi")
@access(EVERYONE)
def home() -> ResponseReturnValue:
    """What is mine: continue, my classes, my questions, my account."""
    person = visitor.visitor()
    account = visitor.account()
    db = reading()
    return render_template(
        "mine/home.html",
        tab="mine",
        account=account,
        news=signals.news_for(db, person.id) if person else 0,
        going_on=learning.going_on(db, current.library(), person.id) if person else None,
        courses=learning.my_courses(db, current.library(), person.id) if person else [],
        classes=classes.my_classes(db, current.library(), account.id, dates.today()) if account else [],
        questions=asked.my_questions(db, person.id, limit=5) if person else [],
    )


def in_lines(data: dict) -> str:
    """JSON with a line for each thing: to be read, and ten times as quick to write as an indented one."""

    def written(value: object) -> str:
        if not isinstance(value, list) or not value:
            return json.dumps(value, ensure_ascii=False)
        return "[\n " + ",\n ".join(json.dumps(one, ensure_ascii=False) for one in value) + "\n]"

    return "{\n" + ",\n".join(f"{json.dumps(name)}: {written(value)}" for name, value in data.items()) + "\n}"


@blueprint.get("/tai-khoan/du-lieu.json")
@access(SIGNED_IN)
def export() -> ResponseReturnValue:
    """My data as a file."""
    db = reading()
    person = visitor.my_account()
    data = accounts.own_data(db, person)
    data["learning"] = learning.own_data(db, person.id)
    data["classes"] = classes.own_data(db, person.id)
    data["answered_at_the_desk"] = desk.own_data(db, person.id)
    data["questions"] = asked.own_data(db, person.id)
    return Response(
        in_lines(data),
        mimetype="application/json",
        headers={"Content-Disposition": "attachment; filename=du-lieu-cua-toi.json"},
    )
