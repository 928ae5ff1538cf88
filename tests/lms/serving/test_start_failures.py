"""Starts that the machine prevents, tried for real: one sentence that says what to do, exit 2."""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from assistant.settings import SettingError
from i18n.vietnamese.letters import has_diacritics
from lms.serving.preparing import must_be_an_instance

ROOT = Path(__file__).resolve().parents[3]
START_SECONDS = 240

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root mounts a file system")


def prepared(instance: Path, before: Callable[[], None] | None = None, **environ: str):
    """`wsgi.py prepare`, to its end. before: run in the new process first."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith("HOCSO_")}
    ours |= {"HOCSO_INSTANCE": str(instance), "HOCSO_EMBEDDER": "none", "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(
        [sys.executable, "wsgi.py", "prepare"],
        cwd=ROOT, env=ours | environ, preexec_fn=before,
        capture_output=True, text=True, timeout=START_SECONDS,
        check=False,
    )  # fmt: skip


def last_words(done: subprocess.CompletedProcess) -> str:
    """What it said at the end, which must be a sentence and not a traceback."""
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    last = done.stderr.strip().splitlines()[-1]
    assert has_diacritics(last) and "lỗi chưa lường trước" not in last, last
    return last


@pytest.fixture
def small_disk(tmp_path):
    """A file system of 1 MB."""
    folder = tmp_path / "small"
    folder.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "hocso", folder], check=False).returncode:
        pytest.skip("no file system can be mounted here")
    yield folder
    subprocess.run(["umount", "-l", folder], check=False)


@as_root
def test_a_full_disk(small_disk):
    with suppress(OSError), (small_disk / "else.tmp").open("wb") as file:
        while True:
            file.write(bytes(4096))
            file.flush()
    assert "Đĩa đã đầy" in last_words(prepared(small_disk / "instance"))


@as_root
def test_a_disk_that_fills_while_it_starts(small_disk):
    with (small_disk / "else.tmp").open("wb") as file:
        file.write(bytes(700 * 1024))
    assert "ĩa đã đầy" in last_words(prepared(small_disk))


def obey_modes() -> None:
    """Root without its right to pass over modes (capabilities 1 and 2) is refused as anybody is."""
    libc = ctypes.CDLL(None)
    for capability in (1, 2):
        libc.prctl(24, capability, 0, 0, 0)  # PR_CAPBSET_DROP


@pytest.fixture
def locked(tmp_path):
    """A folder that may be read and not written."""
    folder = tmp_path / "locked"
    folder.mkdir()
    folder.chmod(0o555)
    yield folder
    folder.chmod(0o755)


def test_a_folder_that_cannot_be_written(locked):
    said = last_words(prepared(locked / "instance", obey_modes))
    assert str(locked) in said and "HOCSO_INSTANCE" in said


def test_postgresql_that_is_away(tmp_path):
    url = "postgresql://somebody:hidden-word@127.0.0.1:1/x"
    done = prepared(tmp_path / "instance", HOCSO_DATABASE_URL=url)
    assert "database_url" in last_words(done)
    assert "hidden-word" not in done.stdout + done.stderr


# What does not prevent a start


def checkout_is_read_only() -> None:
    """In a name space of its own, the program's folder lies on a medium that takes nothing."""
    libc = ctypes.CDLL(None, use_errno=True)
    place, new_namespace, read_only, bind, again, private = str(ROOT).encode(), 0x20000, 1, 4096, 32, 0x44000
    steps = (
        lambda: libc.unshare(new_namespace),
        lambda: libc.mount(None, b"/", None, private, None),
        lambda: libc.mount(place, place, None, bind, None),
        lambda: libc.mount(None, place, None, again | bind | read_only, None),
    )
    if any(step() for step in steps):
        os._exit(NO_MOUNT)
    with suppress(OSError):
        (ROOT / ".written").open("w").close()
        os._exit(NO_MOUNT)


NO_MOUNT = 77


@as_root
def test_a_checkout_that_takes_nothing_on_a_machine_without_time_zones(tmp_path):
    """A stick that is write-protected, a system as small as can be: the program brings its time zones."""
    # An empty PYTHONTZPATH hides what the system has of them.
    done = prepared(tmp_path / "instance", checkout_is_read_only, PYTHONTZPATH="")
    if done.returncode == NO_MOUNT:
        pytest.skip("nothing can be mounted here")
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    assert (tmp_path / "instance" / "hocso.db").exists()


@pytest.mark.parametrize("ours", [(), ("models", "backups", "last-backup.json", "serving.lock", "README.md")])
def test_a_folder_of_somebody_elses_things_does_not_become_an_instance(tmp_path, ours):
    """All in it lost the rights of others: scripts no longer ran, a web page could not be read."""
    for name in ours:
        (tmp_path / name).write_text("")
    must_be_an_instance(tmp_path)
    (tmp_path / "anh-cua-toi.jpg").write_text("")
    with pytest.raises(SettingError, match="anh-cua-toi"):
        must_be_an_instance(tmp_path)
    (tmp_path / "config.toml").write_text("")
    must_be_an_instance(tmp_path)
    must_be_an_instance(tmp_path / "chua-co")
