"""Phrases that are heard word by word, as one regular expression: no slip and no other word is let pass.

The forgiving listener of urgent cards (`phrases`) and the tree of everyday names read the same language.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from i18n import tables
from i18n.vietnamese.letters import fold, nfc
from i18n.vietnamese.phrase_language import (
    Choice,
    Gap,
    Item,
    More,
    Named,
    PhraseError,
    Said,
    Sign,
    Without,
    Word,
    must_be_said,
    parse,
)

WITHOUT_MARKS, WITH_MARKS, EITHER = "without", "with", "either"
"""How text is read: after `fold`, in any case with its marks, or each word with all its marks or none."""

_MARKS = {False: WITHOUT_MARKS, True: WITH_MARKS, "either": EITHER}
_EDGE = r"\b"
_END = r"\W*$"
_ANY_WORD = r"\S+"
_NO_GROUPS: Mapping[str, Sequence[str]] = {}


@lru_cache(maxsize=256)
def listed(table: str, name: str) -> re.Pattern[str]:
    """What hears the phrases of the list `name` in i18n/data/TABLE.yaml, compiled once.

    It reads text without marks (`fold`); a list that says `with_marks: true` reads text with them, in any
    case, and one that says `either` a word with all its marks or none. In a table that says
    `whole_words: false` phrases are heard inside longer words too. Raises KeyError and PhraseError.
    """
    rows = tables.table(table)
    entry = rows[name]
    groups = {key: row["phrases"] for key, row in rows.items() if isinstance(row, dict) and "phrases" in row}
    whole = bool(entry.get("whole_words", rows.get("whole_words", True)))
    marks = _MARKS[entry.get("with_marks", False)]
    return pattern(entry["phrases"], groups, marks=marks, whole_words=whole)


def pattern(
    phrases: Iterable[str],
    groups: Mapping[str, Sequence[str]] = _NO_GROUPS,
    *,
    marks: str = WITHOUT_MARKS,
    whole_words: bool = True,
) -> re.Pattern[str]:
    """One pattern for all phrases, tried in their order. `marks`: how text is read. Raises PhraseError."""
    writer = _Writer(groups, marks)
    written = (writer.phrase(one, whole=whole_words) for one in phrases)
    return re.compile("|".join(written), 0 if marks == WITHOUT_MARKS else re.IGNORECASE)


def between(row: Mapping[str, str]) -> re.Pattern[str]:
    """What hears `said` of a row (without marks), whole, where its neighbours are as the row wants them.

    `before`, `not_before`: words of which one must, or none may, stand right before; `after`: behind, where
    "$" is the end. Neighbours are looked at and not taken along; those behind may be longer words.
    """
    writer = _Writer(_NO_GROUPS, WITHOUT_MARKS)
    left = _neighbours(row.get("before", ""))
    lead = "".join(rf"(?<!{word} )" for word in _neighbours(row.get("not_before", "")))
    said = writer.phrase(row["said"])
    right = _neighbours(row.get("after", ""))
    ends = [rf" (?:{'|'.join(word for word in right if word != '$')})"] * (right != ["$"])
    ends += [_END] * ("$" in right)
    tail = rf"(?={'|'.join(ends)})" if right else ""
    # Looked for first, so that its neighbours are looked at nowhere else.
    return re.compile(rf"\b(?={said}\b){_behind(left)}{lead}(?:{said})\b{tail}")


def _neighbours(text: str) -> list[str]:
    return fold(text).split()


def _behind(words: Sequence[str]) -> str:
    """Right behind one of these whole words: a look back must have one width, so one for each width."""
    return "(?:" + "|".join(rf"(?<=\b{word} )" for word in words) + ")" if words else ""


class _Writer:
    """Writes phrases as regular expressions."""

    def __init__(self, groups: Mapping[str, Sequence[str]], marks: str) -> None:
        self._groups = groups
        self._marks = marks

    def phrase(self, text: str, *, whole: bool = False) -> str:
        """One phrase; `whole`: a word at its beginning or end stands alone. Raises PhraseError."""
        items = parse(text)
        begins = _EDGE if whole and isinstance(items[0], Said) else ""
        ends = _EDGE if whole and isinstance(items[-1], Said) else ""
        return begins + self._sequence(items) + ends

    def _sequence(self, items: tuple[Item, ...]) -> str:
        """Items one after the other. What may be missing takes the space that parts it along."""
        written, parted = "", True
        for place, item in enumerate(items):
            goes_on = any(map(must_be_said, items[place + 1 :]))
            if isinstance(item, Sign):
                written += "^" if item.sign == "^" else _END
            elif isinstance(item, More):
                written += " " if item.words == 1 else rf" (?={' '.join([_ANY_WORD] * item.words)})"
                parted = True
            elif isinstance(item, Without):
                written += self._without(item, at_start=parted)
            elif isinstance(item, Gap):
                closed = place > 0 and getattr(items[place - 1], "ends", False)
                lead = "" if parted or (item.most is None and closed) else " "
                written += lead + (".*" if item.most is None else rf"(?:\S+ ){{0,{item.most}}}")
                parted = True
            else:
                one, parted = self._said(item, parted, goes_on)
                written += one
        return written

    def _said(self, item: Word | Choice | Named, parted: bool, goes_on: bool) -> tuple[str, bool]:
        """A word or a choice with the space before it, and whether the space behind it is there too."""
        lead = "" if parted else " "
        core = self._core(item)
        core = (_EDGE if item.begins else "") + core + (_EDGE if item.ends else "")
        if not isinstance(item, Choice) or not (item.left_out or item.again):
            return lead + core, False
        if goes_on:
            return f"{lead}(?:{core} ){_times(item)}", True
        if item.left_out:
            return f"(?:{lead}{core}){_times(item)}", False
        return f"{lead}{core}(?: {core})*", False

    def _core(self, item: Word | Choice | Named) -> str:
        if isinstance(item, Word):
            marked, bare = re.escape(nfc(item.text).lower()), re.escape(fold(item.text))
            if self._marks == EITHER and marked != bare:
                return f"(?:{marked}|{bare})"
            return bare if self._marks == WITHOUT_MARKS else marked
        if isinstance(item, Choice):
            return self._either(item.options)
        if item.group not in self._groups:
            raise PhraseError(f"no group “{item.group}”")
        return self._either(tuple(parse(one) for one in self._groups[item.group]))

    def _either(self, options: tuple[tuple[Item, ...], ...]) -> str:
        return f"(?:{'|'.join(map(self._sequence, options))})"

    def _without(self, item: Without, *, at_start: bool) -> str:
        if at_start:
            return "".join(f"(?<!{self._sequence(option)} )" for option in item.options)
        return f"(?! {self._either(item.options)})"


def _times(item: Choice) -> str:
    if item.again:
        return "*" if item.left_out else "+"
    return "?"
