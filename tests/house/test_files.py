"""What stands in the repository: names that say something, and nothing heavy."""

import re
import subprocess
import unicodedata
from pathlib import Path

import pytest

MEGABYTE = 1_000_000
# Heavy on purpose: each with its reason.
HEAVY = {
    "assistant/data/course-vectors.npz": "vectors of the lessons, so that a first start computes none",
}
EMPTY_NAMES = re.compile(r"(^|_)(managers?|helpers?|utils?|utilit(y|ies)|misc|common|stuff)(_|$)")
CODE = ("wsgi.py", "platform", "assistant", "courses", "i18n", "tests", "benchmarks", ".ci", "docs")
TEMPLATES = "platform/lms/templates/"
LONGEST_TEMPLATE_LINE = 160


@pytest.fixture(scope="module")
def committed(root: Path) -> list[str]:
    """The paths that git keeps, relative to the project."""
    done = subprocess.run(["git", "-C", str(root), "ls-files", "-z"], capture_output=True, text=True)
    if done.returncode != 0:
        pytest.skip("not a git checkout (a release archive)")
    return [name for name in done.stdout.split("\0") if name and (root / name).is_file()]


def test_no_committed_file_is_heavy(root, committed):
    heavy = {name for name in committed if (root / name).stat().st_size > MEGABYTE} - set(HEAVY)
    assert not heavy, {name: (root / name).stat().st_size for name in heavy}


def test_no_name_that_says_nothing(committed):
    wrong = [
        name
        for name in committed
        if name.startswith(CODE) and any(EMPTY_NAMES.search(part.split(".")[0]) for part in Path(name).parts)
    ]
    assert not wrong, wrong


def test_nothing_that_running_makes_is_committed(committed):
    kept = {name for name in committed if name.startswith("instance/")}
    assert kept == {"instance/README.md", "instance/config.example.toml"}
    assert not [name for name in committed if name.endswith((".pyc", ".db", ".mo", ".log", ".key"))]


def test_text_is_nfc(root, committed):
    """Two spellings of one letter would make searches and message keys miss each other."""
    wrong = []
    for name in committed:
        if name.endswith((".py", ".md", ".yaml", ".html", ".po", ".toml", ".css", ".js")):
            words = (root / name).read_text(encoding="utf-8")
            if words != unicodedata.normalize("NFC", words):
                wrong.append(name)
    assert not wrong, wrong


def test_no_line_of_a_template_is_too_long_to_read(root, committed):
    """What stands past the edge is not read. Signs, not bytes: Vietnamese letters take several."""
    long = [
        f"{name}:{number}: {len(line)} signs"
        for name in committed
        if name.startswith(TEMPLATES)
        for number, line in enumerate((root / name).read_text(encoding="utf-8").split("\n"), 1)
        if len(line) > LONGEST_TEMPLATE_LINE
    ]
    assert not long, "\n".join(long)
