"""Slips of the finger."""

import re
from collections.abc import Iterator
from functools import lru_cache

_SYLLABLE = re.compile(
    r"(?:ngh?|nh|gh|gi|kh|ph|qu|th|tr|ch|[bcdghklmnpqrstvx])?"
    r"(?:(?:ie|ia|oa|oe|oo|ua|ue|uo|uye|uy|ye|[aeiouy])(?:ch|ng|nh|[cmnpt])?"
    r"|[aeiouy]|[aeou]i|[aeiou]o|[aeiou]u|[au]y|ieu|yeu|oai|oao|oay|oeo|uai|uoi|uou|uay|uya|uyu|ia|ua)"
)

_TWICE = re.compile(r"(.)\1+")
_TONE_KEY = re.compile(r"(?<=.)[sfrxj]$")


def is_syllable(bare: str) -> bool:
    """Whether letters without marks can be a Vietnamese syllable: one that can is not misspelt."""
    return _SYLLABLE.fullmatch(bare) is not None


def without_finger_slips(word: str) -> Iterator[str]:
    """Readings of a word without marks: no letter struck twice, no tone key left as a letter ("phis")."""
    once = _TWICE.sub(r"\1", word)
    for reading in dict.fromkeys((once, _TONE_KEY.sub("", word), _TONE_KEY.sub("", once))):
        if reading != word:
            yield reading


@lru_cache(maxsize=65536)
def one_slip_apart(left: str, right: str) -> bool:
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
