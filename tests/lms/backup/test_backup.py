"""Backup and restore: everything comes back, nothing is written over, a damaged copy is told at once."""

from __future__ import annotations

import os
import stat
import subprocess
import tempfile
import threading
from collections import namedtuple
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from assistant import copying
from lms.accounts.models import Person
from lms.app import create_app
from lms.backup import archive, restoring, service
from lms.backup.archive import BackupError
from lms.backup.verifying import verify
from lms.core.config import WebSettings
from lms.core.storage.claim import Claimed, only_server
from tests.conftest import fresh_database
from tests.lms.site import Site

NOON = datetime(2026, 11, 29, 12, 0, tzinfo=UTC)


NEARLY_FULL = namedtuple("usage", "total used free")(1 << 30, (1 << 30) - 1000, 1000)


def instance_of(site: Site) -> Path:
    return site.app.extensions["settings"].instance


def engine_of(site: Site):
    return site.app.extensions["database"].engine


@pytest.fixture(scope="module")
def busy_site(site: Site) -> Site:
    """A site with people, a class, events, a question, settings and a file of somebody's."""
    if engine_of(site).dialect.name == "postgresql" and not copying.postgres_program("pg_dump"):
        pytest.skip("no pg_dump")
    class_id = site.class_of("colan")
    site.fill(class_id, [["Nguyễn Văn Hòa", "hoa1"], ["Trần Thị Thủy", "thuy1"]], "colan")
    site.on("colan").ask("Giống lúa ST25 gieo mấy cân một sào?")
    (instance_of(site) / "config.toml").write_text("[web]\nport = 8123\n", encoding="utf-8")
    (instance_of(site) / "stories").mkdir()
    (instance_of(site) / "stories" / "chuyện.txt").write_text("Chuyện của xã", encoding="utf-8")
    return site


@pytest.fixture(scope="module")
def copy_of_site(busy_site: Site, tmp_path_factory) -> Path:
    target = tmp_path_factory.mktemp("copies") / "site.zip"
    service.make(engine_of(busy_site), instance_of(busy_site), target)
    return target


@pytest.fixture
def somewhere(busy_site: Site, tmp_path):
    """An environment with an empty instance, and an empty database of the site's kind."""
    backend = engine_of(busy_site).dialect.name
    with fresh_database(backend, tmp_path) as url:
        yield {"HOCSO_DATABASE_URL": url, "HOCSO_EMBEDDER": "none"}


def url_of(site: Site) -> str:
    return engine_of(site).url.render_as_string(hide_password=False)


def counts(engine) -> dict[str, int]:
    with engine.connect() as connection:
        return service.rows_in(connection)


def test_a_backup_is_one_private_file_that_says_what_is_in_it(busy_site, copy_of_site):
    assert stat.S_IMODE(copy_of_site.stat().st_mode) == 0o600
    with archive.opened(copy_of_site) as reader:
        manifest = reader.manifest
    assert manifest.rows == counts(engine_of(busy_site))
    assert manifest.rows["people"] >= 4 and manifest.rows["asked"] == 1
    assert {"instance/secret.key", "instance/config.toml", "instance/stories/chuyện.txt"} < set(
        manifest.members
    )
    assert set(manifest.schemas) == {"lms_version", "assistant_version"}
    assert list(copy_of_site.parent.iterdir()) == [copy_of_site], "nothing half done is left beside it"


def test_verifying_brings_it_back_into_scratch_and_counts(busy_site, copy_of_site):
    report = verify(copy_of_site, url_of(busy_site))
    assert report.ok and not report.not_tried, (report.problems, report.not_tried)
    assert report.rows == counts(engine_of(busy_site))


def test_no_scratch_database_is_left(busy_site, copy_of_site):
    verify(copy_of_site, url_of(busy_site))
    if engine_of(busy_site).dialect.name == "postgresql":
        with engine_of(busy_site).connect() as connection:
            left = connection.execute(
                text("SELECT datname FROM pg_database WHERE datname LIKE 'hocso_verify_%'")
            )
            assert not list(left)


def test_what_could_not_be_tried_is_said(busy_site, copy_of_site):
    report = verify(copy_of_site, "")
    assert report.ok
    assert bool(report.not_tried) == (engine_of(busy_site).dialect.name == "postgresql")


def test_everything_comes_back_and_people_go_on(busy_site, copy_of_site, somewhere, tmp_path):
    """Rows, files, the key: who was signed in still is, and a PIN opens the same account."""
    instance = tmp_path / "new"
    device = busy_site.on("colan")
    cookie = device.client.get_cookie("hs_phien").value
    fresh = tmp_path / "after.zip"
    service.make(engine_of(busy_site), instance_of(busy_site), fresh)
    restored = restoring.restore(fresh, instance, somewhere)
    assert restored.manifest.rows == counts(engine_of(busy_site))
    assert (instance / "stories" / "chuyện.txt").read_text(encoding="utf-8") == "Chuyện của xã"
    for path in [instance, *instance.rglob("*")]:
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path

    settings = WebSettings.load({**somewhere, "HOCSO_INSTANCE": str(instance)})
    assert settings.port == 8123, "the settings came along"
    app = create_app(settings)
    app.config["WTF_CSRF_ENABLED"] = False
    again = Site(app)
    assert counts(engine_of(again)) == restored.manifest.rows
    old_device = again.visitor()
    old_device.client.set_cookie("hs_phien", cookie)
    assert old_device.get("/lop").status_code == 200
    assert again.member("colan").get("/lop").status_code == 200
    engine_of(again).dispose()


def test_a_copy_made_while_many_write_is_one_moment(busy_site, tmp_path):
    """Each writer adds two people in one transaction: no copy may hold one without the other."""
    stop = threading.Event()
    engine = engine_of(busy_site)
    before = counts(engine)["people"]

    def write(number: int) -> None:
        count = 0
        while not stop.is_set():
            count += 1
            with busy_site.database() as db:
                for half in ("a", "b"):
                    db.add(Person(name=f"Cặp {number}-{count}{half}", is_guest=False))
                    db.flush()
                db.commit()

    writers = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for one in writers:
        one.start()
    try:
        made = [
            service.make(engine, instance_of(busy_site), tmp_path / f"{number}.zip") for number in range(3)
        ]
    finally:
        stop.set()
        for one in writers:
            one.join()
    after = counts(engine)["people"]
    for one in made:
        report = verify(one.path, url_of(busy_site))
        assert report.ok, report.problems
        assert (report.rows["people"] - before) % 2 == 0
    assert before <= made[0].manifest.rows["people"] < after, "they went on writing"


def test_a_file_that_is_there_is_never_overwritten(busy_site, tmp_path):
    target = tmp_path / "mine.zip"
    target.write_text("Của tôi")
    with pytest.raises(BackupError, match="Đã có tệp"):
        service.make(engine_of(busy_site), instance_of(busy_site), target)
    assert target.read_text() == "Của tôi"
    half = tmp_path / "other.zip.part"
    half.write_text("Cũng của tôi")
    with pytest.raises(BackupError, match="Đã có tệp"):
        service.make(engine_of(busy_site), instance_of(busy_site), tmp_path / "other.zip")
    assert half.read_text() == "Cũng của tôi"


def test_a_pipe_is_no_backup_and_nobody_waits_for_it(tmp_path):
    pipe = tmp_path / "ống.zip"
    os.mkfifo(pipe)
    report = verify(pipe)
    assert not report.ok and "không phải là một tệp" in report.problems[0]


def test_a_disk_that_is_too_small_is_told_before_anything_is_written(busy_site, tmp_path, monkeypatch):
    monkeypatch.setattr(service.shutil, "disk_usage", lambda path: NEARLY_FULL)
    with pytest.raises(BackupError, match="cần"):
        service.make(engine_of(busy_site), instance_of(busy_site), tmp_path / "a.zip")
    assert not list(tmp_path.iterdir())


def test_a_backup_that_breaks_off_leaves_nothing(busy_site, tmp_path, monkeypatch):
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(archive.Writer, "close", full)
    with pytest.raises(BackupError, match="No space"):
        service.make(engine_of(busy_site), instance_of(busy_site), tmp_path / "a.zip")
    assert not list(tmp_path.iterdir())


def test_two_backups_at_once_do_not_mix(busy_site, tmp_path):
    with service.alone(instance_of(busy_site)), pytest.raises(BackupError, match="đang được tạo"):
        service.make(engine_of(busy_site), instance_of(busy_site), tmp_path / "a.zip")


# Restoring: never over something, nothing outside, nothing newer.


def test_restoring_over_something_is_refused(busy_site, copy_of_site, somewhere, tmp_path):
    instance = tmp_path / "used"
    instance.mkdir()
    (instance / "secret.key").write_text("k" * 40)
    with pytest.raises(BackupError, match="không trống"):
        restoring.restore(copy_of_site, instance, somewhere)
    assert [path.name for path in instance.iterdir()] == ["secret.key"]


def test_no_server_starts_while_an_instance_is_brought_back(copy_of_site, somewhere, tmp_path, monkeypatch):
    """A server that started while the database was copied made one of its own in its place."""
    place = tmp_path / "moi"
    place.mkdir()
    with only_server(place, "http://127.0.0.1:8000"), pytest.raises(BackupError, match="8000"):
        restoring.restore(copy_of_site, place, somewhere)
    real, tried = restoring._move_files, []

    def slow(*places):
        with pytest.raises(Claimed, match="restore"), only_server(place, "x"):
            pytest.fail("a server in a half restored instance")
        tried.append(1)
        real(*places)

    monkeypatch.setattr(restoring, "_move_files", slow)
    restoring.restore(copy_of_site, place, somewhere)
    assert tried


@pytest.mark.parametrize("end", ["-wal", "-shm", "-journal"])
def test_what_sqlite_would_read_into_the_database_is_not_left_beside_it(
    busy_site, copy_of_site, tmp_path, end
):
    if engine_of(busy_site).dialect.name != "sqlite":
        pytest.skip("of SQLite")
    place = tmp_path / "kho.db"
    Path(f"{place}{end}").write_bytes(b"of another database")
    with pytest.raises(BackupError, match="kho"):
        restoring.restore(copy_of_site, tmp_path / "moi", {"HOCSO_DATABASE_URL": f"sqlite:///{place}"})
    assert not place.exists()


def test_what_a_killed_check_unpacked_is_swept(copy_of_site, monkeypatch, tmp_path):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    gone = subprocess.Popen(["true"])
    gone.wait()
    left, at_work = (tmp_path / f".hocso-verify-{pid}-abc" for pid in (gone.pid, os.getppid()))
    for folder in (left, at_work):
        folder.mkdir()
        (folder / "database").write_text("names")
    assert verify(copy_of_site).ok
    assert not left.exists() and at_work.exists()


def test_restoring_over_a_database_is_refused(busy_site, copy_of_site, tmp_path):
    """The instance is empty, but the database that the settings name is the running one."""
    instance = tmp_path / "new"
    before = counts(engine_of(busy_site))
    with pytest.raises(BackupError, match="ghi đè"):
        restoring.restore(copy_of_site, instance, {"HOCSO_DATABASE_URL": url_of(busy_site)})
    assert counts(engine_of(busy_site)) == before and not instance.exists()


def test_settings_that_stand_there_stay(busy_site, copy_of_site, somewhere, tmp_path):
    instance = tmp_path / "moved"
    instance.mkdir()
    (instance / "config.toml").write_text("[web]\nport = 9000\n")
    restored = restoring.restore(copy_of_site, instance, somewhere)
    assert restored.settings_aside
    assert "9000" in (instance / "config.toml").read_text()
    assert "8123" in (instance / "config.from-backup.toml").read_text()


def test_a_backup_of_the_other_kind_of_database_is_refused(busy_site, copy_of_site, tmp_path):
    other = {"sqlite": "postgresql://nobody@127.0.0.1:9/none", "postgresql": f"sqlite:///{tmp_path / 'x.db'}"}
    instance = tmp_path / "new"
    with pytest.raises(BackupError, match="database_url"):
        url = other[engine_of(busy_site).dialect.name]
        restoring.restore(copy_of_site, instance, {"HOCSO_DATABASE_URL": url})
    assert not instance.exists()
