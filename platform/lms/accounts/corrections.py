"""Mending what is kept of a person: the name, the telephone number or user name they sign in with.

Law 91/2025 gives everybody the right to it. The audit log says what kind of thing was mended by whom,
never what stood there before.
"""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from i18n.vietnamese import clean
from lms.accounts.models import Person
from lms.accounts.service import AccountError, login_form, person_name
from lms.core import audit
from lms.core.language import lazy


def changes_login(person: Person, typed: str) -> bool:
    """Whether what was typed is another login than the person has; a malformed one counts as another."""
    try:
        return (login_form(typed) if clean(typed) else None) != person.login
    except AccountError:
        return True


def correct(db: Session, person: Person, *, name: str | None, login: str | None, by: str) -> list[str]:
    """Mend the name and the login of a person; returns which of the two changed.

    None: nobody touched the field, so it stays as it is now; its owner may have mended it since the page was
    opened. An empty login is right only for somebody who signs in by card alone. Raises AccountError with
    the field for a value that is empty, malformed or another person's: then nothing has changed.
    """
    name = (person.name or "") if name is None else person_name(name)
    typed = clean(person.login or "") if login is None else clean(login)
    if not typed and person.secret_hash is not None:
        raise AccountError(lazy("Người này đăng nhập bằng mã PIN nên cần tên đăng nhập hoặc số."), "login")
    # Names that were there before a rule was made stay as they are, until they are changed.
    new_login = person.login if typed == (person.login or "") else login_form(typed)
    changed = []
    if name != person.name:
        changed.append("name")
    if new_login != person.login:
        if new_login and db.scalar(
            select(Person.id).where(Person.login == new_login, Person.id != person.id)
        ):
            raise AccountError(lazy("Tên hoặc số này đã có tài khoản khác. Bạn xem lại."), "login")
        changed.append("login")
    person.name, person.login = name, new_login
    try:
        db.flush()
    except IntegrityError as error:
        # Somebody took it between our look and our write.
        raise AccountError(lazy("Tên hoặc số này đã có tài khoản khác. Bạn xem lại."), "login") from error
    for what in changed:
        audit.record(db, by, f"accounts.corrected.{what}", f"person:{person.id}", person.unit_id)
    return changed
