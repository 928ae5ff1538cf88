"""The disk of a served site runs full, and has room again: no restart, nothing acknowledged lost.

    python -m tests.robustness.disk_full        (as root: it mounts a small file system of its own)

Exit 1 if reading stops, an error 500 appears, `/healthz` stays silent, or saving does not come back.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from uuid import uuid4

from sqlalchemy import text

from benchmarks.load import lesson_path, measured_lesson
from tests.robustness.server import Server, unsound

SIZE = "64m"
TRIES = 25


def tries(server: Server, path: str, kept: set[str]) -> tuple[Counter[int], Counter[int]]:
    """Statuses of pages and of answers, by guests who come and answer."""
    pages: Counter[int] = Counter()
    answers: Counter[int] = Counter()
    for _ in range(TRIES):
        visitor = server.visitor()
        for page in ("/", "/hoc", path):
            pages[visitor.get(page)[0]] += 1
        event = str(uuid4())
        fields = {"csrf_token": visitor.token(path), "event": event, "choice": "0"}
        status, _ = visitor.post(path, fields)
        answers[status] += 1
        if status == 303:
            kept.add(event)
        visitor.close()
    return pages, answers


def fill(disk: Path) -> Path:
    """Use up every byte."""
    file = disk / "filler"
    with file.open("wb") as out:
        try:
            while True:
                os.write(out.fileno(), b"x" * 4096)
        except OSError:
            return file


def until_healthy(server: Server) -> float:
    """Seconds until `/healthz` says 200 again."""
    began = time.monotonic()
    while server.health()[0] != 200 and time.monotonic() - began < 60:
        time.sleep(0.2)
    return time.monotonic() - began


def run() -> int:
    """Do it; prints figures, returns the exit code."""
    wrong: list[str] = []
    with tempfile.TemporaryDirectory(prefix="hocso-disk-") as name:
        disk = Path(name)
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "hocso", name], check=False)
        if mounted.returncode:
            print("skipped: no file system can be mounted here (run as root)")
            return 0
        kept: set[str] = set()
        server = Server(disk / "instance", HOCSO_BACKUP_NIGHTLY="false")
        try:
            server.fill()
            server.start()
            place = next(at for at, one in enumerate(measured_lesson().questions, 1) if one.kind == "one")
            path = f"{lesson_path(measured_lesson())}/cau-hoi/{place}"
            filler = fill(disk)
            time.sleep(6)  # what healthz knows of the disk is at most five seconds old
            pages, answers = tries(server, path, kept)
            status, body = server.health()
            filler.unlink()
            back = until_healthy(server)
            _, after = tries(server, path, kept)
            if set(pages) != {200} or set(answers) - {303, 507} or status != 503 or set(after) != {303}:
                wrong.append("see the figures")
            with server.engine().connect() as connection:
                found = set(connection.scalars(text("SELECT id FROM events")))
            lost, broken = len(kept - found), unsound(server.engine())
        finally:
            server.stop()
            subprocess.run(["umount", "-l", name], check=False)
    print(
        f"Full: pages {dict(pages)}, answers {dict(answers)}, healthz {status} ({body.get('disk')}). "
        f"Well {back:.1f} s after room was made, then answers {dict(after)}. "
        f"Acknowledged {len(kept)}, lost {lost}. Unsound: {broken or 'nothing'}. Wrong: {wrong or 'nothing'}."
    )
    return 1 if wrong or lost or broken else 0


if __name__ == "__main__":
    sys.exit(run())
