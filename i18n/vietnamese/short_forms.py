"""Short forms of chat and words of dialect, written out where only one reading is possible."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from i18n import tables
from i18n.vietnamese.letters import fold, has_diacritics, nfc

_DATA = Path(__file__).parents[1] / "data" / "short_forms.yaml"
_WORD = re.compile(r"[^\W_]+")
_GLUE = re.compile(r"[\s,]*")
"""What may stand between a word and the neighbour that decides about it: a full stop may not."""

_JOINED = frozenset("-/@+.:_#=&")


@dataclass(frozen=True)
class ShortForm:
    """One reading of a short form: `full` is written where every stated condition holds.

    `before`/`after`: the neighbour must be one of these ("^" and "$" stand for the edge of a sentence);
    `not_before`/`not_after`: it must not be. An empty set asks nothing.
    """

    full: str
    before: frozenset[str] = frozenset()
    not_before: frozenset[str] = frozenset()
    after: frozenset[str] = frozenset()
    not_after: frozenset[str] = frozenset()

    def fits(self, left: str, right: str) -> bool:
        """True if this reading is safe between the neighbours `left` and `right` (lower case)."""
        return (
            (not self.before or left in self.before)
            and (not self.after or right in self.after)
            and left not in self.not_before
            and right not in self.not_after
        )


@lru_cache(maxsize=1)
def short_forms() -> Mapping[str, tuple[ShortForm, ...]]:
    """Every short form that is known, with its readings in the order they are tried."""
    forms: dict[str, list[ShortForm]] = {}
    for row in tables.read(nfc(_DATA.read_text(encoding="utf-8"))):
        conditions = {
            name: frozenset(str(row.get(name, "")).split())
            for name in ("before", "not_before", "after", "not_after")
        }
        for short in str(row["short"]).split():
            forms.setdefault(short, []).append(ShortForm(str(row["full"]), **conditions))
    return {short: tuple(readings) for short, readings in forms.items()}


def expand_short_forms(text: str) -> str:
    """`text` (NFC) with short forms and dialect words written out where the neighbours leave no doubt.

    "ko biết" becomes "không biết", "ở mô" becomes "ở đâu"; "mô hình", "đau răng" and anything
    doubtful stay. Text typed without diacritics gets the full form without diacritics too, so that it
    can be restored before or after.
    """
    text = nfc(text)
    spans = list(_WORD.finditer(text))
    words = [match[0].lower() for match in spans]
    forms = short_forms()
    if forms.keys().isdisjoint(words):
        return text
    marked = has_diacritics(text)
    pieces, end = [], 0
    for index, match in enumerate(spans):
        pieces.append(text[end : match.start()])
        full = _expansion(forms, text, spans, words, index)
        pieces.append(_written(full, match[0], marked) if full else match[0])
        end = match.end()
    return "".join(pieces) + text[end:]


def _expansion(
    forms: Mapping[str, tuple[ShortForm, ...]],
    text: str,
    spans: list[re.Match[str]],
    words: list[str],
    index: int,
) -> str | None:
    """What the word at `index` stands for between its neighbours, or None if that is not certain."""
    readings = forms.get(words[index])
    if readings is None or spans[index][0] in "KJ" or _part_of_something(text, spans[index]):
        return None
    left = words[index - 1] if index and _near(text, spans[index - 1], spans[index]) else "^"
    is_last = index + 1 == len(words) or not _near(text, spans[index], spans[index + 1])
    right = "$" if is_last else words[index + 1]
    return next((reading.full for reading in readings if reading.fits(left, right)), None)


def _part_of_something(text: str, match: re.Match[str]) -> bool:
    """True inside an address, a code or a formula: "k.vn", "dt@", "C-k"."""
    left = text[match.start() - 1 : match.start()]
    right, beyond = text[match.end() : match.end() + 1], text[match.end() + 1 : match.end() + 2]
    ends_sentence = right in {".", ":"} and not beyond.isalnum()
    return left in _JOINED or (right in _JOINED and not ends_sentence)


def _near(text: str, first: re.Match[str], second: re.Match[str]) -> bool:
    return _GLUE.fullmatch(text, first.end(), second.start()) is not None


def _written(full: str, typed: str, marked: bool) -> str:
    """`full` with a capital where the person typed one, bare if they typed without marks."""
    words = full if marked or has_diacritics(typed) else fold(full)
    return words[:1].upper() + words[1:] if typed[:1].isupper() else words
