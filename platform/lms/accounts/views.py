"""Pages of accounts."""

from __future__ import annotations

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

from lms.accounts import queries, service, visitor
from lms.accounts.models import Person
from lms.core import current, permissions, throttle
from lms.core.database import reading, writing
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


def may(permission: str) -> bool:
    """Whether the visitor has a permission: for showing a link, never for guarding a page."""
    return current_user.is_authenticated and permissions.allowed(current_user.roles, permission)


def after_sign_in() -> str:
    """Where to go next: where they wanted to, else to their own page."""
    return current.safe_next(request.values.get("tiep"), url_for("mine.home"))


def signed_in_response(person: Person) -> Response:
    """Go on, with the person's own choices brought to this device."""
    target = after_sign_in()
    if person.must_change_secret:
        flash(_("Đây là mã tạm. Bạn chọn mã PIN hoặc mật khẩu của riêng bạn."), "warning")
        target = url_for("accounts.settings")
    response = make_response(redirect(target, HTTPStatus.SEE_OTHER))
    if person.register:
        remember(response, REGISTER_COOKIE, person.register)
    if person.audience:
        remember(response, AUDIENCE_COOKIE, person.audience)
    return response


@blueprint.route("/dang-nhap", methods=["GET", "POST"])
@access(EVERYONE)
def sign_in():
    """Sign in with a user name or telephone number and a PIN or password."""
    if request.method != "POST":
        return render_template("accounts/sign_in.html", errors={}, typed={}, tab="mine")
    login, secret = request.form.get("login", ""), request.form.get("secret", "")
    errors: dict[str, str] = {}
    account_key, address_key = service.throttle_keys(current_app.secret_key, login, current.address())
    try:
        throttle.check(reading(), [account_key, address_key])
        person = service.verify(reading(), login, secret)
    except throttle.TooManyTries as wait:
        errors["secret"] = waiting(wait.seconds)
        return _sign_in_again(errors, login, HTTPStatus.TOO_MANY_REQUESTS, wait.seconds)
    except service.AccountError as error:
        db = writing()
        throttle.fail(db, account_key, service.FREE_TRIES)
        throttle.fail(db, address_key, service.FREE_TRIES_ADDRESS)
        errors[error.field or "secret"] = error.say()
        return _sign_in_again(errors, login, HTTPStatus.UNPROCESSABLE_ENTITY)
    db = writing()
    throttle.clear(db, account_key)
    person = db.get(Person, person.id)
    visitor.sign_in(db, person, person.secret_kind or "pin")
    return signed_in_response(person)


def _sign_in_again(errors: dict[str, str], login: str, status: HTTPStatus, seconds: int = 0):
    page = render_template("accounts/sign_in.html", errors=errors, typed={"login": login}, tab="mine")
    return page, status, {"Retry-After": str(seconds)} if seconds else {}


def waiting(seconds: int) -> str:
    """How long to wait, in words."""
    if seconds < 90:
        return _("Bạn thử sai nhiều lần. Bạn chờ %(seconds)s giây rồi thử lại.", seconds=seconds)
    minutes = -(-seconds // 60)
    return _("Bạn thử sai nhiều lần. Bạn chờ %(minutes)s phút rồi thử lại.", minutes=minutes)


@blueprint.route("/dang-ky", methods=["GET", "POST"])
@access(EVERYONE)
def sign_up():
    """Make an account; what was done before as a guest stays."""
    typed = request.form
    errors: dict[str, str] = {}
    if request.method == "POST":
        if typed.get("secret") != typed.get("secret_again"):
            errors["secret_again"] = _("Hai lần gõ chưa giống nhau. Bạn gõ lại.")
        elif not typed.get("age"):
            errors["age"] = _("Bạn chọn tuổi.")
        else:
            try:
                return _make_account(typed)
            except service.AccountError as error:
                errors[error.field] = error.say()
            except throttle.TooManyTries as wait:
                errors[""] = waiting(wait.seconds)
    page = render_template("accounts/sign_up.html", errors=errors, typed=typed, tab="mine")
    return page, HTTPStatus.UNPROCESSABLE_ENTITY if errors else HTTPStatus.OK


def _make_account(typed) -> Response:
    key = throttle.key_for(current_app.secret_key, "sign-up", current.address())
    throttle.check(reading(), [key])
    guest = visitor.guest()
    is_child = typed.get("age") == "under16"
    guardian = service.Guardian(typed.get("guardian_name", ""), typed.get("guardian_relation", ""))
    if is_child and not typed.get("guardian_consent"):
        raise service.AccountError(
            lazy("Cha mẹ hoặc người giám hộ đánh dấu vào ô đồng ý."), "guardian_consent"
        )
    db = writing()
    with db.begin_nested():
        person = service.sign_up(
            db,
            name=typed.get("name", ""),
            login=typed.get("login", ""),
            secret=typed.get("secret", ""),
            consent=bool(typed.get("consent")),
            is_child=is_child,
            guardian=guardian,
            guest=guest,
            unit_id=units.current_unit_id(reading()),
        )
        person.register = chosen_register("") or None
        audience = chosen_audience()
        person.audience = audience if current.library().audience(audience or "") else None
    # One address makes many accounts in a class; past that it waits.
    throttle.fail(db, key, free=60)
    if guest is not None and guest.session_token:
        service.end_session(db, guest.session_token)
    visitor.sign_in(db, person, person.secret_kind or "pin")
    flash(_("Tài khoản đã có. Những gì bạn học trước đó vẫn còn."), "good")
    return signed_in_response(person)


@blueprint.post("/dang-xuat")
@access(SIGNED_IN)
def sign_out():
    """Sign this device out."""
    visitor.sign_out(writing())
    response = redirect(url_for("catalog.who"), HTTPStatus.SEE_OTHER)
    # On a shared phone the next person must not go back to this one's pages.
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


@blueprint.route("/the/<token>", methods=["GET", "POST"])
@access(EVERYONE)
def card(token: str):
    """Sign in with a card: looking at the address asks first, pressing the button signs in."""
    key = throttle.key_for(current_app.secret_key, "card", current.address())
    try:
        throttle.check(reading(), [key])
        found = service.card_owner(reading(), token)
    except throttle.TooManyTries as wait:
        return render_template(
            "accounts/card_gone.html", sentence=waiting(wait.seconds)
        ), HTTPStatus.TOO_MANY_REQUESTS
    except service.AccountError as error:
        throttle.fail(writing(), key, service.FREE_TRIES_ADDRESS)
        return render_template("accounts/card_gone.html", sentence=error.say()), HTTPStatus.NOT_FOUND
    if request.method != "POST":
        return render_template("accounts/card.html", person=found.person, token=token)
    db = writing()
    person = db.get(Person, found.person_id)
    visitor.sign_in(db, person, "card", found.id)
    return signed_in_response(person)


@blueprint.route("/bat-dau/<token>", methods=["GET", "POST"])
@access(EVERYONE)
def first_administrator(token: str):
    """The one-time page that names the unit and makes its first administrator."""
    try:
        service.first_administrator_open(reading(), token)
    except service.AccountError as error:
        return render_template("accounts/card_gone.html", sentence=error.say()), HTTPStatus.NOT_FOUND
    typed, errors = request.form, {}
    if request.method == "POST":
        if typed.get("secret") != typed.get("secret_again"):
            errors["secret_again"] = _("Hai lần gõ chưa giống nhau. Bạn gõ lại.")
        else:
            db = writing()
            try:
                with db.begin_nested():
                    person = service.make_first_administrator(
                        db,
                        token,
                        name=typed.get("name", ""),
                        login=typed.get("login", ""),
                        secret=typed.get("secret", ""),
                        unit_name=typed.get("unit_name", ""),
                    )
                visitor.sign_in(db, person, person.secret_kind or "pin")
                return redirect(url_for("units.home"), HTTPStatus.SEE_OTHER)
            except service.AccountError as error:
                errors[error.field] = error.say()
    page = render_template("accounts/first_administrator.html", errors=errors, typed=typed)
    return page, HTTPStatus.UNPROCESSABLE_ENTITY if errors else HTTPStatus.OK


@blueprint.get("/tai-khoan")
@access(SIGNED_IN)
def settings():
    """My account: devices, PIN, data, leaving."""
    db = reading()
    return render_template(
        "accounts/settings.html",
        tab="mine",
        account=visitor.account(),
        devices=queries.devices(db, current_user.id),
        consents=queries.consents(db, current_user.id),
        errors={},
    )


@blueprint.post("/tai-khoan/pin")
@access(SIGNED_IN)
def change_secret():
    """Change one's PIN or password; the other devices are signed out."""
    errors: dict[str, str] = {}
    form = request.form
    key = service.throttle_keys(current_app.secret_key, current_user.login or current_user.id, "")[0]
    try:
        if current_user.secret_hash:
            throttle.check(reading(), [key])
            service.verify(reading(), current_user.login, form.get("old_secret", ""))
        if form.get("secret") != form.get("secret_again"):
            raise service.AccountError(lazy("Hai lần gõ chưa giống nhau. Bạn gõ lại."), "secret_again")
        service.secret_kind(form.get("secret", ""))
    except throttle.TooManyTries as wait:
        errors["old_secret"] = waiting(wait.seconds)
    except service.WrongSecret:
        throttle.fail(writing(), key, service.FREE_TRIES)
        errors["old_secret"] = _("Mã PIN đang dùng chưa đúng. Bạn gõ lại.")
    except service.AccountError as error:
        errors[error.field] = error.say()
    if errors:
        db = reading()
        page = render_template(
            "accounts/settings.html",
            tab="mine",
            account=visitor.account(),
            devices=queries.devices(db, current_user.id),
            consents=queries.consents(db, current_user.id),
            errors=errors,
        )
        return page, HTTPStatus.UNPROCESSABLE_ENTITY
    db = writing()
    person = db.get(Person, current_user.id)
    service.set_secret(person, form["secret"])
    throttle.clear(db, key)
    service.end_all_sessions(db, person.id, but=current_user.session_token)
    flash(_("Đã đổi mã PIN. Các máy khác phải đăng nhập lại."), "good")
    return redirect(url_for("accounts.settings"), HTTPStatus.SEE_OTHER)


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
    """Withdraw consent: erase my account and what it holds."""
    errors = {}
    if request.method == "POST":
        db = writing()
        try:
            if not request.form.get("sure"):
                raise service.AccountError(lazy("Bạn đánh dấu vào ô để xác nhận."), "sure")
            with db.begin_nested():
                service.erase(db, db.get(Person, current_user.id))
            visitor.sign_out(db)
            flash(_("Đã xóa tài khoản và dữ liệu của bạn."), "good")
            return redirect(url_for("catalog.who"), HTTPStatus.SEE_OTHER)
        except service.AccountError as error:
            errors[error.field] = error.say()
    return render_template("accounts/erase.html", errors=errors, tab="mine"), 422 if errors else 200


@blueprint.get("/du-lieu")
@access(EVERYONE)
def privacy():
    """What is kept of a person, why, how long, and how to have it erased."""
    return render_template("accounts/privacy.html")
