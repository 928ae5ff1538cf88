"""The administrator's page of the unit: its name, emblem and numbers, and whether everything works."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, Response, abort, current_app, flash, redirect, render_template, request, url_for
from flask_login import current_user

from i18n.dates import read_date, utc_now
from lms.backup import service as backup
from lms.core import current
from lms.core.database import ReadingSession, reading, writing
from lms.core.language import gettext as _
from lms.core.once import said_once
from lms.core.permissions import EVERYONE, access
from lms.units import service
from lms.units.models import Unit

blueprint = Blueprint("units", __name__)


def my_unit(db) -> Unit:
    """The unit whose administrator the visitor is."""
    unit = service.unit_of(db, current_user.unit_id) or abort(404)
    return unit if isinstance(db, ReadingSession) else service.hold(db, unit)


@blueprint.get("/quan-tri")
@access("unit.manage")
def home():
    """The unit, its numbers, and whether everything works."""
    return _home({}, {})


def _home(errors: dict[str, str], typed, status: HTTPStatus = HTTPStatus.OK):
    page = render_template(
        "units/home.html",
        tab="mine",
        my_unit=my_unit(reading()),
        errors=errors,
        typed=typed,
        today=service.local_today(),
        status=current.assistant().status(),
        library=current.library(),
        proxy_unknown=not current.settings().behind_proxy and "X-Forwarded-For" in request.headers,
        **_last_backup(),
    )
    return page, status


def _last_backup() -> dict[str, object]:
    """The last backup, and one word for it; only whoever runs the machine can make one."""
    last = backup.last_backup(current_app.extensions["settings"].instance)
    return {"last_backup": last, "backup_state": last.word(utc_now())}


def typed_or_kept(name: str, now: str) -> str:
    """What was typed; a field that holds what stood there when the page was opened stays as it is now."""
    typed = request.form.get(name, "")
    return now if request.form.get(f"{name}_seen") == typed else typed


@blueprint.post("/quan-tri/don-vi")
@access("unit.manage")
def save():
    """Name the unit and its desk, and give it an emblem."""
    db = writing()
    unit = my_unit(db)
    upload = request.files.get("emblem")
    try:
        with db.begin_nested():
            service.rename(
                db,
                unit,
                typed_or_kept("name", unit.name),
                typed_or_kept("desk_name", unit.desk_name),
                current_user.id,
            )
            data = upload.read(service.EMBLEM_LIMIT + 1) if upload and upload.filename else b""
            if data or request.form.get("no_emblem"):
                service.set_emblem(db, unit, data, current_user.id)
    except service.UnitError as error:
        return _home({error.field: error.say()}, request.form, HTTPStatus.UNPROCESSABLE_ENTITY)
    flash(_("Đã lưu."), "good")
    return redirect(url_for(".home"), HTTPStatus.SEE_OTHER)


@blueprint.post("/quan-tri/so-dien-thoai")
@access("unit.manage")
@said_once
def add_contact():
    """Add a telephone number with the day it was checked."""
    db = writing()
    form = request.form
    checked_on = read_date(form.get("checked_on", ""))
    try:
        service.add_contact(
            db,
            my_unit(db),
            label=form.get("label", ""),
            number=form.get("number", ""),
            hours=form.get("hours", ""),
            source=form.get("source", ""),
            checked_on=checked_on,
            by=current_user.id,
        )
    except service.UnitError as error:
        return _home({error.field: error.say()}, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    flash(_("Đã thêm số điện thoại."), "good")
    return redirect(url_for(".home"), HTTPStatus.SEE_OTHER)


@blueprint.post("/quan-tri/so-dien-thoai/<int:contact_id>/bo")
@access("unit.manage")
def remove_contact(contact_id: int):
    """Remove a telephone number."""
    db = writing()
    service.remove_contact(db, my_unit(db), contact_id, current_user.id)
    flash(_("Đã bỏ số điện thoại."), "good")
    return redirect(url_for(".home"), HTTPStatus.SEE_OTHER)


@blueprint.get("/bieu-trung/<version>")
@access(EVERYONE)
def emblem(version: str):
    """The unit's emblem; its address changes with it, so it may be kept."""
    unit = service.main_unit(reading())
    if unit is None or not unit.emblem or unit.emblem_version != version:
        abort(404)
    return Response(
        unit.emblem,
        mimetype=unit.emblem_kind,
        headers={"Cache-Control": "public, max-age=31536000, immutable"},
    )
