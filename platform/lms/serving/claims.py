"""What a server claims before it does anything else: its port, and its instance.

granian opens its port with SO_REUSEPORT, so that its workers share it: a second server of the same user
joins without a word, and the kernel deals the visitors out among both. And two servers on one instance
would answer from one database with two versions of the program.
"""

from __future__ import annotations

import errno
import fcntl
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

LOCK = "serving.lock"
LOCKLESS = {errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP}
"""What a file system without locks answers (some network folders)."""


class Claimed(RuntimeError):
    """The port or the instance is in use; the sentence says what to do."""


def refuse_taken_port(host: str, port: int) -> None:
    """Raise Claimed, in one sentence, if this machine cannot listen on `host`:`port` now.

    The sockets are opened without SO_REUSEPORT, so that even a server of ours counts as another program,
    and closed again. `::` covers the IPv4 addresses too, as in granian.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (socket.gaierror, UnicodeError) as error:
        raise Claimed(f"host = “{host}”: máy này không biết địa chỉ ấy. Thử: HOCSO_HOST=127.0.0.1") from error
    for family, kind, protocol, _, address in found:
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if family == socket.AF_INET6:
                probe.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
            try:
                probe.bind(address)
            except OSError as error:
                raise Claimed(_why_not(error, host, port)) from error


def _why_not(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        free = port + 1 if port < 65535 else 8000
        return (
            f"Cổng {port} đang có chương trình khác dùng. Học Số đã chạy ở cửa sổ khác? "
            f"Bạn dừng nó rồi chạy lại, hoặc chọn cổng khác: HOCSO_PORT={free} make run"
        )
    if error.errno in (errno.EACCES, errno.EPERM):
        return (
            f"Người dùng này không được mở cổng {port}: cổng dưới 1024 là của quản trị máy. "
            "Bạn chọn cổng khác: HOCSO_PORT=8000 make run"
        )
    if error.errno == errno.EADDRNOTAVAIL:
        return f"host = “{host}” không phải địa chỉ của máy này. Thử: HOCSO_HOST=127.0.0.1 hoặc 0.0.0.0"
    return f"Không mở được cổng {port} ở “{host}”: {error.strerror}."


@contextmanager
def only_server(instance: Path, where: str) -> Iterator[None]:
    """Be the only server of `instance` inside the block; `where` (an address) is told to a second one.

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


def is_served(instance: Path) -> bool:
    """Whether a server holds `instance` now."""
    try:
        descriptor = os.open(instance / LOCK, os.O_RDWR)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    finally:
        os.close(descriptor)
    return False
