"""`python -m tests.robustness.saving_beside_asking [ANSWERS]`: officers save while somebody asks.

A real server with ANSWERS checked answers (203 without a number). One person asks lesson questions, one after
the other; one answer is saved, then forty documents are published. It prints the slowest question with
and without a saving, the processor time of the server, and how soon what was saved is answered; it exits
1 if that never comes, if a question fails, or if lessons are no longer searched by their meaning.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from urllib.request import Request, urlopen

from assistant.knowledge.store import KnowledgeStore
from assistant.storage import make_engine
from benchmarks.server import Server, running

ANSWERS, DOCUMENTS, SECTIONS = 203, 40, 8
ASKED_EACH = 60
MOST_CPU, LONGEST_WAIT = 120.0, 1200.0
"""Processor seconds of the server's processes after which what is waited for counts as lost; on a
machine that others use these take longer, but never longer than so many seconds."""
QUESTIONS = (
    "Mã OTP là gì?", "Làm sao để đặt mật khẩu mạnh?", "VNeID mức độ 2 làm ở đâu?", "Bật Wi-Fi thế nào?",
    "Gửi ảnh qua Zalo làm sao?", "Ai gọi tự xưng công an thì làm gì?", "Chuyển tiền nhầm thì làm gì?",
    "Xem tin giả ra sao?", "Đăng ký khai sinh qua mạng thế nào?", "AI là gì?",
)  # fmt: skip
SAVED = "Trụ sở thôn Đông mở cửa mấy giờ?"
FEE = "Làm thẻ thư viện số 0 qua mạng hết bao nhiêu tiền?"
THINGS = ("thẻ thư viện", "sân bóng", "phòng họp thôn", "bãi giữ xe", "quầy chợ", "máy bơm", "tủ thuốc")


def post(server: Server, question: str) -> dict:
    """One question to the assistant."""
    body = json.dumps({"question": question}).encode()
    asked = Request(f"{server.url}/api/v1/ask", body, {"Content-Type": "application/json"})
    with urlopen(asked, timeout=120) as came:
        return json.load(came)


def health(server: Server) -> dict:
    """What /healthz says."""
    with urlopen(f"{server.url}/healthz", timeout=60) as came:
        return json.load(came)


def ask_all(server: Server, times: int) -> tuple[list[float], float]:
    """(seconds of each question, processor seconds of the server)."""
    before, took = server.cpu_seconds(), []
    for number in range(times):
        began = time.perf_counter()
        post(server, QUESTIONS[number % len(QUESTIONS)])
        took.append(time.perf_counter() - began)
    return took, server.cpu_seconds() - before


@dataclass(frozen=True)
class Waited:
    """How long something took to come. `cpu`: of all the server's processes, in seconds."""

    came: bool
    seconds: float
    cpu: float

    def __str__(self) -> str:
        return f"{'after' if self.came else 'not within'} {self.seconds:.0f} s more, {self.cpu:.1f} s of CPU"


def until(server: Server, true: Callable[[], bool]) -> Waited:
    """Wait until `true()`, or the server has worked too long for it."""
    began, last, worked = time.monotonic(), server.cpu_seconds(), 0.0
    while True:
        came, now = true(), server.cpu_seconds()
        # What a process had used is no longer counted when it has ended.
        worked, last = worked + max(0.0, now - last), now
        waited = Waited(came, time.monotonic() - began, worked)
        if came or waited.cpu > MOST_CPU or waited.seconds > LONGEST_WAIT:
            return waited
        time.sleep(1.0)


def save_answer(store: KnowledgeStore, question: str, text: str) -> None:
    """As an officer's desk does."""
    store.put_verified(
        question, text, "Quầy xã", "", None, "Quầy xã", other_questions=[f"Cho hỏi {question}"]
    )


def publish(store: KnowledgeStore, count: int) -> None:
    """Documents of eight sections, one with a fee."""
    for number in range(count):
        thing = f"{THINGS[number % len(THINGS)]} số {number}"
        at_the_desk, online = f"{5 + number}.000 đồng", f"{2 + number}.000 đồng"
        lines = [f"Làm {thing} tại quầy hết {at_the_desk}. Làm {thing} qua mạng hết {online}."]
        lines += [f"Điều {one} của {thing}: người dân gửi đơn, cán bộ trả lời." for one in range(1, SECTIONS)]
        sections = [{"heading": f"Mục {one}", "lines": [["text", line]]} for one, line in enumerate(lines, 1)]
        data = {"kind": "", "empty_pages": 0, "becomes": "", "sections": sections}
        store.put_entry(
            "document",
            f"quy-dinh-{number}",
            title=f"Quy định về {thing}",
            data=data,
            read_on=date(2026, 11, 1),
        )


def waiting(server: Server) -> int:
    """How many texts have no vector yet."""
    return health(server)["vectors"]["waiting"]


def lost_of(server: Server, wanted: dict[str, Callable[[], bool]]) -> list[str]:
    """Wait for each in turn and tell how long it took; those that did not come."""
    lost = []
    for name, true in wanted.items():
        waited = until(server, true)
        print(f"{name}: {waited}", flush=True)
        lost += [] if waited.came else [name]
    return lost


def told(name: str, seconds: list[float], cpu: float) -> None:
    """One line of figures."""
    ordered = sorted(seconds)
    print(
        f"{name}: {len(ordered)} questions, median {ordered[len(ordered) // 2] * 1000:.0f} ms, "
        f"slowest {ordered[-1] * 1000:.0f} ms, server CPU {cpu:.1f} s",
        flush=True,
    )


def main() -> int:
    """Measure, and say what was lost."""
    answers = int(sys.argv[1]) if len(sys.argv) > 1 else ANSWERS
    lost = []
    with running() as server:
        store = KnowledgeStore(make_engine(server.database_url))
        for number in range(answers):
            save_answer(store, f"Việc thứ {number} của thôn Đông nộp giấy ở đâu?", f"Nộp ở quầy {number}.")
        time.sleep(5)
        print(f"{answers} saved answers have vectors: {until(server, lambda: waiting(server) == 0)}")
        print(f"memory of all processes (PSS): {pss(server):.0f} MB", flush=True)
        ask_all(server, 20)
        told("nobody saves", *ask_all(server, ASKED_EACH))
        save_answer(store, SAVED, "Từ 7 giờ 15.")
        told("one checked answer saved", *ask_all(server, ASKED_EACH))
        wanted = {"the saved answer is given": lambda: "7 giờ 15" in post(server, SAVED)["text"]}
        wanted["it has its vector"] = lambda: waiting(server) == 0
        lost += lost_of(server, wanted)
        publish(store, DOCUMENTS)
        told(f"{DOCUMENTS} documents published", *ask_all(server, ASKED_EACH))
        print(f"search right after: {health(server)['search']}", flush=True)
        lost += ["search by meaning"] if health(server)["search"] != "hybrid" else []
        wanted = {"the new fee is given": lambda: "2.000" in post(server, FEE)["text"]}
        wanted["half have vectors"] = lambda: waiting(server) <= DOCUMENTS * SECTIONS
        wanted["all have vectors"] = lambda: waiting(server) == 0
        lost += lost_of(server, wanted)
        print(f"memory of all processes (PSS): {pss(server):.0f} MB")
    print("lost: " + (", ".join(lost) or "nothing"))
    return 1 if lost else 0


def pss(server: Server) -> float:
    """Memory of the server's processes, shared pages divided among those that share them, in MB."""
    total = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rsplit(") ", 1)[1].split()
            if int(fields[2]) != server.group:
                continue
            lines = (stat.parent / "smaps_rollup").read_text().splitlines()
            own = next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
            total += own
            print(f"  process {stat.parent.name}: {own / 1024:.0f} MB")
        except (OSError, IndexError, StopIteration):
            continue
    return total / 1024


if __name__ == "__main__":
    sys.exit(main())
