"""Pages of local facts: opening hours, places, fees that hold here."""

from __future__ import annotations

from flask import abort, flash, render_template
from flask.typing import ResponseReturnValue

from assistant.knowledge.entry import FACT, Entry
from assistant.knowledge.facts import Fact
from lms.asking.service import unit_name
from lms.core.database import reading, writing
from lms.core.forms import Filled
from lms.core.language import gettext as _
from lms.core.permissions import access
from lms.core.submission import takes
from lms.knowledge import forms, service
from lms.knowledge.pages import (
    EDIT,
    blueprint,
    editable,
    me,
    must_be_newest,
    my_unit,
    shown_again,
    store,
    the_entry,
    to_entry,
)
from lms.units import service as units


def _page(filled: Filled, entry: Entry | None = None) -> str:
    return render_template("knowledge/fact_form.html", tab="mine", filled=filled, entry=entry)


def _fact_of(filled: Filled, key: str = "") -> Fact:
    """The fact in a form; `key` of the one that it changes. Raises FormRefused."""
    return Fact(key=key, unit=unit_name(my_unit()), **filled.values())


@blueprint.get("/dia-phuong/moi")
@access(EDIT)
def new_fact() -> ResponseReturnValue:
    """The form for a new local fact."""
    unit = units.unit_of(reading(), my_unit()) or abort(404)
    return _page(forms.FACT.blank(place=unit.desk_name or unit.name))


@blueprint.post("/dia-phuong/moi")
@access(EDIT)
@takes(forms.FACT, page=_page)
def add_fact(filled: Filled) -> ResponseReturnValue:
    """Keep a local fact."""
    fact, db = _fact_of(filled), writing()
    # Held: of two who add the same at one moment the second is told.
    store().hold(FACT, db)
    made = service.add_fact(db, store(), fact, my_unit(), me(db))
    flash(_("Đã lưu. Trợ lý biết điều này từ bây giờ."), "good")
    return to_entry(made)


def changed_page(filled: Filled, entry_id: int) -> str:
    """The form of a fact that is there, or of the one that is there now instead."""
    entry = shown_again(entry_id) if filled.is_sent else editable(entry_id)
    fact = Fact.from_entry(entry)
    filled.start(**{name: getattr(fact, name) for name in filled.fields})
    return _page(filled, entry)


@takes(forms.FACT, page=changed_page)
def change_fact(filled: Filled, entry_id: int) -> ResponseReturnValue:
    """Save a fact's new words."""
    found = editable(entry_id)
    must_be_newest(found)
    fact, db = _fact_of(filled, found.key), writing()
    store().hold(found.kind, db)
    must_be_newest(the_entry(entry_id))
    service.must_say_it_alone(store(), fact)
    made = service.keep_fact(db, store(), fact, my_unit(), me(db))
    flash(_("Đã lưu."), "good")
    return to_entry(made)
