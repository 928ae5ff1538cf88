"""Each night: the newest stay whatever the clock says, nothing of others goes, failure is known."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from assistant.storage import make_engine
from lms.backup import archive, restoring, service, state, waiting
from lms.backup.archive import BackupError
from tests.lms.backup.backup_samples import NOON, sound  # noqa: F401
from tests.lms.words_only import words


@pytest.fixture
def nightly(sound, tmp_path):  # noqa: F811
    """An instance with nothing but a small database; `run()` makes the next nightly backup."""
    source = tmp_path / "a.zip"
    source.write_bytes(sound)
    instance = tmp_path / "instance"
    restoring.restore(source, instance, {})
    engine = make_engine(f"sqlite:///{instance / 'hocso.db'}")

    def run(keep: int = 3, folder: Path | None = None, problem: str = "") -> Path:
        place = service.nightly_folder(instance, str(folder) if folder else "")
        return service.make_nightly(engine, instance, place, keep, lambda _path: problem).path

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


def test_a_backup_that_cannot_be_read_back_pushes_no_good_one_out(nightly):
    """It was counted among the newest: after some nights no good one was left."""
    instance, run = nightly
    good = [run() for _ in range(3)]
    for _ in range(4):
        with pytest.raises(BackupError, match="khong-dat"):
            run(problem="foreign_key_check: một dòng lạc.")
    left = sorted(path.name for path in (instance / "backups").iterdir())
    assert len(left) == 4 and {path.name for path in good} < set(left)
    assert good[0].exists() and run() and not good[0].exists()


def test_an_instance_that_was_brought_back_leaves_the_backups_of_the_first_alone(nightly, tmp_path):
    """The yearly drill on another machine: the same key and the same stick, and the real backups went."""
    _, run = nightly
    stick = tmp_path / "stick"
    stick.mkdir()
    good = [run(2, stick) for _ in range(2)]
    drill = tmp_path / "drill"
    restoring.restore(good[-1], drill, {})
    engine = make_engine(f"sqlite:///{drill / 'hocso.db'}")
    for _ in range(3):
        service.make_nightly(engine, drill, stick, 2, lambda _path: "")
    engine.dispose()
    assert all(path.exists() for path in good) and len(list(stick.iterdir())) == 4


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
    for written in ("", "[]", "{", '{"made_at": 5}', '{"made_at": "2026-01-01T00:00:00"}'):
        (tmp_path / state.STATE).write_text(written)
        assert state.read(tmp_path) == state.LastBackup()


# The process that waits for the night.


@pytest.mark.parametrize(
    ("now", "made", "due"),
    [
        ("2026-11-29T20:00", None, True),
        ("2026-11-29T20:00", "2026-11-29T19:30", False),  # 3:00 in Vietnam, made at 2:30
        ("2026-11-29T20:00", "2026-11-29T18:30", True),  # made at 1:30, before the hour
        ("2026-11-29T18:30", "2026-11-28T19:10", False),  # 1:30, made last night
        ("2026-11-30T01:00", "2026-11-28T19:10", True),  # the machine was off at 2:00, it is 8:00 now
        ("2026-01-01T00:00", "2026-11-28T19:10", True),  # the clock is behind: one from the future is none
    ],
)
def test_a_backup_is_due_once_a_night_also_when_the_machine_was_off(now, made, due):
    def moment(word):
        return datetime.fromisoformat(word).replace(tzinfo=UTC) if word else None

    assert waiting.is_due(state.LastBackup(made_at=moment(made)), moment(now), 2) is due


def test_it_makes_one_when_due_waits_after_a_failure_and_leaves_with_its_starter(tmp_path, monkeypatch):
    """With a clock of its own: no second is waited for."""
    seconds, made, codes = [0.0], [], iter([1, 0, 0])

    def run(words, **_):
        made.append(seconds[0])
        code = next(codes)
        if code == 0:
            (tmp_path / "new.zip").write_text("x")
            state.succeeded(tmp_path, tmp_path / "new.zip", datetime.now(UTC), True)
        return subprocess.CompletedProcess(words, code)

    monkeypatch.setattr(waiting.time, "monotonic", lambda: seconds[0])
    monkeypatch.setattr(waiting.time, "sleep", lambda more: seconds.__setitem__(0, seconds[0] + more))
    monkeypatch.setattr(waiting.subprocess, "run", run)
    monkeypatch.setattr(waiting.os, "getppid", lambda: 1 if seconds[0] > 20_000 else 7)
    waiting.wait(tmp_path, 2)
    first, second = made
    assert waiting.SETTLING_SECONDS <= first < 600 and second - first >= waiting.RETRY_SECONDS


def test_the_waiting_process_is_small(root):
    """It is there all day: no web framework, no database library."""
    code = "import sys, lms.backup.waiting; print(*sorted({name.split('.')[0] for name in sys.modules}))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True,
        env={**os.environ, "PYTHONPATH": f"{root}{os.pathsep}{root / 'platform'}"},
    )  # fmt: skip
    assert not {"flask", "sqlalchemy", "numpy", "babel"} & set(done.stdout.split())


def test_the_command_it_runs_makes_a_verified_backup(nightly, root):
    instance, _ = nightly
    environ = {name: value for name, value in os.environ.items() if not name.startswith("HOCSO_")}
    environ |= {"HOCSO_INSTANCE": str(instance), "HOCSO_EMBEDDER": "none"}
    subprocess.run(waiting.command(), cwd=root, env=environ, check=True, capture_output=True)
    last = state.read(instance)
    assert last.verified and last.word(datetime.now(UTC)) == "ok" and Path(last.file).is_file()


def test_a_night_that_failed_is_known(nightly, root, capsys):
    instance, _ = nightly
    environ = {name: value for name, value in os.environ.items() if not name.startswith("HOCSO_")}
    environ |= {"HOCSO_INSTANCE": str(instance), "HOCSO_BACKUP_FOLDER": str(instance / "no-stick")}
    done = subprocess.run(
        waiting.command(), cwd=root, env=environ, capture_output=True, text=True, check=False
    )
    assert done.returncode != 0 and "Traceback" not in done.stderr
    last = state.read(instance)
    assert last.word(datetime.now(UTC)) == "failed" and "USB" in last.error


# What the administrator sees.


@pytest.mark.parametrize(
    ("made", "error", "said"),
    [
        (None, "", "Chưa có bản sao lưu nào"),
        (timedelta(hours=3), "", "✓ Bản sao lưu gần nhất"),
        (timedelta(days=3), "", "Bản sao lưu đã cũ"),
        (timedelta(hours=3), "Đĩa đầy", "Đĩa đầy"),
    ],
)
def test_the_administrator_and_healthz_see_the_age(words_only_commune, made, error, said):
    commune = words_only_commune
    instance = commune.app.extensions["settings"].instance
    (instance / state.STATE).unlink(missing_ok=True)
    if made is not None:
        (instance / "x.zip").write_text("x")
        state.succeeded(instance, instance / "x.zip", datetime.now(UTC) - made, True)
    if error:
        state.failed(instance, error)
    commune.add("quantri", "admin")
    page = commune.member("quantri").page("/quan-tri")
    assert said in words(page)
    health = commune.visitor().get("/healthz").json["backup"]
    assert health["state"] == state.read(instance).word(datetime.now(UTC))
    assert (health["age_hours"] is None) == (made is None)
