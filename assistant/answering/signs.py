"""Hearing a phrase in a question however it was typed: bare, misspelt, dotted, spaced out."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from i18n.vietnamese import clean, fold, one_slip_apart, syllables

WITHIN = 1
"""How many words may stand between two words of a phrase: "chuyển hết tiền"."""

LONG_ENOUGH, LONG_ENOUGH_ALONE = 4, 6
"""Letters from which one wrong letter still leaves a word that can be told from others: beside other
words of its phrase, and as a phrase of one word ("tiết kiệm" is not "kiện")."""

ALWAYS = 1000
"""More letters than any word has: no wrong letter is let pass."""

SPELT_TOGETHER = 8
"""Letters from which a phrase is also looked for with all spaces taken out."""

_SINGLE_RUN = 3
# Letters of other alphabets, and digits, that are drawn like Latin letters.
_LOOKALIKES = str.maketrans("аеорсухікмтнвІО", "aeopcyxikmthвio".replace("в", "b"))
_DIGIT_FOR_LETTER = str.maketrans("013457", "oieast")
_REPEATED = re.compile(r"([^\W\d_])\1+")
_TONES = "\u0300\u0301\u0309\u0303\u0323"


@dataclass(frozen=True)
class Word:
    """A word as typed, without its marks, and its tone and vowel quality for telling it from others."""

    typed: str
    bare: str
    tone: str
    quality: str


class Heard:
    """One question, made ready for many phrases."""

    def __init__(self, text: str) -> None:
        visible = unicodedata.normalize("NFKC", clean(text)).translate(_LOOKALIKES)
        tokens = [letters_for_digits(token) for token in syllables(visible)]
        self.words = tuple(word(token) for token in tokens)
        self._places: dict[tuple[str, bool], tuple[int, ...]] = {}
        self.runs = tuple(single_letter_runs([one.bare for one in self.words]))
        self.together = "".join(one.bare for one in self.words)

    def has(self, phrase: str, exact: bool = False) -> bool:
        """Whether the phrase was said; `exact`: word by word, with only its marks missing."""
        wanted, together = phrase_words(phrase)
        if exact:
            return self._word_by_word(wanted) or any(together in run for run in self.runs)
        return self._in_order(wanted) or self._spaced_out(together)

    def has_any(self, phrases: Iterable[str], exact: bool = False) -> bool:
        """Whether one of the phrases was said."""
        return any(self.has(phrase, exact) for phrase in phrases)

    def _word_by_word(self, wanted: Sequence[Word]) -> bool:
        for start in range(len(self.words) - len(wanted) + 1):
            here = self.words[start : start + len(wanted)]
            if all(sounds_like(typed, one, ALWAYS) for typed, one in zip(here, wanted, strict=True)):
                return True
        return False

    def _in_order(self, wanted: Sequence[Word]) -> bool:
        alone = len(wanted) == 1
        return any(self._goes_on(start, wanted[1:]) for start in self._where(wanted[0], alone))

    def _goes_on(self, place: int, wanted: Sequence[Word]) -> bool:
        for one in wanted:
            near = (at for at in self._where(one, False) if place < at <= place + 1 + WITHIN)
            found = next(near, None)
            if found is None:
                return False
            place = found
        return True

    def _where(self, wanted: Word, alone: bool) -> tuple[int, ...]:
        """Places of a word; phrases share most of their words, so each is looked for once."""
        key = (wanted.typed, alone)
        if key not in self._places:
            least = LONG_ENOUGH_ALONE if alone else LONG_ENOUGH
            self._places[key] = tuple(
                at for at, typed in enumerate(self.words) if sounds_like(typed, wanted, least)
            )
        return self._places[key]

    def _spaced_out(self, bare: str) -> bool:
        if self.runs and len(bare) >= _SINGLE_RUN and any(bare in run for run in self.runs):
            return True
        return len(bare) >= SPELT_TOGETHER and bare in self.together


def matches(heard: Heard, sign: Sequence[str], words: Mapping[str, Sequence[str]]) -> bool:
    """Whether every group of words named in `sign` was heard.

    Several groups bear each other out, so each may be misspelt; one that stands alone may not.
    """
    return all(heard.has_any(words[name], exact=len(sign) == 1) for name in sign)


@lru_cache(maxsize=4096)
def phrase_words(phrase: str) -> tuple[tuple[Word, ...], str]:
    """The words of a phrase that is looked for, and its letters without marks and spaces."""
    words = tuple(word(token) for token in syllables(phrase))
    return words, "".join(one.bare for one in words)


@lru_cache(maxsize=32768)
def word(token: str) -> Word:
    """One token taken apart."""
    bare = _REPEATED.sub(r"\1", fold(token))
    apart = unicodedata.normalize("NFD", token)
    tone = "".join(mark for mark in apart if mark in _TONES)
    quality = unicodedata.normalize("NFC", "".join(letter for letter in apart if letter not in _TONES))
    return Word(token, bare, tone, quality)


def sounds_like(typed: Word, wanted: Word, long_enough: int = LONG_ENOUGH) -> bool:
    """Whether what was typed may be the wanted word.

    Marks may be missing or partly wrong, and one letter of a word of `long_enough` letters; but a
    word whose tone and vowel both differ ("lúa" and "lừa") is another word.
    """
    left, right = typed.bare, wanted.bare
    if left == right:
        both_marked = not typed.typed.isascii() and not wanted.typed.isascii()
        return not both_marked or typed.tone == wanted.tone or typed.quality == wanted.quality
    if len(left) < long_enough or len(right) < long_enough or left[0] != right[0]:
        return False
    return one_slip_apart(left, right)


def letters_for_digits(token: str) -> str:
    """ "0tp" as "otp": a digit between letters stands for the letter it looks like."""
    if token.isalpha() or token.isdigit() or not token[:1].isalnum():
        return token
    has_letters = sum(character.isalpha() for character in token) >= 2
    return token.translate(_DIGIT_FOR_LETTER) if has_letters and token.isalnum() else token


def single_letter_runs(words: Sequence[str]) -> Iterable[str]:
    """Letters that were typed one by one ("m ã 6 s ố", "O.T.P"), put together again."""
    run: list[str] = []
    for one in (*words, "  "):
        if len(one) == 1:
            run.append(one)
            continue
        if len(run) >= _SINGLE_RUN:
            yield "".join(run)
        run = []
