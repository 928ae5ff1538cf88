"""Search among thousands of records by their names first, then by their words, then by their meaning."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np

from assistant.retrieval.lexical import Lexical
from assistant.retrieval.search import Index, min_max
from assistant.retrieval.vectors import Vectors
from assistant.weights import weight
from i18n.tables import phrases
from i18n.vietnamese import fold, syllables

CHANGES = phrases("changes", "changes")
"""What the name of a record says is done, when it is not simply made."""

LOOKED_AT = 60
"""Records of the first ordering whose names are compared word by word."""

TAKEN_APART = 2000
"""Records whose names are kept taken apart: three kilobytes each."""

CANDIDATES = 400
ENOUGH_VECTORS = 0.8
"""Share of the records that must have a vector before vectors take part."""


@dataclass(frozen=True)
class Called:
    """An everyday name that was heard: its weight (0 to 1) and its words, without marks."""

    weight: float
    words: frozenset[str]


@dataclass(frozen=True)
class RecordHit:
    """A record that was found, and why.

    `asked`: the share (0 to 1, by weight) of the question's telling words that stand in one of its names;
    `titled`: the share of its name that was asked for; `called`: the weight (0 to 1) of an everyday
    name of it that was heard; `cosine`, and `body`: BM25 of its words over the question's idf; `said`: the
    share of the question in what people say who want it.
    """

    number: int
    score: float
    asked: float
    titled: float
    called: float
    cosine: float
    body: float
    said: float = 0.0


@dataclass(frozen=True)
class RecordRanking:
    """Records, best first. `dense` tells whether vectors took part.

    `ahead_of_others`: how far the best one is before the first that is called otherwise.
    """

    hits: tuple[RecordHit, ...]
    dense: bool
    ahead_of_others: float = 0.0

    @property
    def margin(self) -> float:
        """How far the best is before the second."""
        if len(self.hits) < 2:
            return 1.0 if self.hits else 0.0
        return self.hits[0].score - self.hits[1].score


@dataclass(frozen=True)
class Sayings:
    """What people say who want a record. `index`: of all sayings.

    `saying`, `record`: int, shape (pairs,): the number of a saying, and of a record that it leads to.
    """

    index: Index
    saying: np.ndarray
    record: np.ndarray

    def like(self, question: str, vector: np.ndarray | None, size: int) -> tuple[np.ndarray, np.ndarray]:
        """(share of the question in the best saying of each record, how near its nearest one comes).

        Each float, shape (size,), 0 to 1; nearness is among all sayings, and 0 where there are no vectors.
        """
        said, meant = np.zeros(size), np.zeros(size)
        if len(self.record):
            words, cosines = self.index.parts(question, vector)
            np.maximum.at(said, self.record, np.clip(words, 0.0, 1.0)[self.saying])
            if cosines is not None:
                np.maximum.at(meant, self.record, min_max(cosines)[self.saying])
        return said, meant


@dataclass(frozen=True)
class Name:
    """A name of a record taken apart: its words as spelt and without marks, its pairs, and their weights."""

    spelt: frozenset[str]
    bare: frozenset[str]
    pairs: frozenset[tuple[str, str]]
    weights: dict[str, float]
    total: float


NO_RECORDS = RecordRanking((), False)


class RecordIndex:
    """Numbered records in two pieces: a large one that was built once, and a few that came after it."""

    def __init__(
        self,
        names: Sequence[str],
        pieces: Sequence[tuple[Lexical, Lexical]],
        prior: np.ndarray,
        vectors: np.ndarray | None = None,
        numbers: np.ndarray | None = None,
        sayings: Sayings | None = None,
        kept_in: Path | None = None,
    ) -> None:
        """`names`: all that a record is called; `pieces`: (names, bodies) indexed, one after the other.

        `prior`: float, shape (records,): what a record gets for itself. `vectors`: float32 of length 1,
        of the records in `numbers`; `kept_in`: as of `Vectors`. Raises VectorsMissing.
        """
        self.names = names
        self.size = len(names)
        self._pieces = pieces
        self._prior = prior
        self._sayings = sayings
        self._taken_apart: dict[str, tuple[Name, ...]] = {}
        self._vectors = self._enough(vectors, numbers, kept_in)

    def _enough(
        self, vectors: np.ndarray | None, numbers: np.ndarray | None, kept_in: Path | None
    ) -> Vectors | None:
        if vectors is None or numbers is None or len(numbers) < ENOUGH_VECTORS * max(1, self.size):
            return None
        return Vectors(numbers, vectors, kept_in)

    def with_vectors(
        self,
        vectors: np.ndarray | None,
        numbers: np.ndarray | None,
        sayings: Sayings,
        kept_in: Path | None = None,
    ) -> RecordIndex:
        """The same records with the vectors that are there now; no word is indexed again."""
        other = copy.copy(self)
        other._sayings, other._vectors = sayings, self._enough(vectors, numbers, kept_in)
        return other

    @property
    def is_dense(self) -> bool:
        """Whether vectors take part."""
        return self._vectors is not None

    def search(
        self,
        question: str,
        topic: Sequence[str],
        vector: np.ndarray | None = None,
        *,
        allowed: np.ndarray | None = None,
        called: Mapping[int, Called] | None = None,
        heard: str = "",
        count: int = 8,
    ) -> RecordRanking:
        """The best records for a question whose telling words (without marks) are `topic`.

        `allowed`: bool, shape (size,): the only ones to return. `called`: the everyday names that were
        heard, by record. `heard`: the question in its own words, without official ones that were added.
        """
        if not self.size:
            return NO_RECORDS
        called = called or {}
        by_word, total = self._scores(question, 1)
        cosines = self._cosines(vector)
        said, meant = self._like(heard or question, vector)
        first = self._first(question, by_word, cosines, said, meant)
        for number, name in called.items():
            first[number] += name.weight
        if allowed is not None:
            first = np.where(allowed, first, -np.inf)
        best = np.argsort(-first, kind="stable")[: max(count, LOOKED_AT)]
        best = best[np.isfinite(first[best])]
        spoken = syllables(question)
        asked_pairs, unasked = set(pairwise(map(fold, spoken))), unasked_changes(list(map(fold, spoken)))
        marked = {fold(word): word for word in reversed(spoken)}
        weights = self._weights(topic)
        hits = []
        for number in map(int, best):
            asked, titled = self._compare(topic, marked, weights, asked_pairs, self.names[number])
            own = called[number].weight if number in called else 0.0
            if own:
                named = sum(weights[word] for word in topic if word in called[number].words)
                asked = max(asked, named / (sum(weights.values()) or 1.0), weight("records.named") * own)
            is_unasked = not own and changes(self.names[number], unasked)
            score = (
                float(first[number])
                - own
                - (weight("records.unasked_change") if is_unasked else 0.0)
                + weight("records.asked") * asked
                + weight("records.titled") * titled
                + weight("records.called") * own
            )
            cosine = 0.0 if cosines is None else float(cosines[number])
            share = float(by_word[number] / total) if total else 0.0
            hits.append(RecordHit(number, score, asked, titled, own, cosine, share, float(said[number])))
        hits.sort(key=lambda hit: -hit.score)
        return RecordRanking(tuple(hits[:count]), cosines is not None, self._ahead_of_others(hits))

    def _first(
        self,
        question: str,
        by_word: np.ndarray,
        cosines: np.ndarray | None,
        said: np.ndarray,
        meant: np.ndarray,
    ) -> np.ndarray:
        """How well every record fits before names are compared word by word: shape (size,)."""
        by_name, _total = self._scores(question, 0)
        first = (
            weight("records.name") * min_max(by_name)
            + weight("records.body") * min_max(by_word)
            + self._prior
        )
        if cosines is not None:
            first = first + weight("records.dense") * min_max(cosines)
        return first + weight("records.said") * min_max(said) + weight("records.meant") * meant

    def _ahead_of_others(self, hits: Sequence[RecordHit]) -> float:
        """The same thing at the commune, the province and the ministry is no other."""
        titles = [self.names[hit.number].split("\n")[0].split(" (")[0] for hit in hits]
        behind = (
            hits[0].score - hit.score
            for hit, title in zip(hits, titles, strict=True)
            if title != titles[0] and hit.score < hits[0].score - weight("records.as_good")
        )
        most = weight("records.most_apart")
        return min(most, next(behind, most))

    def _like(self, question: str, vector: np.ndarray | None) -> tuple[np.ndarray, np.ndarray]:
        if self._sayings is None:
            return np.zeros(self.size), np.zeros(self.size)
        return self._sayings.like(question, vector, self.size)

    def _scores(self, question: str, side: int) -> tuple[np.ndarray, float]:
        found = [piece[side].scores(question) for piece in self._pieces]
        return np.concatenate([scores for scores, _total in found]), found[0][1]

    def _weights(self, words: Sequence[str]) -> dict[str, float]:
        return dict(zip(words, map(float, self._pieces[0][0].idf_of(list(words))), strict=True))

    def _compare(
        self,
        topic: Sequence[str],
        marked: Mapping[str, str],
        weights: Mapping[str, float],
        asked_pairs: set[tuple[str, str]],
        names: str,
    ) -> tuple[float, float]:
        """(share of the question in the name, share of the name in the question), the best of its names.

        Words count by their weight. A word that stands beside its neighbour in the name as in the
        question counts in full, one that stands apart only in part: most Vietnamese words are two
        syllables, and "hộ" alone is in "hộ chiếu", "hộ khẩu" and "hộ kinh doanh". A word with other
        marks counts least: "bánh chưng" is not "chứng thực".
        """
        best = (0.0, 0.0)
        next_to, elsewhere = weight("records.word_beside"), weight("records.word_apart")
        other_marks = weight("records.word_other_marks")
        total = sum(weights.values())
        if not total:
            return best
        for name in self._names_of(names):
            shared = name.bare.intersection(topic)
            if not shared:
                continue
            joined = {word for pair in asked_pairs & name.pairs for word in pair}
            got = 0.0
            for word in shared:
                same = marked.get(word, word) in name.spelt
                got += weights[word] * ((next_to if word in joined else elsewhere) if same else other_marks)
            titled = sum(name.weights[word] for word in shared) / name.total
            best = max(best, (got / total, titled), key=lambda one: one[0] + 0.5 * one[1])
        return best

    def _names_of(self, names: str) -> tuple[Name, ...]:
        """Each name of a record taken apart; kept, because the same records are asked for again and again."""
        if names not in self._taken_apart:
            if len(self._taken_apart) >= TAKEN_APART:
                self._taken_apart.clear()
            self._taken_apart[names] = tuple(self._name(one) for one in names.split("\n"))
        return self._taken_apart[names]

    def _name(self, name: str) -> Name:
        spelt = syllables(name)
        said = [fold(word) for word in spelt]
        weights = self._weights(tuple(dict.fromkeys(said)))
        total = sum(weights.values()) or 1.0
        return Name(frozenset(spelt), frozenset(said), frozenset(pairwise(said)), weights, total)

    def _cosines(self, vector: np.ndarray | None) -> np.ndarray | None:
        if vector is None or self._vectors is None:
            return None
        numbers, found = self._vectors.nearest(vector, CANDIDATES)
        cosines = np.full(self.size, found.min() if len(found) else 0.0, np.float32)
        cosines[numbers] = found
        return cosines


def unasked_changes(spoken: Sequence[str]) -> tuple[str, ...]:
    """The kinds of change that a question, word by word and without marks, does not speak of."""
    said = f" {' '.join(spoken)} "
    return tuple(change for change in CHANGES if f" {fold(change)} " not in said)


def changes(names: str, kinds: Sequence[str]) -> bool:
    """Whether a record's name says that one of these changes is made."""
    title = f" {' '.join(syllables(names.split(chr(10), maxsplit=1)[0]))} "
    return any(f" {kind} " in title for kind in kinds)
