"""A whole copy of the database while it is in use, in one consistent snapshot; and names in a row.

SQLite is copied with VACUUM INTO: one reading transaction, so that writers go on, and what was deleted
long ago does not come along. PostgreSQL is copied by its own pg_dump.
"""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
import subprocess
from pathlib import Path

from sqlalchemy import URL, Engine, text

PROGRAMS = "/usr/lib/postgresql/*/bin"
"""Where Debian keeps the programs of each version of PostgreSQL."""


class CopyFailed(RuntimeError):
    """The copy could not be made or read; the sentence says why."""


def copy_sqlite(engine: Engine, target: Path) -> None:
    """Write the database into the new file `target`, readable by its owner only. Raises CopyFailed."""
    # Made first, and empty: VACUUM INTO keeps the rights of an empty file that is there.
    os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    # Past SQLAlchemy, which would begin a transaction: VACUUM refuses to run inside one.
    connection = engine.raw_connection()
    try:
        connection.cursor().execute("VACUUM INTO ?", (str(target),))
    except sqlite3.Error as error:
        target.unlink(missing_ok=True)
        raise CopyFailed(f"{error}. Is the disk full?") from error
    finally:
        connection.close()
    sync(target)


def dump_postgres(engine: Engine, target: Path, snapshot: str = "") -> None:
    """Write the database into `target` in pg_dump's custom format. Raises CopyFailed.

    snapshot: the name of an exported snapshot (`pg_export_snapshot`); empty: the moment of the call.
    """
    os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    words = ["--format=custom", "--no-owner", "--no-privileges", f"--file={target}"]
    words += [f"--snapshot={snapshot}"] if snapshot else []
    try:
        run_postgres(engine, "pg_dump", words)
    except CopyFailed:
        target.unlink(missing_ok=True)
        raise
    sync(target)


def sync(path: Path) -> None:
    """Wait until a file and its name are on the disk."""
    for one in (path, path.parent):
        number = os.open(one, os.O_RDONLY)
        try:
            os.fsync(number)
        except OSError:
            if one == path:
                raise  # some file systems of sticks cannot do this for a folder
        finally:
            os.close(number)


def run_postgres(engine: Engine, program: str, words: list[str]) -> None:
    """Run one of PostgreSQL's programs on the database of `engine`.

    The password goes by the environment: arguments are visible to everybody on the machine. Raises
    CopyFailed where the program is missing or fails.
    """
    environ = {"PGPASSWORD": str(engine.url.password)} if engine.url.password else {}
    words = [*words[:-1], f"--dbname={plain_url(engine.url).render_as_string()}", words[-1]]
    _run(program, words, server_version(engine), environ)


def run_postgres_alone(program: str, words: list[str]) -> None:
    """Run one of PostgreSQL's programs that needs no server. Raises CopyFailed."""
    _run(program, words, 0, {})


def _run(program: str, words: list[str], version: int, environ: dict[str, str]) -> None:
    path = postgres_program(program, version)
    if path is None:
        raise CopyFailed(f"It needs {program}. Install postgresql-client.")
    done = subprocess.run(
        [path, *words], capture_output=True, text=True, check=False, env={**os.environ, **environ}
    )
    if done.returncode != 0:
        raise CopyFailed(f"{program}: {done.stderr.strip()[:300]}")


def plain_url(url: URL) -> URL:
    """The address as PostgreSQL's own programs read it, without the password."""
    return url.set(drivername="postgresql", password=None)


def server_version(engine: Engine) -> int:
    """The major version of the server."""
    with engine.connect() as connection:
        return int(connection.scalar(text("SHOW server_version_num"))) // 10_000


def postgres_program(name: str, version: int = 0) -> str | None:
    """The path of a program of PostgreSQL: of the server's own version if there is one, else the newest."""
    root = Path("/")
    found = {
        int(path.parent.parent.name): str(path)
        for path in root.glob(f"{PROGRAMS.strip('/')}/{name}")
        if path.parent.parent.name.isdigit()
    }
    return found.get(version) or shutil.which(name) or (found[max(found)] if found else None)


def number_of(path: Path, kind: re.Pattern[str]) -> int:
    """The running number in a file's name: the first group of `kind`; -1 for a name without one."""
    found = kind.fullmatch(path.name)
    return int(found.group(1)) if found else -1


def next_number(folder: Path, kind: re.Pattern[str]) -> int:
    """One more than the highest running number in `folder`: clocks go back, numbers do not."""
    return max((number_of(path, kind) for path in folder.iterdir()), default=-1) + 1


def keep_newest(paths: list[Path], kind: re.Pattern[str], keep: int, written: Path) -> None:
    """Delete all of `paths` but the `keep` of the highest numbers; `written` stays in any case."""
    ordered = sorted(paths, key=lambda path: (number_of(path, kind), path.name))
    for old in ordered[: max(0, len(ordered) - keep)]:
        if old != written:
            old.unlink(missing_ok=True)
