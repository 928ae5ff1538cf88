"""Whether the instance's disk takes what is saved, and who may read what lies there."""

from __future__ import annotations

import errno
import os
import shutil
import stat
import threading
import time
from contextlib import suppress
from pathlib import Path

LEAST_FREE = 8 << 20
"""Below this the database's journal soon does not fit any more."""
PROBE = ".disk-probe"
PROBE_BYTES = 4096
FRESH_SECONDS = 5

FULL_ERRORS = {errno.ENOSPC, errno.EDQUOT}
_lock = threading.Lock()
_kept: dict[Path, tuple[float, str]] = {}


def state(folder: Path) -> str:
    """`ok`, `full`, `read-only` or `error`: a small file is written there, at most once in five seconds."""
    with _lock:
        kept = _kept.get(folder)
        if kept is None or kept[0] <= time.monotonic():
            kept = _kept[folder] = (time.monotonic() + FRESH_SECONDS, probe(folder))
        return kept[1]


def probe(folder: Path) -> str:
    """As `state`, tried now."""
    place = folder / f"{PROBE}-{os.getpid()}"
    try:
        with place.open("wb") as file:
            file.write(b"\0" * PROBE_BYTES)
        full = shutil.disk_usage(folder).free < LEAST_FREE
    except OSError as error:
        return word_of(error)
    finally:
        with suppress(OSError):
            place.unlink(missing_ok=True)
    return "full" if full else "ok"


def word_of(error: OSError) -> str:
    """`full`, `read-only` or `error`, for what the system said."""
    if error.errno in FULL_ERRORS:
        return "full"
    return "read-only" if error.errno in {errno.EROFS, errno.EACCES, errno.EPERM} else "error"


def loose(instance: Path) -> list[Path]:
    """What in an instance others on this machine may read or change: folders over 0700, files over 0600."""
    return [path for path in _ours(instance) if stat.S_IMODE(path.lstat().st_mode) & 0o077]


def tighten(instance: Path) -> None:
    """Take others' rights away from an instance made by an earlier version, or copied there."""
    for path in loose(instance):
        with suppress(OSError):
            path.chmod(0o700 if path.is_dir() else 0o600)


def _ours(instance: Path) -> list[Path]:
    found = [instance]
    for folder, below, names in os.walk(instance):
        below[:] = [name for name in below if not (Path(folder) / name).is_symlink()]
        found += [Path(folder) / name for name in [*below, *names]]
    # A link's own rights say nothing; what it leads to is not the instance's.
    return [path for path in found if path.exists() and not path.is_symlink()]
