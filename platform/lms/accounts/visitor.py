"""Who is at the other end of this request: an account, a guest with a record, or nobody yet."""

from __future__ import annotations

from http import HTTPStatus

from flask import Flask, abort, g, session
from flask_login import AnonymousUserMixin, LoginManager, current_user, login_user, logout_user
from sqlalchemy.orm import Session

from lms.accounts import service
from lms.accounts.models import Person
from lms.core import current
from lms.core.database import reading
from lms.core.throttle import key_for

FORM_TOKEN = "csrf_token"
"""Where the session keeps what its forms' tokens are made from."""

STAFF = "viec"
"""Where the session says that whoever signed in held a role by then. It opens nothing: the gateway gives
large bodies of staff places of their own by it, without asking the database."""

CLASS_ROOM = "lop"
"""Where the session of somebody who is not signed in keeps the class whose code they showed."""


class Nobody(AnonymousUserMixin):
    """A visitor without even a guest record."""

    id = None
    roles: frozenset[str] = frozenset()
    is_guest = True
    name = None
    unit = None
    unit_id = None
    session_token = ""
    session_how = ""
    must_change_secret = False


def init_app(app: Flask) -> None:
    """Load the visitor from the token in the cookie; a session that was ended loads nobody."""
    manager = LoginManager()
    manager.anonymous_user = Nobody
    # Phones change their address all day; the session row is what can be ended.
    manager.session_protection = None
    manager.init_app(app)

    @manager.user_loader
    def load(token: str) -> Person | None:
        person = service.load_session(reading(), token)
        if person is None and service.ended_just_now(reading(), token):
            # Signed in or out in another tab while this one's form was under way.
            g.lost_its_session = True
        return person


def visitor() -> Person | None:
    """The person of this request, guests with a record included, or None."""
    return current_user._get_current_object() if current_user.id else None


def account() -> Person | None:
    """The person of this request if they have an account, else None."""
    return current_user._get_current_object() if current_user.is_authenticated else None


def my_account() -> Person:
    """The account of this request, in a view that is open only to those who have one."""
    return account() or abort(HTTPStatus.UNAUTHORIZED)


def guest() -> Person | None:
    """The guest record of this request, if that is what it has."""
    person = visitor()
    return person if person is not None and person.is_guest else None


def visitor_for_writing(db: Session) -> Person:
    """The person of this request; makes a guest record, and its cookie, for a visitor without one."""
    person = visitor()
    if person is not None:
        return person
    if g.get("lost_its_session"):
        # Whoever sent this was there a moment ago, and has signed in or out in another tab by now: the cookie
        # of that must not be written over. What was asked is at its own address.
        return service.new_guest(db)
    made = service.new_guest(db, _guest_of_page())
    sign_in(db, made, "guest")
    return made


def has_left() -> bool:
    """Whether this form came from somebody who has signed in or out in another tab since they opened it.

    What has no address of its own is not taken then: nobody would find it again.
    """
    return not current_user.id and bool(g.get("lost_its_session"))


def id_of_page() -> str | None:
    """Who stands behind the forms of this page: the person's id, or that of the guest they would become."""
    return current_user.id or _guest_of_page()


def _guest_of_page() -> str | None:
    """The id of the guest that this cookie's pages make, whichever of their forms comes first.

    A form that is sent twice, or two tabs, are two requests without a person: they get one guest.
    """
    seed = session.get(FORM_TOKEN)
    return key_for(current.secret_key(), "guest", str(seed))[:32] if seed else None


def came_with_class_code(class_id: int) -> None:
    """Remember that this device, where nobody signed in yet, showed the right code of a class.

    Whoever shares the address and does not know the code cannot make the class wait.
    """
    if not current_user.is_authenticated:
        session[CLASS_ROOM] = class_id


def room_of_class() -> str:
    """The class whose code this device showed, or empty."""
    return str(session.get(CLASS_ROOM, ""))


def by_card() -> bool:
    """Whether a card opened this device, and nobody typed a secret on it."""
    return current_user.session_how == service.CARD


def has_temporary_secret() -> bool:
    """Whether somebody else chose the secret that was typed here: its owner chooses their own now."""
    return bool(current_user.must_change_secret) and not by_card()


def sign_in(db: Session, person: Person, how: str, card_id: int | None = None) -> None:
    """Sign this device in with a fresh session; what a guest did here goes to the account."""
    if current_user.session_token:
        # Whoever was here before, a guest or another account, is not signed in on this device any more.
        service.end_session(db, current_user.session_token)
    service.join_guest(db, guest(), person)
    person.session_token = service.start_session(db, person, how, current.device(), card_id)
    person.session_how = how  # as it will be loaded: the rest of this request asks for it already
    # A new session, not the guest's: nothing put into the old cookie lives on. What nobody had signed in
    # to becomes a guest's as it is: a form that was opened before, in another tab, is still theirs, and so
    # is the class they came with.
    kept = {name: session[name] for name in (FORM_TOKEN, CLASS_ROOM) if name in session}
    session.clear()
    if how == "guest":
        session.update(kept)
    if person.roles:
        session[STAFF] = True
    session.permanent = True
    login_user(person)


def sign_out(db: Session) -> None:
    """End this device's session and empty its cookie."""
    if current_user.session_token:
        service.end_session(db, current_user.session_token)
    logout_user()
    session.clear()
