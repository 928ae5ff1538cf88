"""The claim on an instance: one server at a time has it, or one `restore`.

Two servers on one instance would answer from one database with two versions of the program; a server that
starts while a database is being put there would begin one of its own in its place.
"""

from __future__ import annotations

import errno
import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

LOCK = "serving.lock"
LOCKLESS = {errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP}
"""What a file system without locks answers (some network folders)."""


class Claimed(RuntimeError):
    """The port or the instance is in use; the sentence says what to do."""


@contextmanager
def only_server(instance: Path, where: str) -> Iterator[None]:
    """Be the only server of `instance` inside the block; `where` (an address, or a deed) is told to others.

    The workers inherit the open file: the claim lasts as long as one of them lives. Raises Claimed.
    """
    descriptor = os.open(instance / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            other = os.pread(descriptor, 200, 0).decode("utf-8", "replace").strip()
            at = f" ở {other}" if other else ""
            raise Claimed(
                f"Thư mục {instance} đang được một Học Số khác dùng{at}. "
                "Bạn dừng nó rồi chạy lại, hoặc đặt HOCSO_INSTANCE sang thư mục khác."
            ) from error
        except OSError as error:
            if error.errno not in LOCKLESS:
                raise
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{where}\n".encode(), 0)
        yield
    finally:
        os.close(descriptor)
