"""A sentence as frightened people type it: without marks, with a slip, spaced out, in chat spelling."""

import random

from i18n.vietnamese import fold

CHAT = {
    "không": "ko",
    "được": "đc",
    "gì": "j",
    "biết": "bik",
    "người": "ng",
    "giờ": "h",
    "rồi": "rùi",
    "với": "vs",
    "tiền": "xiền",
    "tôi": "toy",
}
INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff"
LONG_ENOUGH = 4
"""Letters of a word in which one slip is made: a shorter one may become another word."""


def with_a_slip(chance: random.Random, text: str) -> str:
    """One word loses, doubles or swaps a letter behind its first."""
    words = text.split()
    long = [place for place, word in enumerate(words) if len(word) >= LONG_ENOUGH and word.isalpha()]
    if long:
        place = chance.choice(long)
        words[place] = chance.choice((_swapped, _shortened, _doubled))(chance, words[place])
    return " ".join(words)


def _swapped(chance: random.Random, word: str) -> str:
    at = chance.randrange(1, len(word) - 1)
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def _shortened(chance: random.Random, word: str) -> str:
    at = chance.randrange(1, len(word))
    return word[:at] + word[at + 1 :]


def _doubled(chance: random.Random, word: str) -> str:
    at = chance.randrange(len(word))
    return word[:at] + word[at] * 2 + word[at + 1 :]


def spaced_out(chance: random.Random, text: str) -> str:
    """A third of the words letter by letter, with spaces, dots or hyphens between."""
    words = text.split()
    count = max(1, len(words) // 3)
    start = chance.randrange(max(1, len(words) - count))
    for place in range(start, min(len(words), start + count)):
        words[place] = chance.choice((" ", ".", "-")).join(words[place])
    return " ".join(words)


def with_invisible(chance: random.Random, text: str) -> str:
    """Characters that nobody sees between the letters."""
    return "".join(letter + (chance.choice(INVISIBLE) if chance.random() < 0.4 else "") for letter in text)


def in_chat_spelling(_chance: random.Random, text: str) -> str:
    """Short forms and playful spellings."""
    return " ".join(CHAT.get(word.lower(), word) for word in text.split())


MANGLED = {
    "as written": lambda _chance, text: text,
    "without marks": lambda _chance, text: fold(text),
    "in capitals": lambda _chance, text: text.upper(),
    "with a slip": with_a_slip,
    "with a slip and without marks": lambda chance, text: with_a_slip(chance, fold(text)),
    "spaced out": spaced_out,
    "spaced out and without marks": lambda chance, text: spaced_out(chance, fold(text)),
    "with invisible characters": with_invisible,
    "in chat spelling": in_chat_spelling,
}
