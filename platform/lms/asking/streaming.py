"""An answer while a language model puts it into easier words: server-sent events, as the model goes.

Nothing here touches the answer that is shown already. The model writes in a thread of its own; the
server's thread only passes on what came, so that it notices within a second when nobody listens any more.
"""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Callable, Iterator
from http import HTTPStatus
from queue import Empty, SimpleQueue
from typing import Any

from flask import Response

from assistant.answer import Improved

PULSE_SECONDS = 1.0
"""So often something is sent, at least: only a failed sending tells that the reader has left."""
SPARE_SECONDS = 5.0
"""How long after its own deadline the model is still waited for."""
KEPT_FREE = 2
"""Threads of a worker that streams never take: somebody else wants a page."""
MOST = 10
"""As many threads as streams are counted from: the model answers one after another anyway."""
AGAIN_AFTER = {"Retry-After": "60"}
HEADERS = {
    "Cache-Control": "no-store",
    # A proxy in front must not gather the sentences.
    "X-Accel-Buffering": "no",
}
PULSE = ":\n\n"

Rewrite = Callable[..., Improved]
"""`Assistant.improve` for one answer: takes stop, on_text and on_waiting."""
Settle = Callable[[Improved | None], dict[str, Any]]
"""What the last event says, given what came of it (None: it failed); stores what is to be stored."""

log = logging.getLogger("lms")


class Places:
    """The streams that this process may have open at once. Each holds a thread of the server."""

    def __init__(self, threads: int) -> None:
        self._free = threading.BoundedSemaphore(max(1, threads - KEPT_FREE))

    def response(self, rewrite: Rewrite, settle: Settle, seconds: float) -> Response:
        """The stream of one answer, or 503 if all places are taken.

        `seconds`: what `rewrite` gives itself, for ending one that does not keep to it.
        """
        if not self._free.acquire(blocking=False):
            return Response(status=HTTPStatus.SERVICE_UNAVAILABLE, headers=AGAIN_AFTER)
        stop = threading.Event()
        stream = events(rewrite, settle, stop, seconds + SPARE_SECONDS)
        response = Response(stream, mimetype="text/event-stream", headers=HEADERS)
        # Also for a stream that was never begun: its own `finally` would not run.
        response.call_on_close(stop.set)
        response.call_on_close(self._free.release)
        return response


def events(rewrite: Rewrite, settle: Settle, stop: threading.Event, seconds: float) -> Iterator[str]:
    """`waiting`, `text` and at last `answer`; closing it sets `stop`, and nothing is settled then."""
    progress: SimpleQueue[str | Improved | None] = SimpleQueue()
    until = time.monotonic() + seconds
    worker = threading.Thread(target=_write, args=(rewrite, stop, progress), name="rewriting", daemon=True)
    try:
        yield PULSE
        worker.start()
        ended, improved = False, None
        while not ended and time.monotonic() < until:
            try:
                news = progress.get(timeout=PULSE_SECONDS)
            except Empty:
                yield PULSE
                continue
            if isinstance(news, str):
                yield news
            else:
                ended, improved = True, news
        yield event("answer", settle(improved))
    finally:
        stop.set()


def _write(rewrite: Rewrite, stop: threading.Event, progress: SimpleQueue) -> None:
    """Let the model write, and put each event, then what came of it, into the queue."""
    improved = None
    try:
        improved = rewrite(
            stop=stop,
            on_text=lambda text: progress.put(event("text", {"text": text})),
            on_waiting=lambda before: progress.put(event("waiting", {"before": before})),
        )
    except Exception:  # whatever happens in this thread, the reader must hear that it is over
        log.exception("an answer could not be rewritten")
    finally:
        progress.put(improved)


def event(name: str, data: dict[str, Any]) -> str:
    """One server-sent event; JSON has no line breaks, which would end it."""
    return f"event: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"
