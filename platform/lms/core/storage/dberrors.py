"""What an error of the database or the disk means for the person whose words were not saved."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from http import HTTPStatus

from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session

from lms.core.database import start_again, writing
from lms.core.language import gettext as _
from lms.core.storage import disk
from lms.core.storage.availability import DatabaseAway

FULL = HTTPStatus.INSUFFICIENT_STORAGE
BUSY = HTTPStatus.SERVICE_UNAVAILABLE
RETRY_SECONDS = {FULL: 300, BUSY: 30}

# The low byte of SQLite's code is the kind; the rest says where it happened.
SQLITE_KINDS = {
    sqlite3.SQLITE_FULL: FULL,
    sqlite3.SQLITE_READONLY: FULL,
    sqlite3.SQLITE_IOERR: FULL,
    sqlite3.SQLITE_CANTOPEN: FULL,
    sqlite3.SQLITE_BUSY: BUSY,
    sqlite3.SQLITE_LOCKED: BUSY,
}
# SQLSTATE, or its class of two letters: PostgreSQL's manual, appendix A.
POSTGRES_KINDS = {
    "53100": FULL,  # disk_full
    "58030": FULL,  # io_error
    "25006": FULL,  # read_only_sql_transaction
    "55P03": BUSY,  # lock_not_available
    "57014": BUSY,  # query_canceled: the statement took too long
    "40": BUSY,  # serialization failure, deadlock
    "53": BUSY,  # too many connections, out of memory
    "57": BUSY,  # stopping, starting
    "08": BUSY,  # connection lost
}


def kind_of(error: BaseException | None) -> HTTPStatus | None:
    """507 where the disk takes nothing, 503 where waiting helps; None for an error of the program."""
    if isinstance(error, (PoolTimeout, DatabaseAway)):
        return BUSY
    if isinstance(error, OSError):
        return FULL if error.errno is not None and disk.word_of(error) != "error" else None
    if not isinstance(error, DBAPIError):
        return None
    if isinstance(error.orig, sqlite3.Error):
        code = getattr(error.orig, "sqlite_errorcode", 0) or 0
        return SQLITE_KINDS.get(code & 0xFF)
    state = getattr(error.orig, "sqlstate", None)
    if state is None:
        # No answer from the server at all: it is away, or the network is.
        return BUSY if error.connection_invalidated or type(error).__name__ == "OperationalError" else None
    return POSTGRES_KINDS.get(state, POSTGRES_KINDS.get(state[:2]))


def saved_if_possible(write: Callable[[Session], object]) -> bool:
    """Save at once something that nobody waits for; False where disk or database take nothing now.

    Raises what is an error of the program.
    """
    try:
        write(writing())
        writing().commit()
    except (SQLAlchemyError, OSError) as error:
        if kind_of(error) is None:
            raise
        start_again()
        return False
    return True


def words(kind: HTTPStatus, saving: bool) -> tuple[str, str]:
    """Title and advice of the page; `saving`: something was sent that is not saved now."""
    if kind == FULL:
        return (
            _("Máy chủ hết chỗ, chưa lưu được"),
            _("Bạn chép lại điều vừa gõ. Bạn báo người giữ máy dọn đĩa, rồi gửi lại."),
        )
    if saving:
        return (
            _("Máy đang bận, chưa lưu được"),
            _("Lỗi này không phải do bạn. Bạn chờ một phút rồi gửi lại."),
        )
    return _("Máy đang bận"), _("Lỗi này không phải do bạn. Bạn chờ một phút rồi mở lại.")
