"""An embedder in a process of its own, for the texts that are stored.

Native code reads them, and one text that it cannot bear would end whoever gave it: a start, an import, a
server. Here it ends a child, and the others get their vectors. Asked as
`python -m assistant.retrieval.making EMBEDDER`, this file is that child: a line of JSON in, a
.npy array out, until nothing more comes in.
"""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from types import TracebackType
from typing import IO, BinaryIO, NamedTuple

import numpy as np

from assistant.retrieval.embedding import Died, Embedder, EmbedderMissing, open_embedder
from assistant.settings import ROOT

CPU_SECONDS = 60.0
"""Processor time of one text, many hundred times what the longest takes; more ends the child."""

NOT_THE_TEXT = frozenset({signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGKILL})
"""Signals that come from outside: somebody stops the work, or the machine is short of memory."""

CANNOT_OPEN = 3
READY = b"ready\n"


class ChildDied(RuntimeError):
    """The child ended before it answered. `status` as of Popen: negative for a signal."""

    def __init__(self, status: int) -> None:
        self.status = status
        super().__init__(f"signal {-status}" if status < 0 else f"exit code {status}")


class TextRefused(RuntimeError):
    """The embedder raised an error; the child goes on."""


class _Child(NamedTuple):
    process: subprocess.Popen[bytes]
    asked: IO[bytes]
    reply: IO[bytes]


class Maker:
    """Makes vectors of stored texts with the embedder called `name`, in a child started when asked."""

    def __init__(self, name: str, command: Sequence[str] | None = None) -> None:
        """`command`: what is run instead of this file, for a child that is written otherwise."""
        self._name = name
        self._command = list(command or (sys.executable, "-m", "assistant.retrieval.making", name))
        self._child: _Child | None = None

    def passages(self, texts: Sequence[str]) -> list[np.ndarray | Died]:
        """A vector of each text, float32 of length 1, or how the child died of it.

        Raises EmbedderMissing if no child can be started at all.
        """
        return self._made(list(texts), "passages")

    def questions(self, texts: Sequence[str]) -> list[np.ndarray | Died]:
        """The same for texts that are asked."""
        return self._made(list(texts), "questions")

    def _made(self, texts: list[str], kind: str) -> list[np.ndarray | Died]:
        try:
            return list(self._ask(texts, kind))
        except (ChildDied, TextRefused):
            # What was spoilt may show only later: each gets a child of its own.
            self.close()
            return [self._made_alone(text, kind) for text in texts]

    def _made_alone(self, text: str, kind: str) -> np.ndarray | Died:
        try:
            return self._ask([text], kind)[0]
        except ChildDied as error:
            return Died(str(error), is_its_fault=-error.status not in NOT_THE_TEXT)
        except TextRefused as error:
            return Died(str(error))
        finally:
            self.close()

    def _ask(self, texts: list[str], kind: str) -> np.ndarray:
        child = self._running()
        try:
            child.asked.write(json.dumps({"kind": kind, "texts": texts}).encode() + b"\n")
            child.asked.flush()
            size = int(child.reply.readline() or b"-1")
            reply = child.reply.read(size) if size >= 0 else b""
        except (OSError, ValueError):
            size, reply = -1, b""
        if size < 0 or len(reply) < size:
            raise ChildDied(self._ended(child))
        if reply.startswith(b"!"):
            raise TextRefused(reply[1:].decode())
        return np.load(io.BytesIO(reply), allow_pickle=False)

    def _running(self) -> _Child:
        if self._child is None:
            self._child = self._start()
            reply = self._child.reply.readline()
            if reply != READY:
                status = self._ended(self._child)
                why = reply.decode().strip() or f"its process ended: {ChildDied(status)}"
                raise EmbedderMissing(f"embedder “{self._name}” makes no vectors: {why}")
        return self._child

    def _start(self) -> _Child:
        pipe = subprocess.PIPE
        child = subprocess.Popen(self._command, cwd=ROOT, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL)
        assert child.stdin is not None and child.stdout is not None, "they are pipes"
        return _Child(child, child.stdin, child.stdout)

    def _ended(self, child: _Child) -> int:
        """Wait for the child that has hung up; how it ended."""
        self._child = None
        child.reply.close()
        with suppress(OSError):
            child.asked.close()
        try:
            return child.process.wait(10)
        except subprocess.TimeoutExpired:
            child.process.kill()
            return child.process.wait()

    def close(self) -> None:
        """End the child; the next texts start another."""
        if self._child is not None:
            self._ended(self._child)

    def __enter__(self) -> Maker:
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


def answer(embedder: Embedder, asked: BinaryIO, reply: BinaryIO) -> None:
    """Answer line by line until nothing more is asked."""
    reply.write(READY)
    reply.flush()
    for line in asked:
        wanted = json.loads(line)
        limit(CPU_SECONDS * len(wanted["texts"]))
        try:
            vectors = embed(embedder, wanted["kind"], wanted["texts"])
            body = io.BytesIO()
            np.save(body, vectors, allow_pickle=False)
            packed = body.getvalue()
        except Exception as error:  # any library's own error: the text is skipped, the child goes on
            packed = f"!{type(error).__name__}: {error}"[:200].encode()
        limit(0)
        reply.write(b"%d\n" % len(packed) + packed)
        reply.flush()


def embed(embedder: Embedder, kind: str, texts: list[str]) -> np.ndarray:
    """Vectors of texts, as what is asked or as what is to be found: float32, shape (len(texts), size)."""
    if kind == "questions":
        return np.stack([embedder.query(text) for text in texts])
    return np.asarray(embedder.passages(texts), np.float32)


def limit(seconds: float) -> None:
    """End this process by a signal after so much processor time; 0: never."""
    signal.setitimer(signal.ITIMER_PROF, seconds)


def main() -> int:
    """The child."""
    # Whoever presses Ctrl+C means the parent, which then hangs up.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    reply = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    try:
        embedder = open_embedder(sys.argv[1])
    except EmbedderMissing as error:
        reply.write(f"{' '.join(str(error).split())}\n".encode())
        return CANNOT_OPEN
    if embedder is not None:
        answer(embedder, sys.stdin.buffer, reply)
    return 0


if __name__ == "__main__":
    sys.exit(main())
