"""What a clause of office Vietnamese is: who acts, what is done, and under which condition.

Read off word by word, without a parser: every question here is answered "no" when in doubt.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from i18n import tables
from i18n.vietnamese.letters import nfc
from i18n.vietnamese.phrase_patterns import listed

LABEL = re.compile(
    r"\s*(?:[-+*•–]+\s*)*"
    r"(?:(?:(?:Bước|BƯỚC|bước)\s+\d+(?:\.\d+)*\s*[:.)-]|[a-zđ]\d?\)|\d{1,2}(?:\.\d+)*[.)](?=\s))\s*(?:[-+*•–]\s*)?){0,3}"
)
"""What stands before a step or a point and is no part of its sentence: "Bước 2:", "a)", "-"."""

_DATA = Path(__file__).parents[1] / "data" / "plain_connectives.yaml"
_PAIRS = {"(": ")", "[": "]", "“": "”", "‘": "’", "«": "»"}
_SOMETHING = re.compile(r"(?<!\S)(?>\S*?[^\W\d_]{2})\S*+\s")
_MEMBER = re.compile(rf"(?:{listed('clauses', 'member').pattern})\b")
_NO_ACTOR = re.compile(rf"(?:{listed('clauses', 'no_actor').pattern})\b", re.IGNORECASE)
_NEW_CASE = re.compile(r"(?:trường hợp|nếu)\s+(?!này\b|đó\b|trên\b|có\b[,.;]?$)", re.IGNORECASE)
_MAIN_BEGINS = re.compile(r"\b(?:thì|phải)\b|,\s")
_MAIN_CONNECTIVE = re.compile(r",\s+(?:thì\s+)?|(?<!\s)\s+thì\s+")


@dataclass(frozen=True)
class Lexicon:
    """The words of `data/plain_connectives.yaml`."""

    channels: tuple[str, ...]
    verbs: frozenset[str]
    acting: frozenset[str]
    members: frozenset[str]
    dropped: frozenset[str]
    added: frozenset[str]
    subject: re.Pattern[str]
    bound: re.Pattern[str]


@lru_cache(maxsize=1)
def lexicon() -> Lexicon:
    """The words by which a clause is known, read once."""
    data = tables.read(nfc(_DATA.read_text(encoding="utf-8")))
    subjects = "|".join(sorted(map(re.escape, data["subjects"]), key=len, reverse=True))
    bound = "|".join(map(re.escape, data["bound"]))
    words = {
        name: frozenset(data[name].split()) for name in ("verbs", "acting", "members", "dropped", "added")
    }
    return Lexicon(
        channels=tuple(sorted(data["channels"], key=len, reverse=True)),
        subject=re.compile(rf"(?:các\s+|những\s+|mỗi\s+)?(?:{subjects})\b", re.IGNORECASE),
        bound=re.compile(rf"\b(?:{bound})\b(?!\s+có\))", re.IGNORECASE),
        **words,
    )


def capital(text: str) -> str:
    """The text as a sentence begins."""
    return text[:1].upper() + text[1:]


def is_whole(text: str) -> bool:
    """True if something is said and no bracket or quote is left open."""
    return _SOMETHING.search(text) is not None and not inside(text + " ")(len(text))


def is_clause(text: str) -> bool:
    """True for somebody or something that acts, and what it does."""
    return is_whole(text) and lexicon().subject.match(text) is not None and has_verb(text)


def has_verb(text: str) -> bool:
    """True if any word but the first may be a verb."""
    return not lexicon().verbs.isdisjoint(re.findall(r"\w+", text.lower())[1:])


def acts(text: str) -> bool:
    """True for "cơ quan A phải làm …": who acts stands first, and what they do within four words."""
    subject = lexicon().subject.match(text)
    if subject is None or _NO_ACTOR.match(text):
        return False
    return not lexicon().acting.isdisjoint(text[subject.end() :].split()[:4])


def is_bound(text: str) -> bool:
    """True if a condition or a negation stands in the text: what follows may depend on it."""
    return lexicon().bound.search(text) is not None


def is_member(left: str, right: str) -> bool:
    """True if a comma between the two parts the members of a list: "của tổ chức, cá nhân"."""
    last = left.rsplit(maxsplit=1)[-1].lower() if left.split() else ""
    return last in lexicon().members and _MEMBER.match(right) is not None


def begins_case(text: str) -> bool:
    """True for a condition that brings its own main clause: "trường hợp từ chối phải …"."""
    opening = _NEW_CASE.match(text)
    main = _MAIN_BEGINS.search(text, opening.end() + 4) if opening else None
    return main is not None and has_verb(text[main.start() :])


def main_clause(text: str) -> str:
    """What is said to hold under the condition that `text` begins with; all of it if there is none."""
    if not re.match(r"(?:trường hợp|nếu)\s", text, re.IGNORECASE):
        return text
    within = inside(text)
    for connective in _MAIN_CONNECTIVE.finditer(text):
        before, rest = text[: connective.start()], text[connective.end() :]
        if not within(connective.start()) and is_clause(rest) and not is_member(before, rest):
            return rest
    return text


@lru_cache(maxsize=64)
def inside(text: str) -> Callable[[int], bool]:
    """Whether a place of the text stands inside brackets or quotes."""
    if not any(mark in text for mark in '(["“‘«'):
        return lambda place: False
    depth, closing, quoted = [], [], False
    for letter in text:
        if letter in _PAIRS:
            closing.append(_PAIRS[letter])
        elif closing and letter == closing[-1]:
            closing.pop()
        elif letter == '"':
            quoted = not quoted
        depth.append(bool(closing) or quoted)
    return lambda place: place < len(depth) and depth[place]
