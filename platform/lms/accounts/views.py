"""Pages of accounts."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from http import HTTPStatus

from flask import (
    Blueprint,
    Response,
    current_app,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_login import current_user

from i18n.dates import utc_now
from lms.accounts import corrections, queries, service, signing_up, tries, visitor
from lms.accounts.models import Person
from lms.core import current, permissions, throttle
from lms.core.counting import counted, waiting
from lms.core.database import reading, save_erasure, writing
from lms.core.language import (
    AUDIENCE_COOKIE,
    REGISTER_COOKIE,
    chosen_audience,
    chosen_register,
    lazy,
    remember,
)
from lms.core.language import gettext as _
from lms.core.permissions import EVERYONE, SIGNED_IN, access
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
    return current.safe_next(request.values.get("tiep"), url_for("mine.home"))


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
    device = this_device().with_account(current_app.secret_key, tries.account_of(login))
    response.set_cookie(
        current.DEVICE_COOKIE,
        device.cookie(),
        max_age=DEVICE_KEPT_FOR,
        samesite="Lax",
        httponly=True,
        secure=current.settings().secure_cookies,
    )
    return response


@blueprint.route("/dang-nhap", methods=["GET", "POST"])
@access(EVERYONE, temporary=True)
def sign_in():
    """Sign in with a user name or telephone number and a PIN or password."""
    if request.method != "POST":
        return render_template("accounts/sign_in.html", errors={}, typed={}, tab="mine")
    login = request.form.get("login", "")
    try:
        signing_up.check_sign_in(request.form)
        return _checked_sign_in(login, request.form.get("secret", ""))
    except signing_up.Mistakes as mistakes:
        return _sign_in_again(mistakes.said, login, HTTPStatus.UNPROCESSABLE_ENTITY)
    except throttle.TooManyTries as wait:
        errors = {"secret": waiting(wait.seconds)}
        return _sign_in_again(errors, login, HTTPStatus.TOO_MANY_REQUESTS, wait.seconds)
    except service.AccountError as error:
        errors = {error.field or "secret": error.say()}
        return _sign_in_again(errors, login, HTTPStatus.UNPROCESSABLE_ENTITY)


def _checked_sign_in(login: str, secret: str) -> Response:
    """Sign in, if login and secret fit. Raises TooManyTries or AccountError."""
    key, account, address = current_app.secret_key, tries.account_of(login), current.address()
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


def _sign_in_again(errors: dict[str, str], login: str, status: HTTPStatus, seconds: int = 0):
    page = render_template("accounts/sign_in.html", errors=errors, typed={"login": login}, tab="mine")
    return page, status, {"Retry-After": str(seconds)} if seconds else {}


@blueprint.route("/dang-ky", methods=["GET", "POST"])
@access(EVERYONE)
def sign_up():
    """Make an account; what was done before as a guest stays."""
    typed = request.form
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            return _make_account(typed)
        except signing_up.Mistakes as mistakes:
            errors = mistakes.said
        except service.AccountError as error:
            writing().rollback()
            # Of two taps at one moment, the first has made the account since the second looked.
            again = _first_sent_twice(typed) if isinstance(error, service.LoginTaken) else None
            if again is not None:
                return again
            errors[error.field] = error.say()
        except throttle.TooManyTries as wait:
            errors[""] = many_at_once(wait.seconds)
    page = render_template("accounts/sign_up.html", errors=errors, typed=typed, tab="mine")
    return page, HTTPStatus.UNPROCESSABLE_ENTITY if errors else HTTPStatus.OK


def _make_account(typed) -> Response:
    """Make the account of a filled form. Raises TooManyTries, Mistakes or AccountError."""
    key, login, secret = current_app.secret_key, typed.get("login", ""), typed.get("secret", "")
    here = tries.shared(current.address(), visitor.room_of_class())
    made, refused = tries.of_sign_ups(key, here), tries.of_refused_sign_ups(key, here)
    throttle.check(reading(), [made])
    if signing_up.tells_who_is_here(typed):
        # Counted first, and given back when an account came of it.
        counted([refused])
    signing_up.check(reading(), typed)
    if _made_a_moment_ago(login):
        # The button was tapped twice: the second tap finds the account that the first one made.
        with suppress(service.WrongSecret):
            return _checked_sign_in(login, secret)
    guest, unit_id = visitor.guest(), units.current_unit_id(reading())
    hashed = service.hash_secret(secret)
    db = writing()
    throttle.take(db, [made])
    with db.begin_nested():
        person = service.sign_up(
            db,
            name=typed.get("name", ""),
            login=login,
            secret=hashed,
            consent=bool(typed.get("consent")),
            is_child=typed.get("age") == signing_up.CHILD,
            guardian=signing_up.guardian_of(typed),
            guest=guest,
            unit_id=unit_id,
        )
        person.register = chosen_register("") or None
        audience = chosen_audience()
        person.audience = audience if current.library().audience(audience or "") else None
    throttle.give_back(db, refused)
    tries.remember_place(db, key, person.login, current.address())
    # Whoever else holds a copy of this guest's cookie, on a shared machine, gets no account by it.
    service.end_all_sessions(db, person.id)
    visitor.sign_in(db, person, person.secret_kind or "pin")
    flash(_("Tài khoản đã có. Những gì bạn học trước đó vẫn còn."), "good")
    return know_device(signed_in_response(person), login)


def _made_a_moment_ago(login: str) -> bool:
    """Whether the account of this login was made within the last minutes."""
    return queries.made_since(reading(), tries.account_of(login), utc_now() - TWO_TAPS)


def many_at_once(seconds: int) -> str:
    """How long to wait where many people come from one address, in words."""
    return _("Nhiều người cùng tạo tài khoản ở đây. Bạn chờ %(seconds)s giây rồi bấm lại.", seconds=seconds)


@blueprint.post("/dang-xuat")
@access(SIGNED_IN, card=True, temporary=True)
def sign_out():
    """Sign this device out."""
    visitor.sign_out(writing())
    response = redirect(url_for("catalog.who"), HTTPStatus.SEE_OTHER)
    # On a shared phone the next person must not go back to this one's pages.
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


@blueprint.route("/the/<token>", methods=["GET", "POST"])
@access(EVERYONE, temporary=True)
def card(token: str):
    """Sign in with a card: looking at the address asks first, pressing the button signs in.

    A card's token cannot be guessed (32 random bytes), so wrong ones make nobody wait: a class that holds
    worn cards must not shut out the one whose card is good.
    """
    try:
        found = service.card_owner(reading(), token)
    except service.AccountError as error:
        return render_template("accounts/card_gone.html", sentence=error.say()), HTTPStatus.NOT_FOUND
    if request.method != "POST":
        return render_template("accounts/card.html", person=found.person, token=token)
    db = writing()
    try:
        # Once more, for it may have been withdrawn since: then it opens nothing.
        found = service.card_owner(db, token, lock=True)
    except service.AccountError as error:
        return render_template("accounts/card_gone.html", sentence=error.say()), HTTPStatus.NOT_FOUND
    visitor.sign_in(db, found.person, service.CARD, found.id)
    return signed_in_response(found.person)


@blueprint.route("/bat-dau/<token>", methods=["GET", "POST"])
@access(EVERYONE)
def first_administrator(token: str):
    """The one-time page that names the unit and makes its first administrator."""
    try:
        service.first_administrator_open(reading(), token)
    except service.AccountError as error:
        again = _first_sent_twice(request.form)
        if again is not None:
            return again
        return render_template("accounts/card_gone.html", sentence=error.say()), HTTPStatus.NOT_FOUND
    typed, errors = request.form, {}
    if request.method == "POST":
        try:
            return _make_first_administrator(token, typed)
        except signing_up.Mistakes as mistakes:
            errors = mistakes.said
        except service.AccountError as error:
            writing().rollback()
            again = _first_sent_twice(typed)
            if again is not None:
                return again
            errors[error.field] = error.say()
    page = render_template("accounts/first_administrator.html", errors=errors, typed=typed)
    return page, HTTPStatus.UNPROCESSABLE_ENTITY if errors else HTTPStatus.OK


def _first_sent_twice(typed) -> Response | None:
    """Sign in to the account that the first of two taps has just made, or None."""
    reading().commit()  # a snapshot from before would not show it
    if request.method != "POST" or not _made_a_moment_ago(typed.get("login", "")):
        return None
    with suppress(service.AccountError, throttle.TooManyTries):
        return _checked_sign_in(typed.get("login", ""), typed.get("secret", ""))
    return None


def _make_first_administrator(token: str, typed) -> Response:
    signing_up.check_first_administrator(typed)
    hashed = service.hash_secret(typed.get("secret", ""))
    db = writing()
    with db.begin_nested():
        person = service.make_first_administrator(
            db,
            token,
            name=typed.get("name", ""),
            login=typed.get("login", ""),
            secret=hashed,
            unit_name=typed.get("unit_name", ""),
        )
    visitor.sign_in(db, person, person.secret_kind or "pin")
    tries.remember_place(db, current_app.secret_key, person.login, current.address())
    return know_device(redirect(url_for("units.home"), HTTPStatus.SEE_OTHER), person.login)


@blueprint.get("/tai-khoan")
@access(SIGNED_IN, card=True, temporary=True)
def settings():
    """My account: devices, PIN, data, leaving."""
    return _settings({})


def _settings(errors: dict[str, str]) -> str:
    db = reading()
    return render_template(
        "accounts/settings.html",
        tab="mine",
        account=visitor.account(),
        by_card=visitor.by_card(),
        devices=queries.devices(db, current_user.id),
        here=service.token_hash(current_user.session_token),
        consents=queries.consents(db, current_user.id),
        errors=errors,
    )


@blueprint.post("/tai-khoan/pin")
@access(SIGNED_IN, card=True, temporary=True)
def change_secret():
    """Change one's PIN or password; the other devices are signed out."""
    try:
        return _change_secret(request.form)
    except throttle.TooManyTries as wait:
        errors = {"old_secret": waiting(wait.seconds)}
    except signing_up.Mistakes as mistakes:
        errors = mistakes.said
    except service.AccountError as error:
        errors = {error.field: error.say()}
    return _settings(errors), HTTPStatus.UNPROCESSABLE_ENTITY


def _change_secret(form) -> Response:
    """Put a new secret in the place of the old one. Raises TooManyTries, Mistakes or AccountError."""
    person, new = visitor.account(), form.get("secret", "")
    # Who just signed in with a temporary secret has shown that they know it.
    is_first = person.must_change_secret and not visitor.by_card()
    # Before the old one is compared: a slip in the new one is no guess.
    signing_up.check_new_secret(form, asks_for_old=bool(person.secret_hash) and not is_first)
    if is_first:
        if service.secret_fits(person, new):
            raise service.AccountError(lazy("Bạn chọn mã khác với mã tạm."), "secret")
    elif not _sent_twice(person, new):
        own_secret(person, form.get("old_secret", ""), "old_secret")
    hashed = service.hash_secret(new)
    db = writing()
    try:
        mine = service.unchanged_since(db, person)
    except service.WrongSecret:
        # Of two taps at one moment, the first has set it since the second looked.
        mine = db.get(Person, person.id)
        if mine is None or not _just_set(mine) or not service.secret_fits(mine, new):
            raise
    service.change_secret(mine, hashed, visitor.by_card(), db)
    service.end_all_sessions(db, person.id, but=current_user.session_token)
    flash(_("Đã đổi mã PIN. Các máy khác phải đăng nhập lại."), "good")
    return redirect(after_sign_in() if is_first else url_for("accounts.settings"), HTTPStatus.SEE_OTHER)


def _just_set(person: Person) -> bool:
    """Whether somebody set their own secret within the last minutes."""
    just_now = person.secret_set_at is not None and person.secret_set_at > utc_now() - TWO_TAPS
    return just_now and not person.must_change_secret


def _sent_twice(person: Person, new: str) -> bool:
    """Whether this very secret was set a moment ago: the button was tapped twice."""
    if not _just_set(person):
        return False
    # A guess like any other, if it was none of two taps.
    inside = tries.of_device(current_app.secret_key, f"inside:{person.id}")
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
    inside = tries.of_device(current_app.secret_key, f"inside:{person.id}")
    counted([inside])
    if not service.secret_fits(person, typed):
        raise service.WrongSecret(lazy("Mã PIN đang dùng chưa đúng. Bạn gõ lại."), field)
    if service.temporary_is_over(person):
        raise service.TemporarySecretOver(service.TEMPORARY_OVER, field)
    throttle.clear(writing(), inside.key)
    writing().commit()


@blueprint.route("/tai-khoan/sua", methods=["GET", "POST"])
@access(SIGNED_IN)
def correct():
    """Mend my own name, number or user name; a new number asks for the secret."""
    person, errors = visitor.account(), {}
    typed = {"name": person.name, "login": person.login or ""}
    if request.method == "POST":
        typed = request.form
        try:
            return _correct(person, typed)
        except throttle.TooManyTries as wait:
            errors["secret"] = waiting(wait.seconds)
        except service.AccountError as error:
            errors[error.field] = error.say()
    page = render_template("accounts/correct.html", errors=errors, typed=typed, tab="mine")
    return page, HTTPStatus.UNPROCESSABLE_ENTITY if errors else HTTPStatus.OK


def _correct(person: Person, form) -> Response:
    login = form.get("login", "")
    asks_for_secret = corrections.changes_login(person, login)
    if asks_for_secret:
        own_secret(person, form.get("secret", ""), "secret")
    db = writing()
    with db.begin_nested():
        mine = service.unchanged_since(db, person) if asks_for_secret else db.get_one(Person, person.id)
        corrections.correct_by_form(db, mine, form, person.id)
    flash(_("Đã sửa."), "good")
    response = redirect(url_for("accounts.settings"), HTTPStatus.SEE_OTHER)
    # Only who typed the secret has shown that this device is theirs.
    return know_device(response, mine.login) if mine.login and asks_for_secret else response


@blueprint.post("/tai-khoan/thiet-bi")
@access(SIGNED_IN)
def end_device():
    """Sign one of my devices out, or all others."""
    db = writing()
    if request.form.get("all"):
        service.end_all_sessions(db, current_user.id, but=current_user.session_token)
    else:
        service.end_device(db, current_user.id, request.form.get("device", ""))
    flash(_("Đã đăng xuất máy đó."), "good")
    return redirect(url_for("accounts.settings"), HTTPStatus.SEE_OTHER)


@blueprint.route("/tai-khoan/xoa", methods=["GET", "POST"])
@access(SIGNED_IN)
def erase():
    """Withdraw consent: erase my account and what it holds. The secret is asked for again."""
    errors = {}
    if request.method == "POST":
        try:
            return _erase(request.form)
        except throttle.TooManyTries as wait:
            errors["secret"] = waiting(wait.seconds)
        except signing_up.Mistakes as mistakes:
            errors = mistakes.said
        except service.AccountError as error:
            errors[error.field] = error.say()
    return render_template("accounts/erase.html", errors=errors, tab="mine"), 422 if errors else 200


def _erase(form) -> Response:
    signing_up.check_erasing(form, asks_for_secret=bool(visitor.account().secret_hash))
    own_secret(visitor.account(), form.get("secret", ""), "secret")
    db = writing()
    with db.begin_nested():
        # Nobody there: the button was tapped twice, and the other tap has done it.
        if db.get(Person, current_user.id, with_for_update=True) is not None:
            service.erase(db, service.unchanged_since(db, visitor.account()))
    visitor.sign_out(db)
    save_erasure()
    flash(_("Đã xóa tài khoản và dữ liệu của bạn."), "good")
    return redirect(url_for("catalog.who"), HTTPStatus.SEE_OTHER)


@blueprint.get("/du-lieu")
@access(EVERYONE, temporary=True)
def privacy():
    """What is kept of a person, why, how long, and how to have it erased."""
    return render_template("accounts/privacy.html")
