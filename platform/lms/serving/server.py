"""The site as it is served: granian's workers, and the one process that makes vectors beside them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from assistant import beside
from assistant.settings import ROOT
from lms.core.config import WebSettings

STOPPING_SECONDS = 10
"""What is being answered may take so long to end. An answer that a model writes would take a minute."""


@contextmanager
def vectors_beside(settings: WebSettings) -> Iterator[None]:
    """Make missing vectors while the site is served: in one process of its own, last in line for the cores.

    With the courses that come with the program nothing is missing, and it ends at once.
    """
    maker = beside.start(settings.shared)
    try:
        yield
    finally:
        maker.terminate()
        maker.wait(10)


def run_server(settings: WebSettings) -> int:
    """Serve `wsgi:app` with granian's workers."""
    from granian import Granian
    from granian.constants import Interfaces

    os.chdir(ROOT)
    server = Granian(
        "wsgi:app",
        address=settings.host,
        port=settings.port,
        interface=Interfaces.WSGI,
        workers=settings.workers,
        blocking_threads=settings.threads,
        respawn_failed_workers=True,
        workers_kill_timeout=STOPPING_SECONDS,
        log_access=False,
        websockets=False,
    )
    with vectors_beside(settings):
        server.serve()
    return 0
