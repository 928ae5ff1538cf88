"""Work on bytes from outside in a process of its own, with little memory and time.

No file can stop the server, however it was made: the reader is ended by the system, and the file refused.
"""

from __future__ import annotations

import importlib
import json
import os
import signal
import subprocess
import sys
import threading
from typing import Any

from assistant.settings import ROOT

SPARE_SECONDS = 45
"""Wall-clock seconds over the limit of computing. A reader waits for nobody, so only a busy machine comes
near it: a sound list must not be refused for what others do."""
MOST_AT_ONCE = 2
"""Readers of one worker side by side: each may take a processor and hundreds of megabytes."""
PATIENCE_SECONDS = 5
"""How long a file waits for one of them to come to its end."""
OUT_OF_MEMORY = 3
"""Exit code of a reader that its memory did not suffice."""


class ApartError(Exception):
    """The reader did not come to an end of its own."""


class TooSlow(ApartError):
    """It was ended by its limit of time."""


class TooMuchMemory(ApartError):
    """It wanted more memory than it may have."""


class Broke(ApartError):
    """It ended without an answer."""


class Busy(ApartError):
    """Others read already, and none of them ended in time: the same file may be brought again."""


_places = threading.BoundedSemaphore(MOST_AT_ONCE)


def call(target: str, data: bytes, seconds: int, memory: int) -> Any:
    """What the function `target` (“package.module:function”) returns for `data`, as plain JSON values.

    seconds: of computing; memory: bytes of address space. Raises an ApartError. An error inside the
    function is Broke: functions that refuse say so in what they return.
    """
    if not _places.acquire(timeout=PATIENCE_SECONDS):
        raise Busy(target)
    try:
        return _call(target, data, seconds, memory)
    finally:
        _places.release()


def _call(target: str, data: bytes, seconds: int, memory: int) -> Any:
    command = [sys.executable, "-m", "assistant.documents.sandbox", target, str(seconds), str(memory)]
    folders = os.pathsep.join([str(ROOT), str(ROOT / "platform")])
    try:
        done = subprocess.run(
            command,
            input=data,
            capture_output=True,
            cwd=ROOT,
            timeout=seconds + SPARE_SECONDS,
            env={**os.environ, "PYTHONPATH": folders, "OMP_NUM_THREADS": "1"},
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise TooSlow(target) from error
    if done.returncode in (-signal.SIGXCPU, -signal.SIGKILL):
        raise TooSlow(target)
    if done.returncode == OUT_OF_MEMORY:
        raise TooMuchMemory(target)
    try:
        return json.loads(done.stdout)
    except ValueError as error:
        raise Broke(target) from error


def main() -> None:
    """Set the limits, read the standard input, and print what the function returns."""
    import resource

    target, seconds, memory = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    module, _, name = target.partition(":")
    try:
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        found = getattr(importlib.import_module(module), name)(sys.stdin.buffer.read())
        json.dump(found, sys.stdout, ensure_ascii=True)
    except MemoryError:
        os._exit(OUT_OF_MEMORY)


if __name__ == "__main__":
    main()
