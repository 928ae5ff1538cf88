"""A model on a server that speaks OpenAI's protocol: llama.cpp's own, vLLM, Ollama and others."""

from __future__ import annotations

import contextlib
import http.client
import json
import queue
import socket
import ssl
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from assistant.models.generator import (
    GeneratorBusy,
    GeneratorError,
    GeneratorMissing,
    Message,
    OutOfTime,
    PromptTooLong,
    Waiting,
    problem_of,
)
from assistant.models.queue import Queue

LOOK_SECONDS = 0.1
LONGEST = 1 << 20
"""Bytes that are read of one text; a server that sends more is broken."""

AT_ONCE = 4
"""Texts that one worker lets wait at a server; the server has a queue of its own."""


@dataclass(frozen=True)
class Address:
    """Where a server is: scheme, host, port, path before /chat/completions, and the model's name there."""

    scheme: str
    host: str
    port: int
    path: str
    model: str

    @classmethod
    def parse(cls, written: str) -> Address:
        """Read “http://host:port/v1#name-of-model”; “/v1” and the name may be left out. Raises ValueError."""
        parts = urlsplit(written.strip())
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError(f"“{written}” is no address of a model server; write http://127.0.0.1:8080")
        if parts.username or parts.query:
            raise ValueError("the address of a model server has no password and no “?”; use model_key")
        path = parts.path.rstrip("/").removesuffix("/chat/completions")
        port = parts.port or (443 if parts.scheme == "https" else 80)
        return cls(parts.scheme, parts.hostname, port, path or "/v1", parts.fragment)

    @property
    def shown(self) -> str:
        """The address without the model's name."""
        return f"{self.scheme}://{self.host}:{self.port}{self.path}"


class OpenAIServer:
    """One worker's side of a server. Safe for threads; no redirect is followed."""

    def __init__(self, written: str, key: str = "") -> None:
        """`written`: see `Address.parse`; `key`: sent as a bearer token. Raises ValueError."""
        self.address = Address.parse(written)
        self._key = key
        self._name = self.address.model
        self._queue = Queue(most_waiting=AT_ONCE)

    def generate(
        self,
        messages: Sequence[Message],
        *,
        limit: int,
        deadline: float,
        stop: threading.Event,
        on_waiting: Waiting | None = None,
    ) -> Iterator[str]:
        """See `Generator.generate`."""
        me = object()
        self._queue.wait(me, deadline, stop, on_waiting)
        try:
            yield from self._pieces(messages, limit, deadline, stop)
        finally:
            self._queue.leave(me)

    def _pieces(
        self, messages: Sequence[Message], limit: int, deadline: float, stop: threading.Event
    ) -> Iterator[str]:
        wish = {
            "messages": [message.to_json() for message in messages],
            "max_tokens": limit,
            "temperature": 0.0,
            "stream": True,
            **({"model": self._name} if self._name else {}),
        }
        connection = self._connect(deadline)
        reading = Reading(
            connection, self.address.path + "/chat/completions", json.dumps(wish), self._headers()
        )
        try:
            for line in reading.lines(deadline, stop):
                piece = piece_of(line)
                if piece is None:
                    return
                if piece:
                    yield piece
            raise GeneratorError("the model server broke off")
        finally:
            # Closing the connection is how a server is told to write no further.
            reading.close()

    def _connect(self, deadline: float) -> http.client.HTTPConnection:
        seconds = max(0.1, deadline - time.monotonic())
        if self.address.scheme == "https":
            context = ssl.create_default_context()
            return http.client.HTTPSConnection(
                self.address.host, self.address.port, timeout=seconds, context=context
            )
        return http.client.HTTPConnection(self.address.host, self.address.port, timeout=seconds)

    def _headers(self) -> dict[str, str]:
        key = {"Authorization": f"Bearer {self._key}"} if self._key else {}
        return {"Content-Type": "application/json", "Accept": "text/event-stream", **key}

    def status(self) -> dict[str, Any]:
        """See `Generator.status`. Asks the server for its models, for one second at most."""
        base = {"kind": "server", "model": self._name, "address": self.address.shown, "why": ""}
        connection = self._connect(time.monotonic() + 1)
        try:
            connection.request("GET", self.address.path + "/models", headers=self._headers())
            answer = connection.getresponse()
            answer.read(LONGEST)
        except (OSError, http.client.HTTPException) as error:
            return {**base, "state": "missing", "queue": 0, "why": f"{type(error).__name__}"}
        finally:
            connection.close()
        is_well = answer.status == 200
        why = "" if is_well else f"the server answers {answer.status}"
        return {**base, "state": "ready" if is_well else "failed", "queue": self._queue.length, "why": why}

    def close(self) -> None:
        """Nothing is held between two texts."""


class Reading:
    """One answer that is being read in a thread of its own, so that a stop need not wait for the server."""

    def __init__(
        self, connection: http.client.HTTPConnection, path: str, body: str, headers: dict[str, str]
    ) -> None:
        self._connection = connection
        self._wish = (path, body.encode(), headers)
        self._socket: socket.socket | None = None
        self._is_over = False
        self._lines: queue.SimpleQueue[str | GeneratorError | None] = queue.SimpleQueue()
        threading.Thread(target=self._read, name="model-server", daemon=True).start()

    def lines(self, deadline: float, stop: threading.Event) -> Iterator[str]:
        """The lines as they come. Raises a GeneratorError."""
        while True:
            problem = problem_of(deadline, time.monotonic(), stop)
            if problem:
                raise problem
            try:
                said = self._lines.get(timeout=LOOK_SECONDS)
            except queue.Empty:
                continue
            if said is None:
                return
            if isinstance(said, GeneratorError):
                raise said
            yield said

    def _read(self) -> None:
        try:
            self._read_all()
            self._lines.put(None)
        except GeneratorError as error:
            self._lines.put(error)
        except TimeoutError:
            self._lines.put(OutOfTime("the model server took too long"))
        except (OSError, http.client.HTTPException, ValueError, AttributeError) as error:
            # AttributeError: http.client's own, when another thread closes what it reads.
            self._lines.put(GeneratorMissing(f"the model server cannot be read: {type(error).__name__}"))

    def _read_all(self) -> None:
        path, body, headers = self._wish
        self._connection.connect()
        # http.client forgets it where the server will close the connection after its answer.
        self._socket = self._connection.sock
        if self._is_over:
            return
        self._connection.request("POST", path, body=body, headers=headers)
        answer = self._connection.getresponse()
        if answer.status != 200:
            raise refused(answer.status, answer.read(4096).decode("utf-8", "replace"))
        read = 0
        while line := answer.readline(65536):
            read += len(line)
            if read > LONGEST:
                raise GeneratorError("the model server sends without end")
            self._lines.put(line.decode("utf-8", "replace").strip())

    def close(self) -> None:
        """End it; the thread notices by the closed connection."""
        self._is_over = True
        with contextlib.suppress(OSError):
            if self._socket is not None:
                self._socket.shutdown(socket.SHUT_RDWR)
        self._connection.close()


def refused(status: int, words: str) -> GeneratorError:
    """What a server's refusal means; its words are looked at, never passed on."""
    if status in (429, 503):
        return GeneratorBusy(f"the model server is busy ({status})")
    if status == 400 and "context" in words.lower():
        return PromptTooLong("more than the model server's context")
    if status in (401, 403, 404):
        return GeneratorMissing(f"the model server turns us down ({status}): check model and model_key")
    return GeneratorError(f"the model server answers {status}")


def piece_of(line: str) -> str | None:
    """The text in one line of a stream: "" for a line without any, None at the end. Raises GeneratorError."""
    if not line.startswith("data:"):
        return ""
    data = line.removeprefix("data:").strip()
    if data == "[DONE]":
        return None
    try:
        value = json.loads(data)
        if "error" in value:
            raise GeneratorError("the model server broke off")
        choices = value.get("choices") or [{}]
        return str((choices[0].get("delta") or {}).get("content") or "")
    except (ValueError, AttributeError, TypeError) as error:
        raise GeneratorError("the model server does not speak OpenAI's protocol") from error
