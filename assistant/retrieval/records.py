"""Search among thousands of records by their names first, then by their words, then by their meaning."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np

from assistant.retrieval import ranker
from assistant.retrieval.lexical import Lexical
from assistant.retrieval.record_features import NAMES, case_features
from assistant.retrieval.record_hits import (
    NO_RECORDS,
    Called,
    RecordHit,
    RecordRanking,
    ahead,
    for_these_people,
    of_this_case,
    of_this_thing,
    with_shares,
)
from assistant.retrieval.record_signals import Sayings, Signals, best_of
from assistant.retrieval.record_words import Name, Spoken, changes, compare
from assistant.retrieval.search import min_max
from assistant.retrieval.vectors import Vectors
from assistant.understanding.frames import Frame, contradiction, frame_of_title
from assistant.weights import weight
from i18n.vietnamese import fold, syllables

LOOKED_AT = 60
"""Records of the first ordering whose names are compared word by word."""

TAKEN_APART = 2000
"""Records whose names are kept taken apart: three kilobytes each."""
OF_ONE_SIGNAL = 10
SHORT = 7
"""Telling words of a question in which every thing that is named is the one that is asked of."""

SILENT = Frame()
COMMUNE, PROVINCE, MINISTRY = "commune", "province", "ministry"
"""Who carries a record out; the same names as in the frames' list of levels."""

CANDIDATES = 400
ENOUGH_VECTORS = 0.8
"""Share of the records that must have a vector before vectors take part."""


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
        levels: Sequence[str] = (),
        asked_often: np.ndarray | None = None,
        provinces: Sequence[frozenset[str]] = (),
    ) -> None:
        """`names`: all that a record is called; `pieces`: (names, bodies) indexed, one after the other.

        `prior`: float, shape (records,): what a record gets for itself. `vectors`: float32 of length 1,
        of the records in `numbers`; `kept_in`: as of `Vectors`; `levels`: who carries each out, COMMUNE … or
        "", `asked_often`: bool, shape (records,): those that people have everyday names for; `provinces`:
        those whose own each is. Raises VectorsMissing.
        """
        self.names = names
        self.size = len(names)
        self._pieces = pieces
        self._prior = prior
        self._sayings = sayings
        nothing = np.zeros(len(names), bool)
        self._levels, self._provinces = levels, provinces
        self._of_commune = np.array([one == COMMUNE for one in levels], bool) if levels else nothing
        self._asked_often = nothing if asked_often is None else asked_often
        of_ministry = np.array([one == MINISTRY for one in levels], bool) if levels else nothing
        self._odds = (
            weight("records.of_commune") * self._of_commune
            + weight("records.of_ministry") * of_ministry
            + weight("records.asked_often") * self._asked_often
        )
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
        """Whether vectors take part: both those of the records and those of what people say.

        The trees weigh them together; with one kind alone they would take silence for distance.
        """
        said = self._sayings
        return self._vectors is not None and (said is None or not len(said.record) or said.index.is_dense)

    def search(
        self,
        question: str,
        topic: Sequence[str],
        vector: np.ndarray | None = None,
        *,
        allowed: np.ndarray | None = None,
        called: Mapping[int, Called] | None = None,
        heard: str = "",
        frame: Frame = SILENT,
        count: int = 8,
    ) -> RecordRanking:
        """The best records for a question whose telling words (without marks) are `topic`.

        `allowed`: bool, shape (size,): the only ones to return. `called`: the everyday names that were
        heard, by record. `heard`: the question in its own words, without official ones that were added.
        `frame`: its case; a record whose name contradicts it is left out, and told as such.
        """
        hits, features, dense = self.look_at(
            question, topic, vector, allowed=allowed, called=called, heard=heard, frame=frame
        )
        if not hits:
            return NO_RECORDS
        trees = ranker.load(ranker.DENSE if dense else ranker.WORDS)
        scores = trees.scores(features) + self._odds[[hit.number for hit in hits]]
        scored = [replace(hit, score=float(one)) for hit, one in zip(hits, scores, strict=True)]
        return self.ranked(scored, dense, count, frame, len(topic) <= SHORT)

    def look_at(
        self,
        question: str,
        topic: Sequence[str],
        vector: np.ndarray | None = None,
        *,
        allowed: np.ndarray | None = None,
        called: Mapping[int, Called] | None = None,
        heard: str = "",
        frame: Frame = SILENT,
        but: int = -1,
    ) -> tuple[list[RecordHit], np.ndarray, bool]:
        """(records that may be meant, without a score; what speaks for each; whether vectors took part).

        The features are float32, shape (records, `record_features.NAMES`). `but`: the number of a saying that
        does not count; the other words are those of `search`.
        """
        if not self.size:
            return [], np.zeros((0, len(NAMES)), np.float32), False
        found = self._signals(question, heard or question, vector, but)
        spoken = Spoken.of(question, topic, self._weights(topic))
        numbers = self._pool(found, called or {}, allowed)
        looked = [self._looked_at(number, spoken, found, called or {}, frame) for number in map(int, numbers)]
        features = np.array([row for _hit, row in looked], np.float32).reshape(-1, len(NAMES))
        return [hit for hit, _row in looked], features, found.cosines is not None

    def ranked(
        self,
        hits: Sequence[RecordHit],
        dense: bool,
        count: int,
        frame: Frame = SILENT,
        short: bool = False,
    ) -> RecordRanking:
        """These hits as a ranking, best first, as far as `count`; those of another case apart.

        Of records that are called alike, that of the level asked for comes first, else the commune's.
        """
        theirs = of_this_case(for_these_people(hits, frame.people), frame.actions)
        best = sorted(of_this_thing(theirs, short), key=lambda hit: -hit.score)
        fitting = with_shares([hit for hit in best if not hit.why_not])
        left_out = tuple(hit for hit in best if hit.why_not)[:count]
        if not fitting:
            return RecordRanking((), dense, 0.0, left_out)
        fitting = self._by_level(fitting, frame.levels)
        titles = [self._title_of(hit.number) for hit in fitting]
        same = sum(hit.share for hit, title in zip(fitting, titles, strict=True) if title == titles[0])
        return RecordRanking(tuple(fitting[:count]), dense, ahead(fitting, titles), left_out, same)

    def _by_level(self, hits: list[RecordHit], levels: frozenset[str]) -> list[RecordHit]:
        """Hits called alike stand together, at the place of their best, the wanted level first."""
        groups: dict[str, list[RecordHit]] = {}
        for hit in hits:
            groups.setdefault(self._title_of(hit.number), []).append(hit)
        return [
            hit for group in groups.values() for hit in sorted(group, key=lambda one: self._far(one, levels))
        ]

    def _far(self, hit: RecordHit, levels: frozenset[str]) -> tuple[bool, float]:
        own = self._levels[hit.number] if self._levels else ""
        return bool(levels) and own not in levels, -float(self._odds[hit.number])

    def _title_of(self, number: int) -> str:
        """What a record is called without its level: the same thing at two levels is one."""
        return self.names[number].split("\n", 1)[0].split(" (")[0]

    def _signals(self, question: str, heard: str, vector: np.ndarray | None, but: int) -> Signals:
        """What speaks for every record before names are compared word by word."""
        by_word, of_words = self._scores(question, 1)
        by_name, of_names = self._scores(question, 0)
        cosines = self._cosines(vector)
        said, meant, nearest, often = self._like(heard, None if cosines is None else vector, but)
        first = (
            weight("records.name") * min_max(by_name)
            + weight("records.body") * min_max(by_word)
            + weight("records.said") * min_max(said)
            + weight("records.meant") * nearest
            + self._prior
        )
        if cosines is not None:
            first = first + weight("records.dense") * min_max(cosines)
        return Signals(
            by_name / (of_names or 1.0),
            by_word / (of_words or 1.0),
            cosines,
            said,
            meant,
            nearest,
            often,
            first,
        )

    def _pool(self, found: Signals, called: Mapping[int, Called], allowed: np.ndarray | None) -> np.ndarray:
        """The records that are looked at: the best of the first ordering, and of each signal alone."""
        wanted = [best_of(found.first, LOOKED_AT), best_of(found.said, OF_ONE_SIGNAL)]
        if found.cosines is not None:
            wanted += [best_of(found.nearest, OF_ONE_SIGNAL), best_of(found.cosines, OF_ONE_SIGNAL)]
        numbers = np.unique(np.concatenate([*wanted, np.array(list(called), np.int64)]))
        here = np.isfinite(self._prior[numbers])
        return numbers[here if allowed is None else here & allowed[numbers]]

    def _looked_at(
        self, number: int, spoken: Spoken, found: Signals, called: Mapping[int, Called], frame: Frame
    ) -> tuple[RecordHit, list[float]]:
        """A record without its score, and the numbers from which the ranker makes it (`record_features`)."""
        asked, titled = compare(spoken, self._names_of(self.names[number]))
        own = called[number].weight if number in called else 0.0
        if own:
            named = sum(spoken.weights[word] for word in spoken.topic if word in called[number].words)
            asked = max(asked, named / (spoken.total or 1.0), weight("records.named") * own)
        named_frame = frame_of_title(self.names[number].split("\n", 1)[0])
        if self._provinces and self._provinces[number]:
            named_frame = replace(named_frame, provinces=self._provinces[number])
        case = case_features(frame, named_frame)
        cosine = 0.0 if found.cosines is None else float(found.cosines[number])
        body, said = float(found.by_word[number]), float(found.said[number])
        meant = float(found.meant[number])
        hit = RecordHit(
            number, 0.0, asked, titled, own, cosine, body, said,
            meant=meant, case=case, people=named_frame.people, actions=named_frame.actions,
            why_not=contradiction(frame, named_frame),
        )  # fmt: skip
        places = (found.place(found.nearest, number), found.place(found.cosines, number))
        behind = (found.behind(found.cosines, number), found.behind(found.meant, number))
        row = [
            float(found.by_name[number]), body, cosine, said, meant, float(found.nearest[number]),
            float(found.often[number]), asked, titled, own, float(self._prior[number]),
            float(not own and changes(self.names[number], spoken.unasked)), *case,
            float(self._of_commune[number]), float(self._asked_often[number]), *places,
            float(len(spoken.topic)), float(found.first[number]), *behind,
            found.behind(found.by_word, number),
        ]  # fmt: skip
        return hit, row

    def _like(
        self, question: str, vector: np.ndarray | None, but: int
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        if self._sayings is None:
            nothing = np.zeros(self.size)
            return nothing, nothing, nothing, nothing
        return self._sayings.like(question, vector, self.size, but)

    def _scores(self, question: str, side: int) -> tuple[np.ndarray, float]:
        found = [piece[side].scores(question) for piece in self._pieces]
        return np.concatenate([scores for scores, _total in found]), found[0][1]

    def _weights(self, words: Sequence[str]) -> dict[str, float]:
        return dict(zip(words, map(float, self._pieces[0][0].idf_of(list(words))), strict=True))

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
        if vector is None or self._vectors is None or not self.is_dense:
            return None
        numbers, found = self._vectors.nearest(vector, CANDIDATES)
        cosines = np.full(self.size, found.min() if len(found) else 0.0, np.float32)
        cosines[numbers] = found
        return cosines
