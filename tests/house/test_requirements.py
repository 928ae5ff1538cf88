"""Every direct dependency has one exact version, in one place."""

import re
from pathlib import Path

PIN = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)(\[[a-z,]+\])?==[0-9][0-9A-Za-z.+-]*$")


def lines_of(path: Path) -> list[str]:
    """The requirements of a file, comments and includes left out."""
    found = [line.split("#")[0].strip() for line in path.read_text(encoding="utf-8").splitlines()]
    return [line for line in found if line and not line.startswith("-r ")]


def requirement_files(root: Path) -> list[Path]:
    return [root / "requirements.txt", *sorted((root / "requirements").glob("*.txt"))]


def test_every_requirement_is_pinned(root):
    loose = [
        f"{path.name}: {line}"
        for path in requirement_files(root)
        for line in lines_of(path)
        if not PIN.match(line)
    ]
    assert not loose, loose


def test_no_requirement_is_pinned_twice(root):
    names = [
        PIN.match(line)["name"].lower().replace("_", "-")
        for path in requirement_files(root)
        for line in lines_of(path)
    ]
    assert sorted(set(names)) == sorted(names)


def test_the_whole_list_is_the_quick_set_and_the_models(root):
    words = (root / "requirements.txt").read_text(encoding="utf-8")
    assert re.findall(r"^-r (\S+)$", words, re.M) == ["requirements/core.txt", "requirements/models.txt"]


def test_the_quick_set_needs_no_compiler_and_no_torch(root):
    names = {PIN.match(line)["name"] for line in lines_of(root / "requirements" / "core.txt")}
    assert not names & {"torch", "sentence-transformers", "llama-cpp-python", "transformers"}
