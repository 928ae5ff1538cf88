"""A small HTTP client that costs little: it shares the cores with the server that it measures.

One thread, one epoll, keep-alive connections, the bytes of each request made beforehand. It only looks
at the status and the length of an answer. It stops by itself, after a time or a count.
"""

from __future__ import annotations

import re
import select
import socket
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.I)
BROWSER = "Mozilla/5.0 (Linux; Android 9; SM-A105F) AppleWebKit/537.36 Chrome/120.0.0.0 Mobile Safari/537.36"
LOOPBACK = ("127.0.0.1", "::1", "localhost")


@dataclass
class Tally:
    """What came back: answers by status, their waiting times in ms, and how long all took in seconds."""

    statuses: Counter[int] = field(default_factory=Counter)
    waits_ms: list[float] = field(default_factory=list)
    seconds: float = 0.0
    broken: int = 0
    """Connections that ended without an answer."""

    @property
    def count(self) -> int:
        """All answers, whatever their status."""
        return sum(self.statuses.values())

    @property
    def a_second(self) -> float:
        """Answers a second."""
        return self.count / self.seconds if self.seconds else 0.0

    def percentile(self, share: float) -> float:
        """The waiting time in ms that `share` (0…1) of the answers did not exceed."""
        ordered = sorted(self.waits_ms)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else float("nan")


def get(path: str, host: str, cookie: str = "") -> bytes:
    """The bytes of a GET as a phone's browser sends it."""
    lines = [f"GET {path} HTTP/1.1", f"Host: {host}", f"User-Agent: {BROWSER}"]
    lines += ["Accept: text/html", "Accept-Encoding: gzip, br", "Accept-Language: vi"]
    lines += [f"Cookie: {cookie}"] if cookie else []
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


FORM = "application/x-www-form-urlencoded"


def post(
    path: str, host: str, body: str, cookie: str = "", kind: str = FORM, more: Sequence[str] = ()
) -> bytes:
    """The bytes of a form being sent, or of something else of a `kind`; `more`: lines of the head."""
    lines = [f"POST {path} HTTP/1.1", f"Host: {host}", f"User-Agent: {BROWSER}"]
    lines += ["Accept: text/html", "Accept-Encoding: gzip, br", f"Origin: http://{host}"]
    lines += [f"Content-Type: {kind}", f"Content-Length: {len(body.encode())}", *more]
    lines += [f"Cookie: {cookie}"] if cookie else []
    return ("\r\n".join(lines) + "\r\n\r\n" + body).encode()


class Line:
    """One keep-alive connection that sends its requests one after the other."""

    def __init__(self, host: str, port: int, requests: Iterator[bytes]) -> None:
        self.requests = requests
        self.socket = socket.create_connection((host, port), timeout=30)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.answer = b""
        self.sent_at = 0.0

    def send_next(self) -> bool:
        """Send the next request; False when there is none."""
        request = next(self.requests, None)
        if request is None:
            return False
        self.answer = b""
        self.sent_at = time.perf_counter()
        self.socket.sendall(request)
        return True

    def receive(self) -> int | None:
        """Take what has come; the status when the answer is whole, None before. Raises ConnectionError."""
        piece = self.socket.recv(262_144)
        if not piece:
            raise ConnectionError("closed in the middle of an answer")
        self.answer += piece
        head = self.answer.find(b"\r\n\r\n")
        if head < 0:
            return None
        length = LENGTH.search(self.answer, 0, head)
        status = int(self.answer[9:12])
        if length is None:
            whole = status in (204, 304) or self.answer.endswith(b"0\r\n\r\n")
        else:
            whole = len(self.answer) >= head + 4 + int(length.group(1))
        return status if whole else None


def run(host: str, port: int, scripts: Sequence[Iterator[bytes]], seconds: float) -> Tally:
    """Play each script on a connection of its own, all at once; stop when all ended or time is up.

    Only addresses of this machine are accepted (ValueError): this is a load, not a visit.
    """
    if host not in LOOPBACK:
        raise ValueError("a load is only ever sent to this machine itself")
    tally = Tally()
    poll = select.epoll()
    lines = {}
    for script in scripts:
        line = Line(host, port, script)
        lines[line.socket.fileno()] = line
        poll.register(line.socket, select.EPOLLIN)
    began = time.perf_counter()
    open_lines = {number for number, line in lines.items() if line.send_next()}
    while open_lines and time.perf_counter() - began < seconds:
        for number, _ in poll.poll(0.5):
            if number in open_lines and not _serve(lines[number], tally):
                open_lines.discard(number)
                poll.unregister(number)
    tally.seconds = time.perf_counter() - began
    for line in lines.values():
        line.socket.close()
    poll.close()
    return tally


def _serve(line: Line, tally: Tally) -> bool:
    """Take what came on one connection and go on; False when it is done or broken."""
    try:
        status = line.receive()
        if status is None:
            return True
        tally.waits_ms.append((time.perf_counter() - line.sent_at) * 1000)
        tally.statuses[status] += 1
        return line.send_next()
    except OSError:
        tally.broken += 1
        return False
