"""Whether a text without diacritics is Vietnamese at all: English must not be “restored”."""

from __future__ import annotations

import re

from i18n.vietnamese.letters import fold
from i18n.vietnamese.splitting import syllables
from i18n.vietnamese.telex import readings

_ENGLISH = frozenset(
    """about and are between cost could did does for from get have help her his how if is lost money
    much must need of our please should their there these they this using want was were what when
    where which who why will with without would you your""".split()  # noqa: SIM905
)
"""Words that nearly every English question has, none of them a Vietnamese syllable without its marks."""

_BORROWED = frozenset(
    """account android app bank banking call camera card chat chip clip code cod down email face facebook file
    gmail google hack hacker internet ipad iphone laptop link live livestream mail messenger
    momo online otp pass
    password pin samsung scan ship shipper shop sim sms tiktok tivi trend update viber video viettel
    vinaphone vneid vssid web website wifi youtube zalo""".split()  # noqa: SIM905
)
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
    words = [word for word in syllables(text[:600]) if word.isalpha() and word not in _BORROWED]
    foreign = sum(_is_foreign_word(word) for word in words)
    share = SHARES[min(len(_ENGLISH.intersection(words)), 2)]
    return foreign >= LEAST_WORDS and foreign / len(words) >= share


def _is_foreign_word(word: str) -> bool:
    if word in _ENGLISH:
        return True
    if len(word) < 3 or not word.isascii():
        return False
    return not any(_may_be_syllable(one) for one in (word, *readings(word)))


def _may_be_syllable(word: str) -> bool:
    return _BARE.fullmatch(fold(word)) is not None
