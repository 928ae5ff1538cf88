"""PostgreSQL that says nothing: `bash .ci/postgres python -m tests.robustness.postgres_silent`.

Three trials, each on a real server: the processes of PostgreSQL are stopped for twenty seconds; a table
is locked while many write; the role may have ten connections. Exit code 1 if a kept page or /healthz
took over two seconds, if a page that is not kept took over four to say that it cannot be had (ten while a
table is locked), if anything was answered with 500, or if the site did not come back by itself.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine, create_engine, make_url, text

from courses.rendering.quote import MARK_ID
from tests.robustness.serving import get, served

MOST_SECONDS = {"/hoc": 2.0, "/healthz": 2.0, f"/hoc?{MARK_ID}=1": 4.0}
"""The last is kept by no worker: it needs the database, and says after a moment that it is away."""
LOCKED_SECONDS = 10.0
"""For that page while a table is locked: those before it wait until PostgreSQL ends their wait (8 s)."""
SILENT_SECONDS = 20


def fresh(server: str, limit: int | None = None) -> tuple[str, Engine]:
    """A new database and a role of its own for it; `limit`: the role's connections."""
    name = f"silent_{time.time_ns()}"
    keeper = create_engine(server, isolation_level="AUTOCOMMIT")
    with keeper.connect() as connection:
        connection.execute(text(f"CREATE ROLE {name} LOGIN CONNECTION LIMIT {limit or -1}"))
        connection.execute(text(f"CREATE DATABASE {name} OWNER {name}"))
    url = make_url(server).set(database=name, username=name)
    return url.render_as_string(hide_password=False), create_engine(make_url(server).set(database=name))


def ask(port: int, until: float, statuses: Counter[int]) -> None:
    """Ask by the programs' way, which writes a row each time, until the time is over."""
    while time.monotonic() < until:
        body = json.dumps({"question": "VNeID là gì?"}).encode()
        request = urllib.request.Request(
            f"http://127.0.0.1:{port}/api/v1/ask", body, {"Content-Type": "application/json"}
        )
        try:
            with urllib.request.urlopen(request, timeout=60) as came:
                statuses[came.status] += 1
        except urllib.error.HTTPError as error:
            statuses[error.code] += 1
            time.sleep(0.3)
        except OSError:
            statuses[0] += 1


@contextmanager
def asking(port: int, number: int, seconds: float) -> Iterator[Counter[int]]:
    """That many who ask meanwhile."""
    statuses: Counter[int] = Counter()
    until = time.monotonic() + seconds
    threads = [threading.Thread(target=ask, args=(port, until, statuses)) for _ in range(number)]
    for one in threads:
        one.start()
    yield statuses
    for one in threads:
        one.join(90)


def slowest(port: int, seconds: float) -> dict[str, float]:
    """The longest that each page took meanwhile."""
    most = dict.fromkeys(MOST_SECONDS, 0.0)
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        for path in most:
            status, took, _ = get(port, path, 60)
            most[path] = max(most[path], took if status in (200, 503) else 60.0)
        time.sleep(0.2)
    return most


def stopped(engine: Engine) -> list[int]:
    """The server's processes, those of its connections included."""
    with engine.connect() as connection:
        postmaster = int(connection.scalar(text("SELECT pg_read_file('postmaster.pid')")).split()[0])
    engine.dispose()
    children = subprocess.run(
        ["ps", "-o", "pid=", "--ppid", str(postmaster)], capture_output=True, text=True, check=False
    )
    return [postmaster, *map(int, children.stdout.split())]


def keep(port: int) -> None:
    """Have both workers keep the page: who gets a new connection is nobody's choice."""
    for _ in range(24):
        get(port, "/hoc")


def trial(name: str, most: dict[str, float], statuses: Counter[int], back: bool, longer: float = 0.0) -> bool:
    """Print what was seen; whether it was well. longer: what a page that is not kept may take here."""
    pages = ", ".join(f"{path} at most {took:.2f} s" for path, took in most.items())
    print(f"{name}: {pages}; answers {dict(statuses)}; back by itself: {back}", flush=True)
    return (
        back
        and not statuses[500]
        and all(took < max(MOST_SECONDS[path], longer if "?" in path else 0.0) for path, took in most.items())
    )


def comes_back(port: int, seconds: float = 40) -> bool:
    """Whether /healthz is well again within the time."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if get(port, "/healthz", 5)[0] == 200:
            return True
        time.sleep(0.5)
    return False


def main() -> int:
    """Run the trials; returns the exit code."""
    server = os.environ.get("HOCSO_TEST_POSTGRES")
    if not server:
        print("no PostgreSQL: run through .ci/postgres")
        return 2
    good = []
    url, keeper = fresh(server)
    with served(workers=2, threads=8, database_url=url, backup_nightly="false") as port:
        keep(port)
        with asking(port, 8, SILENT_SECONDS + 5) as statuses:
            time.sleep(2)
            processes = stopped(keeper)
            for one in processes:
                os.kill(one, signal.SIGSTOP)
            try:
                most = slowest(port, SILENT_SECONDS)
            finally:
                for one in processes:
                    os.kill(one, signal.SIGCONT)
        good.append(trial(f"stopped {SILENT_SECONDS} s", most, statuses, comes_back(port)))

        with asking(port, 20, 12) as statuses, keeper.begin() as connection:
            connection.execute(text("LOCK TABLE throttles IN EXCLUSIVE MODE"))
            most = slowest(port, 12)
        good.append(trial("a table locked 12 s", most, statuses, comes_back(port), LOCKED_SECONDS))
    keeper.dispose()

    url, keeper = fresh(server, limit=10)
    with served(workers=2, threads=8, database_url=url, backup_nightly="false") as port:
        keep(port)
        with asking(port, 20, 8) as statuses:
            most = slowest(port, 8)
        good.append(trial("a role with 10 connections", most, statuses, comes_back(port)))
    keeper.dispose()
    return 0 if all(good) else 1


if __name__ == "__main__":
    sys.exit(main())
