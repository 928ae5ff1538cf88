"""Pages of one's own account: devices, secret, name, what is kept, leaving."""

from __future__ import annotations

from http import HTTPStatus

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from werkzeug import Response

from i18n.dates import utc_now
from lms.accounts import corrections, forms, queries, service, tries, visitor
from lms.accounts.models import Person
from lms.accounts.views import TWO_TAPS, after_sign_in, blueprint, know_device
from lms.core import current, throttle
from lms.core.counting import counted, waits_at
from lms.core.database import reading, save_erasure, writing
from lms.core.forms import Filled
from lms.core.language import gettext as _
from lms.core.language import lazy
from lms.core.pages.errors import show
from lms.core.permissions import EVERYONE, SIGNED_IN, access
from lms.core.submission import takes


@blueprint.get("/tai-khoan")
@access(SIGNED_IN, card=True, temporary=True)
def settings() -> ResponseReturnValue:
    """My account: devices, PIN, data, leaving."""
    return _settings(forms.CHANGE_SECRET.blank())


def _settings(filled: Filled) -> str:
    db = reading()
    return render_template(
        "accounts/settings.html",
        tab="mine",
        account=visitor.account(),
        by_card=visitor.by_card(),
        devices=queries.devices(db, current_user.id),
        here=service.token_hash(current_user.session_token),
        consents=queries.consents(db, current_user.id),
        filled=filled,
    )


@blueprint.post("/tai-khoan/pin")
@access(SIGNED_IN, card=True, temporary=True)
@takes(forms.CHANGE_SECRET, page=_settings)
def change_secret(filled: Filled) -> ResponseReturnValue:
    """Change one's PIN or password; the other devices are signed out."""
    with waits_at("old_secret"):
        return _change_secret(filled)


def _change_secret(filled: Filled) -> Response:
    """Put a new secret in the place of the old one. Raises TooManyTries or a Refusal."""
    # Before the old one is compared: a slip in the new one is no guess.
    person, new = _signed_in(), filled["secret"]
    # Who just signed in with a temporary secret has shown that they know it.
    is_first = visitor.has_temporary_secret()
    if is_first:
        if service.secret_fits(person, new):
            raise service.AccountError(lazy("Bạn chọn mã khác với mã tạm."), "secret")
    elif not _sent_twice(person, new):
        own_secret(person, filled.raw("old_secret"), "old_secret")
    hashed = service.hash_secret(new)
    db = writing()
    try:
        mine = service.unchanged_since(db, person)
    except service.WrongSecret:
        # Of two taps at one moment, the first has set it since the second looked.
        found = db.get(Person, person.id)
        if found is None or not _just_set(found) or not service.secret_fits(found, new):
            raise
        mine = found
    service.change_secret(mine, hashed, visitor.by_card(), db)
    service.end_all_sessions(db, person.id, but=current_user.session_token)
    flash(_("Đã đổi mã PIN. Các máy khác phải đăng nhập lại."), "good")
    return redirect(after_sign_in() if is_first else url_for("accounts.settings"), HTTPStatus.SEE_OTHER)


def _signed_in() -> Person:
    """The person of this request, on a page that asks for an account."""
    account = visitor.account()
    assert account is not None
    return account


def _just_set(person: Person) -> bool:
    """Whether somebody set their own secret within the last minutes."""
    just_now = person.secret_set_at is not None and person.secret_set_at > utc_now() - TWO_TAPS
    return just_now and not person.must_change_secret


def _sent_twice(person: Person, new: str) -> bool:
    """Whether this very secret was set a moment ago: the button was tapped twice."""
    if not _just_set(person):
        return False
    # A guess like any other, if it was none of two taps.
    inside = tries.of_device(current.secret_key(), f"inside:{person.id}")
    counted([inside])
    if not service.secret_fits(person, new):
        return False
    throttle.give_back(writing(), inside)
    writing().commit()
    return True


def own_secret(person: Person, typed: str, field: str) -> None:
    """Make sure that the person themselves is at this device. Raises TooManyTries or AccountError.

    Who has no secret, for a card signed them in, asks a teacher for a temporary one first.
    """
    if not person.secret_hash:
        raise service.CardAloneIsNotEnough(
            lazy("Bạn chưa có mã PIN. Bạn xin thầy cô một mã tạm trước."), field
        )
    if not typed.strip():
        # Nothing was guessed: it is asked for.
        raise service.WrongSecret(forms.SECRET_IN_USE, field)
    inside = tries.of_device(current.secret_key(), f"inside:{person.id}")
    counted([inside])
    if not service.secret_fits(person, typed):
        raise service.WrongSecret(lazy("Mã PIN đang dùng chưa đúng. Bạn gõ lại."), field)
    if service.temporary_is_over(person):
        raise service.TemporarySecretOver(service.TEMPORARY_OVER, field)
    throttle.clear(writing(), inside.key)
    writing().commit()


def _correct_page(filled: Filled) -> str:
    person = _signed_in()
    filled.start(name=person.name, login=person.login or "")
    return render_template("accounts/correct.html", filled=filled, tab="mine")


@blueprint.route("/tai-khoan/sua", methods=["GET", "POST"])
@access(SIGNED_IN)
@takes(forms.CORRECT, page=_correct_page)
def correct(filled: Filled) -> ResponseReturnValue:
    """Mend my own name, number or user name; a new number asks for the secret."""
    person, login = _signed_in(), filled["login"]
    asks_for_secret = login is not None and corrections.changes_login(person, login)
    if asks_for_secret:
        with waits_at("secret"):
            own_secret(person, filled["secret"], "secret")
    db = writing()
    mine = service.unchanged_since(db, person) if asks_for_secret else db.get_one(Person, person.id)
    corrections.correct(db, mine, name=filled["name"], login=login, by=person.id)
    flash(_("Đã sửa."), "good")
    response = redirect(url_for("accounts.settings"), HTTPStatus.SEE_OTHER)
    # Only who typed the secret has shown that this device is theirs.
    return know_device(response, mine.login) if mine.login and asks_for_secret else response


@blueprint.post("/tai-khoan/thiet-bi")
@access(SIGNED_IN)
@takes(forms.END_DEVICE)
def end_device(filled: Filled) -> ResponseReturnValue:
    """Sign one of my devices out, or all others."""
    db = writing()
    if filled["all"]:
        service.end_all_sessions(db, current_user.id, but=current_user.session_token)
    else:
        service.end_device(db, current_user.id, filled["device"])
    flash(_("Đã đăng xuất máy đó."), "good")
    return redirect(url_for("accounts.settings"), HTTPStatus.SEE_OTHER)


def _erase_page(filled: Filled) -> str:
    return render_template("accounts/erase.html", filled=filled, tab="mine")


def _erased_already() -> ResponseReturnValue:
    """Nothing is kept of an erased account by which a second tap could be told from a session that ended."""
    advice = _(
        "Bấm xóa hai lần thì lần đầu đã xóa xong. Chỉ bấm một lần thì chưa xóa: bạn đăng nhập rồi xóa lại."
    )
    return show(HTTPStatus.FORBIDDEN, advice, title=_("Bạn đã đăng xuất"), sign_in=url_for("accounts.erase"))


@blueprint.route("/tai-khoan/xoa", methods=["GET", "POST"])
@access(SIGNED_IN)
@takes(forms.ERASE, page=_erase_page, signed_out=_erased_already)
def erase(filled: Filled) -> ResponseReturnValue:
    """Withdraw consent: erase my account and what it holds. The secret is asked for again."""
    filled.values()
    with waits_at("secret"):
        own_secret(_signed_in(), filled.raw("secret"), "secret")
    db = writing()
    with db.begin_nested():
        # Nobody there: the button was tapped twice, and the other tap has done it.
        if db.get(Person, current_user.id, with_for_update=True) is not None:
            service.erase(db, service.unchanged_since(db, _signed_in()))
    visitor.sign_out(db)
    save_erasure()
    flash(_("Đã xóa tài khoản và dữ liệu của bạn."), "good")
    return redirect(url_for("catalog.who"), HTTPStatus.SEE_OTHER)


@blueprint.get("/du-lieu")
@access(EVERYONE, temporary=True)
def privacy() -> ResponseReturnValue:
    """What is kept of a person, why, how long, and how to have it erased."""
    return render_template("accounts/privacy.html")
