"""Thousands of requests that nobody would send on purpose, by each kind of person, over every route.

    python -m tests.robustness.fuzz_requests --requests 60000 [--seed 1] [--processes 2]

Each process has a commune of its own with the real embedder. Forms are taken from the pages themselves, and
one or more of their fields get a nasty value; addresses, headers, files and JSON too. Exit 1 if any answer is
a 500 or takes longer than --seconds of CPU; each is printed with what was sent.
"""

from __future__ import annotations

import argparse
import io
import json
import multiprocessing
import random
import re
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from tests.robustness import ROOT, nasty

METHODS = ("GET", "GET", "GET", "POST", "POST", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH")
PEOPLE = ("", "", "banam", "cohoa", "canbo", "quantri")
KEPT_OUT = ("/dang-xuat", "/tai-khoan/xoa", "/tai-khoan/thiet-bi")
"""What ends the session that asks, or the account: asked only now and then, or nothing else would be."""


class Fuzzer:
    """One commune and the people in it, each on a device that is signed in again when it was thrown out."""

    def __init__(self, folder: Path, seed: int) -> None:
        from lms import demo
        from lms.app import create_app
        from lms.cli import prepare
        from lms.core.config import WebSettings

        settings = WebSettings.load({"HOCSO_INSTANCE": str(folder)})
        prepare(settings)
        demo.fill(settings)
        self.app = create_app(settings)
        self.app.config["WTF_CSRF_ENABLED"] = False
        self.pin = demo.PIN
        self.dice = random.Random(seed)
        self.forms: list[tuple[str, str, str, dict[str, str]]] = []
        self.rules = [rule for rule in self.app.url_map.iter_rules() if rule.endpoint != "static"]
        self.clients = {person: self.sign_in(person) for person in dict.fromkeys(PEOPLE)}
        for person in self.clients:
            self.walk(person)

    def sign_in(self, person: str):
        """A device of somebody; of nobody for an empty login."""
        client = self.app.test_client()
        if person:
            client.post("/dang-nhap", data={"login": person, "secret": self.pin})
        return client

    def walk(self, person: str, most: int = 120) -> None:
        """Follow links and remember every form that somebody can see."""
        from bs4 import BeautifulSoup

        waiting, seen = ["/", "/hoc", "/cua-toi", "/lop", "/quay", "/kho", "/quan-tri"], set()
        while waiting and len(seen) < most:
            path = waiting.pop(0)
            shape = re.sub(r"\d+|[0-9a-f-]{20,}", "N", path.split("?")[0])
            if shape in seen:
                continue
            seen.add(shape)
            came = self.clients[person].get(path)
            if came.mimetype != "text/html" or came.status_code != 200:
                continue
            page = BeautifulSoup(came.get_data(as_text=True), "html.parser")
            waiting += [
                link["href"] for link in page.select("a[href^='/']") if "dang-xuat" not in link["href"]
            ]
            for form in page.select("form"):
                fields = {
                    one["name"]: one.get("value") or one.get_text() or "1"
                    for one in form.select("[name]")
                    if one.get("name")
                }
                self.forms.append(
                    (person, (form.get("method") or "get").upper(), form.get("action") or path, fields)
                )

    def address(self) -> str:
        """An address of some route, its parts filled with what may or may not be there."""
        rule = self.dice.choice(self.rules)
        path = re.sub(
            r"<(?:[^:<>]+:)?[^<>]+>",
            lambda _part: self.dice.choice(("1", "2", "0", "9" * 25, nasty.word(self.dice)[:300])),
            rule.rule,
        )
        if self.dice.random() < 0.4:
            path += "?" + "&".join(
                f"{name}={nasty.word(self.dice)[:2_000]}"
                for name in self.dice.sample(
                    ("tiep", "trang", "q", "muc", "cau", "loai", "ngon-ngu", "utm_source"), 2
                )
            )
        return path

    def request(self) -> tuple[str, dict]:
        """(who, what to give to the client's `open`)."""
        dice = self.dice
        headers = [dice.choice(nasty.HEADERS) for _ in range(dice.choice((0, 0, 0, 1, 2)))]
        if self.forms and dice.random() < 0.6:
            owner, method, path, fields = dice.choice(self.forms)
            who = owner if dice.random() < 0.85 else dice.choice(PEOPLE)
            data: dict = dict(fields)
            for name in dice.sample(sorted(data), min(len(data), dice.choice((0, 1, 1, 2, 5)))):
                data[name] = nasty.word(dice)
            if dice.random() < 0.05:
                data |= {
                    nasty.word(dice)[:200] or "x": nasty.word(dice)[:200]
                    for _ in range(dice.choice((1, 30, 3_000)))
                }
            if any(name in data for name in ("file", "tep", "emblem")) or dice.random() < 0.03:
                name = next((one for one in ("file", "tep", "emblem") if one in data), "file")
                content = nasty.spoiled(dice.choice(nasty.WORDS).encode("utf-8", "surrogatepass") * 3, dice)
                data[name] = (io.BytesIO(content), nasty.word(dice)[:80].replace("\x00", "") or "a.csv")
        else:
            who, method, path, data = dice.choice(PEOPLE), dice.choice(METHODS), self.address(), {}
        if path.startswith(KEPT_OUT) and dice.random() < 0.98:
            path = "/hoc"
        sent: dict = {"path": path, "method": method, "headers": headers}
        if method == "GET":
            sent["query_string"] = {k: v for k, v in data.items() if isinstance(v, str)} or None
        elif dice.random() < 0.1 or path.startswith("/api/"):
            body = {
                "question": nasty.word(dice),
                "register": nasty.word(dice),
                "history": [nasty.word(dice)[:500]],
            }
            text = json.dumps(
                dice.choice((body, [], {}, None, 1, [body], {"question": [1]}, {"question": None}))
            )
            sent["data"] = text if dice.random() < 0.7 else nasty.word(dice).encode("utf-8", "surrogatepass")
            sent["content_type"] = "application/json"
        else:
            sent["data"] = data
        return who, sent

    def run(self, count: int, seconds: float) -> tuple[Counter, list[str]]:
        """(answers by status, what must not be)."""
        statuses: Counter = Counter()
        bad: list[str] = []
        for number in range(count):
            who, sent = self.request()
            began = time.process_time()
            try:
                came = self.clients[who].open(**sent)
                came.get_data()
                status = came.status_code
            except (UnicodeError, ValueError) as error:
                # The client itself could not write it down: no server was asked.
                if not _of_client(error):
                    raise
                statuses["not sent"] += 1
                continue
            spent = time.process_time() - began
            statuses[status] += 1
            if status >= 500 and not (status == 503 and came.headers.get("Retry-After")):
                bad.append(f"{status} {who or 'guest'} {_short(sent)}")
            if spent > seconds:
                bad.append(f"{spent:.1f} CPU s, {who or 'guest'} {_short(sent)}")
            if number % 1_000 == 999:
                print(f"{number + 1} requests, {len(bad)} bad", file=sys.stderr, flush=True)
            if number % 200 == 199:
                self.clients = {person: self.sign_in(person) for person in self.clients}
        return statuses, bad


def _of_client(error: Exception) -> bool:
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return (
        trace is None
        or "werkzeug" in trace.tb_frame.f_code.co_filename
        or "urllib" in trace.tb_frame.f_code.co_filename
    )


def _short(sent: dict) -> str:
    return repr({name: value for name, value in sent.items() if value})[:700]


def _work(arguments: tuple[int, int, float]) -> tuple[Counter, list[str]]:
    seed, count, seconds = arguments
    with tempfile.TemporaryDirectory() as folder:
        return Fuzzer(Path(folder), seed).run(count, seconds)


def main() -> int:
    """Run it; 1 if something must not be."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=60_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=3.0)
    parser.add_argument("--processes", type=int, default=2)
    chosen = parser.parse_args()
    share = chosen.requests // chosen.processes
    work = [(chosen.seed + number, share, chosen.seconds) for number in range(chosen.processes)]
    # A process that dies (native code reads people's words) breaks the pool: that is a finding, not a wait.
    with ProcessPoolExecutor(chosen.processes, multiprocessing.get_context("spawn")) as pool:
        results = list(pool.map(_work, work))
    statuses = sum((result[0] for result in results), Counter())
    bad = [line for result in results for line in result[1]]
    print(
        json.dumps(
            {
                "requests": sum(statuses.values()),
                "bad": len(bad),
                "answers": {str(k): n for k, n in statuses.most_common()},
            }
        )
    )
    print("\n".join(bad[:20]), file=sys.stderr)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.path[:0] = [str(ROOT), str(ROOT / "platform")]
    raise SystemExit(main())
