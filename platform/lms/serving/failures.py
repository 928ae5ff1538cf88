"""An error of the machine as one sentence that says what happened and what to do."""

from __future__ import annotations

import errno
import os
import sqlite3
import tempfile
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfoNotFoundError

from sqlalchemy.exc import DBAPIError

from lms.core.config import SettingError
from lms.core.database import StorageError
from lms.core.log import mask
from lms.core.storage.claim import Claimed

LOG = "errors.log"
LOG_BYTES = 1_000_000
"""A longer log is begun anew: a start that fails again and again must not fill the disk."""

FULL = "Đĩa đã đầy. Dữ liệu cũ còn nguyên. Bạn xóa bớt tệp không cần trên máy (xem: df -h), rồi chạy lại."
NOT_WRITABLE = (
    "Không ghi được vào {where}. Bạn cấp quyền ghi cho thư mục ấy, hoặc đặt HOCSO_INSTANCE "
    "sang một thư mục ghi được."
)
DISK_FULL = {errno.ENOSPC, errno.EDQUOT}
FORBIDDEN = {errno.EACCES, errno.EPERM, errno.EROFS}
NO_FOLDER = {errno.ENOENT, errno.ENOTDIR, errno.EEXIST, errno.ENAMETOOLONG, errno.ELOOP}
NO_FILES_LEFT = {errno.EMFILE, errno.ENFILE}


def explain(error: BaseException, instance: Path | None = None) -> str:
    """One sentence or two for `error`; its traceback goes to a file if nobody can tell the cause from it."""
    for one in _causes(error):
        known = _known(one, instance)
        if known:
            return known
    first = mask(next(iter(str(error).strip().splitlines()), ""))
    what = f"{type(error).__name__}: {first}" if first else type(error).__name__
    return f"lỗi chưa lường trước ({what[:300]}). Chi tiết ở {_write_down(error, instance)}"


def _causes(error: BaseException) -> Iterator[BaseException]:
    """`error`, what a database library wrapped in it, and what it came from."""
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        yield current
        if isinstance(current, DBAPIError) and current.orig is not None:
            yield current.orig
        current = current.__cause__ or current.__context__


def _known(error: BaseException, instance: Path | None) -> str | None:
    if isinstance(error, (sqlite3.Error, StorageError)):
        of_disk = _of_sqlite(str(error), instance)
        if of_disk:
            return of_disk
    if isinstance(error, (SettingError, StorageError, Claimed)):
        return str(error)
    if isinstance(error, OSError):
        return _of_system(error, instance)
    if isinstance(error, ZoneInfoNotFoundError):
        return "Máy này thiếu dữ liệu múi giờ. Bạn chạy: .venv/bin/python -m pip install tzdata"
    if isinstance(error, MemoryError):
        return "Máy hết bộ nhớ. Bạn đóng bớt chương trình khác, hoặc đặt HOCSO_WORKERS=1, rồi chạy lại."
    if isinstance(error, ModuleNotFoundError):
        return f"Thiếu thư viện “{error.name}”. Bạn chạy lại: make run"
    if type(error).__module__.split(".")[0] == "psycopg" and type(error).__name__ == "OperationalError":
        return _of_postgres(str(error))
    return None


def _of_system(error: OSError, instance: Path | None) -> str | None:
    where = error.filename or instance or "thư mục dữ liệu"
    if isinstance(where, bytes):
        where = where.decode("utf-8", "replace")
    if error.errno in DISK_FULL:
        return FULL
    if error.errno == errno.EFBIG:
        return f"Tệp {where} lớn hơn mức máy này cho phép (xem: ulimit -f). Bạn nới mức ấy rồi chạy lại."
    if error.errno in FORBIDDEN:
        return NOT_WRITABLE.format(where=where)
    if error.errno in NO_FOLDER and error.filename and _is_of(error.filename, instance):
        return (
            f"Không tạo được thư mục {instance}. Bạn xem đường dẫn ấy có đúng không, "
            "hoặc đặt HOCSO_INSTANCE sang thư mục khác."
        )
    if error.errno in NO_FILES_LEFT:
        return "Máy không cho mở thêm tệp (xem: ulimit -n). Bạn đặt ulimit -n 1024 rồi chạy lại."
    return None


def _is_of(name: str | bytes | int, instance: Path | None) -> bool:
    """Whether a path lies in the instance, or the instance in it: then the instance cannot be made."""
    if instance is None or not isinstance(name, str):
        return False
    path = Path(name)
    return path == instance or path in instance.parents or instance in path.parents


def _of_sqlite(words: str, instance: Path | None) -> str | None:
    words = words.lower()
    if "disk is full" in words or "no space left" in words:
        return FULL
    if "disk i/o error" in words:
        return "Không ghi được vào đĩa: đĩa đã đầy hoặc hỏng. Bạn xem df -h và dmesg, rồi chạy lại."
    if "readonly database" in words or "unable to open database file" in words:
        return NOT_WRITABLE.format(where=instance or "thư mục của cơ sở dữ liệu")
    if "database is locked" in words:
        return "Cơ sở dữ liệu đang bận: một chương trình khác giữ nó. Bạn chờ một phút rồi chạy lại."
    return None


def _of_postgres(words: str) -> str:
    first = mask(next(iter(words.strip().splitlines()), ""))
    return (
        f"Không nối được PostgreSQL ({first}). Bạn xem máy chủ cơ sở dữ liệu có chạy không, "
        "và database_url có đúng không."
    )


def _write_down(error: BaseException, instance: Path | None) -> str:
    """Add the traceback to the log of the instance, else of the temporary folder; returns where it stands."""
    words = mask("".join(traceback.format_exception(error)))
    for folder in (instance, Path(tempfile.gettempdir())):
        if folder is None:
            continue
        path = folder / (LOG if folder == instance else f"hocso-{LOG}")
        try:
            begins_anew = path.exists() and path.stat().st_size >= LOG_BYTES
            # In a folder that others may write to, a link of that name would lead to a file of ours.
            flags = os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW | (os.O_TRUNC if begins_anew else os.O_APPEND)
            with open(os.open(path, flags, 0o600), "w", encoding="utf-8") as log:  # noqa: PTH123 - a descriptor
                log.write(f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC\n{words}\n")
            return str(path)
        except OSError:
            continue
    return f"đây:\n{words}"
