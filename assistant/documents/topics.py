"""What a section or a row of a table is about, in the words that somebody would ask with."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from assistant.documents.sections import bare_heading
from assistant.understanding.frames import FOLDER, frame_of, kinds
from i18n import tables
from i18n.plain.everyday_words import everyday_words
from i18n.vietnamese import clean, nfc, syllables
from i18n.vietnamese.phrase_patterns import listed

LONGEST_TOPIC, LONGEST_LABEL = 12, 12
"""Syllables; what is longer is a sentence, and nobody asks so."""
SHORT = 3
"""Syllables of a name that needs the document's beside it."""

_CELLS = re.compile(r"\s*\|\s*")
_SAYS_MORE = re.compile(r"[,;(–—-]\s|\s[(–—-]")
_PLAIN = re.compile(r"[^\W\d_]+(?: [^\W\d_]+)+")
_LABELLED = re.compile(r"(?P<label>[^:|]{2,120}?)\s*:\s+(?P<said>\S.*)")
_COUNT = re.compile(r"(?:\d{1,3}|[a-zđA-Z]|[IVX]{1,5})[.)]?")
_COUNTED = re.compile(r"(?:\d{1,2}(?:\.\d{1,2}){0,3}[.)]|[a-zđ]\))\s+")
_LETTER = re.compile(r"[^\W\d_]")
_TWICE = re.compile(r"\b(\w+) \1\b")


@dataclass(frozen=True)
class Topic:
    """What is asked of: `words`, whether these alone tell it, and whether the heading has a word of them."""

    words: str
    is_clear: bool = True
    is_own: bool = True


@dataclass(frozen=True)
class Row:
    """A row of a table or a labelled point: what it is of, and what it says of that."""

    label: str
    said: str


def topic_of(title: str, heading: str) -> Topic | None:
    """What a section is about: what its heading names, else what the document's title names; None: neither.

    A short heading (“Tủ sách”) is told together with the title. One without words, as “Điều 5.” is, leaves
    it to the title, and that may be said of every section.
    """
    own, whole = _named(bare_heading(heading)), _named(title)
    of = frame_of(own).objects if len(syllables(own)) > 1 else frozenset[str]()
    if own and (len(syllables(own)) > SHORT or not whole or of - frame_of(whole).objects):
        return Topic(own, is_clear=len(syllables(own)) > 1)
    if not whole:
        return None
    is_clear = bool(bare_heading(heading))
    return Topic(joined(own, whole) if own else whole, is_clear, is_own=bool(own))


def joined(first: str, second: str) -> str:
    """Two names as one; what the end of the first and the beginning of the second share is said once."""
    left, right = first.split(), second.split()
    if set(map(str.lower, left)) <= set(map(str.lower, right)):
        return second
    both = next(
        (
            size
            for size in range(min(len(left), len(right)), 0, -1)
            if [*map(str.lower, left[-size:])] == [*map(str.lower, right[:size])]
        ),
        0,
    )
    return " ".join((*left, *right[both:]))


def row_of(line: str) -> Row | None:
    """The row that a line of a document is: its cells are parted by “|”, or a label stands before a colon."""
    cells = [one for one in _CELLS.split(line) if one]
    while cells and _COUNT.fullmatch(cells[0]):
        cells = cells[1:]
    if len(cells) > 1:
        label, said = cells[0], " | ".join(cells[1:])
    elif found := _LABELLED.fullmatch(line):
        label, said = found["label"], found["said"]
    else:
        return None
    begin = _COUNTED.match(label)
    label = label[begin.end() :] if begin else label
    known = _LETTER.search(label) and len(syllables(label)) <= LONGEST_LABEL
    return Row(clean(label), said) if known else None


def spoken(words: str) -> str:
    """Words of a heading or label as one would say them: small letters, without office words."""
    low = words.lower() if words.isupper() else _small_first(words)
    return clean(everyday_words(low, guarded=lambda _place: False)).strip(" .:;,?!")


def everyday(words: str) -> str:
    """The same with what a thing is called at home, where the frames know it; empty where they do not."""
    low = words.lower()
    for kind in kinds("objects"):
        found = kind.said.search(low)
        if found is None or kind.id not in frame_of(words).objects:
            continue
        for name in _names_at_home()[kind.id]:
            if name not in low and found[0] not in name:
                return _TWICE.sub(r"\1", clean(f"{words[: found.start()]}{name}{words[found.end() :]}"))
    return ""


@lru_cache(maxsize=1)
def _names_at_home() -> dict[str, tuple[str, ...]]:
    """By the id of a thing of the frames: what it is called besides its name; whole words, no short forms."""
    rows = tables.read(nfc((FOLDER / "objects.yaml").read_text(encoding="utf-8")))
    return {
        id: tuple(one for one in row["say"] if one != row["name"] and _PLAIN.fullmatch(one))
        for id, row in rows.items()
    }


def _named(words: str) -> str:
    """What a title or heading names, without the kind of thing that it says of it; empty: nothing."""
    left = clean(words).strip(" .:;")
    leading, tails = listed("section_questions", "kinds_of_heading"), listed("section_questions", "tails")
    while (found := leading.match(left)) and found.end():
        left = left[found.end() :].strip(" .:;,")
    ends = [found.start() for found in tails.finditer(left) if found.start()]
    left = left[: min(ends)] if ends else left
    if len(syllables(left)) > LONGEST_TOPIC and (cut := _SAYS_MORE.search(left)):
        left = left[: cut.start()]
    return spoken(left) if 0 < len(syllables(left)) <= LONGEST_TOPIC and _LETTER.search(left) else ""


def _small_first(words: str) -> str:
    return words[:1].lower() + words[1:] if words[1:2].islower() or words[1:2].isspace() else words
