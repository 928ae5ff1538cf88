"""Slow senders beside readers: `python -m tests.robustness.slow_bodies [--seconds 30]`.

Three times sixteen senders a worker give a byte a second of a form, others stop in the headers or send
nothing, and a list of 1 MB comes at 40 kB a second. Meanwhile pages are asked for. Exit code 1 if a page
took over two seconds or failed, or the honest list was not taken.
"""

from __future__ import annotations

import argparse
import socket
import statistics
import sys
import threading
import time

from tests.robustness.serving import get, served

MOST_SECONDS = 2.0
KINDS = {
    "a byte a second": b"POST /dang-nhap HTTP/1.1\r\nHost: a\r\nContent-Length: 60000\r\n\r\n",
    "half of the headers": b"GET /hoc HTTP/1.1\r\nHost: a\r\nX-Slow: ",
    "nothing": b"",
}


def send_slowly(port: int, head: bytes, until: float, piece: bytes, pause: float) -> None:
    """Keep one connection busy, and open another when the server ends it."""
    while time.monotonic() < until:
        try:
            with socket.create_connection(("127.0.0.1", port), 5) as one:
                one.sendall(head)
                while time.monotonic() < until:
                    time.sleep(pause)
                    if piece:
                        one.sendall(piece)
        except OSError:
            time.sleep(0.1)


def upload(port: int, size: int, rate: int, told: list[str]) -> None:
    """Send an honest file slowly; puts the status line into `told`."""
    head = f"POST /dang-nhap HTTP/1.1\r\nHost: a\r\nContent-Length: {size}\r\nConnection: close\r\n\r\n"
    with socket.create_connection(("127.0.0.1", port), 30) as one:
        one.sendall(head.encode())
        for _ in range(0, size, rate):
            one.sendall(b"a" * rate)
            time.sleep(1)
        told.append(one.recv(100).split(b"\r\n")[0].decode())


def main() -> int:
    """Run it; returns the exit code."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=30)
    seconds = parser.parse_args().seconds
    failed = False
    with served(workers=2, threads=16) as port:
        get(port, "/hoc")
        until = time.monotonic() + seconds
        for head in KINDS.values():
            for _ in range(16 * 2 * 3):
                piece = b"a" if head else b""
                threading.Thread(
                    target=send_slowly, args=(port, head, until, piece, 1.0), daemon=True
                ).start()
        told: list[str] = []
        honest = threading.Thread(target=upload, args=(port, 1_000_000, 40_000, told))
        honest.start()
        times: dict[str, list[float]] = {"/hoc": [], "/healthz": [], "/dang-nhap": []}
        bad: list[tuple[str, int]] = []
        while time.monotonic() < until:
            for path, taken in times.items():
                status, took, _ = get(port, path, 12)
                taken.append(took)
                if status != 200:
                    bad.append((path, status))
            time.sleep(0.2)
        honest.join(60)
    for path, taken in times.items():
        print(
            f"{path}: {len(taken)} requests, median {statistics.median(taken):.3f} s, most {max(taken):.3f} s"
        )
        failed |= max(taken) > MOST_SECONDS
    print(f"not 200: {bad or 'none'}; the list of 1 MB: {told or 'no answer'}")
    # Without its form's token the honest sender is told so: it was read to its end.
    return int(failed or bool(bad) or not told or " 400 " not in told[0])


if __name__ == "__main__":
    sys.exit(main())
