"""What the Makefile and the README promise is there."""

import re
import subprocess
from pathlib import Path

import pytest

PROMISED = {"help", "run", "demo", "test", "install", "lint", "bench", "messages", "clean"}


def targets(root: Path) -> set[str]:
    """The targets a person may ask for (those that are no files)."""
    words = (root / "Makefile").read_text(encoding="utf-8")
    return set(re.findall(r"^([a-z][a-z-]*):", words, re.M))


def help_lines(root: Path) -> dict[str, str]:
    """What `make` without a target prints: target → its words."""
    done = subprocess.run(["make", "-C", str(root)], capture_output=True, text=True, check=True)
    return dict(re.findall(r"^  make (\S+) +(.+)$", done.stdout, re.M))


def test_promised_targets_are_there(root):
    assert targets(root) >= PROMISED


def test_every_target_has_its_line_in_help(root):
    assert set(help_lines(root)) == targets(root)


def test_scripts_of_ci_are_sound_shell(root):
    for path in sorted(path for path in (root / ".ci").iterdir() if not path.suffix and path.is_file()):
        done = subprocess.run(["bash", "-n", str(path)], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr


def read_documents(root: Path) -> str:
    """README and CONTRIBUTING, together."""
    return "\n".join(
        path.read_text(encoding="utf-8")
        for path in (root / "README.md", root / "CONTRIBUTING.md")
        if path.is_file()
    )


def test_readme_stands(root):
    assert (root / "README.md").is_file()


def test_make_commands_in_the_documents_exist(root):
    named = set(
        re.findall(
            r"(?:^|`)\s*(?:\$ )?(?:[A-Z_]+=\S+ )*make ([a-z]+(?:-[a-z]+)*)\b", read_documents(root), re.M
        )
    )
    assert named <= targets(root), named - targets(root)


def test_files_named_in_the_documents_exist(root):
    """Links to files of the project, and paths in code spans that begin with one of its folders."""
    words = read_documents(root)
    named = set(re.findall(r"\]\((?!https?:|#|mailto:)([^)#\s]+)", words))
    named |= set(re.findall(r"`((?:docs|requirements|courses|tests|benchmarks|i18n|\.ci)/[\w./-]+)`", words))
    missing = sorted(name for name in named if not (root / name).exists())
    assert not missing, missing


def test_python_commands_in_the_documents_exist(root):
    words = read_documents(root)
    missing = []
    for module in set(re.findall(r"python -m ((?:courses|assistant|i18n)[\w.]*)", words)):
        place = root / module.replace(".", "/")
        if not (place.with_suffix(".py").is_file() or (place / "__main__.py").is_file()):
            missing.append(module)
    assert not missing, missing


@pytest.mark.parametrize("verb", ["serve", "prepare", "demo"])
def test_the_door_knows_its_commands(root, verb):
    cli = (root / "platform" / "lms" / "cli.py").read_text(encoding="utf-8")
    assert f'"{verb}"' in cli
