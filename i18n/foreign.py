"""Whether a text without diacritics is Vietnamese at all: English must not be “restored”."""

from __future__ import annotations

import re

from i18n.tables import words
from i18n.vietnamese.letters import fold
from i18n.vietnamese.splitting import syllables
from i18n.vietnamese.telex import readings

_ENGLISH = frozenset(words("foreign", "english"))
"""Words that nearly every English question has, none of them a Vietnamese syllable without its marks."""

_BORROWED = frozenset(words("foreign", "borrowed"))
"""Words that stand in Vietnamese questions too: they tell nothing."""

LEAST_WORDS, SHARES = 2, (0.6, 0.35, 0.2)
"""How many words must be foreign, and what share of all: with no word of `_ENGLISH`, with one, with more."""


_BARE = re.compile(
    "(?:ngh?|nh|gh?|gi|kh|ph|th|tr|ch|qu|[bcdhklmnpqrstvx]|)"
    "(?:ieu|yeu|oai|oay|oao|oeo|uay|uoi|uou|uya|uyu|uye|ueu|[iy]e|oa|oe|oi|oo|[iuy]a|ue|ui"
    "|uo|uy|iu|uu|ai|ao|au|ay|eo|eu|[aeiouy])(?:ng|nh|ch|[cmnpt]|)"
)
"""A Vietnamese syllable as it is written without marks."""


def is_foreign(text: str) -> bool:
    """Whether a text is in English or another language that Vietnamese marks do not belong to.

    Told by its words alone: those that no Vietnamese syllable is written like, typed with Telex or not.
    """
    spelt = [word for word in syllables(text[:600]) if word.isalpha() and word not in _BORROWED]
    foreign = sum(_is_foreign_word(word) for word in spelt)
    share = SHARES[min(len(_ENGLISH.intersection(spelt)), 2)]
    return foreign >= LEAST_WORDS and foreign / len(spelt) >= share


def _is_foreign_word(word: str) -> bool:
    if word in _ENGLISH:
        return True
    if len(word) < 3 or not word.isascii():
        return False
    return not any(_may_be_syllable(one) for one in (word, *readings(word)))


def _may_be_syllable(word: str) -> bool:
    return _BARE.fullmatch(fold(word)) is not None
