"""kill -9 in the middle of saving: what was acknowledged is there, and the database is sound.

The whole server under 200 learners is tried by `python -m tests.robustness.kill_under_load`.
"""

from __future__ import annotations

import subprocess
import sys

from sqlalchemy import text

from assistant.storage import make_engine

WRITER = """
import sys
from sqlalchemy import text
from assistant.storage import make_engine
engine = make_engine(sys.argv[1])
first = int(sys.argv[2])
for number in range(first, first + 100_000):
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO saved (id) VALUES (:id)"), {"id": 2 * number})
        connection.execute(text("INSERT INTO saved (id) VALUES (:id)"), {"id": 2 * number + 1})
    print(number, flush=True)
"""
KILLS, SAVED_EACH = 3, 40


def test_what_was_acknowledged_outlives_a_kill(database_url, root):
    engine = make_engine(database_url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE saved (id INTEGER PRIMARY KEY)"))
    acknowledged: set[int] = set()
    for kill in range(KILLS):
        process = subprocess.Popen(
            [sys.executable, "-c", WRITER, database_url, str(kill * 1_000_000)],
            cwd=root, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert process.stdout is not None
        for line in process.stdout:
            acknowledged.add(int(line))
            if len(acknowledged) >= (kill + 1) * SAVED_EACH:
                break
        process.kill()
        acknowledged.update(int(line) for line in process.stdout if line.endswith("\n"))
        process.wait(30)
        process.stdout.close()
        with engine.begin() as connection:
            found = set(connection.scalars(text("SELECT id FROM saved")))
        assert {2 * one for one in acknowledged} <= found
        assert {one ^ 1 for one in found} == found, "half of what belongs together"
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            assert connection.scalar(text("PRAGMA integrity_check")) == "ok"
    engine.dispose()
