"""The example configuration is true: every key in it exists, with a value of the right kind."""

import dataclasses
import re
from pathlib import Path

from assistant.settings import Settings
from lms.core.config import WebSettings


def spelt_out(root: Path) -> str:
    """The example with every key in force (the words behind a value cut off)."""
    lines = []
    for line in (root / "instance" / "config.example.toml").read_text(encoding="utf-8").splitlines():
        key = re.match(r"^# (\w+ = (?:\"[^\"]*\"|\S+))(?: {2,}.*)?$", line)
        lines.append(key.group(1) if key else line)
    return "\n".join(lines)


def test_every_key_of_the_example_is_accepted(root, tmp_path):
    courses = tmp_path / "courses"
    courses.mkdir()
    words = spelt_out(root).replace("/srv/hocso/courses", str(courses))
    (tmp_path / "config.toml").write_text(words, encoding="utf-8")
    environ = {"HOCSO_INSTANCE": str(tmp_path)}
    assert Settings.load(environ).database_url.startswith("postgresql://")
    assert WebSettings.load(environ).behind_proxy is True


def test_the_example_as_it_stands_changes_nothing(root, tmp_path):
    words = (root / "instance" / "config.example.toml").read_text(encoding="utf-8")
    (tmp_path / "config.toml").write_text(words, encoding="utf-8")
    bare = tmp_path / "bare"
    bare.mkdir()
    with_example = WebSettings.load({"HOCSO_INSTANCE": str(tmp_path)})
    without = WebSettings.load({"HOCSO_INSTANCE": str(bare)})
    assert (with_example.host, with_example.port, with_example.workers) == (
        without.host,
        without.port,
        without.workers,
    )
    assert with_example.shared.embedder == without.shared.embedder


def test_every_setting_is_in_the_example(root):
    written = set(re.findall(r"^(\w+) = ", spelt_out(root), re.M))
    known = {field.name for cls in (Settings, WebSettings) for field in dataclasses.fields(cls)}
    assert known - {"instance", "shared", "debug"} == written
