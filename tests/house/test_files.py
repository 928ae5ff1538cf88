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
LONGEST_LINE = {
    "platform/lms/templates/": 160,
    "platform/lms/static/css/": 120,
    "platform/lms/static/js/": 120,
}


@pytest.fixture(scope="module")
def committed(root: Path) -> list[str]:
    """The paths that git keeps, relative to the project."""
    done = subprocess.run(
        ["git", "-C", str(root), "ls-files", "-z"], capture_output=True, text=True, check=False
    )
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


@pytest.mark.parametrize("folder", LONGEST_LINE)
def test_no_line_of_the_screens_is_too_long_to_read(root, committed, folder):
    """What stands past the edge is not read. Signs, not bytes: Vietnamese letters take several."""
    files = [name for name in committed if name.startswith(folder)]
    long = [
        f"{name}:{number}: {len(line)} signs"
        for name in files
        for number, line in enumerate((root / name).read_text(encoding="utf-8").split("\n"), 1)
        if len(line) > LONGEST_LINE[folder]
    ]
    assert files and not long, "\n".join(long)


def test_a_line_of_a_style_sheet_declares_one_thing(root, committed):
    crowded = [
        f"{name}: {line}"
        for name in committed
        if name.startswith("platform/lms/static/css/")
        for line in (root / name).read_text(encoding="utf-8").split("\n")
        if line.count(";") > 1 or ("{" in line and (";" in line or "}" in line))
    ]
    assert not crowded, "\n".join(crowded)
