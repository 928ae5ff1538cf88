"""Records that were found for a question: why, in which order, and which of them are of another case."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from assistant.understanding.frames import OTHER_ACTION, OTHER_OBJECT, OTHER_PERSON, SET_APART
from assistant.weights import weight

BEFELL = frozenset(("lost", "damaged", "expired", "wrong", "report", "found"))
"""Cases that tell what happened to a paper, not what is wanted."""

NEARLY = 3.0
"""Log odds behind the best at which a record of the very case that was named is still meant."""


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
    share of the question in what people say who want it; `meant`: the cosine of the nearest of these.
    `score`: its log odds; `share`: of all that were looked at (0 to 1); `case`: see `case_features`;
    `people`, `actions`: for whom and for which case its name says it is; `why_not`: what in its name
    contradicts the question.
    """

    number: int
    score: float
    asked: float
    titled: float
    called: float
    cosine: float
    body: float
    said: float = 0.0
    meant: float = 0.0
    share: float = 0.0
    case: tuple[float, ...] = (0.0,) * 6
    people: frozenset[str] = frozenset()
    actions: frozenset[str] = frozenset()
    why_not: str = ""


@dataclass(frozen=True)
class RecordRanking:
    """Records, best first. `dense` tells whether vectors took part.

    `ahead_of_others`: how far the best one is before the first that is called otherwise. `left_out`: those of
    another case. `share`: what of all that was looked at the best one has, with those called alike (0 to 1).
    """

    hits: tuple[RecordHit, ...]
    dense: bool
    ahead_of_others: float = 0.0
    left_out: tuple[RecordHit, ...] = ()
    share: float = 0.0


def ahead(hits: Sequence[RecordHit], titles: Sequence[str]) -> float:
    """How far the best hit is before the first that is called otherwise."""
    behind = (
        hits[0].score - hit.score for hit, title in zip(hits, titles, strict=True) if title != titles[0]
    )
    most = weight("records.most_apart")
    return min(most, next(behind, most))


def with_shares(hits: Sequence[RecordHit]) -> list[RecordHit]:
    """Hits with the share of each among all that were looked at: 0 to 1, 1 together."""
    if not hits:
        return []
    odds = np.exp(np.array([hit.score for hit in hits]) - hits[0].score)
    return [replace(hit, share=float(one)) for hit, one in zip(hits, odds / odds.sum(), strict=True)]


def of_this_thing(hits: Sequence[RecordHit], short: bool) -> list[RecordHit]:
    """Where a short question names a thing and a record is of it, those silent of it are another's.

    A long one tells of things by the way ("he had no health insurance").
    """
    if not short or not any(hit.case[0] > 0 and not hit.why_not for hit in hits):
        return list(hits)
    return [
        replace(hit, why_not=hit.why_not or (OTHER_OBJECT if hit.case[0] < 0 and not hit.called else ""))
        for hit in hits
    ]


def for_these_people(hits: Sequence[RecordHit], people: frozenset[str]) -> list[RecordHit]:
    """Where the same thing is another procedure for the people who were spoken of, the others are not theirs.

    Only for `SET_APART`, and only if a record of that very thing is theirs: whoever tells of a firm or of
    a journey by the way is not asked to forget everything else.
    """
    apart = people & SET_APART
    theirs = any(hit.people & apart and hit.case[0] == 1.0 and not hit.why_not for hit in hits)
    if not theirs:
        return list(hits)
    return [replace(hit, why_not=hit.why_not or ("" if hit.people & apart else OTHER_PERSON)) for hit in hits]


def of_this_case(hits: Sequence[RecordHit], actions: frozenset[str]) -> list[RecordHit]:
    """Where a record of the thing is for the very case that was named, those of it that name none are not.

    "Xin cấp lại" is not answered by making it for the first time, if there is a record of making it again.
    What only befell a paper (lost, damaged) may be told in any record of it.
    """
    named = actions - BEFELL
    best = max((hit.score for hit in hits if not hit.why_not), default=0.0)
    own = any(
        hit.actions & named and hit.case[0] == 1.0 and not hit.why_not and hit.score >= best - NEARLY
        for hit in hits
    )
    if not own:
        return list(hits)
    return [
        replace(hit, why_not=hit.why_not or (OTHER_ACTION if hit.case[0] == 1.0 and not hit.actions else ""))
        for hit in hits
    ]


NO_RECORDS = RecordRanking((), False)
