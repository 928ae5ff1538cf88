"""Reading accounts for screens."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from i18n.dates import utc_now
from lms.accounts.models import Consent, Person, RoleGrant, SignInCard, SignInSession
from lms.core import audit

MOST_LISTED = 200
"""Devices on a page; no more are signed in than `devices.MOST_DEVICES` of each kind."""


def devices(db: Session, person_id: str) -> list[SignInSession]:
    """A person's signed-in devices, newest first."""
    return list(
        db.scalars(
            select(SignInSession)
            .where(
                SignInSession.person_id == person_id,
                SignInSession.ended_at.is_(None),
                SignInSession.expires_at > utc_now(),
            )
            .order_by(SignInSession.created_at.desc())
            .limit(MOST_LISTED)
        )
    )


def earlier_devices(db: Session, person_id: str) -> list[SignInSession]:
    """Devices that were signed in once, newest first."""
    return list(
        db.scalars(
            select(SignInSession)
            .where(
                SignInSession.person_id == person_id,
                or_(SignInSession.ended_at.is_not(None), SignInSession.expires_at <= utc_now()),
            )
            .order_by(SignInSession.created_at.desc())
            .limit(10 * MOST_LISTED)
        )
    )


def made_since(db: Session, login: str, moment: datetime) -> bool:
    """Whether the account of this login got its secret after a moment."""
    made = db.scalar(select(Person.secret_set_at).where(Person.login == login, Person.is_guest.is_(False)))
    return made is not None and made > moment


def consents(db: Session, person_id: str) -> list[Consent]:
    """What a person, or their guardian, agreed to."""
    return list(db.scalars(select(Consent).where(Consent.person_id == person_id).order_by(Consent.given_at)))


def own_data(db: Session, person: Person) -> dict:
    """Everything kept on the person himself, as plain values, for “tải dữ liệu của tôi”."""
    return {
        "name": person.name,
        "login": person.login,
        "under_16": person.is_child,
        "audience": person.audience,
        "register": person.register,
        "created_at": person.created_at.isoformat(),
        "roles": sorted(person.roles),
        "consents": _consents_given(db, person.id),
        "roles_over_time": [
            {
                "role": row.role,
                "given_at": row.granted_at.isoformat(),
                "taken_at": row.revoked_at.isoformat() if row.revoked_at else None,
            }
            for row in db.scalars(
                select(RoleGrant).where(RoleGrant.person_id == person.id).order_by(RoleGrant.granted_at)
            )
        ],
        "cards": [
            {
                "made_at": row.made_at.isoformat(),
                "withdrawn_at": row.withdrawn_at.isoformat() if row.withdrawn_at else None,
            }
            for row in db.scalars(
                select(SignInCard).where(SignInCard.person_id == person.id).order_by(SignInCard.made_at)
            )
        ],
        "earlier_devices": [
            {
                "device": row.device,
                "how": row.how,
                "since": row.created_at.isoformat(),
                "until": (row.ended_at or row.expires_at).isoformat(),
            }
            for row in earlier_devices(db, person.id)
        ],
        "done_by_staff": [
            {"what": row.action, "at": row.at.isoformat()} for row in audit.about_person(db, person.id)
        ],
        "done_as_staff": [
            {"what": row.action, "at": row.at.isoformat()} for row in audit.by_person(db, person.id)
        ],
        "devices": [
            {"device": row.device, "how": row.how, "since": row.created_at.isoformat()}
            for row in devices(db, person.id)
        ],
    }


def _consents_given(db: Session, person_id: str) -> list[dict[str, object]]:
    return [
        {
            "kind": consent.kind,
            "text_version": consent.text_version,
            "given_at": consent.given_at.isoformat(),
            "guardian": consent.guardian_name,
            "relation": consent.guardian_relation,
            "withdrawn_at": consent.withdrawn_at.isoformat() if consent.withdrawn_at else None,
            "seen_by_a_teacher": consent.recorded_by is not None,
        }
        for consent in consents(db, person_id)
    ]
