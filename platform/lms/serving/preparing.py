"""All that must be done before the site is served: database, courses, index, and what is due to go."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine

from assistant.knowledge.store import KnowledgeStore
from assistant.knowledge.store import prepare as prepare_knowledge
from assistant.service import Assistant
from courses.reading import reader
from lms.backup import kept, state
from lms.core.config import ROOT, SettingError, WebSettings, secret_key
from lms.core.database import Database, make_engine
from lms.core.storage import disk
from lms.tables import upgrade_schema

SIGNS = {"config.toml", "secret.key", "hocso.db"}
"""Files by which a folder is known as an instance."""
OURS = {*kept.DERIVED, state.STATE, "lost+found", "System Volume Information"}


@contextmanager
def step(words: str) -> Iterator[None]:
    """Say what is being done, and how long it took."""
    print(f"  {words} …", file=sys.stderr, flush=True)
    began = time.perf_counter()
    yield
    seconds = time.perf_counter() - began
    if seconds >= 1:
        print(f"    xong sau {seconds:.0f} giây", file=sys.stderr, flush=True)


def index_here(settings: WebSettings, engine: Engine) -> list[str]:
    """Index what is new, and tell what is wrong: a sentence each."""
    library = reader.load(settings.shared.courses or None)
    assistant = Assistant.open(settings.shared, library, engine=engine)
    return [*map(str, library.errors), *assistant.status()["problems"]]


def index_apart(settings: WebSettings) -> list[str]:
    """The same in a process of its own: its memory is given back, and whatever ends it does not end us."""
    done = subprocess.run(
        [sys.executable, "-m", "assistant", "doctor"],
        cwd=ROOT,
        env={**os.environ, **settings.shared.for_child()},
        capture_output=True,
        text=True,
        check=False,
    )
    left_out = [line for line in done.stderr.splitlines() if line.startswith("left out: ")]
    try:
        return [*left_out, *json.loads(done.stdout)["problems"]]
    except (ValueError, KeyError, TypeError):
        last = done.stderr.strip().splitlines()[-1:] or [f"mã {done.returncode}"]
        return [*left_out, f"chưa chuẩn bị được chỉ mục ({last[0]}); hãy chạy: python -m assistant doctor"]


def must_be_an_instance(folder: Path) -> None:
    """Raise SettingError for a folder with other things in it, and nothing of ours: a home, a web page.

    Everything in an instance is closed to others on the machine.
    """
    names = sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []
    others = [name for name in names if name not in OURS and not kept.NOT_KEPT.fullmatch(name)]
    if others and not SIGNS & set(names):
        raise SettingError(
            f"Thư mục “{folder}” đang có thứ khác ({', '.join(others[:3])}). Học Số cần một thư mục riêng. "
            "Bạn đặt HOCSO_INSTANCE là một thư mục mới, rồi chạy lại."
        )


def prepare(settings: WebSettings | None = None, apart: bool = False) -> int:
    """Bring database, courses and index up to date; safe to run again and while the site is served.

    `apart`: index in another process, for a server that lives on and would keep the memory.
    """
    settings = settings or WebSettings.load()
    must_be_an_instance(settings.instance)
    settings.instance.mkdir(parents=True, exist_ok=True, mode=0o700)
    disk.tighten(settings.instance)
    secret_key(settings.instance)
    engine = make_engine(settings.shared.database_url)
    backups = settings.instance / "backups" if settings.shared.backup_before_migration else None
    with step("Cơ sở dữ liệu"):
        upgrade_schema(engine, backups)
        prepare_knowledge(engine, backups)
    with step("Bài học và chỉ mục tìm kiếm"):
        problems = index_apart(settings) if apart else index_here(settings, engine)
    for problem in problems:
        print(f"    ! {problem}", file=sys.stderr)
    with Database(engine).writer.begin() as db:
        from lms.knowledge import service as knowledge

        knowledge.follow_all_contacts(db, KnowledgeStore(engine))
    engine.dispose()
    return 0
