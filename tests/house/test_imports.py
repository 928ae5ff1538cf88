"""Which room may import which: the contracts of pyproject.toml, and what these cannot say."""

import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

# There for all, without doors; and above all rooms, as app.py and cli.py: starting and stopping.
WITHOUT_DOORS = {"core", "serving", "checkup"}
# What a room shows to the floors above: its rules, and the names that come with them.
DOORS = {"service", "queries", "models", "corrections", "tries"}
# HTTP in, template or JSON out. Who asks is HTTP too: accounts/visitor.py reads it from the cookie.
HTTP_FILES = {
    "views.py",
    "api.py",
    "forms.py",
    "fields.py",
    "pages.py",
    "visitor.py",
    "temporary_codes.py",
    "handing_out.py",
}
# A question is tried while a request lasts: it gives its connection back meanwhile (asking/trying.py).
# Fields of a person or an answer that several rooms ask for are declared once too (lms/core/forms.py).
DOORS_FOR_HTTP = DOORS | {"visitor", "handing_out", "fields", "trying"}


def python_files(folder: Path) -> list[Path]:
    """The Python files under `folder` that are ours, migrations left out (they run alone)."""
    return sorted(path for path in folder.rglob("*.py") if "migrations" not in path.parts)


def imported(path: Path, package: str) -> Iterator[tuple[str, int]]:
    """Every module that `path` imports, relative ones spelt out, with the line; also inside functions."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"), str(path))):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, node.lineno
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                above = package.split(".")[: len(package.split(".")) - node.level + 1]
                base = ".".join([*above, base] if base else above)
            for alias in node.names:
                yield f"{base}.{alias.name}", node.lineno


def package_of(path: Path, source_root: Path) -> str:
    """The dotted package that a file stands in."""
    return ".".join(path.relative_to(source_root).parts[:-1])


def room_files(root: Path, room: str) -> list[tuple[Path, str]]:
    """The files of a room, each with its package."""
    source_root = root / "platform" if room == "lms" else root
    return [(path, package_of(path, source_root)) for path in python_files(source_root / room)]


def test_every_contract_is_kept(root):
    """The walls and floors that import-linter holds; `make lint` says the same."""
    paths = os.pathsep.join([str(root / "platform"), str(root)])
    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=root,
        env={**os.environ, "PYTHONPATH": paths},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def rooms_of_lms(root: Path) -> set[str]:
    """The folders of lms that are packages and have doors."""
    folders = (root / "platform" / "lms").iterdir()
    return {folder.name for folder in folders if (folder / "__init__.py").is_file()} - WITHOUT_DOORS


def feature_imports(root: Path) -> Iterator[tuple[str, str]]:
    """(where, what of it) for every import from one room of lms to another one with doors."""
    rooms = rooms_of_lms(root)
    for path, package in room_files(root, "lms"):
        feature = package.split(".")[1] if "." in package else ""
        if feature not in rooms:
            continue  # app.py, cli.py and the sample data stand above all floors
        for name, line in imported(path, package):
            parts = name.split(".")
            if parts[0] == "lms" and len(parts) > 1 and parts[1] in rooms - {feature}:
                what = parts[2] if len(parts) > 2 else ""
                yield f"{path.relative_to(root)}:{line} imports {name}", what


def speaks_http(name: str) -> bool:
    """Whether a file turns HTTP into values, by its name: `views.py`, `roster_views.py`, and a few more."""
    return name in HTTP_FILES or name.endswith("_views.py")


def is_http(where: str) -> bool:
    """Whether an import stands in a file that speaks HTTP."""
    return speaks_http(Path(where.split(":", maxsplit=1)[0]).name)


def test_lms_rooms_meet_through_their_doors(root):
    """Forms and views are a room's own; core has no doors, it is there for all."""
    wrong = [
        where
        for where, what in feature_imports(root)
        if what not in (DOORS_FOR_HTTP if is_http(where) else DOORS)
    ]
    assert not wrong, "\n".join(wrong)


def test_rules_do_not_read_the_application(root):
    """Values flow down as arguments: `current_app` and `request` stay in views and core."""
    wrong = [
        f"{path.relative_to(root)}:{line} imports {name}"
        for path, package in room_files(root, "lms")
        if not speaks_http(path.name) and path.name not in {"app.py", "__init__.py"}
        if package.split(".")[:2] != ["lms", "core"]
        for name, line in imported(path, package)
        if name in {"flask.current_app", "flask.request", "flask.g", "flask.session"}
    ]
    assert not wrong, "\n".join(wrong)
