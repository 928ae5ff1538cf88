"""Vietnamese letters: one Unicode form, one tone style, and the same text without its marks."""

import re
import unicodedata
from functools import lru_cache

TONE_MARKS = "\u0300\u0301\u0309\u0303\u0323"
"""Grave, acute, hook, tilde and dot below: the five written tones."""

_PLAIN_VOWELS = "aăâeêioôơuưyAĂÂEÊIOÔƠUƯY"
_QUALITY = frozenset("ăâêôơưĂÂÊÔƠƯ")

# What nobody sees but what breaks search: joiners, direction marks, soft hyphens, byte order marks,
# control characters that are not white space, and halves of broken UTF-16 pairs.
INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff"
    "\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ud800-\udfff]+"
)
_SPACES = re.compile(r"\s+")
MOST_MARKS = 4
"""Marks of one letter that are looked at: a Vietnamese letter that is taken apart has two."""

_UNLETTERED = re.compile(r"[^\w\s\x00-\x7f]{3,}")
_MARKS = re.compile("[\u0300-\u036f]+")
# Eth and the African d are typed by mistake for đ, and look the same in capitals.
_DYET = str.maketrans("đðɖ", "ddd")


def few_marks(text: str, most: int) -> str:
    """The text without the marks of a letter beyond the first `most`; other signs stay as they are."""
    return text if text.isascii() else _UNLETTERED.sub(lambda run: _few_of_run(run[0], most), text)


def _few_of_run(run: str, most: int) -> str:
    kept, marks = [], 0
    for sign in run:
        marks = marks + 1 if _is_mark(sign) else 0
        if marks <= most:
            kept.append(sign)
    return "".join(kept)


def _is_mark(sign: str) -> bool:
    """Whether a sign belongs to the letter before it: all that Unicode puts in order count, wide ones too."""
    return unicodedata.combining(sign) > 0 or unicodedata.category(sign) in ("Mn", "Me")


def _bare(text: str) -> str:
    """Lower-case `text` without marks, for any script that Unicode can take apart."""
    text = few_marks(text, MOST_MARKS)
    return unicodedata.normalize("NFC", _MARKS.sub("", unicodedata.normalize("NFD", text)).translate(_DYET))


_LATIN = {code: _bare(chr(code).lower()) for code in (*range(0x80, 0x250), *range(0x1E00, 0x1F00))}
_BEYOND_LATIN = re.compile("[^\x00-\u024f\u2000-\u206f]")

_TONED = {
    unicodedata.normalize("NFC", vowel + mark): (vowel, mark)
    for vowel in _PLAIN_VOWELS
    for mark in TONE_MARKS
}
_COMPOSED = {pair: letter for letter, pair in _TONED.items()}
_DIACRITIC = re.compile("[" + "".join(sorted(set(_TONED) | _QUALITY | set("đĐ"))) + "]")

_ONSET = "ngh|ng|nh|gh|gi(?=[aăâeêioôơuưy])|kh|ph|th|tr|ch|qu(?=[aăâeêioôơy])|[bcdđghklmnpqrstvx]|"
_RIME_VOWELS = (
    "iêu|yêu|oai|oay|oao|oeo|uây|uôi|ươi|ươu|uya|uyu|uyê|uêu|"
    "ia|iê|yê|iu|ua|uâ|uê|ui|uô|uơ|uy|ưa|ươ|ưi|ưu|oa|oă|oe|oi|oo|ôi|ôô|ơi|ai|ao|au|ay|âu|ây|eo|êu|"
    "[aăâeêioôơuưy]"
)
_SYLLABLE = re.compile(f"({_ONSET})({_RIME_VOWELS})(ng|nh|ch|[cmnpt]|)")
# A mark that melted into no letter belongs to its word: such a word is not Vietnamese.
_WORD = re.compile(r"(?<![\u0300-\u036f])[^\W_]++(?![\u0300-\u036f])")
_LONGEST_SYLLABLE = 7
_STOPS = ("c", "ch", "p", "t")
_ACUTE, _DOT = "\u0301", "\u0323"


def nfc(text: str) -> str:
    """The same text in Unicode normal form C, the only form the project stores and compares.

    Of marks on one letter the first `MOST_MARKS` stay: putting thousands in order takes Python minutes.
    """
    return text if text.isascii() else unicodedata.normalize("NFC", few_marks(text, MOST_MARKS))


def clean(text: str) -> str:
    """NFC text on one line: no invisible or control characters, one space between words, none outside.

    A letter keeps two marks besides those that melt into it: no Vietnamese letter has more.
    """
    return _SPACES.sub(" ", few_marks(nfc(INVISIBLE.sub("", text)), 2)).strip()


def fold(text: str) -> str:
    """Lower-case text without diacritics, đ as d: what people type when they type no marks."""
    if text.isascii():
        return text.lower()
    bare = text.lower().translate(_LATIN)
    return _bare(bare) if _BEYOND_LATIN.search(bare) else bare


def has_diacritics(text: str) -> bool:
    """True if any Vietnamese letter with a mark (or đ) is in the text."""
    return not text.isascii() and _DIACRITIC.search(nfc(text)) is not None


def place_tones(text: str) -> str:
    """NFC text with each tone where most Vietnamese keyboards write it: hòa, khỏe, thủy, but hoàn, quý.

    Only whole Vietnamese syllables with exactly one tone mark are touched, and in them nothing but
    the place of the mark: names, foreign words and minority languages stay as they were written.
    """
    if text.isascii():
        return text
    return _WORD.sub(_place_match, nfc(text))


def place_word(word: str) -> str:
    """`place_tones` for a single word that is NFC already."""
    return word if word.isascii() or len(word) > _LONGEST_SYLLABLE else _place_in_word(word)


def is_well_formed(word: str) -> bool:
    """Whether a lower-case NFC word can be a Vietnamese syllable as it is written.

    It has one tone at most, and before a closing c, ch, p or t an acute or a dot below.
    """
    toned = [letter for letter in word if letter in _TONED]
    if len(toned) > 1:
        return False
    syllable = _SYLLABLE.fullmatch("".join(_TONED[one][0] if one in _TONED else one for one in word))
    if syllable is None:
        return False
    mark = _TONED[toned[0]][1] if toned else ""
    return syllable[3] not in _STOPS or mark in (_ACUTE, _DOT)


def _place_match(match: re.Match[str]) -> str:
    return place_word(match[0])


@lru_cache(maxsize=32768)
def _place_in_word(word: str) -> str:
    toned = [index for index, letter in enumerate(word) if letter in _TONED]
    if len(toned) != 1:
        return word
    here = toned[0]
    vowel, mark = _TONED[word[here]]
    bare = word[:here] + vowel + word[here + 1 :]
    there = _tone_index(bare.lower())
    if there is None or there == here:
        return word
    return bare[:there] + _COMPOSED[bare[there], mark] + bare[there + 1 :]


def _tone_index(bare: str) -> int | None:
    """Index of the letter that carries the tone in a lower-case syllable without tone, or None."""
    syllable = _SYLLABLE.fullmatch(bare)
    if syllable is None:
        return None
    _onset, vowels, coda = syllable.groups()
    start = syllable.start(2)
    for offset in range(len(vowels) - 1, -1, -1):
        if vowels[offset] in _QUALITY:
            return start + offset
    if coda:
        return start + len(vowels) - 1
    return start + (1 if len(vowels) == 3 else 0)
