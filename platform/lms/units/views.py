"""The administrator's page of the unit: its name, emblem and numbers, and whether everything works."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, Response, abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy.orm import Session

from i18n.dates import utc_now
from lms.backup import service as backup
from lms.core import current
from lms.core.database import ReadingSession, reading, writing
from lms.core.forms import BUTTON, Filled
from lms.core.language import gettext as _
from lms.core.permissions import EVERYONE, access
from lms.core.submission import takes
from lms.units import forms, service
from lms.units.models import Unit

blueprint = Blueprint("units", __name__)


def my_unit(db: Session) -> Unit:
    """The unit whose administrator the visitor is."""
    unit = service.unit_of(db, current_user.unit_id) or abort(404)
    return unit if isinstance(db, ReadingSession) else service.hold(db, unit)


@blueprint.get("/quan-tri")
@access("unit.manage")
def home() -> ResponseReturnValue:
    """The unit, its numbers, and whether everything works."""
    return _home(forms.UNIT.blank())


def _home(filled: Filled) -> str:
    unit = my_unit(reading())
    return render_template(
        "units/home.html",
        tab="mine",
        my_unit=unit,
        unit_form=filled.of(forms.UNIT).start(name=unit.name, desk_name=unit.desk_name),
        contact_form=filled.of(forms.CONTACT).start(),
        status=current.assistant().status(),
        library=current.library(),
        proxy_unknown=not current.settings().behind_proxy and "X-Forwarded-For" in request.headers,
        **_last_backup(),
    )


def _last_backup() -> dict[str, object]:
    """The last backup, and one word for it; only whoever runs the machine can make one."""
    last = backup.last_backup(current_app.extensions["settings"].instance)
    return {"last_backup": last, "backup_state": last.word(utc_now())}


@blueprint.post("/quan-tri/don-vi")
@access("unit.manage")
@takes(forms.UNIT, page=_home)
def save(filled: Filled) -> ResponseReturnValue:
    """Name the unit and its desk, and give it an emblem."""
    db = writing()
    unit = my_unit(db)
    name, desk_name, emblem = filled["name"], filled["desk_name"], filled["emblem"]
    service.rename(
        db,
        unit,
        unit.name if name is None else name,
        unit.desk_name if desk_name is None else desk_name,
        current_user.id,
    )
    if emblem or filled["no_emblem"]:
        service.set_emblem(db, unit, emblem.data if emblem else b"", current_user.id)
    flash(_("Đã lưu."), "good")
    return redirect(url_for(".home"), HTTPStatus.SEE_OTHER)


@blueprint.post("/quan-tri/so-dien-thoai")
@access("unit.manage")
@takes(forms.CONTACT, page=_home)
def add_contact(filled: Filled) -> ResponseReturnValue:
    """Add a telephone number with the day it was checked."""
    db = writing()
    service.add_contact(db, my_unit(db), **filled.values(), by=current_user.id)
    flash(_("Đã thêm số điện thoại."), "good")
    return redirect(url_for(".home"), HTTPStatus.SEE_OTHER)


@blueprint.post("/quan-tri/so-dien-thoai/<int:contact_id>/bo")
@access("unit.manage")
@takes(BUTTON)
def remove_contact(filled: Filled, contact_id: int) -> ResponseReturnValue:
    """Remove a telephone number."""
    db = writing()
    service.remove_contact(db, my_unit(db), contact_id, current_user.id)
    flash(_("Đã bỏ số điện thoại."), "good")
    return redirect(url_for(".home"), HTTPStatus.SEE_OTHER)


@blueprint.get("/bieu-trung/<version>")
@access(EVERYONE)
def emblem(version: str) -> ResponseReturnValue:
    """The unit's emblem; its address changes with it, so it may be kept."""
    unit = service.main_unit(reading())
    if unit is None or not unit.emblem or unit.emblem_version != version:
        abort(404)
    return Response(
        unit.emblem,
        mimetype=unit.emblem_kind,
        headers={"Cache-Control": "public, max-age=31536000, immutable"},
    )
