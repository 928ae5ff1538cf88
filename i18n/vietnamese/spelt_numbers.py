"""Numbers written in Vietnamese words: “ba”, “mười lăm”, “một trăm hai mươi nghìn”."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction

from i18n import tables

SCALES: dict[str, int] = tables.table("numbers")["scales"]["value"]
_ONES: dict[str, int] = tables.table("numbers")["ones"]["value"]
_AFTER_TENS: dict[str, int] = tables.table("numbers")["after_tens"]["value"]
SPOKEN_SCALES = tables.words("numbers", "spoken_scales")
_AFTER_WEEKDAY: dict[str, int] = tables.table("numbers")["after_weekday"]["value"]


def spelt_number(
    words: Sequence[str], place: int, is_unit: Callable[[Sequence[str], int], bool]
) -> tuple[Fraction, int, bool] | None:
    """(value, place after it, whether it ends in a scale word) of a number that begins at `place`, or None.

    “năm” is five only before a unit or another part of a number, else it is a year; `is_unit` tells.
    """
    if place and words[place - 1] == "thứ" and words[place] in _AFTER_WEEKDAY:
        return Fraction(_AFTER_WEEKDAY[words[place]]), place + 1, False
    total, at, scaled = 0, place, False
    while True:
        part, after = below_thousand(words, at, is_unit)
        if part is None:
            break
        scale = words[after] if after < len(words) else ""
        scaled = scale in SPOKEN_SCALES
        total += part * (SCALES[scale] if scaled else 1)
        at = after + scaled
        if not scaled:
            break
    return (Fraction(total), at, scaled) if at > place else None


def below_thousand(
    words: Sequence[str], place: int, is_unit: Callable[[Sequence[str], int], bool]
) -> tuple[int | None, int]:
    """A number from 1 to 999 at this place, and the place after it."""

    def word(at: int) -> str:
        return words[at] if at < len(words) else ""

    if word(place) == "mười":
        ones = _AFTER_TENS.get(word(place + 1)) if word(place + 1) != "mốt" else None
        return (10 + ones, place + 2) if ones else (10, place + 1)
    first = _ONES.get(word(place))
    if first is None:
        return None, place
    following = word(place + 1)
    if following == "trăm":
        rest, after = after_hundred(words, place + 2, is_unit)
        return first * 100 + rest, after
    if following == "mươi":
        ones = _AFTER_TENS.get(word(place + 2))
        return (first * 10 + ones, place + 3) if ones else (first * 10, place + 2)
    if following in _AFTER_TENS and following in ("lăm", "mốt"):
        return first * 10 + _AFTER_TENS[following], place + 2
    if first == 5 and following not in SPOKEN_SCALES and not is_unit(words, place + 1):
        return None, place
    return first, place + 1


def after_hundred(
    words: Sequence[str], place: int, is_unit: Callable[[Sequence[str], int], bool]
) -> tuple[int, int]:
    """What follows “… trăm”: “linh năm”, “hai mươi”, or nothing."""
    if place < len(words) and words[place] in ("linh", "lẻ"):
        ones = _ONES.get(words[place + 1]) if place + 1 < len(words) else None
        return (ones, place + 2) if ones else (0, place)
    is_tens = words[place] == "mười" if place < len(words) else False
    if is_tens or (place + 1 < len(words) and words[place + 1] == "mươi"):
        rest, after = below_thousand(words, place, is_unit)
        return rest or 0, after
    return 0, place
