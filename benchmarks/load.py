"""Requests a second and CPU per request of the pages that matter, and 200 learners who save at once.

The real server with two workers, on this machine only, a bounded time for each page.

    python -m benchmarks.load [--seconds 8] [--connections 32]
"""

from __future__ import annotations

import argparse
import itertools
import os
import random
from collections.abc import Iterator
from urllib.parse import urlencode
from uuid import UUID, uuid4

from sqlalchemy import create_engine, text

from benchmarks import client
from benchmarks.figures import Figure, table
from benchmarks.server import Server, running
from benchmarks.visitor import Refused, Visitor, sign_up
from courses.model import Lesson
from courses.reading import reader

LEARNERS = 200
ANSWERS_EACH = 5
WARM_UP_REQUESTS = 3
WARM_UP_SECONDS = 60
LESSON = ("dien-thoai-thong-minh", "nut-va-man-hinh")
LONGEST_SAVING_SECONDS = 120


def measured_lesson() -> Lesson:
    """The lesson that is measured: always the same one, it has three pictures."""
    course, lesson = LESSON
    return reader.load().course(course).lesson(lesson)


def lesson_path(lesson: Lesson) -> str:
    """Its address."""
    return f"/hoc/{lesson.course_id}/{lesson.id}"


def load_page(
    server: Server, name: str, path: str, goal: str, seconds: float, connections: int, cookie: str = ""
) -> Figure:
    """Ask for one page over and over on `connections` lines for `seconds`."""
    request = client.get(path, f"{server.host}:{server.port}", cookie)

    def play(duration: float, *times: int) -> client.Tally:
        scripts = [itertools.repeat(request, *times) for _ in range(connections)]
        return client.run(server.host, server.port, scripts, duration)

    # Each worker makes a page once; that is not what is measured.
    play(WARM_UP_SECONDS, WARM_UP_REQUESTS)
    before = server.cpu_seconds()
    tally = play(seconds)
    return describe(name, tally, server.cpu_seconds() - before, goal, good=200)


def describe(name: str, tally: client.Tally, cpu: float, goal: str, good: int) -> Figure:
    """A figure from a tally; an answer other than `good` is named in the remark."""
    others = {status: count for status, count in tally.statuses.items() if status != good}
    remark = [
        f"{cpu / max(tally.count, 1) * 1000:.2f} ms CPU each",
        f"p50 {tally.percentile(0.5):.0f} ms",
        f"p95 {tally.percentile(0.95):.0f} ms",
    ]
    remark += [f"OTHER ANSWERS {others}"] if others else []
    remark += [f"{tally.broken} CONNECTIONS BROKEN"] if tally.broken else []
    return Figure(name, f"{tally.a_second:,.0f} a second", goal, ", ".join(remark))


def make_learner(server: Server, path: str) -> tuple[str, str]:
    """A learner without an account who answered once: cookie and form token."""
    visitor = Visitor(server.host, server.port)
    fields = {"csrf_token": visitor.token(path), "event": str(uuid4()), "choice": "0"}
    status, _ = visitor.post(path, fields)
    if status != 303:
        raise Refused(f"{path} answers {status} to an answer")
    token = visitor.token(path)
    visitor.close()
    return visitor.cookie, token


def answers(server: Server, path: str, cookie: str, token: str, events: list[UUID]) -> Iterator[bytes]:
    """The requests of one learner: an answer for each event id."""
    for event in events:
        body = urlencode({"csrf_token": token, "event": str(event), "choice": str(random.randrange(3))})
        yield client.post(path, f"{server.host}:{server.port}", body, cookie)


def load_saving(server: Server, name: str) -> Figure:
    """LEARNERS learners answer ANSWERS_EACH times, all at once; then look whether each answer is there."""
    lesson = measured_lesson()
    number = next(place for place, one in enumerate(lesson.questions, 1) if one.kind == "one")
    path = f"{lesson_path(lesson)}/cau-hoi/{number}"
    learners = [make_learner(server, path) for _ in range(LEARNERS)]
    events = [[uuid4() for _ in range(ANSWERS_EACH)] for _ in learners]
    scripts = [
        answers(server, path, cookie, token, mine)
        for (cookie, token), mine in zip(learners, events, strict=True)
    ]
    before = server.cpu_seconds()
    tally = client.run(server.host, server.port, scripts, LONGEST_SAVING_SECONDS)
    figure = describe(name, tally, server.cpu_seconds() - before, "none lost", good=303)
    sent = {str(event) for mine in events for event in mine}
    lost = len(sent - saved_events(server.database_url))
    words = f"{lost} LOST of {len(sent)}" if lost else f"{len(sent)} of {len(sent)} saved"
    return Figure(name, f"{words}, {figure.value}", figure.goal, figure.remark)


def saved_events(database_url: str) -> set[str]:
    """The ids of all answers in the database, read past the application."""
    engine = create_engine(database_url)
    with engine.connect() as connection:
        found = set(connection.scalars(text("SELECT id FROM events WHERE kind = 'answered'")))
    engine.dispose()
    return found


def measure(seconds: float = 8, connections: int = 32) -> list[Figure]:
    """All figures of the server. On PostgreSQL too, where HOCSO_TEST_POSTGRES names one."""
    lesson = lesson_path(measured_lesson())
    with running(workers=2) as server:
        visitor = Visitor(server.host, server.port)
        sign_up(visitor, "nguoi-hoc-thu")
        # The page one comes to shows the welcome once; a browser does not carry it on to each lesson.
        visitor.get("/cua-toi")
        pages = [
            ("first page", "/", "", ""),
            ("lesson, signed out", lesson, "≥ 1,500 a second", ""),
            ("lesson, signed in", lesson, "≥ 800 a second", visitor.cookie),
        ]
        figures = [
            load_page(server, name, path, goal, seconds, connections, cookie)
            for name, path, goal, cookie in pages
        ]
        figures.append(load_saving(server, f"answers of {LEARNERS} learners at once, SQLite"))
        figures.append(Figure("memory of the server", f"{server.memory_mb():,.0f} MB", "", "2 workers"))
    postgres = os.environ.get("HOCSO_TEST_POSTGRES")
    if postgres:
        with running(workers=2, database_url=postgres) as server:
            figures.append(load_saving(server, f"answers of {LEARNERS} learners at once, PostgreSQL"))
    return figures


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Load the server of this machine.")
    parser.add_argument("--seconds", type=float, default=8)
    parser.add_argument("--connections", type=int, default=32)
    arguments = parser.parse_args()
    print(table(measure(min(arguments.seconds, 60), min(arguments.connections, 256))))


if __name__ == "__main__":
    main()
