"""Comparing with all wordings at once finds what comparing with one after the other would."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant import weights
from assistant.retrieval.paraphrases import Wordings
from assistant.understanding.wording import marks_of, plain_words

SURE_OVERLAP, OVERLAP, COVERED, COSINE, LEXICAL_OVERLAP, LEXICAL_COVERED = (
    weights.weight(f"verified.{name}")
    for name in ("overlap_sure", "overlap", "covered", "cosine", "overlap_by_words", "covered_by_words")
)
WORDS = ("phí", "tạm", "trú", "căn", "cước", "2", "3", "không", "mấy", "giờ", "xã", "mở")
sentences = st.lists(st.sampled_from(WORDS), max_size=6).map(" ".join)


def weigh(words):
    return np.array([1.0 + (sum(map(ord, word)) % 7) / 3 for word in words], np.float32)


def telling(text):
    return [word for word in text.split() if word != "mấy"]


def weight(words):
    return float(weigh(sorted(words)).sum()) if words else 0.0


def one_after_the_other(asked, vector, stored):
    """(owner, score, same) of the nearest: each comparison written out."""
    found = []
    for owner, question, own in stored:
        mine, theirs = set(telling(asked)), set(telling(question))
        if plain_words(asked) == plain_words(question):
            found.append((owner, 1.0, True))
            continue
        both, either = weight(mine & theirs), weight(mine | theirs)
        least = min(weight(mine), weight(theirs))
        overlap, covered = (both / either, both / least) if either and least else (0.0, 0.0)
        if marks_of(asked) != marks_of(question):
            found.append((owner, overlap / 2, False))
            continue
        if own is None or vector is None:
            same = overlap >= LEXICAL_OVERLAP and covered >= LEXICAL_COVERED
        else:
            cosine = float(own @ vector)
            same = overlap >= SURE_OVERLAP or (cosine >= COSINE and overlap >= OVERLAP and covered >= COVERED)
        found.append((owner, min(0.99, (overlap + covered) / 2), same))
    return max(found, key=lambda one: (one[2], one[1]), default=None)


@given(st.lists(st.tuples(sentences, st.integers(-1, 3)), max_size=8), sentences, st.integers(-1, 3))
def test_all_at_once_is_as_one_after_the_other(stored, asked, direction):
    def vector(number):
        return None if number < 0 else np.eye(4, dtype=np.float32)[number]

    known = [place for place, (_text, number) in enumerate(stored) if number >= 0]
    wordings = Wordings.of(
        [(owner, text) for owner, (text, _number) in enumerate(stored)],
        weigh=weigh,
        telling=telling,
        numbers=np.array(known, np.int64),
        vectors=np.eye(4, dtype=np.float32)[[stored[place][1] for place in known]],
    )
    found = wordings.nearest(asked, vector(direction))
    single = [(owner, text, vector(number)) for owner, (text, number) in enumerate(stored)]
    wanted = one_after_the_other(asked, vector(direction), single)
    if wanted is None:
        assert found is None
        return
    assert found.same == wanted[2]
    assert found.score == pytest.approx(wanted[1], abs=1e-5)


def test_only_what_is_allowed_is_compared():
    wordings = Wordings.of([(7, "phí tạm trú"), (9, "giờ mở")], weigh=weigh, telling=telling)
    assert wordings.nearest("phí tạm trú").owner == 7
    assert wordings.nearest("phí tạm trú", None, np.array([False, True])).owner == 9
    assert wordings.nearest("phí tạm trú", None, np.array([False, False])) is None


def test_what_was_read_before_is_not_read_again():
    read = []

    def counted(text):
        read.append(text)
        return telling(text)

    first = Wordings.of([(1, "phí tạm trú"), (2, "giờ mở")], weigh=weigh, telling=counted)
    read.clear()
    both = Wordings.of([(2, "giờ mở"), (3, "căn cước")], weigh=weigh, telling=counted, before=first)
    assert read == ["căn cước"]
    assert both.nearest("căn cước").owner == 3
