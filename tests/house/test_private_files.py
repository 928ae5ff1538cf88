"""What a command makes in an instance is for its owner alone, whatever the shell it is typed in allows."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from lms.core.storage import disk


@pytest.fixture
def instance(tmp_path):
    return tmp_path / "instance"


def run_freely(root, instance, *words: str) -> subprocess.CompletedProcess[str]:
    """A command as in a shell whose new files everybody may read and change."""
    environ = {**os.environ, "HOCSO_INSTANCE": str(instance), "HOCSO_EMBEDDER": "none"}
    return subprocess.run(
        [sys.executable, *words], cwd=root, env=environ, umask=0, capture_output=True, text=True, check=False
    )


def test_the_commands_leave_nothing_that_others_may_read(root, instance):
    made = run_freely(root, instance, "-m", "assistant", "index")
    assert made.returncode == 0, made.stderr
    assert (instance / "hocso.db").is_file() and (instance / "index").is_dir()
    assert not disk.loose(instance)
    run_freely(root, instance, "wsgi.py", "check")
    assert not disk.loose(instance)
    for words in (["backup", str(instance / "a.zip")], ["admin-link"]):
        run_freely(root, instance, "wsgi.py", *words)
    assert not disk.loose(instance)
