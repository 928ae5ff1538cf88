"""Values over a socket: one JSON object a line."""

from __future__ import annotations

import contextlib
import json
import socket
import threading
import time
from typing import Any

LONGEST = 1 << 20
"""Bytes of one line."""


class Closed(ConnectionError):
    """The other side is gone, or sends what is no line of ours."""


class Lines:
    """One connection. Sending is safe for threads; only one may receive."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._waiting = b""
        self._sending = threading.Lock()

    def send(self, **value: Any) -> None:
        """Send one object. Raises Closed."""
        line = json.dumps(value, ensure_ascii=False).encode() + b"\n"
        try:
            with self._sending:
                self._connection.settimeout(10)
                self._connection.sendall(line)
        except OSError as error:
            raise Closed("the other side is gone") from error

    def receive(self, seconds: float | None) -> dict[str, Any] | None:
        """The next object; None if none came within `seconds` (None: as long as it takes). Raises Closed."""
        end = None if seconds is None else time.monotonic() + seconds
        while b"\n" not in self._waiting:
            if len(self._waiting) > LONGEST:
                raise Closed("a line without end")
            piece = self._read(None if end is None else max(0.0, end - time.monotonic()))
            if piece is None:
                return None
            self._waiting += piece
        line, _, self._waiting = self._waiting.partition(b"\n")
        try:
            value = json.loads(line)
        except ValueError as error:
            raise Closed("no line of ours") from error
        if not isinstance(value, dict):
            raise Closed("no line of ours")
        return value

    def _read(self, seconds: float | None) -> bytes | None:
        try:
            # Zero would mean “do not wait” and fail in another way.
            self._connection.settimeout(None if seconds is None else max(seconds, 0.001))
            piece = self._connection.recv(65536)
        except TimeoutError:
            return None
        except OSError as error:
            raise Closed("the other side is gone") from error
        if not piece:
            raise Closed("the other side is gone")
        return piece

    def close(self) -> None:
        """End the connection; a thread that is receiving wakes up."""
        with contextlib.suppress(OSError):
            self._connection.shutdown(socket.SHUT_RDWR)
        self._connection.close()
