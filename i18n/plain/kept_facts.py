"""What a rewriting must never change: numbers, dates, amounts, codes, names, negations and limits.

This module knows nothing of how texts are rewritten. It reads a text word by word, so that its verdict
on a rewritten text is worth something. Three differences, and no others, are allowed between a text and
its plain form, and they are made equal here before anything is counted:

1. a short form of `data/plain_abbreviations.yaml` and its words (UBND, Ủy ban nhân dân);
2. an office word of `data/officialese.yaml` and what its row writes `instead`;
3. "trường hợp", "trong trường hợp" and "nếu": a condition, whichever word says it.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from i18n import tables
from i18n.plain.abbreviations import opened
from i18n.plain.everyday_words import replacements
from i18n.vietnamese.letters import INVISIBLE, nfc, place_tones

Fact = tuple[str, str]
"""Its kind (number, code, name, opening, limit, connective) and its words."""

_GAPS = re.compile(r"[^\S\n]+")
_EDGES = "\"'“”‘’«»()[]{}<>.,;:!?…*_`~–-+•"
_STOPS = re.compile(r"[.!?…:;,)\]”\"»]")
_OPENS = re.compile(r"[(\[“\"«‘*•+–-]")
_ENDS = re.compile(r"[.!?…:;](?:[)\]”\"»’']*)$")
_LABEL = re.compile(r"[a-zđ]\d?\)|\d{1,2}(?:\.\d+)*[.)]")
_FIGURES = re.compile(r"[+-]?\d+(?:[.,:/-]\d+)*%?")
_WRITTEN_ON = "|".join((*tables.words("numbers", "money", "written_on"), "k", "usd", "g", "l"))
_WITH_UNIT = re.compile(rf"(\d+(?:[.,]\d+)*)({_WRITTEN_ON})", re.IGNORECASE)
_CURRENCY = dict.fromkeys(tables.words("numbers", "money"), "đồng")
_LONGEST_UNIT = 3
_CONDITIONS = {"trường hợp": "nếu", "trong trường hợp": "nếu"}
_LONGEST_LIMIT = 2
_DATA = Path(__file__).parents[1] / "data" / "plain_facts.yaml"


@dataclass(frozen=True)
class _Counted:
    """What is looked for in a text, in lower case."""

    units: frozenset[str]
    number_words: frozenset[str]
    counted: frozenset[str]
    limits: frozenset[str]
    limits_begin: frozenset[str]


@lru_cache(maxsize=1)
def _counted() -> _Counted:
    data = tables.read(nfc(_DATA.read_text(encoding="utf-8")))
    numbers = frozenset(data["number_words"].split())
    limits = frozenset(data["limits"])
    return _Counted(
        units=frozenset(data["units"]),
        number_words=numbers,
        counted=numbers | frozenset(data["counted"].split()),
        limits=limits,
        limits_begin=frozenset(limit.split()[0] for limit in limits),
    )


@lru_cache(maxsize=256)
def _read(text: str) -> tuple[tuple[str, str], ...]:
    """The words of a text, the allowed differences made equal."""
    return tuple(_words(_settled(text)))


def invariants(text: str) -> Counter[Fact]:
    """The facts of `text`, each as often as it stands there.

    Kinds: "number" (with its unit; amounts with their currency, dates), "code" (document numbers, codes,
    addresses, words in capitals), "name" (a capitalised word inside a sentence), "opening" (a capitalised
    word at the beginning of one, name or not), "limit" (a negation, condition, bound or duty with the word
    behind it) and "connective" ("và").
    """
    return Counter(_facts(_read(text)))


def differences(before: str, after: str) -> Counter[Fact]:
    """Facts of one text that the other lacks; empty if the rewriting `after` keeps those of `before`.

    A capitalised word at the beginning of a sentence may be a name or not, so it may stand for one in the
    other text. A "và" may fall where a sentence begins instead.
    """
    old, new = invariants(before), invariants(after)
    lost, added = old - new, new - old
    fallen = ("connective", "và")
    if lost[fallen] <= max(0, _ends(after) - _ends(before)):
        del lost[fallen]
    return _without_openings(lost, new) + _without_openings(added, old)


def lost_words(before: str, after: str) -> Counter[str]:
    """Syllables of `before` that `after` lacks, apart from the three allowed differences."""
    return _plain_words(before) - _plain_words(after)


def _plain_words(text: str) -> Counter[str]:
    return Counter(word.lower() for word, _ in _read(text) if word)


def _without_openings(facts: Counter[Fact], other: Counter[Fact]) -> Counter[Fact]:
    """`facts` less the names that the other text has at the beginning of a sentence, and less openings."""
    kept: Counter[Fact] = Counter()
    for (kind, word), count in facts.items():
        left = count - other["opening", word] if kind == "name" else count
        if kind != "opening" and left > 0:
            kept[kind, word] = left
    return kept


def _ends(text: str) -> int:
    return sum(1 for word in text.split() if _ENDS.search(word))


def _settled(text: str) -> str:
    """The text with the allowed differences made equal."""
    text = nfc(INVISIBLE.sub("", text))
    if not text.isascii():
        text = place_tones(text)
    pattern, everyday = _office()
    text = pattern.sub(lambda match: _like(match[0], everyday[" ".join(match[0].lower().split())]), text)
    short = opened()
    return " ".join(
        token.replace(word, short[word]) if (word := token.strip(_EDGES)) in short else token
        for token in _GAPS.split(_lines(text))
        if token
    )


def _lines(text: str) -> str:
    """The text with its line breaks apart from the words; a line in small letters goes on from the last."""
    first, *others = text.split("\n")
    return first + "".join((" " if _goes_on(line.lstrip()) else " \n ") + line for line in others)


def _goes_on(line: str) -> bool:
    return line[:1].islower() and _LABEL.match(line) is None


def _like(found: str, instead: str) -> str:
    return instead[0].upper() + instead[1:] if found[0].isupper() else instead


@lru_cache(maxsize=1)
def _office() -> tuple[re.Pattern[str], dict[str, str]]:
    table = replacements() | _CONDITIONS
    longest = sorted(table, key=len, reverse=True)
    ways = "|".join(r"\s+".join(words.split()) for words in longest)
    # "trực tiếp nhận" is no "tiếp nhận".
    return re.compile(rf"\b(?<!trực )(?:{ways})\b", re.IGNORECASE), table


def _words(text: str) -> list[tuple[str, str]]:
    """(word without its punctuation, the token as it stands), with "" for a word at line ends."""
    found = []
    for token in re.split(r"( \n |\s)", text):
        if "\n" in token:
            found.append(("", "\n"))
            continue
        if not token.strip():
            continue
        pieces = (
            token.split("/")
            if "/" in token and not any(map(str.isdigit, token)) and "." not in token
            else [token]
        )
        found.extend((piece.strip(_EDGES), piece) for piece in pieces)
    return found


def _facts(words: tuple[tuple[str, str], ...]) -> Iterator[Fact]:
    begins = True
    for index, (word, token) in enumerate(words):
        if not word:
            begins = True
            continue
        yield from _facts_of(words, index, begins or _OPENS.match(token) is not None)
        begins = _ENDS.search(token) is not None or (begins and _LABEL.fullmatch(token) is not None)


def _facts_of(words: tuple[tuple[str, str], ...], index: int, begins: bool) -> Iterator[Fact]:
    word, _ = words[index]
    low = word.lower()
    if any(map(str.isdigit, word)):
        yield _number(words, index)
        return
    if low in _counted().number_words and (unit := _after(words, index, 1)) and unit in _counted().counted:
        yield "number", f"{low} {_unit(words, index)}".strip()
    if low in _CURRENCY:
        return
    if "@" in word or "." in word or (len(word) > 1 and any(map(str.isupper, word[1:]))):
        yield "code", word
    elif word[0].isupper():
        yield ("opening" if begins else "name"), low
    if low == "và":
        yield "connective", "và"
    if low not in _counted().limits_begin:
        return
    limit = next(
        (size for size in range(_LONGEST_LIMIT, 0, -1) if _run(words, index, size) in _counted().limits), 0
    )
    if limit:
        name = _run(words, index, limit)
        yield "limit", f"{name} {_after(words, index, limit)}".strip()


def _number(words: tuple[tuple[str, str], ...], index: int) -> Fact:
    word, _ = words[index]
    glued = _WITH_UNIT.fullmatch(word)
    if glued:
        unit = glued[2].lower()
        return "number", f"{glued[1]} {_CURRENCY.get(unit, unit)}"
    if _FIGURES.fullmatch(word):
        return "number", f"{word} {_unit(words, index)}".strip()
    return "code", word


def _unit(words: tuple[tuple[str, str], ...], index: int) -> str:
    """The unit behind a number: the longest that is known, otherwise the word behind it, or nothing."""
    known = (size for size in range(_LONGEST_UNIT, 1, -1) if _run(words, index + 1, size) in _counted().units)
    size = next(known, 1)
    unit = _after(words, index, 1) if size == 1 else _run(words, index + 1, size)
    return _CURRENCY.get(unit, unit)


def _after(words: tuple[tuple[str, str], ...], index: int, steps: int) -> str:
    """The word that follows without punctuation between, in lower case; "" if there is none."""
    here = index + steps
    if here >= len(words) or not words[here][0] or _OPENS.match(words[here][1]):
        return ""
    if _STOPS.search(_tail(words[here - 1])):
        return ""
    return words[here][0].lower()


def _run(words: tuple[tuple[str, str], ...], index: int, size: int) -> str:
    """`size` words on from `index`, in lower case; "" if punctuation stands between or words are lacking."""
    run = words[index : index + size]
    if len(run) < size or not all(word for word, _ in run):
        return ""
    if any(_STOPS.search(_tail(one)) for one in run[:-1]):
        return ""
    return " ".join(word for word, _ in run).lower()


def _tail(pair: tuple[str, str]) -> str:
    """The punctuation behind a word."""
    word, token = pair
    return token[token.rindex(word) + len(word) :] if word else token
