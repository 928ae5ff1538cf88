"""One way to name a content by its hash."""

import hashlib
from collections.abc import Iterable


def digest(parts: bytes | Iterable[str | bytes]) -> str:
    """16 hexadecimal digits that change when any part changes."""
    summary = hashlib.blake2b(digest_size=8)
    for part in (parts,) if isinstance(parts, bytes) else parts:
        data = part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part
        summary.update(len(data).to_bytes(8, "big"))
        summary.update(data)
    return summary.hexdigest()
