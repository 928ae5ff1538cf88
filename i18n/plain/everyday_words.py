"""Office words replaced by everyday ones, where the words beside them leave no doubt."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from i18n import tables
from i18n.vietnamese.letters import nfc, place_tones

_DATA = Path(__file__).parents[1] / "data" / "officialese.yaml"
_LAST = re.compile(r"((?<![\w-])[\w-]++|,)\s++$|(/)$")
_NEXT = re.compile(r"\s*([\w-]+|[,/])")
_SIDES = ("before", "not_before", "after", "not_after")
# What follows one of these is its name: "Giấy phép sử dụng …", "Luật Quản lý, sử dụng …".
_NAMED = re.compile(rf"\b(?:{'|'.join(tables.phrases('clauses', 'has_name'))})\b")
_END_OF_NAME = re.compile(r"[.;:()]|\b(?:phải|sẽ|thì|được|để)\b")


@dataclass(frozen=True)
class _Row:
    """One office word that may be replaced, and the neighbours that decide; sets in lower case."""

    instead: str
    before: frozenset[str]
    not_before: frozenset[str]
    after: frozenset[str]
    not_after: frozenset[str]

    def fits(self, left: str, right: str) -> bool:
        """True if the replacement is safe between the words `left` and `right`."""
        return (
            (not self.before or left in self.before)
            and left not in self.not_before
            and (not self.after or right in self.after)
            and right not in self.not_after
        )


def everyday_words(sentence: str, *, guarded: Callable[[int], bool]) -> str:
    """`sentence` with office words replaced; places for which `guarded` is true, and names, stay."""

    def said(match: re.Match[str]) -> str:
        row = _rows()[" ".join(place_tones(match[0]).lower().split())]
        left = _left(sentence, match.start())
        if guarded(match.start()) or not row.fits(left, _right(sentence, match.end())):
            return match[0]
        if (match[0][0].isupper() and left != "^") or _inside_name(sentence, match.start()):
            return match[0]
        return row.instead[0].upper() + row.instead[1:] if match[0][0].isupper() else row.instead

    return _pattern().sub(said, sentence)


def replacements() -> dict[str, str]:
    """Every office word that may be replaced and what stands there then, both in lower case."""
    return {found: row.instead for found, row in _rows().items()}


def _left(sentence: str, start: int) -> str:
    before = sentence[:start]
    if not any(map(str.isalpha, _without_label(before))):
        return "^"
    last = _LAST.search(before)
    return (last[1] or last[2]).lower() if last else ""


def _right(sentence: str, end: int) -> str:
    following = _NEXT.match(sentence, end)
    return following[1].lower() if following else ""


def _without_label(before: str) -> str:
    return re.sub(r"^\W*(?:Bước\s+\d+|[a-zđ]\)|\d+)\s*[:.)]?", "", before)


def _inside_name(sentence: str, start: int) -> bool:
    """True if a word that begins a name stands before, and nothing since has ended that name."""
    named = [found.end() for found in _NAMED.finditer(sentence, 0, start)]
    return bool(named) and _END_OF_NAME.search(sentence, named[-1], start) is None


@lru_cache(maxsize=1)
def _rows() -> dict[str, _Row]:
    data = tables.read(nfc(_DATA.read_text(encoding="utf-8")))
    return {
        place_tones(row["found"]): _Row(
            row["instead"].lower(),
            **{side: frozenset(str(row.get(side, "")).lower().split()) for side in _SIDES},
        )
        for row in data
        if "instead" in row
    }


@lru_cache(maxsize=1)
def _pattern() -> re.Pattern[str]:
    longest_first = sorted(_rows(), key=len, reverse=True)
    ways = "|".join(r"\s+".join(map(re.escape, words.split())) for words in longest_first)
    return re.compile(rf"\b(?:{ways})\b", re.IGNORECASE)
