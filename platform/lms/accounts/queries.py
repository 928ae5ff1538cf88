"""Reading accounts for screens."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from assistant.storage import utc_now
from lms.accounts.models import Consent, Person, SignInSession


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
        )
    )


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
        "consents": [
            {
                "kind": consent.kind,
                "text_version": consent.text_version,
                "given_at": consent.given_at.isoformat(),
                "guardian": consent.guardian_name,
                "relation": consent.guardian_relation,
            }
            for consent in consents(db, person.id)
        ],
        "devices": [
            {"device": row.device, "how": row.how, "since": row.created_at.isoformat()}
            for row in devices(db, person.id)
        ],
    }
