"""The real server, started for measuring: `python wsgi.py serve` in a throw-away instance."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

ROOT = Path(__file__).resolve().parent.parent
START_SECONDS = 180
PSS = re.compile(r"^Pss: *(\d+) kB", re.MULTILINE)
TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Server:
    """A running server: where it listens, its instance folder, and the process group of all its workers."""

    host: str
    port: int
    instance: Path
    database_url: str
    group: int

    @property
    def url(self) -> str:
        """Its address, without a slash at the end."""
        return f"http://{self.host}:{self.port}"

    def cpu_seconds(self) -> float:
        """CPU that all its processes have used so far, in seconds (0.0 where there is no /proc)."""
        return sum(_ticks(stat) for stat in _stats_of_group(self.group)) / TICKS_A_SECOND

    def memory_mb(self) -> float:
        """Resident memory of all its processes, shared pages counted once a process, in MB."""
        page = os.sysconf("SC_PAGE_SIZE")
        return sum(int(stat[21]) for stat in _stats_of_group(self.group)) * page / 1e6

    def share_mb(self) -> dict[str, float]:
        """Memory of each of its processes in MB, a page that several share counted in parts (PSS)."""
        shares = {}
        for stat in _stats_of_group(self.group):
            rollup = Path(f"/proc/{stat[-1]}/smaps_rollup").read_text()
            name = "parent" if int(stat[-1]) == self.group else f"worker {stat[-1]}"
            shares[name] = int(PSS.search(rollup)[1]) * 1024 / 1e6
        return dict(sorted(shares.items()))


def _stats_of_group(group: int) -> Iterator[list[str]]:
    """The fields after the name in /proc/PID/stat, of each process in a group: see proc(5); its id last."""
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = [*path.read_text().rsplit(") ", 1)[1].split(), path.parent.name]
        except (OSError, IndexError):
            continue  # it ended meanwhile
        if int(fields[2]) == group:
            yield fields


def _ticks(fields: list[str]) -> int:
    return int(fields[11]) + int(fields[12])


@contextmanager
def running(
    workers: int = 2, database_url: str = "", like: Path | None = None, **settings: str
) -> Iterator[Server]:
    """Start a server on a free port of 127.0.0.1 with a fresh instance; stopped and deleted afterwards.

    database_url: SQLAlchemy's address of an empty database; "" for SQLite in the instance. like: an
    instance of which it gets a copy. settings: more of them, without HOCSO_. Raises RuntimeError, with
    what the server printed, if it does not answer.
    """
    # Told to end, this program still stops its server: a SIGTERM becomes an ordinary exit.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory(prefix="hocso-bench-") as folder:
        instance = Path(folder)
        if like is not None:
            shutil.copytree(like, instance, dirs_exist_ok=True)
        database_url = database_url or f"sqlite:///{instance / 'hocso.db'}"
        ours = {name: value for name, value in os.environ.items() if not name.startswith("HOCSO_")}
        environ = ours | {
            "HOCSO_INSTANCE": folder,
            "HOCSO_DATABASE_URL": database_url,
            "HOCSO_HOST": "127.0.0.1",
            "HOCSO_PORT": str(port),
            "HOCSO_WORKERS": str(workers),
            "PYTHONUNBUFFERED": "1",
        }
        environ |= {f"HOCSO_{name.upper()}": value for name, value in settings.items()}
        log = instance / "server.log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                [sys.executable, "wsgi.py", "serve"],
                cwd=ROOT,
                env=environ,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        try:
            _wait(process, f"http://127.0.0.1:{port}/healthz", log)
            yield Server("127.0.0.1", port, instance, database_url, process.pid)
        except Exception as error:
            error.add_note("The server's last words:\n" + log.read_text(errors="replace")[-2000:])
            raise
        finally:
            _stop(process)


def _wait(process: subprocess.Popen, address: str, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urlopen(address, timeout=5):
                return
        except (URLError, ConnectionError, TimeoutError):
            time.sleep(0.3)  # not there yet, or still warming up
    raise RuntimeError(f"the server did not answer:\n{log.read_text(errors='replace')}")


def _stop(process: subprocess.Popen) -> None:
    for how in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, how)
            process.wait(10)
            return
        except ProcessLookupError:
            return
        except subprocess.TimeoutExpired:
            continue
