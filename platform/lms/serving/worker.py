"""What runs first in each worker: who may stop it, and when it leaves by itself."""

from __future__ import annotations

import os
import select
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

LOOK_SECONDS = 0.5
DRAIN_SECONDS = 4.0
"""A worker that is stopped, or whose parent is gone, ends what it is answering, but no longer than this."""

STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Farewell:
    """Made before the workers are started, which inherit it: once said, they know that they have to leave.

    A SIGTERM that meets a worker while its loop is starting may be lost; this is not.
    """

    def __init__(self) -> None:
        self._hears, self._says = os.pipe()

    def say(self) -> None:
        """Tell all workers, of now and of later."""
        os.write(self._says, b".")

    def is_said(self, seconds: float) -> bool:
        """Wait for it no longer than so many seconds. What was said stays said: nobody takes it away."""
        return bool(select.select([self._hears], [], [], seconds)[0])


farewell = Farewell()


@contextmanager
def signals_held() -> Iterator[None]:
    """Keep the signals that stop back: a process started in here has them held from its first moment.

    Else a worker that is stopped before it can listen swallows the signal with its parent's handler.
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, STOPPING)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def load_application() -> Callable[..., Any]:
    """Called by granian in a new worker: the gateway before the WSGI application.

    Ctrl+C and a closed window reach every process of the terminal; a worker waits for its parent's
    SIGTERM instead: granian's workers hang when two of these signals come in one moment.
    """
    parent = os.getppid()
    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # while loading, nothing is lost by leaving at once
    signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGTERM])
    threading.Thread(target=leave_with, args=(parent,), name="leave-with-parent", daemon=True).start()
    from lms.serving.failures import explain

    try:
        import wsgi

        return wsgi.gateway
    except Exception as error:
        print(f"Học Số: {explain(error)}", file=sys.stderr, flush=True)
        raise SystemExit(3) from None


def leave_with(parent: int) -> None:
    """Stop this process soon after the process `parent`, which started it, said farewell or is gone.

    Workers without a parent would go on answering, hold the port, and nothing could stop them. After a
    farewell granian sends a SIGTERM; who has not left when it should have taken effect leaves here.
    """
    while os.getppid() == parent:
        if farewell.is_said(LOOK_SECONDS):
            time.sleep(DRAIN_SECONDS)
            os._exit(0)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(DRAIN_SECONDS)
    os._exit(1)
