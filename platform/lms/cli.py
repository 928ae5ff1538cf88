"""The commands of `python wsgi.py`: serve, prepare, demo, admin-link, routes."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from assistant import beside
from assistant.knowledge.store import KnowledgeStore
from assistant.knowledge.store import prepare as prepare_knowledge
from assistant.service import Assistant
from assistant.settings import ROOT, SettingError
from assistant.storage import StorageError, make_engine, utc_now
from courses import reader
from lms.core import log
from lms.core.config import WebSettings, secret_key
from lms.core.database import Database
from lms.tables import upgrade_schema

STOPPING_SECONDS = 10
"""What is being answered may take so long to end. An answer that a model writes would take a minute."""


def main(argv: list[str] | None = None) -> int:
    """Run one command; returns the exit code. Errors a person can mend are one sentence, no traceback."""
    parser = argparse.ArgumentParser(prog="wsgi.py", description="Học Số")
    commands = parser.add_subparsers(dest="command")
    for name, (run, words) in COMMANDS.items():
        command = commands.add_parser(name, help=words)
        command.set_defaults(run=run)
    parser.set_defaults(run=serve)
    arguments = parser.parse_args(argv)
    log.set_up()
    try:
        return arguments.run()
    except (SettingError, StorageError) as error:
        print(f"Học Số: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


@contextmanager
def step(words: str):
    """Say what is being done, and how long it took."""
    print(f"  {words} …", file=sys.stderr, flush=True)
    began = time.perf_counter()
    yield
    seconds = time.perf_counter() - began
    if seconds >= 1:
        print(f"    xong sau {seconds:.0f} giây", file=sys.stderr, flush=True)


def prepare(settings: WebSettings | None = None) -> int:
    """Bring database, courses and index up to date; safe to run again and while the site is served."""
    settings = settings or WebSettings.load()
    settings.instance.mkdir(parents=True, exist_ok=True)
    secret_key(settings.instance)
    engine = make_engine(settings.shared.database_url)
    backups = settings.instance / "backups" if settings.shared.backup_before_migration else None
    with step("Cơ sở dữ liệu"):
        upgrade_schema(engine, backups)
        prepare_knowledge(engine, backups)
    with step("Bài học và chỉ mục tìm kiếm"):
        library = reader.load(settings.shared.courses or None)
        assistant = Assistant.open(settings.shared, library, engine=engine)
        status = assistant.status()
    for problem in [*map(str, library.errors), *status["problems"]]:
        print(f"    ! {problem}", file=sys.stderr)
    with Database(engine).writer.begin() as db:
        from lms.accounts import service as accounts
        from lms.asking import forgetting
        from lms.knowledge import service as knowledge

        # The questions first, while they still lead to their guests.
        forgetting.forget_guests_questions(db, utc_now())
        accounts.forget_guests(db)
        knowledge.follow_all_contacts(db, KnowledgeStore(engine))
    engine.dispose()
    return 0


def prepare_command() -> int:
    """`prepare`: all that must be done before serving, then stop."""
    return prepare()


def first_administrator(settings: WebSettings) -> str | None:
    """The address for making the first administrator, or None if there is one."""
    from lms.accounts import service as accounts

    engine = make_engine(settings.shared.database_url)
    with Database(engine).writer.begin() as db:
        token = accounts.first_administrator_link(db)
    engine.dispose()
    if token is None:
        return None
    base = settings.public_url.rstrip("/") or f"http://{settings.host}:{settings.port}"
    return f"{base}/bat-dau/{token}"


def admin_link() -> int:
    """`admin-link`: print a fresh one-time link while there is no administrator."""
    settings = WebSettings.load()
    address = first_administrator(settings)
    print(address or "Đã có người quản trị. Người đó giao thêm quyền trong trang Quản trị.")
    return 0 if address else 1


def serve() -> int:
    """`serve`: prepare, print the address, and serve until stopped."""
    settings = WebSettings.load()
    print("Học Số đang chuẩn bị", file=sys.stderr)
    prepare(settings)
    announce(settings)
    return run_server(settings)


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


def announce(settings: WebSettings) -> None:
    """Say where to look, and how the first administrator begins."""
    link = first_administrator(settings)
    print(f"\n  Học Số: http://{settings.host}:{settings.port}", flush=True)
    if link:
        print(f"  Người quản trị đầu tiên (dùng một lần): {link}", flush=True)
    print("  Dừng: Ctrl+C\n", flush=True)


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


def demo() -> int:
    """`demo`: the same as serve, in an instance of its own with a believable commune in it."""
    from lms import demo as commune

    os.environ.setdefault("HOCSO_INSTANCE", str(ROOT / "instance" / "demo"))
    settings = WebSettings.load()
    print("Học Số (bản xem thử) đang chuẩn bị", file=sys.stderr)
    prepare(settings)
    with step("Xã mẫu"):
        lines = commune.fill(settings)
    announce(settings)
    for line in lines:
        print(f"  {line}", flush=True)
    return run_server(settings)


COMMANDS: dict[str, tuple[Callable[[], int], str]] = {
    "serve": (serve, "chuẩn bị rồi chạy (mặc định)"),
    "prepare": (prepare_command, "cập nhật cơ sở dữ liệu, bài học, chỉ mục"),
    "demo": (demo, "chạy với một xã mẫu"),
    "admin-link": (admin_link, "in đường dẫn tạo người quản trị đầu tiên"),
}
