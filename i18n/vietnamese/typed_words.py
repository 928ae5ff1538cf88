"""Hearing the words of a question however they were typed: bare, misspelt, dotted, spaced out."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Hashable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from i18n.vietnamese import clean, fold, one_edit_apart, syllables
from i18n.vietnamese.joined_words import CHAT, is_word, put_together

LONG_ENOUGH, LONG_ENOUGH_ALONE = 4, 6
"""Letters from which one wrong letter still leaves a word that can be told from others: beside other
words of its phrase, and as a phrase of one word ("tiết kiệm" is not "kiện")."""

SURE, TYPO, DOUBTFUL = 0, 1, 2
"""How well a typed word fits: as it is written (marks may be missing), with a slip that left no word
("chuyne"), or with one that might be another word."""

# Letters of other alphabets, and digits, that are drawn like Latin letters.
_LOOKALIKES = str.maketrans("аеорсухікмтнвІО", "aeopcyxikmthвio".replace("в", "b"))
_DIGIT_FOR_LETTER = str.maketrans("013457", "oieast")
_REPEATED = re.compile(r"([^\W\d_])\1+")
_TONES = "\u0300\u0301\u0309\u0303\u0323"
_ASK_AND_TUMBLE = str.maketrans({"\u0303": "\u0309"})


@dataclass(frozen=True)
class Word:
    """A word as typed, without its marks, and its tone and vowel quality for telling it from others."""

    typed: str
    bare: str
    tone: str
    quality: str
    marked: bool


class TypedWords:
    """The words of one question, ready to be compared with many others."""

    def __init__(self, text: str) -> None:
        visible = unicodedata.normalize("NFKC", clean(text)).translate(_LOOKALIKES)
        tokens = put_together([letters_for_digits(token) for token in syllables(visible)])
        self.words = tuple(word(full) for token in written_out(tokens) for full in token)
        self.marked = sum(one.marked for one in self.words) * 2 >= len(self.words)
        self.together = "".join(one.bare for one in self.words)
        self.kept: dict[Hashable, Any] = {}
        """What was already looked for in this question, kept by those who look."""


@lru_cache(maxsize=32768)
def word(token: str) -> Word:
    """One token taken apart."""
    bare = _REPEATED.sub(r"\1", fold(token))
    apart = unicodedata.normalize("NFD", token)
    tone = "".join(mark for mark in apart if mark in _TONES).translate(_ASK_AND_TUMBLE)
    quality = unicodedata.normalize("NFC", "".join(letter for letter in apart if letter not in _TONES))
    return Word(token, bare, tone, _REPEATED.sub(r"\1", quality), not token.isascii())


def how_it_fits(typed: Word, wanted: Word) -> int | None:
    """How what was typed may be the wanted word, or None.

    Marks may be missing, and hook and tilde stand for each other. Another tone or another vowel is a
    slip, so is one letter of a word of `LONG_ENOUGH`; but where tone and vowel both differ ("lúa" and
    "lừa") it is another word.
    """
    left, right = typed.bare, wanted.bare
    if left == right:
        return _how_marks_fit(typed, wanted)
    if len(right) < LONG_ENOUGH or len(left) < LONG_ENOUGH - 1 or left[0] != right[0]:
        return None
    if typed.marked and wanted.marked and typed.tone and typed.tone != wanted.tone:
        return None
    if not one_edit_apart(left, right):
        return None
    if not is_word(left):
        return TYPO
    return DOUBTFUL if len(left) >= LONG_ENOUGH else None


def _how_marks_fit(typed: Word, wanted: Word) -> int | None:
    if not typed.marked or not wanted.marked:
        return SURE if not typed.marked else DOUBTFUL
    same_tone, same_vowel = typed.tone == wanted.tone, typed.quality == wanted.quality
    if same_vowel and (same_tone or not typed.tone):
        return SURE
    left_out = not typed.tone or typed.quality.isascii()
    if len(typed.bare) < LONG_ENOUGH and not left_out:
        return None
    return DOUBTFUL if same_tone or same_vowel else None


def written_out(tokens: list[str]) -> list[list[str]]:
    """Each token as the words it stands for: "ck" as "chuyển khoản", but not the k of "5 k"."""
    before = ["", *tokens]
    return [
        [token] if left[:1].isdigit() else CHAT.get(_REPEATED.sub(r"\1", token), [token])
        for left, token in zip(before, tokens, strict=False)
    ]


def letters_for_digits(token: str) -> str:
    """ "0tp" as "otp": a digit between letters stands for the letter it looks like."""
    if token.isalpha() or token.isdigit() or not token[:1].isalnum():
        return token
    has_letters = sum(character.isalpha() for character in token) >= 2
    return token.translate(_DIGIT_FOR_LETTER) if has_letters and token.isalnum() else token
