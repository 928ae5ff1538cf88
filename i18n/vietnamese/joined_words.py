"""Words that were typed letter by letter, or without a space between them, put together again."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from i18n.tables import table
from i18n.vietnamese.letters import fold

SHORTEST_RUN = 3
"""Letters that stand alone in a row before they are taken for a word in pieces; two only where neither
is a word of its own ("m ã")."""

SPELT_TOGETHER = 8
"""Letters from which one token may be several words ("chuyentien")."""

_LONGEST_WORD = 8
_SYLLABLE = re.compile(
    r"(?:ngh|ng|nh|gh|gi|kh|ph|th|tr|ch|qu|[bcdghklmnpqrstvx])?"
    r"(?:(?:uye|uya|uyu|ieu|yeu|oai|oay|oeo|uay|uoi|uou|a[iouy]?|e[ou]?|i[au]?|o[aei]?|u[aeiuy]?|y)"
    r"|(?:a|e|i|o|u|y|ie|ye|uo|oa|oe|ua|ue|uy|uye|oo)(?:ng|nh|ch|[cmnpt]))"
)
_UNTONED = re.compile("[àáảãạằắẳẵặầấẩẫậèéẻẽẹềếểễệìíỉĩịòóỏõọồốổỗộờớởỡợùúủũụừứửữựỳýỷỹỵ]")
_DATA = table("hearing")
_FOREIGN, _LIKELY = (frozenset(_DATA[name].split()) for name in ("foreign", "likely"))
_LIKELY_BARE = frozenset(map(fold, _LIKELY))
CHAT = {short: full.split() for full, shorts in _DATA["chat"].items() for short in shorts.split()}
"""Short forms of chat and dialect, and the words they stand for."""

_CONSONANTS = frozenset("bcdđghklmnpqrstvx")
# One letter that is a word, or that stands for one in a chat (anh, em).
_LETTER_WORDS = frozenset("ởạàáừờơưyýôủêae")


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


def _long_as_words(token: str) -> Sequence[str]:
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
    likely = _LIKELY_BARE if letters.isascii() else _LIKELY
    best: list[tuple[float, int]] = [(0.0, 0)]
    for end in range(1, len(letters) + 1):
        starts = range(max(0, end - _LONGEST_WORD), end)
        options = ((best[start][0] + _cost(letters[start:end], likely), start) for start in starts)
        best.append(min(options, key=lambda option: option[0]))
    pieces, end = [], len(letters)
    while end:
        start = best[end][1]
        pieces.append(letters[start:end])
        end = start
    return tuple(reversed(pieces))


def _cost(piece: str, likely: frozenset[str]) -> float:
    if piece in likely or piece in _FOREIGN:
        return 1.0
    if not is_word(piece):
        return 3.0 * len(piece)
    return 2.0 if len(piece) == 1 else 1.2 + 0.1 * (fold(piece[0]) in "aeiouy")
