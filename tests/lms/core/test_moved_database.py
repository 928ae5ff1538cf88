"""SQLite's file is moved away under a server that runs: nothing is taken that would be lost in it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import func, select

from assistant.storage import make_engine
from lms.asking.models import Asked
from tests.lms.words_only import UNKNOWN


@pytest.fixture
def database(site) -> Path:
    engine = site.app.extensions["database"].engine
    if engine.dialect.name != "sqlite":
        pytest.skip("of SQLite")
    return Path(engine.url.database)


def questions_in(path: Path) -> int:
    engine = make_engine(f"sqlite:///{path}")
    try:
        with engine.connect() as connection:
            return connection.scalar(select(func.count()).select_from(Asked))
    finally:
        engine.dispose()


@pytest.mark.parametrize("comes_another", [True, False])
def test_a_server_that_was_not_stopped_saves_nothing_after_its_database_was_moved(
    site, database, comes_another
):
    """Half of the answers went into the folder that was moved, and all were told “saved”."""
    someone = site.visitor()
    assert someone.post("/hoi", question=UNKNOWN).status_code == 303
    aside = database.with_name("moved.db")
    ends = [end for end in ("", "-wal", "-shm") if Path(f"{database}{end}").exists()]
    for end in ends:
        Path(f"{database}{end}").rename(f"{aside}{end}")
    try:
        if comes_another:
            with closing(sqlite3.connect(aside)) as old, closing(sqlite3.connect(database)) as new:
                old.backup(new)
        before = questions_in(aside)
        came = site.visitor().post("/hoi", question="Mấy giờ xã mở cửa?")
        assert came.status_code == 503
        health = site.app.test_client().get("/healthz")
        assert health.status_code == 503 and health.json["database"] == "down"
        assert questions_in(aside) == before
        assert not comes_another or questions_in(database) == before
    finally:
        for end in ("", "-wal", "-shm"):
            Path(f"{database}{end}").unlink(missing_ok=True)
        for end in ends:
            Path(f"{aside}{end}").rename(f"{database}{end}")
    assert site.visitor().post("/hoi", question=UNKNOWN).status_code == 303
