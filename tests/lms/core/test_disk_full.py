"""A disk that takes nothing more, a database that is busy: a sentence, what was typed, and no restart."""

from __future__ import annotations

import errno
import os
import sqlite3
import stat
import subprocess
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from assistant.knowledge.store import prepare as prepare_knowledge
from assistant.storage import make_engine
from lms.app import create_app
from lms.core.config import WebSettings
from lms.core.storage import dberrors, disk
from lms.core.storage.dberrors import BUSY, FULL
from lms.tables import upgrade_schema
from tests.lms.site import Site, soup

QUESTION = "Giống lúa ST25 gieo mấy cân một sào?"


@pytest.fixture(scope="module")
def small_disk(tmp_path_factory):
    """A real file system of 24 MB."""
    place = tmp_path_factory.mktemp("disk")
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=24m", "hocso-test", str(place)],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        pytest.skip(f"no small disk can be made here: {done.stderr.strip()}")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


def site_in(folder: Path) -> Site:
    settings = WebSettings.load({"HOCSO_INSTANCE": str(folder), "HOCSO_EMBEDDER": "none"})
    engine = make_engine(settings.shared.database_url)
    upgrade_schema(engine, None)
    prepare_knowledge(engine)
    engine.dispose()
    app = create_app(settings)
    app.config["WTF_CSRF_ENABLED"] = False
    return Site(app)


@pytest.fixture(scope="module")
def small_site(small_disk) -> Site:
    """A site whose instance is on that disk."""
    site = site_in(small_disk)
    site.add("quantri", "admin")
    yield site
    site.app.extensions["database"].engine.dispose()


@pytest.fixture(autouse=True)
def probed_anew(monkeypatch):
    monkeypatch.setattr(disk, "FRESH_SECONDS", 0)


def fill(place: Path) -> Path:
    """Use up every byte of a disk."""
    file = place / "full"
    with file.open("wb") as out:
        try:
            while True:
                out.write(b"x" * 65536)
                out.flush()
        except OSError as error:
            assert error.errno == errno.ENOSPC
    return file


def asked(site: Site) -> int:
    with site.reading() as db:
        return db.scalar(text("SELECT count(*) FROM asked"))


def test_a_full_disk_costs_a_sentence_and_heals_by_itself(small_site, small_disk):
    """Reading goes on; what cannot be saved is said, given back, and sent again without a restart."""
    visitor = small_site.visitor()
    visitor.ask(QUESTION)
    assert visitor.get("/healthz").json["disk"] == "ok"
    before = asked(small_site)
    filler = fill(small_disk)

    for _ in range(30):
        came = visitor.post("/hoi", question=QUESTION)
        if came.status_code != 303:
            break  # the journal had some room left
    lessons = [f"/hoc/{one.course_id}/{one.id}" for one in small_site.course.lessons]
    # That somebody opened a lesson is noted, but they need not wait for a disk to read it.
    for path in ("/", "/hoc", "/gioi-thieu", "/hoi", *lessons):
        assert visitor.get(path).status_code == 200, path
    assert came.status_code == FULL, came.status_code
    assert "hết chỗ" in soup(came).get_text() and int(came.headers["Retry-After"]) > 0
    api = visitor.client.post("/api/v1/ask", json={"question": QUESTION})
    assert api.status_code in (200, FULL)
    health = visitor.get("/healthz")
    assert health.status_code == 503 and health.json["disk"] == "full"

    filler.unlink()
    assert visitor.post("/hoi", question=QUESTION).status_code == 303
    assert visitor.get("/healthz").json["disk"] == "ok"
    assert asked(small_site) > before
    with small_site.reading() as db:
        assert db.scalar(text("PRAGMA integrity_check")) == "ok"


def test_a_disk_that_turned_read_only_costs_a_sentence(small_site, small_disk):
    """As ext4 does after an I/O error."""
    visitor = small_site.visitor()
    small_site.app.extensions["database"].engine.dispose()
    done = subprocess.run(
        ["mount", "-o", "remount,ro", str(small_disk)], capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        pytest.skip(f"cannot be made read-only here: {done.stderr.strip()}")
    try:
        assert visitor.post("/hoi", question=QUESTION).status_code == FULL
        health = visitor.get("/healthz")
        assert health.status_code == 503 and health.json["disk"] == "read-only"
    finally:
        subprocess.run(["mount", "-o", "remount,rw", str(small_disk)], check=True)
    assert visitor.post("/hoi", question=QUESTION).status_code == 303


def sqlite_error(name: str) -> OperationalError:
    error = sqlite3.OperationalError(name)
    error.sqlite_errorcode = getattr(sqlite3, name)
    return OperationalError("INSERT", {}, error)


def postgres_error(state: str | None, kind=OperationalError):
    class Said(Exception):
        sqlstate = state

    return kind("INSERT", {}, Said())


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (sqlite_error("SQLITE_FULL"), FULL),
        (sqlite_error("SQLITE_READONLY"), FULL),
        (sqlite_error("SQLITE_READONLY_DBMOVED"), FULL),
        (sqlite_error("SQLITE_IOERR_WRITE"), FULL),
        (sqlite_error("SQLITE_IOERR_FSYNC"), FULL),
        (sqlite_error("SQLITE_CANTOPEN"), FULL),
        (sqlite_error("SQLITE_BUSY"), BUSY),
        (sqlite_error("SQLITE_BUSY_SNAPSHOT"), BUSY),
        (sqlite_error("SQLITE_ERROR"), None),
        (postgres_error("53100"), FULL),
        (postgres_error("25006"), FULL),
        (postgres_error("53300"), BUSY),
        (postgres_error("55P03"), BUSY),
        (postgres_error("57014"), BUSY),
        (postgres_error("57P01"), BUSY),
        (postgres_error("40P01"), BUSY),
        (postgres_error(None), BUSY),
        (postgres_error("23505", IntegrityError), None),
        (postgres_error("42P01"), None),
        (PoolTimeout("pool"), BUSY),
        (OSError(errno.ENOSPC, "full"), FULL),
        (OSError(errno.EROFS, "read-only"), FULL),
        (OSError(errno.ENOENT, "missing"), None),
        (ValueError("x"), None),
        (None, None),
    ],
)
def test_only_what_is_nobodys_fault_is_told_so(error, kind):
    assert dberrors.kind_of(error) == kind


@pytest.fixture(scope="module")
def plain_site(tmp_path_factory) -> Site:
    site = site_in(tmp_path_factory.mktemp("plain"))
    yield site
    site.app.extensions["database"].engine.dispose()


@pytest.mark.parametrize(("name", "kind"), [("SQLITE_BUSY", BUSY), ("SQLITE_FULL", FULL)])
def test_what_was_typed_is_given_back(plain_site, monkeypatch, name, kind):
    """“database is locked” after its fifteen seconds was an error 500."""
    from lms.asking import views

    def fail(*_: object, **__: object):
        raise sqlite_error(name)

    monkeypatch.setattr(views, "writing", fail)
    visitor = plain_site.visitor()
    token = visitor.page("/hoi").select_one("input[name=csrf_token]")["value"]
    came = visitor.post("/hoi", question=QUESTION, csrf_token=token)
    assert came.status_code == kind
    assert "chưa lưu được" in soup(came).get_text() and QUESTION in soup(came).get_text()
    assert int(came.headers["Retry-After"]) > 0


def test_a_failure_while_saving_after_the_view_is_told_too(plain_site, monkeypatch):
    database = plain_site.app.extensions["database"]
    kept = database.writer

    class Failing(kept.class_):
        def commit(self) -> None:
            raise sqlite_error("SQLITE_FULL")

    monkeypatch.setattr(database, "writer", lambda: Failing(database.engine, expire_on_commit=False))
    monkeypatch.setitem(plain_site.app.config, "PROPAGATE_EXCEPTIONS", False)
    assert plain_site.visitor().post("/hoi", question=QUESTION).status_code == FULL


def test_what_running_makes_is_for_its_owner_only(tmp_path, root):
    """Also what an earlier version made, and whatever the usual rights of this machine are."""
    instance = tmp_path / "instance"
    (instance / "vectors").mkdir(parents=True)
    (instance / "vectors" / "old.npz").write_text("old")
    (instance / "config.toml").write_text("")
    (tmp_path / "elsewhere").write_text("not ours")
    (instance / "link").symlink_to(tmp_path / "elsewhere")
    for path in (instance, instance / "vectors"):
        path.chmod(0o777)
    (tmp_path / "elsewhere").chmod(0o644)
    environ = {name: value for name, value in os.environ.items() if not name.startswith("HOCSO_")}
    environ |= {"HOCSO_INSTANCE": str(instance), "HOCSO_EMBEDDER": "none"}
    subprocess.run(
        ["sh", "-c", 'umask 000; exec "$0" wsgi.py prepare', str(root / ".venv/bin/python")],
        cwd=root, env=environ, check=True, capture_output=True,
    )  # fmt: skip
    assert (instance / "hocso.db").is_file()
    assert disk.loose(instance) == []
    assert stat.S_IMODE(instance.stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "elsewhere").stat().st_mode) == 0o644
