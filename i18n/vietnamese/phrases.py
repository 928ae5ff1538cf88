"""The small language in which cards and refusals say what they listen for.

A group is a list of phrases. In a phrase
  a space    lets one other word stand between: "chuyển tiền" is heard in "chuyển hết tiền",
  …          lets up to FAR words stand between,
  +a         stands right behind the word before,
  a|b        is either, and a_b in it are two words: "otp|mật_khẩu",
  {name}     is any phrase of that group,
  - in front takes the group back: it is not heard where that phrase is.
A group of phrases that all begin with "-" is heard where none of them is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from i18n.vietnamese import nfc, syllables
from i18n.vietnamese.joined_words import SPELT_TOGETHER
from i18n.vietnamese.typed_words import DOUBTFUL, LONG_ENOUGH_ALONE, TYPO, TypedWords, Word, word

WITHIN, FAR = 1, 12
"""Words that may stand between two words of a phrase, and across "…"."""

LETTERS_FOR_A_SLIP = 7
"""Letters of words side by side ("mật_khẩu") from which one slip in them is let pass."""

Span = tuple[int, int, int]
"""First place, last place, and how doubtful its words are together: see `SURE`, `TYPO`, `DOUBTFUL`."""


@dataclass(frozen=True)
class Step:
    """One word of a phrase: which it may be, and how many words may stand before it."""

    gap: int
    words: tuple[tuple[Word, ...], ...]
    groups: tuple[str, ...]


@dataclass(frozen=True)
class Phrase:
    """What is looked for, word by word; `together` is its letters in one, if it is plain and long."""

    steps: tuple[Step, ...]
    together: str

    @property
    def doubts(self) -> int:
        """How doubtful its words may be together: every second one may have a slip."""
        return max(1, len(self.steps) // 2) * DOUBTFUL


@dataclass(frozen=True)
class Group:
    """Ways of saying one thing, and what takes them back."""

    said: tuple[Phrase, ...]
    unless_said: tuple[Phrase, ...]


class Ways:
    """All groups of a file, ready to be listened for. Raises KeyError for a {name} that is no group."""

    def __init__(self, words: Mapping[str, Sequence[str]]) -> None:
        self._groups = {name: _group(phrases) for name, phrases in words.items()}
        named = {
            name for one in self._groups.values() for phrase in (*one.said, *one.unless_said)
            for step in phrase.steps for name in step.groups
        }  # fmt: skip
        for name in named - self._groups.keys():
            raise KeyError(name)

    def said(self, heard: TypedWords, name: str, alone: bool = False) -> bool:
        """Whether the group was heard. `alone`: nothing else bears it out, so it must be word by word."""
        key = (id(self), name, alone)
        if key not in heard.kept:
            heard.kept[key] = self._said(heard, self._groups[name], alone)
        return heard.kept[key]

    def _said(self, heard: TypedWords, group: Group, alone: bool) -> bool:
        if any(self._is_in(heard, phrase, False) for phrase in group.unless_said):
            return False
        return not group.said or any(self._is_in(heard, phrase, alone) for phrase in group.said)

    def _is_in(self, heard: TypedWords, phrase: Phrase, alone: bool) -> bool:
        if phrase.together and phrase.together in heard.together:
            return True
        most = max(TYPO, len(phrase.steps) // 3 * DOUBTFUL) if alone else phrase.doubts
        return any(doubts <= most for _, _, doubts in self._spans(heard, phrase))

    def _spans(self, heard: TypedWords, phrase: Phrase, inside: bool = False) -> list[Span]:
        """Where the phrase was said; `inside` another phrase, whose other words bear it out."""
        alone = len(phrase.steps) == 1 and not inside
        found: list[Span] = list(self._step_spans(heard, phrase.steps[0], alone))
        for step in phrase.steps[1:]:
            if not found:
                return found
            after = list(self._step_spans(heard, step, False))
            reached = {
                (first, end, doubts + more)
                for first, last, doubts in found
                for start, end, more in after
                if last < start <= last + 1 + step.gap and doubts + more <= phrase.doubts
            }
            found = list(reached)
        return found

    def _step_spans(self, heard: TypedWords, step: Step, alone: bool) -> Iterator[Span]:
        for words in step.words:
            yield from _word_spans(heard, words, alone)
        for name in step.groups:
            yield from self._group_spans(heard, name)

    def _group_spans(self, heard: TypedWords, name: str) -> list[Span]:
        key = (id(self), name)
        if key not in heard.kept:
            spans = {span for phrase in self._groups[name].said for span in self._spans(heard, phrase, True)}
            heard.kept[key] = list(spans)
        return heard.kept[key]


def _word_spans(heard: TypedWords, words: Sequence[Word], alone: bool) -> Iterator[Span]:
    """Where these words stand side by side."""
    for first, doubts in heard.places(words[0]):
        if alone and doubts == DOUBTFUL and len(words[0].bare) < LONG_ENOUGH_ALONE:
            continue
        last = first
        for wanted in words[1:]:
            fit = next((fit for place, fit in heard.places(wanted) if place == last + 1), None)
            if fit is None:
                break
            last, doubts = last + 1, doubts + fit
        else:
            long_enough = sum(len(one.bare) for one in words) >= LETTERS_FOR_A_SLIP
            if len(words) == 1 or doubts <= (DOUBTFUL if long_enough else TYPO):
                yield first, last, doubts


def _group(phrases: Sequence[str]) -> Group:
    written = [nfc(str(one)).lower().strip() for one in phrases]
    said = tuple(phrase_of(one) for one in written if not one.startswith("-"))
    return Group(said, tuple(phrase_of(one[1:]) for one in written if one.startswith("-")))


@lru_cache(maxsize=4096)
def phrase_of(text: str) -> Phrase:
    """A phrase as it is written in a file, taken apart."""
    steps: list[Step] = []
    gap = WITHIN
    for part in text.replace("…", " … ").split():
        if part == "…":
            gap = FAR
            continue
        if part.startswith("+"):
            gap, part = 0, part[1:]
        options = part.split("|")
        groups = tuple(one[1:-1] for one in options if one.startswith("{"))
        words = tuple(
            tuple(word(token) for token in syllables(one)) for one in options if not one.startswith("{")
        )
        steps.append(Step(gap, words, groups))
        gap = WITHIN
    if not steps:
        raise ValueError(f"“{text}” says nothing to listen for")
    plain = not set(text) & set("…|{}+")
    together = "".join(one.bare for step in steps for one in step.words[0]) if plain else ""
    return Phrase(tuple(steps), together if len(together) >= SPELT_TOGETHER else "")
