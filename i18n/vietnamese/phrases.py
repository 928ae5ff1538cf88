"""The forgiving listener of cards and refusals, for phrases in the one language (`phrase_language`).

A group is a list of phrases. Here
  a space    lets one other word stand between: "chuyển tiền" is heard in "chuyển hết tiền",
  …, …3      lets up to FAR words stand between, or up to three,
  +a         stands right behind the word before,
  (a|b c)    is either; words in one bracket stand side by side: "(otp|mật khẩu)",
  <name>     is any phrase of that group,
  - in front takes the group back: it is not heard where that phrase is,
  "="        as the first phrase: no word of the group may be taken for another one that it looks like.
A group of phrases that all begin with "-" is heard where none of them is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from functools import lru_cache

from i18n.vietnamese import nfc, syllables
from i18n.vietnamese.joined_words import SPELT_TOGETHER
from i18n.vietnamese.phrase_language import Choice, Gap, Named, PhraseError, Said, Word, parse
from i18n.vietnamese.typed_words import DOUBTFUL, LONG_ENOUGH_ALONE, TYPO, TypedWords, word
from i18n.vietnamese.typed_words import Word as Typed
from i18n.vietnamese.wanted_words import Places, WantedWords

WITHIN = 1
"""Words that may stand between two words of a phrase."""

WORD_BY_WORD, NOT_SO_FAR = "=", 8
"""How a group begins that is heard word by word, and what "…" lets stand between in it."""

LETTERS_FOR_A_SLIP = 7
"""Letters of words side by side ("mật_khẩu") from which one slip in them is let pass."""

Span = tuple[int, int, int]
"""First place, last place, and how doubtful its words are together: see `SURE`, `TYPO`, `DOUBTFUL`."""


@dataclass(frozen=True)
class Step:
    """One word of a phrase: which it may be, and how many words may stand before it.

    `firsts`: what its options begin with, to see at once that none of them was typed.
    """

    gap: int
    words: tuple[tuple[Typed, ...], ...]
    groups: tuple[str, ...]
    firsts: frozenset[str]

    def may_be_in(self, typed: Set[str]) -> bool:
        """Whether one of its words was typed, or it is a group, of which nothing is known yet."""
        return bool(self.groups) or not self.firsts.isdisjoint(typed)


@dataclass(frozen=True)
class Phrase:
    """What is looked for, word by word; `together` is its letters in one, if it is plain and long."""

    steps: tuple[Step, ...]
    together: str
    strict: bool = False

    @property
    def doubts(self) -> int:
        """How doubtful its words may be together: every second one may have a slip."""
        return TYPO if self.strict else max(1, len(self.steps) // 2) * DOUBTFUL


@dataclass(frozen=True)
class Group:
    """Ways of saying one thing, and what takes them back."""

    said: tuple[Phrase, ...]
    unless_said: tuple[Phrase, ...]


class Ways:
    """All groups of a file, ready to be listened for. Raises KeyError for a <name> that is no group."""

    def __init__(self, words: Mapping[str, Sequence[str]]) -> None:
        self._groups = {name: _group(phrases) for name, phrases in words.items()}
        named = {
            name for one in self._groups.values() for phrase in (*one.said, *one.unless_said)
            for step in phrase.steps for name in step.groups
        }  # fmt: skip
        for name in named - self._groups.keys():
            raise KeyError(name)
        self._wanted = WantedWords(
            one for group in self._groups.values() for phrase in (*group.said, *group.unless_said)
            for step in phrase.steps for option in step.words for one in option
        )  # fmt: skip

    def said(self, heard: TypedWords, name: str, alone: bool = False) -> bool:
        """Whether the group was heard. `alone`: nothing else bears it out, so it must be word by word."""
        key = (id(self), name, alone)
        if key not in heard.kept:
            heard.kept[key] = self._said(heard, self._groups[name], alone)
        return heard.kept[key]

    def _places(self, heard: TypedWords) -> Places:
        key = id(self)
        if key not in heard.kept:
            heard.kept[key] = self._wanted.places_in(heard)
        places: Places = heard.kept[key]
        return places

    def _typed(self, heard: TypedWords) -> Set[str]:
        key = (id(self), "typed")
        if key not in heard.kept:
            heard.kept[key] = frozenset(self._places(heard))
        typed: Set[str] = heard.kept[key]
        return typed

    def _said(self, heard: TypedWords, group: Group, alone: bool) -> bool:
        if any(self._is_in(heard, phrase, False) for phrase in group.unless_said):
            return False
        return not group.said or any(self._is_in(heard, phrase, alone) for phrase in group.said)

    def _is_in(self, heard: TypedWords, phrase: Phrase, alone: bool) -> bool:
        if phrase.together and phrase.together in heard.together:
            return True
        typed = self._typed(heard)
        for step in phrase.steps:
            if not step.may_be_in(typed):
                return False
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
        places = self._places(heard)
        for words in step.words:
            if words[0].typed in places:
                yield from _word_spans(places, words, alone)
        for name in step.groups:
            yield from self._group_spans(heard, name)

    def _group_spans(self, heard: TypedWords, name: str) -> list[Span]:
        key = (id(self), name)
        if key not in heard.kept:
            spans = {span for phrase in self._groups[name].said for span in self._spans(heard, phrase, True)}
            heard.kept[key] = list(spans)
        return heard.kept[key]


def _word_spans(places: Places, words: Sequence[Typed], alone: bool) -> Iterator[Span]:
    """Where these words stand side by side."""
    for first, doubt in places[words[0].typed]:
        if alone and doubt == DOUBTFUL and len(words[0].bare) < LONG_ENOUGH_ALONE:
            continue
        last, doubts = first, doubt
        for wanted in words[1:]:
            fit = next((fit for place, fit in places.get(wanted.typed, ()) if place == last + 1), None)
            if fit is None:
                break
            last, doubts = last + 1, doubts + fit
        else:
            long_enough = sum(len(one.bare) for one in words) >= LETTERS_FOR_A_SLIP
            if len(words) == 1 or doubts <= (DOUBTFUL if long_enough else TYPO):
                yield first, last, doubts


def _group(phrases: Sequence[str]) -> Group:
    written = [nfc(str(one)).lower().strip() for one in phrases]
    strict = written[:1] == [WORD_BY_WORD]
    written = written[strict:]
    said = tuple(_strictly(phrase_of(one)) if strict else phrase_of(one) for one in written if one[:1] != "-")
    return Group(said, tuple(phrase_of(one[1:]) for one in written if one.startswith("-")))


def _strictly(phrase: Phrase) -> Phrase:
    """The phrase for a group that begins with "=": fewer words in between, and none that is doubtful."""
    steps = tuple(replace(step, gap=min(step.gap, NOT_SO_FAR)) for step in phrase.steps)
    return replace(phrase, steps=steps, strict=True)


@lru_cache(maxsize=4096)
def phrase_of(text: str) -> Phrase:
    """A phrase as it is written in a file, taken apart. Raises PhraseError."""
    steps: list[Step] = []
    gap = WITHIN
    plain = True
    for item in parse(text):
        if isinstance(item, Gap) and item.most is not None:
            gap, plain = item.most, False
            continue
        if not isinstance(item, Said):
            raise PhraseError(f"“{text}”: only words, choices, groups and “…” are listened for here")
        words, groups = _options(text, item)
        plain = plain and not item.behind and not groups and len(words) == 1
        firsts = frozenset(option[0].typed for option in words)
        steps.append(Step(0 if item.behind else gap, words, groups, firsts))
        gap = WITHIN
    together = "".join(one.bare for step in steps for one in step.words[0]) if plain else ""
    return Phrase(tuple(steps), together if len(together) >= SPELT_TOGETHER else "")


def _options(text: str, item: Word | Choice | Named) -> tuple[tuple[tuple[Typed, ...], ...], tuple[str, ...]]:
    """(what may be said for one step, the groups of which any phrase may be said)."""
    if isinstance(item, Named):
        return (), (item.group,)
    options = ((item,),) if isinstance(item, Word) else item.options
    if isinstance(item, Choice) and (item.left_out or item.again):
        raise PhraseError(f"“{text}”: here nothing is left out or said again")
    words: list[tuple[Typed, ...]] = []
    groups: list[str] = []
    for option in options:
        if len(option) == 1 and isinstance(option[0], Named):
            groups.append(option[0].group)
        elif option and all(isinstance(one, Word) for one in option):
            spoken = " ".join(one.text for one in option if isinstance(one, Word))
            words.append(tuple(word(token) for token in syllables(spoken)))
        else:
            raise PhraseError(f"“{text}”: in a bracket stand words side by side, or a group")
    return tuple(words), tuple(groups)
