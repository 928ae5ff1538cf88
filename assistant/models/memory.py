"""How much memory the machine has, and how much a model will want."""

from __future__ import annotations

import os
from pathlib import Path

MEMORY_INFO = Path("/proc/meminfo")
CONTROL_GROUP = (Path("/sys/fs/cgroup/memory.max"), Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"))

OVERHEAD = 1.15
"""What a loaded model takes over the size of its file, without its context."""

PER_TOKEN = 128 * 1024
"""Bytes of context a token, at most: what a model of seven billion weights keeps. Smaller ones keep less."""


def total() -> int:
    """Bytes of memory that the machine, or the container this runs in, may use; 0 if it cannot be told."""
    known = [limit for limit in (*map(read_limit, CONTROL_GROUP), read_info("MemTotal"), pages()) if limit]
    return min(known, default=0)


def available() -> int:
    """Bytes that are free to take now; 0 if it cannot be told."""
    return read_info("MemAvailable")


def needed(file_size: int, context: int) -> int:
    """Bytes that a model of this file wants with a context of so many tokens, roughly and upwards."""
    return int(file_size * OVERHEAD) + context * PER_TOKEN


def read_info(name: str) -> int:
    """One line of the kernel's account of memory, in bytes."""
    try:
        lines = MEMORY_INFO.read_text(encoding="ascii").splitlines()
    except OSError:
        return 0
    found = next((line for line in lines if line.startswith(f"{name}:")), "")
    return int(found.split()[1]) * 1024 if found else 0


def read_limit(path: Path) -> int:
    """The limit of a container, or 0."""
    try:
        written = path.read_text(encoding="ascii").strip()
    except OSError:
        return 0
    # No limit is written “max”, or as a number near the largest there is.
    return int(written) if written.isdigit() and int(written) < 1 << 60 else 0


def pages() -> int:
    """What the system library says, where there is no /proc."""
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):
        return 0
