"""How a phrase is written in the files of words, for whoever listens for it: see docs/words.md.

nộp ở đâu       words, with their marks; each listener knows whether it wants the marks
(xã|phường)     one of these; there may be several words in each: "(ủy ban|xã)"
[thì]           this may be left out, and so may one of "[thì|mới]"
(thì|mới)+      once or several times; "[thì|mới]+" may be left out too
…3              up to three words in between; "…" up to FAR, "…*" anything at all
~(ngày|giờ)     none of these at this place: before the phrase, or behind what was said
_3              at least three further words follow; "_" for one. They are not taken along
<căn cước>      any phrase of the group of this name
^ và $          the beginning and the end of what was said; marks may stand behind the end
/phí/           a word begins or ends here, where a list is heard inside longer words too
+ơi             right behind the word before, where a listener lets other words stand between
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from i18n.vietnamese.letters import fold

FAR = 12
"""Words across "…"."""

_WORDS = r"[^()\[\]^$/~+…<>_]*"
# A bracket with nothing but words is one token: nearly all are.
_TOKEN = re.compile(
    rf"\s+|\({_WORDS}\)|\[{_WORDS}\]"
    r"|…(?:\d{1,2}|\*)?|<[^<>]*>|[()\[\]|^$/~+]|[^\s()\[\]|^$/~+…<>]+"
)
_SIGNS = re.compile(r"[()\[\]|^$/~+…<>]|(?<!\S)_")
_MORE = re.compile(r"_\d?")
_LETTERS = re.compile(r"\w+")


class PhraseError(ValueError):
    """A phrase that cannot be read; says which and why."""


class Word(NamedTuple):
    """One word as it is written. `begins`, `ends`: it is not heard as a part of a longer one."""

    text: str
    begins: bool = False
    ends: bool = False
    behind: bool = False
    """Right behind the word before ("+ơi")."""


class Choice(NamedTuple):
    """One of several sequences. `left_out`: or none of them; `again`: or several, one after the other."""

    options: tuple[tuple[Item, ...], ...]
    left_out: bool = False
    again: bool = False
    begins: bool = False
    ends: bool = False
    behind: bool = False


class Named(NamedTuple):
    """Any phrase of a group."""

    group: str
    begins: bool = False
    ends: bool = False
    behind: bool = False


@dataclass(frozen=True)
class Gap:
    """Words in between, at most `most`; None for anything at all, marks too."""

    most: int | None


@dataclass(frozen=True)
class Without:
    """None of these at this place."""

    options: tuple[tuple[Item, ...], ...]


@dataclass(frozen=True)
class Sign:
    """`^` or `$`."""

    sign: str


@dataclass(frozen=True)
class More:
    """So many further words follow, whatever they are."""

    words: int


Item = Word | Choice | Named | Gap | Without | Sign | More
Said = (Word, Choice, Named)


def parse(text: str, *, may_be_nothing: bool = False) -> tuple[Item, ...]:
    """A phrase taken apart. Raises PhraseError for brackets that do not close, and for what says nothing.

    `may_be_nothing`: whoever asks looks for himself whether there is a word that must be said.
    """
    if text.strip() and not _SIGNS.search(text):
        return tuple(map(Word, text.split()))
    tokens = _TOKEN.findall(text.strip())
    if "".join(tokens) != text.strip():
        raise PhraseError(f"“{text}”: a sign that nobody knows")
    options, place = _options(tokens, 0, text)
    if place != len(tokens) or len(options) != 1:
        raise PhraseError(f"“{text}”: “{''.join(tokens[place:]) or '|'}” stands outside brackets")
    items = options[0]
    if not may_be_nothing and not any(map(must_be_said, items)):
        raise PhraseError(f"“{text}” says nothing to listen for")
    if items and (isinstance(items[0], Gap) or isinstance(items[-1], Gap)):
        raise PhraseError(f"“{text}”: “…” stands between words")
    return items


def must_be_said(item: Item) -> bool:
    """Whether an item is a word, or a choice that may not be left out."""
    return isinstance(item, Word | Named) or (isinstance(item, Choice) and not item.left_out)


def _options(tokens: list[str], place: int, text: str) -> tuple[tuple[tuple[Item, ...], ...], int]:
    """What stands up to a closing bracket or the end, parted at “|”, and the place of that bracket."""
    options: list[tuple[Item, ...]] = []
    items: list[Item] = []
    glued = begins = behind = False
    while place < len(tokens) and tokens[place] not in (")", "]"):
        token = tokens[place]
        place += 1
        if token == "|":
            options.append(tuple(items))
            items, glued = [], False
        elif token.isspace():
            glued = False
        elif token == "/" and glued and isinstance(items[-1], Said):
            items[-1] = items[-1]._replace(ends=True)
        elif token == "/":
            begins = True
        elif token == "+" and glued and isinstance(items[-1], Choice):
            items[-1] = items[-1]._replace(again=True)
        elif token == "+":
            behind = True
        else:
            item, place = _item(token, tokens, place, text)
            glued = isinstance(item, Said)
            if isinstance(item, Said) and (begins or behind):
                item = item._replace(begins=begins, behind=behind)
                begins = behind = False
            items.append(item)
    if begins or behind:
        raise PhraseError(f"“{text}”: “/” or “+” stands before no word")
    return (*options, tuple(items)), place


def _item(token: str, tokens: list[str], place: int, text: str) -> tuple[Item, int]:
    """The item that begins with this token, and the place behind it."""
    if token[0] in "([":
        options, place = _closed(token, tokens, place, text)
        return Choice(options, left_out=token[0] == "["), place
    if token == "~":
        following = tokens[place] if place < len(tokens) else ""
        if not following.startswith("("):
            raise PhraseError(f"“{text}”: behind “~” comes a bracket")
        options, place = _closed(following, tokens, place + 1, text)
        return Without(options), place
    if token[0] == "…":
        most = token[1:]
        return Gap(None if most == "*" else int(most) if most else FAR), place
    if token in "^$":
        return Sign(token), place
    if _MORE.fullmatch(token):
        return More(int(token[1:] or 1)), place
    return (Named(token[1:-1]) if token[0] == "<" else Word(token)), place


def _closed(token: str, tokens: list[str], place: int, text: str) -> tuple[tuple[tuple[Item, ...], ...], int]:
    """The options of a bracket that opens with this token, and the place behind it."""
    if len(token) > 1:
        return tuple(tuple(map(Word, option.split())) for option in token[1:-1].split("|")), place
    options, place = _options(tokens, place, text)
    if place >= len(tokens) or tokens[place] != (")" if token == "(" else "]"):
        raise PhraseError(f"“{text}”: a bracket is not closed")
    return options, place + 1


def first_words(text: str) -> frozenset[str]:
    """The words, without marks, with one of which a phrase begins. Raises PhraseError."""
    return frozenset(_LETTERS.findall(fold(" ".join(_first_of(parse(text))))))


def _first_of(items: tuple[Item, ...]) -> Iterator[str]:
    for item in items:
        if isinstance(item, Word):
            yield item.text
            return
        if isinstance(item, Named):
            raise PhraseError(f"<{item.group}>: the words of a group are not known here")
        if isinstance(item, Choice):
            for option in item.options:
                yield from _first_of(option)
            if not item.left_out:
                return


def groups_in(items: tuple[Item, ...]) -> Iterator[str]:
    """The names of all groups that a phrase asks for."""
    for item in items:
        if isinstance(item, Named):
            yield item.group
        elif isinstance(item, Choice | Without):
            for option in item.options:
                yield from groups_in(option)
