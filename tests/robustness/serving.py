"""A real server for the scripts here: started from the command line, in a folder of its own, and ended."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def free_port() -> int:
    """A port of this machine that nobody uses now."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def get(port: int, path: str, timeout: float = 10.0) -> tuple[int, float, str]:
    """Status (0: none came), seconds and body of one request."""
    began = time.monotonic()
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=timeout) as came:
            return came.status, time.monotonic() - began, came.read().decode("utf-8", "replace")
    except urllib.error.HTTPError as error:
        return error.code, time.monotonic() - began, error.read().decode("utf-8", "replace")
    except OSError:
        return 0, time.monotonic() - began, ""


@contextmanager
def served(seconds: float = 180.0, **settings: object) -> Iterator[int]:
    """The port of a server that answers; `settings` as in the configuration, in small letters."""
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        environ = {**os.environ, "HOCSO_INSTANCE": f"{folder}/instance", "HOCSO_PORT": str(port)}
        environ |= {f"HOCSO_{name.upper()}": str(value) for name, value in settings.items()}
        log = Path(folder) / "log"
        with log.open("wb") as out:
            process = subprocess.Popen(
                [sys.executable, "wsgi.py", "serve"],
                cwd=ROOT,
                env=environ,
                stdout=out,
                stderr=out,
                start_new_session=True,
            )
        try:
            until = time.monotonic() + seconds
            while get(port, "/healthz", 2)[0] != 200:
                if process.poll() is not None or time.monotonic() > until:
                    raise SystemExit(f"the server did not start:\n{log.read_text(errors='replace')[-3000:]}")
                time.sleep(0.3)
            yield port
        finally:
            process.send_signal(signal.SIGINT)
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait(10)
