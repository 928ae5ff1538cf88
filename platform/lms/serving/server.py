"""The site as it is served: granian's workers, and what runs beside them.

Vectors that are missing are made by a process that a worker starts (`assistant.indexing.live`).
"""

from __future__ import annotations

import importlib
import logging
import os
import resource
import signal
from contextlib import suppress
from typing import Any

from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings

from assistant import memory
from lms.core.config import ROOT, WebSettings
from lms.serving.nightly import backups_beside
from lms.serving.worker import farewell, load_application, signals_held

STOPPING_SECONDS = 8
"""A process that has not left after so long is killed; workers leave by themselves before (DRAIN_SECONDS)."""
HEADERS_SECONDS = 15
CONNECTIONS = 4096
"""Open connections that a worker takes, if the system lets it have so many files open."""
OTHER_FILES = 200
"""Files that a worker has open besides: the database, the log, models."""

log = logging.getLogger("lms")


def most_connections() -> int:
    """How many connections a worker may take; more of them wait outside instead of failing inside.

    Raises the soft limit of open files as far as the system allows, and logs where that is little.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = CONNECTIONS + OTHER_FILES
    limit = hard if hard != resource.RLIM_INFINITY else wanted
    if soft != resource.RLIM_INFINITY and soft < min(limit, wanted):
        soft = min(limit, wanted)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    most = CONNECTIONS if soft == resource.RLIM_INFINITY else max(16, min(CONNECTIONS, soft - OTHER_FILES))
    if most < CONNECTIONS:
        log.warning("ulimit -n is %s: a worker takes at most %s connections at once", soft, most)
    return most


class Server(Granian):  # type: ignore[misc,valid-type]  # granian picks one of its classes when loaded
    """granian, stopped by Ctrl+C, SIGTERM, and by the closing of its window (SIGHUP)."""

    is_said = False

    def signal_handler_interrupt(self, *arguments: Any, **named: Any) -> None:
        """Say that it stops, once, and stop as granian does."""
        # A worker that was just forked has this handler too, until it has its own.
        if os.getpid() == self.pid and not self.is_said:
            self.is_said = True
            say("\n  Đang dừng …")
        super().signal_handler_interrupt(*arguments, **named)

    # granian would start its workers anew, and live on without a window.
    signal_handler_reload = signal_handler_interrupt

    def shutdown(self, exit_code: int = 0) -> None:
        """Stop the workers, then the rest."""
        farewell.say()
        super().shutdown(exit_code)

    def _spawn_worker(self, *arguments: Any, **named: Any) -> Any:
        worker = super()._spawn_worker(*arguments, **named)
        start = worker.start

        def start_deaf() -> None:
            with signals_held():
                start()

        worker.start = start_deaf
        return worker


def say(words: str) -> None:
    """Write a line to standard error, also from a signal handler; the window may be gone already."""
    with suppress(OSError):
        os.write(2, f"{words}\n".encode())


def run_server(settings: WebSettings) -> int:
    """Serve `wsgi:gateway` until it is stopped; returns the exit code."""
    # Workers read the settings anew, from another folder: a relative one would be another place there.
    os.environ["HOCSO_INSTANCE"] = str(settings.instance)
    os.chdir(ROOT)
    server = Server(
        "wsgi:gateway",
        address=settings.host,
        port=settings.port,
        interface=Interfaces.RSGI,
        http=HTTPModes.http1,
        # Half a request, and a connection that only waits for its next one, go after this time.
        http1_settings=HTTP1Settings(header_read_timeout=HEADERS_SECONDS * 1000),
        backpressure=most_connections(),
        workers=settings.workers,
        respawn_failed_workers=True,
        workers_kill_timeout=STOPPING_SECONDS,
        log_access=False,
        websockets=False,
    )
    if signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:
        # Started with nohup: it was asked to outlive its window.
        server.on_startup(lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN))
    # What each worker would load for itself: forked with it, they share the most of it.
    importlib.import_module("lms.app")
    memory.share_what_is_loaded()
    code = 0
    with backups_beside(settings):
        try:
            server.serve(target_loader=load_application, wrap_loader=False)
        except SystemExit as left:
            code = left.code if isinstance(left.code, int) else 1
    if code:
        say("Học Số đã dừng vì máy chủ hỏng: xem các dòng ở trên.")
    else:
        say("  Học Số đã dừng.")
    return code
