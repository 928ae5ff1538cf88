"""docs/courses.md says what the code does."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from courses import markup
from courses.__main__ import main

ROOT = Path(__file__).resolve().parents[2]
GUIDE = (ROOT / "docs" / "courses.md").read_text(encoding="utf-8")


def test_the_course_of_the_guide_has_nothing_to_mend(shelf):
    report = shelf.check()
    assert [str(problem) for problem in report.errors] == []
    assert (report.courses, report.lessons, report.questions) == (1, 1, 3)


def test_the_guide_shows_every_kind_of_file(guide_files):
    kinds = {Path(name).name for name in guide_files}
    assert kinds == {
        "course.yaml",
        "questions.yaml",
        "teaching.yaml",
        "asked.yaml",
        "01-chup-ro.md",
        "01-chup-ro.plain.md",
        "cho-chup.svg",
    }


@pytest.mark.parametrize("name", [*markup.NOTES, "for"])
def test_the_guide_names_every_container(name):
    assert f"`::: {name}" in GUIDE


@pytest.mark.parametrize("command", re.findall(r"python -m courses ([^\n`|]+)", GUIDE))
def test_every_command_of_the_guide_is_understood(command, shelf, capsys, tmp_path):
    arguments = [str(tmp_path / "out") if one == "thu-muc" else one for one in command.split()]
    if arguments[:1] == ["new"] and len(arguments) == 2:
        arguments[1] = "khoa-khac"
    status = main(["--folder", str(shelf.folder), *arguments])
    assert status == 0, capsys.readouterr()


def test_the_module_runs_from_a_shell():
    done = subprocess.run(
        [sys.executable, "-m", "courses", "--help"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    for command in ("check", "list", "new", "claims", "pack"):
        assert command in done.stdout
