"""What speaks for each record that was found, as numbers: what the ranker weighs."""

from __future__ import annotations

from assistant.understanding.frames import Frame, fits

NAMES = (
    "by_name", "by_word", "cosine", "said", "meant", "meant_nearest", "meant_often", "asked", "titled",
    "called", "prior", "unasked_change", "object", "action", "people", "other_people", "age", "province",
    "commune", "often", "place_by_saying", "place_by_vector", "topic_words", "first", "behind_vector",
    "behind_saying", "behind_words",
)  # fmt: skip
"""`by_name`, `by_word`, `said`: BM25 over the question's idf, of its name, of all its words, of the best
saying that leads to it; `cosine`, `meant`: of its head and of the nearest saying; `meant_nearest`: the latter
stretched over all sayings, `meant_often`: summed over its near ones; `asked` … `called`: see `RecordHit`;
`object` … `province`: whether its case is the one that was asked of; `place_by_…`: its place in that order;
`first`: the first ordering; `behind_…`: how far it is behind the best one."""

ALL_AGES = Frame().ages


def case_features(asked: Frame, named: Frame) -> tuple[float, float, float, float, float, float]:
    """(object, action, people, other people, age, province): 1 the same, -1 another, between: silence."""
    return (
        _agreement(asked.objects, named.objects, "objects"),
        _agreement(asked.actions, named.actions, "actions"),
        float(len(asked.people & named.people)),
        float(len(named.people - asked.people)),
        _age(asked, named),
        (1.0 if asked.provinces & named.provinces else -1.0) if named.provinces else 0.0,
    )


def _agreement(asked: frozenset[str], named: frozenset[str], name: str) -> float:
    if asked and named:
        return 1.0 if fits(asked, named, name) else -1.0
    if asked:
        return -0.5
    return 0.5 if named else 0.0


def _age(asked: Frame, named: Frame) -> float:
    if asked.age is None or named.ages == ALL_AGES:
        return 0.0
    return 1.0 if named.ages[0] <= asked.age < named.ages[1] else -1.0
