"""Pages of accounts."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from http import HTTPStatus

from flask import (
    Blueprint,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_login import current_user
from werkzeug import Response

from i18n.dates import utc_now
from lms.accounts import forms, queries, service, tries, visitor
from lms.accounts.models import Person
from lms.core import current, permissions, throttle
from lms.core.counting import MustWait, counted, waits_at
from lms.core.database import reading, take_back, writing
from lms.core.forms import BUTTON, Filled, sent
from lms.core.language import (
    AUDIENCE_COOKIE,
    REGISTER_COOKIE,
    chosen_audience,
    chosen_register,
    lazy,
    remember,
)
from lms.core.language import gettext as _
from lms.core.pages.errors import FormRefused
from lms.core.permissions import EVERYONE, SIGNED_IN, access
from lms.core.submission import takes
from lms.units import service as units

blueprint = Blueprint("accounts", __name__)

DEVICE_KEPT_FOR = 400 * 24 * 3600
"""The longest that browsers keep a cookie, in seconds."""
TWO_TAPS = timedelta(minutes=2)
"""A form that comes again within this time was sent twice."""


def may(permission: str) -> bool:
    """Whether the visitor has a permission: for showing a link, never for guarding a page."""
    return current_user.is_authenticated and permissions.allowed(current_user.roles, permission)


def after_sign_in() -> str:
    """Where to go next: where they wanted to, else to their own page."""
    target = request.args.get("tiep") or (sent().get("tiep") if request.method == "POST" else None)
    return current.safe_next(target if isinstance(target, str) else None, url_for("mine.home"))


def signed_in_response(person: Person, target: str = "") -> Response:
    """Go on, with the person's own choices brought to this device."""
    target = target or after_sign_in()
    if person.must_change_secret and not visitor.by_card():
        flash(_("Đây là mã tạm. Bạn chọn mã PIN hoặc mật khẩu của riêng bạn."), "warning")
        target = url_for("accounts.settings")
    response = make_response(redirect(target, HTTPStatus.SEE_OTHER))
    if person.register:
        remember(response, REGISTER_COOKIE, person.register)
    if person.audience:
        remember(response, AUDIENCE_COOKIE, person.audience)
    return response


def this_device() -> tries.Device:
    """The device of this request, by its own cookie."""
    return tries.Device.read(request.cookies.get(current.DEVICE_COOKIE))


def know_device(response: Response, login: str) -> Response:
    """Let the device remember that this account was signed in to on it, by its secret."""
    device = this_device().with_account(current.secret_key(), tries.account_of(login))
    response.set_cookie(
        current.DEVICE_COOKIE,
        device.cookie(),
        max_age=DEVICE_KEPT_FOR,
        samesite="Lax",
        httponly=True,
        secure=current.settings().secure_cookies,
    )
    return response


def _sign_in_page(filled: Filled) -> str:
    filled.start(tiep=request.args.get("tiep", ""))
    return render_template("accounts/sign_in.html", filled=filled, tab="mine")


@blueprint.route("/dang-nhap", methods=["GET", "POST"])
@access(EVERYONE, temporary=True)
@takes(forms.SIGN_IN, page=_sign_in_page)
def sign_in(filled: Filled) -> ResponseReturnValue:
    """Sign in with a user name or telephone number and a PIN or password."""
    with waits_at("secret", HTTPStatus.TOO_MANY_REQUESTS):
        return _checked_sign_in(filled["login"], filled["secret"])


def _checked_sign_in(login: str, secret: str) -> Response:
    """Sign in, if login and secret fit. Raises TooManyTries or AccountError."""
    key, account, address = current.secret_key(), tries.account_of(login), current.address()
    room = visitor.room_of_class()
    limits = tries.sign_in_limits(reading(), key, account, address, this_device(), room)
    counted(limits)
    try:
        found = service.verify(reading(), login, secret)
    except service.WrongSecret:
        here = tries.of_address(key, tries.shared(address, room))
        if here not in limits and not this_device().knows(key, account):
            # The same answer as for accounts that were never used here: nobody learns which were.
            throttle.check(reading(), [here])
        raise
    db = writing()
    person = service.unchanged_since(db, found)
    tries.succeeded(db, key, limits, account, address, room)
    visitor.sign_in(db, person, person.secret_kind or "pin")
    return know_device(signed_in_response(person), login)


def _sign_up_page(filled: Filled) -> str:
    filled.start(tiep=request.args.get("tiep", ""))
    return render_template("accounts/sign_up.html", filled=filled, tab="mine")


@blueprint.route("/dang-ky", methods=["GET", "POST"])
@access(EVERYONE)
@takes(forms.SIGN_UP, page=_sign_up_page)
def sign_up(filled: Filled) -> ResponseReturnValue:
    """Make an account; what was done before as a guest stays."""
    with waits_at("", words=many_at_once):
        try:
            return _make_account(filled)
        except service.LoginTaken:
            take_back()
            # Of two taps at one moment, the first has made the account since the second looked.
            again = _first_sent_twice(filled)
            if again is None:
                raise
            return again


def _make_account(filled: Filled) -> Response:
    """Make the account of a filled form. Raises TooManyTries or a Refusal."""
    key, login, secret = current.secret_key(), filled.raw("login"), filled.raw("secret")
    here = tries.shared(current.address(), visitor.room_of_class())
    made, refused = tries.of_sign_ups(key, here), tries.of_refused_sign_ups(key, here)
    throttle.check(reading(), [made])
    if _tells_who_is_here(login):
        # Counted first, and given back when an account came of it.
        counted([refused])
    _must_be_right(filled)
    if _made_a_moment_ago(login):
        # The button was tapped twice: the second tap finds the account that the first one made.
        with suppress(service.WrongSecret):
            return _checked_sign_in(login, secret)
    guest, unit_id = visitor.guest(), units.current_unit_id(reading())
    hashed = service.hash_secret(secret)
    db = writing()
    throttle.take(db, [made])
    person = service.sign_up(
        db,
        name=filled["name"],
        login=login,
        secret=hashed,
        consent=filled["consent"],
        is_child=filled["age"] == forms.CHILD,
        guardian=forms.guardian_of(filled),
        guest=guest,
        unit_id=unit_id,
    )
    person.register = chosen_register("") or None
    audience = chosen_audience()
    person.audience = audience if current.library().audience(audience or "") else None
    throttle.give_back(db, refused)
    tries.remember_place(db, key, person.login or login, current.address())
    # Whoever else holds a copy of this guest's cookie, on a shared machine, gets no account by it.
    service.end_all_sessions(db, person.id)
    visitor.sign_in(db, person, person.secret_kind or "pin")
    flash(_("Tài khoản đã có. Những gì bạn học trước đó vẫn còn."), "good")
    return know_device(signed_in_response(person), login)


def _tells_who_is_here(login: str) -> bool:
    """Whether what is said of a form tells if somebody has an account: it names one that may be."""
    try:
        return bool(service.login_form(login))
    except service.AccountError:
        return False


def _must_be_right(filled: Filled) -> None:
    """Look at every field. Raises FormRefused with all that must be mended.

    Whether the user name is taken is asked only beside other mistakes: alone, it may be a button that
    was tapped twice, which is not a mistake.
    """
    try:
        filled.values()
    except FormRefused as refused:
        is_good = "login" not in refused.errors
        if is_good and service.login_taken(reading(), service.login_form(filled.raw("login"))):
            raise FormRefused({**refused.errors, "login": service.LoginTaken()}) from None
        raise


def _made_a_moment_ago(login: str) -> bool:
    """Whether the account of this login was made within the last minutes."""
    return queries.made_since(reading(), tries.account_of(login), utc_now() - TWO_TAPS)


def many_at_once(seconds: int, field: str, status: HTTPStatus) -> MustWait:
    """How long to wait where many people come from one address."""
    message = lazy("Nhiều người cùng tạo tài khoản ở đây. Bạn chờ %(seconds)s giây rồi bấm lại.")
    return MustWait(message, field, seconds, status, seconds=seconds)


@blueprint.post("/dang-xuat")
@access(SIGNED_IN, card=True, temporary=True)
@takes(BUTTON, signed_out=lambda: redirect(url_for("catalog.who"), HTTPStatus.SEE_OTHER))
def sign_out(filled: Filled) -> ResponseReturnValue:
    """Sign this device out."""
    visitor.sign_out(writing())
    response = redirect(url_for("catalog.who"), HTTPStatus.SEE_OTHER)
    # On a shared phone the next person must not go back to this one's pages.
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


def _gone(error: service.AccountError) -> ResponseReturnValue:
    return render_template("accounts/card_gone.html", sentence=error.say()), HTTPStatus.NOT_FOUND


def _card_page(filled: Filled, token: str) -> ResponseReturnValue:
    try:
        found = service.card_owner(reading(), token)
    except service.AccountError as error:
        return _gone(error)
    return render_template("accounts/card.html", person=found.person, token=token)


@blueprint.route("/the/<token>", methods=["GET", "POST"])
@access(EVERYONE, temporary=True)
@takes(BUTTON, page=_card_page)
def card(filled: Filled, token: str) -> ResponseReturnValue:
    """Sign in with a card: looking at the address asks first, pressing the button signs in.

    A card's token cannot be guessed (32 random bytes), so wrong ones make nobody wait: a class that holds
    worn cards must not shut out the one whose card is good.
    """
    service.card_owner(reading(), token)
    db = writing()
    # Once more, for it may have been withdrawn since: then it opens nothing.
    found = service.card_owner(db, token, lock=True)
    visitor.sign_in(db, found.person, service.CARD, found.id)
    return signed_in_response(found.person)


def _first_administrator_page(filled: Filled, token: str) -> ResponseReturnValue:
    try:
        service.first_administrator_open(reading(), token)
    except service.AccountError as error:
        return _gone(error)
    return render_template("accounts/first_administrator.html", filled=filled)


@blueprint.route("/bat-dau/<token>", methods=["GET", "POST"])
@access(EVERYONE)
@takes(forms.FIRST_ADMINISTRATOR, page=_first_administrator_page)
def first_administrator(filled: Filled, token: str) -> ResponseReturnValue:
    """The one-time page that names the unit and makes its first administrator."""
    try:
        service.first_administrator_open(reading(), token)
        return _make_first_administrator(filled, token)
    except service.AccountError:
        take_back()
        again = _first_sent_twice(filled)
        if again is None:
            raise
        return again


def _first_sent_twice(filled: Filled) -> Response | None:
    """Sign in to the account that the first of two taps has just made, or None."""
    reading().commit()  # a snapshot from before would not show it
    if not _made_a_moment_ago(filled.raw("login")):
        return None
    with suppress(service.AccountError, throttle.TooManyTries):
        return _checked_sign_in(filled.raw("login"), filled.raw("secret"))
    return None


def _make_first_administrator(filled: Filled, token: str) -> Response:
    values = filled.values()
    hashed = service.hash_secret(values["secret"])
    db = writing()
    person = service.make_first_administrator(
        db,
        token,
        name=values["name"],
        login=values["login"],
        secret=hashed,
        unit_name=values["unit_name"],
    )
    visitor.sign_in(db, person, person.secret_kind or "pin")
    login = person.login or values["login"]
    tries.remember_place(db, current.secret_key(), login, current.address())
    return know_device(redirect(url_for("units.home"), HTTPStatus.SEE_OTHER), login)
