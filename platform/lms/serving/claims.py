"""The port that a server claims before it does anything else.

granian opens its port with SO_REUSEPORT, so that its workers share it: a second server of the same user
joins without a word, and the kernel deals the visitors out among both. (The claim on the instance is
`lms.core.storage.claim`.)
"""

from __future__ import annotations

import errno
import socket

from lms.core.storage.claim import Claimed


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
