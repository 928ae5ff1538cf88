"""Who works here: roles given and taken, accounts of staff, closed accounts."""

from __future__ import annotations

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from i18n.dates import utc_now
from lms.accounts.cards import withdraw_cards
from lms.accounts.credentials import Hashed, set_temporary_secret, temporary_secret
from lms.accounts.devices import end_all_sessions
from lms.accounts.models import Person, RoleGrant, new_id
from lms.accounts.names import AccountError, login_form, login_taken, person_name
from lms.core import audit
from lms.core.language import lazy
from lms.core.permissions import ROLES


def known_role(role: str) -> str:
    """A role of the table. Raises AccountError."""
    if not role:
        raise AccountError(lazy("Bạn chọn một quyền."), "role")
    if role not in ROLES:
        raise AccountError(lazy("Không có quyền này. Bạn chọn lại trong danh sách."), "role")
    return role


def grant_role(
    db: Session, person: Person, role: str, unit_id: int, by: str | None, just_made: bool = False
) -> None:
    """Give a role within a unit. Raises AccountError for an unknown role or a person without an account.

    `just_made`: whoever gives it hands out the account's first password too.
    """
    known_role(role)
    if not just_made:
        # As they are now, and held: a code that somebody hands out at this moment comes before, or after.
        db.flush()
        db.get(Person, person.id, with_for_update=True, populate_existing=True)
    if person.must_change_secret and not just_made:
        # A teacher or an officer made that code and knows it: they would have the role as well.
        raise AccountError(
            lazy("Người này đang dùng mã tạm. Họ đăng nhập, chọn mã riêng, rồi bạn giao quyền."), "role"
        )
    if person.is_guest or not person.is_active or person.secret_hash is None:
        raise AccountError(lazy("Người này chưa có mã PIN hay mật khẩu nên chưa nhận quyền được."), "role")
    if person.is_child:
        raise AccountError(lazy("Người này dưới 16 tuổi nên chưa nhận quyền được."), "role")
    if person.secret_set_by_card:
        # It would end with the cards that staff must not have: a role for somebody who cannot sign in.
        raise AccountError(
            lazy("Mã PIN này đặt trên máy mở bằng thẻ. Bạn đặt mã mới cho họ, rồi giao quyền."), "role"
        )
    held = db.scalar(
        select(RoleGrant.id).where(
            RoleGrant.person_id == person.id,
            RoleGrant.role == role,
            RoleGrant.unit_id == unit_id,
            RoleGrant.revoked_at.is_(None),
        )
    )
    if held is not None:
        return
    person.unit_id = person.unit_id or unit_id
    withdraw_cards(db, person.id)
    db.add(RoleGrant(person_id=person.id, unit_id=unit_id, role=role, granted_by=by))
    db.flush()
    db.expire(person, ["grants"])
    audit.record(db, by, f"accounts.role_granted.{role}", f"person:{person.id}", unit_id)


def revoke_role(db: Session, person: Person, role: str, unit_id: int, by: str) -> None:
    """Take a role away. Raises AccountError for the unit's last administrator, or oneself as one."""
    works = person.is_active and role in person.roles
    if role == "admin":
        hold_administrators(db, unit_id)
    if role == "admin" and works and count_administrators(db, unit_id) <= 1:
        raise AccountError(lazy("Phải còn ít nhất một người quản trị. Bạn giao quyền cho người khác trước."))
    if role == "admin" and person.id == by:
        raise AccountError(lazy("Bạn không tự thu quyền quản trị của mình. Người quản trị khác làm được."))
    db.execute(
        update(RoleGrant)
        .where(
            RoleGrant.person_id == person.id,
            RoleGrant.role == role,
            RoleGrant.unit_id == unit_id,
            RoleGrant.revoked_at.is_(None),
        )
        .values(revoked_at=utc_now())
    )
    db.expire(person, ["grants"])
    audit.record(db, by, f"accounts.role_revoked.{role}", f"person:{person.id}", unit_id)


def count_administrators(db: Session, unit_id: int | None = None) -> int:
    """How many administrators work (in a unit, or anywhere)."""
    query = (
        select(func.count(func.distinct(RoleGrant.person_id)))
        .join(Person, Person.id == RoleGrant.person_id)
        .where(RoleGrant.role == "admin", RoleGrant.revoked_at.is_(None), Person.retired_at.is_(None))
    )
    if unit_id is not None:
        query = query.where(RoleGrant.unit_id == unit_id)
    return db.scalar(query) or 0


def hold_administrators(db: Session, unit_id: int) -> None:
    """Let nobody else take away an administrator of a unit before this transaction ends.

    Two who close each other at one moment would leave nobody.
    """
    db.execute(
        select(RoleGrant.id)
        .where(RoleGrant.role == "admin", RoleGrant.unit_id == unit_id, RoleGrant.revoked_at.is_(None))
        .order_by(RoleGrant.id)
        .with_for_update()
    )


def an_administrator(db: Session, unit_id: int) -> str | None:
    """The id of the administrator who has worked longest in a unit, or None."""
    return db.scalar(
        select(RoleGrant.person_id)
        .join(Person, Person.id == RoleGrant.person_id)
        .where(
            RoleGrant.role == "admin",
            RoleGrant.unit_id == unit_id,
            RoleGrant.revoked_at.is_(None),
            Person.retired_at.is_(None),
        )
        .order_by(RoleGrant.granted_at, RoleGrant.id)
        .limit(1)
    )


def make_staff(
    db: Session, *, name: str, login: str, role: str, unit_id: int, by: str, secret: Hashed | None = None
) -> tuple[Person, str]:
    """Make an account with a role; returns it and the password to hand over once. Raises AccountError.

    `secret`: of `temporary_secret(True)`, made before the transaction was opened.
    """
    name, login = person_name(name), login_form(login)
    if login_taken(db, login):
        raise AccountError(lazy("Tên hoặc số này đã có tài khoản. Bạn tìm người đó rồi giao quyền."), "login")
    secret = secret or temporary_secret(True)
    person = Person(id=new_id(), name=name, login=login, unit_id=unit_id)
    set_temporary_secret(person, secret)
    db.add(person)
    db.flush()
    grant_role(db, person, role, unit_id, by, just_made=True)
    audit.record(db, by, "accounts.staff_made", f"person:{person.id}", unit_id)
    return person, secret.text


def retire(db: Session, person: Person, by: str) -> None:
    """Close an account: its devices and cards stop at once, what was learned stays.

    Raises AccountError for the last administrator or for oneself.
    """
    if person.id == by:
        raise AccountError(lazy("Bạn không tự đóng tài khoản của mình ở đây."))
    if "admin" in person.roles and person.unit_id:
        hold_administrators(db, person.unit_id)
    if "admin" in person.roles and person.unit_id and count_administrators(db, person.unit_id) <= 1:
        raise AccountError(lazy("Phải còn ít nhất một người quản trị. Bạn giao quyền cho người khác trước."))
    person.retired_at = utc_now()
    end_all_sessions(db, person.id)
    withdraw_cards(db, person.id)
    audit.record(db, by, "accounts.retired", f"person:{person.id}", person.unit_id)


def restore(db: Session, person: Person, by: str) -> None:
    """Open a closed account again."""
    person.retired_at = None
    audit.record(db, by, "accounts.restored", f"person:{person.id}", person.unit_id)
