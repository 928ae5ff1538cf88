"""A GGUF file in the one model process of this machine, started by whoever needs it first."""

from __future__ import annotations

import contextlib
import logging
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from assistant import machine_lock
from assistant.models import gguf, llama, memory
from assistant.models.generator import (
    GeneratorBusy,
    GeneratorError,
    GeneratorMissing,
    Message,
    OutOfTime,
    PromptTooLong,
    Stopped,
    Waiting,
    problem_of,
)
from assistant.models.json_lines import Closed, Lines
from assistant.models.socket_folder import Place, PlaceError, identity_of

log = logging.getLogger(__name__)

ROOT = Path(__file__).resolve().parents[2]
LOOK_SECONDS = 0.1
STATUS_SECONDS = 0.3
_ERRORS = {one.reason: one for one in (GeneratorBusy, GeneratorMissing, OutOfTime, PromptTooLong, Stopped)}


class SharedModel:
    """One worker's side of the model process. Safe for threads; each text has its own connection."""

    def __init__(
        self,
        path: Path,
        instance: Path,
        *,
        context: int = 4096,
        threads: int = 0,
        idle_seconds: float = 600.0,
    ) -> None:
        self.path, self.context = path, context
        self._place = Place.of(instance)
        self._threads, self._idle = threads, idle_seconds

    def generate(
        self,
        messages: Sequence[Message],
        *,
        limit: int,
        deadline: float,
        stop: threading.Event,
        on_waiting: Waiting | None = None,
    ) -> Iterator[str]:
        """See `Generator.generate`. Starts the model process if none runs, within the same deadline."""
        identity = self._identity()
        lines = self._connect_or_start(identity, deadline, stop)
        try:
            lines.send(
                do="write",
                messages=[message.to_json() for message in messages],
                limit=limit,
                seconds=max(0.0, deadline - time.monotonic()),
            )
            yield from self._receive(lines, deadline, stop, on_waiting)
        except Closed as error:
            why = "the model process ended while it wrote"
            self._place.note_failure(identity, why)
            raise GeneratorError(why) from error
        finally:
            # A client that goes away is a stop: the process looks for it.
            lines.close()

    def _receive(
        self, lines: Lines, deadline: float, stop: threading.Event, on_waiting: Waiting | None
    ) -> Iterator[str]:
        while True:
            problem = problem_of(deadline, time.monotonic(), stop)
            if problem:
                raise problem
            said = lines.receive(LOOK_SECONDS)
            if said is None:
                continue
            if "text" in said:
                yield str(said["text"])
            elif "waiting" in said and on_waiting:
                on_waiting(int(said["waiting"]))
            elif "error" in said:
                raise _ERRORS.get(said.get("reason", ""), GeneratorError)(said["error"])
            elif "done" in said:
                return

    def warm(self) -> None:
        """Start the model process in the background, so that the first text need not wait for it."""
        threading.Thread(target=self._warm, name="warm-model", daemon=True).start()

    def _warm(self) -> None:
        try:
            self._connect_or_start(self._identity(), time.monotonic() + 60, threading.Event()).close()
        except GeneratorError as error:
            log.warning("the model cannot be used: %s", error)

    def status(self) -> dict[str, Any]:
        """See `Generator.status`. `state`: ready, loading, failed, asleep (not started) or missing."""
        base = {"kind": "gguf", "model": self.path.name, "context": self.context, "queue": 0, "why": ""}
        try:
            identity = self._identity()
        except GeneratorMissing as error:
            return {**base, "state": "missing", "why": str(error)}
        why = self._place.recent_failure(identity)
        if why:
            return {**base, "state": "failed", "why": why}
        try:
            lines = self._connect()
        except OSError:
            return {**base, "state": "asleep"}
        try:
            lines.send(do="status")
            said = lines.receive(STATUS_SECONDS) or {}
        except Closed:
            return {**base, "state": "asleep"}
        finally:
            lines.close()
        known: dict[str, Any] = {
            name: said[name] for name in ("state", "queue", "why", "memory", "pid") if name in said
        }
        return {**base, "state": "loading", **known}

    def close(self) -> None:
        """Nothing is held between two texts; the process ends when all its workers are gone."""

    def end(self, seconds: float = 5.0) -> None:
        """End the model process, if one runs, and wait until it is gone."""
        with contextlib.suppress(OSError, Closed):
            lines = self._connect()
            lines.send(do="end")
            lines.close()
        end = time.monotonic() + seconds
        while self._is_running() and time.monotonic() < end:
            time.sleep(LOOK_SECONDS)

    def _identity(self) -> str:
        """The wanted model. Raises GeneratorMissing if it cannot be there."""
        if not hasattr(socket, "AF_UNIX"):
            raise GeneratorMissing("this system has no Unix sockets: name a server's address instead")
        if not llama.is_there():
            raise GeneratorMissing("llama-cpp-python is missing: pip install -r requirements/models.txt")
        try:
            gguf.check(self.path)
            return identity_of(self.path, self.context)
        except (gguf.NotAModel, OSError) as error:
            raise GeneratorMissing(str(error)) from error

    def _connect_or_start(self, identity: str, deadline: float, stop: threading.Event) -> Lines:
        """A connection to a process that holds the wanted model, loading or ready."""
        why = self._place.recent_failure(identity)
        if why:
            raise GeneratorMissing(why)
        started: subprocess.Popen | None = None
        while True:
            problem = problem_of(deadline, time.monotonic(), stop)
            if problem:
                raise problem
            lines = self._greet(identity)
            if lines is not None:
                return lines
            if started is None:
                started = self._start(identity)
            elif started.poll() is not None and not self._is_running():
                raise GeneratorMissing(self._failed_start(identity, started.returncode))
            time.sleep(LOOK_SECONDS)

    def _greet(self, identity: str) -> Lines | None:
        """Connect and say who one is; None if nobody is there, or somebody with another model."""
        try:
            lines = self._connect()
        except OSError:
            return None
        try:
            lines.send(do="hello", pid=os.getpid())
            said = lines.receive(5.0) or {}
            if said.get("identity") == identity:
                return lines
            lines.send(do="end")
        except Closed:
            pass
        lines.close()
        return None

    def _connect(self) -> Lines:
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            connection.settimeout(STATUS_SECONDS)
            connection.connect(str(self._place.socket))
        except OSError:
            connection.close()
            raise
        return Lines(connection)

    def _start(self, identity: str) -> subprocess.Popen | None:
        """Start the process, unless another worker is just doing it."""
        try:
            self._place.make()
        except PlaceError as error:
            raise GeneratorMissing(str(error)) from error
        with self._place.starting.open("w") as lock:
            if not machine_lock.taken(lock) or self._is_running():
                return None
            self._check_memory(identity)
            started = subprocess.Popen(
                self._command(),
                cwd=ROOT,
                env=own_environment(),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
            self._wait_until_it_listens(started)
            return started

    def _wait_until_it_listens(self, started: subprocess.Popen) -> None:
        """Hold the lock until the process holds its own: else two would be started."""
        end = time.monotonic() + 20
        while started.poll() is None and not self._is_running() and time.monotonic() < end:
            time.sleep(0.02)

    def _command(self) -> list[str]:
        return [
            sys.executable, "-m", "assistant.models.process",
            "--folder", str(self._place.folder),
            "--model", str(self.path),
            "--context", str(self.context),
            "--threads", str(self._threads),
            "--idle-seconds", str(self._idle),
            "--friend", str(os.getpid()),
        ]  # fmt: skip

    def _is_running(self) -> bool:
        """Whether a model process holds its lock here."""
        try:
            with self._place.lock.open("r") as lock:
                return not machine_lock.taken(lock)
        except OSError:
            return False

    def _check_memory(self, identity: str) -> None:
        free, wanted = memory.available(), memory.needed(self.path.stat().st_size, self.context)
        if free and wanted > free:
            why = f"not enough memory: {self.path.name} wants {wanted >> 20} MiB, {free >> 20} MiB are free"
            self._place.note_failure(identity, why)
            raise GeneratorMissing(why)

    def _failed_start(self, identity: str, code: int | None) -> str:
        why = self._place.recent_failure(identity) or f"the model process ended at once (code {code})"
        self._place.note_failure(identity, why)
        return why


def own_environment() -> dict[str, str]:
    """The environment of the model process: this one's, with the program's folder to import from.

    A single thread for numpy (OMP_NUM_THREADS) must not be a limit for the model, which counts its own.
    """
    paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    kept = {name: value for name, value in os.environ.items() if name != "OMP_NUM_THREADS"}
    return {**kept, "PYTHONPATH": os.pathsep.join(paths)}
