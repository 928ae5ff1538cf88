"""Indexing beside the questions: one process a machine, last in line for the processor."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO

from assistant import machine_lock
from assistant.settings import ROOT, Settings

LOCK = "indexing.lock"

LAST_IN_LINE, SOON = "15", "5"
"""How nice it is to who asks. A few texts are soon done: on a busy machine the last in line waits for
minutes, and what an officer published would as long be found by its words alone."""
WAIT_SECONDS = 1.0
Progress = Callable[[int, int], None]


def start(settings: Settings, outlives: bool = False, soon: bool = False) -> subprocess.Popen:
    """Start `python -m assistant index`; it ends at once if another one is at work or nothing is missing.

    `soon`: there is little to do, and somebody waits for it. It stops when whoever started it is gone,
    unless it `outlives` them; what it saved is picked up by every worker.
    """
    gently = ["nice", "-n", SOON if soon else LAST_IN_LINE] if shutil.which("nice") else []
    whose = [] if outlives else ["--for", str(os.getpid())]
    return subprocess.Popen(
        [*gently, sys.executable, "-m", "assistant", "index", "--beside", *whose],
        cwd=ROOT,
        env={**os.environ, **settings.for_child()},
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


class Turn:
    """This process's turn to index; at most one on a machine has it."""

    def __init__(self, handle: IO[str]) -> None:
        self._handle = handle

    def note(self, done: int, total: int) -> None:
        """Leave word in the lock file, where whoever waits looks."""
        self._handle.seek(0)
        self._handle.write(f"{done} {total}\n")
        self._handle.truncate()
        self._handle.flush()


@contextmanager
def alone(settings: Settings, waiting: Progress | None = None) -> Iterator[Turn | None]:
    """The turn to index on this machine, inside the block; None while another process has it.

    `waiting`: wait for it instead, and be told now and then how far the other one is.
    """
    settings.instance.mkdir(parents=True, exist_ok=True)
    with (settings.instance / LOCK).open("a+", encoding="ascii") as handle:
        while not machine_lock.taken(handle):
            if waiting is None:
                yield None
                return
            waiting(*_noted(handle))
            time.sleep(WAIT_SECONDS)
        yield Turn(handle)


def is_busy(settings: Settings) -> bool:
    """Whether some process of this machine is indexing."""
    try:
        with (settings.instance / LOCK).open("a+", encoding="ascii") as handle:
            return not machine_lock.taken(handle)
    except OSError:
        return False


def _noted(handle: IO[str]) -> tuple[int, int]:
    handle.seek(0)
    words = handle.read(40).split()
    return (int(words[0]), int(words[1])) if len(words) == 2 and all(map(str.isdigit, words)) else (0, 0)
