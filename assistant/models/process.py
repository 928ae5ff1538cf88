"""python -m assistant.models.process: the one process of a machine that holds a model.

It is started by the first worker that needs it, and answers on a Unix socket, one JSON object a line:

    → {"do": "hello", "pid": 123}
    ← {"state": "loading" | "ready" | "failed", "identity": …, "queue": 2, …}
    → {"do": "write", "messages": […], "limit": 300, "seconds": 30}
    ← {"waiting": 1} … {"text": "…"} … {"done": true} or {"error": …, "reason": …}
    → {"do": "stop"}, {"do": "status"}, {"do": "end"}

It ends by itself when nobody has asked for a while, and when all who ever said hello are gone.
"""

from __future__ import annotations

import argparse
import contextlib
import logging
import os
import socket
import struct
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from assistant import machine_lock
from assistant.models.generator import Generator, GeneratorError, Message
from assistant.models.json_lines import Closed, Lines
from assistant.models.queue import Queue
from assistant.models.socket_folder import Place, identity_of

log = logging.getLogger(__name__)

LOOK_SECONDS = 1.0
NICENESS = 5
"""Pages come before texts."""


class ModelServer:
    """Listens at a place and lets one model write for whoever asks."""

    def __init__(
        self, place: Place, identity: str, load: Callable[[], Generator], idle_seconds: float = 600.0
    ) -> None:
        self._place, self._identity, self._load, self._idle = place, identity, load, idle_seconds
        self._model: Generator | None = None
        self._failure = ""
        self._loaded = threading.Event()
        self._ending = threading.Event()
        self._queue = Queue()
        self._friends: dict[int, str] = {}
        self._used_at = time.monotonic()

    def befriend(self, pid: int) -> None:
        """Stay as long as this process runs, too."""
        self._friends[pid] = started_at(pid)

    def run(self) -> None:
        """Serve until there is no need any more. Returns at once if another process serves here."""
        self._place.make()
        with self._place.lock.open("w") as lock:
            if not machine_lock.taken(lock):
                return
            with self._listening() as listener:
                threading.Thread(target=self._load_model, name="load", daemon=True).start()
                while not self._is_over():
                    self._accept(listener)
            self._place.socket.unlink(missing_ok=True)
        if self._model:
            self._model.close()

    @contextlib.contextmanager
    def _listening(self) -> Iterator[socket.socket]:
        self._place.socket.unlink(missing_ok=True)
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
            listener.bind(str(self._place.socket))
            self._place.socket.chmod(0o600)
            listener.listen(16)
            listener.settimeout(LOOK_SECONDS)
            yield listener

    def _accept(self, listener: socket.socket) -> None:
        try:
            connection, _address = listener.accept()
        except TimeoutError:
            return
        if not is_own_user(connection):
            connection.close()
            return
        threading.Thread(target=self._serve, args=(Lines(connection),), daemon=True).start()

    def _is_over(self) -> bool:
        if self._ending.is_set():
            return True
        if self._queue.length:
            self._used_at = time.monotonic()
        is_alone = bool(self._friends) and not any(is_alive(*one) for one in list(self._friends.items()))
        return is_alone or time.monotonic() - self._used_at > self._idle

    def _load_model(self) -> None:
        try:
            self._model = self._load()
            self._place.forget_failure()
        except GeneratorError as error:
            self._failure = str(error)
            self._place.note_failure(self._identity, self._failure)
        finally:
            self._loaded.set()
        if self._failure:
            # Whoever waits for it is told; then there is nothing to stay for.
            time.sleep(LOOK_SECONDS)
            self._ending.set()

    def _serve(self, lines: Lines) -> None:
        stop = threading.Event()
        try:
            while True:
                wish = lines.receive(None)
                if wish is None:
                    continue  # a text that is being sent lends its time limit to the connection
                if wish.get("do") != "status":  # looking at it is no use of it
                    self._used_at = time.monotonic()
                self._answer(lines, wish, stop)
        except Closed:
            stop.set()
        finally:
            lines.close()

    def _answer(self, lines: Lines, wish: dict[str, Any], stop: threading.Event) -> None:
        what = wish.get("do")
        if what == "write":
            stop.clear()
            threading.Thread(target=self._write, args=(lines, wish, stop), daemon=True).start()
            return
        if what == "stop":
            stop.set()
            return
        if what == "hello" and isinstance(wish.get("pid"), int):
            self.befriend(wish["pid"])
        if what == "end":
            self._ending.set()
        lines.send(**self.status())

    def status(self) -> dict[str, Any]:
        """What the process holds, for whoever asks."""
        state = "failed" if self._failure else "ready" if self._loaded.is_set() else "loading"
        return {
            "state": state,
            "identity": self._identity,
            "why": self._failure,
            "queue": self._queue.length,
            "memory": resident_bytes(),
            "pid": os.getpid(),
        }

    def _write(self, lines: Lines, wish: dict[str, Any], stop: threading.Event) -> None:
        me = object()
        try:
            deadline = time.monotonic() + float(wish["seconds"])
            messages = [Message(str(one["role"]), str(one["content"])) for one in wish["messages"]]
            limit = int(wish["limit"])

            def tell(before: int) -> None:
                lines.send(waiting=before)

            self._queue.wait(me, deadline, stop, tell)
            self._write_now(lines, messages, limit, deadline, stop)
        except GeneratorError as error:
            self._say_why(lines, str(error), error.reason)
        except (KeyError, TypeError, ValueError) as error:
            self._say_why(lines, f"no such wish: {error}", "failed")
        except Closed:
            stop.set()
        finally:
            self._queue.leave(me)
            self._used_at = time.monotonic()

    def _write_now(
        self, lines: Lines, messages: list[Message], limit: int, deadline: float, stop: threading.Event
    ) -> None:
        self._loaded.wait(max(0.0, deadline - time.monotonic()))
        if self._model is None:
            raise GeneratorError(self._failure or "the model is still being loaded")
        for piece in self._model.generate(messages, limit=limit, deadline=deadline, stop=stop):
            lines.send(text=piece)
        lines.send(done=True)

    def _say_why(self, lines: Lines, words: str, reason: str) -> None:
        with contextlib.suppress(Closed):
            lines.send(error=words, reason=reason)


def is_own_user(connection: socket.socket) -> bool:
    """Whether the one who connects runs as this very user (or root), where the system can tell."""
    if not hasattr(socket, "SO_PEERCRED"):
        return True
    size = struct.calcsize("3i")
    _pid, user, _group = struct.unpack(
        "3i", connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, size)
    )
    return user in (os.getuid(), 0)


def started_at(pid: int) -> str:
    """When a process began, to tell it from a later one with the same number; "" if unknown."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2]
    except OSError:
        return ""
    return fields.split()[19]


def is_alive(pid: int, began: str) -> bool:
    """Whether the process that began then still runs."""
    if Path("/proc/self").exists():
        return bool(began) and started_at(pid) == began and not is_ended(pid)
    try:
        os.kill(pid, 0)
    except OSError:
        return False
    return True


def is_ended(pid: int) -> bool:
    """Whether a process has ended and only its parent has not yet looked."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2]
    except OSError:
        return True
    return fields.split()[0] in ("Z", "X")


def resident_bytes() -> int:
    """Memory of this process in bytes; 0 where it cannot be told."""
    try:
        return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * os.sysconf(
            "SC_PAGE_SIZE"
        )
    except (OSError, ValueError):
        return 0


def main(arguments: list[str] | None = None) -> int:
    """Hold one model until nobody needs it."""
    parser = argparse.ArgumentParser(prog="python -m assistant.models.process", description=__doc__)
    parser.add_argument("--folder", type=Path, required=True, help="where the socket is")
    parser.add_argument("--model", type=Path, required=True, metavar="FILE.gguf")
    parser.add_argument("--context", type=int, default=4096, help="tokens")
    parser.add_argument("--threads", type=int, default=0, help="0: as many as there are cores")
    parser.add_argument("--idle-seconds", type=float, default=600.0)
    parser.add_argument("--friend", type=int, action="append", default=[], metavar="PID")
    options = parser.parse_args(arguments)
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr)
    os.nice(NICENESS)
    server = ModelServer(
        Place(options.folder),
        identity_of(options.model, options.context),
        lambda: open_file(options.model, options.context, options.threads),
        options.idle_seconds,
    )
    for pid in options.friend:
        server.befriend(pid)
    server.run()
    return 0


def open_file(path: Path, context: int, threads: int) -> Generator:
    """Load the model. Raises GeneratorMissing."""
    from assistant.models.llama import LlamaFile

    return LlamaFile(path, context, threads)


if __name__ == "__main__":
    sys.exit(main())
