"""A real server that the scripts start, kill and start again on the same instance, and look into."""

from __future__ import annotations

import atexit
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

from sqlalchemy import Engine, create_engine, text

from benchmarks.visitor import Visitor
from tests.conftest import fresh_database
from tests.robustness import ROOT

START_SECONDS = 240
PIN = "246810"
"""Of everybody in the sample commune."""


@contextmanager
def database(backend: str, folder: Path) -> Iterator[str]:
    """The address of an empty database: `sqlite`, or `postgresql` on the server of HOCSO_TEST_POSTGRES."""
    if backend == "sqlite":
        yield f"sqlite:///{folder / 'hocso.db'}"
        return
    if "HOCSO_TEST_POSTGRES" not in os.environ:
        raise SystemExit("no PostgreSQL: run through `bash .ci/postgres`")
    with fresh_database(backend, folder) as url:
        yield url


class Server:
    """`wsgi.py serve` in an instance with the sample commune; it can be killed and started again."""

    def __init__(self, instance: Path, database_url: str = "", **more: str) -> None:
        self.instance = instance
        instance.mkdir(parents=True, exist_ok=True)
        self.database_url = database_url or f"sqlite:///{instance / 'hocso.db'}"
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        ours = {name: value for name, value in os.environ.items() if not name.startswith("HOCSO_")}
        self.environ = ours | {
            "HOCSO_INSTANCE": str(instance),
            "HOCSO_DATABASE_URL": self.database_url,
            "HOCSO_PORT": str(self.port),
            "HOCSO_EMBEDDER": "none",
            "PYTHONUNBUFFERED": "1",
            **more,
        }
        self.process: subprocess.Popen | None = None

    @property
    def url(self) -> str:
        """Its address, without a slash at the end."""
        return f"http://127.0.0.1:{self.port}"

    def fill(self) -> None:
        """Put the sample commune into the instance; run once, before the first start."""
        code = (
            "from lms import demo; from lms.cli import prepare; from lms.core.config import WebSettings\n"
            "settings = WebSettings.load(); prepare(settings); demo.fill(settings)"
        )
        words = [sys.executable, "-c", f"import wsgi\n{code}"]
        subprocess.run(words, cwd=ROOT, env=self.environ, check=True, capture_output=True)

    def start(self, *before: str) -> float:
        """Start it and wait until it is healthy; returns the seconds that took. `before`: words in front."""
        began = time.monotonic()
        if self.process is None:
            # A script that ends early, by an error or a signal, leaves nothing running.
            atexit.register(self.stop)
        with (self.instance / "server.log").open("ab") as log:
            self.process = subprocess.Popen(
                [*before, sys.executable, "wsgi.py", "serve"], cwd=ROOT, env=self.environ,
                stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, start_new_session=True,
            )  # fmt: skip
        while time.monotonic() - began < START_SECONDS and self.process.poll() is None:
            if self.health()[0] == 200:
                return time.monotonic() - began
            time.sleep(0.2)
        words = (self.instance / "server.log").read_text(errors="replace")[-2000:]
        raise RuntimeError(f"the server did not come up:\n{words}")

    def health(self) -> tuple[int, dict]:
        """Status and body of `/healthz`; 0 if nobody answers."""
        try:
            with urlopen(f"{self.url}/healthz", timeout=10) as answer:
                return answer.status, json.load(answer)
        except HTTPError as error:
            with suppress(ValueError):
                return error.code, json.loads(error.read())
            return error.code, {}
        except (URLError, OSError):
            return 0, {}

    def kill(self) -> None:
        """kill -9 of all its processes at once, as when the power is cut."""
        assert self.process is not None
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(30)

    def stop(self) -> None:
        """Ask it to stop; kill what is left."""
        if self.process is None:
            return
        for how in (signal.SIGTERM, signal.SIGKILL):
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, how)
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(20)
                break
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)

    def visitor(self) -> Visitor:
        """Somebody on a device that was never here."""
        return Visitor("127.0.0.1", self.port)

    def signed_in(self, login: str) -> Visitor:
        """Somebody of the sample commune, signed in."""
        visitor = self.visitor()
        fields = {"csrf_token": visitor.token("/dang-nhap"), "login": login, "secret": PIN}
        status, _ = visitor.post("/dang-nhap", fields)
        assert status == 303, f"{login} cannot sign in: {status}"
        return visitor

    def engine(self) -> Engine:
        """The database itself, past the application."""
        return create_engine(self.database_url)


def unsound(engine: Engine) -> list[str]:
    """What the database's own checks complain of (SQLite; PostgreSQL checks its pages as it reads them)."""
    if engine.dialect.name != "sqlite":
        return []
    with engine.connect() as connection:
        said = [row[0] for row in connection.execute(text("PRAGMA integrity_check")) if row[0] != "ok"]
        return said + [f"foreign key: {row}" for row in connection.execute(text("PRAGMA foreign_key_check"))]
