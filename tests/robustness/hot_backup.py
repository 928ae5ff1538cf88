"""Backups made by the command while many save: each verifies, and holds what was acknowledged before.

    python -m tests.robustness.hot_backup [--backups 25] [--learners 40] [--backend sqlite]
    bash .ci/postgres python -m tests.robustness.hot_backup --backend postgresql

The last one is restored and served: its health, its rows. Exit 1 if one is damaged or lacks something.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from sqlalchemy import text

from benchmarks.load import lesson_path, measured_lesson
from tests.robustness import ROOT
from tests.robustness.kill_under_load import Learner, Told
from tests.robustness.server import Server, database


def command(server: Server, *words: str) -> tuple[int, str]:
    """Exit code and output of one command of `wsgi.py` in the server's instance."""
    done = subprocess.run(
        [sys.executable, "wsgi.py", *words],
        cwd=ROOT,
        env=server.environ,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def events_in(url: str) -> set[str]:
    """The ids of all answers in a database."""
    from sqlalchemy import create_engine

    engine = create_engine(url)
    with engine.connect() as connection:
        found = set(connection.scalars(text("SELECT id FROM events")))
    engine.dispose()
    return found


def run(backend: str, backups: int, learners: int) -> int:
    """Make the backups; prints figures, returns the exit code."""
    wrong: list[str] = []
    with (
        tempfile.TemporaryDirectory(prefix="hocso-hot-") as name,
        database(backend, Path(name)) as url,
        database(backend, Path(name) / "second" if backend == "sqlite" else Path(name)) as other,
    ):
        folder = Path(name)
        (folder / "second").mkdir(exist_ok=True)
        server = Server(folder / "instance", url)
        server.fill()
        server.start()
        again = Server(folder / "again", other)
        (folder / "again").rmdir()
        stop, told, took = threading.Event(), Told(), []
        place = next(number for number, one in enumerate(measured_lesson().questions, 1) if one.kind == "one")
        path = f"{lesson_path(measured_lesson())}/cau-hoi/{place}"
        people = [Learner(server, path) for _ in range(learners)]
        threads = [
            threading.Thread(target=one.learn, args=(told, stop, False), daemon=True) for one in people
        ]
        for thread in threads:
            thread.start()
        try:
            for number in range(backups):
                with told.lock:
                    before = set(told.answers)
                file = folder / f"{number}.zip"
                began = time.monotonic()
                code, said = command(server, "backup", str(file))
                took.append(time.monotonic() - began)
                if code:
                    wrong.append(f"backup {number}: {said[-200:]}")
                    continue
                code, said = command(server, "backup", "verify", str(file), "--json")
                report = json.loads(said.splitlines()[-1])
                if code or not report["ok"]:
                    wrong.append(f"verify {number}: {report['problems']}")
                elif report["rows"]["events"] < len(before):
                    wrong.append(f"backup {number} has {report['rows']['events']} events of {len(before)}")
                print(f"backup {number + 1}: {report['rows'].get('events')} events", flush=True)
        finally:
            stop.set()
            for thread in threads:
                thread.join(60)
            server.stop()
        wrong += wrong_when_restored(again, file, before, other)
    print(
        f"{backend}: {backups} backups under {learners} learners, {len(told.answers)} answers acknowledged "
        f"meanwhile, {min(took):.1f} to {max(took):.1f} s each; the last one restored and served. "
        f"Wrong: {wrong or 'nothing'}. Other answers: {told.refused or 'none'}."
    )
    return 1 if wrong or not told.answers else 0


def wrong_when_restored(again: Server, file: Path, before: set[str], url: str) -> list[str]:
    """Restore the last backup and serve it: what is wrong, such as answers of `before` that it lacks."""
    code, said = command(again, "restore", str(file))
    if code:
        return [f"restore: {said[-300:]}"]
    lacking = before - events_in(url)
    again.start()
    again.signed_in("cohoa")
    again.stop()
    return [f"{len(lacking)} answers that were acknowledged before are not in the copy"] if lacking else []


def main() -> int:
    """Read the options and run."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--backups", type=int, default=25)
    parser.add_argument("--learners", type=int, default=40)
    parser.add_argument("--backend", choices=["sqlite", "postgresql"], default="sqlite")
    options = parser.parse_args()
    return run(options.backend, options.backups, options.learners)


if __name__ == "__main__":
    sys.exit(main())
