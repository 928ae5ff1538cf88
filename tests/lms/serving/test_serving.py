"""The real server as a process: what it claims, how it is stopped, and who leaves with it."""

import multiprocessing
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from lms.serving import worker

PATIENCE = 120
"""Seconds: far above what anything here takes; only a server that hangs reaches it."""


@dataclass
class Served:
    """`python wsgi.py serve` in a process group of its own."""

    process: subprocess.Popen
    port: int
    instance: Path
    log: Path

    def words(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")

    def workers(self) -> list[int]:
        found = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return [int(one) for one in found.split()]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def until(true: Callable[[], bool], words: Callable[[], str]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < deadline, words()
        time.sleep(0.1)


def answers(port: int) -> bool:
    try:
        with urlopen(f"http://127.0.0.1:{port}/gioi-thieu", timeout=5):
            return True
    except (URLError, ConnectionError, TimeoutError):
        return False


def is_alive(process: int) -> bool:
    try:
        told = Path(f"/proc/{process}/stat").read_text()
    except OSError:
        return False
    return told.rpartition(")")[2].split()[0] != "Z"


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def environment(instance: Path, port: int, **more: str) -> dict[str, str]:
    ours = {name: value for name, value in os.environ.items() if not name.startswith("HOCSO_")}
    return ours | {"HOCSO_INSTANCE": str(instance), "HOCSO_PORT": str(port), "PYTHONUNBUFFERED": "1"} | more


@pytest.fixture(scope="module")
def serve(root, tmp_path_factory) -> Iterator[Callable[[], Served]]:
    started = []

    def start() -> Served:
        instance, port = tmp_path_factory.mktemp("served") / "dữ liệu", free_port()
        log = tmp_path_factory.mktemp("log") / "server.log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                [sys.executable, "wsgi.py", "serve"],
                cwd=root,
                env=environment(instance, port),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        served = Served(process, port, instance, log)
        started.append(served)
        until(lambda: process.poll() is not None or answers(port), served.words)
        assert process.poll() is None, served.words()
        return served

    yield start
    for served in started:
        try:
            os.killpg(served.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            continue
        served.process.wait()


def second(root: Path, instance: Path, port: int, verb: str = "serve") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "wsgi.py", verb],
        cwd=root,
        env=environment(instance, port),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


def test_a_second_server_is_refused_and_workers_leave_with_a_killed_parent(root, serve, tmp_path):
    first = serve()

    for verb in ("serve", "demo"):
        refused = second(root, tmp_path / "another", first.port, verb)
        assert refused.returncode == 2
        assert f"Cổng {first.port} đang có chương trình khác dùng" in refused.stderr
        assert "HOCSO_PORT=" in refused.stderr and len(refused.stderr.splitlines()) == 1
        assert not refused.stdout and not (tmp_path / "another").exists(), "before anything else"

    refused = second(root, first.instance, free_port())
    assert refused.returncode == 2 and not refused.stdout
    assert f"http://127.0.0.1:{first.port}" in refused.stderr and len(refused.stderr.splitlines()) == 1

    assert not any(path.stat().st_mode & 0o077 for path in [first.instance, *first.instance.rglob("*")])

    workers = first.workers()
    assert len(workers) >= 2
    os.kill(first.process.pid, signal.SIGKILL)
    first.process.wait()
    until(lambda: is_free(first.port), lambda: f"{workers} hold the port:\n{first.words()}")
    until(lambda: not any(is_alive(one) for one in workers), lambda: f"of {workers} some stay")


@pytest.mark.parametrize("how", [signal.SIGHUP, signal.SIGINT])
def test_a_closed_window_and_ctrl_c_stop_all_of_it(serve, how):
    """The terminal sends both to every process of the group."""
    served = serve()
    os.killpg(served.process.pid, how)
    until(lambda: served.process.poll() is not None, served.words)
    assert served.process.returncode == 0, served.words()
    words = served.words()
    assert words.count("Đang dừng") == 1 and "Học Số đã dừng" in words
    assert "refused to gracefully stop" not in words and "Traceback" not in words
    assert is_free(served.port)


def deaf(parent: int, drain: float) -> None:
    """A worker that no SIGTERM reaches."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    worker.DRAIN_SECONDS = drain
    worker.leave_with(parent)


def test_a_worker_that_missed_its_signal_leaves_by_itself(monkeypatch):
    monkeypatch.setattr(worker, "farewell", worker.Farewell())
    fork = multiprocessing.get_context("fork")
    workers = [fork.Process(target=deaf, args=(os.getpid(), 0.1)) for _ in range(2)]
    for one in workers:
        one.start()
    workers[0].join(2 * worker.LOOK_SECONDS)
    assert all(one.is_alive() for one in workers), "nobody told them"
    worker.farewell.say()
    for one in workers:
        one.join(PATIENCE)
    assert [one.exitcode for one in workers] == [0, 0]
    assert not worker.Farewell().is_said(0)
