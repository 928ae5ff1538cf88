"""Telephone and citizen numbers, however they are parted: by signs, brackets, small words, or read out.

A run is a row of digits with little between them. Digits may be of any script, letters that are typed
for them (O, l), or words (“không chín tám”). Dates, amounts, numbers of laws and codes of procedures are
no part of a run.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from i18n.tables import table, words
from i18n.vietnamese import fold

PHONE, CITIZEN = "số điện thoại", "số căn cước"

_DIGITS: dict[str, int] = table("numbers")["digits"]["value"]
_WORDS = _DIGITS | {fold(word): digit for word, digit in _DIGITS.items()}
_BETWEEN = words("numbers", "between_digits")
_BETWEEN_WORDS = frozenset((*_BETWEEN, *map(fold, _BETWEEN)))
_MOST_SIGNS = 5
"""Signs between two digits of one number: “) - ( ”."""

_PIECE = re.compile(
    r"(?P<drawn>(?<![^\W_])(?=[OoIl]*\d|[OoIl]{2})[\dOoIl]+(?![^\W_]))|(?P<digit>\d)|(?P<word>[^\W\d_]+)|(?P<sign>.)",
    re.DOTALL,
)
_DRAWN = str.maketrans("OoIl", "0011")
_UNIT = r"(?:đ|vnđ|vnd|đồng|dong|nghìn|nghin|ngàn|ngan|triệu|trieu|tỷ|tỉ|k|usd)(?![^\W\d_])"
_NO_NUMBER_OF_A_PERSON = re.compile(
    r"(?<![\d/])(?:0?[1-9]|[12]\d|3[01])(?P<part>[/.\-])(?:0?[1-9]|1[0-2])(?P=part)(?:19|20)\d\d(?![/.\-]?\d)"
    r"|(?<![\d/])(?:0?[1-9]|1[0-2])/(?:19|20)\d\d(?![/.\-]?\d)"
    r"|(?<!\d)\d{1,5}/(?:19|20)\d\d/[^\W\d_]"
    r"|(?<![\d.])\d\.\d{6}(?![\d.])"
    r"|(?<!\d)(?<!\d[ .,/_\-])1[89]00[ .]?\d\d[ .]?\d\d(?![ .,/_\-]?\d)"
    rf"|(?<![\d.,])\d{{1,3}}(?:[., ]\d{{3}}){{1,5}}(?=\s?{_UNIT})",
    re.IGNORECASE,
)
_BEFORE = re.compile(r"(?:[(\[]\s?\+?|\+)\s?\Z|\Z")
_KINDS = (
    (CITIZEN, re.compile(r"0\d{11}")),
    (PHONE, re.compile(r"(?:0084|84)0?[235789]\d{8}|0[235789]\d{8}")),
)


@dataclass(frozen=True)
class Digit:
    """One digit: its value, its place in the text, and whether a number may begin or end there."""

    value: int
    start: int
    end: int
    begins: bool
    ends: bool


def personal_numbers(text: str) -> Iterator[tuple[int, int, str]]:
    """(start, end, kind) of every telephone or citizen number, in order and apart. Takes linear time."""
    for run in runs(text):
        digits = "".join(str(one.value) for one in run)
        place = 0
        while place < len(run):
            found = next(
                (
                    (kind, match.end())
                    for kind, pattern in _KINDS
                    if run[place].begins
                    and (match := pattern.match(digits, place))
                    and run[match.end() - 1].ends
                ),
                None,
            )
            if found:
                kind, after = found
                start = run[place].start
                before = _BEFORE.search(text[max(0, start - 4) : start])
                yield (
                    start - len(before[0] if before else ""),
                    run[after - 1].end,
                    kind,
                )
                place = after
            else:
                place += 1


def runs(text: str) -> Iterator[list[Digit]]:
    """Rows of digits with nothing but a few signs or small words between them."""
    run: list[Digit] = []
    signs = 0
    for start, end, value, is_word in pieces(text):
        if value is None:
            # A small word costs nothing, but two in a row are talk.
            signs = signs + 1 if not is_word else signs + 2
            if signs > _MOST_SIGNS or is_word is None:
                if len(run) > 1:
                    yield run
                run = []
            continue
        is_new = signs > 0 or not run or is_word is True
        if run and is_new:
            last = run[-1]
            run[-1] = Digit(last.value, last.start, last.end, last.begins, True)
        run.append(Digit(value, start, end, is_new, is_word is True))
        signs = 0
        if (
            not is_word
            and not text[end : end + 1].isdecimal()
            and text[end : end + 1] not in _LETTERS_FOR_DIGITS
        ):
            last = run[-1]
            run[-1] = Digit(last.value, last.start, last.end, last.begins, True)
    if len(run) > 1:
        yield run


_LETTERS_FOR_DIGITS = ("O", "o", "I", "l")


def pieces(text: str) -> Iterator[tuple[int, int, int | None, bool | None]]:
    """(start, end, digit or None, whether a word) of each piece; the last is None for what ends a run."""
    aside = [match.span() for match in _NO_NUMBER_OF_A_PERSON.finditer(text)]
    aside.reverse()
    for match in _PIECE.finditer(text):
        start, end = match.span()
        while aside and aside[-1][1] <= start:
            aside.pop()
        if aside and aside[-1][0] <= start:
            yield start, end, None, None
        elif match["drawn"]:
            for place, letter in enumerate(match["drawn"].translate(_DRAWN), start):
                yield place, place + 1, unicodedata.decimal(letter), False
        elif match["digit"]:
            yield start, end, unicodedata.decimal(match["digit"]), False
        elif match["word"]:
            word = match["word"].lower()
            value = _WORDS.get(word)
            yield start, end, value, True if value is not None or word in _BETWEEN_WORDS else None
        else:
            yield start, end, None, False
