"""What people call a procedure at home and in the market, and the record that it leads to.

The names stand in assistant/data/colloquial.yaml, which says how they are written. They are heard word
by word, with diacritics or without, in one walk over a tree of syllables.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import yaml

from assistant.procedures.name_patterns import Pattern, pattern_of
from i18n import tables
from i18n.vietnamese import clean, fold, syllables
from i18n.vietnamese.phrase_language import PhraseError

_DATA = Path(__file__).parents[1] / "data" / "colloquial.yaml"

SURE_FROM = 6
"""Letters from which a phrase of two words or more is also heard without its marks; "mất sổ" is not."""

MOST_SKIPPED = 4
"""How many small words may stand between two words of a phrase: "căn cước (của mẹ tôi bị) mất"."""

SMALL_WORDS = frozenset(tables.words("stop_words", "inside_everyday_names"))
_SMALL_BARE = frozenset(map(fold, SMALL_WORDS))

LONGEST_HINT = 15
"""Words of a hint at most."""

FIRST_WORD, MORE_WORDS, WITHOUT_MARKS, NEXT_CODE = 0.5, 0.15, 0.9, 0.95
"""A phrase of one word weighs 0.5, each further word adds 0.15 up to 1. Heard without its marks it is
multiplied by 0.9, and so is each further code of the same entry by 0.95."""

_SafeLoader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_CODE = re.compile(r"\d\.\d{6}")
_ENDS_IN_Y = re.compile(r"[hklmst][yýỳỷỹỵ]")
_Y_AS_I = str.maketrans("yýỳỷỹỵ", "iíìỉĩị")
_NAMES_KEYS = {
    "codes": True, "title": True, "say": True, "hint": True, "exact": False, "not": False, "family": False,
}  # fmt: skip
_WORD_KEYS = {"say": True, "means": True, "unless": False}
_LISTS = ("codes", "say", "exact", "not", "unless")
_SAY, _NOT, _WORD, _UNLESS = range(4)


class ColloquialError(ValueError):
    """The file of everyday names has an entry that cannot be used; says which file and which entry."""


@dataclass(frozen=True)
class Names:
    """The everyday names of one procedure.

    `codes`: its records, best first. `said`: the patterns that lead to it, `exact` those that are heard
    only with their marks, `unless` those after which it is not meant. `hint` tells it from its
    neighbours in a question to choose from. Entries of one `family` may share a phrase: then the person
    has to choose.
    """

    codes: tuple[str, ...]
    title: str
    said: tuple[Pattern, ...]
    exact: tuple[Pattern, ...] = ()
    unless: tuple[Pattern, ...] = ()
    hint: str = ""
    family: str = ""

    @property
    def say(self) -> tuple[str, ...]:
        """Phrases that lead to it, for an index of names: not every spelling, but every word."""
        examples = (phrase for pattern in (*self.said, *self.exact) for phrase in pattern.examples())
        return tuple(dict.fromkeys(examples))


@dataclass(frozen=True)
class Word:
    """Everyday phrases and the official words that a search needs beside them, `unless` one is said."""

    said: tuple[Pattern, ...]
    means: str
    unless: tuple[Pattern, ...] = ()


@dataclass(frozen=True)
class Heard:
    """A record that a question may mean: its code, the phrase that was heard, and a weight in (0, 1]."""

    code: str
    phrase: str
    weight: float


@dataclass(frozen=True)
class _Meaning:
    kind: int
    owner: int
    needs_marks: bool = False


@dataclass
class _Node:
    after: dict[str, list[tuple[str, _Node]]] = field(default_factory=dict)
    """By syllable without marks: the syllable that is wanted, and what follows it."""
    ends: list[_Meaning] = field(default_factory=list)


@dataclass(frozen=True)
class _Match:
    start: int
    end: int
    words: tuple[str, ...]
    meaning: _Meaning
    exact: bool

    def covers(self, other: _Match) -> bool:
        """Whether `other` stands within a longer match."""
        inside = self.start <= other.start and other.end <= self.end
        return inside and self.end - self.start > other.end - other.start


class Colloquial:
    """Every everyday name and word that is known; read-only."""

    def __init__(self, names: Sequence[Names], words: Sequence[Word] = ()) -> None:
        self.names = tuple(names)
        self.words = tuple(words)
        self._by_code = {code: entry for entry in self.names for code in entry.codes}
        self._root = _Node()
        for pattern, meaning in _meanings(self.names, self.words):
            _grow(self._root, pattern, meaning)

    def for_code(self, code: str) -> Names | None:
        """The names of the procedure with this code, or None."""
        return self._by_code.get(code)

    def heard(self, question: str) -> tuple[Heard, ...]:
        """The records that a question may mean, heaviest first, each code once.

        `question` may be typed with diacritics or without; a longer phrase hides one that stands in it.
        """
        said = self._said(question, _SAY, _NOT)
        best: dict[str, Heard] = {}
        for match in said:
            if not match.exact and self._rivals(match, said):
                continue
            weight = _weight(match)
            for place, code in enumerate(self.names[match.meaning.owner].codes):
                heard = Heard(code, " ".join(match.words), round(weight * NEXT_CODE**place, 4))
                if code not in best or best[code].weight < heard.weight:
                    best[code] = heard
        return tuple(sorted(best.values(), key=lambda heard: -heard.weight))

    def expand(self, question: str) -> str:
        """`question` with the official words for its everyday ones after it, in parentheses.

        Words that the question holds already are not repeated. Nothing to add: the question as it is.
        """
        said = self._said(question, _WORD, _UNLESS)
        held = f" {' '.join(map(fold, syllables(question)))} "
        means = dict.fromkeys(self.words[match.meaning.owner].means for match in said)
        missing = [one for one in means if f" {' '.join(map(fold, syllables(one)))} " not in held]
        return f"{question} ({'; '.join(missing)})" if missing else question

    def _said(self, question: str, kind: int, silencing: int) -> list[_Match]:
        """The outermost matches of one kind whose owner nothing silences."""
        found = self._matches(question)
        silent = {match.meaning.owner for match in found if match.meaning.kind == silencing}
        kept = [m for m in found if m.meaning.kind == kind and m.meaning.owner not in silent]
        return [match for match in kept if not any(other.covers(match) for other in kept)]

    def _rivals(self, match: _Match, said: Sequence[_Match]) -> bool:
        """Whether the same bare words also mean an unrelated record: then only marks could tell."""
        mine = self.names[match.meaning.owner]
        same = (other for other in said if (other.start, other.end) == (match.start, match.end))
        return any(
            other.words != match.words and not related(mine, self.names[other.meaning.owner])
            for other in same
            if other.meaning.owner != match.meaning.owner
        )

    def _matches(self, question: str) -> list[_Match]:
        words = _words(question)
        bare = [fold(word) for word in words]
        marked = sum(word != plain for word, plain in zip(words, bare, strict=True))
        typed_bare = marked * 5 < len(words)
        small = [_is_small(word) for word in words]
        found = {}
        for start in range(len(words)):
            for meaning, wanted, end in _walk(self._root, words, bare, small, start):
                exact = _fit(wanted, words[start:end], meaning.needs_marks, typed_bare)
                if exact is not None:
                    found[start, end, wanted, meaning] = _Match(start, end, wanted, meaning, exact)
        return list(found.values())


@lru_cache(maxsize=1)
def load() -> Colloquial:
    """The project's everyday names, read once. Raises ColloquialError."""
    return read(_DATA)


def read(path: Path) -> Colloquial:
    """Everyday names from a YAML file. Raises ColloquialError naming the file and the entry."""
    try:
        table = yaml.load(path.read_text(encoding="utf-8"), Loader=_SafeLoader) or {}  # noqa: S506 - it is safe
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ColloquialError(f"{path.name}: it cannot be read: {error}") from error
    try:
        return _from_table(table)
    except ColloquialError as error:
        raise ColloquialError(f"{path.name}: {error}") from None


def _from_table(table: object) -> Colloquial:
    if not isinstance(table, dict) or not table.keys() <= {"groups", "procedures", "words"}:
        raise ColloquialError("it must hold groups, procedures and words, and nothing else")
    groups = table.get("groups") or {}
    wrong = [name for name, members in groups.items() if not _is_list(members)]
    if wrong:
        raise ColloquialError(f"groups: {', '.join(wrong)} must be lists of words")
    names = [_names(where, row, groups) for where, row in _rows(table, "procedures", _NAMES_KEYS)]
    words = [_word(where, row, groups) for where, row in _rows(table, "words", _WORD_KEYS)]
    _refuse_shared_codes(names)
    return Colloquial(names, words)


def _rows(
    table: Mapping[str, object], part: str, keys: Mapping[str, bool]
) -> Iterator[tuple[str, Mapping[str, object]]]:
    """The rows of one part, with words that name each. `keys`: what a row may hold, and whether it must."""
    rows = table.get(part) or []
    if not isinstance(rows, list):
        raise ColloquialError(f"{part}: it must be a list")
    for number, row in enumerate(rows, 1):
        where = f"{part}, entry {number}"
        if not isinstance(row, dict):
            raise ColloquialError(f"{where}: it must have keys and values")
        where += f" ({row.get('title') or row.get('means') or 'without a name'})"
        missing = [key for key, needed in keys.items() if needed and not row.get(key)]
        if missing:
            raise ColloquialError(f"{where}: it lacks {', '.join(missing)}")
        unknown = [str(key) for key in row if key not in keys]
        if unknown:
            raise ColloquialError(f"{where}: nobody knows {', '.join(unknown)}")
        wrong = [key for key in _LISTS if key in row and not _is_list(row[key])]
        if wrong:
            raise ColloquialError(f"{where}: {', '.join(wrong)} must be a list of words")
        yield where, row


def _is_list(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(member, str) and member.strip() for member in value)


def _names(where: str, row: Mapping, groups: Mapping[str, Sequence[str]]) -> Names:
    codes = tuple(row["codes"])
    wrong = [code for code in codes if not _CODE.fullmatch(code)]
    if wrong:
        raise ColloquialError(f"{where}: {', '.join(wrong)} is no procedure code")
    hint = clean(str(row["hint"]))
    if len(syllables(hint)) > LONGEST_HINT:
        raise ColloquialError(f"{where}: the hint is longer than {LONGEST_HINT} words")
    return Names(
        codes=codes,
        title=clean(str(row["title"])),
        said=_patterns(where, row["say"], groups),
        exact=_patterns(where, row.get("exact", ()), groups),
        unless=_patterns(where, row.get("not", ()), groups),
        hint=hint,
        family=clean(str(row.get("family", ""))),
    )


def _word(where: str, row: Mapping, groups: Mapping[str, Sequence[str]]) -> Word:
    said = _patterns(where, row["say"], groups)
    return Word(said, clean(str(row["means"])), _patterns(where, row.get("unless", ()), groups))


def _patterns(where: str, texts: Iterable[str], groups: Mapping[str, Sequence[str]]) -> tuple[Pattern, ...]:
    try:
        return tuple(pattern_of(text, groups) for text in dict.fromkeys(texts))
    except PhraseError as error:
        raise ColloquialError(f"{where}: {error}") from None


def _refuse_shared_codes(names: Sequence[Names]) -> None:
    codes: dict[str, Names] = {}
    for entry in names:
        for code in entry.codes:
            if codes.setdefault(code, entry) is not entry:
                raise ColloquialError(f"{code} stands in {codes[code].title!r} and in {entry.title!r}")


def related(left: Names, right: Names) -> bool:
    """Whether two entries may share a phrase."""
    return left is right or (bool(left.family) and left.family == right.family)


@lru_cache(maxsize=16384)
def _words(text: str) -> tuple[str, ...]:
    """The syllables of a text, "lý" and "lí" alike."""
    return tuple(
        word.translate(_Y_AS_I) if _ENDS_IN_Y.fullmatch(word) else word for word in syllables(clean(text))
    )


def _meanings(names: Sequence[Names], words: Sequence[Word]) -> Iterator[tuple[Pattern, _Meaning]]:
    for owner, entry in enumerate(names):
        yield from ((pattern, _Meaning(_SAY, owner)) for pattern in entry.said)
        yield from ((pattern, _Meaning(_SAY, owner, needs_marks=True)) for pattern in entry.exact)
        yield from ((pattern, _Meaning(_NOT, owner)) for pattern in entry.unless)
    for owner, word in enumerate(words):
        yield from ((pattern, _Meaning(_WORD, owner)) for pattern in word.said)
        yield from ((pattern, _Meaning(_UNLESS, owner)) for pattern in word.unless)


def _grow(root: _Node, pattern: Pattern, meaning: _Meaning) -> None:
    """Ways through the net of syllables for one pattern; the options of a part meet again behind it."""
    reached = [root]
    for part in pattern.parts:
        behind = _Node()
        skipped = False
        for option in part:
            words = _words(option)
            skipped = skipped or not words
            before = reached
            for place, word in enumerate(words):
                node = behind if place == len(words) - 1 else _Node()
                for earlier in before:
                    earlier.after.setdefault(fold(word), []).append((word, node))
                before = [node]
        reached = [behind, *reached] if skipped else [behind]
    for node in reached:
        if node is not root:
            node.ends.append(meaning)


def _walk(
    root: _Node, words: Sequence[str], bare: Sequence[str], small: Sequence[bool], start: int
) -> Iterator[tuple[_Meaning, tuple[str, ...], int]]:
    """What the words from `start` on mean: the meaning, the words that were wanted, the place behind them.

    A way is followed only if the next word goes on or may be skipped: most ways end after one word.
    """
    last = len(words)
    ways: list[tuple[_Node, int, tuple[str, ...], int]] = [(root, start, (), 0)]
    while ways:
        node, at, wanted, skipped = ways.pop()
        for word, further in node.after.get(bare[at], ()):
            if words[at] == word or words[at] == bare[at]:
                for meaning in further.ends:
                    yield meaning, (*wanted, word), at + 1
                if at + 1 < last and further.after and (small[at + 1] or bare[at + 1] in further.after):
                    ways.append((further, at + 1, (*wanted, word), 0))
        if wanted and skipped < MOST_SKIPPED and small[at] and at + 1 < last:
            ways.append((node, at + 1, wanted, skipped + 1))


def _is_small(word: str) -> bool:
    return word in SMALL_WORDS or (word.isascii() and word in _SMALL_BARE)


def _fit(wanted: Sequence[str], typed: Sequence[str], needs_marks: bool, typed_bare: bool) -> bool | None:
    """True if the words were typed with their marks, False if bare but clear, None if they are unclear.

    `typed` may hold small words between the wanted ones.
    """
    rest = list(typed)
    missing = 0
    for word in wanted:
        while rest[0] != word and rest[0] != fold(word):
            rest.pop(0)
        missing += rest.pop(0) != word
    if not missing:
        return True
    if needs_marks or len(wanted) < 2 or sum(map(len, wanted)) < SURE_FROM:
        return None
    few = missing * 2 <= sum(word != fold(word) for word in wanted)
    return False if typed_bare or few else None


def _weight(match: _Match) -> float:
    weight = min(1.0, FIRST_WORD + MORE_WORDS * (len(match.words) - 1))
    return weight if match.exact else weight * WITHOUT_MARKS
