"""Is a file a GGUF model: its first bytes, and the little that its head says for certain."""

from __future__ import annotations

import struct
from pathlib import Path

MAGIC = b"GGUF"
VERSIONS = (2, 3)
SMALLEST = 1024
"""Bytes; no model is smaller, so a page of words saved under a model's name is found out."""


class NotAModel(ValueError):
    """A file is no GGUF model; the sentence says what is wrong with it."""


def check(path: Path) -> None:
    """Look at the head of a file. Raises NotAModel for what is no GGUF model, or cannot be read."""
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            head = file.read(24)
    except OSError as error:
        raise NotAModel(f"{path.name} cannot be read: {error.strerror}") from error
    if head[:4] != MAGIC:
        raise NotAModel(f"{path.name} is no GGUF model: it begins otherwise")
    if len(head) < 24 or size < SMALLEST:
        raise NotAModel(f"{path.name} is cut off: it has only {size} bytes")
    version, tensors, _pairs = struct.unpack("<IQQ", head[4:])
    if version not in VERSIONS or not tensors:
        raise NotAModel(
            f"{path.name} is a GGUF file of version {version} with {tensors} tensors, not a model"
        )
