"""Each night: the newest stay whatever the clock says, nothing of others goes, failure is known."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from assistant.storage import make_engine
from lms.backup import archive, restoring, service, state
from lms.backup.archive import BackupError
from tests.lms.backup_samples import NOON, sound  # noqa: F401


@pytest.fixture
def nightly(sound, tmp_path):  # noqa: F811
    """An instance with nothing but a small database; `run()` makes the next nightly backup."""
    source = tmp_path / "a.zip"
    source.write_bytes(sound)
    instance = tmp_path / "instance"
    restoring.restore(source, instance, {})
    engine = make_engine(f"sqlite:///{instance / 'hocso.db'}")

    def run(keep: int = 3, folder: Path | None = None) -> Path:
        place = service.nightly_folder(instance, str(folder) if folder else "")
        return service.make_nightly(engine, instance, place, keep).path

    yield instance, run
    engine.dispose()


def test_the_newest_stay_whatever_the_clock_says(nightly, monkeypatch):
    """The clock goes back by a year: the copy just written is the newest, and is not deleted."""
    instance, run = nightly
    moments = iter(
        [NOON, NOON + timedelta(days=1), NOON - timedelta(days=400), NOON - timedelta(days=399)] * 9
    )
    monkeypatch.setattr(service, "utc_now", lambda: next(moments))
    made = [run() for _ in range(6)]
    assert sorted(made[-3:]) == sorted((instance / "backups").iterdir())


def test_another_instances_backups_and_other_files_stay(nightly, tmp_path):
    _, run = nightly
    stick = tmp_path / "stick"
    stick.mkdir()
    others = [stick / f"hocso-abcdef-{number:06d}-20260101T0000.zip" for number in range(5)]
    for path in [*others, stick / "ảnh.zip"]:
        path.write_text("not ours")
    for _ in range(4):
        run(2, stick)
    assert all(path.exists() for path in [*others, stick / "ảnh.zip"])
    assert len(list(stick.iterdir())) == 6 + 2


def test_what_a_cut_off_backup_left_is_swept(nightly):
    _, run = nightly
    first = run()
    part = first.with_name(first.name.replace("000000", "000001") + ".part")
    part.write_text("half")
    left = first.parent / f".copy-{first.name}-xyz"
    left.mkdir()
    run()
    assert not part.exists() and not left.exists()


def test_a_stick_that_is_out_is_named_and_nothing_is_made_in_its_place(nightly, tmp_path):
    _, run = nightly
    with pytest.raises(BackupError, match="USB"):
        run(3, tmp_path / "not-there")
    assert not (tmp_path / "not-there").exists()


def test_backups_do_not_hold_backups(nightly):
    instance, run = nightly
    first = run()
    (instance / "mine.zip").write_bytes(first.read_bytes())
    with archive.opened(run()) as reader:
        assert sorted(reader.manifest.members) == ["database/hocso.db", "instance/secret.key"]


@pytest.mark.parametrize(
    ("made", "error", "word"),
    [
        (None, "", "none"),
        (None, "đĩa đầy", "failed"),
        (timedelta(hours=5), "", "ok"),
        (timedelta(hours=5), "đĩa đầy", "failed"),
        (timedelta(days=3), "", "old"),
        (-timedelta(days=3), "", "none"),
        (-timedelta(minutes=1), "", "ok"),
    ],
)
def test_the_state_of_backups_is_one_word(made, error, word):
    """A moment from the future was written by a wrong clock: it counts as none."""
    last = state.LastBackup(made_at=None if made is None else NOON - made, error=error)
    assert last.word(NOON) == word


def test_an_unreadable_state_is_no_state(tmp_path):
    for words in ("", "[]", "{", '{"made_at": 5}', '{"made_at": "2026-01-01T00:00:00"}'):
        (tmp_path / state.STATE).write_text(words)
        assert state.read(tmp_path) == state.LastBackup()
