"""Join codes of classes: made so that no keyboard changes them, read however they arrive."""

from __future__ import annotations

import re
import secrets
import unicodedata
from itertools import pairwise
from urllib.parse import unquote

from i18n.vietnamese import clean

LETTERS = "BCFGHKMNPQRSTVX3456789"
"""No vowel, no D and no W: Telex and VNI leave the others as they are. None that is mistaken for another."""
LENGTH = 6
_OLD_LETTERS = frozenset("ABCDEFGHKMNPQRSTUVWXY3456789")
"""Codes given before: still good, but Telex and VNI turn KAS3DD into KÁ3Đ."""
_ADDRESS = re.compile(r"/vao-lop/([^/?#\s]+)|[?&]ma=([^&#\s]+)")
_TELEX = {"\u0301": "S", "\u0300": "F", "\u0309": "R", "\u0303": "X", "\u0323": "J"}
_VNI = {"\u0301": "1", "\u0300": "2", "\u0309": "3", "\u0303": "4", "\u0323": "5"}
_SHAPES = {
    "Ă": ("AW", "A8"), "Â": ("AA", "A6"), "Đ": ("DD", "D9"), "Ê": ("EE", "E6"), "Ô": ("OO", "O6"),
    "Ơ": ("OW", "O7"), "Ư": ("UW", "U7", "W"),
}  # fmt: skip
_MOST = 400


def make() -> str:
    """A new code. No letter twice in a row: some keyboards make one of two."""
    code = ""
    while len(code) < LENGTH:
        letter = secrets.choice(LETTERS)
        if not code.endswith(letter):
            code += letter
    return code


def for_address(typed: str) -> str:
    """What was typed or pasted, fit to stand in an address: the code of an address, else the text."""
    codes = written(typed)
    if len(codes) == 1:
        return codes.pop()
    address = _ADDRESS.search(unquote(typed))
    text = (address[1] or address[2]) if address else typed
    return clean(text.replace("/", " ").replace("\\", " "))[:40].strip(".")


def written(typed: str) -> set[str]:
    """The codes that a text may hold as they are: `Mã lớp: khg 234`, a pasted address, `KHG-234`."""
    text = clean(unquote(typed))[:400]
    address = _ADDRESS.search(text)
    if address:
        text = address[1] or address[2]
    text = text.upper()
    found = {_bare(text), _bare(text.rpartition(":")[2])}
    words = re.split(r"[^\w]+", text)
    found |= {word for word in words if len(word) == LENGTH}
    found |= {left + right for left, right in pairwise(words)}
    return {code for code in found if len(code) == LENGTH and set(code) <= _OLD_LETTERS}


def mangled(typed: str) -> set[str]:
    """The codes that a Vietnamese keyboard may have made into this: `KÁ3Đ` was typed as KAS3DD."""
    text = clean(unquote(typed))[:400]
    text = re.sub(r"[\W_]+", "", text.rpartition(":")[2]).upper()
    if not 0 < len(text) <= LENGTH or text.isascii():
        return set()
    found: set[str] = set()
    for shapes in _fitting([_readings(letter) for letter in text]):
        for code in _with_tones(shapes):
            if len(code) == LENGTH and set(code) <= _OLD_LETTERS:
                found.add(code)
        if len(found) > _MOST:
            return set()
    return found


def _fitting(readings: list[list[tuple[str, str]]]) -> list[list[tuple[str, str]]]:
    """The ways to read some letters, one after the other, that are as many keys as a code has.

    A way that is too long already is not followed: six letters of several keys each have tens of thousands.
    """
    least = [min(len(shape + tone) for shape, tone in letter) for letter in readings]
    ways: list[tuple[int, list[tuple[str, str]]]] = [(0, [])]
    for number, letter in enumerate(readings, 1):
        room = LENGTH - sum(least[number:])
        ways = [
            (keys + len(shape + tone), [*way, (shape, tone)])
            for keys, way in ways
            for shape, tone in letter
            if keys + len(shape + tone) <= room
        ]
    return [way for keys, way in ways if keys == LENGTH]


def _readings(letter: str) -> list[tuple[str, str]]:
    """How a letter may have been typed: its keys, and the key of its tone (or none)."""
    parts = unicodedata.normalize("NFD", letter)
    tones = [part for part in parts if part in _TELEX]
    bare = unicodedata.normalize("NFC", "".join(part for part in parts if part not in _TELEX))
    keys = (_TELEX[tones[0]], _VNI[tones[0]]) if tones else ("",)
    return [(shape, tone) for shape in _SHAPES.get(bare, (bare,)) for tone in keys]


def _with_tones(shapes: list[tuple[str, str]]) -> set[str]:
    """The codes of some keys: the key of a tone may stand anywhere after its vowel."""
    codes = {""}
    waiting: list[str] = []
    for keys, tone in shapes:
        codes = {code + keys for code in codes}
        if tone:
            waiting.append(tone)
            codes = {code + tone for code in codes}
    found = set(codes)
    for tone in waiting:
        for code in codes:
            at = code.index(tone)
            bare = code[:at] + code[at + 1 :]
            found |= {bare[:place] + tone + bare[place:] for place in range(at, len(bare) + 1)}
    return found


def _bare(text: str) -> str:
    return re.sub(r"[\W_]+", "", text)
