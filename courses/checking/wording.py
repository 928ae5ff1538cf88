"""Words of a text: Unicode form, tone places, officialese, unexplained foreign words."""

import re
from collections.abc import Iterator
from functools import lru_cache

from courses.data_files import data
from i18n.vietnamese import fold, nfc, place_tones

_ADDRESS = re.compile(r"(?:https?://)?\.?[\w-]+(?:\.[\w-]+)+(?:/\S*)?|\S+@\S+")
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_SYLLABLE = re.compile(
    r"(?:ngh|ng|nh|gh|gi|kh|ph|qu|th|tr|ch|[bcdghklmnpqrstvx])?(?:[aeiou]{1,3}y?|y[aeu]{0,2}|uy[aeu]?)"
    r"(?:ch|ng|nh|[cmnpt])?"
)
_EXPLAINED = re.compile(r"[”\"]?\s*(?:\([^)]+\)|(?:nghĩa là|tức là|là viết tắt)\b)")


def wrong_form(text: str) -> str | None:
    """The first word that is not NFC, or None."""
    if nfc(text) == text:
        return None
    return next((word for word in text.split() if nfc(word) != word), text[:20])


def misplaced_tones(text: str) -> Iterator[tuple[str, str]]:
    """(word as written, word with its tone in the house's place) for each word that differs."""
    mended = place_tones(text)
    if mended != text:
        pairs = zip(text.split(), mended.split(), strict=False)
        yield from ((a.strip('.,:;!?()“”"'), b.strip('.,:;!?()“”"')) for a, b in pairs if a != b)


def officialese(text: str, register: str) -> Iterator[tuple[str, str]]:
    """(forbidden words, what to say instead) found in a text of that register."""
    pattern, instead = _forbidden(register)
    for found in pattern.finditer(text.lower()):
        yield found[0], instead[found[0]]


def foreign_words(text: str) -> Iterator[tuple[str, str | None]]:
    """(word, what to say instead or None) for each word that is not Vietnamese and not on the list.

    A word explained right behind it, in brackets or by “nghĩa là”, is let through.
    """
    text = _ADDRESS.sub(lambda found: " " * len(found[0]), text)
    for found in _WORD.finditer(text):
        word = found[0]
        if _EXPLAINED.match(text, found.end()) or _next_to_digit(text, found):
            continue
        if word.lower() in _foreign()["replace"] and word not in _known():
            yield word, _foreign()["replace"][word.lower()]
        elif not _is_vietnamese(word) and word not in _known() and word.lower() not in _everyday():
            yield word, None


def _next_to_digit(text: str, found: re.Match) -> bool:
    around = text[max(found.start() - 1, 0) : found.start()] + text[found.end() : found.end() + 1]
    return any(letter.isdigit() or letter in "/_" for letter in around)


def _is_vietnamese(word: str) -> bool:
    if "-" in word:
        return all(map(_is_vietnamese, word.split("-")))
    if not word.isascii():
        return True
    if word.isupper() and len(word) > 1 and not _SYLLABLE.fullmatch(word.lower()):
        return False
    return len(word) == 1 or bool(_SYLLABLE.fullmatch(fold(word)))


@lru_cache(maxsize=2)
def _forbidden(register: str) -> tuple[re.Pattern, dict[str, str]]:
    rows = [row for row in data("forbidden") if row.get("in", register) == register]
    instead = {row["word"]: row["say"] for row in rows}
    longest_first = sorted(instead, key=len, reverse=True)
    return re.compile(r"\b(?:" + "|".join(map(re.escape, longest_first)) + r")\b"), instead


def _foreign() -> dict:
    return data("foreign")


@lru_cache(maxsize=1)
def _known() -> frozenset[str]:
    return frozenset([*_foreign()["names"], *_foreign()["short"], *_foreign()["everyday"]])


@lru_cache(maxsize=1)
def _everyday() -> frozenset[str]:
    return frozenset(map(str.lower, _foreign()["everyday"]))
