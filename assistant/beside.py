"""Indexing beside the questions: one process a machine, last in line for the processor."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from assistant.settings import ROOT, Settings

LOCK = "indexing.lock"


def start(settings: Settings) -> subprocess.Popen:
    """Start `python -m assistant index`; it ends at once if another one is at work or nothing is missing.

    Whoever starts it may leave it: it goes on alone, and what it saves is picked up by every worker.
    """
    gently = ["nice", "-n", "15"] if shutil.which("nice") else []
    return subprocess.Popen(
        [*gently, sys.executable, "-m", "assistant", "index", "--beside"],
        cwd=ROOT,
        env={**os.environ, "HOCSO_INSTANCE": str(settings.instance)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


@contextmanager
def alone(settings: Settings) -> Iterator[bool]:
    """Whether this process is the one that may index on this machine; it stays so inside the block."""
    settings.instance.mkdir(parents=True, exist_ok=True)
    with (settings.instance / LOCK).open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True
