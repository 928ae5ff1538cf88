"""Tables of people, their sessions, cards, roles and consents."""

from __future__ import annotations

from datetime import datetime
from uuid import uuid4

from sqlalchemy import ForeignKey, Index, String, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from i18n.dates import utc_now
from i18n.person_names import KEY_LIMIT, order_key, search_form
from lms.core.database import Base, UtcDateTime
from lms.units.models import Unit


def new_id() -> str:
    """An id that can be made anywhere, also away from the server."""
    return uuid4().hex


class Person(Base):
    """Somebody who learns or works here. A guest is a person without a name or a way to sign in."""

    __tablename__ = "people"
    __table_args__ = (
        Index("ix_people_in_order", "is_guest", "name_key", "id"),
        Index("ix_people_guest_created", "is_guest", "created_at"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"), index=True)
    is_guest: Mapped[bool] = mapped_column(default=False)
    name: Mapped[str | None] = mapped_column(String(80))
    name_key: Mapped[str] = mapped_column(String(KEY_LIMIT), default="", server_default=text("''"))
    """Sorts as a Vietnamese list does; with `name_search`, kept in step with the name."""
    name_search: Mapped[str] = mapped_column(String(200), default="", server_default=text("''"))
    login: Mapped[str | None] = mapped_column(String(40), unique=True)
    """User name or telephone number, as compared (see `service.login_form`)."""
    secret_hash: Mapped[str | None] = mapped_column(String(160))
    secret_kind: Mapped[str | None] = mapped_column(String(10))
    """`pin` or `password`; None: signs in by card only."""
    must_change_secret: Mapped[bool] = mapped_column(default=False)
    """The secret is temporary: somebody else made it."""
    secret_set_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    secret_expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When a temporary secret ends; None for one's own."""
    secret_set_by_card: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Chosen on a device that a card had opened: it ends with the card."""
    is_child: Mapped[bool] = mapped_column(default=False)
    """Under 16: a guardian's consent must stand beside."""
    audience: Mapped[str | None] = mapped_column(String(40))
    register: Mapped[str | None] = mapped_column(String(10))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    retired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    unit: Mapped[Unit | None] = relationship()
    grants: Mapped[list[RoleGrant]] = relationship(
        primaryjoin="and_(Person.id == RoleGrant.person_id, RoleGrant.revoked_at.is_(None))",
        viewonly=True,
    )

    @validates("name")
    def _keep_in_step(self, _field: str, name: str | None) -> str | None:
        self.name_key = order_key(name) if name else ""
        self.name_search = search_form(name)[:200] if name else ""
        return name

    @property
    def roles(self) -> frozenset[str]:
        """The roles in force."""
        return frozenset(grant.role for grant in self.grants)

    # What flask-login asks of a user.
    @property
    def is_authenticated(self) -> bool:
        """True for a person with an account: a guest's things are kept, but they did not sign in."""
        return not self.is_guest

    @property
    def is_active(self) -> bool:
        """False once the account is retired."""
        return self.retired_at is None

    @property
    def is_anonymous(self) -> bool:
        """True for guests."""
        return self.is_guest

    def get_id(self) -> str:
        """Flask-login keeps this in the cookie: the token of the session, not the person's id."""
        return self.session_token

    # Set on the one object that a request loaded; never stored.
    session_token = ""
    session_how = ""


class RoleGrant(Base):
    """A role that a person has, or had, within a unit."""

    __tablename__ = "role_grants"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), index=True)
    role: Mapped[str] = mapped_column(String(20))
    granted_by: Mapped[str | None] = mapped_column(String(32))
    granted_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class SignInSession(Base):
    """One device that is signed in. Ending the row signs the device out."""

    __tablename__ = "sign_in_sessions"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    how: Mapped[str] = mapped_column(String(10))
    """`pin`, `password`, `card` or `guest`."""
    device: Mapped[str] = mapped_column(String(40), default="")
    """Kind of device in a few words, for “thiết bị đang đăng nhập”; never a full user agent."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    card_id: Mapped[int | None] = mapped_column(
        ForeignKey("sign_in_cards.id", ondelete="SET NULL"), index=True
    )
    person: Mapped[Person] = relationship(lazy="joined", innerjoin=True)


class SignInCard(Base):
    """A printed card whose QR code signs one learner in. Only a hash of its token is kept."""

    __tablename__ = "sign_in_cards"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    made_by: Mapped[str | None] = mapped_column(String(32))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    person: Mapped[Person] = relationship()


class Consent(Base):
    """What somebody agreed to, to which text, when; a guardian's name for a child."""

    __tablename__ = "consents"
    __table_args__ = (Index("ix_consents_person_kind", "person_id", "kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(20))
    """`data` (keeping what one learns) or `guardian` (a guardian agrees for a child)."""
    text_version: Mapped[str] = mapped_column(String(20))
    given_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    guardian_name: Mapped[str | None] = mapped_column(String(80))
    guardian_relation: Mapped[str | None] = mapped_column(String(40))
    recorded_by: Mapped[str | None] = mapped_column(String(32))
    """The teacher who saw the paper, where it was not given on the screen."""


class FirstAdministrator(Base):
    """The one-time link that makes the first administrator."""

    __tablename__ = "first_administrators"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class FamiliarPlace(Base):
    """An account was signed in to from an address. The key is a keyed hash of both, as in the throttle."""

    __tablename__ = "familiar_places"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now, index=True)
