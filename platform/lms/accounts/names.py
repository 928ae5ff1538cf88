"""What an account is called: the login it is found by, the name it shows."""

from __future__ import annotations

import re
from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from i18n.vietnamese import clean, fold
from lms.accounts.models import Person
from lms.core.language import lazy
from lms.core.pages.errors import Refusal

NAME_LIMIT = 80
USER_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{2,29}")
PHONE = re.compile(r"0\d{9}")


class AccountError(Refusal):
    """A rule of accounts was broken. `field` names the field of the form it belongs to."""


class LoginTaken(AccountError):
    """Somebody has an account with this user name or telephone number."""

    def __init__(self) -> None:
        super().__init__(lazy("Tên hoặc số này đã có tài khoản. Bạn đăng nhập, hoặc chọn tên khác."), "login")


def login_form(typed: str) -> str:
    """A user name or telephone number as it is compared: `+84 912 345 678`, `0912/345/678` are one.

    Raises AccountError if it is neither.
    """
    text = clean(typed)
    if not text:
        raise AccountError(lazy("Bạn gõ số điện thoại hoặc tên đăng nhập."), "login")
    # No user name ever held a slash or a comma; an underscore may stand in one.
    digits = re.sub(r"[\s.,/\-‐-―()]", "", text)
    if re.fullmatch(r"\+?\d+", digits):
        number = re.sub(r"^(\+84|0084|84(?=\d{9}$))", "0", digits)
        if not PHONE.fullmatch(number):
            raise AccountError(
                lazy("Số điện thoại có 10 chữ số, bắt đầu bằng số 0. Bạn xem lại số vừa gõ."), "login"
            )
        return number
    name = fold(text).replace(" ", "")
    if not USER_NAME.fullmatch(name):
        raise AccountError(lazy("Tên đăng nhập có từ 3 đến 30 chữ hoặc số. Đừng dùng dấu đặc biệt."), "login")
    return name


def person_name(typed: str, field: str = "name") -> str:
    """A person's name as it is kept; raises AccountError for an empty or very long one."""
    name = clean(typed)
    if not name:
        raise AccountError(lazy("Bạn gõ tên vào đây."), field)
    if len(name) > NAME_LIMIT:
        raise AccountError(lazy("Tên dài quá. Bạn viết ngắn lại, tối đa 80 chữ."), field)
    return name


def login_taken(db: Session, login: str) -> bool:
    """Whether an account has this login already."""
    return db.scalar(select(Person.id).where(Person.login == login)) is not None


def free_login(db: Session, name: str, taken: Collection[str] = ()) -> str:
    """A user name made from a person's name that nobody has: `Y Moan Niê` → `ymoannie`, `ymoannie2`."""
    base = re.sub(r"[^a-z0-9]", "", fold(name))[:24] or "hocvien"
    base = base if len(base) >= 3 else base + "hoc"
    number = 1
    while True:
        login = base if number == 1 else f"{base}{number}"
        if login not in taken and not login_taken(db, login):
            return login
        number += 1
