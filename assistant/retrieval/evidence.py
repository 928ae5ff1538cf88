"""What a ranking says of the whole question: the numbers from which "I don't know" is decided."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from assistant.retrieval.lexical import Lexical
from assistant.retrieval.search import Ranking
from i18n.vietnamese import fold, syllables

READ = 3

KEPT = 64
"""Texts whose words are kept (3 MB): a question looks at its best one twice, and many ask of one lesson."""


@dataclass(frozen=True)
class Evidence:
    """What speaks for the best passage.

    Its `cosine`, its BM25 over the question's idf (`share`), and how much of what the question is about
    stands in one of the first passages (`covered`, 0 to 1).
    `dense` tells whether there were vectors; without them `cosine` is 0.
    """

    cosine: float
    share: float
    covered: float
    dense: bool


def gather(
    ranking: Ranking, question: str, topic: Sequence[str], texts: Sequence[str], lexical: Lexical
) -> Evidence:
    """The evidence for a question whose telling words are `topic`; `texts` are the first hits' words."""
    return Evidence(
        cosine=ranking.hits[0].cosine if ranking.hits else 0.0,
        share=ranking.share,
        covered=max((covered(question, topic, text, lexical) for text in texts[:READ]), default=0.0),
        dense=ranking.dense,
    )


def covered(question: str, topic: Sequence[str], text: str, lexical: Lexical) -> float:
    """The share, by weight, of the question's telling words and their pairs that a text has.

    Most Vietnamese words are two syllables, so the pairs tell "hộ chiếu" from "hộ" and "chiếu" apart.
    """
    telling = set(topic)
    asked = list(map(fold, syllables(question)))
    pairs = [pair for pair in pairwise(asked) if telling.issuperset(pair)]
    words_said, pairs_said = _said(text)
    words = [(weight, word in words_said) for word, weight in zip(topic, lexical.idf_of(topic), strict=True)]
    joined = [(lexical.pair_idf(*pair), pair in pairs_said) for pair in pairs]
    total = sum(weight for weight, _here in words + joined)
    return float(sum(weight for weight, here in words + joined if here) / total) if total else 0.0


@lru_cache(maxsize=KEPT)
def _said(text: str) -> tuple[frozenset[str], frozenset[tuple[str, str]]]:
    """The words of a text without marks, and those of them that stand side by side."""
    said = list(map(fold, syllables(text)))
    return frozenset(said), frozenset(pairwise(said))
