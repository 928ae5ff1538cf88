"""Words that were typed letter by letter, or without a space between them, put together again."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from i18n.vietnamese import fold

SHORTEST_RUN = 3
"""Letters that stand alone in a row before they are taken for a word in pieces; two only where neither
is a word of its own ("m ã")."""

SPELT_TOGETHER = 8
"""Letters from which one token may be several words ("chuyentien")."""

_LONGEST_WORD = 8
_SYLLABLE = re.compile(
    r"(?:ngh|ng|nh|gh|gi|kh|ph|th|tr|ch|qu|[bcdghklmnpqrstvx])?"
    r"(?:uye|uya|uyu|ieu|yeu|oai|oay|oeo|uay|uoi|uou|[aeiou]?[aeiouy])(?:ng|nh|ch|[cmnpt])?"
)
_UNTONED = re.compile("[àáảãạằắẳẵặầấẩẫậèéẻẽẹềếểễệìíỉĩịòóỏõọồốổỗộờớởỡợùúủũụừứửữựỳýỷỹỵ]")
_FOREIGN = frozenset("otp pin cvv app apk link zalo vneid facebook gmail sim face qr web".split())
# Frightened people say these most: they settle where one word ends and the next begins.
_LIKELY = frozenset(
    "chuyen khoan tien roi cho no ke lua dao mat khau ma xac thuc nhap doc dua gui bam vao la cong an "
    "goi bao bat toi tui lo vua da trieu cai tai may bi hack chan nguoi ta so ngan hang doa tung anh".split()
)
_CONSONANTS = frozenset("bcdđghklmnpqrstvx")
# One letter that is a word, or that stands for one in a chat (anh, em).
_LETTER_WORDS = frozenset("ở ạ à á ừ ờ ơ ư y ý ô ủ ê a e".split())


def put_together(tokens: Sequence[str]) -> list[str]:
    """The tokens of a question with runs of single letters joined and over-long tokens taken apart."""
    found: list[str] = []
    run: list[str] = []
    for token in (*tokens, ""):
        if len(token) == 1:
            run.append(token)
            continue
        found.extend(_run_as_words(run))
        run = []
        found.extend(_long_as_words(token))
    return found


def _run_as_words(run: Sequence[str]) -> Iterator[str]:
    if len(run) < SHORTEST_RUN and not _is_split_word(run):
        yield from run
        return
    for part in re.findall(r"\d+|[^\W\d_]+", "".join(run)):
        yield from [part] if part.isdigit() else words_in(part)


def _is_split_word(run: Sequence[str]) -> bool:
    return len(run) == 2 and run[0] in _CONSONANTS and run[1] not in _LETTER_WORDS and is_word("".join(run))


def _long_as_words(token: str) -> list[str]:
    if len(token) < SPELT_TOGETHER or not token.isalpha() or is_word(token):
        return [token] if token else []
    parts = words_in(token)
    return parts if all(map(is_word, parts)) else [token]


@lru_cache(maxsize=4096)
def is_word(token: str) -> bool:
    """Whether letters may be one Vietnamese syllable, or one of the foreign words of scams."""
    bare = fold(token)
    if bare in _FOREIGN:
        return True
    return len(_UNTONED.findall(token)) <= 1 and _SYLLABLE.fullmatch(bare) is not None


@lru_cache(maxsize=4096)
def words_in(letters: str) -> tuple[str, ...]:
    """Letters without spaces cut into as few words as there can be; single letters where nothing fits."""
    best: list[tuple[float, tuple[str, ...]]] = [(0.0, ())]
    for end in range(1, len(letters) + 1):
        starts = range(max(0, end - _LONGEST_WORD), end)
        options = (
            (best[start][0] + _cost(letters[start:end]), (*best[start][1], letters[start:end]))
            for start in starts
        )
        best.append(min(options, key=lambda option: option[0]))
    return best[-1][1]


def _cost(piece: str) -> float:
    if fold(piece) in _LIKELY:
        return 1.0
    if is_word(piece):
        return 1.2 if len(piece) > 1 else 2.0
    return 3.0 * len(piece)
