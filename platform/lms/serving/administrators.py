"""What whoever keeps the machine does with accounts: a new password for an administrator who lost theirs."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from sqlalchemy import select

from lms.accounts import service
from lms.accounts.models import Person
from lms.core.config import SettingError, WebSettings
from lms.core.database import Database, make_engine


def must_be_installed(settings: WebSettings) -> None:
    """Raise SettingError where there is no database yet: most often another folder was meant.

    Asking an SQLite database that is not there would make an empty one, into which nothing can be restored.
    """
    engine = make_engine(settings.shared.database_url)
    if engine.dialect.name == "sqlite" and not Path(engine.url.database or "").is_file():
        raise SettingError(
            f"Chưa có cơ sở dữ liệu “{engine.url.database}”. Bạn xem lại HOCSO_INSTANCE: "
            "thư mục dữ liệu của trang đang dùng ở đâu?"
        )


def admin_password_arguments(parser: argparse.ArgumentParser) -> None:
    """Who gets a new password."""
    parser.add_argument("login", help="tên đăng nhập hoặc số điện thoại của người quản trị")


def admin_password(arguments: argparse.Namespace) -> int:
    """`admin-password`: print a temporary password for an administrator, whom nobody else may help.

    Officers and teachers set no secret of staff, and the only administrator of a unit has no colleague.
    """
    settings = WebSettings.load()
    must_be_installed(settings)
    engine = make_engine(settings.shared.database_url)
    try:
        login = service.login_form(arguments.login)
        made = service.temporary_secret(is_staff=True)
        with Database(engine).writer.begin() as db:
            person = db.scalar(select(Person).where(Person.login == login))
            if person is None or "admin" not in person.roles or not person.is_active:
                print("Không có người quản trị nào với tên hoặc số này.", file=sys.stderr)
                return 1
            secret = service.reset_secret(db, person, None, made)
    except service.AccountError as error:
        print(error, file=sys.stderr)
        return 1
    finally:
        engine.dispose()
    print(f"Mật khẩu tạm: {secret}\nDùng trong 3 ngày. Đăng nhập xong phải chọn mật khẩu mới.")
    return 0
