"""Indexing beside the questions: one process a machine, last in line for the processor."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from assistant.settings import ROOT, Settings

LOCK = "indexing.lock"
Progress = Callable[[int, int], None]


def start(settings: Settings, outlives: bool = False) -> subprocess.Popen:
    """Start `python -m assistant index`; it ends at once if another one is at work or nothing is missing.

    It stops when whoever started it is gone, unless it `outlives` them; what it saved is picked up by
    every worker.
    """
    gently = ["nice", "-n", "15"] if shutil.which("nice") else []
    whose = [] if outlives else ["--for", str(os.getpid())]
    return subprocess.Popen(
        [*gently, sys.executable, "-m", "assistant", "index", "--beside", *whose],
        cwd=ROOT,
        env={**os.environ, "HOCSO_INSTANCE": str(settings.instance)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=outlives,
    )


class StarterGone(KeyboardInterrupt):
    """The process for which vectors were being made has ended."""


def still_wanted(starter: int | None, progress: Progress) -> Progress:
    """`progress`, which also stops the work when the process `starter` is no longer our parent."""

    def shown(done: int, total: int) -> None:
        if starter is not None and os.getppid() != starter:
            raise StarterGone
        progress(done, total)

    return shown


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
