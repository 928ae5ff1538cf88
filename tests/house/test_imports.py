"""Which room may import which: the walls of the house, read from the code itself."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOMS = {"i18n", "courses", "assistant", "lms"}
MAY_IMPORT = {
    "i18n": set(),
    "courses": {"i18n"},
    "assistant": {"courses", "i18n"},
    "lms": {"assistant", "courses", "i18n"},
}
WEB = {"flask", "flask_login", "flask_wtf", "flask_compress", "werkzeug", "wtforms"}

# The floors of lms, lowest first; rooms on one floor do not know each other.
FLOORS = (
    {"core"},
    {"backup"},
    {"units"},
    {"accounts"},
    {"people", "learning", "asking"},
    # The catalogue's pages show how far one has come: docs/decisions/0013-catalog-above-learning.md
    {"assessment", "catalog", "classes", "desk"},
    {"community", "credentials", "knowledge", "mine"},
    {"campaigns"},
)
# As app.py, cli.py and the sample data: starting and stopping puts all rooms to work.
ABOVE_ALL = {"serving", "checkup"}
FLOOR_OF = {room: floor for floor, rooms in enumerate(FLOORS) for room in rooms}
# What a room shows to the floors above: its rules, and the names that come with them.
DOORS = {"service", "queries", "models", "corrections", "tries"}
# HTTP in, template or JSON out. Who asks is HTTP too: accounts/visitor.py reads it from the cookie.
HTTP_FILES = {
    "views.py",
    "api.py",
    "forms.py",
    "visitor.py",
    "temporary_codes.py",
    "handing_out.py",
}
DOORS_FOR_HTTP = DOORS | {"visitor", "handing_out"}


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


@pytest.mark.parametrize("room", sorted(ROOMS))
def test_room_imports_only_what_it_may(root, room):
    wrong = [
        f"{path.relative_to(root)}:{line} imports {name}"
        for path, package in room_files(root, room)
        for name, line in imported(path, package)
        if name.split(".")[0] in ROOMS - MAY_IMPORT[room] - {room}
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("room", ["i18n", "courses", "assistant"])
def test_only_lms_knows_the_web(root, room):
    wrong = [
        f"{path.relative_to(root)}:{line} imports {name}"
        for path, package in room_files(root, room)
        for name, line in imported(path, package)
        if name.split(".")[0] in WEB
    ]
    assert not wrong, "\n".join(wrong)


def feature_imports(root: Path) -> Iterator[tuple[str, str, str, str]]:
    """(where, feature, other feature, what of it) for every import from one lms feature to another."""
    for path, package in room_files(root, "lms"):
        feature = package.split(".")[1] if "." in package else ""
        if feature not in FLOOR_OF:
            continue  # app.py, cli.py and the sample data stand above all floors
        for name, line in imported(path, package):
            parts = name.split(".")
            if parts[0] == "lms" and len(parts) > 1 and parts[1] in FLOOR_OF and parts[1] != feature:
                what = parts[2] if len(parts) > 2 else ""
                yield f"{path.relative_to(root)}:{line} imports {name}", feature, parts[1], what


def speaks_http(name: str) -> bool:
    """Whether a file turns HTTP into values, by its name: `views.py`, `roster_views.py`, and a few more."""
    return name in HTTP_FILES or name.endswith("_views.py")


def is_http(where: str) -> bool:
    """Whether an import stands in a file that speaks HTTP."""
    return speaks_http(Path(where.split(":")[0]).name)


def test_lms_floors_import_downwards_only(root):
    wrong = [where for where, here, there, _ in feature_imports(root) if FLOOR_OF[there] >= FLOOR_OF[here]]
    assert not wrong, "\n".join(wrong)


def test_lms_rooms_meet_through_their_doors(root):
    """Forms and views are a feature's own; core has no doors, it is there for all."""
    wrong = [
        where
        for where, _, there, what in feature_imports(root)
        if there != "core" and what not in (DOORS_FOR_HTTP if is_http(where) else DOORS)
    ]
    assert not wrong, "\n".join(wrong)


def test_every_lms_folder_has_its_floor(root):
    folders = {
        path.name for path in (root / "platform" / "lms").iterdir() if (path / "__init__.py").is_file()
    }
    floored = set(FLOOR_OF) | ABOVE_ALL
    assert folders - {"migrations"} <= floored, "say in tests/house/test_imports.py where it stands"


def test_rules_do_not_read_the_application(root):
    """Values flow down as arguments: `current_app` and `request` stay in views and core."""
    wrong = [
        f"{path.relative_to(root)}:{line} imports {name}"
        for path, package in room_files(root, "lms")
        if not speaks_http(path.name) and path.name not in {"app.py", "__init__.py"} and package != "lms.core"
        for name, line in imported(path, package)
        if name in {"flask.current_app", "flask.request", "flask.g", "flask.session"}
    ]
    assert not wrong, "\n".join(wrong)
