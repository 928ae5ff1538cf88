"""Of what, of which case and of whom a text speaks: what keeps somebody else's answer away from a question.

One grammar, the lists in assistant/data/frames, reads a question, the name of a record and a passage alike.
Silence is never a contradiction: only what both sides say can contradict.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from i18n import tables
from i18n.vietnamese import fold, nfc
from i18n.vietnamese.phrase_language import first_words
from i18n.vietnamese.phrase_patterns import EITHER, pattern
from i18n.vietnamese.quantities import read as quantities_in

FOLDER = Path(__file__).resolve().parent.parent / "data" / "frames"

OTHER_OBJECT, OTHER_ACTION, OTHER_AGE = "other object", "other case", "other age"
OTHER_PERSON, OTHER_PLACE = "other people", "other province"

_MAYBE_AGE = re.compile(r"tuổi|tuoi|\d\s?t\b")
_AGE_SHORT = re.compile(r"(?<!\d)(\d{1,2}) ?t\b")
_AGES = re.compile(
    r"từ đủ (?P<low>\d{1,3}) (?:tuổi )?(?:trở lên|đến dưới (?P<high>\d{1,3}))|dưới (?P<under>\d{1,3}) tuổi"
)
_NEVER = (0, 200)
_ASIDE = re.compile(r" (?:khi|do|vì|để|theo|trong trường hợp|đối với|nhằm|phục vụ) ")
_LETTERS = re.compile(r"\w+")

SET_APART = frozenset(("foreigner", "abroad"))
"""People for whom the same thing is another procedure: what is silent of them is not for them."""


@dataclass(frozen=True)
class Kind:
    """One row of a list: what is heard for it, and what takes that back; see the files for the rest."""

    id: str
    said: re.Pattern[str]
    unless: re.Pattern[str] | None
    titled: re.Pattern[str] | None
    words: str
    fits: frozenset[str]
    against: frozenset[str] | None
    openers: frozenset[str]
    is_local: bool = False

    def is_in(self, text: str, words: frozenset[str], *, titles: bool = False) -> bool:
        """Whether a text in small letters speaks of it; `titles`: as the name of a procedure does.

        `words`: its words without marks; nothing is heard where no phrase can begin.
        """
        if self.openers.isdisjoint(words):
            return False
        said = self.titled if titles and self.titled is not None else self.said
        found = said.search(text)
        if found is None or self.unless is None:
            return found is not None
        return said.search(self.unless.sub(" | ", text)) is not None


@lru_cache(maxsize=8)
def kinds(name: str) -> tuple[Kind, ...]:
    """The rows of assistant/data/frames/NAME.yaml. Raises PhraseError and KeyError."""
    rows = tables.read(nfc((FOLDER / f"{name}.yaml").read_text(encoding="utf-8")))
    return tuple(_kind(id, row) for id, row in rows.items())


def _kind(id: str, row: Mapping[str, Any]) -> Kind:
    heard = {part: pattern(row[part], marks=EITHER) if part in row else None for part in ("not", "title")}
    return Kind(
        id,
        pattern(row["say"], marks=EITHER),
        heard["not"],
        heard["title"],
        str(row.get("name") or row.get("case") or ""),
        frozenset((*row.get("fits", ()), *row.get("near", ()))),
        frozenset(row["against"]) if "against" in row else None,
        frozenset(word for phrase in (*row["say"], *row.get("title", ())) for word in first_words(phrase)),
        bool(row.get("local")),
    )


@lru_cache(maxsize=1)
def _provinces() -> tuple[re.Pattern[str], dict[str, str]]:
    """What hears a province's name in small letters, and what each is called today."""
    rows = tables.read(nfc((FOLDER / "places.yaml").read_text(encoding="utf-8")))
    today = {former.lower(): name for name, others in rows["joined"].items() for former in others}
    names = {name.lower(): today.get(name.lower(), name) for name in rows["provinces"]}
    longest_first = sorted(names, key=len, reverse=True)
    return re.compile("|".join(rf"\b{re.escape(name)}\b" for name in longest_first)), names


def provinces_in(text: str) -> frozenset[str]:
    """The provinces that a text in small letters names, as they are called since 1 July 2025."""
    pattern_of_all, names = _provinces()
    return frozenset(names[found] for found in pattern_of_all.findall(text))


@dataclass(frozen=True)
class Frame:
    """What a text says of its case; empty where it is silent.

    `objects`: ids of objects.yaml; `actions`: of actions.yaml; `people`: of people.yaml; `age`: years, the
    first that is told; `ages`: (from, below) that a rule names; `provinces`: as they are called today;
    `levels`: of levels.yaml.
    """

    objects: frozenset[str] = frozenset()
    actions: frozenset[str] = frozenset()
    people: frozenset[str] = frozenset()
    age: int | None = None
    ages: tuple[int, int] = _NEVER
    provinces: frozenset[str] = frozenset()
    levels: frozenset[str] = frozenset()

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values, for `--explain`; what is silent is left out."""
        said = {
            "objects": sorted(self.objects),
            "actions": sorted(self.actions),
            "people": sorted(self.people),
            "age": self.age,
            "provinces": sorted(self.provinces),
            "levels": sorted(self.levels),
        }
        return {name: value for name, value in said.items() if value not in ([], None)}


@lru_cache(maxsize=4096)
def frame_of(text: str) -> Frame:
    """The frame of a question, of a section or of a sentence, with marks or without."""
    return _frame(text, titles=False)


@lru_cache(maxsize=8192)
def frame_of_title(title: str) -> Frame:
    """The frame of a procedure's name, in which a word may be meant more strictly than in speech."""
    return _frame(title, titles=True)


def _frame(text: str, *, titles: bool) -> Frame:
    low = nfc(text).lower()
    return Frame(
        heard(_head(low) if titles else low, "objects", titles=titles),
        heard(low, "actions"),
        heard(low, "people", titles=titles),
        None if titles else _age(low),
        _ages(low),
        provinces_in(low),
        heard(low, "levels"),
    )


@lru_cache(maxsize=4096)
def heard(text: str, name: str, *, titles: bool = False) -> frozenset[str]:
    """The rows of one list of which a text in small letters speaks."""
    words = _words_of(text)
    return frozenset(kind.id for kind in kinds(name) if kind.is_in(text, words, titles=titles))


def _head(title: str) -> str:
    """A name as far as it says what is done; what it is done for or because of is not the thing itself."""
    return _ASIDE.split(title, maxsplit=1)[0]


def _age(text: str) -> int | None:
    if not _MAYBE_AGE.search(text):
        return None
    short = _AGE_SHORT.search(text)
    if short:
        return int(short[1])
    read = quantities_in(text)
    told = [one for one in read.quantities if one.unit == "age"]
    # “phải đủ 14 tuổi mới được, bé nhà tôi 8 tuổi”: the rule's age is not the child's.
    own = [one for one in told if not one.bounds] or told
    if not own:
        return None
    return int(own[-1].value) - ("under" in own[-1].bounds)


def _ages(text: str) -> tuple[int, int]:
    found = _AGES.search(text)
    if not found:
        return _NEVER
    if found["under"]:
        return (0, int(found["under"]))
    return (int(found["low"]), int(found["high"] or _NEVER[1]))


@lru_cache(maxsize=256)
def alike(id: str, name: str) -> frozenset[str]:
    """An object or an action and what goes with it."""
    return frozenset((id,)).union(*(kind.fits for kind in kinds(name) if kind.id == id))


def speaks_of(id: str, name: str, text: str) -> bool:
    """Whether a text in small letters speaks of one row of a list, or of what goes with it."""
    goes = alike(id, name)
    return any(kind.is_in(text, _words_of(text)) for kind in kinds(name) if kind.id in goes)


@lru_cache(maxsize=4096)
def _words_of(text: str) -> frozenset[str]:
    return frozenset(_LETTERS.findall(fold(text)))


def fits(asked: frozenset[str], named: frozenset[str], name: str) -> bool:
    """Whether one of the objects or actions that were asked for is one that is named, or goes with it."""
    if asked & named:
        return True
    return any(kind.fits & named for kind in kinds(name) if kind.id in asked)


def _another_thing(asked: frozenset[str], named: frozenset[str]) -> bool:
    """Whether what is named is something else; what may be told by the way is against its likes alone."""
    against = {kind.id: kind.against for kind in kinds("objects") if kind.against is not None}
    meant = frozenset(id for id in asked if id not in against or against[id] & named)
    return bool(meant and named) and not fits(asked, named, "objects")


def contradiction(asked: Frame, other: Frame) -> str:
    """Why what speaks of `other` is no answer to what was `asked`; empty where nothing speaks against it."""
    if _another_thing(asked.objects, other.objects):
        return OTHER_OBJECT
    if asked.actions and other.actions and not fits(asked.actions, other.actions, "actions"):
        return OTHER_ACTION
    if "reissue" in asked.actions and "report" in other.actions - asked.actions:
        # To report a loss is one thing, to get a new paper another.
        return OTHER_ACTION
    if "resume" in asked.actions and "report" in other.actions and "resume" not in other.actions:
        return OTHER_ACTION  # what was found again is not reported lost
    if asked.age is not None and not other.ages[0] <= asked.age < other.ages[1]:
        return OTHER_AGE
    if asked.provinces and other.provinces and not asked.provinces & other.provinces:
        return OTHER_PLACE
    return ""


@lru_cache(maxsize=1)
def local_objects() -> frozenset[str]:
    """What each place has of its own: opening hours, market days. No procedure and no lesson knows them."""
    return frozenset(kind.id for kind in kinds("objects") if kind.is_local)


def case_words(actions: frozenset[str]) -> tuple[str, ...]:
    """What cases are called when they are spoken of: "bị mất"."""
    return tuple(kind.words for kind in kinds("actions") if kind.id in actions)
