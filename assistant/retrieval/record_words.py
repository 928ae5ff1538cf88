"""A question and the names of records compared word by word."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from assistant.weights import weight
from i18n.tables import phrases
from i18n.vietnamese import fold, syllables

CHANGES = phrases("changes", "changes")
"""What the name of a record says is done, when it is not simply made."""


@dataclass(frozen=True)
class Spoken:
    """A question taken apart for comparing it with names, word by word.

    `topic`: its telling words without marks, `weights` how telling each is; `marked`: words as they are
    spelt; `pairs`: neighbours; `unasked`: the changes that it does not speak of.
    """

    topic: Sequence[str]
    weights: Mapping[str, float]
    marked: Mapping[str, str]
    pairs: frozenset[tuple[str, str]]
    unasked: tuple[str, ...]
    total: float

    @classmethod
    def of(cls, question: str, topic: Sequence[str], weights: Mapping[str, float]) -> Spoken:
        """A question whose telling words are `topic`."""
        spoken = syllables(question)
        bare = list(map(fold, spoken))
        marked = {fold(word): word for word in reversed(spoken)}
        return cls(
            topic, weights, marked, frozenset(pairwise(bare)), unasked_changes(bare), sum(weights.values())
        )


@dataclass(frozen=True)
class Name:
    """A name of a record taken apart: its words as spelt and without marks, its pairs, and their weights."""

    spelt: frozenset[str]
    bare: frozenset[str]
    pairs: frozenset[tuple[str, str]]
    weights: dict[str, float]
    total: float


def compare(spoken: Spoken, names: Iterable[Name]) -> tuple[float, float]:
    """(share of the question in the name, share of the name in the question), the best of its names.

    Words count by their weight. A word that stands beside its neighbour in the name as in the
    question counts in full, one that stands apart only in part: most Vietnamese words are two
    syllables, and "hộ" alone is in "hộ chiếu", "hộ khẩu" and "hộ kinh doanh". A word with other
    marks counts least: "bánh chưng" is not "chứng thực".
    """
    best = (0.0, 0.0)
    next_to, elsewhere = weight("records.word_beside"), weight("records.word_apart")
    other_marks = weight("records.word_other_marks")
    if not spoken.total:
        return best
    for name in names:
        shared = name.bare.intersection(spoken.topic)
        if not shared:
            continue
        joined = {word for pair in spoken.pairs & name.pairs for word in pair}
        got = 0.0
        for word in shared:
            same = spoken.marked.get(word, word) in name.spelt
            got += spoken.weights[word] * (
                (next_to if word in joined else elsewhere) if same else other_marks
            )
        titled = sum(name.weights[word] for word in shared) / name.total
        best = max(best, (got / spoken.total, titled), key=lambda one: one[0] + 0.5 * one[1])
    return best


def unasked_changes(spoken: Sequence[str]) -> tuple[str, ...]:
    """The kinds of change that a question, word by word and without marks, does not speak of."""
    said = f" {' '.join(spoken)} "
    return tuple(change for change in CHANGES if f" {fold(change)} " not in said)


def changes(names: str, kinds: Sequence[str]) -> bool:
    """Whether a record's name says that one of these changes is made."""
    title = f" {' '.join(syllables(names.split(chr(10), maxsplit=1)[0]))} "
    return any(f" {kind} " in title for kind in kinds)
