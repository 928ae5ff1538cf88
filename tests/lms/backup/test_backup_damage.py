"""What a file can hold: any changed byte is told, and nothing made by hand gets out of its folder."""

from __future__ import annotations

import json
import sqlite3
import stat
import zipfile
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms import cli
from lms.backup import archive, restoring
from lms.backup.archive import BackupError, Damaged
from lms.backup.verifying import verify
from tests.lms.backup.backup_samples import make_by_hand, sound  # noqa: F401


@pytest.mark.parametrize(
    "name",
    [
        "instance/../../evil.txt",
        "../evil.txt",
        "/tmp/evil.txt",
        "instance//etc/passwd",
        "instance/./x",
        "instance/a\\..\\b",
        "elsewhere/x",
        "instance/",
    ],
)
def test_a_path_that_leaves_the_folder_is_refused(tmp_path, name):
    path = make_by_hand(tmp_path / "evil.zip", members={name: b"x"})
    with pytest.raises(Damaged), archive.opened(path):
        pass
    assert not verify(path).ok
    with pytest.raises(BackupError):
        restoring.restore(path, tmp_path / "new", {})
    assert not (tmp_path / "evil.txt").exists() and not (tmp_path / "new").exists()


def test_a_link_is_refused(tmp_path, monkeypatch):
    entry = archive._entry

    def as_link(name: str) -> zipfile.ZipInfo:
        made = entry(name)
        if name == "instance/link":
            made.external_attr = (stat.S_IFLNK | 0o777) << 16
        return made

    monkeypatch.setattr(archive, "_entry", as_link)
    path = make_by_hand(tmp_path / "link.zip", members={"instance/link": b"/etc/passwd"})
    with pytest.raises(Damaged, match="link"), archive.opened(path):
        pass


def _more(words):
    words["members"]["instance/no"] = {"sha256": "0" * 64, "bytes": 1}


def _bigger(words):
    words["members"]["database/hocso.db"]["bytes"] = 3


def _other(words):
    words["members"]["database/hocso.db"]["sha256"] = "0" * 64


def _format(words):
    words["format"] = 2


def _no_rows(words):
    del words["rows"]


def _no_zone(words):
    words["made_at"] = "2026-11-29T12:00:00"


def _wrong_kind(words):
    words["backend"] = "oracle"


def _endless(words):
    words["members"]["database/hocso.db"]["bytes"] = float("inf")


CHANGES = [_more, _bigger, _other, _format, _no_rows, _no_zone, _wrong_kind, _endless]


@pytest.mark.parametrize("change", CHANGES)
def test_a_manifest_that_does_not_fit_is_refused(tmp_path, change):
    report = verify(make_by_hand(tmp_path / "odd.zip", change))
    assert not report.ok and report.problems


def test_a_newer_schema_is_refused_before_anything_is_written(tmp_path):
    def newer(words):
        words["schemas"]["lms_version"] = "9999"

    path = make_by_hand(tmp_path / "newer.zip", newer)
    with pytest.raises(BackupError, match="mới hơn"):
        restoring.restore(path, tmp_path / "new", {})
    assert not (tmp_path / "new").exists()


def is_refused(path: Path, capsys) -> None:
    assert cli.main(["backup", "verify", str(path), "--json"]) == 1
    said = json.loads(capsys.readouterr().out)
    assert said["ok"] is False and said["problems"]


@given(data=st.data())
def test_a_changed_byte_anywhere_is_told(sound, tmp_path_factory, data):  # noqa: F811
    place = data.draw(st.integers(0, len(sound) - 1))
    change = data.draw(st.integers(1, 255))
    path = tmp_path_factory.getbasetemp() / "changed.zip"
    path.write_bytes(sound[:place] + bytes([sound[place] ^ change]) + sound[place + 1 :])
    assert not verify(path).ok, (place, change)


@given(data=st.data())
def test_a_cut_or_longer_file_is_told(sound, tmp_path_factory, data):  # noqa: F811
    length = data.draw(st.integers(0, len(sound) - 1))
    tail = data.draw(st.binary(max_size=100))
    path = tmp_path_factory.getbasetemp() / "cut.zip"
    path.write_bytes(sound[:length] + tail)
    assert not verify(path).ok
    path.write_bytes(sound + (tail or b"\n"))
    assert not verify(path).ok


@given(data=st.binary(max_size=400))
def test_any_other_file_is_told(tmp_path_factory, data):
    path = tmp_path_factory.getbasetemp() / "other.zip"
    path.write_bytes(data)
    assert not verify(path).ok


def test_the_command_says_no_in_json_and_by_its_exit_code(sound, tmp_path, capsys):  # noqa: F811
    path = tmp_path / "a.zip"
    path.write_bytes(sound[: len(sound) // 2])
    is_refused(path, capsys)
    path.write_bytes(b"")
    is_refused(path, capsys)
    path.unlink()
    is_refused(path, capsys)
    is_refused(tmp_path, capsys)
    path.write_bytes(sound)
    assert cli.main(["backup", "verify", str(path), "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["ok"] is True and said["rows"]["people"] == 0 and datetime.fromisoformat(said["made_at"])


def test_a_database_that_is_broken_inside_a_sound_file_is_told(sound, tmp_path):  # noqa: F811
    """As when the disk spoilt the database before it was copied: the seal is right, the pages are not."""
    source = tmp_path / "a.zip"
    source.write_bytes(sound)
    with archive.opened(source) as reader:
        reader.extract("database/hocso.db", tmp_path / "x.db")
        rows, schemas = reader.manifest.rows, reader.manifest.schemas
    pages = bytearray((tmp_path / "x.db").read_bytes())
    pages[8192:8292] = b"\xff" * 100

    def same(words):
        words["rows"], words["schemas"] = rows, schemas

    broken = make_by_hand(tmp_path / "broken.zip", same, {"database/hocso.db": bytes(pages)})
    assert not verify(broken).ok


def test_rows_that_are_missing_are_told(sound, tmp_path):  # noqa: F811
    source = tmp_path / "a.zip"
    source.write_bytes(sound)
    with archive.opened(source) as reader:
        reader.extract("database/hocso.db", tmp_path / "x.db")
        rows, schemas = dict(reader.manifest.rows), reader.manifest.schemas

    def one_more(words):
        words["rows"], words["schemas"] = {**rows, "people": rows["people"] + 1}, schemas

    data = (tmp_path / "x.db").read_bytes()
    report = verify(make_by_hand(tmp_path / "less.zip", one_more, {"database/hocso.db": data}))
    assert not report.ok and "people" in report.problems[0]


def by_hand(path: Path, members: dict[str, bytes], change=None) -> Path:
    """A backup made by hand of a small database that is what its manifest says."""
    copy = path.with_suffix(".db")
    with closing(sqlite3.connect(copy)) as made:
        made.execute("CREATE TABLE x (y INTEGER)")

    def whole(words):
        words["schemas"], words["rows"] = {}, {"x": 0}
        (change or (lambda _: None))(words)

    return make_by_hand(path, whole, {"database/hocso.db": copy.read_bytes(), **members})


def test_a_backup_made_by_hand_comes_back(tmp_path):
    """The samples of the next tests are refused for what is wrong in them, and for nothing else."""
    path = by_hand(tmp_path / "sound.zip", {"instance/config.toml": b"[web]\nport = 8123\n"})
    restoring.restore(path, tmp_path / "new", {})
    assert (tmp_path / "new" / "hocso.db").exists()


@pytest.mark.parametrize("place", ["{outside}/cron.d", "{instance}/../cron.d", "cron.d"])
def test_the_settings_in_a_backup_put_no_file_outside_the_instance(tmp_path, monkeypatch, place):
    monkeypatch.chdir(tmp_path)
    place = place.format(outside=tmp_path, instance=tmp_path / "new")
    settings = f'database_url = "sqlite:///{place}"\n'.encode()
    path = by_hand(tmp_path / "evil.zip", {"instance/config.toml": settings})
    with pytest.raises(BackupError, match=r"HOCSO_DATABASE_URL|cả đường dẫn"):
        restoring.restore(path, tmp_path / "new", {})
    assert not (tmp_path / "cron.d").exists() and not (tmp_path / "new").exists()


def test_who_restores_may_name_that_place(tmp_path):
    elsewhere = f"sqlite:///{tmp_path / 'elsewhere.db'}"
    path = by_hand(tmp_path / "own.zip", {"instance/config.toml": f'database_url = "{elsewhere}"\n'.encode()})
    restoring.restore(path, tmp_path / "new", {"HOCSO_DATABASE_URL": elsewhere})
    assert (tmp_path / "elsewhere.db").exists()


def _other_rows(words):
    words["rows"]["x"] = 7


def _other_schemas(words):
    words["schemas"]["lms_version"] = "0001"


@pytest.mark.parametrize("data", [None, b"* * * * * root sh\n", b"none" * 1000])
@pytest.mark.parametrize("change", [None, _other_rows, _other_schemas])
def test_a_database_that_is_not_what_the_manifest_says_is_not_brought_back(tmp_path, data, change):
    if data is None and change is None:
        return  # that one is sound
    members = {} if data is None else {"database/hocso.db": data}
    path = by_hand(tmp_path / "odd.zip", members, change)
    with pytest.raises(Damaged):
        restoring.restore(path, tmp_path / "new", {})
    assert not (tmp_path / "new").exists()


def test_more_than_the_disk_has_is_not_unpacked(tmp_path, monkeypatch):
    def endless(words):
        words["members"]["instance/zeros"]["bytes"] = 1 << 60

    path = by_hand(tmp_path / "bomb.zip", {"instance/zeros": bytes(1000)}, endless)
    monkeypatch.setattr(archive.Reader, "extract", lambda *_: pytest.fail("something was unpacked"))
    report = verify(path)
    assert not report.ok and "cần" in report.problems[0]
    with pytest.raises(BackupError, match="cần"):
        restoring.restore(path, tmp_path / "new", {})
    assert not (tmp_path / "new").exists()
