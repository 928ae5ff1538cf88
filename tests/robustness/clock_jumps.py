"""The clock of a served site jumps back, ahead and back: nobody is locked out, nothing is lost.

    python -m tests.robustness.clock_jumps      (needs libfaketime: Debian's package `faketime`)

The server runs under libfaketime, which reads how far its clock is off from a file. Exit 1 on a fault.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path
from uuid import uuid4

from sqlalchemy import text

from benchmarks.load import lesson_path, measured_lesson
from tests.robustness import ROOT
from tests.robustness.server import PIN, Server

LIBRARIES = "usr/lib/*/faketime/libfaketimeMT.so.1"


class Clock:
    """How far the server's clock is off."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "offset"
        self.set("+0s")

    def set(self, offset: str) -> None:
        """Move it, for example by "-40s" or "+400d", while the server runs."""
        part = self.file.with_suffix(".part")
        part.write_text(f"{offset}\n")
        part.replace(self.file)
        time.sleep(1.5)

    def environ(self, library: Path) -> dict[str, str]:
        """What the server's process needs for it."""
        return {
            "LD_PRELOAD": str(library),
            "FAKETIME_TIMESTAMP_FILE": str(self.file),
            "FAKETIME_NO_CACHE": "1",
            "DONT_FAKE_MONOTONIC": "1",
        }


def said(what: str, good: bool, figures: str) -> bool:
    """Print one result."""
    print(f"{'ok   ' if good else 'WRONG'} {what}: {figures}", flush=True)
    return good


def back_by_a_little(server: Server, clock: Clock) -> bool:
    """E2: a guest's learning and open forms outlive a clock that goes back."""
    place = next(at for at, one in enumerate(measured_lesson().questions, 1) if one.kind == "one")
    path = f"{lesson_path(measured_lesson())}/cau-hoi/{place}"
    guest = server.visitor()
    token = guest.token(path)
    guest.post(path, {"csrf_token": token, "event": str(uuid4()), "choice": "0"})
    teacher = server.signed_in("cohoa")
    open_form = guest.token(path)
    results = []
    for offset in ("-40s", "-3h", "-300d"):
        clock.set(offset)
        status, _ = guest.post(path, {"csrf_token": open_form, "event": str(uuid4()), "choice": "1"})
        staff = teacher.get("/lop")[0]
        results.append((offset, status, staff))
    clock.set("+0s")
    with server.engine().connect() as connection:
        guests = connection.scalar(
            text("SELECT count(DISTINCT person_id) FROM events JOIN people ON people.id = person_id "
                 "WHERE is_guest AND events.kind = 'answered'"))  # fmt: skip
    good = all(status == 303 and staff == 200 for _, status, staff in results)
    return said("clock back", good, f"(offset, answer, /lop) {results}; guests with answers: {guests}")


def ahead_and_back(server: Server, clock: Clock) -> bool:
    """E3: five wrong PINs while the clock is 400 days ahead; then the right one, with the right clock."""
    clock.set("+400d")
    stranger = server.visitor()
    wrong = []
    for number in range(6):
        fields = {"csrf_token": stranger.token("/dang-nhap"), "login": "canbo", "secret": f"99999{number}"}
        wrong.append(stranger.post("/dang-nhap", fields)[0])
    clock.set("+0s")
    visitor = server.visitor()
    fields = {"csrf_token": visitor.token("/dang-nhap"), "login": "canbo", "secret": PIN}
    status, _ = visitor.post("/dang-nhap", fields)
    return said("clock ahead and back", status == 303, f"wrong PINs {wrong}, then the right one: {status}")


def backup_with_an_old_clock(server: Server, clock: Clock) -> bool:
    """E4: ten backups of later days are there; the one made now stays."""
    ours = server.instance / "backups"
    kept = []
    for offset in ["+0s"] * 2 + ["-300d"] * 2:
        clock.set(offset)
        environ = {**server.environ, "HOCSO_BACKUP_KEEP": "2"}
        words = [sys.executable, "wsgi.py", "backup"]
        subprocess.run(words, cwd=ROOT, env=environ, check=True, capture_output=True)
        kept.append(len(list(ours.glob("hocso-*.zip"))))
    newest = sorted(path.name for path in ours.glob("hocso-*.zip"))
    clock.set("+0s")
    numbers = [name.split("-")[2] for name in newest]
    return said("backup with an old clock", numbers == ["000002", "000003"], f"kept {newest}")


def run() -> int:
    """Do all; returns the exit code."""
    libraries = sorted(Path("/").glob(LIBRARIES))
    if not libraries:
        print("skipped: libfaketime is not there (Debian: apt install faketime)")
        return 0
    with tempfile.TemporaryDirectory(prefix="hocso-clock-") as name:
        clock = Clock(Path(name))
        server = Server(Path(name) / "instance", HOCSO_BACKUP_NIGHTLY="false")
        server.fill()
        server.environ |= clock.environ(libraries[0])
        try:
            server.start()
            scenes = (back_by_a_little, ahead_and_back, backup_with_an_old_clock)
            good = [scene(server, clock) for scene in scenes]
        finally:
            server.stop()
    return 0 if all(good) else 1


if __name__ == "__main__":
    sys.exit(run())
