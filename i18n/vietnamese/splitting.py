"""Cutting Vietnamese text into syllables and into sentences."""

import re
from collections.abc import Iterator

from i18n import tables
from i18n.vietnamese.letters import INVISIBLE, nfc, place_word

# Marks that stand on a letter without a precomposed form, also in Khmer, Cham and Tai Viet writing.
_LETTER = r"\w\u0300-\u036f\u17b4-\u17d3\u17dd\uaa29-\uaa36\uaab0-\uaac1"
_UNIT = "|".join(
    (*tables.words("numbers", "money", "written_on"), *tables.table("numbers")["scales"]["value"])
)
_TOKEN = re.compile(
    rf"[^\W\d][{_LETTER}]*"  # most tokens, so tried first
    rf"|\d+(?:[.,:/-]\d+)*(?=(?:{_UNIT})(?![{_LETTER}]))"  # 7.000đ, 30km: the unit is a token of its own
    rf"|\d+-[^\W\d_]{{1,5}}(?![{_LETTER}])"  # 01-KH
    rf"|\d+(?:[.,:/-]\d+)*(?![{_LETTER}])"  # 3.000228, 15/6/2024, 23:00
    rf"|[{_LETTER}]+"
)

_MARKER = re.compile(
    r"[\W_]*(?:\d{1,3}|[a-zđA-ZĐ]|[IVXLC]{1,5}|(?:bước|câu|mục|phần|bài|điều|khoản|chương)\s+[\dIVX]{1,4})",
    re.IGNORECASE,
)
# Runs are read from their beginning alone, and mixed ones not far: a line may be nothing but marks.
_STOP = re.compile(
    r"(?:(?<![!?])[!?]++[.!?…]{0,30}+|(?<!\.)\.{2,}+|…|\.)[\"'”’»)\]]*+(?=\s|$)"
    r"|(?<=[^\W\d_A-Z][^\W\d_A-Z])[.!?](?=[^\W\d_a-z][^\W\d_A-Z])"  # "hồ sơ.Bạn": the space was forgotten
)
_LONGEST_BEFORE = 60
_LAST_WORD = re.compile(r"[^\s(\"'“‘«\[]+$")
_TITLES = frozenset(tables.words("abbreviations", "with_full_stop"))
_PLACES = frozenset(("Q", "P", "H", "X", "T", "F"))
_INITIALS = re.compile(r"(?:[A-ZĐ]\.)*[A-ZĐ]")
# Letter by letter: the range à-ỹ would hold capitals such as Đ, Ơ and Ủ.
_SMALL = "".join(letter for letter in map(chr, range(0xE0, 0x1F00)) if letter.islower())
_LINE = re.compile(rf"(?<!\s)(?:\s*\n\s*\n\s*|\s*\n(?=\s*[^\sa-z{_SMALL}])\s*)")
_SPACES = re.compile(r"\s+")


def syllables(text: str) -> list[str]:
    """Lower-case tokens for search: syllables in one tone style, and numbers, dates and codes whole.

    "7.000đ" gives "7.000" and "đ"; "01-KH", "3.000228", "15/6/2024" and "TK01" stay one token each.
    Invisible characters never split or change a word.
    """
    return [place_word(token) for token in _TOKEN.findall(_visible(text).lower())]


def written_syllables(text: str) -> list[str]:
    """The same tokens with their capitals."""
    visible = _visible(text)
    places = (match.span() for match in _TOKEN.finditer(visible.lower()))
    return [visible[start:end] for start, end in places]


def _visible(text: str) -> str:
    return nfc(INVISIBLE.sub("", text).replace("_", " "))


def sentences(text: str) -> list[str]:
    """Sentences in order, spaces folded, none empty.

    A line break ends a sentence unless the next line goes on in lower case. No cut inside numbers,
    after "TP.", "ThS." and their like, after "v.v." inside a sentence, nor after a list marker ("1.", "a)").
    """
    found: list[str] = []
    for line in _LINE.split(nfc(INVISIBLE.sub("", text))):
        found.extend(_cut(_SPACES.sub(" ", line).strip()))
    return found


def _cut(line: str) -> Iterator[str]:
    start = 0
    for stop in _STOP.finditer(line):
        if not _ends_sentence(line, start, stop):
            continue
        yield line[start : stop.end()].strip()
        start = stop.end()
    rest = line[start:].strip()
    if rest:
        yield rest


def _ends_sentence(line: str, start: int, stop: re.Match[str]) -> bool:
    mark = stop[0]
    if mark[0] in "!?":
        return True
    # A line is cut at thousands of places: look no further than what decides.
    following = next((one for one in line[stop.end() : stop.end() + 40] if not one.isspace()), "")
    if not following:
        return True
    if mark.startswith(("..", "…")):
        return not following.islower()
    before = line[max(start, stop.start() - _LONGEST_BEFORE) : stop.start()].strip()
    if not before or _MARKER.fullmatch(before):
        return False
    return not _is_abbreviation(before, following)


def _is_abbreviation(before: str, following: str) -> bool:
    """True if the full stop after `before` belongs to its last word and the sentence goes on."""
    last = _LAST_WORD.search(before)
    word = last[0] if last else ""
    if word.lower() == "v.v":
        return not following.isupper()
    if word.lower() in _TITLES:
        return True
    return word in _PLACES or (len(word) > 1 and _INITIALS.fullmatch(word) is not None and "." in word)
