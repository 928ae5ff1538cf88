"""The small process that waits for the night beside a served site, and has the backup made then.

It imports nothing but the standard library. The backup itself is `python wsgi.py backup`, in a process
of its own and last in line for the processor.

    python -m lms.backup.waiting INSTANCE HOUR
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

from lms.backup import state

ROOT = Path(__file__).resolve().parents[3]
VIETNAM = timezone(timedelta(hours=7))
"""The offset has not changed since 1975; time zone data may be missing on this machine."""
SETTLING_SECONDS = 300
"""A start has enough to do."""
RETRY_SECONDS = 3600
LOOK_SECONDS = 30
BREATH_SECONDS = 2


def is_due(last: state.LastBackup, now: datetime, hour: int) -> bool:
    """Whether no backup was made since the last time it was `hour` o'clock in Vietnam.

    So a machine that was off at that hour makes it after its start. One from the future counts as none.
    """
    age = last.age(now)
    if age is None:
        return True
    here = now.astimezone(VIETNAM)
    night = here.replace(hour=hour, minute=0, second=0, microsecond=0)
    if night > here:
        night -= timedelta(days=1)
    return now - age < night


def command() -> list[str]:
    """What makes one backup, last in line for the processor and the disk."""
    gently = ["nice", "-n", "15"] if shutil.which("nice") else []
    gently = ["ionice", "-c", "3", *gently] if shutil.which("ionice") else gently
    return [*gently, sys.executable, str(ROOT / "wsgi.py"), "backup"]


def wait(instance: Path, hour: int) -> None:
    """Have a backup made whenever one is due, until whoever started this process is gone."""
    starter = os.getppid()
    next_try = time.monotonic() + SETTLING_SECONDS
    next_look = next_try
    while os.getppid() == starter:
        time.sleep(BREATH_SECONDS)
        # The clock of the wall may jump; how long to wait between two tries does not depend on it.
        if time.monotonic() < max(next_look, next_try):
            continue
        next_look = time.monotonic() + LOOK_SECONDS
        if is_due(state.read(instance), datetime.now(UTC), hour):
            # What went wrong stands in the state file, and so on the administrator's page.
            done = subprocess.run(
                command(), cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=False
            )
            next_try = time.monotonic() + (RETRY_SECONDS if done.returncode else 0)


if __name__ == "__main__":
    wait(Path(sys.argv[1]), int(sys.argv[2]))
