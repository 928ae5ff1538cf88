"""What was meant by a word with keys of the Telex method left standing in it, or letters struck twice."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from itertools import groupby, pairwise

from i18n.vietnamese.letters import nfc, place_word

_TONE_OF_KEY = {"f": "\u0300", "s": "\u0301", "r": "\u0309", "x": "\u0303", "j": "\u0323"}
_KEY_OF_TONE = {tone: key for key, tone in _TONE_OF_KEY.items()}
_KEYS_OF_LETTER = {"ă": "aw", "â": "aa", "đ": "dd", "ê": "ee", "ô": "oo", "ơ": "ow", "ư": "uw"}
_HATS = {"a": "â", "e": "ê", "o": "ô"}
_HOOKS = {"a": "ă", "o": "ơ", "u": "ư"}
_VOWELS = frozenset("aeiouyăâêôơư")
_LONGEST = 24
"""Letters of a word that may be one syllable with keys left in it, or drawn out; a longer one is none."""


def readings(word: str) -> Iterator[str]:
    """Lower-case words that a misspelt one may stand for, the likeliest first; the word itself is none.

    Nothing is promised of them: whether there is such a word, the caller knows.
    """
    word = nfc(word).lower()
    if len(word) > _LONGEST:
        return
    found = (place_word(word), _struck_once(word), decoded(word), decoded(_struck_once(word)))
    yield from (one for one in dict.fromkeys(found) if one != word)


def decoded(word: str) -> str:
    """The word with its Telex keys carried out: "thees" and "theês" are "thế", "dduwowcj" is "được".

    A key that was struck twice counts once, and "ưo" before a letter is "ươ".
    """
    letters: list[str] = []
    tone = ""
    for key in _keys(word):
        vowels = [place for place, letter in enumerate(letters) if letter in _VOWELS]
        if key in _TONE_OF_KEY and vowels:
            tone = _TONE_OF_KEY[key]
        elif key == "w" and vowels:
            _hook(letters, vowels)
        elif key in _HATS and letters and letters[-1] == key:
            letters[-1] = _HATS[key]
        elif key == "d" and letters == ["d"]:
            letters[-1] = "đ"
        elif not letters or not _is_again(letters[-1], key):
            letters.append(key)
    return _with_tone("".join(letters).replace("ưo", "ươ"), tone)


def _keys(word: str) -> Iterator[str]:
    """Every letter as the keys it is typed with: "ế" as e, e, s."""
    for letter in word:
        tones = [mark for mark in unicodedata.normalize("NFD", letter) if mark in _KEY_OF_TONE]
        bare = nfc("".join(one for one in unicodedata.normalize("NFD", letter) if one not in _KEY_OF_TONE))
        yield from _KEYS_OF_LETTER.get(bare, bare)
        yield from (_KEY_OF_TONE[tone] for tone in tones)


def _hook(letters: list[str], vowels: list[int]) -> None:
    """Carry out a w: "uo" becomes "ươ", else the last vowel that can bears it."""
    for left, right in pairwise(vowels):
        if letters[left] in "uư" and letters[right] in "oơ":
            letters[left], letters[right] = "ư", "ơ"
            return
    for place in reversed(vowels):
        if letters[place] in _HOOKS:
            letters[place] = _HOOKS[letters[place]]
            return


def _is_again(before: str, key: str) -> bool:
    """Whether a key only repeats the letter before it."""
    return before == key or _HATS.get(key) == before


def _with_tone(word: str, tone: str) -> str:
    """The word with a tone over one of its vowels, where keyboards put it."""
    place = next((place for place, letter in enumerate(word) if letter in _VOWELS), None)
    if not tone or place is None:
        return word
    return place_word(nfc(word[: place + 1] + tone + word[place + 1 :]))


def _struck_once(word: str) -> str:
    """Each letter once where it stands twice, marked or not: "đỏo" is "đỏ", "khôông" is "không"."""

    def bare(letter: str) -> str:
        return unicodedata.normalize("NFD", letter)[0]

    return "".join(max(same, key=lambda one: not one.isascii()) for _, same in groupby(word, bare))
