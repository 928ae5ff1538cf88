"""The small process beside a served site that has a backup made each night."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from lms.core.config import ROOT, WebSettings


@contextmanager
def backups_beside(settings: WebSettings) -> Iterator[None]:
    """Have a backup made each night while the site is served, unless the settings say no."""
    if not settings.shared.backup_nightly:
        yield
        return
    waiting = [sys.executable, "-m", "lms.backup.waiting", str(settings.instance)]
    paths = os.pathsep.join([str(ROOT), str(ROOT / "platform")])
    process = subprocess.Popen(
        [*waiting, str(settings.shared.backup_hour)],
        cwd=ROOT,
        env={**os.environ, "HOCSO_INSTANCE": str(settings.instance), "PYTHONPATH": paths},
        stdin=subprocess.DEVNULL,
        # Ctrl+C is meant for the site. A backup that is being made is carried to its end.
        start_new_session=True,
    )
    try:
        yield
    finally:
        process.kill()
        process.wait()
