"""What a sentence claims that can be compared: amounts with units, dates, numbers of documents, names.

Two ways of writing one thing give one claim: “7.000 đồng”, “7000đ”, “7 nghìn đồng” and “bảy nghìn đồng”;
“ba ngày” and “3 ngày”; “23:00”, “23h” and “23 giờ”. “3 ngày” and “3 ngày làm việc” stay different.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from itertools import zip_longest

from i18n import tables
from i18n.vietnamese import clean, fold, place_tones
from i18n.vietnamese.spelt_numbers import SCALES, spelt_number

WORD, NUMBER, DATE, CODE, ADDRESS, MARK = "word", "number", "date", "code", "address", "mark"

_TOP_LEVEL = "vn|com|net|org|gov|edu|info|app|io|me|xyz|top|cc|shop|online|site|link|asia|biz|tv|cn|apk"
# Runs are read whole and from their beginning alone: a text may be nothing but dots or dashes.
_PIECE = re.compile(
    rf"""
    (?P<address>https?://[^\s,;)”"’>\]]+|www\.[^\s,;)”"’>\]]+|(?<![\w.+-])[\w.+-]++@[\w-]++(?:\.[\w-]++)++
        |(?<![\w.])(?<![a-zA-Z0-9-]-)(?:[a-zA-Z0-9][a-zA-Z0-9-]*+\.)+(?:{_TOP_LEVEL})\b(?:/[^\s,;)”"’>\]]*)?)
    |(?P<date>\b\d{{1,2}}[/.-]\d{{1,2}}[/.-]\d{{4}}\b|\b\d{{1,2}}/\d{{4}}\b
        |\b(?:ngày\s+)?\d{{1,2}}\s+tháng\s+\d{{1,2}}(?:,?\s+năm\s+\d{{4}})?\b
        |\btháng\s+\d{{1,2}}(?:,?\s+năm\s+|\s*/\s*)\d{{4}}\b|\b\d{{1,2}}/\d{{1,2}}\b(?!/))
    |(?P<code>\b\d+[/-](?=[\w/-]{{0,60}}[^\W\d_])[\w/-]+|\b[^\W\d_]+\d[\w/-]*|\b\d\.\d{{6}}\b)
    |(?P<clock>\b\d{{1,2}}(?::|h|g)\d{{2}}\b|\b\d{{1,2}}h\b|\b\d{{1,2}}\s*giờ\s*\d{{1,2}}(?:\s*phút)?\b)
    |(?P<phone>(?=\+?(?:\d[ .-]?){{7}})(?:\+84|\b0|\b1[89]00)[\d]*(?:[ .-]\d{{2,}})+\b|\b0\d{{5,}}\b|\+84\d+)
    |(?P<number>\d+(?:[.,]\d+)*)
    |(?P<word>[^\W\d_]+)
    |(?P<mark>[^\w\s]|_)
    """,
    re.VERBOSE | re.IGNORECASE,
)
_THOUSANDS = re.compile(
    r"(?P<whole>(?!0[.,])\d{1,3}(?P<mark>[.,])\d{3}(?:(?P=mark)\d{3})*)(?P<part>(?!(?P=mark))[.,]\d+)?"
)
# Deadlines of offices are written “05 ngày”; four digits after a nought are a code.
_WHOLE = re.compile(r"(?:0{1,2}(?=\d{1,2}(?!\d)))?(?P<whole>0|[1-9]\d*)(?P<part>[.,]\d+)?")
_DIGITS = re.compile(r"\d+")

ABBREVIATIONS: dict[str, str] = tables.table("abbreviations")["offices"]["value"]
# “đô-la” is written “đô la” too; “QĐ-BKHCN” is one number of a document.
_JOINED = re.compile(r"(?<=\b[a-zà-ỹđ]{2})-(?=[a-zà-ỹđ]{2}\b)|(?<=\b[a-zà-ỹđ]{3})-(?=[a-zà-ỹđ])")
_ABBREVIATION = re.compile(rf"\b(?:{'|'.join(ABBREVIATIONS)})\b")

_UNITS = frozenset(tables.names("units"))
UNIT_OF = {
    tuple(one.split()): name for name in tables.names("units") for one in tables.phrases("units", name)
}
"""Unit words as tuples of syllables, and the one name of each unit."""
_LONGEST_UNIT = max(map(len, UNIT_OF))

_BARE = frozenset(
    ("working_day", "day", "working_hour", "hour", "minute", "week", "month", "year", "original", "copy")
)
_OFTEN_NO_UNIT = frozenset(tables.words("bounds", "often_no_unit"))
_NO_UNIT_AFTER = frozenset(tables.words("bounds", "no_unit_after"))
_BEFORE_NUMBER = frozenset(tables.words("bounds", "names_a_number"))
_EMPTY_AFTER = frozenset(tables.words("bounds", "no_unit"))

_KINDS_OF_BOUNDS = "most least over under about from to before after each other"
_BOUND_OF = {
    tuple(one.split()): name for name in _KINDS_OF_BOUNDS.split() for one in tables.phrases("bounds", name)
}
_LONGEST_BOUND = max(map(len, _BOUND_OF))
_AFTER_UNIT = {
    tuple(said.split()): kind for said, kind in tables.table("bounds")["after_unit"]["value"].items()
}


@dataclass(frozen=True)
class Token:
    """One piece of a text: what kind it is, how it is written, and its form for comparing."""

    kind: str
    written: str
    form: str

    @property
    def is_capital(self) -> bool:
        """Whether it begins with a capital letter."""
        return self.kind in (WORD, CODE) and self.written[:1].isupper()


@dataclass(frozen=True)
class Quantity:
    """A number with its unit and what bounds it; `start` and `end` are places among the tokens.

    `unit` is a name from the table of units, or "next:" and the counted word, or "before:" and the word
    that a number belongs to (“tháng 7”, “mức 2”), or empty. `bounds` holds “most”, “before” and so on.
    """

    value: Fraction
    unit: str
    bounds: frozenset[str]
    start: int
    end: int

    @property
    def key(self) -> tuple[Fraction, str]:
        """Value and unit, without what bounds them."""
        return self.value, self.unit


@dataclass(frozen=True)
class Reading:
    """A text read once: its tokens, and everything in it that a source must have too."""

    tokens: tuple[Token, ...]
    quantities: tuple[Quantity, ...]
    bounded: frozenset[int]
    """Places of words that bound a number, so that “không quá 3 ngày” is no denial."""

    def forms(self, *kinds: str) -> frozenset[str]:
        """The forms of all tokens of these kinds."""
        return frozenset(token.form for token in self.tokens if token.kind in kinds)

    @property
    def bare_units(self) -> Counter[str]:
        """Units of time and kinds of copies that stand without a number (“ngày làm việc tiếp theo”)."""
        counted = {place for one in self.quantities for place in range(one.start, one.end)}
        words = [
            token.form if token.kind == WORD and place not in counted else ""
            for place, token in enumerate(self.tokens)
        ]
        found: Counter[str] = Counter()
        place = 0
        while place < len(words):
            length, unit = next(
                (
                    (size, UNIT_OF[tuple(words[place : place + size])])
                    for size in range(_LONGEST_UNIT, 0, -1)
                    if UNIT_OF.get(tuple(words[place : place + size])) in _BARE
                ),
                (1, ""),
            )
            before = words[place - 1] if place else ""
            following = self.tokens[place + length].kind if place + length < len(words) else ""
            is_numbered = following in (NUMBER, DATE, CODE)  # “ngày 5/8”, “năm 2026” are no length of time
            if (
                unit
                and not is_numbered
                and words[place] not in _OFTEN_NO_UNIT
                and before not in _NO_UNIT_AFTER
            ):
                found[unit] += 1
            place += length
        return found

    @property
    def words(self) -> tuple[str, ...]:
        """The words in order, in lower case."""
        return tuple(token.form for token in self.tokens if token.kind == WORD)


@lru_cache(maxsize=4096)
def read(text: str) -> Reading:
    """Read a text for comparing. Never fails: what it cannot understand stays a word or a mark."""
    tokens = tuple(tokenize(text))
    quantities = tuple(find_quantities(tokens))
    bounded = frozenset(place for one in quantities for place in bound_places(tokens, one))
    return Reading(tokens, quantities, bounded)


def canonical(text: str) -> str:
    """One line of NFC text in one tone style, letters and digits drawn wide or small made ordinary."""
    plain = unicodedata.normalize("NFKC", clean(text))
    opened = _ABBREVIATION.sub(lambda match: ABBREVIATIONS[match[0]], clean(plain))
    return place_tones(_JOINED.sub(" ", opened))


def tokenize(text: str) -> Iterator[Token]:
    """The pieces of a text in order."""
    for match in _PIECE.finditer(canonical(text)):
        written = match[0]
        if match.lastgroup == "word":
            yield Token(WORD, written, written.lower())
        elif match.lastgroup == "number":
            yield number_token(written)
        elif match.lastgroup == "clock":
            yield from clock_tokens(written)
        elif match.lastgroup == "date":
            yield Token(DATE, written, "-".join(str(int(one)) for one in _DIGITS.findall(written)))
        elif match.lastgroup == "phone":
            yield Token(CODE, written, re.sub(r"\D", "", written.replace("+84", "0")))
        elif match.lastgroup == "address":
            yield Token(ADDRESS, written, address_form(written))
        elif match.lastgroup == "code":
            yield Token(CODE, written, written.lower().strip("-/").replace(".", ""))
        else:
            yield Token(MARK, written, written)


def address_form(written: str) -> str:
    """An address without what does not change where it leads."""
    return re.sub(r"^(?:https?://)?(?:www\.)?", "", written.lower()).rstrip("/.,;:!?")


def number_token(written: str) -> Token:
    """A number that counts something, or digits that only name something (a telephone number, a code)."""
    found = _THOUSANDS.fullmatch(written) or _WHOLE.fullmatch(written)
    if found is None:
        return Token(CODE, written, re.sub(r"\D", "", written))
    whole = re.sub(r"\D", "", found["whole"]).lstrip("0") or "0"
    part = (found["part"] or "")[1:].rstrip("0")
    return Token(NUMBER, written, f"{whole}.{part}" if part else whole)


def clock_tokens(written: str) -> Iterator[Token]:
    """A time of day: a full hour as “23 giờ”, any other as one piece."""
    hour, *minutes = _DIGITS.findall(written)
    if minutes and int(minutes[0]):
        yield Token(CODE, written, f"{int(hour)}:{int(minutes[0]):02}")
        return
    yield Token(NUMBER, hour, str(int(hour)))
    yield Token(WORD, "giờ", "giờ")


def find_quantities(tokens: Sequence[Token]) -> Iterator[Quantity]:
    """Every number of a text with its unit and bounds."""
    found: list[Quantity] = []
    place = 0
    while place < len(tokens):
        number = number_at(tokens, place)
        if number is None:
            place += 1
            continue
        value, end, scaled = number
        is_bracketed = (
            place and tokens[place - 1].form == "(" and end < len(tokens) and tokens[end].form == ")"
        )
        end = end + 1 if is_bracketed else after_repeated(tokens, value, end)
        unit, end = unit_at(tokens, place, end, scaled)
        if tokens[place].kind in (CODE, DATE) and unit not in _UNITS:
            place += 1
            continue
        found.append(Quantity(value, unit, bounds_of(tokens, place, end), place, end))
        place = max(end, place + 1)
    for one, following in zip_longest(found, found[1:]):
        yield inherit(tokens, one, following)


def number_at(tokens: Sequence[Token], place: int) -> tuple[Fraction, int, bool] | None:
    """(value, place after it, whether a scale word belongs to it) if a number begins here."""
    token = tokens[place]
    if token.kind == NUMBER:
        value, end, scaled = Fraction(token.form), place + 1, False
        while end < len(tokens) and tokens[end].kind == WORD and tokens[end].form in SCALES:
            value, end, scaled = value * SCALES[tokens[end].form], end + 1, True
            if end < len(tokens) and tokens[end].form == "rưỡi":
                value, end = value + Fraction(SCALES[tokens[end - 1].form], 2), end + 1
        return value, end, scaled
    if token.kind in (CODE, DATE) and token.form.replace("-", "", 1).isdigit():
        # “1/2 ngày”, “12.345.6 đồng”: whatever it is, it must keep its unit.
        return counted(token.form), place + 1, False
    if token.kind != WORD:
        return None
    return spelt_number([one.form if one.kind == WORD else "" for one in tokens], place, is_unit)


def after_repeated(tokens: Sequence[Token], value: Fraction, end: int) -> int:
    """The place after a number that is said again in brackets, as offices do: “05 (năm) ngày”."""
    if end + 2 >= len(tokens) or tokens[end].form != "(":
        return end
    if tokens[end + 1].kind == NUMBER:
        again = number_at(tokens, end + 1)
    else:
        words = [one.form if one.kind == WORD else "" for one in tokens]
        again = spelt_number(words, end + 1, lambda _words, _place: True)
    if again is None or again[0] != value or again[1] >= len(tokens) or tokens[again[1]].form != ")":
        return end
    return again[1] + 1


def counted(form: str) -> Fraction:
    """The value of digits that may be a fraction (“1-2” for 1/2); any value will do for comparing."""
    above, _dash, below = form.partition("-")
    return Fraction(int(above), int(below or 1) or 1)


def is_unit(words: Sequence[str], place: int) -> bool:
    """Whether a unit stands at this place of a list of words."""
    return any(tuple(words[place : place + length]) in UNIT_OF for length in range(1, _LONGEST_UNIT + 1))


def unit_at(tokens: Sequence[Token], start: int, end: int, scaled: bool) -> tuple[str, int]:
    """The unit of a number that stands from `start` to `end`, and the place after it."""
    if start and tokens[start - 1].form == "$":
        return "dollar", end
    for length in range(_LONGEST_UNIT, 0, -1):
        name = UNIT_OF.get(tuple(token.form for token in tokens[end : end + length]))
        if name:
            return name, end + length
    before = tokens[start - 1].form if start and tokens[start - 1].kind == WORD else ""
    if before in _BEFORE_NUMBER:
        return f"before:{before}", end
    if scaled:
        return "dong", end
    following = tokens[end] if end < len(tokens) else None
    if following and following.kind == WORD and following.form not in _EMPTY_AFTER:
        return f"next:{following.form}", end
    return "", end


def bounds_of(tokens: Sequence[Token], start: int, end: int) -> frozenset[str]:
    """What bounds the number between two places: words right before it, or right after its unit."""
    words = [token.form for token in tokens]
    found = {_BOUND_OF[words_] for words_, _at in bounds_before(words, start)}
    found |= {name for phrase, name in _AFTER_UNIT.items() if stands_at(words, end, phrase)}
    return frozenset(found - {"from"} if found & {"least"} else found)


def bounds_before(words: Sequence[str], start: int) -> Iterator[tuple[tuple[str, ...], int]]:
    """Bounding phrases right before a number, nearest first, with the place where each begins.

    A word that belongs to the number itself (“trước ngày 5”) may stand between.
    """
    place = start
    if place and words[place - 1] in _BEFORE_NUMBER | {"$"}:
        place -= 1
    while True:
        length = next(
            (
                size
                for size in range(min(_LONGEST_BOUND, place), 0, -1)
                if tuple(words[place - size : place]) in _BOUND_OF
            ),
            0,
        )
        if not length:
            return
        place -= length
        yield tuple(words[place : place + length]), place


def stands_at(words: Sequence[str], place: int, phrase: Sequence[str]) -> bool:
    """Whether a phrase begins at this place of a list of words."""
    return tuple(words[place : place + len(phrase)]) == tuple(phrase)


def bound_places(tokens: Sequence[Token], one: Quantity) -> Iterator[int]:
    """The places of the words that bound a number, before it and after its unit."""
    words = [token.form for token in tokens]
    for phrase, place in bounds_before(words, one.start):
        yield from range(place, place + len(phrase))
    for phrase in _AFTER_UNIT:
        if stands_at(words, one.end, phrase):
            yield from range(one.end, one.end + len(phrase))


def inherit(tokens: Sequence[Token], one: Quantity, following: Quantity | None) -> Quantity:
    """A number of a range (“5 đến 7 ngày”, “2, 3 lần”) has the unit of the next one."""
    if following is None or one.unit or not following.unit or following.unit.startswith("before:"):
        return one
    between = [token.form for token in tokens[one.end : following.start]]
    if len(between) == 1 and between[0] in {"-", "–", "—", ",", "đến", "tới", "hoặc", "hay", "và"}:
        return Quantity(one.value, following.unit, one.bounds, one.start, one.end)
    return one


_VIETNAMESE = re.compile(
    r"(?:ngh?|gh?|gi|kh|ph|th|tr|ch|nh|qu|[bcdhklmnprstvx])?[aeiouy]{1,3}(?:ng|nh|ch|[cmnpt])?"
)


def is_vietnamese_syllable(word: str) -> bool:
    """Whether a word may be a Vietnamese syllable; names of firms and programs mostly cannot."""
    return _VIETNAMESE.fullmatch(fold(word)) is not None


def names(tokens: Sequence[Token]) -> Iterator[tuple[str, ...]]:
    """Runs of capitalised words, in lower case; the first word of a sentence only if it must be a name."""
    run: list[Token] = []
    for place, token in enumerate((*tokens, Token(MARK, "", ""))):
        if token.is_capital:
            opens = place == 0 or tokens[place - 1].form in {".", "!", "?", "…", ":", "“", '"'}
            if opens and token.kind == WORD and is_opening(token):
                continue
            run.append(token)
            continue
        if run:
            yield tuple(one.form for one in run)
        run = []


def is_opening(token: Token) -> bool:
    """Whether a word may have its capital only because it opens a sentence."""
    is_word = token.written[1:].islower() and is_vietnamese_syllable(token.form)
    return is_word or len(token.written) == 1
