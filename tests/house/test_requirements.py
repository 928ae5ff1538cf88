"""Every direct dependency has one exact version, in one place."""

import ast
import re
import sys
from importlib.metadata import packages_distributions
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


def imported_modules(root: Path) -> set[str]:
    """The top-level modules that our code imports, those of Python and our own left out."""
    ours = {"lms", "assistant", "courses", "i18n", "tests", "benchmarks", "wsgi"}
    found = set()
    for folder in ("platform", "assistant", "courses", "i18n", "tests", "benchmarks"):
        for path in (root / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Import):
                    found |= {alias.name.split(".")[0] for alias in node.names}
                elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                    found.add(node.module.split(".")[0])
    return found - ours - set(sys.stdlib_module_names)


def pinned_names(root: Path) -> set[str]:
    """All pinned names, as the package index spells them."""
    return {
        PIN.match(line)["name"].lower().replace("_", "-")
        for path in requirement_files(root)
        for line in lines_of(path)
    }


def test_what_we_import_is_pinned(root):
    """Not only brought along by something else, which may leave it out one day."""
    pinned = pinned_names(root)
    packages = packages_distributions()
    loose = {
        module
        for module in imported_modules(root)
        # Not installed here: an optional part, guarded where it is imported.
        if module in packages and not {name.lower().replace("_", "-") for name in packages[module]} & pinned
    }
    assert not loose, loose


def test_every_dependency_has_its_reason(root):
    words = (root / "docs" / "decisions" / "0006-dependencies.md").read_text(encoding="utf-8").lower()
    assert not {name for name in pinned_names(root) if name not in words}
