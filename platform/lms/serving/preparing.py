"""All that must be done before the site is served: database, courses, index, and what is due to go."""

from __future__ import annotations

import sys
import time
from contextlib import contextmanager

from assistant.knowledge.store import KnowledgeStore
from assistant.knowledge.store import prepare as prepare_knowledge
from assistant.service import Assistant
from assistant.storage import make_engine, utc_now
from courses import reader
from lms.core import disk
from lms.core.config import WebSettings, secret_key
from lms.core.database import Database
from lms.tables import upgrade_schema


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
    settings.instance.mkdir(parents=True, exist_ok=True, mode=0o700)
    disk.tighten(settings.instance)
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
