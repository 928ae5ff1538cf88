"""Which files of an instance a backup holds: what is not built again, and what is no trace of a process.

Making a backup and bringing one back go by the same rule, so that a file somebody made by hand puts
nothing into an instance that no backup of ours could hold: no half-made index, no journal, no lock.
"""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from lms.backup import state

DERIVED = {
    "index": "search index: built again at the next start",
    "vectors": "vectors: made again at the next start",
    "models": "language models: fetched again with “python -m assistant model pull”",
    "backups": "other backups",
    "demo": "the sample commune, an instance of its own",
}
"""Folders of an instance that no backup holds → why."""

NOT_KEPT = re.compile(r"\..*|.*\.(?:lock|part|log|tmp)|README\.md|config\.example\.toml", re.DOTALL)
PART = re.compile(r"[^/\\\x00-\x1f\x7f]+")
LONGEST_PART, LONGEST_PATH = 255, 1000
"""Bytes of one name, and of a whole path: what every file system of ours takes."""

JOURNALS = ("-wal", "-shm", "-journal")
"""What SQLite writes beside a database, and reads into it."""


def is_kept(path: PurePosixPath) -> bool:
    """Whether a backup holds the file at this path below the instance, as far as its name tells."""
    parts = path.parts
    return bool(parts) and not (
        (len(parts) > 1 and parts[0] in DERIVED)
        or any(NOT_KEPT.fullmatch(part) for part in parts)
        or parts[-1] == state.STATE
    )


def may_come_back(name: str) -> bool:
    """Whether a backup of ours can hold a file of this name below the instance."""
    parts = name.split("/")
    plain = all(
        PART.fullmatch(part) and part not in {".", ".."} and len(_bytes(part)) <= LONGEST_PART
        for part in parts
    )
    return plain and len(_bytes(name)) <= LONGEST_PATH and is_kept(PurePosixPath(name))


def _bytes(name: str) -> bytes:
    return name.encode("utf-8", "surrogateescape")


def is_of_database(path: PurePosixPath, database: str) -> bool:
    """Whether a file in the instance is the SQLite database called `database`, or is read into it."""
    return str(path) in {database, *(database + end for end in JOURNALS)}
