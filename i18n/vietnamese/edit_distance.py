"""Slips of the finger."""

from functools import lru_cache


@lru_cache(maxsize=65536)
def one_edit_apart(left: str, right: str) -> bool:
    """Whether one letter was left out, added, replaced, or changed places with its neighbour."""
    if abs(len(left) - len(right)) > 1:
        return False
    start = next(
        (at for at, (a, b) in enumerate(zip(left, right, strict=False)) if a != b),
        min(len(left), len(right)),
    )
    rest, other = left[start:], right[start:]
    if len(left) != len(right):
        longer, shorter = (rest, other) if len(left) > len(right) else (other, rest)
        return longer[1:] == shorter
    return rest[1:] == other[1:] or (rest[:2] == other[:2][::-1] and rest[2:] == other[2:])
