"""Sixty-four people ask while others read: `python -m tests.robustness.askers_beside_readers`.

Prints p50 and p95 of a kept page without and with askers, and what the askers were answered. A refused
asker waits as long as Retry-After says. Exit code 1 if a status is none of 200, 429 (the pace of one
address) and 503, or (with --quiet-machine) if the kept page's median is over 50 ms.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import threading
import time
import urllib.error
import urllib.request
from collections import Counter

from tests.robustness.serving import get, served

QUESTIONS = [
    "VNeID mức 2 làm ở đâu?", "Có người gọi bảo tôi chuyển tiền, làm thế nào?", "Làm sao đặt mật khẩu mạnh?",
    "Mất điện thoại thì làm gì?", "Quên mật khẩu VNeID", "Cách quét mã QR khi trả tiền",
    "Thẻ căn cước hết hạn làm lại ở đâu", "Con tôi xem điện thoại nhiều quá",
]  # fmt: skip


def ask(port: int, number: int, until: float, statuses: Counter[int], times: list[float]) -> None:
    """Ask one question after another; after a refusal, wait as told."""
    while time.monotonic() < until:
        body = json.dumps({"question": f"{QUESTIONS[number % len(QUESTIONS)]} {number}"}).encode()
        request = urllib.request.Request(
            f"http://127.0.0.1:{port}/api/v1/ask", body, {"Content-Type": "application/json"}
        )
        began, pause = time.monotonic(), 0.0
        try:
            with urllib.request.urlopen(request, timeout=60) as came:
                status = came.status
                came.read()
            times.append(time.monotonic() - began)
        except urllib.error.HTTPError as error:
            status, pause = error.code, float(error.headers.get("Retry-After", 1))
        except OSError:
            status = 0
        statuses[status] += 1
        time.sleep(max(0.0, min(pause, until - time.monotonic())))


def read(port: int, seconds: float) -> list[float]:
    """Seconds of each reading of a kept page, ten a second."""
    times = []
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        status, took, _ = get(port, "/hoc", 30)
        times.append(took if status == 200 else 30.0)
        time.sleep(0.1)
    return times


def main() -> int:
    """Run it; returns the exit code."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=15)
    parser.add_argument("--askers", type=int, default=64)
    parser.add_argument("--threads", type=int, default=16)
    parser.add_argument("--quiet-machine", action="store_true")
    given = parser.parse_args()
    statuses: Counter[int] = Counter()
    answered: list[float] = []
    with served(workers=2, threads=given.threads) as port:
        get(port, "/hoc")
        alone = read(port, given.seconds / 3)
        until = time.monotonic() + given.seconds
        askers = [
            threading.Thread(target=ask, args=(port, number, until, statuses, answered))
            for number in range(given.askers)
        ]
        for one in askers:
            one.start()
        beside = read(port, given.seconds)
        for one in askers:
            one.join(70)
    for name, times in (("alone", alone), (f"beside {given.askers} askers", beside)):
        p95 = sorted(times)[int(len(times) * 0.95)]
        print(f"kept page {name}: p50 {statistics.median(times) * 1000:.0f} ms, p95 {p95 * 1000:.0f} ms")
    print(f"answers: {dict(statuses)}; median of an answer {statistics.median(answered or [0]):.2f} s")
    wrong = set(statuses) - {200, 429, 503} or not statuses[200]
    return int(bool(wrong) or (given.quiet_machine and statistics.median(beside) > 0.05))


if __name__ == "__main__":
    sys.exit(main())
