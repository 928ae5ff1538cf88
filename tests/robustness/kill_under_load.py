"""kill -9 of the whole server while many learners save: nothing that was acknowledged may be lost.

    python -m tests.robustness.kill_under_load [--kills 100] [--learners 200] [--minutes 180]
    bash .ci/postgres python -m tests.robustness.kill_under_load --backend postgresql

Learners answer questions, some ask the assistant, a teacher saves lists of eight names. What got its answer
303 is written down here and looked for in the database after each kill; a list is there whole or not at all.
The database's own check runs at the end. Exit 1 on any loss.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

from sqlalchemy import bindparam, text

from benchmarks.load import lesson_path, measured_lesson
from benchmarks.visitor import Visitor
from tests.robustness.server import Server, database, unsound

LIST_LENGTH = 8
QUESTION = "Giống lúa ST25 gieo mấy cân một sào?"
ONE_ASKS_OF = 40
"""One learner of so many asks in a round: an address may ask 300 times in ten minutes."""


@dataclass
class Told:
    """What people were told is saved, and what they sent without hearing of it."""

    answers: set[str] = field(default_factory=set)
    questions: set[str] = field(default_factory=set)
    lists: set[str] = field(default_factory=set)
    lists_sent: set[str] = field(default_factory=set)
    refused: dict[int, int] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, status: int, kept: set[str], what: str) -> None:
        """Write down one answer of the server."""
        with self.lock:
            if status == 303:
                kept.add(what)
            else:
                self.refused[status] = self.refused.get(status, 0) + 1


class Learner:
    """A guest who answered once, so that a form token and a cookie are there."""

    def __init__(self, server: Server, path: str) -> None:
        self.server, self.path = server, path
        visitor = server.visitor()
        fields = {"csrf_token": visitor.token(path), "event": str(uuid4()), "choice": "0"}
        status, _ = visitor.post(path, fields)
        assert status == 303, f"an answer was not taken: {status}"
        self.token = visitor.token(path)
        self.cookies = dict(visitor.cookies)
        visitor.close()

    def visitor(self) -> Visitor:
        """The same device with a fresh connection."""
        visitor = self.server.visitor()
        visitor.cookies = dict(self.cookies)
        return visitor

    def learn(self, told: Told, stop: threading.Event, asks: bool) -> None:
        """Answer again and again until the server is gone; ask once, if it is one's turn."""
        visitor = self.visitor()
        try:
            if asks:
                fields = {"csrf_token": self.token, "question": f"{QUESTION} {uuid4().hex[:6]}"}
                status, _ = visitor.post("/hoi", fields)
                told.note(status, told.questions, fields["question"])
            while not stop.is_set():
                event = str(uuid4())
                fields = {"csrf_token": self.token, "event": event, "choice": str(random.randrange(3))}
                status, _ = visitor.post(self.path, fields)
                told.note(status, told.answers, event)
                stop.wait(random.random())
        except OSError:
            pass  # killed in the middle: not acknowledged, may be there or not
        except Exception as error:  # a broken answer of http.client
            if "http" not in type(error).__module__:
                raise
        finally:
            visitor.close()


class Teacher:
    """Saves lists of made-up names."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.visitor = server.signed_in("cohoa")
        with server.engine().connect() as connection:
            self.path = f"/lop/{connection.scalar(text('SELECT min(id) FROM classes'))}/them"
        self.token = self.visitor.token(self.path)

    def save_lists(self, told: Told, stop: threading.Event) -> None:
        """Save list after list until the server is gone."""
        visitor = self.server.visitor()
        visitor.cookies = dict(self.visitor.cookies)
        try:
            while not stop.is_set():
                mark = f"L{uuid4().hex[:10]}"
                names = "\n".join(f"Nguyễn Văn {mark} {number}" for number in range(LIST_LENGTH))
                fields = {"csrf_token": self.token, "list": names, "save": "1", "consent": "y"}
                with told.lock:
                    told.lists_sent.add(mark)
                status, _ = visitor.post(self.path, fields)
                told.note(status, told.lists, mark)
                stop.wait(0.2)
        except Exception as error:
            if not isinstance(error, OSError) and "http" not in type(error).__module__:
                raise
        finally:
            visitor.close()


def round_of_load(learners: list[Learner], teacher: Teacher, told: Told, seconds: float, kill) -> None:
    """Everybody at once for `seconds`, then `kill`."""
    stop = threading.Event()
    lucky = set(random.sample(range(len(learners)), max(1, len(learners) // ONE_ASKS_OF)))
    threads = [
        threading.Thread(target=one.learn, args=(told, stop, number in lucky), daemon=True)
        for number, one in enumerate(learners)
    ]
    threads.append(threading.Thread(target=teacher.save_lists, args=(told, stop), daemon=True))
    for thread in threads:
        thread.start()
    deadline = time.monotonic() + 30
    time.sleep(seconds)
    while len(told.answers) < len(learners) / 2 and time.monotonic() < deadline:
        time.sleep(0.05)  # a busy machine: a kill before much was saved shows little
    kill()
    stop.set()
    for thread in threads:
        thread.join(60)


def losses(server: Server, told: Told) -> dict[str, int]:
    """How much of what was acknowledged is missing, and how many lists are there in part."""
    engine = server.engine()
    with engine.connect() as connection:
        found = {
            "answers": set(connection.scalars(text("SELECT id FROM events"))),
            "questions": set(connection.scalars(text("SELECT question FROM asked"))),
        }
        halves = missing = 0
        query = text("SELECT count(*) FROM people WHERE name LIKE :name").bindparams(bindparam("name"))
        for mark in told.lists_sent:
            count = connection.scalar(query, {"name": f"%{mark}%"})
            halves += count not in (0, LIST_LENGTH)
            missing += mark in told.lists and count != LIST_LENGTH
    engine.dispose()
    return {
        "answers lost": len(told.answers - found["answers"]),
        "questions lost": len(told.questions - found["questions"]),
        "lists lost": missing,
        "lists in part": halves,
    }


def run(backend: str, kills: int, learners: int, minutes: float) -> int:
    """Kill `kills` times or until the minutes are over; prints figures, returns the exit code."""
    ends = time.monotonic() + minutes * 60
    total = Told()
    lost: dict[str, int] = {}
    starts: list[float] = []
    done = 0
    with tempfile.TemporaryDirectory(prefix="hocso-kill-") as folder, database(backend, Path(folder)) as url:
        server = Server(Path(folder) / "instance", url)
        server.fill()
        try:
            server.start()
            path = f"{lesson_path(measured_lesson())}/cau-hoi/" + str(
                next(place for place, one in enumerate(measured_lesson().questions, 1) if one.kind == "one")
            )
            people = [Learner(server, path) for _ in range(learners)]
            teacher = Teacher(server)
            while done < kills and time.monotonic() < ends:
                if done:
                    starts.append(server.start())
                told = Told()
                round_of_load(people, teacher, told, random.uniform(0.5, 3), server.kill)
                done += 1
                found = losses(server, told)
                for name, count in found.items():
                    lost[name] = lost.get(name, 0) + count
                for name in ("answers", "questions", "lists", "lists_sent"):
                    getattr(total, name).update(getattr(told, name))
                for status, count in told.refused.items():
                    total.refused[status] = total.refused.get(status, 0) + count
                print(f"kill {done}: {len(told.answers)} answers, lost {sum(found.values())}", flush=True)
            broken = unsound(server.engine())
        finally:
            server.stop()
    print(
        f"{backend}: {done} kills with -9 under {learners} learners. "
        f"Acknowledged: {len(total.answers)} answers, {len(total.questions)} questions, "
        f"{len(total.lists) * LIST_LENGTH} names of {len(total.lists)} lists. "
        f"{', '.join(f'{count} {name}' for name, count in lost.items())}. "
        f"Unsound: {broken or 'nothing'}. Other answers: {total.refused or 'none'}. "
        f"Healthy again after {min(starts, default=0):.1f} to {max(starts, default=0):.1f} s."
    )
    return 1 if sum(lost.values()) or broken or not total.answers else 0


def main() -> int:
    """Read the options and run."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--learners", type=int, default=200)
    parser.add_argument("--backend", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--minutes", type=float, default=180)
    options = parser.parse_args()
    return run(options.backend, options.kills, options.learners, options.minutes)


if __name__ == "__main__":
    sys.exit(main())
