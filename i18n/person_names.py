"""Names of people: the order of a Vietnamese list, what makes two names one, and what finds a name.

A list is ordered by given name, then by the words before it, letters as in the Vietnamese alphabet
(a ă â b c d đ e ê …) and tones as in its dictionaries (none, grave, hook, tilde, acute, dot below).
"""

from __future__ import annotations

import re
import unicodedata

from i18n.vietnamese.letters import TONE_MARKS, clean, fold, place_tones

KEY_LIMIT = 240
"""The longest key of order. It holds digits alone, so that every database and locale sorts it alike."""

_APOSTROPHES = re.compile("['\u2018\u2019\u02bc\u02b9\u02bb\u2032\u00b4`\uff07]")
_BRACKETED = re.compile(r"\([^()]*\)?|\[[^\[\]]*\]?")
_ALPHABET = "0123456789aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_CODES = {letter: f"{code:02d}" for code, letter in enumerate(_ALPHABET, 10)}
_TONES = {"": "0"} | dict(zip(TONE_MARKS[:1] + "\u0309\u0303\u0301\u0323", "12345", strict=True))
_CONSONANTS = tuple("bcdđjklmnprstvw")
_QUALITY = "\u0302\u0306\u031b"
_DYET = str.maketrans("ðɖƀ", "đđb")


def same_name(name: str) -> str:
    """What two spellings of one name share: letters and tones, not case, spaces, tone style or apostrophe."""
    return _APOSTROPHES.sub("'", place_tones(clean(name).lower()))


def search_form(name: str) -> str:
    """A name as it is searched: without marks or apostrophes, each word with a space before it.

    `H’Bia Niê` is ` hbia nie`, so that ` LIKE '% nie%'` finds a word by how it begins.
    """
    words = re.findall(r"\w+", fold(_APOSTROPHES.sub("", clean(name))))
    return "".join(f" {word}" for word in words)


def order_key(name: str) -> str:
    """A string of digits that sorts as a Vietnamese list does, at most `KEY_LIMIT` long.

    What stands in brackets, and a year or number at the end, only tells two of one name apart. The given
    name of `Y Thịnh Êban` is Thịnh: Y says that he is a man, Êban is his clan.
    """
    plain = _APOSTROPHES.sub("", place_tones(clean(name).lower()))
    words = re.findall(r"[^\W_]+", unicodedata.normalize("NFC", _BRACKETED.sub(" ", plain)))
    extra: list[str] = []
    while len(words) > 1 and words[-1].isdecimal():
        extra.insert(0, words.pop())
    extra += re.findall(r"[^\W_]+", " ".join(_BRACKETED.findall(plain)))
    ordered = _given_first(words)
    return ("00".join(_word_key(word) for word in ordered) + "0000" + "00".join(map(_word_key, extra)))[
        :KEY_LIMIT
    ]


def _given_first(words: list[str]) -> list[str]:
    if len(words) >= 3 and words[0] == "y":
        return [*words[1:], words[0]]
    if len(words) >= 2 and words[0] == "h":
        words = [words[0] + words[1], *words[2:]]
    if words and words[0][0] == "h" and words[0][1:2] in _CONSONANTS:
        # H'Bia Niê: H says that she is a woman and is written with her name, her clan comes after.
        return words
    return [*words[-1:], *words[:-1]]


def _word_key(word: str) -> str:
    letters, tones = [], []
    for letter in word.translate(_DYET):
        parts = unicodedata.normalize("NFD", letter)
        marks = "".join(mark for mark in parts[1:] if mark in _QUALITY)
        base = unicodedata.normalize("NFC", parts[0] + marks)
        letters.append(_CODES.get(base) or _CODES.get(parts[0]) or f"99{ord(parts[0]):07d}")
        tones.append(next((_TONES[mark] for mark in parts[1:] if mark in _TONES), "0"))
    return "".join(letters) + "01" + "".join(tones)
