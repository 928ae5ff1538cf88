"""No file over 400 lines, no folder over 20 files, no function over 60 lines: what is longer is two things.

What is longer today stands here with its reason. It leaves the list when it was cut: a reason that is no
longer needed fails too.
"""

import ast
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

HOUSES = ("assistant", "courses", "i18n", "platform", "benchmarks", "tests")
CODE = {".py", ".js", ".css", ".html"}
"""Word lists and lessons are as long as what they list."""
MOST_LINES, MOST_FILES, MOST_OF_FUNCTION = 400, 20, 60

LONG_FILES: dict[str, str] = {}
FULL_FOLDERS = {
    "i18n/data": "one list a file, each named after what it lists",
}
# A released migration is never changed.
LONG_FUNCTIONS = {
    "platform/lms/migrations/versions/0001_lay_the_first_tables.py: upgrade": "every table of version 0.1",
    "platform/lms/migrations/versions/0001_lay_the_first_tables.py: downgrade": "every table of version 0.1",
}


def files(root: Path) -> Iterator[Path]:
    """What is ours in the houses: nothing that running makes, and no folder that hides."""
    for house in HOUSES:
        for path in (root / house).rglob("*"):
            if path.is_file() and not {"__pycache__", "library"} & set(path.parts) and path.suffix != ".pyc":
                yield path.relative_to(root)


def lines_of(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def functions(path: Path) -> Iterator[tuple[str, int]]:
    """(name, lines with its documentation) of every function of a file."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, (node.end_lineno or node.lineno) - node.lineno + 1


def must_be_those(found: Mapping[str, int], known: Mapping[str, str], most: int) -> None:
    """Fail for what is over the limit without a reason, and for a reason without need."""
    too_long = [
        f"{name}: {size}, at most {most}" for name, size in sorted(found.items()) if name not in known
    ]
    assert not too_long, "cut it in two, or say in tests/house/test_sizes.py why not: " + "; ".join(too_long)
    kept = sorted(set(known) - set(found))
    assert not kept, "no longer over the limit, take it off the list: " + "; ".join(kept)


def test_no_file_is_too_long(root):
    sizes = {path.as_posix(): lines_of(root / path) for path in files(root) if path.suffix in CODE}
    must_be_those({name: size for name, size in sizes.items() if size > MOST_LINES}, LONG_FILES, MOST_LINES)


def test_no_folder_is_too_full(root):
    held = Counter(path.parent.as_posix() for path in files(root))
    must_be_those({name: size for name, size in held.items() if size > MOST_FILES}, FULL_FOLDERS, MOST_FILES)


def test_no_function_is_too_long(root):
    found = {
        f"{path.as_posix()}: {name}": size
        for path in files(root)
        if path.suffix == ".py"
        for name, size in functions(root / path)
        if size > MOST_OF_FUNCTION
    }
    must_be_those(found, LONG_FUNCTIONS, MOST_OF_FUNCTION)
