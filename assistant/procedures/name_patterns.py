"""How an everyday name is written in colloquial.yaml, taken apart: the options for each place of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, product

from i18n.vietnamese import clean, syllables
from i18n.vietnamese.phrase_language import Choice, Item, Named, PhraseError, Word, groups_in, parse


@dataclass(frozen=True)
class Pattern:
    """A phrase as it is written in the file, taken apart: each part is the options for one place."""

    text: str
    parts: tuple[tuple[str, ...], ...]

    def spellings(self) -> Iterator[str]:
        """Every phrase that the pattern stands for; there may be thousands."""
        return (clean(" ".join(picked)) for picked in product(*self.parts))

    def examples(self) -> tuple[str, ...]:
        """A few phrases that together hold every option."""
        most = max(map(len, self.parts))
        picked = ([part[number % len(part)] for part in self.parts] for number in range(most))
        return tuple(dict.fromkeys(clean(" ".join(options)) for options in picked))


def pattern_of(text: str, groups: Mapping[str, Sequence[str]]) -> Pattern:
    """ "mất [thẻ] <căn cước>" taken apart. Raises PhraseError for what cannot be read, or may be no word."""
    kept = tuple(part for part in _parts(text, groups) if any(map(syllables, part)))
    if all(any(not syllables(option) for option in part) for part in kept):
        raise PhraseError(f"“{text}” may be no word at all")
    return Pattern(clean(text), kept)


def _parts(text: str, groups: Mapping[str, Sequence[str]]) -> list[tuple[str, ...]]:
    """The options for each place of a phrase; words side by side are one place. Raises PhraseError."""
    items = parse(text, may_be_nothing=True)
    unknown = [name for name in groups_in(items) if name not in groups]
    if unknown:
        raise PhraseError(f"no group {', '.join(unknown)}")
    parts: list[tuple[str, ...]] = []
    for are_words, run in groupby(items, lambda item: isinstance(item, Word)):
        if are_words:
            parts.append((" ".join(item.text for item in run if isinstance(item, Word)),))
        else:
            parts.extend(_spelt((item,), groups) for item in run)
    return parts


def _spelt(items: tuple[Item, ...], groups: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """Everything that these items stand for. Raises PhraseError for what no name has, such as gaps."""
    ways: list[tuple[str, ...]] = []
    for item in items:
        if isinstance(item, Word):
            ways.append((item.text,))
        elif isinstance(item, Named):
            ways.append(tuple(groups[item.group]))
        elif isinstance(item, Choice) and not item.again:
            options = tuple(way for option in item.options for way in _spelt(option, groups))
            ways.append((*options, "") if item.left_out else options)
        else:
            raise PhraseError("a name has words, choices, groups and what may be left out, nothing else")
    return tuple(" ".join(filter(None, picked)) for picked in product(*ways))
